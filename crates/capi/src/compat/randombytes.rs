//! Randomness.
//! doc.libsodium.org: "Generating random data".

use core::ffi::{c_uchar, c_void};

use libsodium_sys as raw;

use super::ready;

/// The length of a seed. libsodium's `randombytes_seedbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_randombytes_seedbytes() -> usize {
    raw::randombytes_SEEDBYTES as usize
}

/// Fills `buf` with random bytes. libsodium's `randombytes_buf`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_randombytes_buf(buf: *mut c_void, size: usize) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::randombytes_buf(buf, size) }
}

/// Fills `buf` with bytes that depend on `seed` alone. libsodium's `randombytes_buf_deterministic`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_randombytes_buf_deterministic(buf: *mut c_void, size: usize, seed: *const c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::randombytes_buf_deterministic(buf, size, seed) }
}

/// A random number. libsodium's `randombytes_random`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_randombytes_random() -> u32 {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::randombytes_random() }
}

/// A random number below `upper_bound`, each as likely as the other. libsodium's `randombytes_uniform`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_randombytes_uniform(upper_bound: u32) -> u32 {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::randombytes_uniform(upper_bound) }
}
