//! Every bit flipped, every cut, one byte more.

use std::ops::Range;

use secenv::session::{Server, ServerConfig, Session, Suite};
use secenv::{CookieKey, Error, StateKey};

use super::mallory::{State, finish, finish_fields, lp16, reply_fields, seal_state, welcome, welcome_fields};
use crate::parties::{NOW, Parties, STORE, SUITES, confirm, confirmed_pair, copy, ed25519, export, import, refused};
use crate::parties::{server, state_key};

/// `message` with each `step`-th bit flipped, in turn.
fn flipped(message: &[u8], step: usize) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..message.len() * 8).step_by(step).map(|bit| {
        let mut forged = message.to_vec();
        forged[bit / 8] ^= 1 << (bit % 8);
        (bit / 8, forged)
    })
}

/// The same, with only each seventh of the thousands of bits of X-Wing that lie in `kem`.
fn flipped_but_for(kem: Range<usize>, message: &[u8], step: usize) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let (among, within) = (kem.clone(), kem);
    let others = flipped(message, step).filter(move |(at, _)| !among.contains(at));
    others.chain(flipped(message, 7 * step).filter(move |(at, _)| within.contains(at)))
}

/// A flip that is refused, as malformed if it lies in one of `structure` and as rejected anywhere else. Of a length
/// that changed, what lies behind may by chance look right, so both are good there.
#[track_caller]
fn assert_flip<T>(step: Result<T, Error>, at: usize, structure: &[usize], lengths: &[usize]) {
    match step {
        Ok(_) => panic!("a bit of byte {at} does not matter"),
        Err(error) if lengths.contains(&at) => {
            assert!(matches!(error, Error::Malformed | Error::Rejected), "byte {at}: {error}");
        }
        Err(error) => {
            let expected = if structure.contains(&at) { Error::Malformed } else { Error::Rejected };
            assert_eq!(error, expected, "byte {at}");
        }
    }
}

/// The server may answer a hello whose keys were changed, for all that it knows; its client refuses that answer.
fn flips_each_bit_of_the_hello(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let count = hello.len() - 33;
    for (at, forged) in flipped_but_for(67..count, &hello, step) {
        let outcome = parties.server.reply(&forged, NOW).and_then(|reply| client.finish(&reply, NOW));
        assert_flip(outcome, at, &[0, 1, 2, count], &[]);
    }
    let reply = parties.server.reply(&hello, NOW).unwrap();
    assert!(client.finish(&reply, NOW).is_ok(), "the true reply still works");
}

/// All but the cookie, into which the client cannot look.
fn flips_each_bit_of_the_reply(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let (sealed, cookie) = (fields_of_reply(parties.suite), reply.len() - 170);
    for (at, forged) in flipped_but_for(66..sealed - 16, &reply[..cookie + 2], step) {
        let forged = [&forged, &reply[cookie + 2..]].concat();
        assert_flip(client.finish(&forged, NOW), at, &[0, 1], &[sealed, sealed + 1, cookie, cookie + 1]);
    }
    assert!(client.finish(&reply, NOW).is_ok(), "the true reply still works");
}

/// The client takes the cookie as it came; the server sees that the client was given another.
#[test]
fn no_bit_of_the_cookie_can_be_flipped_on_its_way_to_the_client() {
    let parties = Parties::new(Suite::X25519);
    for bit in 0..168 * 8 {
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        let (at, forged) = flipped(&reply, 1).nth((reply.len() - 168) * 8 + bit).unwrap();
        let forged = client.finish(&forged, NOW).unwrap();
        refused(parties.server.accept(&forged, NOW), Error::Rejected, &format!("byte {at} is part of the cookie"));
        let (.., cookie) = reply_fields(&reply, Suite::X25519);
        let back = finish(cookie, &hello, finish_fields(&forged).2);
        refused(parties.server.accept(&back, NOW), Error::Rejected, "the client signed the cookie that it was given");
    }
}

/// Where the fields of variable length begin.
fn fields_of_reply(suite: Suite) -> usize {
    if suite == Suite::X25519 { 82 } else { 1202 }
}

/// The cookie is of 168 bytes behind its length, the hello is behind the next.
fn flips_each_bit_of_the_finish(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let finish = client.finish(&reply, NOW).unwrap();
    let (start, end) = (174, 174 + hello.len());
    for (at, forged) in flipped_but_for(start + 67..end - 33, &finish, step) {
        let structure = [0, 1, start, start + 1, start + 2, end - 33];
        assert_flip(parties.server.accept(&forged, NOW), at, &structure, &[2, 3, 172, 173, end, end + 1]);
    }
    assert!(parties.server.accept(&finish, NOW).is_ok(), "the true finish still works");
}

fn flips_each_bit_of_the_welcome(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let finish = client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).unwrap();
    let mut accepted = parties.server.accept(&finish, NOW).unwrap();
    let (head, ..) = welcome_fields(&accepted.welcome, parties.suite);
    let length = head.len();
    for (at, forged) in flipped_but_for(34..length, &accepted.welcome, step) {
        assert_flip(client.session(&forged, NOW), at, &[0, 1], &[length, length + 1]);
        assert_eq!(client.pin_index(), None, "nothing held yet");
    }
    let mut alice = client.session(&accepted.welcome, NOW).unwrap();
    let record = alice.seal(b"", b"", NOW).unwrap();
    assert!(accepted.session.open(b"", &record, NOW).is_ok(), "the true welcome still works");
}

#[test]
fn no_bit_of_the_hello_can_be_flipped() {
    SUITES.iter().for_each(|suite| flips_each_bit_of_the_hello(&Parties::new(*suite), 1));
    flips_each_bit_of_the_hello(&Parties::rsa(Suite::X25519), 29);
}

#[test]
fn no_bit_of_the_reply_can_be_flipped() {
    SUITES.iter().for_each(|suite| flips_each_bit_of_the_reply(&Parties::new(*suite), 1));
    flips_each_bit_of_the_reply(&Parties::rsa(Suite::X25519), 1);
}

#[test]
fn no_bit_of_the_finish_can_be_flipped() {
    flips_each_bit_of_the_finish(&Parties::new(Suite::X25519), 1);
    flips_each_bit_of_the_finish(&Parties::rsa(Suite::X25519XWing), 1);
}

#[test]
fn no_bit_of_the_welcome_can_be_flipped() {
    SUITES.iter().for_each(|suite| flips_each_bit_of_the_welcome(&Parties::new(*suite), 1));
    flips_each_bit_of_the_welcome(&Parties::rsa(Suite::X25519), 1);
}

/// A record of each kind, who sealed it and who may open it.
fn one_of_each_kind() -> Vec<(Vec<u8>, Session)> {
    let mut ends = Parties::new(Suite::X25519).shake();
    confirm(&mut ends.alice, &mut ends.shop);
    let from_alice = ends.alice.seal(b"ad", b"meet at noon", NOW).unwrap();
    let from_shop = ends.shop.seal(b"ad", b"meet at nine", NOW).unwrap();
    let (mut alice, mut shop) = (copy(&ends.alice), copy(&ends.shop));
    shop.open(b"ad", &from_alice, NOW).unwrap();
    alice.open(b"ad", &from_shop, NOW).unwrap();
    let (by_shop, by_alice) = (shop.reply(1, b"ad", b"yes", NOW).unwrap(), alice.reply(0, b"ad", b"no", NOW).unwrap());
    let kinds = vec![
        (from_alice, copy(&ends.shop)),
        (from_shop, copy(&ends.alice)),
        (by_shop, ends.alice),
        (by_alice, ends.shop),
    ];
    assert!(kinds.iter().enumerate().all(|(kind, (record, _))| usize::from(record[2]) == kind));
    kinds
}

#[test]
fn no_bit_of_a_record_can_be_flipped() {
    for (record, mut reader) in one_of_each_kind() {
        let before = State::of(&reader);
        for (at, forged) in flipped(&record, 1) {
            // Version, type, and the upper half of the number; another kind may be no kind, or too short for one.
            assert_flip(reader.open(b"ad", &forged, NOW), at, &[0, 1, 19, 20, 21, 22], &[2]);
        }
        assert_eq!(State::of(&reader), before, "nothing moved");
        assert!(reader.open(b"ad", &record, NOW).is_ok(), "the true record still opens");
    }
}

#[test]
fn no_bit_of_a_state_can_be_flipped() {
    let (_, shop) = confirmed_pair();
    let blob = export(&shop);
    for (at, forged) in flipped(&blob, 1) {
        assert_flip(import(&forged, shop.place()), at, &[0, 1], &[]);
    }
    assert!(import(&blob, shop.place()).is_ok(), "the true state is still one");
}

/// All messages that are shorter than `message`, and one that is a byte longer.
fn cut(message: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..message.len()).map(|len| message[..len].to_vec()).chain([[message, &[0]].concat()])
}

#[test]
fn a_message_of_another_length_is_malformed() {
    let why = "a message has exactly its fields";
    for suite in SUITES {
        let parties = Parties::new(suite);
        let ends = parties.shake();
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        cut(&hello).for_each(|cut| refused(parties.server.reply(&cut, NOW), Error::Malformed, why));
        cut(&reply).for_each(|cut| refused(client.finish(&cut, NOW), Error::Malformed, why));
        let finish = client.finish(&reply, NOW).unwrap();
        cut(&finish).for_each(|cut| refused(parties.server.accept(&cut, NOW), Error::Malformed, why));
        let welcome = parties.server.accept(&finish, NOW).unwrap().welcome;
        cut(&welcome).for_each(|cut| refused(client.session(&cut, NOW), Error::Malformed, why));
        assert!(client.session(&welcome, NOW).is_ok(), "the true welcome still works");
        // A hello of another length in a finish of the right one.
        let (cookie, hello, sealed) = finish_fields(&ends.finish);
        for cut in cut(hello) {
            let forged = super::mallory::finish(cookie, &cut, sealed);
            refused(parties.server.accept(&forged, NOW), Error::Malformed, why);
        }
        assert!(parties.server.accept(&ends.finish, NOW).is_ok(), "the true finish still works");
        let (blob, place) = (export(&ends.shop), ends.shop.place());
        cut(&blob).for_each(|cut| refused(import(&cut, place), Error::Malformed, why));
        let longer = seal_state(place, &[State::of(&ends.shop).encode(), vec![0]].concat());
        refused(import(&longer, place), Error::Malformed, why);
    }
}

#[test]
fn a_record_of_another_length_is_no_record_or_has_another_tag() {
    for (kind, (record, mut reader)) in one_of_each_kind().into_iter().enumerate() {
        let least = if kind < 2 { 67 } else { 83 };
        for cut in cut(&record) {
            let status = if cut.len() < least { Error::Malformed } else { Error::Rejected };
            refused(reader.open(b"ad", &cut, NOW), status, "the tag covers all of it");
        }
        assert!(reader.open(b"ad", &record, NOW).is_ok(), "the true record still opens");
    }
}

#[test]
fn a_message_over_the_limit_is_not_looked_at() {
    let parties = Parties::new(Suite::X25519);
    let (mut client, hello) = parties.start();
    let (mut finished, other) = parties.start();
    finished.finish(&parties.server.reply(&other, NOW).unwrap(), NOW).unwrap();
    let at_limit = |message: &[u8], len: usize| [message, &vec![0; len - message.len()]].concat();
    for (len, status) in [(16_384, Error::Malformed), (16_385, Error::TooLarge), (1 << 20, Error::TooLarge)] {
        let why = "a handshake message has at most 16 KiB";
        refused(parties.server.reply(&at_limit(&hello, len), NOW), status, why);
        refused(client.finish(&at_limit(&[2, 2], len), NOW), status, why);
        refused(parties.server.accept(&at_limit(&[2, 3], len), NOW), status, why);
        refused(finished.session(&at_limit(&[2, 6], len), NOW), status, why);
        refused(parties.server.accept(&at_limit(b"", len), NOW), status, "whatever it is");
    }
}

/// There is room for the keys and signatures of ML-DSA-87, which has no number yet: a field is refused for what it is.
#[test]
fn a_proof_cookie_or_signature_too_short_or_long_fails_as_a_wrong_one_and_over_its_limit_as_no_message() {
    let parties = Parties::new(Suite::X25519);
    let ends = parties.shake();
    let (cookie, hello, _) = finish_fields(&ends.finish);
    let (mut client, new_hello) = parties.start();
    let reply = parties.server.reply(&new_hello, NOW).unwrap();
    for (proof_len, cookie_len, status) in [
        (0, 0, Error::Rejected),
        (39, 7, Error::Rejected),
        (40, 47, Error::Rejected),
        (7500, 512, Error::Rejected),
        (7501, 512, Error::Malformed),
        (7500, 513, Error::Malformed),
    ] {
        let why = "neither was made under a key of this handshake";
        let (proof, other) = (vec![7; proof_len], vec![7; cookie_len]);
        refused(client.finish(&[&reply[..82], &lp16(&proof), &lp16(&other)].concat(), NOW), status, why);
        refused(parties.server.accept(&finish(&other, hello, &proof), NOW), status, why);
        if status == Error::Rejected {
            refused(parties.server.accept(&finish(cookie, hello, &proof), NOW), status, why);
        }
    }
    let finish = client.finish(&reply, NOW).expect("the true reply still works");
    let accepted = parties.server.accept(&finish, NOW).unwrap().welcome;
    let (head, _, mac) = welcome_fields(&accepted, Suite::X25519);
    for (len, status) in
        [(0, Error::Rejected), (63, Error::Rejected), (4700, Error::Rejected), (4701, Error::Malformed)]
    {
        refused(client.session(&welcome(head, &vec![7; len], mac), NOW), status, "the mac covers it");
    }
    assert!(client.session(&accepted, NOW).is_ok(), "the true welcome still works");
}

/// What a step says of the right message under a wrong key, and of the same with a bit changed.
fn statuses<T>(
    mut step: impl FnMut(&[u8]) -> Result<T, Error>,
    wrong_key: &[u8],
    good: &[u8],
    bit: usize,
) -> [Error; 2] {
    let mut changed = good.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    [wrong_key, &changed].map(|message| step(message).err().unwrap())
}

#[test]
fn a_wrong_key_and_a_changed_bit_look_alike() {
    let parties = Parties::new(Suite::X25519);
    let last = |message: &[u8]| message.len() * 8 - 1;
    let mut differences = Vec::new();
    let mut compare = |what: &'static str, [wrong_key, changed]: [Error; 2]| {
        if wrong_key != changed || changed != Error::Rejected {
            differences.push((what, wrong_key, changed));
        }
    };
    let ((mut client, hello), (_, other)) = (parties.start(), parties.start());
    let (reply, wrong) = (parties.server.reply(&hello, NOW).unwrap(), parties.server.reply(&other, NOW).unwrap());
    // The last bit of the sealed proof, before the cookie and its length.
    let bit = (reply.len() - 170) * 8 - 1;
    compare("reply", statuses(|message| client.finish(message, NOW), &wrong, &reply, bit));
    let finish_message = client.finish(&reply, NOW).unwrap();

    let key = CookieKey::from(&[1; 32]);
    let mut config = ServerConfig::new(&key, STORE);
    config.minimum_suite = Suite::X25519;
    let foreign = Server::new(std::slice::from_ref(&parties.shop), &config).unwrap();
    let (mut theirs, hello) = parties.start();
    let wrong = theirs.finish(&foreign.reply(&hello, NOW).unwrap(), NOW).unwrap();
    let accept = |message: &[u8]| parties.server.accept(message, NOW);
    compare("cookie", statuses(accept, &wrong, &finish_message, 100 * 8));
    let (cookie, hello, _) = finish_fields(&finish_message);
    let wrong = finish(cookie, hello, finish_fields(&wrong).2);
    compare("client's proof", statuses(accept, &wrong, &finish_message, last(&finish_message)));
    let other_server = server(&[ed25519()], |config| config.minimum_suite = Suite::X25519);
    compare("pin", [other_server.accept(&finish_message, NOW), accept(&wrong)].map(|step| step.err().unwrap()));

    let [good, wrong] = [0, 1].map(|_| parties.server.accept(&finish_message, NOW).unwrap());
    let (head, signature, _) = welcome_fields(&good.welcome, Suite::X25519);
    let wrong = welcome(head, signature, welcome_fields(&wrong.welcome, Suite::X25519).2);
    for byte in [10, 40, good.welcome.len() - 1] {
        compare("welcome", statuses(|message| client.session(message, NOW), &wrong, &good.welcome, byte * 8));
    }

    let (mut alice, mut shop) = confirmed_pair();
    let (mut alice2, mut shop2) = confirmed_pair();
    let ours = alice.seal(b"", b"meet at noon", NOW).unwrap();
    let under_their_key = [&ours[..27], &alice2.seal(b"", b"meet at noon", NOW).unwrap()[27..]].concat();
    compare("record", statuses(|message| shop.open(b"", message, NOW), &under_their_key, &ours, last(&ours)));
    compare("session id", statuses(|message| shop.open(b"", message, NOW), &under_their_key, &ours, 5 * 8));
    compare("number", statuses(|message| shop.open(b"", message, NOW), &under_their_key, &ours, 26 * 8));
    shop.open(b"", &ours, NOW).unwrap();
    let ours = shop.reply(1, b"", b"yes", NOW).unwrap();
    let theirs = shop2.reply(0, b"", b"yes", NOW).unwrap();
    let under_their_key = [&ours[..43], &theirs[43..]].concat();
    compare("reply record", statuses(|message| alice.open(b"", message, NOW), &under_their_key, &ours, last(&ours)));
    compare("answers", statuses(|message| alice.open(b"", message, NOW), &under_their_key, &ours, 30 * 8));

    let blob = export(&shop);
    let wrong = shop.export(&StateKey::from(&[2; 32]), shop.place()).unwrap();
    compare("state", statuses(|message| import(message, shop.place()), &wrong, &blob, last(&blob)));
    compare("state's key id", statuses(|message| import(message, shop.place()), &wrong, &blob, 5 * 8));
    assert!(Session::import(&blob, &state_key(), shop.place(), NOW).is_ok());
    assert_eq!(differences, []);
}
