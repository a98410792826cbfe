//! Keys that are known to the attacker, now or later: what they are worth, and what not.

use std::collections::BTreeSet;

use secenv::session::{Padding, Place, Server, Suite};
use secenv::{Error, Pin, StoreId};

use super::mallory::{self, AsClient, AsServer, CLIENT, Cookie, Leg, SERVER, State, derive, fields, finish};
use super::mallory::{
    finish_fields, lp16, make_welcome, message_key, open_record, random, reply_fields, reply_key, step,
};
use crate::parties::{
    COOKIE_KEY, NOW, Parties, STATE_KEY, STORE, SUITES, client, confirm, copy, ed25519, pair, refused,
};
use crate::parties::{before_now, import, server};

/// What the thief of the cookie key reads in a cookie of the shop's.
fn open_cookie(parties: &Parties, hello: &[u8], cookie: &[u8]) -> Cookie {
    let shop = *parties.shop.public().pin();
    Cookie::open(&COOKIE_KEY, (&shop, &STORE), &mallory::t0(0, b"", hello), cookie)
}

/// A proof with Alice's signature from another handshake in it, and a mac that is right for this one.
fn resealed(proof: &[u8], leg: &Leg) -> Vec<u8> {
    let (spki, signature, _) = fields(proof);
    leg.seal(&CLIENT, &leg.proof(&CLIENT, spki, signature))
}

#[test]
fn knows_the_cookie_key_and_comes_in_as_herself_only() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let shop = *parties.shop.public().pin();
        // No reply of the shop's, an id and an age of her choice: clutter in her own name.
        let her = AsClient::start(&[&shop], suite);
        let t0 = mallory::t0(0, b"", &her.hello);
        let made_up = Cookie { issued: NOW.as_secs() + 60, session_id: random(), t2: random(), s: random() };
        let cookie = made_up.seal(&COOKIE_KEY, (&shop, &STORE), &t0);
        let leg = made_up.leg(t0).with_cookie(&cookie);
        let sealed = leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &mallory, Some(&shop)));
        let accepted = parties.server.accept(&finish(&cookie, &her.hello, &sealed), NOW).unwrap();
        assert_eq!(accepted.client_spki, mallory.public().spki());
        let as_alice = leg.statement(&CLIENT, parties.alice.public().pin(), Some(&shop));
        for signature in [mallory.sign(&as_alice).unwrap(), vec![], vec![0; 64]] {
            let sealed = leg.seal(&CLIENT, &leg.proof(&CLIENT, parties.alice.public().spki(), &signature));
            let forged = finish(&cookie, &her.hello, &sealed);
            refused(parties.server.accept(&forged, NOW), Error::Rejected, "Alice did not sign");
        }
    }
}

/// Mallory, whose server Alice asked for, would be Alice to the shop.
#[test]
fn knows_the_cookie_key_and_brings_the_shop_what_alice_signed_for_mallory() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let [hers, shop] = [mallory.public().pin(), parties.shop.public().pin()].map(|pin| *pin);
        for pins in [&[hers][..], &[hers, shop], &[shop, hers]] {
            let (mut alice, hello) = client(&parties.alice, pins, |config| config.suite = suite);
            let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory, None));
            let content =
                Cookie { issued: NOW.as_secs(), session_id: her.session_id(), t2: her.leg.transcript, s: her.leg.s };
            // The cookie that Alice is given is already one of the shop's, for her very hello.
            let cookie = content.seal(&COOKIE_KEY, (&shop, &STORE), &her.leg.t0);
            let finish_for_her = alice.finish(&her.reply(&cookie), NOW).unwrap();
            let why = "Alice signed that it is Mallory whom she meets";
            refused(parties.server.accept(&finish_for_her, NOW), Error::Rejected, why);

            // With a hello that asks for the shop in its place, for which the cookie is sealed again, or was at once.
            let (_, _, sealed) = finish_fields(&finish_for_her);
            let at_t3 = her.leg.with_cookie(&cookie);
            let proof = at_t3.open(&CLIENT, sealed);
            for other in [mallory::AsClient::start(&[&shop], suite).hello, hello.clone()] {
                let t0 = mallory::t0(0, b"", &other);
                let again = content.seal(&COOKIE_KEY, (&shop, &STORE), &t0);
                for (cookie, leg) in [(&again, content.leg(t0)), (&cookie, content.leg(t0))] {
                    let leg = leg.with_cookie(cookie);
                    for sealed in [sealed.to_vec(), resealed(&proof, &leg)] {
                        let forged = finish(cookie, &other, &sealed);
                        refused(parties.server.accept(&forged, NOW), Error::Rejected, why);
                    }
                }
            }
            // Nothing else is in the way: with the shop's pin in what Alice signs she would have come in.
            if pins.contains(&shop) {
                let sealed = at_t3.seal(&CLIENT, &at_t3.proof_of(&CLIENT, &parties.alice, Some(&shop)));
                let accepted = parties.server.accept(&finish(&cookie, &hello, &sealed), NOW).unwrap();
                assert_eq!(accepted.client_spki, parties.alice.public().spki());
            }
        }
    }
}

/// She puts keys of her own into Alice's finish, which has the hello again.
#[test]
fn knows_the_cookie_key_and_swaps_the_hello_in_alice_s_finish() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let shop = *parties.shop.public().pin();
        let her = AsClient::start(&[&shop], suite);
        let her_t0 = mallory::t0(0, b"", &her.hello);
        for given_to_alice in ["the shop's cookie", "a cookie for Mallory's hello"] {
            let (mut alice, hello) = parties.start();
            let reply = parties.server.reply(&hello, NOW).unwrap();
            let (head, sealed_s, theirs) = reply_fields(&reply, suite);
            let content = open_cookie(&parties, &hello, theirs);
            let hers = content.seal(&COOKIE_KEY, (&shop, &STORE), &her_t0);
            let cookie = if given_to_alice.starts_with("the") { theirs } else { &hers };
            let finish_message = alice.finish(&[head, &lp16(sealed_s), &lp16(cookie)].concat(), NOW).unwrap();
            let (_, _, sealed) = finish_fields(&finish_message);
            let alices = content.leg(mallory::t0(0, b"", &hello)).with_cookie(cookie);
            let proof = alices.open(&CLIENT, sealed);
            assert_eq!(fields(&proof).0, parties.alice.public().spki(), "she reads who it is");
            for cookie in [theirs, &hers, &content.seal(&COOKIE_KEY, (&shop, &STORE), &her_t0)] {
                let leg = content.leg(her_t0).with_cookie(cookie);
                for sealed in [sealed.to_vec(), resealed(&proof, &leg)] {
                    let forged = finish(cookie, &her.hello, &sealed);
                    let why = format!("Alice signed the hello that she sent, given {given_to_alice}");
                    refused(parties.server.accept(&forged, NOW), Error::Rejected, &why);
                }
            }
            // Nothing else is in the way: if Alice signed for that hello, Mallory would have the keys of her session.
            let leg = content.leg(her_t0).with_cookie(&hers);
            let sealed = leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &parties.alice, Some(&shop)));
            let accepted = parties.server.accept(&finish(&hers, &her.hello, &sealed), NOW).unwrap();
            assert_eq!(accepted.client_spki, parties.alice.public().spki());
        }
    }
}

/// With S from the cookie alone the thief could end every handshake in the server's place.
#[test]
fn knows_the_cookie_key_and_makes_the_welcome_herself() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let shop = *parties.shop.public().pin();
        let (mut alice, hello) = parties.start();
        let reply = parties.server.reply(&hello, NOW).unwrap();
        let (_, _, cookie) = reply_fields(&reply, suite);
        let content = open_cookie(&parties, &hello, cookie);
        let finish_message = alice.finish(&reply, NOW).unwrap();
        let (_, _, sealed) = finish_fields(&finish_message);
        let t3 = content.leg(mallory::t0(0, b"", &hello)).with_cookie(cookie);
        assert_eq!(fields(&t3.open(&CLIENT, sealed)).0, parties.alice.public().spki(), "she is in the right handshake");
        let t4 = t3.with_client_proof(sealed);
        // What the shop ever signed that she can get: in a reply to her, and in a welcome to her; and in one to Alice.
        let her = AsClient::start(&[&shop], suite);
        let taken = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
        let sealed_hers = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(&shop)));
        let to_her = parties.server.accept(&taken.finish(&sealed_hers), NOW).unwrap().welcome;
        let to_alice = parties.server.accept(&finish_message, NOW).unwrap().welcome;
        let mut signatures = vec![vec![], vec![0; 64], fields(&taken.proof).1.to_vec()];
        for welcome in [&to_her, &to_alice] {
            signatures.push(mallory::welcome_fields(welcome, suite).1.to_vec());
        }
        let mut try_with = |sign: &dyn Fn(&mallory::End) -> Vec<u8>| {
            let (forged, _) = make_welcome(&hello, suite, (&t4, &content.session_id), sign);
            refused(alice.session(&forged, NOW), Error::Rejected, "the shop did not sign, although the mac is right");
        };
        signatures.iter().for_each(|signature| try_with(&|_| signature.clone()));
        try_with(&|end| mallory.sign(&end.statement(&shop)).unwrap());
        try_with(&|end| mallory.sign(&end.statement(mallory.public().pin())).unwrap());
        // Nothing else is in the way: if the shop signed that, she would be the shop.
        let (forged, end) = make_welcome(&hello, suite, (&t4, &content.session_id), |end| {
            parties.shop.sign(&end.statement(&shop)).unwrap()
        });
        let record = alice.session(&forged, NOW).unwrap().seal(b"", b"meet at noon", NOW).unwrap();
        assert_eq!(open_record(&message_key(&end.client_numbers()), &record).unwrap(), b"meet at noon");
    }
}

/// A server with the shop's identity and cookie key.
fn twin(parties: &Parties, (prologue, padding, store_id): (&'static [u8], Padding, StoreId)) -> Server {
    server(std::slice::from_ref(&parties.shop), |config| {
        (config.minimum_suite, config.prologue, config.padding, config.store_id) =
            (parties.suite, prologue, padding, store_id);
    })
}

#[test]
fn knows_the_cookie_key_and_takes_alice_to_another_prologue_padding_or_store() {
    const OTHER: StoreId = StoreId::from_bytes([0x58; 16]);
    for suite in SUITES {
        let parties = Parties::new(suite);
        let shop = *parties.shop.public().pin();
        for elsewhere in
            [(b"app 2".as_slice(), Padding::None, STORE), (b"", Padding::Padme, STORE), (b"", Padding::None, OTHER)]
        {
            let there = twin(&parties, elsewhere);
            let (mut alice, hello) = parties.start();
            let reply = parties.server.reply(&hello, NOW).unwrap();
            let (.., cookie) = reply_fields(&reply, suite);
            let content = open_cookie(&parties, &hello, cookie);
            let t0 = mallory::t0(elsewhere.1 as u8, elsewhere.0, &hello);
            let for_there = content.seal(&COOKIE_KEY, (&shop, &elsewhere.2), &t0);
            let true_finish = alice.finish(&reply, NOW).unwrap();
            let (_, _, sealed) = finish_fields(&true_finish);
            let proof = content.leg(mallory::t0(0, b"", &hello)).with_cookie(cookie).open(&CLIENT, sealed);
            refused(there.accept(&true_finish, NOW), Error::Rejected, "the cookie is bound to its place");
            let leg = content.leg(t0).with_cookie(&for_there);
            for sealed in [sealed.to_vec(), resealed(&proof, &leg)] {
                let forged = finish(&for_there, &hello, &sealed);
                refused(there.accept(&forged, NOW), Error::Rejected, "Alice signed the cookie that she was given");
            }
            // On the path she gives Alice the other cookie. What is in T0 Alice has signed.
            let (mut alice, hello) = parties.start();
            let reply = parties.server.reply(&hello, NOW).unwrap();
            let (head, sealed_s, cookie) = reply_fields(&reply, suite);
            let content = open_cookie(&parties, &hello, cookie);
            let t0 = mallory::t0(elsewhere.1 as u8, elsewhere.0, &hello);
            let given = content.seal(&COOKIE_KEY, (&shop, &elsewhere.2), &t0);
            let finish_message = alice.finish(&[head, &lp16(sealed_s), &lp16(&given)].concat(), NOW).unwrap();
            refused(parties.server.accept(&finish_message, NOW), Error::Rejected, "it is another's cookie");
            if elsewhere.2 == STORE {
                let (_, _, sealed) = finish_fields(&finish_message);
                let proof = content.leg(mallory::t0(0, b"", &hello)).with_cookie(&given).open(&CLIENT, sealed);
                let leg = content.leg(t0).with_cookie(&given);
                for sealed in [sealed.to_vec(), resealed(&proof, &leg)] {
                    let forged = finish(&given, &hello, &sealed);
                    refused(there.accept(&forged, NOW), Error::Rejected, "Alice signed prologue and padding");
                }
                continue;
            }
            // The store is the server's own affair, which Alice does not sign: whoever knows the cookie key and sits on
            // the path can lead her to another store of the same identity, and has no key there.
            let mut there = there.accept(&finish_message, NOW).unwrap();
            let mut at_alice = alice.session(&there.welcome, NOW).unwrap();
            let record = at_alice.seal(b"", b"meet at noon", NOW).unwrap();
            assert!(there.session.open(b"", &record, NOW).is_ok());
        }
    }
}

/// Every label that a key is derived under.
const LABELS: [&[u8]; 12] = [
    b"secenv 2 secret",
    b"secenv 2 second secret",
    b"secenv 2 server proof",
    b"secenv 2 server confirmation",
    b"secenv 2 client proof",
    b"secenv 2 client confirmation",
    b"secenv 2 welcome",
    b"secenv 2 client numbers",
    b"secenv 2 server numbers",
    b"secenv 2 exporter",
    b"secenv 2 client records",
    b"secenv 2 server records",
];

/// The keys that a thief could make of what he has.
fn keys_from(secrets: &[Vec<u8>], transcripts: &[[u8; 32]]) -> BTreeSet<[u8; 32]> {
    let mut keys = BTreeSet::new();
    for secret in secrets {
        keys.extend(secret.chunks_exact(32).map(|half| <[u8; 32]>::try_from(half).unwrap()));
        for (label, transcript) in LABELS.iter().flat_map(|label| transcripts.iter().map(move |at| (label, at))) {
            let chain: [u8; 32] = derive(secret, &[label, transcript]);
            keys.extend([chain, step(&chain), message_key(&chain), reply_key(&chain)]);
        }
        let chain: [u8; 32] = derive(secret, &[b"secenv 2 state", b""]);
        keys.extend([chain, message_key(&chain), reply_key(&chain)]);
    }
    keys
}

/// What both sides keep for long opens nothing that was recorded.
#[test]
fn steals_all_keys_of_both_sides_later_and_opens_no_recorded_record() {
    for suite in SUITES {
        let parties = Parties::new(suite);
        let shop = *parties.shop.public().pin();
        // Alice is played by this test, so that it knows her ephemeral keys, which she wipes.
        let her = AsClient::start(&[&shop], suite);
        let reply = parties.server.reply(&her.hello, NOW).unwrap();
        let taken = her.take(&reply);
        let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &parties.alice, Some(&shop)));
        let finish_message = taken.finish(&sealed);
        let accepted = parties.server.accept(&finish_message, NOW).unwrap();
        let (welcome, mut at_shop) = (accepted.welcome, accepted.session);
        let end = her.end(&taken, &sealed, &welcome);
        let (clients, servers) = (end.client_numbers(), end.server_numbers());
        let record =
            |number, text: &[u8]| mallory::record(&message_key(&clients), (0, number), &taken.session_id, &[], text);
        let from_alice = record(0, b"meet at noon");
        at_shop.open(b"", &from_alice, NOW).unwrap();
        let by_shop = at_shop.reply(0, b"", b"yes", NOW).unwrap();
        let from_shop = at_shop.seal(b"", b"bring a pen", NOW).unwrap();
        let answers = from_shop.last_chunk::<16>().unwrap();
        let by_alice = mallory::record(&reply_key(&servers), (3, 0), &taken.session_id, answers, b"which?");
        at_shop.open_reply(0, b"", &by_alice, NOW).unwrap();
        let recorded = [from_alice, by_shop, from_shop, by_alice];

        // The thief: the four messages, the records, cookie key, state key, and both identities. The rows are gone.
        let (hello, (head, sealed_s, _), (cookie, hello_again, sealed_c)) =
            (&her.hello, reply_fields(&reply, suite), finish_fields(&finish_message));
        assert_eq!(hello, hello_again);
        let stolen = open_cookie(&parties, hello, cookie);
        assert_eq!(stolen.s, taken.leg.s, "S is what the cookie holds");
        let t0 = mallory::t0(0, b"", hello);
        let t1: [u8; 32] = derive(&[], &[b"secenv 2 transcript 1", &t0, head]);
        let at_t1 = Leg { s: stolen.s, t0, transcript: t1 };
        let at_t2 = at_t1.with_server_proof(sealed_s);
        assert_eq!(at_t2.transcript, stolen.t2);
        assert_eq!(fields(&at_t1.open(&SERVER, sealed_s)).0, parties.shop.public().spki());
        let at_t3 = at_t2.with_cookie(cookie);
        let name = at_t3.open(&CLIENT, sealed_c);
        assert_eq!(
            fields(&name).0,
            parties.alice.public().spki(),
            "the client's name falls to him, as the document says"
        );
        let at_t4 = at_t3.with_client_proof(sealed_c);
        let (head_w, signature, mac) = mallory::welcome_fields(&welcome, suite);
        // What could stand for the second exchange: nothing, the public keys, the first exchange's result.
        let mut secrets = vec![stolen.s.to_vec(), COOKIE_KEY.to_vec(), STATE_KEY.to_vec()];
        let t5: [u8; 32] = derive(&[], &[b"secenv 2 transcript 5", &at_t4.transcript, &stolen.session_id, head_w]);
        let kems: [&[u8]; 3] = [b"", &[0; 32], &stolen.s[..32]];
        let kxs: [&[u8]; 5] = [b"", &[0; 64], &stolen.s, &hello[35..67], &head_w[2..34]];
        for (kx2, kem2) in kxs.iter().flat_map(|kx2| kems.iter().map(move |kem2| (kx2, kem2))) {
            secrets.push(derive::<64>(&[], &[b"secenv 2 second secret", &stolen.s, kx2, kem2, &t5]).to_vec());
        }
        for identity in [&parties.alice, &parties.shop] {
            secrets.push(identity.sign(b"whatever it signs").unwrap());
        }
        let transcripts = [t0, t1, stolen.t2, at_t3.transcript, at_t4.transcript, t5];
        let keys = keys_from(&secrets, &transcripts);
        assert!(keys.len() > 5000, "{}", keys.len());
        for key in &keys {
            assert!(recorded.iter().all(|record| open_record(key, record).is_none()), "a record opens");
        }
        // None is a key of the session, nor that of its exported secrets or of the welcome.
        let live = State::of(&at_shop);
        let true_keys = [live.chains[0], live.chains[2], live.exporter, end.derive(b"secenv 2 welcome")];
        assert!(true_keys.iter().all(|key| !keys.contains(key)));
        assert!(keys.iter().all(|key| derive::<32>(key, &[&t5, signature]) != mac));

        // What is missing is R alone: with it, and the same T5, all of them open.
        assert_eq!((end.t5, [live.chains[0], live.chains[2]]), (t5, [clients, servers]));
        let of_r = [message_key(&clients), reply_key(&clients), message_key(&servers), reply_key(&servers)];
        let texts = [0, 1, 2, 3].map(|at| open_record(&of_r[at], &recorded[at]).unwrap());
        assert_eq!(texts.map(|text| text.len()), [12, 3, 11, 6]);
    }
}

/// Rotation of the key of stored sessions does not matter: the row of today holds nothing of the session's beginning.
#[test]
fn steals_a_stored_session_and_opens_its_two_generations_and_what_follows() {
    let (mut alice, mut shop) = pair();
    let samples = [0, 1, 1023, 1024, 2047, 2048, 3071, 3072, 3499, 3500, 4095, 4096, 5200];
    let (mut messages, mut replies) = (vec![], vec![]);
    let mut stolen = None;
    for number in 0..=5200_u64 {
        let text = number.to_string();
        let record = alice.seal(b"", text.as_bytes(), NOW).unwrap();
        shop.open(b"", &record, NOW).unwrap();
        let push = shop.seal(b"", text.as_bytes(), NOW).unwrap();
        alice.open(b"", &push, NOW).unwrap();
        if samples.contains(&number) {
            let reply = shop.reply(number, b"", text.as_bytes(), NOW).unwrap();
            let answer = alice.reply(number, b"", text.as_bytes(), NOW).unwrap();
            messages.push((number, [record, push]));
            replies.push((number, [reply, answer]));
        }
        if number == 3499 {
            // The thief takes the row, once.
            stolen = Some((State::of(&shop), State::of(&alice)));
        }
    }
    let (stolen, at_alice) = stolen.unwrap();
    assert_eq!(stolen.chains, at_alice.chains, "whose file it was does not matter");
    // From generation 3 he goes on by himself, and he has the one before.
    let (mut known, generations) = (vec![], stolen.messages.0.saturating_sub(1) / 1024);
    assert_eq!(generations, 3);
    for space in [0, 2] {
        let mut keys = vec![stolen.chains[space + 1]];
        keys.extend(std::iter::successors(Some(stolen.chains[space]), |chain| Some(step(chain))).take(3));
        known.push(keys);
    }
    let opens = |key: fn(&[u8; 32]) -> [u8; 32], space: usize, record: &[u8]| -> Vec<usize> {
        let found = known[space].iter().enumerate().filter(|(_, chain)| open_record(&key(chain), record).is_some());
        found.map(|(at, _)| at).collect()
    };
    for ((number, [record, push]), (_, [reply, answer])) in messages.iter().zip(&replies) {
        let expected: Vec<usize> = (number / 1024).checked_sub(2).map(|at| at as usize).into_iter().collect();
        assert_eq!(opens(message_key, 0, record), expected, "message {number} of Alice");
        assert_eq!(opens(reply_key, 0, reply), expected, "the reply to it");
        assert_eq!(opens(message_key, 1, push), expected, "message {number} of the shop");
        assert_eq!(opens(reply_key, 1, answer), expected, "the reply to it");
        assert_eq!((opens(reply_key, 0, record), opens(message_key, 1, record)), (vec![], vec![]));
    }
    // Going on from what he has reaches nothing of before; nor is anything of before in the row in another way.
    let first = State::of(&pair().0).chains[0];
    assert!(!known.concat().contains(&first));
    let row = stolen.encode();
    let keys: BTreeSet<[u8; 32]> = row.windows(32).map(|window| window.try_into().unwrap()).collect();
    let (_, [oldest, push]) = &messages[3];
    for (key, record) in keys.iter().flat_map(|key| [(key, oldest), (key, push)]) {
        assert!([*key, message_key(key), reply_key(key)].iter().all(|key| open_record(key, record).is_none()));
    }
}

/// A step is no healing, and a short session has none: what the document says in as many words.
#[test]
fn steals_a_short_session_and_opens_all_of_it() {
    let (mut alice, mut shop) = pair();
    let records: Vec<_> = (0..1000_u64).map(|_| alice.seal(b"", b"meet at noon", NOW).unwrap()).collect();
    records.iter().for_each(|record| drop(shop.open(b"", record, NOW).unwrap()));
    let stolen = State::of(&shop);
    let key = message_key(&stolen.chains[0]);
    assert!([&records[0], &records[999]].iter().all(|record| open_record(&key, record).unwrap() == b"meet at noon"));
    let forged = mallory::record(&key, (0, 1000), shop.id().as_bytes(), &[], b"in Alice's name");
    assert!(copy(&shop).open(b"", &forged, NOW).is_ok());
    confirm(&mut alice, &mut shop);
}

/// With the key of stored sessions and write access to the store she is any client, as the document says; in one place.
#[test]
fn knows_the_state_key_and_writes_a_row_that_opens_in_its_place_only() {
    let parties = Parties::new(Suite::X25519);
    let ends = parties.shake();
    let row = State {
        created: before_now(10).as_secs(),
        client_pin: *ed25519().public().pin().as_bytes(),
        chains: [random(), [0; 32], random(), [0; 32]],
        ..State::of(&ends.shop)
    };
    let place = *ends.shop.place();
    let mut shop = import(&row.seal(&place), &place).unwrap();
    let record = mallory::record(&message_key(&row.chains[0]), (0, 0), shop.id().as_bytes(), &[], b"in anybody's name");
    assert!(shop.open(b"", &record, NOW).is_ok());
    assert_eq!(*shop.peer(), Pin::from_bytes(row.client_pin));
    let elsewhere = Place { store_id: StoreId::from_bytes([0x58; 16]), ..place };
    refused(import(&row.seal(&place), &elsewhere), Error::Rejected, "it was written for another store");
}
