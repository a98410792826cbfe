//! Records under an attacker who keeps, drops, reorders, repeats and mixes them.

use secenv::Error;
use secenv::session::{Session, Suite};

use crate::parties::{NOW, Parties, copy, refused, state_key};

fn pair() -> (Session, Session) {
    let ends = Parties::new(Suite::X25519).shake();
    (ends.alice, ends.shop)
}

fn seal(sender: &mut Session, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|at| sender.seal(b"ad", at.to_string().as_bytes(), NOW).unwrap()).collect()
}

#[test]
fn plays_a_record_twice() {
    let (mut alice, mut shop) = pair();
    let records = seal(&mut alice, 20);
    for record in &records {
        assert!(shop.open(b"ad", record, NOW).is_ok());
        refused(shop.open(b"ad", record, NOW), Error::Rejected, "the window has seen the number");
        refused(copy(&shop).open(b"ad", record, NOW), Error::Rejected, "the window travels in the state");
    }
    for record in &records {
        refused(shop.open(b"ad", record, NOW), Error::Rejected, "the window still has seen the number");
    }
}

#[test]
fn reorders_and_drops_records_within_the_window_and_beyond_it() {
    let (mut alice, mut shop) = pair();
    let records = seal(&mut alice, 1026);
    // The newest first: 1,023 older ones may still come, in any order.
    assert!(shop.open(b"ad", &records[1025], NOW).is_ok());
    for late in [&records[0], &records[1]] {
        refused(shop.open(b"ad", late, NOW), Error::Rejected, "it is older than the window remembers");
    }
    for at in (2..1025).rev().step_by(2).chain((3..1025).step_by(2)) {
        let opened = shop.open(b"ad", &records[at], NOW).unwrap();
        assert_eq!(opened.expose_secret(), at.to_string().as_bytes());
        assert_eq!(shop.last_received(), Some(at as u64));
    }
    assert!(records.iter().all(|record| shop.open(b"ad", record, NOW).is_err()), "each was opened once");
}

#[test]
fn sends_a_record_back_to_its_sender() {
    let (mut alice, mut shop) = pair();
    let (from_alice, from_shop) = (alice.seal(b"", b"", NOW).unwrap(), shop.seal(b"", b"", NOW).unwrap());
    let why = "each side opens what the other side sends only, and under that side's key";
    for record in [&from_alice, &[&[2, 4, 1], &from_alice[3..]].concat()] {
        refused(alice.open(b"", record, NOW), Error::Rejected, why);
    }
    for record in [&from_shop, &[&[2, 4, 0], &from_shop[3..]].concat()] {
        refused(shop.open(b"", record, NOW), Error::Rejected, why);
    }
    assert!(alice.open(b"", &from_shop, NOW).is_ok() && shop.open(b"", &from_alice, NOW).is_ok());
    let (by_alice, by_shop) = (alice.reply(0, b"", b"", NOW).unwrap(), shop.reply(0, b"", b"", NOW).unwrap());
    refused(alice.open(b"", &by_alice, NOW), Error::Rejected, why);
    refused(shop.open(b"", &by_shop, NOW), Error::Rejected, why);
    assert!(alice.open(b"", &by_shop, NOW).is_ok() && shop.open(b"", &by_alice, NOW).is_ok());
}

#[test]
fn turns_a_message_into_a_reply_and_a_reply_into_a_message() {
    let (mut alice, mut shop) = pair();
    let (from_alice, from_shop) = (alice.seal(b"", b"", NOW).unwrap(), shop.seal(b"", b"", NOW).unwrap());
    shop.open(b"", &from_alice, NOW).unwrap();
    let by_shop = shop.reply(0, b"", b"", NOW).unwrap();
    let why = "the header is associated data";
    let as_reply = [&[2, 4, 2], &from_shop[3..27], &from_alice[from_alice.len() - 16..], &from_shop[27..]].concat();
    refused(alice.open(b"", &as_reply, NOW), Error::Rejected, why);
    let as_message = [&[2, 4, 1], &by_shop[3..27], &by_shop[43..]].concat();
    refused(alice.open(b"", &as_message, NOW), Error::Rejected, why);
    assert!(alice.open(b"", &from_shop, NOW).is_ok() && alice.open(b"", &by_shop, NOW).is_ok());
}

#[test]
fn mixes_the_records_of_two_sessions() {
    let parties = Parties::new(Suite::X25519);
    let (mut one, mut two) = (parties.shake(), parties.shake());
    let (first, second) = (one.alice.seal(b"", b"1", NOW).unwrap(), two.alice.seal(b"", b"2", NOW).unwrap());
    refused(one.shop.open(b"", &second, NOW), Error::Rejected, "the session id is another");
    for spliced in [[&first[..27], &second[27..]].concat(), [&first[..51], &second[51..]].concat()] {
        refused(one.shop.open(b"", &spliced, NOW), Error::Rejected, "each session has its own keys");
    }
    assert!(one.shop.open(b"", &first, NOW).is_ok() && two.shop.open(b"", &second, NOW).is_ok());
}

#[test]
fn takes_a_record_to_another_use() {
    let (mut alice, mut shop) = pair();
    let record = alice.seal(b"POST /message", b"meet at noon", NOW).unwrap();
    for ad in [b"".as_slice(), b"POST /messages", b"POST /messag", b"POST /massage"] {
        refused(shop.open(ad, &record, NOW), Error::Rejected, "the use is associated data");
    }
    // A byte that moves from the header into the associated data.
    let (shifted, ad) = ([&record[..26], &record[27..]].concat(), [&record[26..27], b"POST /message"].concat());
    refused(
        shop.open(&ad, &shifted, NOW),
        Error::Rejected,
        "the header has one length, and the associated data its own",
    );
    assert!(shop.open(b"POST /message", &record, NOW).is_ok());
}

#[test]
fn changes_a_byte_of_associated_data_of_any_length() {
    let (mut alice, mut shop) = pair();
    for len in (1..300).chain([65_536]) {
        let ad: Vec<u8> = (0..len).map(|at| at as u8).collect();
        let record = alice.seal(&ad, b"", NOW).unwrap();
        for at in [0, len / 2, len - 1] {
            let mut other = ad.clone();
            other[at] ^= 1;
            refused(shop.open(&other, &record, NOW), Error::Rejected, "all of it is authenticated");
        }
        refused(shop.open(&ad[1..], &record, NOW), Error::Rejected, "all of it is authenticated");
        assert!(shop.open(&ad, &record, NOW).is_ok(), "{len}");
    }
}

#[test]
fn replies_to_a_message_that_was_never_sent() {
    let (mut alice, mut shop) = pair();
    // Only a client that went on from an old state makes it possible: the shop saw a message that this Alice did not send.
    let message = copy(&alice).seal(b"", b"", NOW).unwrap();
    shop.open(b"", &message, NOW).unwrap();
    let reply = shop.reply(0, b"", b"yes", NOW).unwrap();
    refused(alice.open(b"", &reply, NOW), Error::Rejected, "there is no message 0 yet");
    refused(alice.open_reply(0, b"", &reply, NOW), Error::Rejected, "there is no message 0 yet");
}

/// The client crashed after it sent message 5 and before it stored that it had; then it sends another message 5.
#[test]
fn plays_the_reply_to_the_first_message_5_for_the_second() {
    let (mut alice, mut shop) = pair();
    for record in seal(&mut alice, 5) {
        shop.open(b"ad", &record, NOW).unwrap();
    }
    let mut restarted = copy(&alice);
    let first = alice.seal(b"ad", b"delete it?", NOW).unwrap();
    shop.open(b"ad", &first, NOW).unwrap();
    let old = shop.reply(5, b"ad", b"yes", NOW).unwrap();
    let second = restarted.seal(b"ad", b"keep it?", NOW).unwrap();
    assert_eq!((alice.last_sent(), restarted.last_sent()), (Some(5), Some(5)));
    refused(restarted.open(b"ad", &old, NOW), Error::Rejected, "the reply names the message that it answers");
    refused(restarted.open_reply(5, b"ad", &old, NOW), Error::Rejected, "the reply names the message that it answers");
    refused(shop.open(b"ad", &second, NOW), Error::Rejected, "there was a message 5");
    let renamed = [&old[..27], &second[second.len() - 16..], &old[43..]].concat();
    refused(restarted.open(b"ad", &renamed, NOW), Error::Rejected, "the name is associated data");
    assert!(alice.open(b"ad", &old, NOW).is_ok(), "for whom it is, it is good");
}

#[test]
fn lets_two_replies_to_one_message_arrive() {
    let (mut alice, mut shop) = pair();
    let message = alice.seal(b"", b"", NOW).unwrap();
    shop.open(b"", &message, NOW).unwrap();
    let replies = [b"yes", b"no!"].map(|text| shop.reply(0, b"", text, NOW).unwrap());
    assert_eq!(copy(&alice).open(b"", &replies[1], NOW).unwrap().expose_secret(), b"no!", "whichever comes first");
    assert_eq!(alice.open(b"", &replies[0], NOW).unwrap().expose_secret(), b"yes");
    for reply in &replies {
        refused(alice.open(b"", reply, NOW), Error::Rejected, "one reply to one message");
    }
}

#[test]
fn gives_the_reply_to_one_message_for_that_to_another() {
    let (mut alice, mut shop) = pair();
    let messages = seal(&mut alice, 2);
    let replies: Vec<_> = (0..2)
        .map(|number| {
            shop.open(b"ad", &messages[number], NOW).unwrap();
            shop.reply(number as u64, b"ad", b"", NOW).unwrap()
        })
        .collect();
    refused(alice.open_reply(0, b"ad", &replies[1], NOW), Error::Rejected, "it carries another number");
    let mut renumbered = replies[1].clone();
    renumbered[26] = 0;
    refused(alice.open(b"ad", &renumbered, NOW), Error::Rejected, "the number is associated data");
    assert!(
        alice.open_reply(0, b"ad", &replies[0], NOW).is_ok() && alice.open_reply(1, b"ad", &replies[1], NOW).is_ok()
    );
}

#[test]
fn names_numbers_that_no_session_reaches() {
    let (mut alice, mut shop) = pair();
    let record = alice.seal(b"", b"", NOW).unwrap();
    for (number, status) in [
        (u64::from(u32::MAX), Error::Rejected),
        (1 << 32, Error::Malformed),
        (u64::MAX, Error::Malformed),
        (u64::MAX - 1023, Error::Malformed),
    ] {
        let forged = [&record[..19], &number.to_be_bytes(), &record[27..]].concat();
        refused(shop.open(b"", &forged, NOW), status, "numbers are below 2^32 and authenticated");
    }
    assert!(shop.open(b"", &record, NOW).is_ok(), "the window did not move");
}

#[test]
fn brings_a_state_of_another_key_or_a_record_as_a_state() {
    let (mut alice, shop) = pair();
    let blob = shop.export(&state_key(1)).unwrap();
    refused(Session::import(&blob, &state_key(2)), Error::Rejected, "it was sealed under another key");
    let dressed = [&shop.export(&state_key(2)).unwrap()[..10], &blob[10..]].concat();
    refused(Session::import(&dressed, &state_key(2)), Error::Rejected, "the key's id does not open it");
    let record = alice.seal(b"", &[0; 777], NOW).unwrap();
    refused(Session::import(&record, &state_key(1)), Error::Malformed, "the type in front is another");
    let dressed = [&blob[..10], &record[record.len() - (blob.len() - 10)..]].concat();
    refused(Session::import(&dressed, &state_key(1)), Error::Rejected, "a record's key is no state's");
}
