//! The libsodium-compatible API: libsodium 1.0.22's own functions under our names.
//!
//! `crypto_X`, `sodium_X` and `randombytes_X` are `secenv_X`, `secenv_X` and `secenv_randombytes_X` here, with the same
//! signature, the same meaning and the same return values; a constant `crypto_X_YBYTES` is the macro `SECENV_X_YBYTES`
//! and the function `secenv_x_ybytes`. `include/secenv/sodium.h` gives them libsodium's names back.
//!
//! libsodium's documentation is the contract (its page is named at the top of each file). Said once, for all: an `int`
//! is 0 for success and -1 for refusal where nothing else is said, lengths count bytes, and lengths of keys and nonces
//! are fixed by the constants. Each function gets libsodium ready first: without that, it silently runs its portable,
//! slow code.
//!
//! What only passes a call on is generated (`make header`) from libsodium's declarations and the list `compat.toml`.

use secenv_primitives::sodium::init as ready;

pub mod aead;
pub mod init;
pub mod states;

/// What only passes a call on.
pub mod generated {
    use core::ffi::{c_char, c_int, c_uchar, c_ulonglong, c_void};

    use libsodium_sys as raw;

    use super::{ready, states::*};

    pub mod helpers;
    pub mod randombytes;
    pub mod kx;
    pub mod aead;
    pub mod boxes;
    pub mod secretbox;
    pub mod sign;
    pub mod secretstream;
    pub mod kem;
    pub mod kdf;
    pub mod generichash;
    pub mod pwhash;
    pub mod scalarmult;
}
