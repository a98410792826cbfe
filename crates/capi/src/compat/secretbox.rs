//! Secret-key encryption of single messages.
//! doc.libsodium.org: "Secret-key cryptography: authenticated encryption".

use core::ffi::{c_char, c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::ready;

/// The length of a key. libsodium's `crypto_secretbox_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretbox_keybytes() -> usize {
    raw::crypto_secretbox_KEYBYTES as usize
}

/// The length of a nonce. libsodium's `crypto_secretbox_noncebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretbox_noncebytes() -> usize {
    raw::crypto_secretbox_NONCEBYTES as usize
}

/// The length of a tag. libsodium's `crypto_secretbox_macbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretbox_macbytes() -> usize {
    raw::crypto_secretbox_MACBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_secretbox_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretbox_primitive() -> *const c_char {
    raw::crypto_secretbox_PRIMITIVE.as_ptr().cast()
}

/// The longest message. libsodium's `crypto_secretbox_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretbox_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_secretbox_messagebytes_max() }
}

/// Writes the tag and the ciphertext of `m`: `mlen + SECENV_SECRETBOX_MACBYTES` bytes. libsodium's
/// `crypto_secretbox_easy`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretbox_easy(
    c: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretbox_easy(c, m, mlen, n, k) }
}

/// Opens what `secenv_secretbox_easy` wrote; -1 if it was changed or the key is another. libsodium's
/// `crypto_secretbox_open_easy`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_secretbox_open_easy(
    m: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretbox_open_easy(m, c, clen, n, k) }
}

/// As `secenv_secretbox_easy`, with the tag on its own. libsodium's `crypto_secretbox_detached`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretbox_detached(
    c: *mut c_uchar,
    mac: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretbox_detached(c, mac, m, mlen, n, k) }
}

/// Opens what `secenv_secretbox_detached` wrote; -1 if it was changed or the key is another. libsodium's
/// `crypto_secretbox_open_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_secretbox_open_detached(
    m: *mut c_uchar,
    c: *const c_uchar,
    mac: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretbox_open_detached(m, c, mac, clen, n, k) }
}

/// Makes a key. libsodium's `crypto_secretbox_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretbox_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretbox_keygen(k) }
}
