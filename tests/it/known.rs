//! Every value of protocol 1, right and wrong, made without libsecenv (`tests/vectors/make_protocol.py`).

use std::collections::BTreeMap;

use secenv::sodium::{boxes, hash, kx, sign, stream};
use secenv::{Error, aead};

use crate::c;
use crate::vectors::{self, Case, Summary, bytes};

#[test]
fn every_value_of_protocol_1_is_computed_and_every_wrong_one_refused() {
    let mut kinds = BTreeMap::new();
    let summary = vectors::run(&vectors::ours("secenv/protocol_v1.json"), |case| {
        let kind = case.group["type"].as_str().unwrap();
        let holds = match kind {
            "PrivateEncrypt" => proof(case),
            "KxSeedKeypair" => kx::KeyPair::from_seed(&array(case, "seed")).unwrap().public() == &array(case, "public"),
            "BoxSeedKeypair" => {
                boxes::KeyPair::from_seed(&array(case, "seed")).unwrap().public() == &array(case, "public")
            }
            "SignSeedKeypair" => {
                sign::KeyPair::from_seed(&array(case, "seed")).unwrap().public() == &array(case, "public")
            }
            "KxSessionKeys" => session_keys(case),
            "XChaCha20Poly1305" => sealed(case),
            "Sign" => signature(case),
            "Kdf" => subkey(case),
            "SecretStream" => streamed(case),
            "Envelope" => envelope(case),
            other => panic!("a group of {other}?"),
        };
        assert!(holds, "{kind}, {}", case.name());
        *kinds.entry(kind.to_owned()).or_insert(0) += 1;
        true
    });
    assert_eq!(summary, Summary { valid: 74, invalid: 209, ..Summary::default() });
    let kinds: Vec<(&str, i32)> = kinds.iter().map(|(kind, ran)| (kind.as_str(), *ran)).collect();
    let expected = [
        ("BoxSeedKeypair", 8),
        ("Envelope", 175),
        ("Kdf", 5),
        ("KxSeedKeypair", 8),
        ("KxSessionKeys", 17),
        ("PrivateEncrypt", 19),
        ("SecretStream", 12),
        ("Sign", 6),
        ("SignSeedKeypair", 8),
        ("XChaCha20Poly1305", 25),
    ];
    assert_eq!(kinds, expected);
}

fn array<const N: usize>(case: &Case<'_>, name: &str) -> [u8; N] {
    case.bytes(name).try_into().unwrap()
}

/// Whether a result is what the case says: these bytes if it is valid, the status that its flag names if it is not.
fn is_expected(case: &Case<'_>, expected: &[u8], result: Result<Vec<u8>, Error>) -> bool {
    match result {
        Ok(bytes) => case.result() == "valid" && bytes == expected,
        Err(error) => case.result() == "invalid" && case.has_flag(&format!("{:?}", error)),
    }
}

fn proof(case: &Case<'_>) -> bool {
    let secret = c::secret(case.group["privateKeyPem"].as_str().unwrap().as_bytes()).unwrap();
    let public = c::public(case.group["publicKeyPem"].as_str().unwrap().as_bytes()).unwrap();
    let (message, proof) = (case.bytes("msg"), case.bytes("proof"));
    is_expected(case, &message, c::public_decrypt(&public, &proof))
        && (c::private_encrypt(&secret, &message) == Ok(proof)) == (case.result() == "valid")
}

fn session_keys(case: &Case<'_>) -> bool {
    let (own, peer) = (kx::KeyPair::from_seed(&array(case, "seed")).unwrap(), array(case, "peer"));
    let keys = match case.test["role"].as_str().unwrap() {
        "client" => kx::client_session_keys(&own, &peer),
        _ => kx::server_session_keys(&own, &peer),
    };
    let keys = keys.map(|keys| [*keys.rx.expose_secret(), *keys.tx.expose_secret()].concat());
    is_expected(case, &[case.bytes("rx"), case.bytes("tx")].concat(), keys)
}

fn sealed(case: &Case<'_>) -> bool {
    let (key, nonce, ad, message) = (array(case, "key"), array(case, "nonce"), case.bytes("ad"), case.bytes("msg"));
    let opened = aead::open(&key, &nonce, &ad, &case.bytes("sealed")).map(|plain| plain.expose_secret().to_vec());
    let again = aead::seal(&key, &nonce, &ad, &message).unwrap();
    is_expected(case, &message, opened) && (again == case.bytes("sealed")) == (case.result() == "valid")
}

fn signature(case: &Case<'_>) -> bool {
    let (pair, message) = (sign::KeyPair::from_seed(&array(case, "seed")).unwrap(), case.bytes("msg"));
    let verified = sign::verify(pair.public(), &message, &array(case, "sig")).map(|()| message.clone());
    let again = pair.sign(&message).unwrap();
    is_expected(case, &message, verified) && (again == array(case, "sig")) == (case.result() == "valid")
}

fn subkey(case: &Case<'_>) -> bool {
    let id = case.test["id"].as_str().unwrap().parse().unwrap();
    hash::derive(&array(case, "key"), &array(case, "context"), id).expose_secret() == &array(case, "subkey")
}

/// All chunks in their order, the last one and no other tagged as the last.
fn streamed(case: &Case<'_>) -> bool {
    let open = || {
        let mut pull = stream::Pull::start(&array(case, "key"), &array(case, "header"))?;
        let (mut message, mut ended) = (Vec::new(), false);
        for chunk in case.test["chunks"].as_array().unwrap() {
            let (tag, plain) = pull.open(b"", &bytes(chunk))?;
            if ended {
                return Err(Error::Rejected);
            }
            ended = tag == stream::Tag::Final;
            message.extend_from_slice(plain.expose_secret());
        }
        if ended { Ok(message) } else { Err(Error::Rejected) }
    };
    is_expected(case, &case.bytes("msg"), open())
}

fn envelope(case: &Case<'_>) -> bool {
    let secret = c::secret(case.group["privateKeyPem"].as_str().unwrap().as_bytes()).unwrap();
    let padding = case.group["padding"].as_i64().unwrap() as i32;
    let json = case.test["json"].as_str().unwrap().as_bytes();
    is_expected(case, &case.bytes("msg"), c::open(&array(case, "rx"), &secret, padding, &case.bytes("ad"), json))
}
