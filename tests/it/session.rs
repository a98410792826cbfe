//! Sessions in normal use: what they carry, how they are numbered, when they end, and what a blob keeps.

use secenv::identity::pin;
use secenv::session::{AD_MAX, Client, MESSAGE_MAX, Server, Session, Suite, session_id};
use secenv::{Error, Timestamp};

use crate::parties::{LAST, NOW, Parties, STATE_KEY, SUITES, before, copy, ed25519, refused};

fn pair() -> (Session, Session) {
    let ends = Parties::new(Suite::X25519).shake();
    (ends.alice, ends.shop)
}

#[test]
fn two_round_trips_make_a_session_of_each_suite_and_kind_of_key() {
    for parties in SUITES.into_iter().flat_map(|suite| [Parties::new(suite), Parties::rsa(suite)]) {
        let mut ends = parties.shake();
        assert_eq!(ends.hello.len(), if parties.suite == Suite::X25519 { 99 } else { 1315 });
        assert_eq!(ends.alice.id(), ends.shop.id());
        assert_eq!((ends.alice.peer(), ends.shop.peer()), (parties.shop.public().pin(), parties.alice.public().pin()));
        let record = ends.alice.seal(b"POST /message", b"meet at noon", NOW).unwrap();
        assert_eq!(session_id(&record), Ok(*ends.shop.id()));
        assert_eq!(ends.shop.open(b"POST /message", &record, NOW).unwrap().expose_secret(), b"meet at noon");
        let reply = ends.shop.reply(0, b"POST /message", b"yes", NOW).unwrap();
        assert_eq!(ends.alice.open_reply(0, b"POST /message", &reply, NOW).unwrap().expose_secret(), b"yes");
        let push = ends.shop.seal(b"", b"are you there?", NOW).unwrap();
        assert_eq!(ends.alice.open_message(b"", &push, NOW).unwrap().expose_secret(), b"are you there?");
        let answer = ends.alice.reply(0, b"", b"I am", NOW).unwrap();
        assert_eq!(ends.shop.open(b"", &answer, NOW).unwrap().expose_secret(), b"I am");
    }
}

#[test]
fn an_rsa_client_and_an_ed25519_server_understand_each_other_and_the_other_way_round() {
    let (rsa, ed25519) = (Parties::rsa(Suite::X25519), Parties::new(Suite::X25519));
    Parties::with(rsa.alice.clone(), ed25519.shop.clone(), Suite::X25519XWing).shake();
    Parties::with(ed25519.alice, rsa.shop, Suite::X25519XWing).shake();
}

#[test]
fn the_server_learns_the_client_s_key_whoever_it_is() {
    let parties = Parties::new(Suite::X25519);
    let stranger = Parties { alice: ed25519(), ..parties };
    let ends = stranger.shake();
    let (_, spki) = stranger.server.accept(&ends.finish, NOW).unwrap();
    assert_eq!(pin(&spki).unwrap(), *stranger.alice.public().pin());
}

#[test]
fn a_lenient_server_takes_both_suites_and_a_strict_one_the_strong() {
    let parties = Parties::new(Suite::X25519XWing);
    let lenient = Server::new(&parties.shop, &STATE_KEY, Suite::X25519).unwrap();
    for suite in SUITES {
        let (mut client, hello) = Client::start(&parties.alice, parties.shop.public().pin(), suite).unwrap();
        let reply = lenient.reply(&hello, NOW).unwrap();
        let (_, finish) = client.finish(&reply, NOW).unwrap();
        assert!(lenient.accept(&finish, NOW).is_ok());
        assert_eq!(parties.server.reply(&hello, NOW).is_ok(), suite == Suite::X25519XWing);
        assert_eq!(parties.server.accept(&finish, NOW).is_ok(), suite == Suite::X25519XWing);
    }
}

#[test]
fn any_worker_takes_any_step() {
    let parties = Parties::new(Suite::X25519XWing);
    let worker = || Server::new(&parties.shop, &STATE_KEY, Suite::X25519XWing).unwrap();
    let (mut client, hello) = parties.start();
    let reply = worker().reply(&hello, NOW).unwrap();
    let (mut alice, finish) = client.finish(&reply, NOW).unwrap();
    let blob = worker().accept(&finish, NOW).unwrap().0.export(&STATE_KEY).unwrap();
    let record = alice.seal(b"", b"meet at noon", NOW).unwrap();
    let mut shop = Session::import(&blob, &STATE_KEY).unwrap();
    assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
}

#[test]
fn messages_are_numbered_from_0_and_replies_take_the_number_of_their_message() {
    let (mut alice, mut shop) = pair();
    assert_eq!((alice.last_received(), alice.last_sent()), (None, None));
    for number in 0..5 {
        let record = alice.seal(b"", b"", NOW).unwrap();
        shop.open(b"", &record, NOW).unwrap();
        assert_eq!((alice.last_sent(), shop.last_received()), (Some(number), Some(number)));
        let reply = shop.reply(number, b"", b"", NOW).unwrap();
        alice.open(b"", &reply, NOW).unwrap();
        assert_eq!(alice.last_received(), Some(number));
    }
    assert_eq!(shop.last_sent(), None, "a reply is no message");
}

#[test]
fn replies_to_what_was_not_opened_are_misuse() {
    let (mut alice, mut shop) = pair();
    let why = "this side opened no such message";
    refused(shop.reply(0, b"", b"", NOW), Error::InvalidArgument, why);
    let record = alice.seal(b"", b"", NOW).unwrap();
    refused(alice.reply(0, b"", b"", NOW), Error::InvalidArgument, why);
    shop.open(b"", &record, NOW).unwrap();
    refused(shop.reply(1, b"", b"", NOW), Error::InvalidArgument, why);
    refused(shop.reply(u64::MAX, b"", b"", NOW), Error::InvalidArgument, why);
    assert!(shop.reply(0, b"", b"", NOW).is_ok());
}

#[test]
fn open_message_and_open_reply_leave_to_others_what_is_not_theirs() {
    let (mut alice, mut shop) = pair();
    let records = [0, 1].map(|_| alice.seal(b"", b"", NOW).unwrap());
    let push = shop.seal(b"", b"push", NOW).unwrap();
    records.iter().for_each(|record| drop(shop.open_message(b"", record, NOW).unwrap()));
    let replies = [0, 1].map(|number| shop.reply(number, b"", b"", NOW).unwrap());
    refused(alice.open_reply(0, b"", &replies[1], NOW), Error::Rejected, "it answers another message");
    refused(alice.open_reply(0, b"", &push, NOW), Error::Rejected, "a message is no reply");
    refused(alice.open_message(b"", &replies[0], NOW), Error::Rejected, "a reply is no message");
    assert_eq!(alice.last_received(), None);
    assert!(alice.open_reply(0, b"", &replies[0], NOW).is_ok() && alice.open_reply(1, b"", &replies[1], NOW).is_ok());
    assert!(alice.open_message(b"", &push, NOW).is_ok());
}

#[test]
fn the_longest_message_and_associated_data_fit_and_one_more_byte_does_not() {
    let (mut alice, mut shop) = pair();
    let (message, ad) = (vec![7; MESSAGE_MAX + 1], vec![8; AD_MAX + 1]);
    let record = alice.seal(&ad[..AD_MAX], &message[..MESSAGE_MAX], NOW).unwrap();
    assert_eq!((MESSAGE_MAX, AD_MAX, record.len()), (16 << 20, 64 << 10, (16 << 20) + 67));
    let why = "it is over the limit";
    refused(alice.seal(b"", &message, NOW), Error::TooLarge, why);
    refused(alice.seal(&ad, b"", NOW), Error::TooLarge, why);
    refused(shop.open(b"", &[record.as_slice(), &[0]].concat(), NOW), Error::TooLarge, why);
    refused(session_id(&[record.as_slice(), &[0]].concat()), Error::TooLarge, why);
    refused(shop.open(&ad, &record, NOW), Error::TooLarge, why);
    assert_eq!(shop.open(&ad[..AD_MAX], &record, NOW).unwrap().expose_secret(), &message[..MESSAGE_MAX]);
    assert_eq!(alice.last_sent(), Some(0), "what was not sealed has no number");
    refused(shop.reply(0, b"", &message, NOW), Error::TooLarge, why);
    let reply = shop.reply(0, &ad[..AD_MAX], &message[..MESSAGE_MAX], NOW).unwrap();
    refused(alice.open(b"", &[reply.as_slice(), &[0]].concat(), NOW), Error::TooLarge, why);
    assert!(alice.open(&ad[..AD_MAX], &reply, NOW).is_ok());
}

#[test]
fn a_session_ends_after_a_day_for_who_seals_and_for_who_opens() {
    let (mut alice, mut shop) = pair();
    let (day, why) = (NOW.saturating_add(86_400), "the session is older than a day");
    let first = alice.seal(b"", b"", NOW).unwrap();
    let last = alice.seal(b"", b"", day).unwrap();
    assert!(shop.open(b"", &first, day).is_ok() && shop.reply(0, b"", b"", day).is_ok());
    for late in [day.saturating_add(1), LAST] {
        refused(alice.seal(b"", b"", late), Error::Ended, why);
        refused(shop.open(b"", &last, late), Error::Ended, why);
        refused(shop.reply(0, b"", b"", late), Error::Ended, why);
        refused(copy(&shop).seal(b"", b"", late), Error::Ended, why);
    }
    refused(shop.open(b"", b"", LAST), Error::Malformed, "what is no record is told first");
    assert!(shop.open(b"", &last, day).is_ok(), "a clock that was set right");
}

#[test]
fn a_clock_may_be_set_back_by_five_minutes() {
    let (mut alice, mut shop) = pair();
    let record = alice.seal(b"", b"", before(300)).unwrap();
    for early in [before(301), Timestamp::default()] {
        refused(alice.seal(b"", b"", early), Error::Ended, "the session was made in the future");
        refused(shop.open(b"", &record, early), Error::Ended, "the session was made in the future");
    }
    assert!(shop.open(b"", &record, before(300)).is_ok());
}

#[test]
fn a_session_that_was_stored_goes_on_where_it_was() {
    let (mut alice, mut shop) = pair();
    for number in 0..50 {
        (alice, shop) = (copy(&alice), copy(&shop));
        let record = alice.seal(b"", b"meet at noon", NOW).unwrap();
        assert_eq!(alice.last_sent(), Some(number));
        (alice, shop) = (copy(&alice), copy(&shop));
        shop.open(b"", &record, NOW).unwrap();
        (alice, shop) = (copy(&alice), copy(&shop));
        assert_eq!(shop.last_received(), None, "which record was opened last is the handle's to know");
        let reply = shop.reply(number, b"", b"", NOW).unwrap();
        alice.open_reply(number, b"", &reply, NOW).unwrap();
        refused(copy(&alice).open(b"", &reply, NOW), Error::Rejected, "the window of replies travels in the state");
    }
    assert_eq!((alice.id(), alice.peer()), (copy(&alice).id(), copy(&alice).peer()));
    assert_eq!(alice.export(&STATE_KEY).unwrap().len(), 844);
    assert_ne!(alice.export(&STATE_KEY).unwrap(), alice.export(&STATE_KEY).unwrap(), "each has a nonce of its own");
}

#[test]
fn a_stored_session_may_answer_the_last_16_messages_that_it_opened() {
    let (mut alice, mut shop) = pair();
    let records: Vec<_> = (0..20).map(|_| alice.seal(b"", b"", NOW).unwrap()).collect();
    // In another order than that of their numbers: the oldest four are 19 to 16.
    records.iter().rev().for_each(|record| drop(shop.open(b"", record, NOW).unwrap()));
    let mut again = copy(&shop);
    for number in 0..20 {
        assert!(shop.reply(number, b"", b"", NOW).is_ok(), "the handle itself knows them all");
        let reply = again.reply(number, b"", b"", NOW);
        assert_eq!(reply.is_ok(), number < 16, "{number}");
        let Ok(reply) = reply else { continue };
        assert!(alice.open_reply(number, b"", &reply, NOW).is_ok());
    }
}

#[test]
fn a_handle_answers_the_last_1024_messages_and_recognizes_the_replies_to_its_own() {
    let (mut alice, mut shop) = pair();
    let first = copy(&alice).seal(b"", b"never stored", NOW).unwrap();
    let records: Vec<_> = (0..1025).map(|_| alice.seal(b"", b"", NOW).unwrap()).collect();
    let mut other = copy(&shop);
    records.iter().for_each(|record| drop(shop.open(b"", record, NOW).unwrap()));
    refused(shop.reply(0, b"", b"", NOW), Error::InvalidArgument, "it was opened 1,024 messages ago");
    let replies = [1, 1000].map(|number| shop.reply(number, b"", b"", NOW).unwrap());
    replies.iter().for_each(|reply| drop(alice.open(b"", reply, NOW).unwrap()));
    other.open(b"", &first, NOW).unwrap();
    let stale = other.reply(0, b"", b"", NOW).unwrap();
    refused(alice.open(b"", &stale, NOW), Error::Rejected, "what is no longer remembered is not guessed");
}

#[test]
fn workers_reply_at_the_same_moment_and_in_any_order() {
    let (mut alice, mut shop) = pair();
    let records: Vec<_> = (0..8).map(|at: u8| alice.seal(b"", &[at], NOW).unwrap()).collect();
    let mut replies = Vec::new();
    for record in &records {
        // Each loads, opens, stores; then each works and replies from the state that it stored.
        let mut worker = copy(&shop);
        let message = worker.open_message(b"", record, NOW).unwrap();
        shop = copy(&worker);
        replies.push((worker.last_received().unwrap(), worker, message));
    }
    for (number, mut worker, message) in replies.into_iter().rev() {
        let reply = worker.reply(number, b"", message.expose_secret(), NOW).unwrap();
        assert_eq!(alice.open_reply(number, b"", &reply, NOW).unwrap().expose_secret(), [number as u8]);
    }
}

#[test]
fn a_nonce_is_never_used_twice() {
    let (alice, _) = pair();
    let nonce = |record: Vec<u8>| record[27..51].to_vec();
    let mut seen: Vec<_> = (0..500).map(|_| nonce(copy(&alice).seal(b"", b"same", NOW).unwrap())).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 500, "although each copy repeats number 0");
}
