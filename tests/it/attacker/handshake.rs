//! The handshake under an attacker who holds no key that matters.

use secenv::session::{Padding, Server, ServerConfig, Suite};
use secenv::sodium::{kem, kx};
use secenv::{CookieKey, Error, Pin, StoreId, Timestamp};

use super::mallory::{State, finish, finish_fields, lp16, reply_fields};
use crate::parties::{LATEST, NOW, Parties, STORE, SUITES, after_now, before_now, client, cookie_key, copy, ed25519};
use crate::parties::{refused, server};

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
pub fn points_of_low_order() -> Vec<[u8; 32]> {
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
                // X-Wing's own X25519 is at the end of its key and of its ciphertext.
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

    let lenient = server(std::slice::from_ref(&parties.shop), |config| config.minimum_suite = Suite::X25519);
    let reply = lenient.reply(&weaker, NOW).unwrap();
    refused(client.finish(&reply, NOW), Error::Malformed, "the client reads the reply by its own suite");
    let padded = [&reply[..66], &[7; 1120], &reply[66..]].concat();
    refused(client.finish(&padded, NOW), Error::Rejected, "the transcript holds the suite that was asked for");

    let reply = parties.server.reply(&hello, NOW).unwrap();
    let true_finish = client.finish(&reply, NOW).unwrap();
    let (cookie, _, sealed) = finish_fields(&true_finish);
    let weaker = finish(cookie, &weaker, sealed);
    refused(lenient.accept(&weaker, NOW), Error::Rejected, "the cookie is bound to the hello that was answered");
    assert!(lenient.accept(&true_finish, NOW).is_ok());
}

#[test]
fn takes_a_finish_of_suite_1_to_a_server_whose_minimum_is_2() {
    let parties = Parties::new(Suite::X25519);
    let strict = server(std::slice::from_ref(&parties.shop), |_| {});
    let finish = parties.shake().finish;
    refused(strict.accept(&finish, NOW), Error::Rejected, "the suite lies in the hello");
    assert!(parties.server.accept(&finish, NOW).is_ok());
}

#[test]
fn answers_with_a_server_of_her_own() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello) = parties.start();
        let mallory = server(&[ed25519()], |config| config.minimum_suite = suite);
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
    let (.., cookie) = reply_fields(&again, parties.suite);
    let (_, hello, sealed) = finish_fields(&ends.finish);
    let why = "the client's proof is bound to the reply that it got";
    refused(parties.server.accept(&finish(cookie, hello, sealed), NOW), Error::Rejected, why);
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
    let finish = client.finish(&replies[0], NOW).unwrap();
    for reply in &replies {
        refused(
            client.finish(reply, NOW),
            Error::Closed,
            "a client makes one finish, and never a second, different one",
        );
    }
    let welcome = parties.server.accept(&finish, NOW).unwrap().welcome;
    assert!(client.session(&welcome, NOW).is_ok(), "the handshake goes on");
}

/// The keys of two states that are the same, if any.
fn common_keys(one: &State, two: &State) -> usize {
    let keys = |state: &State| [&state.chains[0], &state.chains[2], &state.exporter].map(|key| *key);
    keys(one).iter().filter(|key| keys(two).contains(key)).count()
}

/// That the store refuses the second is the application's part.
#[test]
fn plays_a_finish_again_and_no_recorded_record_opens_in_what_it_makes() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let mut ends = parties.shake();
        let why = "each accept makes new keys";
        let unconfirmed = parties.server.accept(&ends.finish, NOW).unwrap();
        let record = ends.alice.seal(b"", b"transfer 100", NOW).unwrap();
        ends.shop.open(b"", &record, NOW).unwrap();
        let confirmed = parties.server.accept(&ends.finish, NOW).unwrap();
        let late = parties.server.accept(&ends.finish, after_now(120)).unwrap();

        let honest = State::of(&ends.shop);
        let mut seen = vec![(ends.welcome.clone(), honest)];
        for mut again in [unconfirmed, confirmed, late] {
            let (id, peer) = (again.session.id(), again.session.peer());
            assert_eq!((id, peer), (ends.shop.id(), ends.shop.peer()), "a store that creates an id once refuses it");
            refused(again.session.open(b"", &record, NOW), Error::Rejected, why);
            refused(copy(&again.session).open(b"", &record, NOW), Error::Rejected, why);
            assert!(!again.session.is_confirmed(), "and so it ends after 300 seconds");
            let state = State::of(&again.session);
            for (welcome, other) in &seen {
                assert_ne!(*welcome, again.welcome);
                assert_eq!(common_keys(other, &state), 0, "{why}");
            }
            seen.push((again.welcome, state));
        }
        assert_eq!((seen.len(), common_keys(&seen[0].1, &State::of(&ends.alice))), (4, 3), "as the two ends' are");
        for (now, what) in [(121, "when the cookie is too old"), (301, "when the tombstone is gone"), (86_400, "a day")]
        {
            refused(parties.server.accept(&ends.finish, after_now(now)), Error::Rejected, what);
        }
    }
}

#[test]
fn brings_an_old_cookie_or_one_from_the_future() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    for (now, good) in [
        (before_now(61), false),
        (before_now(60), true),
        (after_now(120), true),
        (after_now(121), false),
        (Timestamp::default(), false),
    ] {
        assert_eq!(parties.server.accept(&finish, now).is_ok(), good, "{now:?}");
    }
    refused(parties.server.accept(&finish, LATEST), Error::Rejected, "time does not wrap around");
}

/// A server of the shop's identity that differs in what `change` says.
fn other_server(parties: &Parties, change: impl FnOnce(&mut ServerConfig<'_>)) -> Server {
    server(std::slice::from_ref(&parties.shop), |config| {
        config.minimum_suite = parties.suite;
        change(config);
    })
}

#[test]
fn brings_the_cookie_of_another_server_or_another_cookie_key() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    let pins = [*parties.shop.public().pin()];
    let other = server(&[ed25519()], |config| config.minimum_suite = Suite::X25519);
    refused(other.accept(&finish, NOW), Error::Rejected, "the hello asks for another server");
    let foreign = CookieKey::from(&[1; 32]);
    let mut config = ServerConfig::new(&foreign, STORE);
    config.minimum_suite = Suite::X25519;
    let foreign = Server::new(std::slice::from_ref(&parties.shop), &config).unwrap();
    refused(foreign.accept(&finish, NOW), Error::Rejected, "the cookie was sealed under another key");
    // The id of the other key in front does not make it that key's.
    let (_, hello) = client(&parties.alice, &pins, |config| config.suite = Suite::X25519);
    let reply = foreign.reply(&hello, NOW).unwrap();
    let (.., theirs) = reply_fields(&reply, Suite::X25519);
    let mut dressed = finish.clone();
    dressed[4..12].copy_from_slice(&theirs[..8]);
    refused(foreign.accept(&dressed, NOW), Error::Rejected, "the key's id does not open it");
    assert!(parties.server.accept(&finish, NOW).is_ok());
}

/// Hosts that share identity and keys, but not the store.
#[test]
fn plays_a_finish_at_a_server_with_the_same_keys_and_another_store() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let other = other_server(&parties, |config| config.store_id = StoreId::from_bytes([0x58; 16]));
        let same = other_server(&parties, |_| {});
        let mut ends = parties.shake();
        let why = "the store's id is bound into the cookie";
        refused(other.accept(&ends.finish, NOW), Error::Rejected, why);
        assert!(same.accept(&ends.finish, NOW).is_ok(), "nothing else is in the way");
        // And the other way round; and a session's records are good where its keys are.
        let other = Parties { server: other, ..parties };
        let theirs = other.shake();
        refused(same.accept(&theirs.finish, NOW), Error::Rejected, why);
        let (record, mut theirs) = (ends.alice.seal(b"", b"transfer 100", NOW).unwrap(), theirs.shop);
        refused(theirs.open(b"", &record, NOW), Error::Rejected, "each session has an id and keys of its own");
        assert!(ends.shop.open(b"", &record, NOW).is_ok());
    }
}

#[test]
fn lets_the_two_sides_begin_with_another_prologue_or_padding() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let pins = [*parties.shop.public().pin()];
        let prologues: [&'static [u8]; 4] = [b"", b"app 1", b"app 2", b"app 1\0"];
        let sides = prologues.map(|prologue| (prologue, Padding::None)).into_iter();
        let sides: Vec<_> = sides.chain([(b"".as_slice(), Padding::Padme), (b"app 1", Padding::Padme)]).collect();
        for client_side in &sides {
            for server_side in &sides {
                let (mut client, hello) = client(&parties.alice, &pins, |config| {
                    (config.suite, config.prologue, config.padding) = (suite, client_side.0, client_side.1);
                });
                let server = |side: &(&'static [u8], Padding)| {
                    other_server(&parties, |config| (config.prologue, config.padding) = *side)
                };
                let theirs = server(server_side);
                let reply = theirs.reply(&hello, NOW).unwrap();
                if client_side != server_side {
                    let why = "prologue and padding are in the transcript";
                    refused(client.finish(&reply, NOW), Error::Rejected, why);
                }
                let ours = server(client_side);
                let finish = client.finish(&ours.reply(&hello, NOW).unwrap(), NOW).unwrap();
                if client_side != server_side {
                    let why = "prologue and padding are bound into the cookie";
                    refused(theirs.accept(&finish, NOW), Error::Rejected, why);
                }
                let welcome = ours.accept(&finish, NOW).unwrap().welcome;
                assert!(client.session(&welcome, NOW).is_ok(), "where they are the same, they are good");
            }
        }
    }
}

#[test]
fn brings_the_cookie_of_a_key_that_was_rotated_away() {
    let parties = Parties::new(Suite::X25519);
    let finish = parties.shake().finish;
    let [later, latest] = [1, 2].map(|byte| CookieKey::from(&[byte; 32]));
    let with_keys = |seals: &CookieKey, accepts: &[CookieKey]| {
        let mut config = ServerConfig::new(seals, STORE);
        (config.minimum_suite, config.accepted_keys) = (Suite::X25519, accepts);
        Server::new(std::slice::from_ref(&parties.shop), &config).unwrap()
    };
    let next = with_keys(&later, &[cookie_key(), CookieKey::from(&[2; 32])]);
    assert!(next.accept(&finish, NOW).is_ok(), "the key before is still accepted");
    let after = with_keys(&latest, &[CookieKey::from(&[1; 32])]);
    refused(after.accept(&finish, NOW), Error::Rejected, "the key is gone");
    refused(after.accept(&[], NOW), Error::Malformed, "nothing is no message");
    let ahead = Parties { server: after, ..Parties::with(parties.alice.clone(), parties.shop.clone(), Suite::X25519) };
    assert!(next.accept(&ahead.shake().finish, NOW).is_ok(), "the key of a host whose clock is ahead");
    let newer = Parties { server: next, ..parties }.shake().finish;
    assert!(ahead.server.accept(&newer, NOW).is_ok(), "it was sealed under the first of the keys");
}

#[test]
fn mixes_two_handshakes() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (one, two) = (parties.shake(), parties.shake());
        let [first, second] = [&one.finish, &two.finish].map(|message| finish_fields(message));
        for (mixed, why) in [
            (finish(first.0, first.1, second.2), "the cookie is part of the transcript"),
            (finish(first.0, second.1, first.2), "the cookie is bound to the hello"),
            (finish(second.0, first.1, first.2), "the cookie is bound to the hello"),
            (finish(first.0, second.1, second.2), "the cookie is bound to the hello"),
        ] {
            refused(parties.server.accept(&mixed, NOW), Error::Rejected, why);
        }

        let (mut client, hello) = parties.start();
        let replies = [0, 1].map(|_| parties.server.reply(&hello, NOW).unwrap());
        let [first, second] = [0, 1].map(|at| reply_fields(&replies[at], suite));
        let mix = |head: &[u8], sealed: &[u8], cookie: &[u8]| [head, &lp16(sealed), &lp16(cookie)].concat();
        let why = "the proof belongs to the other head";
        refused(client.finish(&mix(first.0, second.1, second.2), NOW), Error::Rejected, why);
        refused(client.finish(&mix(first.0, second.1, first.2), NOW), Error::Rejected, why);
        // The client cannot look into a cookie; the server sees that the client was given another.
        let swapped = client.finish(&mix(first.0, first.1, second.2), NOW).unwrap();
        refused(parties.server.accept(&swapped, NOW), Error::Rejected, "the cookie holds another secret");
        let (_, hello, sealed) = finish_fields(&swapped);
        let back = finish(first.2, hello, sealed);
        refused(parties.server.accept(&back, NOW), Error::Rejected, "the client signed the cookie that it was given");
        refused(client.finish(&replies[0], NOW), Error::Closed, "a client makes one finish");
    }
}

#[test]
fn sends_messages_of_the_handshake_back_or_to_the_wrong_step() {
    let parties = Parties::new(Suite::X25519);
    let mut ends = parties.shake();
    let record = ends.alice.seal(b"", b"", NOW).unwrap();
    let (mut client, hello) = parties.start();
    let why = "the type in front is another";
    for message in [&ends.hello, &hello, &ends.finish, &ends.welcome, &record] {
        refused(client.finish(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.reply, &ends.finish, &ends.welcome, &record] {
        refused(parties.server.reply(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.hello, &ends.reply, &ends.welcome, &record] {
        refused(parties.server.accept(message, NOW), Error::Malformed, why);
    }
    for message in [&ends.hello, &ends.reply, &ends.finish, &ends.welcome] {
        refused(ends.shop.open(b"", message, NOW), Error::Malformed, why);
    }
    let finish = client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).unwrap();
    for message in [&ends.hello, &ends.reply, &ends.finish, &record] {
        refused(client.session(message, NOW), Error::Malformed, why);
    }
    assert!(client.session(&parties.server.accept(&finish, NOW).unwrap().welcome, NOW).is_ok());
}

/// What a client gets that pinned another server, or the right server under the wrong name.
#[test]
fn a_client_takes_no_server_but_the_pinned_one() {
    let parties = Parties::new(Suite::X25519);
    let (mut client, hello) =
        client(&parties.alice, &[*parties.alice.public().pin()], |config| config.suite = Suite::X25519);
    refused(parties.server.reply(&hello, NOW), Error::Rejected, "the shop is not Alice");
    let mirror = server(std::slice::from_ref(&parties.alice), |config| config.minimum_suite = Suite::X25519);
    let finish = client.finish(&mirror.reply(&hello, NOW).unwrap(), NOW).unwrap();
    assert!(client.session(&mirror.accept(&finish, NOW).unwrap().welcome, NOW).is_ok(), "one may pin oneself");
}
