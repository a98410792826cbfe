//! Key encapsulation with X-Wing (X25519 and ML-KEM-768).
//! doc.libsodium.org: "Public-key cryptography: key encapsulation".

use core::ffi::{c_char, c_int, c_uchar};

use libsodium_sys as raw;

use super::ready;

/// The length of a public key. libsodium's `crypto_kem_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_publickeybytes() -> usize {
    raw::crypto_kem_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_kem_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_secretkeybytes() -> usize {
    raw::crypto_kem_SECRETKEYBYTES as usize
}

/// The length of a ciphertext. libsodium's `crypto_kem_ciphertextbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_ciphertextbytes() -> usize {
    raw::crypto_kem_CIPHERTEXTBYTES as usize
}

/// The length of a shared secret. libsodium's `crypto_kem_sharedsecretbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_sharedsecretbytes() -> usize {
    raw::crypto_kem_SHAREDSECRETBYTES as usize
}

/// The length of a seed. libsodium's `crypto_kem_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_seedbytes() -> usize {
    raw::crypto_kem_SEEDBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_kem_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_primitive() -> *const c_char {
    raw::crypto_kem_PRIMITIVE.as_ptr().cast()
}

/// Makes the key pair that belongs to `seed`. libsodium's `crypto_kem_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kem_seed_keypair(pk: *mut c_uchar, sk: *mut c_uchar, seed: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_seed_keypair(pk, sk, seed) }
}

/// Makes a key pair. libsodium's `crypto_kem_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kem_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_keypair(pk, sk) }
}

/// Makes a secret and the ciphertext that carries it to the owner of `pk`; -1 if `pk` is not acceptable.
/// libsodium's `crypto_kem_enc`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kem_enc(ct: *mut c_uchar, ss: *mut c_uchar, pk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_enc(ct, ss, pk) }
}

/// The secret that `ct` carries. libsodium's `crypto_kem_dec`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kem_dec(ss: *mut c_uchar, ct: *const c_uchar, sk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_dec(ss, ct, sk) }
}

/// The length of a public key. libsodium's `crypto_kem_xwing_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_xwing_publickeybytes() -> usize {
    raw::crypto_kem_xwing_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_kem_xwing_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_xwing_secretkeybytes() -> usize {
    raw::crypto_kem_xwing_SECRETKEYBYTES as usize
}

/// The length of a ciphertext. libsodium's `crypto_kem_xwing_ciphertextbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_xwing_ciphertextbytes() -> usize {
    raw::crypto_kem_xwing_CIPHERTEXTBYTES as usize
}

/// The length of a shared secret. libsodium's `crypto_kem_xwing_sharedsecretbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_xwing_sharedsecretbytes() -> usize {
    raw::crypto_kem_xwing_SHAREDSECRETBYTES as usize
}

/// The length of a seed. libsodium's `crypto_kem_xwing_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_kem_xwing_seedbytes() -> usize {
    raw::crypto_kem_xwing_SEEDBYTES as usize
}

/// As `secenv_kem_seed_keypair`. libsodium's `crypto_kem_xwing_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kem_xwing_seed_keypair(
    pk: *mut c_uchar,
    sk: *mut c_uchar,
    seed: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_xwing_seed_keypair(pk, sk, seed) }
}

/// As `secenv_kem_keypair`. libsodium's `crypto_kem_xwing_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_kem_xwing_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_xwing_keypair(pk, sk) }
}

/// As `secenv_kem_enc`. libsodium's `crypto_kem_xwing_enc`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kem_xwing_enc(ct: *mut c_uchar, ss: *mut c_uchar, pk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_xwing_enc(ct, ss, pk) }
}

/// As `secenv_kem_xwing_enc`, with the 64 bytes of `seed` for randomness; for tests. libsodium's
/// `crypto_kem_xwing_enc_deterministic`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kem_xwing_enc_deterministic(
    ct: *mut c_uchar,
    ss: *mut c_uchar,
    pk: *const c_uchar,
    seed: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_xwing_enc_deterministic(ct, ss, pk, seed) }
}

/// As `secenv_kem_dec`. libsodium's `crypto_kem_xwing_dec`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_kem_xwing_dec(ss: *mut c_uchar, ct: *const c_uchar, sk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_kem_xwing_dec(ss, ct, sk) }
}
