//! Ed25519 signatures.
//! doc.libsodium.org: "Public-key cryptography: public-key signatures".

use core::ffi::{c_char, c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::{ready, same_shape};

/// The state of a signature over a message in parts: plain memory, copied as you like. libsodium's
/// `crypto_sign_ed25519ph_state`.
#[repr(C, align(8))]
pub struct secenv_sign_ed25519ph_state {
    opaque: [c_uchar; 208],
}

/// The same, by its general name. libsodium's `crypto_sign_state`.
pub type secenv_sign_state = secenv_sign_ed25519ph_state;

const _: () = same_shape::<secenv_sign_ed25519ph_state, raw::crypto_sign_ed25519ph_state>();

/// The size of `secenv_sign_state`. libsodium's `crypto_sign_statebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_statebytes() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_sign_statebytes() }
}

/// The length of a signature. libsodium's `crypto_sign_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_bytes() -> usize {
    raw::crypto_sign_BYTES as usize
}

/// The length of a seed. libsodium's `crypto_sign_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_seedbytes() -> usize {
    raw::crypto_sign_SEEDBYTES as usize
}

/// The length of a public key. libsodium's `crypto_sign_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_publickeybytes() -> usize {
    raw::crypto_sign_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_sign_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_secretkeybytes() -> usize {
    raw::crypto_sign_SECRETKEYBYTES as usize
}

/// The longest message. libsodium's `crypto_sign_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_sign_messagebytes_max() }
}

/// The name of the algorithm. libsodium's `crypto_sign_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_primitive() -> *const c_char {
    raw::crypto_sign_PRIMITIVE.as_ptr().cast()
}

/// Makes the key pair that belongs to `seed`. libsodium's `crypto_sign_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_seed_keypair(pk: *mut c_uchar, sk: *mut c_uchar, seed: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_seed_keypair(pk, sk, seed) }
}

/// Makes a key pair. libsodium's `crypto_sign_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_keypair(pk, sk) }
}

/// Writes the signature, then `m`. libsodium's `crypto_sign`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign(
    sm: *mut c_uchar,
    smlen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign(sm, smlen_p, m, mlen, sk) }
}

/// Checks what `secenv_sign` wrote and gives the message without its signature; -1 if it is not from `pk`.
/// libsodium's `crypto_sign_open`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_open(
    m: *mut c_uchar,
    mlen_p: *mut c_ulonglong,
    sm: *const c_uchar,
    smlen: c_ulonglong,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_open(m, mlen_p, sm, smlen, pk) }
}

/// Writes the signature of `m`. libsodium's `crypto_sign_detached`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_detached(
    sig: *mut c_uchar,
    siglen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_detached(sig, siglen_p, m, mlen, sk) }
}

/// Checks the signature of `m`; -1 if it is not from `pk`. libsodium's `crypto_sign_verify_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_verify_detached(
    sig: *const c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_verify_detached(sig, m, mlen, pk) }
}

/// Starts a message in parts (Ed25519ph). libsodium's `crypto_sign_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_init(state: *mut secenv_sign_state) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_init(state.cast()) }
}

/// Adds a part. libsodium's `crypto_sign_update`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_update(
    state: *mut secenv_sign_state,
    m: *const c_uchar,
    mlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_update(state.cast(), m, mlen) }
}

/// Ends the message and writes its signature. libsodium's `crypto_sign_final_create`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_final_create(
    state: *mut secenv_sign_state,
    sig: *mut c_uchar,
    siglen_p: *mut c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_final_create(state.cast(), sig, siglen_p, sk) }
}

/// Ends the message and checks its signature; -1 if it is not from `pk`. libsodium's `crypto_sign_final_verify`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_final_verify(
    state: *mut secenv_sign_state,
    sig: *const c_uchar,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_final_verify(state.cast(), sig, pk) }
}

/// The size of `secenv_sign_ed25519ph_state`. libsodium's `crypto_sign_ed25519ph_statebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519ph_statebytes() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_sign_ed25519ph_statebytes() }
}

/// The length of a signature. libsodium's `crypto_sign_ed25519_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519_bytes() -> usize {
    raw::crypto_sign_ed25519_BYTES as usize
}

/// The length of a seed. libsodium's `crypto_sign_ed25519_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519_seedbytes() -> usize {
    raw::crypto_sign_ed25519_SEEDBYTES as usize
}

/// The length of a public key. libsodium's `crypto_sign_ed25519_publickeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519_publickeybytes() -> usize {
    raw::crypto_sign_ed25519_PUBLICKEYBYTES as usize
}

/// The length of a secret key. libsodium's `crypto_sign_ed25519_secretkeybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519_secretkeybytes() -> usize {
    raw::crypto_sign_ed25519_SECRETKEYBYTES as usize
}

/// The longest message. libsodium's `crypto_sign_ed25519_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sign_ed25519_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_sign_ed25519_messagebytes_max() }
}

/// As `secenv_sign`. libsodium's `crypto_sign_ed25519`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519(
    sm: *mut c_uchar,
    smlen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519(sm, smlen_p, m, mlen, sk) }
}

/// As `secenv_sign_open`. libsodium's `crypto_sign_ed25519_open`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_ed25519_open(
    m: *mut c_uchar,
    mlen_p: *mut c_ulonglong,
    sm: *const c_uchar,
    smlen: c_ulonglong,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_open(m, mlen_p, sm, smlen, pk) }
}

/// As `secenv_sign_detached`. libsodium's `crypto_sign_ed25519_detached`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_detached(
    sig: *mut c_uchar,
    siglen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_detached(sig, siglen_p, m, mlen, sk) }
}

/// As `secenv_sign_verify_detached`. libsodium's `crypto_sign_ed25519_verify_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_ed25519_verify_detached(
    sig: *const c_uchar,
    m: *const c_uchar,
    mlen: c_ulonglong,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_verify_detached(sig, m, mlen, pk) }
}

/// As `secenv_sign_keypair`. libsodium's `crypto_sign_ed25519_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_keypair(pk: *mut c_uchar, sk: *mut c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_keypair(pk, sk) }
}

/// As `secenv_sign_seed_keypair`. libsodium's `crypto_sign_ed25519_seed_keypair`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_seed_keypair(
    pk: *mut c_uchar,
    sk: *mut c_uchar,
    seed: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_seed_keypair(pk, sk, seed) }
}

/// The X25519 key of an Ed25519 public key; -1 if it is not acceptable. libsodium's
/// `crypto_sign_ed25519_pk_to_curve25519`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_ed25519_pk_to_curve25519(
    curve25519_pk: *mut c_uchar,
    ed25519_pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_pk_to_curve25519(curve25519_pk, ed25519_pk) }
}

/// The X25519 key of an Ed25519 secret key. libsodium's `crypto_sign_ed25519_sk_to_curve25519`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_sk_to_curve25519(
    curve25519_sk: *mut c_uchar,
    ed25519_sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_sk_to_curve25519(curve25519_sk, ed25519_sk) }
}

/// The seed of a secret key. libsodium's `crypto_sign_ed25519_sk_to_seed`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_sk_to_seed(seed: *mut c_uchar, sk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_sk_to_seed(seed, sk) }
}

/// The public key of a secret key. libsodium's `crypto_sign_ed25519_sk_to_pk`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519_sk_to_pk(pk: *mut c_uchar, sk: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519_sk_to_pk(pk, sk) }
}

/// As `secenv_sign_init`. libsodium's `crypto_sign_ed25519ph_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519ph_init(state: *mut secenv_sign_ed25519ph_state) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519ph_init(state.cast()) }
}

/// As `secenv_sign_update`. libsodium's `crypto_sign_ed25519ph_update`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519ph_update(
    state: *mut secenv_sign_ed25519ph_state,
    m: *const c_uchar,
    mlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519ph_update(state.cast(), m, mlen) }
}

/// As `secenv_sign_final_create`. libsodium's `crypto_sign_ed25519ph_final_create`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sign_ed25519ph_final_create(
    state: *mut secenv_sign_ed25519ph_state,
    sig: *mut c_uchar,
    siglen_p: *mut c_ulonglong,
    sk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519ph_final_create(state.cast(), sig, siglen_p, sk) }
}

/// As `secenv_sign_final_verify`. libsodium's `crypto_sign_ed25519ph_final_verify`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_sign_ed25519ph_final_verify(
    state: *mut secenv_sign_ed25519ph_state,
    sig: *const c_uchar,
    pk: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_sign_ed25519ph_final_verify(state.cast(), sig, pk) }
}
