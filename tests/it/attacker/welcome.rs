//! The welcome under an attacker: without a true one the client has no session, and the server's is soon over.

use secenv::Error;
use secenv::identity::Identity;
use secenv::session::{Accepted, Client, Session, Suite};
use secenv::sodium::{kem, kx};

use super::handshake::points_of_low_order;
use super::mallory::{
    self, AsClient, AsServer, CLIENT, End, Leg, SERVER, State, finish_fields, make_welcome, welcome, welcome_fields,
};
use crate::parties::{
    LATEST, NOW, Parties, SUITES, after_now, client, copy, ed25519, export, import, refused, state_key,
};

/// A client that waits for the welcome, its hello and finish, and what the server accepted.
fn waiting(parties: &Parties) -> (Client, Vec<u8>, Vec<u8>, Accepted) {
    let (mut client, hello) = parties.start();
    let finish = client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).unwrap();
    let accepted = parties.server.accept(&finish, NOW).unwrap();
    (client, hello, finish, accepted)
}

#[track_caller]
fn assert_works(client: &mut Client, accepted: &mut Accepted) {
    assert_eq!(client.pin_index(), None);
    let mut alice = client.session(&accepted.welcome, NOW).expect("the true welcome still works");
    assert_eq!(client.pin_index(), Some(0));
    let record = alice.seal(b"", b"meet at noon", NOW).unwrap();
    assert_eq!(accepted.session.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
}

#[test]
fn swaps_the_keys_of_the_welcome_for_her_own() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, hello, _, mut accepted) = waiting(&parties);
        let (head, signature, mac) = welcome_fields(&accepted.welcome, suite);
        let mut heads = vec![[&head[..2], kx::KeyPair::generate().unwrap().public(), &head[34..]].concat()];
        if suite == Suite::X25519XWing {
            let (ciphertext, _) = kem::encapsulate(hello[67..1283].try_into().unwrap()).unwrap();
            heads.push([&head[..34], &ciphertext].concat());
        }
        for head in heads {
            let why = "she does not know the secret under which the welcome is confirmed";
            refused(client.session(&welcome(&head, signature, mac), NOW), Error::Rejected, why);
        }
        assert_works(&mut client, &mut accepted);
    }
}

#[test]
fn sends_a_point_of_low_order_in_the_welcome() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, _, _, mut accepted) = waiting(&parties);
        for point in points_of_low_order() {
            let put = |at: usize| {
                let mut forged = accepted.welcome.clone();
                forged[at..at + 32].copy_from_slice(&point);
                forged
            };
            refused(client.session(&put(2), NOW), Error::Rejected, "a point of low order is no key");
            if suite == Suite::X25519XWing {
                refused(client.session(&put(1154 - 32), NOW), Error::Rejected, "nor in X-Wing");
            }
        }
        assert_works(&mut client, &mut accepted);
    }
}

#[test]
fn swaps_the_welcomes_of_two_handshakes_or_plays_an_old_one() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let old = parties.shake().welcome;
        let [mut one, mut two] = [0, 1].map(|_| waiting(&parties));
        let why = "the welcome is to another handshake";
        refused(one.0.session(&two.3.welcome, NOW), Error::Rejected, why);
        refused(two.0.session(&one.3.welcome, NOW), Error::Rejected, why);
        refused(one.0.session(&old, NOW), Error::Rejected, why);
        let [first, second] = [&one.3.welcome, &two.3.welcome].map(|message| welcome_fields(message, suite));
        for spliced in [
            welcome(first.0, second.1, second.2),
            welcome(second.0, first.1, first.2),
            welcome(first.0, second.1, first.2),
            welcome(first.0, first.1, second.2),
        ] {
            refused(one.0.session(&spliced, NOW), Error::Rejected, "nor are its parts");
        }
        for (client, _, _, mut accepted) in [one, two] {
            let mut client = client;
            assert_works(&mut client, &mut accepted);
            refused(client.session(&accepted.welcome, NOW), Error::Closed, "a client makes one session");
        }
    }
}

/// The finish was sent twice: whichever session was stored, the client may take the other's welcome. Then nothing opens
/// and it begins again.
#[test]
fn gives_the_welcome_of_a_session_that_was_not_stored() {
    let parties = Parties::new(Suite::X25519XWing);
    let (mut client, _, finish, mut stored) = waiting(&parties);
    let refused_by_the_store = parties.server.accept(&finish, NOW).unwrap();
    let (welcomes, suite) = ([&stored.welcome, &refused_by_the_store.welcome], parties.suite);
    let [first, second] = welcomes.map(|message| welcome_fields(message, suite));
    refused(client.session(&welcome(first.0, second.1, second.2), NOW), Error::Rejected, "each has keys of its own");
    let mut alice = client.session(&refused_by_the_store.welcome, NOW).unwrap();
    let record = alice.seal(b"", b"", NOW).unwrap();
    refused(stored.session.open(b"", &record, NOW), Error::Rejected, "two accepts share no key");
}

#[test]
fn withholds_the_welcome_and_leaves_a_session_that_is_over_after_300_seconds() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut client, _, _, accepted) = waiting(&parties);
        let (blob, place, key) = (export(&accepted.session), *accepted.session.place(), state_key());
        refused(client.session(&accepted.welcome, after_now(121)), Error::Closed, "the client gave up");
        let mut ends = parties.shake();
        let record = ends.alice.seal(b"", b"", NOW).unwrap();
        assert!(ends.shop.open(b"", &record, NOW).is_ok(), "a new hello works");

        let stored = |now| Session::import(&blob, &key, &place, now);
        assert!(stored(after_now(300)).is_ok_and(|shop| !shop.is_confirmed()));
        for late in [301, 86_400, 180 * 86_400] {
            refused(stored(after_now(late)), Error::Ended, "the client never came");
        }
        refused(stored(LATEST), Error::Ended, "the client never came");
        // With the first record it would have had its full life.
        let row = export(&ends.shop);
        assert!(Session::import(&row, &key, ends.shop.place(), after_now(86_400)).is_ok());
    }
}

#[test]
fn holds_the_first_record_back_until_the_session_is_over() {
    let mut ends = Parties::new(Suite::X25519).shake();
    let record = ends.alice.seal(b"", b"", NOW).unwrap();
    for mut shop in [copy(&ends.shop), copy(&ends.shop)] {
        refused(shop.open(b"", &record, after_now(301)), Error::Ended, "the session was not confirmed in 300 seconds");
        assert!(!shop.is_confirmed());
    }
    assert!(ends.shop.open(b"", &record, after_now(300)).is_ok());
    let next = ends.alice.seal(b"", b"", after_now(301)).unwrap();
    assert!(ends.shop.open(b"", &next, after_now(301)).is_ok(), "and now it lives for a day");
}

/// Mallory is the server that Alice asked for, or has its identity: what she can do wrong in a welcome.
#[test]
fn signs_the_welcome_wrongly_although_its_mac_is_right() {
    for suite in SUITES {
        let (parties, mallory, third) = (Parties::new(suite), ed25519(), ed25519());
        // Both pins are Alice's to trust, but the reply came from Mallory.
        let pins = [mallory.public().pin(), parties.shop.public().pin()].map(|pin| *pin);
        let (mut alice, hello) = client(&parties.alice, &pins, |config| config.suite = suite);
        let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory, None));
        let finish = alice.finish(&her.reply(b"cookie"), NOW).unwrap();
        let t3 = her.leg.with_cookie(b"cookie");
        let t4 = t3.with_client_proof(finish_fields(&finish).2);
        let (id, pin) = (her.session_id(), pins[0]);
        let mut sign_with = |why: &str, sign: &dyn Fn(&End) -> Vec<u8>| {
            let (forged, _) = make_welcome(&hello, suite, (&t4, &id), sign);
            refused(alice.session(&forged, NOW), Error::Rejected, why);
        };
        let sign = |who: &Identity, statement: &[u8]| who.sign(statement).unwrap();
        let shop = parties.shop.public().pin();
        sign_with("another of the pins is not who replied", &|end| sign(&parties.shop, &end.statement(shop)));
        sign_with("the shop signs, in Mallory's name", &|end| sign(&parties.shop, &end.statement(&pin)));
        sign_with("Mallory signs, in the shop's name", &|end| sign(&mallory, &end.statement(shop)));
        sign_with("it is nobody", &|end| sign(&third, &end.statement(third.public().pin())));
        sign_with("there is no signature", &|_| vec![]);
        sign_with("a signature of zeros", &|_| vec![0; 64]);
        let reply = her.leg.statement(&SERVER, &pin, None);
        sign_with("it is the statement of a reply", &|_| sign(&mallory, &reply));
        let as_client = t4.statement(&CLIENT, &pin, Some(&pin));
        sign_with("it is the statement of a client", &|_| sign(&mallory, &as_client));
        sign_with("the context is another", &|end| sign(&mallory, &end.statement(&pin)[4..]));
        for other in [&t3, &t3.with_client_proof(b"another proof")] {
            let (forged, _) = make_welcome(&hello, suite, (other, &id), |end| sign(&mallory, &end.statement(&pin)));
            refused(alice.session(&forged, NOW), Error::Rejected, "the transcript is another");
        }
        let (forged, _) = make_welcome(&hello, suite, (&t4, &[7; 16]), |end| sign(&mallory, &end.statement(&pin)));
        refused(alice.session(&forged, NOW), Error::Rejected, "the session id is another");
        let other = Leg { s: [7; 64], ..t4.clone() };
        let (forged, _) = make_welcome(&hello, suite, (&other, &id), |end| sign(&mallory, &end.statement(&pin)));
        refused(alice.session(&forged, NOW), Error::Rejected, "the secret is another");

        let (true_one, end) = make_welcome(&hello, suite, (&t4, &id), |end| sign(&mallory, &end.statement(&pin)));
        let mut session = alice.session(&true_one, NOW).expect("nothing else is in the way");
        let record = session.seal(b"", b"meet at noon", NOW).unwrap();
        let key = mallory::message_key(&end.client_numbers());
        assert_eq!(mallory::open_record(&key, &record).unwrap(), b"meet at noon");
    }
}

#[test]
fn changes_the_mac_of_a_welcome_whose_signature_is_right() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let (mut alice, _, _, mut accepted) = waiting(&parties);
        let other = waiting(&parties).3.welcome;
        let (head, signature, mac) = welcome_fields(&accepted.welcome, suite);
        let mut flipped = mac.to_vec();
        flipped[31] ^= 0x80;
        for mac in [&[0; 32], welcome_fields(&other, suite).2, &flipped] {
            refused(alice.session(&welcome(head, signature, mac), NOW), Error::Rejected, "the mac is of another key");
        }
        assert_works(&mut alice, &mut accepted);
    }
}

/// The client's second exchange is with the keys of its hello: the thief of all that the server has later lacks it.
#[test]
fn her_welcome_is_ours_so_that_each_key_after_it_is_the_document_s() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let shop = *parties.shop.public().pin();
        let her = AsClient::start(&[&shop], suite);
        let taken = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
        let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(&shop)));
        let accepted = parties.server.accept(&taken.finish(&sealed), NOW).unwrap();
        let end = her.end(&taken, &sealed, &accepted.welcome);
        let (_, signature, mac) = welcome_fields(&accepted.welcome, suite);
        assert_eq!(end.mac(signature), mac);
        assert!(parties.shop.public().verify(&end.statement(&shop), signature).is_ok());
        let state = State::of(&accepted.session);
        assert_eq!(state.chains, [end.client_numbers(), [0; 32], end.server_numbers(), [0; 32]]);
        assert_eq!(state.exporter, end.derive(b"secenv 2 exporter"));
        assert_eq!((state.client_pin, state.created), (*mallory.public().pin().as_bytes(), NOW.as_secs()));
        assert!(import(&state.seal(accepted.session.place()), accepted.session.place()).is_ok());
        // What is exported is what the document says.
        let mut shop = accepted.session;
        let record = mallory::record(
            &mallory::message_key(&end.client_numbers()),
            (0, 0),
            &taken.session_id,
            &[],
            b"meet at noon",
        );
        assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
        let exported: [u8; 32] = mallory::derive(&state.exporter, &[b"secenv 2 export", b"label", b"context"]);
        assert_eq!(*shop.export_secret(b"label", b"context").unwrap().expose_secret(), exported);
        let push = shop.seal(b"", b"meet at nine", NOW).unwrap();
        let keys = [mallory::message_key(&end.server_numbers()), mallory::message_key(&end.client_numbers())];
        assert_eq!(keys.map(|key| mallory::open_record(&key, &push).is_some()), [true, false]);
        let reply = shop.reply(0, b"", b"yes", NOW).unwrap();
        let key = mallory::reply_key(&end.client_numbers());
        assert_eq!(mallory::open_record(&key, &reply).unwrap(), b"yes");
        assert_eq!(reply[27..43], record[record.len() - 16..], "it names its message");
    }
}
