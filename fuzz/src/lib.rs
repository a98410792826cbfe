//! What the targets share: the frame around a law, and the key and the message that the seeds were sealed with.

use std::sync::LazyLock;

use secenv::rsa::SecretKey;

#[cfg(not(feature = "libfuzzer"))]
pub mod stable;

#[cfg(feature = "libfuzzer")]
pub use libfuzzer_sys;

/// A law that holds for all bytes: libFuzzer's target, or a program of its own on stable Rust.
#[cfg(feature = "libfuzzer")]
#[macro_export]
macro_rules! law {
    (|$data:ident| $law:block) => {
        $crate::libfuzzer_sys::fuzz_target!(|$data: &[u8]| $law);
    };
}

/// A law that holds for all bytes: libFuzzer's target, or a program of its own on stable Rust.
#[cfg(not(feature = "libfuzzer"))]
#[macro_export]
macro_rules! law {
    (|$data:ident| $law:block) => {
        fn main() {
            $crate::stable::run(|$data: &[u8]| $law);
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
