//! The known answers of protocol 1, made once with libsodium 1.0.18, PHP 8.2 and OpenSSL 3.0 (`docs/protocol-1.md`).

use secenv::sodium::{boxes, hash, kx, sign};
use secenv::{aead, rsa};
use serde_json::json;

use crate::vectors::bytes;

fn hex(text: &str) -> Vec<u8> {
    bytes(&json!(text))
}

#[test]
fn private_encryption_is_openssls() {
    let key = rsa::SecretKey::parse(&std::fs::read("tests/vectors/keys/known.pem").unwrap()).unwrap();
    let proof = key.private_encrypt(b"hello").unwrap();
    assert_eq!(proof[..16], hex("651c5bba1a1382f3b9abffc3e7322e01"));
    assert_eq!(
        hash::hash(&proof).unwrap().as_slice(),
        hex("49c6b14b46a430d2f2c84ae63d4bcade9c471ae94adb909dee6fcafe8327fe27")
    );
    assert_eq!(key.public().unwrap().public_decrypt(&proof).unwrap().expose_secret(), b"hello");
}

#[test]
fn session_keys_are_libsodiums() {
    let client = kx::KeyPair::from_seed(&[1; 32]).unwrap();
    let server = kx::KeyPair::from_seed(&[2; 32]).unwrap();
    assert_eq!(client.public(), &hex("ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f")[..]);
    assert_eq!(server.public(), &hex("fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06")[..]);
    let keys = kx::client_session_keys(&client, server.public()).unwrap();
    let rx = hex("e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed");
    let tx = hex("43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a");
    assert_eq!((&keys.rx.expose_secret()[..], &keys.tx.expose_secret()[..]), (&rx[..], &tx[..]));

    let sealed = aead::seal(keys.tx.expose_secret(), &[3; 24], b"ad", b"hello").unwrap();
    assert_eq!(sealed, hex("c6938f63d7a50227f72a453626a5ead861927d49cb"));
}

#[test]
fn seeds_make_libsodiums_keys_a_different_one_for_each_purpose() {
    let seed = [6; 32];
    let boxes = boxes::KeyPair::from_seed(&seed).unwrap();
    let kx = kx::KeyPair::from_seed(&seed).unwrap();
    assert_eq!(boxes.public(), &hex("90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800")[..]);
    assert_eq!(kx.public(), &hex("b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a")[..]);
}

#[test]
fn signatures_are_libsodiums() {
    let pair = sign::KeyPair::from_seed(&[5; 32]).unwrap();
    assert_eq!(pair.public(), &hex("6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1")[..]);
    let signature = pair.sign(b"abc").unwrap();
    let expected = "6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3\
                    c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802";
    assert_eq!(&signature[..], hex(expected));
    sign::verify(pair.public(), b"abc", &signature).unwrap();
    assert_eq!(sign::verify(pair.public(), b"abd", &signature), Err(secenv::Error::Rejected));
}

#[test]
fn derived_keys_are_libsodiums() {
    let key = hash::derive(&[7; 32], b"secenv01", 1).unwrap();
    assert_eq!(&key.expose_secret()[..], hex("a75cd4d9cc22e7b77c39b52a1c3a253be5326f3a8092edf115fc399c9989dfe4"));
}
