//! The handshake under an attacker who holds no key that matters.

use secenv::session::{Client, Server, Suite};
use secenv::sodium::{kem, kx};
use secenv::{Error, Pin, Timestamp};

use crate::parties::{LAST, NOW, Parties, STATE_KEY, SUITES, before, ed25519, refused, state_key};

/// Where `random`, `kx` and `kem` lie in a hello and in a reply.
const KX: [std::ops::Range<usize>; 2] = [35..67, 34..66];
const KEM: [std::ops::Range<usize>; 2] = [67..1283, 66..1186];

fn put(message: &[u8], place: &std::ops::Range<usize>, bytes: &[u8]) -> Vec<u8> {
    let mut forged = message.to_vec();
    forged[place.clone()].copy_from_slice(bytes);
    forged
}

#[test]
fn swaps_the_keys_of_the_hello_for_her_own() {
    let why = "the transcript holds the hello that the client sent";
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello) = parties.start();
        let mut forged = vec![put(&hello, &KX[0], kx::KeyPair::generate().unwrap().public())];
        if suite == Suite::X25519XWing {
            forged.push(put(&hello, &KEM[0], kem::KeyPair::generate().unwrap().public()));
        }
        for hello in forged {
            let reply = parties.server.reply(&hello, NOW).unwrap();
            refused(client.finish(&reply, NOW), Error::Rejected, why);
        }
        let reply = parties.server.reply(&hello, NOW).unwrap();
        assert!(client.finish(&reply, NOW).is_ok());
    }
}

#[test]
fn swaps_the_keys_of_the_reply_for_her_own() {
    let why = "she does not know the secret under which the server's proof is sealed";
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        let mut forged = vec![put(&reply, &KX[1], kx::KeyPair::generate().unwrap().public())];
        if suite == Suite::X25519XWing {
            let (ciphertext, _) = kem::encapsulate(hello[KEM[0].clone()].try_into().unwrap()).unwrap();
            forged.push(put(&reply, &KEM[1], &ciphertext));
        }
        for reply in forged {
            refused(client.finish(&reply, NOW), Error::Rejected, why);
        }
        assert!(client.finish(&reply, NOW).is_ok());
    }
}

/// The encodings of the points whose order divides 8: 0, 1, two of order 8, p - 1, p, p + 1; with and without the high
/// bit, which X25519 ignores.
fn points_of_low_order() -> Vec<[u8; 32]> {
    let unhex =
        |text: &str| -> [u8; 32] { std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..][..2], 16).unwrap()) };
    let around_p = |lowest: u8| {
        let mut point = [0xFF; 32];
        (point[0], point[31]) = (lowest, 0x7F);
        point
    };
    let small = |lowest: u8| std::array::from_fn(|at| if at == 0 { lowest } else { 0 });
    let points = [
        small(0),
        small(1),
        unhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        unhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
        around_p(0xEC),
        around_p(0xED),
        around_p(0xEE),
    ];
    let high = |mut point: [u8; 32]| {
        point[31] |= 0x80;
        point
    };
    points.into_iter().flat_map(|point| [point, high(point)]).collect()
}

#[test]
fn sends_a_point_of_low_order_so_that_the_secret_is_known() {
    let why = "a point of low order is no key";
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        for point in points_of_low_order() {
            refused(parties.server.reply(&put(&hello, &KX[0], &point), NOW), Error::Rejected, why);
            refused(client.finish(&put(&reply, &KX[1], &point), NOW), Error::Rejected, why);
            if suite == Suite::X25519XWing {
                let ends = KEM.map(|place| place.end - 32..place.end);
                refused(parties.server.reply(&put(&hello, &ends[0], &point), NOW), Error::Rejected, why);
                refused(client.finish(&put(&reply, &ends[1], &point), NOW), Error::Rejected, why);
            }
        }
        assert!(client.finish(&reply, NOW).is_ok());
    }
}

#[test]
fn sends_an_ml_kem_key_that_is_not_reduced() {
    let parties = Parties::new(Suite::X25519XWing);
    let (_, hello) = parties.start();
    let forged = put(&hello, &(67..70), &[0xFF; 3]);
    refused(parties.server.reply(&forged, NOW), Error::Rejected, "FIPS 203, 7.2 refuses coefficients above q");
}

#[test]
fn swaps_the_pin_of_the_hello() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mallory, theirs) = (ed25519(), Parties::new(suite));
        let (mut client, hello) = parties.start();
        let pin = hello.len() - 32..hello.len();
        for other in [mallory.public().pin(), theirs.shop.public().pin(), &Pin::from_bytes([0; 32])] {
            let why = "a server answers only those who ask for it";
            refused(parties.server.reply(&put(&hello, &pin, other.as_bytes()), NOW), Error::Rejected, why);
        }
        let honest = parties.server.reply(&hello, NOW).unwrap();
        let forged = put(&hello, &pin, theirs.shop.public().pin().as_bytes());
        let reply = theirs.server.reply(&forged, NOW).unwrap();
        refused(client.finish(&reply, NOW), Error::Rejected, "the pin is part of the transcript");
        assert!(client.finish(&honest, NOW).is_ok());
    }
}

#[test]
fn rewrites_the_hello_to_a_weaker_suite() {
    let parties = Parties::new(Suite::X25519XWing);
    let (mut client, hello) = parties.start();
    let weaker = [&[2, 1, 1], &hello[3..67], &hello[1283..]].concat();
    refused(parties.server.reply(&weaker, NOW), Error::Rejected, "the server's minimum is suite 2");

    let lenient = Server::new(&parties.shop, &STATE_KEY, Suite::X25519).unwrap();
    let reply = lenient.reply(&weaker, NOW).unwrap();
    refused(client.finish(&reply, NOW), Error::Malformed, "the client reads the reply by its own suite");
    let padded = [&reply[..66], &[7; 1120], &reply[66..]].concat();
    refused(client.finish(&padded, NOW), Error::Rejected, "the transcript holds the suite that was asked for");

    let reply = parties.server.reply(&hello, NOW).unwrap();
    assert!(client.finish(&reply, NOW).is_ok());
}

#[test]
fn takes_a_cookie_of_suite_1_to_a_server_whose_minimum_is_2() {
    let parties = Parties::new(Suite::X25519);
    let strict = Server::new(&parties.shop, &STATE_KEY, Suite::X25519XWing).unwrap();
    let finish = parties.shake().finish;
    refused(strict.accept(&finish, NOW), Error::Rejected, "the suite lies in the cookie");
    assert!(parties.server.accept(&finish, NOW).is_ok());
}

#[test]
fn answers_with_a_server_of_her_own() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello) = parties.start();
        let mallory = Server::new(&ed25519(), &STATE_KEY, suite).unwrap();
        refused(mallory.reply(&hello, NOW), Error::Rejected, "her server has another pin");
        assert!(client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).is_ok());
    }
}

#[test]
fn plays_a_hello_again() {
    let parties = Parties::new(Suite::X25519XWing);
    let ends = parties.shake();
    let again = parties.server.reply(&ends.hello, NOW).unwrap();
    assert_ne!(again[34..66], ends.reply[34..66], "the server's keys are new each time");
    let cookie = &again[again.len() - 171..];
    let forged = [&[2, 3], cookie, &ends.finish[173..]].concat();
    refused(
        parties.server.accept(&forged, NOW),
        Error::Rejected,
        "the client's proof is bound to the reply that it got",
    );
}

#[test]
fn plays_a_reply_to_another_client() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let old = parties.shake().reply;
        let (mut client, hello) = parties.start();
        refused(client.finish(&old, NOW), Error::Rejected, "the reply is to another hello");
        let (mut other, _) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        refused(other.finish(&reply, NOW), Error::Rejected, "the reply is to another hello");
        assert!(client.finish(&reply, NOW).is_ok());
    }
}

#[test]
fn plays_the_reply_to_the_same_client_again() {
    let parties = Parties::new(Suite::X25519XWing);
    let (mut client, hello) = parties.start();
    let replies = [0, 1].map(|_| parties.server.reply(&hello, NOW).unwrap());
    assert!(client.finish(&replies[0], NOW).is_ok());
    for reply in &replies {
        refused(client.finish(reply, NOW), Error::Closed, "a client makes one session and wipes its keys");
    }
    refused(client.finish(b"", NOW), Error::Closed, "a client makes one session and wipes its keys");
}

/// That the store refuses the second is the application's part.
#[test]
fn plays_a_finish_again_and_gets_the_same_session_while_the_cookie_is_good() {
    let parties = Parties::new(Suite::X25519XWing);
    let mut ends = parties.shake();
    let (mut again, _) = parties.server.accept(&ends.finish, NOW.saturating_add(120)).unwrap();
    assert_eq!(again.id(), ends.shop.id(), "a store that creates an id once refuses it");
    let record = ends.alice.seal(b"", b"meet at noon", NOW).unwrap();
    assert!(ends.shop.open(b"", &record, NOW).is_ok() && again.open(b"", &record, NOW).is_ok());
    refused(parties.server.accept(&ends.finish, NOW.saturating_add(121)), Error::Rejected, "the cookie is too old");
    refused(parties.server.accept(&ends.finish, NOW.saturating_add(86_400)), Error::Rejected, "the cookie is too old");
}

#[test]
fn brings_an_old_cookie_or_one_from_the_future() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    for (now, good) in [
        (before(61), false),
        (before(60), true),
        (NOW.saturating_add(120), true),
        (NOW.saturating_add(121), false),
        (Timestamp::default(), false),
    ] {
        assert_eq!(parties.server.accept(&finish, now).is_ok(), good, "{now:?}");
    }
    refused(parties.server.accept(&finish, LAST), Error::Rejected, "time does not wrap around");
}

#[test]
fn brings_the_cookie_of_another_server_or_another_state_key() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    let other = Server::new(&ed25519(), &STATE_KEY, Suite::X25519).unwrap();
    refused(other.accept(&finish, NOW), Error::Rejected, "the server's pin is bound into the cookie");
    let foreign = Server::new(&parties.shop, &state_key(1), Suite::X25519).unwrap();
    refused(foreign.accept(&finish, NOW), Error::Rejected, "the cookie was sealed under another key");
    assert!(parties.server.accept(&finish, NOW).is_ok());
}

#[test]
fn brings_the_cookie_of_a_key_that_was_rotated_away() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    let next = parties.server.rotate(&state_key(1)).unwrap();
    assert!(next.accept(&finish, NOW).is_ok(), "the key before is still accepted");
    let after = next.rotate(&state_key(2)).unwrap();
    refused(after.accept(&finish, NOW), Error::Rejected, "the key is gone");
    refused(parties.server.rotate(&STATE_KEY).unwrap().accept(&[], NOW), Error::Malformed, "nothing is no message");
    let newer = Parties { server: next, ..parties }.shake().finish;
    assert!(after.accept(&newer, NOW).is_ok());
}

#[test]
fn mixes_two_handshakes() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (one, two) = (parties.shake(), parties.shake());
        let forged = [&one.finish[..173], &two.finish[173..]].concat();
        refused(parties.server.accept(&forged, NOW), Error::Rejected, "the cookie is part of the transcript");

        let (mut client, hello) = parties.start();
        let replies = [0, 1].map(|_| parties.server.reply(&hello, NOW).unwrap());
        let (head, cookie) = (if suite == Suite::X25519 { 82 } else { 1202 }, replies[0].len() - 171);
        let spliced = [&replies[0][..head], &replies[1][head..]].concat();
        refused(client.finish(&spliced, NOW), Error::Rejected, "the proof belongs to the other head");
        let spliced = [&replies[0][..head], &replies[1][head..cookie], &replies[0][cookie..]].concat();
        refused(client.finish(&spliced, NOW), Error::Rejected, "the proof belongs to the other head");
        // The client cannot look into a cookie; the server sees that the client was given another.
        let swapped = [&replies[0][..cookie], &replies[1][cookie..]].concat();
        let (_, finish) = client.finish(&swapped, NOW).unwrap();
        refused(parties.server.accept(&finish, NOW), Error::Rejected, "the cookie holds another secret");
        let back = [&[2, 3], &replies[0][cookie..], &finish[173..]].concat();
        refused(parties.server.accept(&back, NOW), Error::Rejected, "the client signed the cookie that it was given");
        refused(client.finish(&replies[0], NOW), Error::Closed, "a client makes one session");
    }
}

#[test]
fn sends_messages_of_the_handshake_back_or_to_the_wrong_step() {
    let parties = Parties::new(Suite::X25519);
    let mut ends = parties.shake();
    let record = ends.alice.seal(b"", b"", NOW).unwrap();
    let (mut client, hello) = parties.start();
    let why = "the type in front is another";
    for message in [&ends.hello, &hello, &ends.finish, &record] {
        refused(client.finish(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.reply, &ends.finish, &record] {
        refused(parties.server.reply(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.hello, &ends.reply, &record] {
        refused(parties.server.accept(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.hello, &ends.reply, &ends.finish] {
        refused(ends.shop.open(b"", message, NOW), Error::Malformed, why);
    }
    assert!(client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).is_ok());
}

/// What a client gets that pinned another server, or the right server under the wrong name.
#[test]
fn a_client_takes_no_server_but_the_pinned_one() {
    let parties = Parties::new(Suite::X25519);
    let (mut client, hello) = Client::start(&parties.alice, parties.alice.public().pin(), Suite::X25519).unwrap();
    refused(parties.server.reply(&hello, NOW), Error::Rejected, "the shop is not Alice");
    let mirror = Server::new(&parties.alice, &STATE_KEY, Suite::X25519).unwrap();
    assert!(client.finish(&mirror.reply(&hello, NOW).unwrap(), NOW).is_ok(), "one may pin oneself");
}
