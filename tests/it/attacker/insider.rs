//! Mallory takes part: she has an identity of her own, speaks the protocol properly, and lies in what she proves.

use secenv::Error;
use secenv::aead;
use secenv::identity::Identity;
use secenv::session::{Client, Server, Session, Suite};

use super::mallory::{self, AsClient, CLIENT, SERVER, fields, sealed_of_finish};
use crate::parties::{NOW, Parties, STATE_KEY, SUITES, ed25519, refused, state_key};
use crate::rsa_keys::openssl;

#[test]
fn her_protocol_is_ours_so_that_what_is_refused_below_is_refused_for_its_own_reason() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (mut client, hello) = Client::start(&parties.alice, mallory.public().pin(), suite).unwrap();
        let (reply, leg) = mallory::reply(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory));
        let (_, finish) = client.finish(&reply, NOW).unwrap();
        let proof = leg.open(&CLIENT, sealed_of_finish(&finish));
        assert_eq!(fields(&proof).0, parties.alice.public().spki());

        let her = AsClient::start(parties.shop.public().pin(), suite);
        let (proof, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
        assert_eq!(fields(&proof).0, parties.shop.public().spki());
        let sealed = leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &mallory));
        let (mut shop, spki) = parties.server.accept(&finish(&sealed), NOW).unwrap();
        assert_eq!(spki, mallory.public().spki(), "she comes in as herself, and as nobody else");

        let [from_her, from_shop] = leg.record_keys(&sealed);
        let id = *shop.id();
        let push = shop.seal(b"", b"meet at nine", NOW).unwrap();
        let opened =
            aead::open(&from_shop, push[27..51].try_into().unwrap(), &[&push[..27], &[0; 4]].concat(), &push[51..]);
        assert_eq!(opened.unwrap().expose_secret(), b"meet at nine");
        let record = mallory::record(&from_shop, 0, &id, 0, b"meet at noon");
        refused(shop.open(b"", &record, NOW), Error::Rejected, "each direction has a key of its own");
        let record = mallory::record(&from_her, 0, &id, 0, b"meet at noon");
        assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
    }
}

#[test]
fn comes_in_twice_through_one_cookie() {
    let (parties, mallory, other) = (Parties::new(Suite::X25519), ed25519(), ed25519());
    let her = AsClient::start(parties.shop.public().pin(), Suite::X25519);
    let (_, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
    let [first, second] = [&mallory, &other].map(|who| leg.seal(&CLIENT, &leg.proof_of(&CLIENT, who)));
    let [mut one, mut two] = [&first, &second].map(|sealed| parties.server.accept(&finish(sealed), NOW).unwrap().0);
    assert_eq!(one.id(), two.id(), "a store that creates an id once refuses the second");
    let record = mallory::record(&leg.record_keys(&first)[0], 0, two.id(), 0, b"");
    refused(two.open(b"", &record, NOW), Error::Rejected, "who proved herself is part of the keys");
    assert!(one.open(b"", &record, NOW).is_ok());
}

/// Only who holds the state key can do that, but what a store holds may be older than the library that reads it.
#[test]
fn brings_a_state_whose_content_is_impossible() {
    let good = [&[2; 57], [7; 64].as_slice(), &[0; 16], &[0; 272], &[0; 385]].concat();
    assert!(Session::import(&mallory::state(&STATE_KEY, &good), &state_key()).is_ok());
    for (at, value) in [(0, 0), (0, 3), (121, 1), (137, 1), (144, 5), (152, 1), (280, 1), (409, 1), (409, 17), (793, 1)]
    {
        let mut plain = good.clone();
        plain[at] = value;
        let blob = mallory::state(&STATE_KEY, &plain);
        refused(Session::import(&blob, &state_key()), Error::Rejected, &format!("no session has {value} at byte {at}"));
    }
    let longer = mallory::state(&STATE_KEY, &[good.as_slice(), &[0]].concat());
    refused(Session::import(&longer, &state_key()), Error::Malformed, "a state has one length");
}

#[test]
fn pretends_to_be_the_server() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (mut client, hello) = parties.start();
        let (shop, pin) = (parties.shop.public().spki(), parties.shop.public().pin());
        let mut try_with = |why: &str, prove: &dyn Fn(&mallory::Leg) -> Vec<u8>| {
            let (reply, _) = mallory::reply(&hello, suite, prove);
            refused(client.finish(&reply, NOW), Error::Rejected, why);
        };
        try_with("a valid identity is not the pinned one", &|leg| leg.proof_of(&SERVER, &mallory));
        try_with("the signature is hers", &|leg| {
            leg.proof(&SERVER, shop, &mallory.sign(&leg.statement(&SERVER, pin)).unwrap())
        });
        try_with("there is no signature", &|leg| leg.proof(&SERVER, shop, &[]));
        // In the middle: her own handshake with the shop gives her a true proof, which she seals again for the client.
        let her = AsClient::start(pin, suite);
        let (proof, _, _) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
        let (_, signature, _) = fields(&proof);
        try_with("the shop signed another transcript", &|leg| leg.proof(&SERVER, shop, signature));
        try_with("nor does its mac belong to this one", &|_| proof.clone());
        assert!(client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).is_ok());
    }
}

#[test]
fn pretends_to_be_alice() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (alice, pin) = (parties.alice.public().spki(), parties.alice.public().pin());
        // Alice once spoke with Mallory's own server, and signed for it.
        let (mut client, hello) = Client::start(&parties.alice, mallory.public().pin(), suite).unwrap();
        let (reply, alices) = mallory::reply(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory));
        let (_, finish) = client.finish(&reply, NOW).unwrap();
        let alices = alices.open(&CLIENT, sealed_of_finish(&finish));

        let her = AsClient::start(parties.shop.public().pin(), suite);
        let (shops, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
        let try_with = |why: &str, proof: &[u8]| {
            refused(parties.server.accept(&finish(&leg.seal(&CLIENT, proof)), NOW), Error::Rejected, why);
        };
        let statement = leg.statement(&CLIENT, pin);
        try_with("the signature is not Alice's", &leg.proof(&CLIENT, alice, &mallory.sign(&statement).unwrap()));
        try_with("Alice signed another transcript", &leg.proof(&CLIENT, alice, fields(&alices).1));
        try_with("and her mac holds for that one only", &alices);
        try_with("the shop signed as a server", &leg.proof(&CLIENT, fields(&shops).0, fields(&shops).1));
        try_with("a server's proof is no client's", &leg.proof_of(&SERVER, &mallory));
        // A signature over Alice's pin with Mallory's key in front: whose session is it?
        let over_alices_pin = mallory.sign(&statement).unwrap();
        try_with("the signer's own pin is signed", &leg.proof(&CLIENT, mallory.public().spki(), &over_alices_pin));
        let mac_for_alice = leg.proof(&CLIENT, alice, fields(&leg.proof_of(&CLIENT, &mallory)).1);
        let honest = leg.proof_of(&CLIENT, &mallory);
        let swapped = [&honest[..honest.len() - 32], &mac_for_alice[mac_for_alice.len() - 32..]].concat();
        try_with("the mac names the key", &swapped);
        assert!(parties.server.accept(&finish(&leg.seal(&CLIENT, &honest)), NOW).is_ok());
    }
}

#[test]
fn brings_keys_under_which_anything_verifies() {
    let parties = Parties::new(Suite::X25519);
    let her = AsClient::start(parties.shop.public().pin(), Suite::X25519);
    let (_, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
    let head = &parties.alice.public().spki()[..12];
    // For a key of order 1, R = 1 and S = 0 solve the equation for every message; for the others for some.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for key in [neutral, [0; 32], [0xFF; 32]] {
        let proof = leg.proof(&CLIENT, &[head, &key].concat(), &[neutral, [0; 32]].concat());
        let sealed = leg.seal(&CLIENT, &proof);
        refused(parties.server.accept(&finish(&sealed), NOW), Error::Rejected, "a key of low order verifies nothing");
    }
}

#[test]
fn brings_keys_that_are_not_canonical_or_beyond_the_limits() {
    let parties = Parties::rsa(Suite::X25519);
    let her = AsClient::start(parties.shop.public().pin(), Suite::X25519);
    let (_, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
    let rsa = parties.alice.public().spki();
    let mut without_null = rsa.to_vec();
    without_null.drain(17..19);
    (without_null[3], without_null[5]) = (without_null[3] - 2, without_null[5] - 2);
    let too_large = openssl("pkey -in tests/vectors/secenv/rsa_8200.pem -pubout -outform DER", b"").unwrap();
    let keys =
        [[rsa, &[0]].concat(), without_null, too_large, vec![], b"key".to_vec(), vec![0x30; 2048], vec![0x30; 2049]];
    for (at, spki) in keys.iter().enumerate() {
        // Signed as if the pin were that of these very bytes: only their form is wrong.
        let pin = secenv::Pin::from_bytes(secenv::sodium::hash::sha256(spki));
        let signature = parties.alice.sign(&leg.statement(&CLIENT, &pin)).unwrap();
        let sealed = leg.seal(&CLIENT, &leg.proof(&CLIENT, spki, &signature));
        refused(parties.server.accept(&finish(&sealed), NOW), Error::Rejected, &format!("key {at} is not canonical"));
    }
    let sealed = leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &parties.alice));
    assert!(parties.server.accept(&finish(&sealed), NOW).is_ok());
}

/// Whatever lies inside a proof that opens, the answer is the one word: nothing tells which check it was.
#[test]
fn varies_each_bit_and_length_inside_a_proof_that_is_sealed_properly() {
    let (parties, mallory) = (Parties::new(Suite::X25519), ed25519());
    let (mut client, hello) = Client::start(&parties.alice, mallory.public().pin(), Suite::X25519).unwrap();
    let her = AsClient::start(parties.shop.public().pin(), Suite::X25519);
    let (_, leg, finish) = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
    let proof = leg.proof_of(&CLIENT, &mallory);
    let why = "each field is covered by the mac, and the mac by itself";
    for at in 0..proof.len() * 9 + 1 {
        let sealed = leg.seal(&CLIENT, &varied(&proof, at));
        refused(parties.server.accept(&finish(&sealed), NOW), Error::Rejected, why);
        let lie = |leg: &mallory::Leg| varied(&leg.proof_of(&SERVER, &mallory), at);
        refused(client.finish(&mallory::reply(&hello, Suite::X25519, lie).0, NOW), Error::Rejected, why);
    }
}

/// The proof with a bit flipped, cut short, or a byte longer.
fn varied(proof: &[u8], at: usize) -> Vec<u8> {
    let mut forged = proof.to_vec();
    match at.checked_sub(proof.len() * 8) {
        None => forged[at / 8] ^= 1 << (at % 8),
        Some(len) if len < proof.len() => forged.truncate(len),
        Some(_) => forged.push(0),
    }
    forged
}

/// The identity of another server behind the same state key: cookies do not cross.
#[test]
fn relays_between_two_servers_that_share_a_state_key() {
    let (one, other) = (Parties::new(Suite::X25519), ed25519());
    let second = Server::new(&other, &state_key(), Suite::X25519).unwrap();
    let mallory: Identity = ed25519();
    let her = AsClient::start(one.shop.public().pin(), Suite::X25519);
    let (_, leg, finish) = her.take(&one.server.reply(&her.hello, NOW).unwrap());
    let finish = finish(&leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &mallory)));
    refused(second.accept(&finish, NOW), Error::Rejected, "the server's pin is bound into the cookie");
    assert!(one.server.accept(&finish, NOW).is_ok());
}
