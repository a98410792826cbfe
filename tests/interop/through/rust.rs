//! libsecenv through its Rust API.

use secenv_core::rsa::{Padding, PublicKey, SecretKey};
use secenv_core::sodium::{boxes, kx, sign, stream};
use secenv_core::{SecretBytes, envelope};

use crate::party::{Fields, from_hex, to_hex};

const VERBS: [&str; 22] = [
    "name",
    "kx-public",
    "kx-client",
    "kx-server",
    "proof-make",
    "proof-open",
    "rsa-wrap",
    "rsa-unwrap",
    "envelope-seal",
    "envelope-open",
    "box-public",
    "box-make",
    "box-open",
    "seal-make",
    "seal-open",
    "sign-public",
    "sign-make",
    "sign-check",
    "stream-make",
    "stream-open",
    "secretbox-make",
    "secretbox-open",
];

/// Answers one line.
pub fn answer(line: &str) -> String {
    let mut words = line.split(' ');
    let verb = words.next().unwrap_or_default();
    if !VERBS.contains(&verb) {
        return "what".to_owned();
    }
    let fields: Option<Fields> = words.map(from_hex).collect();
    let done = fields.and_then(|fields| run(verb, &fields.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    match done {
        Some(fields) => fields.iter().fold("ok".to_owned(), |line, field| line + " " + &to_hex(field)),
        None => "no".to_owned(),
    }
}

/// Bytes of a fixed length, `None` if they have another.
fn sized<const N: usize>(field: &[u8]) -> Option<&[u8; N]> {
    field.try_into().ok()
}

fn padding(field: &[u8]) -> Option<Padding> {
    let [number] = sized(field)?;
    Padding::try_from(i32::from(*number)).ok()
}

fn one(field: impl Into<Vec<u8>>) -> Option<Fields> {
    Some(vec![field.into()])
}

fn secret(field: &SecretBytes) -> Option<Fields> {
    one(field.expose_secret())
}

fn session(keys: &kx::SessionKeys) -> Option<Fields> {
    Some(vec![keys.rx.expose_secret().to_vec(), keys.tx.expose_secret().to_vec()])
}

fn kx_pair(seed: &[u8]) -> Option<kx::KeyPair> {
    kx::KeyPair::from_seed(sized(seed)?).ok()
}

fn box_pair(seed: &[u8]) -> Option<boxes::KeyPair> {
    boxes::KeyPair::from_seed(sized(seed)?).ok()
}

fn sign_pair(seed: &[u8]) -> Option<sign::KeyPair> {
    sign::KeyPair::from_seed(sized(seed)?).ok()
}

fn public(pem: &[u8]) -> Option<PublicKey> {
    PublicKey::parse(pem).ok()
}

fn private(pem: &[u8]) -> Option<SecretKey> {
    SecretKey::parse(pem).ok()
}

fn run(verb: &str, fields: &[&[u8]]) -> Option<Fields> {
    match (verb, fields) {
        ("name", []) => one(*b"secenv rust"),

        ("kx-public", [seed]) => one(*kx_pair(seed)?.public()),
        ("kx-client", [seed, server]) => session(&kx::client_session_keys(&kx_pair(seed)?, sized(server)?).ok()?),
        ("kx-server", [seed, client]) => session(&kx::server_session_keys(&kx_pair(seed)?, sized(client)?).ok()?),

        ("proof-make", [pem, message]) => one(private(pem)?.private_encrypt(message).ok()?),
        ("proof-open", [pem, proof]) => secret(&public(pem)?.public_decrypt(proof).ok()?),
        ("rsa-wrap", [pem, how, message]) => one(public(pem)?.wrap(padding(how)?, message).ok()?),
        ("rsa-unwrap", [pem, how, wrapped]) => secret(&private(pem)?.unwrap(padding(how)?, wrapped).ok()?),

        ("envelope-seal", [tx, pem, how, ad, message]) => {
            one(envelope::seal(sized(tx)?, &public(pem)?, padding(how)?, ad, message).ok()?)
        }
        ("envelope-open", [rx, pem, how, ad, json]) => {
            secret(&envelope::open(sized(rx)?, &private(pem)?, padding(how)?, ad, json).ok()?)
        }

        ("box-public", [seed]) => one(*box_pair(seed)?.public()),
        ("box-make", [seed, receiver, nonce, message]) => {
            one(boxes::seal(&box_pair(seed)?, sized(receiver)?, sized(nonce)?, message).ok()?)
        }
        ("box-open", [seed, sender, nonce, sealed]) => {
            secret(&boxes::open(&box_pair(seed)?, sized(sender)?, sized(nonce)?, sealed).ok()?)
        }
        ("seal-make", [receiver, message]) => one(boxes::sealed_box::seal(sized(receiver)?, message).ok()?),
        ("seal-open", [seed, sealed]) => secret(&boxes::sealed_box::open(&box_pair(seed)?, sealed).ok()?),

        ("sign-public", [seed]) => one(*sign_pair(seed)?.public()),
        ("sign-make", [seed, message]) => one(sign_pair(seed)?.sign(message).ok()?),
        ("sign-check", [public, signature, message]) => {
            sign::verify(sized(public)?, message, sized(signature)?).ok().map(|()| Vec::new())
        }

        ("stream-make", [key, chunks @ ..]) => stream_make(key, chunks),
        ("stream-open", [key, header, sealed @ ..]) => stream_open(key, header, sealed),

        ("secretbox-make", [key, nonce, message]) => {
            one(boxes::secretbox::seal(sized(key)?, sized(nonce)?, message).ok()?)
        }
        ("secretbox-open", [key, nonce, sealed]) => {
            secret(&boxes::secretbox::open(sized(key)?, sized(nonce)?, sealed).ok()?)
        }
        _ => None,
    }
}

fn stream_make(key: &[u8], chunks: &[&[u8]]) -> Option<Fields> {
    let (last, others) = chunks.split_last()?;
    let (mut push, header) = stream::Push::start(sized(key)?).ok()?;
    let mut sealed = vec![header.to_vec()];
    for chunk in others {
        sealed.push(push.seal(stream::Tag::Message, b"", chunk).ok()?);
    }
    sealed.push(push.seal(stream::Tag::Final, b"", last).ok()?);
    Some(sealed)
}

fn stream_open(key: &[u8], header: &[u8], sealed: &[&[u8]]) -> Option<Fields> {
    let mut pull = stream::Pull::start(sized(key)?, sized(header)?).ok()?;
    let mut chunks = Vec::new();
    let last = sealed.len().checked_sub(1)?;
    for (at, piece) in sealed.iter().enumerate() {
        let (tag, chunk) = pull.open(b"", piece).ok()?;
        ((tag == stream::Tag::Final) == (at == last)).then(|| chunks.push(chunk.expose_secret().to_vec()))?;
    }
    Some(chunks)
}
