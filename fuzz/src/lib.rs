//! What the targets share: the frame around a law, and the key and the message that the seeds were sealed with.

use std::sync::LazyLock;

use secenv::Error;
use secenv::rsa::SecretKey;

pub mod random;
pub mod session;
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
