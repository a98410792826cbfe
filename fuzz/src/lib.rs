//! What the targets share: the frame around a law, and the key and the message that the seeds were sealed with.

use std::sync::LazyLock;

use secenv::identity::Identity;
use secenv::rsa::SecretKey;
use secenv::{Error, StateKey, Timestamp};
use serde_json::Value;

pub mod random;
pub mod stored;

#[cfg(not(feature = "libfuzzer"))]
pub mod stable;

#[cfg(feature = "libfuzzer")]
pub use libfuzzer_sys;

/// A law that holds for all bytes: libFuzzer's target, or a program of its own on stable Rust.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! law {
    (|$data:ident| $law:block) => {
        $crate::libfuzzer_sys::fuzz_target!(|$data: &[u8]| { $crate::random::fixed(0, || $law) });
    };
}

/// A law that holds for all bytes: libFuzzer's target, or a program of its own on stable Rust.
#[cfg(not(feature = "libfuzzer"))]
#[macro_export]
macro_rules! law {
    (|$data:ident| $law:block) => {
        fn main() {
            $crate::stable::run(|$data: &[u8]| $crate::random::fixed(0, || $law));
        }
    };
}

/// The session key, `ad` and message of the seeds.
pub const KEY: [u8; 32] = [1; 32];
pub const AD: &[u8] = b"ad";
pub const MESSAGE: &[u8] = b"meet at noon";

/// The key that the seeds were sealed to.
pub static SERVER: LazyLock<SecretKey> =
    LazyLock::new(|| SecretKey::parse(include_bytes!("../../tests/vectors/keys/server.pem")).unwrap());

/// When the vectors of protocol 2 were made, and the state key of their server.
pub const NOW: Timestamp = match Timestamp::from_secs(1_800_000_000) {
    Ok(now) => now,
    Err(_) => unreachable!(),
};
pub static STATE_KEY: LazyLock<StateKey> = LazyLock::new(|| StateKey::from(&[0x5A; 32]));

/// The groups of one type among the vectors of protocol 2.
pub fn groups(kind: &str) -> Vec<Value> {
    let vectors = include_str!("../../tests/vectors/secenv/session_v2.json");
    let mut vectors: Value = serde_json::from_str(vectors).unwrap();
    let Value::Array(groups) = vectors["testGroups"].take() else { panic!("no groups") };
    groups.into_iter().filter(|group| group["type"] == kind).collect()
}

/// The bytes behind a member in hex, of each valid test of a group.
pub fn valid(group: &Value, member: &str) -> Vec<Vec<u8>> {
    let tests = group["tests"].as_array().unwrap().iter();
    tests.filter(|test| test["result"] == "valid").map(|test| bytes(&test[member])).collect()
}

/// The same of each test, valid or not.
pub fn all(group: &Value, member: &str) -> Vec<Vec<u8>> {
    group["tests"].as_array().unwrap().iter().map(|test| bytes(&test[member])).collect()
}

/// The bytes behind hex.
pub fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// The identity behind a member.
pub fn identity(pem: &Value) -> Identity {
    Identity::parse(pem.as_str().unwrap().as_bytes()).unwrap()
}

/// Whether an answer to something from the network is one that such a thing gets.
pub fn is_refusal(error: Error) -> bool {
    matches!(error, Error::Malformed | Error::Rejected | Error::TooLarge)
}

/// `truth` with one edit: where, how many bytes go, and what comes in their place.
pub fn edited(truth: &[u8], edit: &[u8]) -> Vec<u8> {
    let Some((&[high, low, cut], insert)) = edit.split_first_chunk() else { return edit.to_vec() };
    let at = usize::from(u16::from_be_bytes([high, low])).min(truth.len());
    let end = truth.len().min(at + usize::from(cut));
    [&truth[..at], insert, &truth[end..]].concat()
}
