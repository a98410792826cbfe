//! States: plain memory of libsodium's size and alignment, copied as you like.

use core::ffi::c_uchar;

use libsodium_sys as raw;

/// The state of a hash. libsodium's `crypto_generichash_blake2b_state`.
#[repr(C, align(64))]
pub struct secenv_generichash_blake2b_state {
    opaque: [c_uchar; 384],
}

/// The same, by its general name. libsodium's `crypto_generichash_state`.
pub type secenv_generichash_state = secenv_generichash_blake2b_state;

/// The state of a signature over a message in parts. libsodium's `crypto_sign_ed25519ph_state`.
#[repr(C, align(8))]
pub struct secenv_sign_ed25519ph_state {
    opaque: [c_uchar; 208],
}

/// The same, by its general name. libsodium's `crypto_sign_state`.
pub type secenv_sign_state = secenv_sign_ed25519ph_state;

/// The state of a stream. libsodium's `crypto_secretstream_xchacha20poly1305_state`.
#[repr(C)]
pub struct secenv_secretstream_xchacha20poly1305_state {
    /// The key in use.
    pub k: [c_uchar; 32],
    /// The counter and the rest of the nonce.
    pub nonce: [c_uchar; 12],
    /// Nothing.
    pub _pad: [c_uchar; 8],
}

/// Checks while compiling that a state of ours can stand where libsodium expects its own.
const fn same_shape<Ours, Theirs>() {
    assert!(size_of::<Ours>() == size_of::<Theirs>() && align_of::<Ours>() >= align_of::<Theirs>());
}

const _: () = same_shape::<secenv_generichash_blake2b_state, raw::crypto_generichash_blake2b_state>();
const _: () = same_shape::<secenv_sign_ed25519ph_state, raw::crypto_sign_ed25519ph_state>();
const _: () =
    same_shape::<secenv_secretstream_xchacha20poly1305_state, raw::crypto_secretstream_xchacha20poly1305_state>();
