//! X25519, the bare function.
//! doc.libsodium.org: "Advanced: point*scalar multiplication".

use core::ffi::{c_char, c_int, c_uchar};

use libsodium_sys as raw;

use super::ready;

/// The length of the result. libsodium's `crypto_scalarmult_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_scalarmult_bytes() -> usize {
    raw::crypto_scalarmult_BYTES as usize
}

/// The length of a scalar. libsodium's `crypto_scalarmult_scalarbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_scalarmult_scalarbytes() -> usize {
    raw::crypto_scalarmult_SCALARBYTES as usize
}

/// The name of the algorithm. libsodium's `crypto_scalarmult_primitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_scalarmult_primitive() -> *const c_char {
    raw::crypto_scalarmult_PRIMITIVE.as_ptr().cast()
}

/// The public key of the secret key `n`. libsodium's `crypto_scalarmult_base`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_scalarmult_base(q: *mut c_uchar, n: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_scalarmult_base(q, n) }
}

/// `q = n * p`. Not a key: hash it, or use `secenv_kx_*`. -1 if `p` is not acceptable. libsodium's
/// `crypto_scalarmult`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_scalarmult(q: *mut c_uchar, n: *const c_uchar, p: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_scalarmult(q, n, p) }
}

/// The length of the result. libsodium's `crypto_scalarmult_curve25519_bytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_scalarmult_curve25519_bytes() -> usize {
    raw::crypto_scalarmult_curve25519_BYTES as usize
}

/// The length of a scalar. libsodium's `crypto_scalarmult_curve25519_scalarbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_scalarmult_curve25519_scalarbytes() -> usize {
    raw::crypto_scalarmult_curve25519_SCALARBYTES as usize
}

/// As `secenv_scalarmult`. libsodium's `crypto_scalarmult_curve25519`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_scalarmult_curve25519(q: *mut c_uchar, n: *const c_uchar, p: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_scalarmult_curve25519(q, n, p) }
}

/// As `secenv_scalarmult_base`. libsodium's `crypto_scalarmult_curve25519_base`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_scalarmult_curve25519_base(q: *mut c_uchar, n: *const c_uchar) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_scalarmult_curve25519_base(q, n) }
}
