//! The libsodium-compatible API: libsodium 1.0.22's own functions under our names.
//!
//! `crypto_X`, `sodium_X` and `randombytes_X` are `secenv_X`, `secenv_X` and `secenv_randombytes_X` here, with the same
//! signature, the same meaning and the same return values; a constant `crypto_X_YBYTES` is the macro `SECENV_X_YBYTES`
//! and the function `secenv_x_ybytes`. `include/secenv/sodium.h` gives them libsodium's names back. Every function is
//! written out, because what a macro makes, the generator of the header does not see.
//!
//! libsodium's documentation is the contract (its page is named at the top of each file). Said once, for all: an `int`
//! is 0 for success and -1 for refusal where nothing else is said, lengths count bytes, and lengths of keys and nonces
//! are fixed by the constants. Each function gets libsodium ready first: without that, it silently runs its portable,
//! slow code.

use secenv_primitives::sodium::init as ready;

pub mod aead;
pub mod boxes;
pub mod generichash;
pub mod helpers;
pub mod kdf;
pub mod kem;
pub mod kx;
pub mod pwhash;
pub mod randombytes;
pub mod scalarmult;
pub mod secretbox;
pub mod secretstream;
pub mod sign;

/// Checks while compiling that a state of ours can stand where libsodium expects its own.
const fn same_shape<Ours, Theirs>() {
    assert!(size_of::<Ours>() == size_of::<Theirs>() && align_of::<Ours>() >= align_of::<Theirs>());
}
