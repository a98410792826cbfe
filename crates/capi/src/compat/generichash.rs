//! BLAKE2b, keyed or not.
//! doc.libsodium.org: "Hashing: generic hashing".

use core::ffi::{c_char, c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::{ready, same_shape};

/// The state of a hash: plain memory, copied as you like. libsodium's `crypto_generichash_blake2b_state`.
#[repr(C, align(64))]
pub struct secenv_generichash_blake2b_state {
    opaque: [c_uchar; 384],
}

/// The same, by its general name. libsodium's `crypto_generichash_state`.
pub type secenv_generichash_state = secenv_generichash_blake2b_state;

const _: () = same_shape::<secenv_generichash_blake2b_state, raw::crypto_generichash_blake2b_state>();

/// The shortest result. libsodium's `crypto_generichash_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_bytes_min() -> usize {
    raw::crypto_generichash_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_generichash_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_bytes_max() -> usize {
    raw::crypto_generichash_BYTES_MAX as usize
}

/// The length of the result. libsodium's `crypto_generichash_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_bytes() -> usize {
    raw::crypto_generichash_BYTES as usize
}

/// The shortest key. libsodium's `crypto_generichash_keybytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_keybytes_min() -> usize {
    raw::crypto_generichash_KEYBYTES_MIN as usize
}

/// The longest key. libsodium's `crypto_generichash_keybytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_keybytes_max() -> usize {
    raw::crypto_generichash_KEYBYTES_MAX as usize
}

/// The length of a key. libsodium's `crypto_generichash_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_keybytes() -> usize {
    raw::crypto_generichash_KEYBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_generichash_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_primitive() -> *const c_char {
    raw::crypto_generichash_PRIMITIVE.as_ptr().cast()
}

/// The size of `secenv_generichash_state`. libsodium's `crypto_generichash_statebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_statebytes() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_generichash_statebytes() }
}

/// The hash of `in`. `key` may be NULL. libsodium's `crypto_generichash`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash(
    out: *mut c_uchar,
    outlen: usize,
    r#in: *const c_uchar,
    inlen: c_ulonglong,
    key: *const c_uchar,
    keylen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash(out, outlen, r#in, inlen, key, keylen) }
}

/// Starts a message in parts. `key` may be NULL. libsodium's `crypto_generichash_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_init(
    state: *mut secenv_generichash_state,
    key: *const c_uchar,
    keylen: usize,
    outlen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_init(state.cast(), key, keylen, outlen) }
}

/// Adds a part. libsodium's `crypto_generichash_update`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_update(
    state: *mut secenv_generichash_state,
    r#in: *const c_uchar,
    inlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_update(state.cast(), r#in, inlen) }
}

/// Ends the message and writes its hash. libsodium's `crypto_generichash_final`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_final(
    state: *mut secenv_generichash_state,
    out: *mut c_uchar,
    outlen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_final(state.cast(), out, outlen) }
}

/// Makes a key. libsodium's `crypto_generichash_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_keygen(k) }
}

/// The shortest result. libsodium's `crypto_generichash_blake2b_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_bytes_min() -> usize {
    raw::crypto_generichash_blake2b_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_generichash_blake2b_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_bytes_max() -> usize {
    raw::crypto_generichash_blake2b_BYTES_MAX as usize
}

/// The length of the result. libsodium's `crypto_generichash_blake2b_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_bytes() -> usize {
    raw::crypto_generichash_blake2b_BYTES as usize
}

/// The shortest key. libsodium's `crypto_generichash_blake2b_keybytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_keybytes_min() -> usize {
    raw::crypto_generichash_blake2b_KEYBYTES_MIN as usize
}

/// The longest key. libsodium's `crypto_generichash_blake2b_keybytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_keybytes_max() -> usize {
    raw::crypto_generichash_blake2b_KEYBYTES_MAX as usize
}

/// The length of a key. libsodium's `crypto_generichash_blake2b_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_keybytes() -> usize {
    raw::crypto_generichash_blake2b_KEYBYTES as usize
}

/// The length of a salt. libsodium's `crypto_generichash_blake2b_saltbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_saltbytes() -> usize {
    raw::crypto_generichash_blake2b_SALTBYTES as usize
}

/// The length of a personalisation. libsodium's `crypto_generichash_blake2b_personalbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_personalbytes() -> usize {
    raw::crypto_generichash_blake2b_PERSONALBYTES as usize
}

/// The size of `secenv_generichash_blake2b_state`. libsodium's `crypto_generichash_blake2b_statebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_generichash_blake2b_statebytes() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_generichash_blake2b_statebytes() }
}

/// As `secenv_generichash`. libsodium's `crypto_generichash_blake2b`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b(
    out: *mut c_uchar,
    outlen: usize,
    r#in: *const c_uchar,
    inlen: c_ulonglong,
    key: *const c_uchar,
    keylen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b(out, outlen, r#in, inlen, key, keylen) }
}

/// As `secenv_generichash`, with a salt and a personalisation, which may be NULL. libsodium's
/// `crypto_generichash_blake2b_salt_personal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_salt_personal(
    out: *mut c_uchar,
    outlen: usize,
    r#in: *const c_uchar,
    inlen: c_ulonglong,
    key: *const c_uchar,
    keylen: usize,
    salt: *const c_uchar,
    personal: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_salt_personal(out, outlen, r#in, inlen, key, keylen, salt, personal) }
}

/// As `secenv_generichash_init`. libsodium's `crypto_generichash_blake2b_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_init(
    state: *mut secenv_generichash_blake2b_state,
    key: *const c_uchar,
    keylen: usize,
    outlen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_init(state.cast(), key, keylen, outlen) }
}

/// As `secenv_generichash_init`, with a salt and a personalisation, which may be NULL. libsodium's
/// `crypto_generichash_blake2b_init_salt_personal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_init_salt_personal(
    state: *mut secenv_generichash_blake2b_state,
    key: *const c_uchar,
    keylen: usize,
    outlen: usize,
    salt: *const c_uchar,
    personal: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_init_salt_personal(state.cast(), key, keylen, outlen, salt, personal) }
}

/// As `secenv_generichash_update`. libsodium's `crypto_generichash_blake2b_update`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_update(
    state: *mut secenv_generichash_blake2b_state,
    r#in: *const c_uchar,
    inlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_update(state.cast(), r#in, inlen) }
}

/// As `secenv_generichash_final`. libsodium's `crypto_generichash_blake2b_final`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_final(
    state: *mut secenv_generichash_blake2b_state,
    out: *mut c_uchar,
    outlen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_final(state.cast(), out, outlen) }
}

/// As `secenv_generichash_keygen`. libsodium's `crypto_generichash_blake2b_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_generichash_blake2b_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_generichash_blake2b_keygen(k) }
}
