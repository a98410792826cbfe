//! The vectors in `secenv/` that need the fixed random source, which exists in test builds only: each comes out as its
//! file says. `SECENV_BLESS=1 cargo test -p secenv --test vectors` makes the files anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use std::path::PathBuf;

use secenv::encoding::hex_encode as hex;
use secenv::identity::Identity;
use secenv::{Error, Timestamp};
use serde_json::Value;

mod formulas;
mod session;
mod make_session;
mod stored;
mod make_stored;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/secenv/{name}.json"))
}

/// Whether the files are to be made anew.
fn bless() -> bool {
    std::env::var_os("SECENV_BLESS").is_some()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

/// What came out, as the documents write it.
fn status<T>(result: &Result<T, Error>) -> String {
    let Err(error) = result else { return "OK".to_owned() };
    let mut name = String::new();
    for letter in format!("{error:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    name
}

fn ed25519(seed: u8) -> Identity {
    let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    Identity::parse(&[head.as_slice(), &[seed; 32]].concat()).unwrap()
}
