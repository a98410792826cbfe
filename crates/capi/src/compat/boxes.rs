//! Public-key encryption: boxes that both sides authenticate, and sealed boxes from nobody in particular.
//! doc.libsodium.org: "Public-key cryptography: authenticated encryption; sealed boxes".

use core::ffi::{c_char, c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::ready;

/// The length of a seed. libsodium's `crypto_box_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_seedbytes() -> usize {
    raw::crypto_box_SEEDBYTES as usize
}

/// The length of a public key. libsodium's `crypto_box_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_publickeybytes() -> usize {
    raw::crypto_box_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_box_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_secretkeybytes() -> usize {
    raw::crypto_box_SECRETKEYBYTES as usize
}

/// The length of a nonce. libsodium's `crypto_box_noncebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_noncebytes() -> usize {
    raw::crypto_box_NONCEBYTES as usize
}

/// The length of a tag. libsodium's `crypto_box_macbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_macbytes() -> usize {
    raw::crypto_box_MACBYTES as usize
}

/// The longest message. libsodium's `crypto_box_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_box_messagebytes_max() }
}

/// The name of the algorithm. libsodium's `crypto_box_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_primitive() -> *const c_char {
    raw::crypto_box_PRIMITIVE.as_ptr().cast()
}

/// Makes the key pair that belongs to `seed`. libsodium's `crypto_box_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_box_seed_keypair(pk: *mut c_uchar, sk: *mut c_uchar, seed: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_seed_keypair(pk, sk, seed) }
}

/// Makes a key pair. libsodium's `crypto_box_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_box_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_keypair(pk, sk) }
}

/// Writes the tag and the ciphertext of `m` from `sk` to `pk`: `mlen + SECENV_BOX_MACBYTES` bytes. libsodium's
/// `crypto_box_easy`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_easy(
    c: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    pk: *const c_uchar,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_easy(c, m, mlen, n, pk, sk) }
}

/// Opens what `secenv_box_easy` wrote; -1 if it was changed or is from somebody else. libsodium's
/// `crypto_box_open_easy`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_open_easy(
    m: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    pk: *const c_uchar,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_open_easy(m, c, clen, n, pk, sk) }
}

/// As `secenv_box_easy`, with the tag on its own. libsodium's `crypto_box_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_detached(
    c: *mut c_uchar,
    mac: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    pk: *const c_uchar,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_detached(c, mac, m, mlen, n, pk, sk) }
}

/// Opens what `secenv_box_detached` wrote; -1 if it was changed or is from somebody else. libsodium's
/// `crypto_box_open_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_open_detached(
    m: *mut c_uchar,
    c: *const c_uchar,
    mac: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    pk: *const c_uchar,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_open_detached(m, c, mac, clen, n, pk, sk) }
}

/// The length of a shared key. libsodium's `crypto_box_beforenmbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_beforenmbytes() -> usize {
    raw::crypto_box_BEFORENMBYTES as usize
}

/// The key that `pk` and `sk` share, for many messages; -1 if `pk` is not acceptable. libsodium's
/// `crypto_box_beforenm`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_beforenm(k: *mut c_uchar, pk: *const c_uchar, sk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_beforenm(k, pk, sk) }
}

/// As `secenv_box_easy`, under a key from `secenv_box_beforenm`. libsodium's `crypto_box_easy_afternm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_box_easy_afternm(
    c: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_easy_afternm(c, m, mlen, n, k) }
}

/// As `secenv_box_open_easy`, under a key from `secenv_box_beforenm`. libsodium's `crypto_box_open_easy_afternm`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_open_easy_afternm(
    m: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_open_easy_afternm(m, c, clen, n, k) }
}

/// As `secenv_box_detached`, under a key from `secenv_box_beforenm`. libsodium's `crypto_box_detached_afternm`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_box_detached_afternm(
    c: *mut c_uchar,
    mac: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_detached_afternm(c, mac, m, mlen, n, k) }
}

/// As `secenv_box_open_detached`, under a key from `secenv_box_beforenm`. libsodium's
/// `crypto_box_open_detached_afternm`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_open_detached_afternm(
    m: *mut c_uchar,
    c: *const c_uchar,
    mac: *const c_uchar,
    clen: c_ulonglong,
    n: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_open_detached_afternm(m, c, mac, clen, n, k) }
}

/// What sealing adds to a message. libsodium's `crypto_box_sealbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_box_sealbytes() -> usize {
    raw::crypto_box_SEALBYTES as usize
}

/// Seals `m` so that only the owner of `pk` can open it; nobody learns from whom it is. libsodium's
/// `crypto_box_seal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_box_seal(
    c: *mut c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_seal(c, m, mlen, pk) }
}

/// Opens what `secenv_box_seal` wrote; -1 if it was changed or sealed to somebody else. libsodium's
/// `crypto_box_seal_open`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_box_seal_open(
    m: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    pk: *const c_uchar,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_box_seal_open(m, c, clen, pk, sk) }
}
