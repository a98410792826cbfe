//! Every bit flipped, every cut, one byte more.

use std::ops::Range;

use secenv::Error;
use secenv::session::{Session, Suite};

use crate::parties::{NOW, Parties, SUITES, copy, refused, state_key};

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
    for (at, forged) in flipped_but_for(67..hello.len() - 32, &hello, step) {
        let outcome = parties.server.reply(&forged, NOW).and_then(|reply| client.finish(&reply, NOW));
        assert_flip(outcome, at, &[0, 1, 2], &[]);
    }
    let reply = parties.server.reply(&hello, NOW).unwrap();
    assert!(client.finish(&reply, NOW).is_ok(), "the true reply still works");
}

/// All but the cookie, into which the client cannot look.
fn flips_each_bit_of_the_reply(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let (sealed, cookie) = (fields_of_reply(parties.suite), reply.len() - 171);
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
    for bit in 0..169 * 8 {
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        let (at, forged) = flipped(&reply, 1).nth((reply.len() - 169) * 8 + bit).unwrap();
        let (_, finish) = client.finish(&forged, NOW).unwrap();
        refused(parties.server.accept(&finish, NOW), Error::Rejected, &format!("byte {at} is part of the cookie"));
        let back = [&[2, 3, 0, 169], &reply[reply.len() - 169..], &finish[173..]].concat();
        refused(parties.server.accept(&back, NOW), Error::Rejected, "the client signed the cookie that it was given");
    }
}

/// Where the fields of variable length begin.
fn fields_of_reply(suite: Suite) -> usize {
    if suite == Suite::X25519 { 82 } else { 1202 }
}

fn flips_each_bit_of_the_finish(parties: &Parties, step: usize) {
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let (_, finish) = client.finish(&reply, NOW).unwrap();
    for (at, forged) in flipped(&finish, step) {
        assert_flip(parties.server.accept(&forged, NOW), at, &[0, 1], &[2, 3, 173, 174]);
    }
    assert!(parties.server.accept(&finish, NOW).is_ok(), "the true finish still works");
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

/// A record of each kind, who sealed it and who may open it.
fn one_of_each_kind() -> Vec<(Vec<u8>, Session)> {
    let mut ends = Parties::new(Suite::X25519).shake();
    let from_alice = ends.alice.seal(b"ad", b"meet at noon", NOW).unwrap();
    let from_shop = ends.shop.seal(b"ad", b"meet at nine", NOW).unwrap();
    let (mut alice, mut shop) = (copy(&ends.alice), copy(&ends.shop));
    shop.open(b"ad", &from_alice, NOW).unwrap();
    alice.open(b"ad", &from_shop, NOW).unwrap();
    let (by_shop, by_alice) = (shop.reply(0, b"ad", b"yes", NOW).unwrap(), alice.reply(0, b"ad", b"no", NOW).unwrap());
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
        for (at, forged) in flipped(&record, 1) {
            // Version, type, and the upper half of the number; another kind may be no kind, or too short for one.
            assert_flip(reader.open(b"ad", &forged, NOW), at, &[0, 1, 19, 20, 21, 22], &[2]);
        }
        assert_eq!(reader.last_received(), None, "nothing was opened");
        assert!(reader.open(b"ad", &record, NOW).is_ok(), "the true record still opens");
    }
}

#[test]
fn no_bit_of_a_state_can_be_flipped() {
    let blob = Parties::new(Suite::X25519).shake().shop.export(&state_key()).unwrap();
    for (at, forged) in flipped(&blob, 1) {
        assert_flip(Session::import(&forged, &state_key()), at, &[0, 1], &[]);
    }
    assert!(Session::import(&blob, &state_key()).is_ok(), "the true state is still one");
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
        cut(&ends.finish).for_each(|cut| refused(parties.server.accept(&cut, NOW), Error::Malformed, why));
        let blob = ends.shop.export(&state_key()).unwrap();
        cut(&blob).for_each(|cut| refused(Session::import(&cut, &state_key()), Error::Malformed, why));
        assert!(client.finish(&reply, NOW).is_ok(), "the true reply still works");
        assert!(parties.server.accept(&ends.finish, NOW).is_ok(), "the true finish still works");
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
    let at_limit = |message: &[u8], len: usize| [message, &vec![0; len - message.len()]].concat();
    for (len, status) in [(8192, Error::Malformed), (8193, Error::TooLarge), (1 << 20, Error::TooLarge)] {
        let why = "a handshake message has at most 8 KiB";
        refused(parties.server.reply(&at_limit(&hello, len), NOW), status, why);
        refused(client.finish(&at_limit(&[2, 2], len), NOW), status, why);
        refused(parties.server.accept(&at_limit(&[2, 3], len), NOW), status, why);
    }
}

#[test]
fn a_proof_or_cookie_too_short_or_long_fails_as_a_wrong_one_and_over_its_limit_as_no_message() {
    let parties = Parties::new(Suite::X25519);
    let ends = parties.shake();
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let field = |len: usize| [(len as u16).to_be_bytes().to_vec(), vec![7; len]].concat();
    for (proof, cookie, status) in [
        (0, 0, Error::Rejected),
        (39, 7, Error::Rejected),
        (40, 47, Error::Rejected),
        (4096, 512, Error::Rejected),
        (4097, 512, Error::Malformed),
        (4096, 513, Error::Malformed),
    ] {
        let why = "neither was made under a key of this handshake";
        refused(client.finish(&[&reply[..82], &field(proof), &field(cookie)].concat(), NOW), status, why);
        let forged = [&[2, 3], field(cookie).as_slice(), &field(proof)].concat();
        refused(parties.server.accept(&forged, NOW), status, why);
        if status == Error::Rejected {
            let true_cookie = [&ends.finish[..173], &field(proof)].concat();
            refused(parties.server.accept(&true_cookie, NOW), status, why);
        }
    }
    assert!(client.finish(&reply, NOW).is_ok(), "the true reply still works");
}
