//! Sessions in normal use: what they carry, how they are numbered, when they end, what they hide, what a blob keeps.

use secenv::identity::pin;
use secenv::session::{AD_MAX, Client, ClientConfig, EXPORT_MAX, MESSAGE_MAX, PROLOGUE_MAX, Server, Session, Suite};
use secenv::session::{Padding, ServerConfig, session_id};
use secenv::{CookieKey, Error, StateKey, StoreId, Timestamp};

use crate::parties::{LATEST, NOW, Parties, STORE, SUITES, after_now, before_now, client, confirm, confirmed_pair};
use crate::parties::{cookie_key, copy, ed25519, export, import, pair, refused, server, state_key};

#[test]
fn two_round_trips_make_a_session_of_each_suite_and_kind_of_key() {
    for parties in SUITES.into_iter().flat_map(|suite| [Parties::new(suite), Parties::rsa(suite)]) {
        let mut ends = parties.shake();
        assert_eq!(ends.hello.len(), if parties.suite == Suite::X25519 { 100 } else { 1316 });
        assert_eq!(ends.alice.id(), ends.shop.id());
        assert_eq!((ends.alice.peer(), ends.shop.peer()), (parties.shop.public().pin(), parties.alice.public().pin()));
        let record = ends.alice.seal(b"POST /message", b"meet at noon", NOW).unwrap();
        assert_eq!((record.len(), session_id(&record)), (67 + 12, Ok(*ends.shop.id())));
        assert_eq!(ends.shop.open(b"POST /message", &record, NOW).unwrap().expose_secret(), b"meet at noon");
        let reply = ends.shop.reply(0, b"POST /message", b"yes", NOW).unwrap();
        assert_eq!(reply.len(), 83 + 3);
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
fn the_server_learns_the_client_s_key_whoever_it_is_before_it_stores_or_opens_anything() {
    let parties = Parties::new(Suite::X25519);
    let stranger = Parties { alice: ed25519(), ..parties };
    let accepted = stranger.server.accept(&stranger.shake().finish, NOW).unwrap();
    assert_eq!(pin(&accepted.client_spki).unwrap(), *stranger.alice.public().pin());
    assert_eq!(accepted.session.peer(), stranger.alice.public().pin());
    // A row that is loaded for a record says whose it is before the record is opened.
    assert_eq!(copy(&accepted.session).peer(), stranger.alice.public().pin());
}

#[test]
fn a_lenient_server_takes_both_suites_and_a_strict_one_the_strong() {
    let parties = Parties::new(Suite::X25519XWing);
    let lenient = server(std::slice::from_ref(&parties.shop), |config| config.minimum_suite = Suite::X25519);
    for suite in SUITES {
        let pins = [*parties.shop.public().pin()];
        let (mut client, hello) = client(&parties.alice, &pins, |config| config.suite = suite);
        let reply = lenient.reply(&hello, NOW).unwrap();
        let finish = client.finish(&reply, NOW).unwrap();
        assert!(client.session(&lenient.accept(&finish, NOW).unwrap().welcome, NOW).is_ok());
        assert_eq!(parties.server.reply(&hello, NOW).is_ok(), suite == Suite::X25519XWing);
        assert_eq!(parties.server.accept(&finish, NOW).is_ok(), suite == Suite::X25519XWing);
    }
}

#[test]
fn a_client_and_a_server_that_are_told_nothing_ask_for_the_strong_suite() {
    let parties = Parties::new(Suite::X25519XWing);
    let (_, hello) = client(&parties.alice, &[*parties.shop.public().pin()], |_| {});
    let strict = server(std::slice::from_ref(&parties.shop), |_| {});
    assert!(strict.reply(&hello, NOW).is_ok());
    let (_, weak) = Parties { suite: Suite::X25519, ..parties }.start();
    refused(strict.reply(&weak, NOW), Error::Rejected, "the minimum is suite 2 unless it is said otherwise");
}

#[test]
fn any_worker_takes_any_step() {
    let parties = Parties::new(Suite::X25519XWing);
    let worker = || server(std::slice::from_ref(&parties.shop), |_| {});
    let (mut client, hello) = parties.start();
    let reply = worker().reply(&hello, NOW).unwrap();
    let finish = client.finish(&reply, NOW).unwrap();
    let accepted = worker().accept(&finish, NOW).unwrap();
    let (blob, place) = (export(&accepted.session), *accepted.session.place());
    let record = client.session(&accepted.welcome, NOW).unwrap().seal(b"", b"meet at noon", NOW).unwrap();
    let mut shop = import(&blob, &place).unwrap();
    assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
}

#[test]
fn the_steps_of_a_client_come_in_one_order_and_each_once() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let ends = parties.shake();
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        refused(client.session(&ends.welcome, NOW), Error::InvalidArgument, "no reply was taken");
        refused(client.session(b"", NOW), Error::InvalidArgument, "no reply was taken");
        let finish = client.finish(&reply, NOW).unwrap();
        let welcome = parties.server.accept(&finish, NOW).unwrap().welcome;
        refused(client.finish(&reply, NOW), Error::Closed, "a client makes one finish");
        refused(client.finish(b"", NOW), Error::Closed, "a client makes one finish");
        assert!(client.session(&welcome, NOW).is_ok(), "the refused calls changed nothing");
        refused(client.session(&welcome, NOW), Error::Closed, "a client makes one session and wipes its keys");
        refused(client.finish(&reply, NOW), Error::Closed, "a client makes one session and wipes its keys");
        refused(client.session(b"", NOW), Error::Closed, "a client makes one session and wipes its keys");
    }
}

#[test]
fn a_handshake_is_closed_120_seconds_after_its_hello() {
    let parties = Parties::new(Suite::X25519);
    let (mut client, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let finish = client.finish(&reply, after_now(120)).unwrap();
    let welcome = parties.server.accept(&finish, after_now(120)).unwrap().welcome;
    assert!(client.session(&welcome, after_now(120)).is_ok());

    let (mut before_reply, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    refused(before_reply.finish(&reply, after_now(121)), Error::Closed, "it is too late for a reply");
    refused(before_reply.finish(&reply, NOW), Error::Closed, "the keys were wiped");

    let (mut before_welcome, hello) = parties.start();
    let reply = parties.server.reply(&hello, NOW).unwrap();
    let finish = before_welcome.finish(&reply, NOW).unwrap();
    let welcome = parties.server.accept(&finish, NOW).unwrap().welcome;
    refused(before_welcome.session(&welcome, LATEST), Error::Closed, "it is too late for a welcome");
    refused(before_welcome.session(&welcome, NOW), Error::Closed, "the keys were wiped");

    let (mut before_anything, _) = parties.start();
    refused(before_anything.session(&welcome, after_now(121)), Error::Closed, "that is told first");
}

#[test]
fn a_clock_may_be_set_back_by_five_minutes_in_a_handshake_too() {
    let parties = Parties::new(Suite::X25519);
    for (back, status) in [(300, None), (301, Some(Error::Closed))] {
        let (mut client, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        assert_eq!(client.finish(&reply, before_now(back)).err(), status, "{back}");
        let (mut client, hello) = parties.start();
        let finish = client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).unwrap();
        let welcome = parties.server.accept(&finish, NOW).unwrap().welcome;
        assert_eq!(client.session(&welcome, before_now(back)).err(), status, "{back}");
    }
}

#[test]
fn a_configuration_has_its_limits() {
    let (parties, key) = (Parties::new(Suite::X25519), cookie_key());
    let (pins, long) = ([*parties.shop.public().pin()], [7; PROLOGUE_MAX + 1]);
    let start = |config: &ClientConfig<'_>| Client::start(&parties.alice, config, NOW).map(|_| ());
    let mut asks = ClientConfig::new(&pins);
    asks.prologue = &long[..PROLOGUE_MAX];
    assert_eq!((PROLOGUE_MAX, start(&asks)), (1024, Ok(())));
    asks.prologue = &long;
    assert_eq!(start(&asks), Err(Error::TooLarge));

    let shop = std::slice::from_ref(&parties.shop);
    let new = |config: &ServerConfig<'_>| Server::new(shop, config).map(|_| ());
    let others = [1, 2, 3].map(|byte| CookieKey::from(&[byte; 32]));
    let mut takes = ServerConfig::new(&key, STORE);
    (takes.prologue, takes.accepted_keys) = (&long[..PROLOGUE_MAX], &others[..2]);
    assert_eq!(new(&takes), Ok(()));
    takes.accepted_keys = &others;
    assert_eq!(new(&takes), Err(Error::InvalidArgument));
    (takes.prologue, takes.accepted_keys) = (&long, &[]);
    assert_eq!(new(&takes), Err(Error::TooLarge));
}

#[test]
fn a_long_prologue_and_the_most_pins_fit_into_a_handshake() {
    let (alice, shop) = (ed25519(), ed25519());
    let pins = [*ed25519().public().pin(), *ed25519().public().pin(), *ed25519().public().pin(), *shop.public().pin()];
    let (mut client, hello) = client(&alice, &pins, |config| config.prologue = &[7; 1024]);
    let server = server(&[shop], |config| config.prologue = &[7; 1024]);
    let finish = client.finish(&server.reply(&hello, NOW).unwrap(), NOW).unwrap();
    assert!(client.session(&server.accept(&finish, NOW).unwrap().welcome, NOW).is_ok());
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
fn a_server_seals_and_exports_nothing_before_the_first_record_and_a_client_may_at_once() {
    let (mut alice, mut shop) = pair();
    assert!(alice.is_confirmed() && !shop.is_confirmed() && !copy(&shop).is_confirmed());
    let why = "the shop does not know yet that Alice has the session";
    for worker in [&mut copy(&shop), &mut shop] {
        refused(worker.seal(b"", b"", NOW), Error::Unconfirmed, why);
        refused(worker.export_secret(b"label", b"").map(drop), Error::Unconfirmed, why);
        refused(worker.export_secret(&[7; EXPORT_MAX + 1], b"").map(drop), Error::Unconfirmed, "that is told first");
        refused(worker.seal(&[7; AD_MAX + 1], b"", LATEST), Error::Unconfirmed, "that is told first");
    }
    assert!(alice.export_secret(b"label", b"").is_ok());
    let record = alice.seal(b"", b"", NOW).unwrap();
    let mut forged = record.clone();
    forged[30] ^= 1;
    refused(shop.open(b"", &forged, NOW), Error::Rejected, "a forged record");
    assert!(!shop.is_confirmed(), "and that confirms nothing");
    shop.open(b"", &record, NOW).unwrap();
    for worker in [&mut copy(&shop), &mut shop] {
        assert!(worker.is_confirmed() && worker.seal(b"", b"", NOW).is_ok() && worker.reply(0, b"", b"", NOW).is_ok());
        assert!(worker.export_secret(b"label", b"").is_ok());
    }
}

#[test]
fn both_sides_export_the_same_secrets_at_any_time_and_no_two_are_the_same() {
    let parties = Parties::new(Suite::X25519XWing);
    let (mut ends, other) = (parties.shake(), parties.shake());
    let secret = |session: &Session, label: &[u8], context: &[u8]| {
        *session.export_secret(label, context).unwrap().expose_secret()
    };
    let early = secret(&ends.alice, b"label", b"context");
    for _ in 0..1500 {
        confirm(&mut ends.alice, &mut ends.shop);
    }
    for session in [&ends.alice, &ends.shop, &copy(&ends.alice), &copy(&ends.shop)] {
        assert_eq!(secret(session, b"label", b"context"), early, "it does not move on with the keys of records");
    }
    let mut seen = vec![secret(&other.alice, b"label", b"context")];
    let fields: [(&[u8], &[u8]); 5] =
        [(b"label", b"context"), (b"labelc", b"ontext"), (b"", b"labelcontext"), (b"context", b"label"), (b"", b"")];
    seen.extend(fields.map(|(label, context)| secret(&ends.alice, label, context)));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6, "another session, label, context or border between them is another secret");
    let long = [7; EXPORT_MAX + 1];
    assert!(EXPORT_MAX == 1024 && ends.alice.export_secret(&long[1..], &long[1..]).is_ok());
    refused(ends.alice.export_secret(&long, b"").map(drop), Error::TooLarge, "a label has its limit");
    refused(ends.alice.export_secret(b"", &long).map(drop), Error::TooLarge, "and so has a context");
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
    records.iter().for_each(|record| drop(shop.open_message(b"", record, NOW).unwrap()));
    let push = shop.seal(b"", b"push", NOW).unwrap();
    let replies = [0, 1].map(|number| shop.reply(number, b"", b"", NOW).unwrap());
    refused(alice.open_reply(0, b"", &replies[1], NOW), Error::Rejected, "it answers another message");
    refused(alice.open_reply(0, b"", &push, NOW), Error::Rejected, "a message is no reply");
    refused(alice.open_message(b"", &replies[0], NOW), Error::Rejected, "a reply is no message");
    assert_eq!(alice.last_received(), None);
    assert!(alice.open_reply(0, b"", &replies[0], NOW).is_ok() && alice.open_reply(1, b"", &replies[1], NOW).is_ok());
    assert!(alice.open_message(b"", &push, NOW).is_ok());
}

/// A server that takes requests with `open` would answer Alice's message 0 for her reply to its own message 0.
#[test]
fn a_server_that_pushed_does_not_take_the_reply_for_a_request() {
    let (mut alice, mut shop) = confirmed_pair();
    let push = shop.seal(b"", b"are you there?", NOW).unwrap();
    alice.open_message(b"", &push, NOW).unwrap();
    let answer = alice.reply(0, b"", b"I am", NOW).unwrap();
    refused(shop.open_message(b"", &answer, NOW), Error::Rejected, "a reply is no message");
    assert_eq!(shop.open_reply(0, b"", &answer, NOW).unwrap().expose_secret(), b"I am");
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
    for now in [NOW, LATEST] {
        let longer = [record.as_slice(), &[0]].concat();
        refused(shop.open(b"", &longer, now), Error::TooLarge, "that is told before the session is over");
    }
    refused(session_id(&[record.as_slice(), &[0; 1 << 20]].concat()), Error::TooLarge, "no padding is that long");
    refused(shop.open(&ad, &record, NOW), Error::TooLarge, why);
    assert_eq!(shop.open(&ad[..AD_MAX], &record, NOW).unwrap().expose_secret(), &message[..MESSAGE_MAX]);
    assert_eq!(alice.last_sent(), Some(0), "what was not sealed has no number");
    refused(shop.reply(0, b"", &message, NOW), Error::TooLarge, why);
    let reply = shop.reply(0, &ad[..AD_MAX], &message[..MESSAGE_MAX], NOW).unwrap();
    refused(alice.open(b"", &[reply.as_slice(), &[0]].concat(), NOW), Error::TooLarge, why);
    assert!(alice.open(&ad[..AD_MAX], &reply, NOW).is_ok());
}

#[test]
fn padding_hides_how_long_a_message_or_a_reply_is_and_both_sides_open_it() {
    let mut ends = Parties::padded().shake();
    let message = [7; 5000];
    for (len, padded) in
        [(0, 256), (1, 256), (100, 256), (255, 256), (256, 272), (271, 272), (1000, 1024), (1023, 1024), (4999, 5120)]
    {
        let message = &message[..len];
        let record = ends.alice.seal(b"ad", message, NOW).unwrap();
        assert_eq!(record.len(), 67 + padded, "{len}");
        assert_eq!(copy(&ends.shop).open(b"ad", &record, NOW).unwrap().expose_secret(), message, "it is in the state");
        assert_eq!(ends.shop.open(b"ad", &record, NOW).unwrap().expose_secret(), message);
        let reply = ends.shop.reply(ends.shop.last_received().unwrap(), b"ad", message, NOW).unwrap();
        assert_eq!(reply.len(), 83 + padded, "{len}");
        assert_eq!(ends.alice.open(b"ad", &reply, NOW).unwrap().expose_secret(), message);
        let push = ends.shop.seal(b"ad", message, NOW).unwrap();
        assert_eq!(push.len(), 67 + padded, "{len}");
        assert_eq!(ends.alice.open(b"ad", &push, NOW).unwrap().expose_secret(), message);
    }
    // What ends as padding begins is no padding.
    for message in [b"\x80".as_slice(), b"\x80\0\0", &[0; 300], b"\0"] {
        let record = ends.alice.seal(b"", message, NOW).unwrap();
        assert_eq!(ends.shop.open(b"", &record, NOW).unwrap().expose_secret(), message);
    }
}

#[test]
fn messages_of_all_lengths_have_few_lengths_under_padding_and_their_own_without() {
    let lengths = |mut alice: Session| {
        let message = [7; 4096];
        let mut lengths: Vec<_> = (0..=4096).map(|len| alice.seal(b"", &message[..len], NOW).unwrap().len()).collect();
        lengths.dedup();
        lengths.len()
    };
    // 256; 16 of 16 bytes up to 512; 16 of 32, 16 of 64 and 16 of 128 up to 4,096; and 4,096 itself, which is 4,097.
    assert_eq!((lengths(Parties::padded().shake().alice), lengths(pair().0)), (1 + 4 * 16 + 1, 4097));
}

#[test]
fn the_limit_of_16_mib_is_the_message_s_whatever_its_padding_adds() {
    let mut ends = Parties::padded().shake();
    let message = vec![7; MESSAGE_MAX + 1];
    let record = ends.alice.seal(b"", &message[..MESSAGE_MAX], NOW).unwrap();
    assert_eq!(record.len(), 67 + (16 << 20) + (1 << 19));
    assert_eq!(session_id(&record), Ok(*ends.shop.id()));
    refused(ends.alice.seal(b"", &message, NOW), Error::TooLarge, "the message is over the limit");
    refused(ends.shop.open(b"", &[record.as_slice(), &[0]].concat(), NOW), Error::TooLarge, "no padding is that long");
    assert_eq!(ends.shop.open(b"", &record, NOW).unwrap().expose_secret(), &message[..MESSAGE_MAX]);
    refused(ends.shop.reply(0, b"", &message, NOW), Error::TooLarge, "the message is over the limit");
    let reply = ends.shop.reply(0, b"", &message[..MESSAGE_MAX], NOW).unwrap();
    assert!(ends.alice.open(b"", &reply, NOW).is_ok());
}

#[test]
fn a_session_ends_after_a_day_for_who_seals_and_for_who_opens() {
    let (mut alice, mut shop) = confirmed_pair();
    let (day, why) = (after_now(86_400), "the session is older than a day");
    let first = alice.seal(b"", b"", NOW).unwrap();
    let last = alice.seal(b"", b"", day).unwrap();
    assert!(shop.open(b"", &first, day).is_ok() && shop.reply(1, b"", b"", day).is_ok());
    for late in [after_now(86_401), LATEST] {
        refused(alice.seal(b"", b"", late), Error::Ended, why);
        refused(shop.open(b"", &last, late), Error::Ended, why);
        refused(shop.reply(0, b"", b"", late), Error::Ended, why);
        refused(copy(&shop).seal(b"", b"", late), Error::Ended, why);
    }
    refused(shop.open(b"", b"", LATEST), Error::Malformed, "what is no record is told first");
    assert!(shop.open(b"", &last, day).is_ok(), "a clock that was set right");
}

#[test]
fn a_clock_may_be_set_back_by_five_minutes() {
    let (mut alice, mut shop) = pair();
    let record = alice.seal(b"", b"", before_now(300)).unwrap();
    for early in [before_now(301), Timestamp::default()] {
        refused(alice.seal(b"", b"", early), Error::Ended, "the session was made in the future");
        refused(shop.open(b"", &record, early), Error::Ended, "the session was made in the future");
    }
    assert!(shop.open(b"", &record, before_now(300)).is_ok());
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
    assert_eq!((alice.id(), alice.peer(), alice.place()), (shop.id(), copy(&alice).peer(), copy(&alice).place()));
    assert_eq!(export(&alice).len(), 1309);
    assert_ne!(export(&alice), export(&alice), "each has a nonce of its own");
}

#[test]
fn a_session_goes_on_through_its_generations_wherever_it_is_stored() {
    let (mut alice, mut shop) = pair();
    for number in 0..4200 {
        let record = alice.seal(b"", b"", NOW).unwrap();
        shop.open(b"", &record, NOW).unwrap();
        let push = shop.seal(b"", b"", NOW).unwrap();
        alice.open(b"", &push, NOW).unwrap();
        if number % 1024 < 2 || number % 1024 > 1021 {
            (alice, shop) = (copy(&alice), copy(&shop));
            let (reply, answer) =
                (shop.reply(number, b"", b"", NOW).unwrap(), alice.reply(number, b"", b"", NOW).unwrap());
            assert!(alice.open_reply(number, b"", &reply, NOW).is_ok(), "{number}");
            assert!(shop.open_reply(number, b"", &answer, NOW).is_ok(), "{number}");
        }
    }
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
fn a_stored_session_takes_the_replies_to_the_last_16_messages_that_it_sent() {
    let (mut alice, mut shop) = pair();
    for _ in 0..20 {
        confirm(&mut alice, &mut shop);
    }
    let mut again = copy(&copy(&alice));
    for number in 0..20 {
        let reply = shop.reply(number, b"", b"", NOW).unwrap();
        assert!(alice.open_reply(number, b"", &reply, NOW).is_ok(), "the handle itself knows them all");
        let opened = again.open_reply(number, b"", &reply, NOW);
        assert_eq!(opened.is_ok(), number >= 4, "{number}");
        if let Err(error) = opened {
            assert_eq!(error, Error::Rejected, "more than 16 are out, and what is not remembered is not guessed");
        }
    }
    // What is sealed after the import is remembered with it, and so for the next.
    for _ in 0..15 {
        confirm(&mut again, &mut shop);
    }
    let replies = [18, 19, 34].map(|number| shop.reply(number, b"", b"", NOW).unwrap());
    let (mut later, mut other) = (copy(&again), copy(&copy(&again)));
    refused(later.open(b"", &replies[0], NOW), Error::Rejected, "it is the 17th from the end");
    refused(later.open(b"", &replies[1], NOW), Error::Rejected, "there was a reply to it");
    assert!(later.open(b"", &replies[2], NOW).is_ok() && other.open(b"", &replies[2], NOW).is_ok());
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
fn replies_come_in_any_order_up_to_1023_behind_the_highest() {
    let (mut alice, mut shop) = pair();
    let records: Vec<_> = (0..1024).map(|_| alice.seal(b"", b"", NOW).unwrap()).collect();
    records.iter().for_each(|record| drop(shop.open(b"", record, NOW).unwrap()));
    let replies: Vec<_> = (0..1024).map(|number| shop.reply(number, b"", b"", NOW).unwrap()).collect();
    for number in std::iter::once(1023).chain(0..1023) {
        assert!(alice.open_reply(number, b"", &replies[number as usize], NOW).is_ok(), "{number}");
    }
    assert!(replies.iter().all(|reply| alice.open(b"", reply, NOW).is_err()), "each was opened once");
}

#[test]
fn a_message_whose_generation_is_gone_has_no_reply_any_more() {
    let (mut alice, mut shop) = pair();
    let first: Vec<_> = (0..1024).map(|_| alice.seal(b"", b"", NOW).unwrap()).collect();
    // Few were opened, so that the shop remembers message 5 when the chain has moved on twice.
    shop.open(b"", &first[5], NOW).unwrap();
    for number in 1024..=2048 {
        let record = alice.seal(b"", b"", NOW).unwrap();
        if matches!(number, 1024 | 2047) {
            shop.open(b"", &record, NOW).unwrap();
            assert!(shop.reply(5, b"", b"", NOW).is_ok(), "its generation is the one before");
            assert!(copy(&shop).reply(5, b"", b"", NOW).is_ok(), "its generation is the one before");
        }
        if number == 2048 {
            shop.open(b"", &record, NOW).unwrap();
        }
    }
    refused(shop.reply(5, b"", b"", NOW), Error::InvalidArgument, "the key is gone");
    refused(copy(&shop).reply(5, b"", b"", NOW), Error::InvalidArgument, "the key is gone");
    assert!(shop.reply(1024, b"", b"", NOW).is_ok());
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

#[test]
fn keys_of_the_next_period_follow_from_the_one_before_and_are_other_keys() {
    let (cookies, states) = (cookie_key(), state_key());
    let (next, same) = (cookies.next(500_001).unwrap(), cookies.next(500_001).unwrap());
    assert_eq!(next.expose_secret(), same.expose_secret(), "hosts agree without talking");
    assert_ne!(next.expose_secret(), cookies.next(500_002).unwrap().expose_secret(), "the period is part of it");
    assert_ne!(next.expose_secret(), cookies.expose_secret());
    // A state that was sealed in the period before opens under that key alone.
    let (_, shop) = pair();
    let blob = export(&shop);
    let later: StateKey = states.next(20_834).unwrap();
    refused(Session::import(&blob, &later, shop.place(), NOW), Error::Rejected, "it was sealed under the key before");
    assert!(Session::import(&blob, &states, shop.place(), NOW).is_ok());
}

#[test]
fn a_session_says_where_it_is_kept() {
    let parties = Parties::new(Suite::X25519);
    let ends = parties.shake();
    let (client, server) = (ends.alice.place(), ends.shop.place());
    assert_eq!((client.server_pin, server.server_pin), (*parties.shop.public().pin(), *parties.shop.public().pin()));
    assert_eq!((client.store_id, server.store_id), (StoreId::CLIENT, STORE));
    assert_eq!((client.session_id, server.session_id), (*ends.shop.id(), *ends.alice.id()));
    assert_ne!(client.role, server.role);
    assert_eq!(Padding::default(), Padding::None);
}
