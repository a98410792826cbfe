//! Records under an attacker who keeps, drops, reorders, repeats and mixes them.

use secenv::Error;
use secenv::session::{Session, Suite};

use super::mallory::{self, State, message_key, reply_key, sent_before, step};
use crate::parties::{NOW, Parties, after_now, confirm, confirmed_pair, copy, import, pair, refused};

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
    let (mut alice, mut shop) = confirmed_pair();
    let (from_alice, from_shop) = (alice.seal(b"", b"", NOW).unwrap(), shop.seal(b"", b"", NOW).unwrap());
    let why = "each side opens what the other side sends only, and under that side's key";
    for record in [&from_alice, &[&[2, 4, 1], &from_alice[3..]].concat()] {
        refused(alice.open(b"", record, NOW), Error::Rejected, why);
    }
    for record in [&from_shop, &[&[2, 4, 0], &from_shop[3..]].concat()] {
        refused(shop.open(b"", record, NOW), Error::Rejected, why);
    }
    assert!(alice.open(b"", &from_shop, NOW).is_ok() && shop.open(b"", &from_alice, NOW).is_ok());
    let (by_alice, by_shop) = (alice.reply(0, b"", b"", NOW).unwrap(), shop.reply(1, b"", b"", NOW).unwrap());
    refused(alice.open(b"", &by_alice, NOW), Error::Rejected, why);
    refused(shop.open(b"", &by_shop, NOW), Error::Rejected, why);
    assert!(alice.open(b"", &by_shop, NOW).is_ok() && shop.open(b"", &by_alice, NOW).is_ok());
}

#[test]
fn turns_a_message_into_a_reply_and_a_reply_into_a_message() {
    let (mut alice, mut shop) = confirmed_pair();
    let (from_alice, from_shop) = (alice.seal(b"", b"", NOW).unwrap(), shop.seal(b"", b"", NOW).unwrap());
    shop.open(b"", &from_alice, NOW).unwrap();
    let by_shop = shop.reply(1, b"", b"", NOW).unwrap();
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
    // Only a client that went on from an old state makes it possible: the shop saw a message that this one never sent
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
    let before = State::of(&shop);
    for (number, status) in [
        (u64::from(u32::MAX), Error::Rejected),
        (1 << 32, Error::Malformed),
        (u64::MAX, Error::Malformed),
        (u64::MAX - 1023, Error::Malformed),
    ] {
        let forged = [&record[..19], &number.to_be_bytes(), &record[27..]].concat();
        refused(shop.open(b"", &forged, NOW), status, "numbers are below 2^32 and authenticated");
    }
    assert_eq!(State::of(&shop), before, "nothing moved");
    assert!(shop.open(b"", &record, NOW).is_ok(), "the window did not move");
}

/// The key of each record of the client that is `generation` steps further on than C_g of this state.
fn chain_after(state: &State, generations: u64) -> [u8; 32] {
    (0..generations).fold(state.chains[0], |chain, _| step(&chain))
}

/// A message of the client's with the right key for its number, from what the shop holds.
fn message(shop: &Session, number: u64) -> Vec<u8> {
    let state = State::of(shop);
    let present = state.messages.0.saturating_sub(1) / 1024;
    let chain =
        if number / 1024 + 1 == present { state.chains[1] } else { chain_after(&state, number / 1024 - present) };
    mallory::record(&message_key(&chain), (0, number), shop.id().as_bytes(), &[], b"far ahead")
}

/// 2^32 numbers are 4 million steps: nobody makes a receiver take more than 16, and none without a tag that holds.
#[test]
fn a_number_that_is_far_ahead_is_refused_before_anything_is_computed() {
    for opened in [None, Some(0), Some(5), Some(1023), Some(1024), Some(16_000)] {
        let (_, mut shop) = pair();
        if let Some(number) = opened {
            let record = message(&shop, number);
            shop.open(b"", &record, NOW).unwrap();
        }
        let (before, bound) = (State::of(&shop), opened.map_or(16_383, |highest| highest + 16_384));
        for number in [bound + 1, bound + 1024, bound + 100_000] {
            let record = message(&shop, number);
            refused(shop.open(b"", &record, NOW), Error::Rejected, "it is more than 16,384 above the highest");
        }
        let started = std::time::Instant::now();
        let mut wrong = message(&shop, bound);
        *wrong.last_mut().unwrap() ^= 1;
        for number in [u64::from(u32::MAX), u64::from(u32::MAX) - 1024, bound] {
            let forged = [&wrong[..19], &number.to_be_bytes(), &wrong[27..]].concat();
            for _ in 0..10 {
                refused(shop.open(b"", &forged, NOW), Error::Rejected, "its tag is wrong");
            }
        }
        assert!(started.elapsed().as_secs() < 10, "4 million steps would take longer");
        assert_eq!(State::of(&shop), before, "steps are taken in a copy, which is kept when the tag held");

        for number in opened.map_or(0, |highest| highest + 1)..3 {
            let record = message(&shop, number);
            assert!(copy(&shop).open(b"", &record, NOW).is_ok(), "the honest message still opens");
        }
        let record = message(&shop, bound);
        assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"far ahead", "exactly at the bound");
        let after = State::of(&shop);
        assert_eq!(after.messages.0, bound + 1);
        let steps = bound / 1024 - opened.unwrap_or(0) / 1024;
        assert_eq!(after.chains[..2], [chain_after(&before, steps), chain_after(&before, steps - 1)]);
        assert_eq!(after.chains[2..], before.chains[2..], "the other number space has a chain of its own");
        assert!(copy(&shop).open(b"", &message(&shop, bound + 16_384), NOW).is_ok(), "and so on");
    }
}

#[test]
fn a_record_with_a_wrong_tag_moves_no_chain_and_no_window() {
    let (mut alice, mut shop) = pair();
    let records = seal(&mut alice, 3000);
    shop.open(b"ad", &records[0], NOW).unwrap();
    let before = State::of(&shop);
    for number in [1, 1023, 1024, 2048, 2999] {
        for at in [26, 27, 60, records[number].len() - 1] {
            let mut forged = records[number].clone();
            forged[at] ^= 1;
            refused(shop.open(b"ad", &forged, NOW), Error::Rejected, "all of it is authenticated");
        }
        refused(shop.open(b"other", &records[number], NOW), Error::Rejected, "and what it is for");
    }
    assert_eq!(State::of(&shop), before);
    for number in [1, 2, 1024, 1023, 2999] {
        assert!(shop.open(b"ad", &records[number], NOW).is_ok(), "{number}");
    }
    refused(shop.open(b"ad", &records[3], NOW), Error::Rejected, "its generation is gone, and the window is past it");
}

#[test]
fn a_reply_moves_no_chain() {
    let (mut alice, mut shop) = pair();
    for _ in 0..1030 {
        confirm(&mut alice, &mut shop);
    }
    let chains = [State::of(&alice).chains, State::of(&shop).chains];
    assert_eq!(chains[0], chains[1]);
    for number in [1020, 1023, 1024, 1029] {
        let reply = shop.reply(number, b"", b"yes", NOW).unwrap();
        alice.open_reply(number, b"", &reply, NOW).unwrap();
        assert_eq!([State::of(&alice).chains, State::of(&shop).chains], chains);
    }
    // Whoever has the keys can name a number that is ahead, but there was no message of that number.
    let (state, id) = (State::of(&shop), *shop.id());
    for (number, generations) in [(1030, 0), (2048, 1), (5000, 3), (u64::from(u32::MAX), 3)] {
        let key = reply_key(&chain_after(&state, generations));
        let forged = mallory::record(&key, (2, number), id.as_bytes(), &[7; 16], b"yes");
        refused(alice.open(b"", &forged, NOW), Error::Rejected, "no such message was sent");
        let forged = mallory::record(&key, (3, number), id.as_bytes(), &[7; 16], b"yes");
        refused(shop.open(b"", &forged, NOW), Error::Rejected, "no such message was sent");
    }
    assert_eq!([State::of(&alice).chains, State::of(&shop).chains], chains);
}

/// A client that sent 5,000 messages answers the server's message 3: each number space has a chain of its own.
#[test]
fn a_reply_to_an_early_message_of_the_other_side_is_possible_after_many_of_one_s_own() {
    let (mut alice, mut shop) = confirmed_pair();
    let pushes = [0; 4].map(|_| shop.seal(b"", b"", NOW).unwrap());
    pushes.iter().for_each(|push| drop(alice.open(b"", push, NOW).unwrap()));
    for _ in 0..5000 {
        confirm(&mut alice, &mut shop);
    }
    let answer = copy(&alice).reply(3, b"", b"late", NOW).unwrap();
    assert_eq!(copy(&shop).open_reply(3, b"", &answer, NOW).unwrap().expose_secret(), b"late");
}

#[test]
fn numbers_end_the_sealing_of_messages_and_nothing_else() {
    let (mut alice, mut shop) = confirmed_pair();
    let push = shop.seal(b"", b"", NOW).unwrap();
    let place = *alice.place();
    let last = State { next: (1 << 32) - 1, sent: sent_before((1 << 32) - 1), ..State::of(&alice) };
    let mut old = import(&last.seal(&place), &place).unwrap();
    let record = old.seal(b"", b"", NOW).unwrap();
    assert_eq!((&record[19..27], old.last_sent()), (((1_u64 << 32) - 1).to_be_bytes().as_slice(), Some((1 << 32) - 1)));
    for session in [&mut copy(&old), &mut old] {
        refused(session.seal(b"", b"", NOW), Error::Ended, "numbers are below 2^32");
        session.open(b"", &push, NOW).unwrap();
        let answer = session.reply(0, b"", b"", NOW).unwrap();
        assert!(copy(&shop).open_reply(0, b"", &answer, NOW).is_ok());
    }
    assert!(alice.open(b"", &push, NOW).is_ok());
}

#[test]
fn the_message_that_reaches_2_to_the_44_bytes_is_the_last() {
    let (mut alice, mut shop) = confirmed_pair();
    let records = [0; 2].map(|_| alice.seal(b"", b"12345", NOW).unwrap());
    let why = "the session has carried what it may";
    let near = |session: &Session, left: u64| {
        let state = State { bytes: (1 << 44) - left, ..State::of(session) };
        import(&state.seal(session.place()), session.place()).unwrap()
    };
    let mut sealing = near(&alice, 5);
    let last = sealing.seal(b"", b"12345", NOW).unwrap();
    refused(sealing.seal(b"", b"", NOW), Error::Ended, why);
    let push = shop.seal(b"", b"", NOW).unwrap();
    refused(sealing.open(b"", &push, NOW), Error::Ended, why);
    let mut opening = near(&shop, 5);
    opening.open(b"", &records[0], NOW).unwrap();
    refused(opening.open(b"", &records[1], NOW), Error::Ended, why);
    refused(opening.reply(1, b"", b"", NOW), Error::Ended, why);
    refused(opening.seal(b"", b"", NOW), Error::Ended, why);
    for record in records.iter().chain([&last]) {
        assert!(near(&shop, 6).open(b"", record, NOW).is_ok());
    }
}

/// Life 1 sends "A" as message 0 and is rolled back; life 2 sends "B" as message 0 and stores; life 3 goes on from that
/// and gets the reply to "A".
#[test]
fn a_reply_to_another_message_is_refused_after_a_roll_back_and_a_restart() {
    let (mut life1, mut shop) = pair();
    let mut life2 = copy(&life1);
    let a = life1.seal(b"", b"delete it?", NOW).unwrap();
    shop.open(b"", &a, NOW).unwrap();
    let reply_to_a = shop.reply(0, b"", b"yes", NOW).unwrap();
    let b = life2.seal(b"", b"keep it?", NOW).unwrap();
    refused(shop.open(b"", &b, NOW), Error::Rejected, "there was a message 0");
    let mut life3 = copy(&life2);
    for life in [&mut life2, &mut life3] {
        let why = "the last 16 that were sent are in the state, by their tags";
        refused(life.open_reply(0, b"", &reply_to_a, NOW), Error::Rejected, why);
        refused(life.open(b"", &reply_to_a, NOW), Error::Rejected, why);
    }
    assert!(copy(&life1).open_reply(0, b"", &reply_to_a, NOW).is_ok(), "for whom it is, it is good");
}

#[test]
fn pads_wrongly_behind_a_tag_that_holds() {
    let mut ends = Parties::padded().shake();
    confirm(&mut ends.alice, &mut ends.shop);
    let push = ends.shop.seal(b"", b"", NOW).unwrap();
    ends.alice.open(b"", &push, NOW).unwrap();
    let (state, id) = (State::of(&ends.shop), *ends.shop.id());
    let padded = |message: &[u8], len: usize| {
        let mut content = [message, &[0x80]].concat();
        content.resize(len, 0);
        content
    };
    let (good, mut no_end, mut late) = (padded(b"meet at noon", 256), padded(b"", 256), padded(b"meet at noon", 256));
    (no_end[0], late[255]) = (0, 1);
    let other_marks = [0x81, 0x40, 1].map(|mark| [b"meet at noon", [mark].as_slice(), &[0; 243]].concat());
    let mut wrong = vec![
        b"".to_vec(),
        b"meet at noon".to_vec(),
        b"\x80".to_vec(),
        no_end,
        late,
        padded(b"meet at noon", 255),
        padded(b"meet at noon", 257),
        padded(b"meet at noon", 272),
        padded(b"meet at noon", 512),
        padded(&[7; 300], 301),
        padded(&[7; 300], 336),
        padded(&vec![7; (16 << 20) + 1], (16 << 20) + (1 << 19)),
    ];
    wrong.extend(other_marks);
    let before = State::of(&ends.shop);
    for (at, content) in wrong.iter().enumerate() {
        let why = format!("content {at} is not padded as the document says");
        let record = mallory::record(&message_key(&state.chains[0]), (0, 1), id.as_bytes(), &[], content);
        refused(ends.shop.open(b"", &record, NOW), Error::Rejected, &why);
        let answers = &push[push.len() - 16..];
        let reply = mallory::record(&reply_key(&state.chains[2]), (3, 0), id.as_bytes(), answers, content);
        refused(ends.shop.open(b"", &reply, NOW), Error::Rejected, &why);
    }
    assert_eq!(State::of(&ends.shop), before, "nothing moved");
    for content in [good, padded(b"meet at noon", 256), padded(&[7; 300], 304)] {
        let record = mallory::record(&message_key(&state.chains[0]), (0, 1), id.as_bytes(), &[], &content);
        assert!(copy(&ends.shop).open(b"", &record, NOW).is_ok(), "nothing else is in the way");
    }
    let record = ends.alice.seal(b"", b"meet at noon", after_now(1)).unwrap();
    assert_eq!(ends.shop.open(b"", &record, after_now(1)).unwrap().expose_secret(), b"meet at noon");
    assert_eq!(Parties::new(Suite::X25519).shake().alice.seal(b"", b"meet at noon", NOW).unwrap().len(), 67 + 12);
}
