//! The message of the deployed protocol, as a team writes it with `sodiumoxide` and `rsa`.

use base64::prelude::{Engine, BASE64_STANDARD};
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts;
use rsa::{hazmat, sha2::Sha256, BigUint, Oaep, Pkcs1v15Encrypt, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use serde_json::{json, Value};
use sha1::Sha1;
use sodiumoxide::crypto::aead::xchacha20poly1305_ietf as aead;

/// How RSA pads: PHP's own numbers, and 5 for OAEP with SHA-256 (for its hash and its mask).
#[derive(Clone, Copy)]
pub enum Padding {
    Pkcs1 = 1,
    OaepSha1 = 4,
    OaepSha256 = 5,
}

/// Seals a message: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`.
pub fn seal(tx: &aead::Key, receiver: &RsaPublicKey, padding: Padding, ad: &[u8], message: &[u8]) -> Option<String> {
    let nonce = aead::gen_nonce();
    let data = aead::seal(message, Some(ad), &nonce, tx);
    let wrapped = wrap(receiver, padding, nonce.as_ref())?;
    Some(json!({ "data": BASE64_STANDARD.encode(data), "nonce": BASE64_STANDARD.encode(wrapped) }).to_string())
}

/// Opens a message; `None` if it was changed, or was not sealed to us.
pub fn open(rx: &aead::Key, receiver: &RsaPrivateKey, padding: Padding, ad: &[u8], json: &[u8]) -> Option<Vec<u8>> {
    let fields: Value = serde_json::from_slice(json).ok()?;
    let field = |name: &str| BASE64_STANDARD.decode(fields.get(name)?.as_str()?).ok();
    let (data, wrapped) = (field("data")?, field("nonce")?);
    let nonce = aead::Nonce::from_slice(&unwrap(receiver, padding, &wrapped)?)?;
    aead::open(&data, Some(ad), &nonce, rx).ok()
}

/// RSA with a public key; `None` if the message is too long.
pub fn wrap(key: &RsaPublicKey, padding: Padding, message: &[u8]) -> Option<Vec<u8>> {
    match padding {
        Padding::Pkcs1 => key.encrypt(&mut OsRng, Pkcs1v15Encrypt, message),
        Padding::OaepSha1 => key.encrypt(&mut OsRng, Oaep::new::<Sha1>(), message),
        Padding::OaepSha256 => key.encrypt(&mut OsRng, Oaep::new::<Sha256>(), message),
    }
    .ok()
}

/// RSA with a secret key; `None` if the padding is wrong.
pub fn unwrap(key: &RsaPrivateKey, padding: Padding, wrapped: &[u8]) -> Option<Vec<u8>> {
    if wrapped.len() != key.size() {
        return None; // the crate takes shorter ones as well
    }
    match padding {
        Padding::Pkcs1 => key.decrypt(Pkcs1v15Encrypt, wrapped),
        Padding::OaepSha1 => key.decrypt(Oaep::new::<Sha1>(), wrapped),
        Padding::OaepSha256 => key.decrypt(Oaep::new::<Sha256>(), wrapped),
    }
    .ok()
}

/// What `openssl_private_encrypt` makes: PKCS#1 type 1 around the message itself, without a DigestInfo.
pub fn private_encrypt(key: &RsaPrivateKey, message: &[u8]) -> Option<Vec<u8>> {
    key.sign(Pkcs1v15Sign::new_unprefixed(), message).ok()
}

/// What `openssl_public_decrypt` gives: the crate only compares, so the padding is taken off here.
pub fn public_decrypt(key: &RsaPublicKey, proof: &[u8]) -> Option<Vec<u8>> {
    let proof = Some(proof).filter(|proof| proof.len() == key.size()).map(BigUint::from_bytes_be)?;
    let block = hazmat::rsa_encrypt(key, &Some(proof).filter(|proof| proof < key.n())?).ok()?.to_bytes_be();
    // `00 01 FF.. 00 message`, at least eight FF; the number has lost its first zero.
    let padded = Some(block).filter(|block| block.len() + 1 == key.size())?;
    let rest = padded.strip_prefix(&[1])?;
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    (fill >= 8).then_some(rest)?.get(fill..)?.strip_prefix(&[0]).map(<[u8]>::to_vec)
}
