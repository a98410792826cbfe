//! Key derivation: many keys from one.
//! doc.libsodium.org: "Key derivation".

use core::ffi::{c_char, c_int, c_uchar};

use libsodium_sys as raw;

use super::ready;

/// The shortest result. libsodium's `crypto_kdf_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_bytes_min() -> usize {
    raw::crypto_kdf_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_kdf_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_bytes_max() -> usize {
    raw::crypto_kdf_BYTES_MAX as usize
}

/// The length of a context. libsodium's `crypto_kdf_contextbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_contextbytes() -> usize {
    raw::crypto_kdf_CONTEXTBYTES as usize
}

/// The length of a key. libsodium's `crypto_kdf_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_keybytes() -> usize {
    raw::crypto_kdf_KEYBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_kdf_primitive`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_kdf_primitive() -> *const c_char {
    raw::crypto_kdf_PRIMITIVE.as_ptr().cast()
}

/// The key number `subkey_id` of `key` for the purpose `ctx`. libsodium's `crypto_kdf_derive_from_key`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kdf_derive_from_key(
    subkey: *mut c_uchar,
    subkey_len: usize,
    subkey_id: u64,
    ctx: *const c_char,
    key: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kdf_derive_from_key(subkey, subkey_len, subkey_id, ctx, key) }
}

/// Makes a key. libsodium's `crypto_kdf_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kdf_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kdf_keygen(k) }
}

/// The shortest result. libsodium's `crypto_kdf_blake2b_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_blake2b_bytes_min() -> usize {
    raw::crypto_kdf_blake2b_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_kdf_blake2b_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_blake2b_bytes_max() -> usize {
    raw::crypto_kdf_blake2b_BYTES_MAX as usize
}

/// The length of a context. libsodium's `crypto_kdf_blake2b_contextbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_blake2b_contextbytes() -> usize {
    raw::crypto_kdf_blake2b_CONTEXTBYTES as usize
}

/// The length of a key. libsodium's `crypto_kdf_blake2b_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kdf_blake2b_keybytes() -> usize {
    raw::crypto_kdf_blake2b_KEYBYTES as usize
}

/// As `secenv_kdf_derive_from_key`. libsodium's `crypto_kdf_blake2b_derive_from_key`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kdf_blake2b_derive_from_key(
    subkey: *mut c_uchar,
    subkey_len: usize,
    subkey_id: u64,
    ctx: *const c_char,
    key: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kdf_blake2b_derive_from_key(subkey, subkey_len, subkey_id, ctx, key) }
}
