//! Mallory takes part: she has an identity of her own, speaks the protocol properly, and lies in what she proves.

use secenv::identity::Identity;
use secenv::session::{Client, Suite};
use secenv::{Error, Pin};

use super::mallory::{self, AsClient, AsServer, CLIENT, Leg, SERVER, Taken, fields, finish_fields};
use crate::parties::{NOW, Parties, SUITES, client, ed25519, refused, server};
use crate::rsa_keys::{made, openssl};

/// Alice, who asks for the server of this identity.
fn asks_for(parties: &Parties, who: &Identity) -> (Client, Vec<u8>) {
    client(&parties.alice, &[*who.public().pin()], |config| config.suite = parties.suite)
}

/// Mallory, who has the shop's reply to her hello.
fn at_the_shop(parties: &Parties) -> (AsClient, Taken, Pin) {
    let shop = *parties.shop.public().pin();
    let her = AsClient::start(&[&shop], parties.suite);
    let taken = her.take(&parties.server.reply(&her.hello, NOW).unwrap());
    (her, taken, shop)
}

#[test]
fn her_protocol_is_ours_so_that_what_is_refused_below_is_refused_for_its_own_reason() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (mut client, hello) = asks_for(&parties, &mallory);
        let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory, None));
        let finish = client.finish(&her.reply(b"cookie"), NOW).unwrap();
        let (cookie, again, sealed) = finish_fields(&finish);
        assert_eq!((cookie, again), (b"cookie".as_slice(), hello.as_slice()), "the hello comes a second time");
        let leg = her.leg.with_cookie(b"cookie");
        let proof = leg.open(&CLIENT, sealed);
        assert_eq!(fields(&proof).0, parties.alice.public().spki());
        let statement = leg.statement(&CLIENT, parties.alice.public().pin(), Some(mallory.public().pin()));
        assert!(parties.alice.public().verify(&statement, fields(&proof).1).is_ok(), "both pins are signed");

        let (her, taken, shop) = at_the_shop(&parties);
        assert_eq!(fields(&taken.proof).0, parties.shop.public().spki());
        let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(&shop)));
        let accepted = parties.server.accept(&taken.finish(&sealed), NOW).unwrap();
        assert_eq!(accepted.client_spki, mallory.public().spki(), "she comes in as herself, and as nobody else");

        let end = her.end(&taken, &sealed, &accepted.welcome);
        let (mut shop, id) = (accepted.session, taken.session_id);
        let keys = [end.client_numbers(), end.server_numbers()];
        let [from_her, from_shop] = keys.map(|chain| mallory::message_key(&chain));
        let record = mallory::record(&from_shop, (0, 0), &id, &[], b"meet at noon");
        refused(shop.open(b"", &record, NOW), Error::Rejected, "each number space has keys of its own");
        let reply = mallory::record(&mallory::reply_key(&keys[0]), (0, 0), &id, &[], b"meet at noon");
        refused(shop.open(b"", &reply, NOW), Error::Rejected, "and messages others than replies");
        let record = mallory::record(&from_her, (0, 0), &id, &[], b"meet at noon");
        assert_eq!(shop.open(b"", &record, NOW).unwrap().expose_secret(), b"meet at noon");
        let push = shop.seal(b"", b"meet at nine", NOW).unwrap();
        assert_eq!(mallory::open_record(&from_shop, &push).unwrap(), b"meet at nine");
    }
}

#[test]
fn comes_in_twice_through_one_cookie() {
    let (parties, mallory, other) = (Parties::new(Suite::X25519), ed25519(), ed25519());
    let (her, taken, shop) = at_the_shop(&parties);
    let sealed = [&mallory, &other].map(|who| taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, who, Some(&shop))));
    let accepted = [0, 1].map(|at| parties.server.accept(&taken.finish(&sealed[at]), NOW).unwrap());
    assert_eq!(
        accepted[0].session.id(),
        accepted[1].session.id(),
        "a store that creates an id once refuses the second"
    );
    let end = her.end(&taken, &sealed[0], &accepted[0].welcome);
    let key = mallory::message_key(&end.client_numbers());
    let record = mallory::record(&key, (0, 0), &taken.session_id, &[], b"");
    let [mut one, mut two] = accepted.map(|accepted| accepted.session);
    refused(two.open(b"", &record, NOW), Error::Rejected, "who proved herself is part of the keys");
    assert!(one.open(b"", &record, NOW).is_ok());
}

#[test]
fn pretends_to_be_the_server() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (mut client, hello) = parties.start();
        let (shop, pin) = (parties.shop.public().spki(), parties.shop.public().pin());
        let mut try_with = |why: &str, prove: &dyn Fn(&Leg) -> Vec<u8>| {
            let reply = AsServer::answer(&hello, suite, prove).reply(b"cookie");
            refused(client.finish(&reply, NOW), Error::Rejected, why);
        };
        try_with("a valid identity is not the pinned one", &|leg| leg.proof_of(&SERVER, &mallory, None));
        try_with("the signature is hers", &|leg| {
            leg.proof(&SERVER, shop, &mallory.sign(&leg.statement(&SERVER, pin, None)).unwrap())
        });
        try_with("there is no signature", &|leg| leg.proof(&SERVER, shop, &[]));
        // In the middle: her own handshake with the shop gives her a true proof, which she seals again for the client.
        let (_, taken, _) = at_the_shop(&parties);
        let (_, signature, _) = fields(&taken.proof);
        try_with("the shop signed another transcript", &|leg| leg.proof(&SERVER, shop, signature));
        try_with("nor does its mac belong to this one", &|_| taken.proof.clone());
        // And its signature under a welcome to her.
        let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(pin)));
        let welcome = parties.server.accept(&taken.finish(&sealed), NOW).unwrap().welcome;
        let (_, signature, _) = mallory::welcome_fields(&welcome, suite);
        try_with("the shop signed a welcome", &|leg| leg.proof(&SERVER, shop, signature));
        assert!(client.finish(&parties.server.reply(&hello, NOW).unwrap(), NOW).is_ok());
    }
}

#[test]
fn pretends_to_be_alice() {
    for suite in SUITES {
        let (parties, mallory) = (Parties::new(suite), ed25519());
        let (alice, pin) = (parties.alice.public().spki(), parties.alice.public().pin());
        // Alice once spoke with Mallory's own server, and signed for it.
        let (mut client, hello) = asks_for(&parties, &mallory);
        let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &mallory, None));
        let finish = client.finish(&her.reply(b"cookie"), NOW).unwrap();
        let alices = her.leg.with_cookie(b"cookie").open(&CLIENT, finish_fields(&finish).2);

        let (_, taken, shop) = at_the_shop(&parties);
        let leg = &taken.leg;
        let try_with = |why: &str, proof: &[u8]| {
            let finish = taken.finish(&leg.seal(&CLIENT, proof));
            refused(parties.server.accept(&finish, NOW), Error::Rejected, why);
        };
        let statement = leg.statement(&CLIENT, pin, Some(&shop));
        try_with("the signature is not Alice's", &leg.proof(&CLIENT, alice, &mallory.sign(&statement).unwrap()));
        try_with("Alice signed another transcript", &leg.proof(&CLIENT, alice, fields(&alices).1));
        try_with("and her mac holds for that one only", &alices);
        let shops = fields(&taken.proof);
        try_with("the shop signed as a server", &leg.proof(&CLIENT, shops.0, shops.1));
        try_with("a server's proof is no client's", &leg.proof_of(&SERVER, &mallory, None));
        try_with("a client signs whom it meets", &leg.proof_of(&CLIENT, &mallory, None));
        try_with("and that is the shop", &leg.proof_of(&CLIENT, &mallory, Some(mallory.public().pin())));
        // A signature over Alice's pin with Mallory's key in front: whose session is it?
        let over_alices_pin = mallory.sign(&statement).unwrap();
        try_with("the signer's own pin is signed", &leg.proof(&CLIENT, mallory.public().spki(), &over_alices_pin));
        let honest = leg.proof_of(&CLIENT, &mallory, Some(&shop));
        let mac_for_alice = leg.proof(&CLIENT, alice, fields(&honest).1);
        let swapped = [&honest[..honest.len() - 32], &mac_for_alice[mac_for_alice.len() - 32..]].concat();
        try_with("the mac names the key", &swapped);
        assert!(parties.server.accept(&taken.finish(&leg.seal(&CLIENT, &honest)), NOW).is_ok());
    }
}

#[test]
fn brings_keys_under_which_anything_verifies() {
    let parties = Parties::new(Suite::X25519);
    let (_, taken, _) = at_the_shop(&parties);
    let head = &parties.alice.public().spki()[..12];
    // For a key of order 1, R = 1 and S = 0 solve the equation for every message; for the others for some.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    for key in [neutral, [0; 32], [0xFF; 32]] {
        let proof = taken.leg.proof(&CLIENT, &[head, &key].concat(), &[neutral, [0; 32]].concat());
        let finish = taken.finish(&taken.leg.seal(&CLIENT, &proof));
        refused(parties.server.accept(&finish, NOW), Error::Rejected, "a key of low order verifies nothing");
    }
}

/// A signature as RSA identities make them, by a key that is none.
fn openssl_sign(key: &str, statement: &[u8]) -> Vec<u8> {
    let options = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 -sigopt rsa_mgf1_md:sha256";
    openssl(&format!("dgst -sha256 {options} -sign {key}"), statement).unwrap()
}

#[test]
fn brings_keys_that_are_not_canonical_or_beyond_the_limits() {
    let parties = Parties::rsa(Suite::X25519);
    let (_, taken, shop) = at_the_shop(&parties);
    let leg = &taken.leg;
    let rsa = parties.alice.public().spki();
    let mut without_null = rsa.to_vec();
    without_null.drain(17..19);
    (without_null[3], without_null[5]) = (without_null[3] - 2, without_null[5] - 2);
    let keys = [[rsa, &[0]].concat(), without_null, vec![], b"key".to_vec(), vec![0x30; 2700], vec![0x30; 2701]];
    for (at, spki) in keys.iter().enumerate() {
        // Signed as if the pin were that of these very bytes: only their form is wrong.
        let pin = Pin::from_bytes(secenv::sodium::hash::sha256(spki));
        let signature = parties.alice.sign(&leg.statement(&CLIENT, &pin, Some(&shop))).unwrap();
        let finish = taken.finish(&leg.seal(&CLIENT, &leg.proof(&CLIENT, spki, &signature)));
        refused(parties.server.accept(&finish, NOW), Error::Rejected, &format!("key {at} is not canonical"));
    }
    let sealed = leg.seal(&CLIENT, &leg.proof_of(&CLIENT, &parties.alice, Some(&shop)));
    assert!(parties.server.accept(&taken.finish(&sealed), NOW).is_ok());
}

/// Their proofs are right in everything else: as a client's, and as that of the server whose pin the client was given.
#[test]
fn brings_an_rsa_key_beyond_the_limits() {
    let folder = std::env::temp_dir().join(format!("secenv-insider-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let strong = folder.join("strong.pem").to_str().unwrap().to_owned();
    let good = Parties::rsa(Suite::X25519).alice.encode_secret().unwrap();
    std::fs::write(&strong, good.expose_secret()).unwrap();
    let parties = Parties::new(Suite::X25519);
    for (key, good) in [
        (strong.as_str(), true),
        ("tests/vectors/keys/client.pem", false),
        ("tests/vectors/secenv/rsa_8200.pem", false),
    ] {
        let spki = made(&format!("pkey -in {key} -pubout -outform DER"));
        let pin = Pin::from_bytes(secenv::sodium::hash::sha256(&spki));
        let proof = |leg: &Leg, side, server: Option<&Pin>| {
            leg.proof(side, &spki, &openssl_sign(key, &leg.statement(side, &pin, server)))
        };
        let (_, taken, shop) = at_the_shop(&parties);
        let sealed = taken.leg.seal(&CLIENT, &proof(&taken.leg, &CLIENT, Some(&shop)));
        let accepted = parties.server.accept(&taken.finish(&sealed), NOW);
        let (mut alice, hello) = client(&parties.alice, &[pin], |config| config.suite = Suite::X25519);
        let reply = AsServer::answer(&hello, Suite::X25519, |leg| proof(leg, &SERVER, None)).reply(b"");
        let finished = alice.finish(&reply, NOW);
        if good {
            assert!(accepted.is_ok() && finished.is_ok(), "nothing else is in the way");
        } else {
            refused(accepted, Error::Rejected, "the key is no identity");
            refused(finished, Error::Rejected, "the key is no identity, although it is pinned");
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// Whatever lies inside a proof that opens, the answer is the one word: nothing tells which check it was.
#[test]
fn varies_each_bit_and_length_inside_a_proof_that_is_sealed_properly() {
    let (parties, mallory) = (Parties::new(Suite::X25519), ed25519());
    let (mut client, hello) = asks_for(&parties, &mallory);
    let (_, taken, shop) = at_the_shop(&parties);
    let proof = taken.leg.proof_of(&CLIENT, &mallory, Some(&shop));
    let why = "each field is covered by the mac, and the mac by itself";
    for at in 0..proof.len() * 9 + 1 {
        let sealed = taken.leg.seal(&CLIENT, &varied(&proof, at));
        refused(parties.server.accept(&taken.finish(&sealed), NOW), Error::Rejected, why);
        let lie = |leg: &Leg| varied(&leg.proof_of(&SERVER, &mallory, None), at);
        let reply = AsServer::answer(&hello, Suite::X25519, lie).reply(b"cookie");
        refused(client.finish(&reply, NOW), Error::Rejected, why);
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

/// Two servers behind the same cookie key: cookies do not cross, even where the hello names both.
#[test]
fn relays_between_two_servers_that_share_a_cookie_key() {
    let (one, other, mallory) = (Parties::new(Suite::X25519), ed25519(), ed25519());
    let second = server(std::slice::from_ref(&other), |config| config.minimum_suite = Suite::X25519);
    let pins = [one.shop.public().pin(), other.public().pin()];
    let her = AsClient::start(&pins, Suite::X25519);
    let taken = her.take(&one.server.reply(&her.hello, NOW).unwrap());
    for pin in pins {
        let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(pin)));
        let finish = taken.finish(&sealed);
        refused(second.accept(&finish, NOW), Error::Rejected, "the server's pin is bound into the cookie");
        assert_eq!(one.server.accept(&finish, NOW).is_ok(), pin == pins[0]);
    }
}
