//! Stored sessions: moved to another place, too old, or with a content that no session has.

use secenv::session::{Place, Role, Session, Suite};
use secenv::{Error, Pin, SessionId, StateKey, StoreId};

use super::mallory::{State, memory, seal_state, sent_before};
use crate::parties::{
    LATEST, NOW, Parties, STORE, after_now, before_now, confirm, confirmed_pair, copy, ed25519, export,
};
use crate::parties::{import, pair, refused, state_key};

#[test]
fn brings_a_state_of_another_key_or_a_record_as_a_state() {
    let (mut alice, shop) = pair();
    let place = *shop.place();
    let [one, two] = [1, 2].map(|byte| StateKey::from(&[byte; 32]));
    let blob = shop.export(&one, &place).unwrap();
    let open = |blob: &[u8], key| Session::import(blob, key, &place, NOW);
    refused(open(&blob, &two), Error::Rejected, "it was sealed under another key");
    let dressed = [&shop.export(&two, &place).unwrap()[..10], &blob[10..]].concat();
    refused(open(&dressed, &two), Error::Rejected, "the key's id does not open it");
    let record = alice.seal(b"", &[0; 1309 - 67], NOW).unwrap();
    assert_eq!(record.len(), blob.len());
    refused(open(&record, &one), Error::Malformed, "the type in front is another");
    let dressed = [&blob[..10], &record[10..]].concat();
    refused(open(&dressed, &one), Error::Rejected, "a record's key is no state's");
    assert!(open(&blob, &one).is_ok());
}

/// Whoever writes the store, and has no key, could otherwise put any row in any place.
#[test]
fn moves_a_state_to_another_place() {
    let (alice, shop) = confirmed_pair();
    let other = confirmed_pair().1;
    for session in [&alice, &shop] {
        let (blob, good) = (export(session), *session.place());
        let role = if good.role == Role::Client { Role::Server } else { Role::Client };
        let places = [
            Place { server_pin: *ed25519().public().pin(), ..good },
            Place { server_pin: Pin::from_bytes([0; 32]), ..good },
            Place { store_id: StoreId::from_bytes([0x58; 16]), ..good },
            Place { store_id: if good.store_id == STORE { StoreId::CLIENT } else { STORE }, ..good },
            Place { session_id: *other.id(), ..good },
            Place { session_id: SessionId::from_bytes([0; 16]), ..good },
            Place { role, ..good },
            Place { role, store_id: if good.store_id == STORE { StoreId::CLIENT } else { STORE }, ..good },
            *other.place(),
        ];
        for place in &places {
            refused(import(&blob, place), Error::Rejected, "a state opens where it was stored and nowhere else");
            refused(import(&State::of(session).seal(place), &good), Error::Rejected, "and the other way round");
            let exported = session.export(&state_key(), place);
            refused(exported, Error::InvalidArgument, "a session is stored where it belongs");
        }
        assert_eq!(*import(&blob, &good).unwrap().place(), good);
    }
    // The other side of the same session has its own place, and its own windows.
    refused(import(&export(&alice), shop.place()), Error::Rejected, "the role and the store are others");
    refused(import(&export(&shop), alice.place()), Error::Rejected, "the role and the store are others");
}

/// A client's file of half a year ago is no session any more.
#[test]
fn brings_a_state_that_is_too_old() {
    let (alice, shop) = confirmed_pair();
    let unconfirmed = pair().1;
    let young = pair().0;
    for (session, limit) in [(&alice, 86_400), (&shop, 86_400), (&young, 86_400), (&unconfirmed, 300)] {
        let blob = export(session);
        let at = |now| Session::import(&blob, &state_key(), session.place(), now);
        assert!(at(after_now(limit)).is_ok() && at(before_now(300)).is_ok());
        for now in [after_now(limit + 1), after_now(180 * 86_400), LATEST, before_now(301)] {
            refused(at(now), Error::Ended, "the session is over");
        }
        // What does not open is not said to be old.
        let place = Place { store_id: StoreId::from_bytes([1; 16]), ..*session.place() };
        let moved = Session::import(&blob, &state_key(), &place, LATEST);
        refused(moved, Error::Rejected, "that it is over is told to its owner only");
    }
}

/// A window in which these numbers were accepted, the highest last.
fn window(numbers: &[u64]) -> (u64, [u8; 128]) {
    let mut bits = [0; 128];
    numbers.iter().for_each(|number| bits[(number % 1024 / 8) as usize] |= 1 << (number % 8));
    (numbers.last().map_or(0, |highest| highest + 1), bits)
}

type Change = Box<dyn Fn(&mut State)>;

fn change(change: impl Fn(&mut State) + 'static) -> Change {
    Box::new(change)
}

/// The rules of "State", each with its nearest state that is possible. All start from one with three messages that were
/// opened, two that were sent, and one reply.
fn impossible() -> Vec<(&'static str, Change, Change)> {
    const TOP: u64 = 1 << 32;
    let rule = |what, wrong: Change, right: Change| (what, wrong, right);
    vec![
        rule("a padding that is neither 0 nor 1", change(|state| state.padding = 2), change(|state| state.padding = 1)),
        rule(
            "a next number above 2^32",
            change(|state| (state.next, state.sent) = (TOP + 1, sent_before(TOP + 1))),
            change(|state| (state.next, state.sent) = (TOP, sent_before(TOP))),
        ),
        rule(
            "a count of the messages' window above 2^32",
            change(|state| state.messages = window(&[TOP])),
            change(|state| state.messages = window(&[TOP - 1])),
        ),
        rule(
            "a count of the replies' window above the next number",
            change(|state| state.replies = window(&[state.next])),
            change(|state| state.replies = window(&[state.next - 1])),
        ),
        rule(
            "a highest message that is not in the window",
            change(|state| state.messages.1 = window(&[0]).1),
            change(|state| state.messages.1 = window(&[2]).1),
        ),
        rule(
            "a highest reply that is not in the window",
            change(|state| state.replies = (2, window(&[0]).1)),
            change(|state| state.replies = (2, window(&[1]).1)),
        ),
        rule(
            "a message in the window that was never reached",
            change(|state| state.messages.1[0] |= 1 << 3),
            change(|state| state.messages.1[0] |= 7),
        ),
        rule(
            "a reply in the window that was never reached",
            change(|state| state.replies.1[127] |= 0x80),
            change(|state| state.replies = window(&[0, 1])),
        ),
        rule(
            "a count of nothing, and a number in the window",
            change(|state| state.replies = (0, window(&[0]).1)),
            change(|state| state.replies = window(&[])),
        ),
        rule(
            "a key of the client's chain for a generation before 0",
            change(|state| state.chains[1][31] = 1),
            change(|state| state.chains[0][31] ^= 1),
        ),
        rule(
            "a key of the server's chain for a generation before 0",
            change(|state| state.chains[3][0] = 1),
            change(|state| state.chains[2][0] ^= 1),
        ),
        rule(
            "17 messages that were opened",
            change(|state| (state.messages, state.opened) = (window(&[99]), (17, memory(0..16).1))),
            change(|state| (state.messages, state.opened) = (window(&[99]), memory(0..16))),
        ),
        rule(
            "more messages that were opened than there were",
            change(|state| state.opened = memory([0, 1, 2, 0])),
            change(|state| (state.messages, state.opened) = (window(&[3]), memory([0, 1, 2, 0]))),
        ),
        rule(
            "17 messages that were sent",
            change(|state| (state.next, state.sent) = (20, (17, sent_before(20).1))),
            change(|state| (state.next, state.sent) = (20, sent_before(20))),
        ),
        rule(
            "the number of an opened message behind the last",
            change(|state| state.opened.1[15].0 = 1),
            change(|state| state.opened = memory([2])),
        ),
        rule(
            "the tag of an opened message behind the last",
            change(|state| state.opened.1[3].1[15] = 1),
            change(|state| state.opened.1[0].1[15] ^= 1),
        ),
        rule(
            "the number of a sent message behind the last",
            change(|state| state.sent.1[15].0 = 1),
            change(|state| state.sent = sent_before(2)),
        ),
        rule(
            "the tag of a sent message behind the last",
            change(|state| state.sent.1[2].1[0] = 1),
            change(|state| state.sent.1[0].1[0] ^= 1),
        ),
        rule(
            "an opened message that is not below the count",
            change(|state| state.opened = memory([0, 1, 3])),
            change(|state| state.opened = memory([2, 1, 0])),
        ),
        rule(
            "an opened message that no count is above",
            change(|state| state.opened = memory([u64::MAX])),
            change(|state| state.opened = memory([1])),
        ),
        rule(
            "sent messages that end too early",
            change(|state| state.sent = memory([0])),
            change(|state| state.sent = memory([0, 1])),
        ),
        rule(
            "sent messages that begin too late",
            change(|state| state.sent = memory([1])),
            change(|state| state.sent = memory([0, 1])),
        ),
        rule(
            "15 of the last 16 that were sent",
            change(|state| (state.next, state.sent) = (20, memory(5..20))),
            change(|state| (state.next, state.sent) = (20, memory(4..20))),
        ),
        rule(
            "no sent message where there were some",
            change(|state| (state.replies, state.sent) = (window(&[]), memory([]))),
            change(|state| (state.next, state.replies, state.sent) = (0, window(&[]), memory([]))),
        ),
        rule(
            "a sent message of the next number",
            change(|state| state.sent = memory([1, 2])),
            change(|state| (state.next, state.sent) = (3, memory([0, 1, 2]))),
        ),
        rule(
            "sent messages that fall",
            change(|state| state.sent = memory([1, 0])),
            change(|state| state.sent = memory([0, 1])),
        ),
        rule(
            "a sent message that is missing among the others",
            change(|state| (state.next, state.sent) = (4, memory([0, 1, 3]))),
            change(|state| (state.next, state.sent) = (4, memory([0, 1, 2, 3]))),
        ),
        rule(
            "the same sent message twice",
            change(|state| state.sent = memory([1, 1])),
            change(|state| state.sent = memory([0, 1])),
        ),
        rule(
            "a sent message whose next number is beyond all",
            change(|state| (state.next, state.sent) = (u64::MAX, memory([u64::MAX - 1]))),
            change(|state| (state.next, state.sent) = (1, memory([0]))),
        ),
    ]
}

/// Only who holds the state key can do that, but what a store holds may be older than the library that reads it.
#[test]
fn brings_a_state_whose_content_is_impossible() {
    // Three messages of Alice's, two of the shop's, and a reply each way.
    let (mut alice, mut shop) = pair();
    (0..3).for_each(|_| confirm(&mut alice, &mut shop));
    for _ in 0..2 {
        let push = shop.seal(b"", b"", NOW).unwrap();
        alice.open(b"", &push, NOW).unwrap();
    }
    let answer = alice.reply(0, b"", b"", NOW).unwrap();
    shop.open_reply(0, b"", &answer, NOW).unwrap();
    let (good, place) = (State::of(&shop), *shop.place());
    assert_eq!((good.messages, good.replies, good.next), (window(&[0, 1, 2]), window(&[0]), 2));
    assert_eq!((good.opened.0, good.sent.0), (3, 2));
    let with = |work: &Change| {
        let mut state = good.clone();
        work(&mut state);
        import(&state.seal(&place), &place)
    };
    for (what, wrong, right) in impossible() {
        refused(with(&wrong), Error::Rejected, what);
        assert!(with(&right).is_ok(), "what is nearest to {what} is possible");
    }
    // A time of creation of 2^63 is none; one below is far in the future.
    refused(with(&change(|state| state.created = 1 << 63)), Error::Rejected, "times are below 2^63");
    refused(with(&change(|state| state.created = (1 << 63) - 1)), Error::Ended, "the session was made in the future");
    refused(with(&change(|state| state.created = u64::MAX)), Error::Rejected, "times are below 2^63");
    for (bytes, over) in [((1 << 44) - 1, false), (1 << 44, true), (u64::MAX, true)] {
        let outcome = with(&change(move |state| state.bytes = bytes)).err();
        assert_eq!(outcome, over.then_some(Error::Ended), "{bytes} bytes");
    }
    // Of two opened messages of one number, the later is the one that a reply names.
    let mut twice = good.clone();
    (twice.opened.0, twice.opened.1[0], twice.opened.1[1]) = (2, (1, [1; 16]), (1, [2; 16]));
    twice.opened.1[2] = (0, [0; 16]);
    let mut worker = import(&twice.seal(&place), &place).unwrap();
    assert_eq!(worker.reply(1, b"", b"", NOW).unwrap()[27..43], [2; 16]);
    refused(import(&seal_state(&place, b""), &place), Error::Malformed, "a state has one length");
    refused(import(&seal_state(&place, &good.encode()[1..]), &place), Error::Malformed, "a state has one length");
    assert!(copy(&shop).seal(b"", b"", NOW).is_ok());
}

#[test]
fn brings_a_server_s_state_that_is_unconfirmed_and_has_sent() {
    let ends = Parties::new(Suite::X25519).shake();
    for next in [1, 2, 1 << 32] {
        let with = |session: &Session| {
            let state = State { next, sent: sent_before(next), ..State::of(session) };
            import(&state.seal(session.place()), session.place()).map(drop)
        };
        assert_eq!(with(&ends.alice), Ok(()), "a client sends at once");
        refused(with(&ends.shop), Error::Rejected, "a server seals nothing before the client's first record");
    }
}

/// In a later generation the key before the present one is there, whichever it is.
#[test]
fn a_state_of_a_later_generation_holds_two_keys_of_each_chain() {
    let (mut alice, mut shop) = pair();
    for _ in 0..1024 {
        confirm(&mut alice, &mut shop);
    }
    let before = State::of(&shop);
    assert_eq!((before.chains[1], before.chains[3]), ([0; 32], [0; 32]), "1,024 numbers are one generation");
    confirm(&mut alice, &mut shop);
    for session in [&alice, &shop] {
        let after = State::of(session);
        assert_eq!(after.chains[..2], [super::mallory::step(&before.chains[0]), before.chains[0]]);
        assert_eq!(after.chains[2..], before.chains[2..]);
        assert!(import(&after.seal(session.place()), session.place()).is_ok());
    }
}
