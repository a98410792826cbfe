//! Key exchange: two key pairs in, a key for each direction out.
//! doc.libsodium.org: "Key exchange".

use core::ffi::{c_char, c_int, c_uchar};

use libsodium_sys as raw;

use super::ready;

/// The length of a public key. libsodium's `crypto_kx_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kx_publickeybytes() -> usize {
    raw::crypto_kx_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_kx_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kx_secretkeybytes() -> usize {
    raw::crypto_kx_SECRETKEYBYTES as usize
}

/// The length of a seed. libsodium's `crypto_kx_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kx_seedbytes() -> usize {
    raw::crypto_kx_SEEDBYTES as usize
}

/// The length of a session key. libsodium's `crypto_kx_sessionkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kx_sessionkeybytes() -> usize {
    raw::crypto_kx_SESSIONKEYBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_kx_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kx_primitive() -> *const c_char {
    raw::crypto_kx_PRIMITIVE.as_ptr().cast()
}

/// Makes the key pair that belongs to `seed`. libsodium's `crypto_kx_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kx_seed_keypair(pk: *mut c_uchar, sk: *mut c_uchar, seed: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kx_seed_keypair(pk, sk, seed) }
}

/// Makes a key pair. libsodium's `crypto_kx_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kx_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kx_keypair(pk, sk) }
}

/// The client's keys for a session with a server: `rx` to open with, `tx` to seal with. Either may be NULL. -1 if
/// `server_pk` is not acceptable. libsodium's `crypto_kx_client_session_keys`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kx_client_session_keys(
    rx: *mut c_uchar,
    tx: *mut c_uchar,
    client_pk: *const c_uchar,
    client_sk: *const c_uchar,
    server_pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kx_client_session_keys(rx, tx, client_pk, client_sk, server_pk) }
}

/// The server's keys for a session with a client: `rx` to open with, `tx` to seal with. Either may be NULL. -1 if
/// `client_pk` is not acceptable. libsodium's `crypto_kx_server_session_keys`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kx_server_session_keys(
    rx: *mut c_uchar,
    tx: *mut c_uchar,
    server_pk: *const c_uchar,
    server_sk: *const c_uchar,
    client_pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kx_server_session_keys(rx, tx, server_pk, server_sk, client_pk) }
}
