//! A peer of the deployed protocol with `sodiumoxide` and `rsa`; `tests/peers/README.md` has the lines it speaks.

mod deployed;

use std::io::{self, BufRead, Write};

use deployed::Padding;
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::{RsaPrivateKey, RsaPublicKey};
use sodiumoxide::crypto::aead::xchacha20poly1305_ietf as aead;
use sodiumoxide::crypto::secretstream::{self, Stream, Tag};
use sodiumoxide::crypto::{box_, kx, sealedbox, secretbox, sign};

type Fields = Vec<Vec<u8>>;

fn public_key(pem: &[u8]) -> Option<RsaPublicKey> {
    RsaPublicKey::from_public_key_pem(std::str::from_utf8(pem).ok()?).ok()
}

fn secret_key(pem: &[u8]) -> Option<RsaPrivateKey> {
    RsaPrivateKey::from_pkcs8_pem(std::str::from_utf8(pem).ok()?).ok()
}

fn padding(byte: &[u8]) -> Option<Padding> {
    [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256].into_iter().find(|padding| byte == [*padding as u8])
}

fn kx_pair(seed: &[u8]) -> Option<(kx::PublicKey, kx::SecretKey)> {
    Some(kx::keypair_from_seed(&kx::Seed::from_slice(seed)?))
}

fn box_pair(seed: &[u8]) -> Option<(box_::PublicKey, box_::SecretKey)> {
    Some(box_::keypair_from_seed(&box_::Seed::from_slice(seed)?))
}

fn sign_pair(seed: &[u8]) -> Option<(sign::PublicKey, sign::SecretKey)> {
    Some(sign::keypair_from_seed(&sign::Seed::from_slice(seed)?))
}

fn stream_make(key: &[u8], chunks: &[&[u8]]) -> Option<Fields> {
    let (last, others) = chunks.split_last()?;
    let (mut stream, header) = Stream::init_push(&secretstream::Key::from_slice(key)?).ok()?;
    let mut sealed = vec![header.as_ref().to_vec()];
    for chunk in others {
        sealed.push(stream.push(chunk, None, Tag::Message).ok()?);
    }
    sealed.push(stream.push(last, None, Tag::Final).ok()?);
    Some(sealed)
}

fn stream_open(key: &[u8], header: &[u8], sealed: &[&[u8]]) -> Option<Fields> {
    let (key, header) = (secretstream::Key::from_slice(key)?, secretstream::Header::from_slice(header)?);
    let mut stream = Stream::init_pull(&header, &key).ok()?;
    let mut chunks = Vec::new();
    for piece in sealed {
        // After FINAL every pull fails, so FINAL can only stand last.
        chunks.push(stream.pull(piece, None).ok()?.0);
    }
    stream.is_finalized().then_some(chunks)
}

/// Does what the verb asks: fields in, fields out; `None` if it is refused.
fn run(verb: &str, fields: &[&[u8]]) -> Option<Fields> {
    let one = |field: Vec<u8>| Some(vec![field]);
    match (verb, fields) {
        ("name", []) => one(b"rust sodiumoxide rsa".to_vec()),

        ("kx-public", [seed]) => one(kx_pair(seed)?.0.as_ref().to_vec()),
        ("kx-client", [seed, server]) => {
            let (public, secret) = kx_pair(seed)?;
            let (rx, tx) = kx::client_session_keys(&public, &secret, &kx::PublicKey::from_slice(server)?).ok()?;
            Some(vec![rx.as_ref().to_vec(), tx.as_ref().to_vec()])
        }
        ("kx-server", [seed, client]) => {
            let (public, secret) = kx_pair(seed)?;
            let (rx, tx) = kx::server_session_keys(&public, &secret, &kx::PublicKey::from_slice(client)?).ok()?;
            Some(vec![rx.as_ref().to_vec(), tx.as_ref().to_vec()])
        }

        ("proof-make", [pem, message]) => one(deployed::private_encrypt(&secret_key(pem)?, message)?),
        ("proof-open", [pem, proof]) => one(deployed::public_decrypt(&public_key(pem)?, proof)?),
        ("rsa-wrap", [pem, how, message]) => one(deployed::wrap(&public_key(pem)?, padding(how)?, message)?),
        ("rsa-unwrap", [pem, how, wrapped]) => one(deployed::unwrap(&secret_key(pem)?, padding(how)?, wrapped)?),

        ("envelope-seal", [tx, pem, how, ad, message]) => {
            let tx = aead::Key::from_slice(tx)?;
            one(deployed::seal(&tx, &public_key(pem)?, padding(how)?, ad, message)?.into_bytes())
        }
        ("envelope-open", [rx, pem, how, ad, json]) => {
            let rx = aead::Key::from_slice(rx)?;
            one(deployed::open(&rx, &secret_key(pem)?, padding(how)?, ad, json)?)
        }

        ("box-public", [seed]) => one(box_pair(seed)?.0.as_ref().to_vec()),
        ("box-make", [seed, receiver, nonce, message]) => {
            let (receiver, nonce) = (box_::PublicKey::from_slice(receiver)?, box_::Nonce::from_slice(nonce)?);
            one(box_::seal(message, &nonce, &receiver, &box_pair(seed)?.1))
        }
        ("box-open", [seed, sender, nonce, sealed]) => {
            let (sender, nonce) = (box_::PublicKey::from_slice(sender)?, box_::Nonce::from_slice(nonce)?);
            one(box_::open(sealed, &nonce, &sender, &box_pair(seed)?.1).ok()?)
        }
        ("seal-make", [receiver, message]) => one(sealedbox::seal(message, &box_::PublicKey::from_slice(receiver)?)),
        ("seal-open", [seed, sealed]) => {
            let (public, secret) = box_pair(seed)?;
            one(sealedbox::open(sealed, &public, &secret).ok()?)
        }

        ("sign-public", [seed]) => one(sign_pair(seed)?.0.as_ref().to_vec()),
        ("sign-make", [seed, message]) => one(sign::sign_detached(message, &sign_pair(seed)?.1).to_bytes().to_vec()),
        ("sign-check", [public, signature, message]) => {
            let public = sign::PublicKey::from_slice(public)?;
            let signature = sign::Signature::from_bytes(signature).ok()?;
            sign::verify_detached(&signature, message, &public).then(Vec::new)
        }

        ("stream-make", [key, chunks @ ..]) => stream_make(key, chunks),
        ("stream-open", [key, header, sealed @ ..]) => stream_open(key, header, sealed),

        ("secretbox-make", [key, nonce, message]) => {
            let (key, nonce) = (secretbox::Key::from_slice(key)?, secretbox::Nonce::from_slice(nonce)?);
            one(secretbox::seal(message, &nonce, &key))
        }
        ("secretbox-open", [key, nonce, sealed]) => {
            let (key, nonce) = (secretbox::Key::from_slice(key)?, secretbox::Nonce::from_slice(nonce)?);
            one(secretbox::open(sealed, &nonce, &key).ok()?)
        }
        _ => None,
    }
}

const VERBS: &[&str] = &[
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

fn from_hex(field: &str) -> Option<Vec<u8>> {
    if field == "-" {
        Some(Vec::new())
    } else {
        hex::decode(field).ok()
    }
}

fn to_hex(field: &[u8]) -> String {
    if field.is_empty() {
        "-".into()
    } else {
        hex::encode(field)
    }
}

fn answer(line: &str) -> String {
    let mut words = line.split(' ');
    let verb = words.next().unwrap_or_default();
    if !VERBS.contains(&verb) {
        return "what".into();
    }
    let done = words.map(from_hex).collect::<Option<Fields>>().and_then(|fields| {
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        run(verb, &fields)
    });
    match done {
        Some(fields) => fields.iter().fold("ok".into(), |line, field| line + " " + &to_hex(field)),
        None => "no".into(),
    }
}

fn main() -> io::Result<()> {
    sodiumoxide::init().map_err(|()| io::Error::other("libsodium does not start"))?;
    for line in io::stdin().lock().lines() {
        let mut out = io::stdout().lock();
        writeln!(out, "{}", answer(&line?))?;
        out.flush()?;
    }
    Ok(())
}
