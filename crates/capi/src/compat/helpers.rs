//! Starting up, comparing, encoding, padding and guarded memory.
//! doc.libsodium.org: "Quickstart and FAQ, Helpers, Padding, Secure memory".

use core::ffi::{c_char, c_int, c_uchar, c_void};
use core::sync::atomic::{AtomicBool, Ordering};

use libsodium_sys as raw;

use super::ready;

/// Gets the library ready: 0 at the first call, 1 at later ones, -1 if it cannot be. Every other function does so by
/// itself. libsodium's `sodium_init`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_init() -> c_int {
    static CALLED: AtomicBool = AtomicBool::new(false);
    // SAFETY: takes nothing, and may be called at any time from any thread.
    match unsafe { raw::sodium_init() } {
        failed @ ..0 => failed,
        _ => c_int::from(CALLED.swap(true, Ordering::Relaxed)),
    }
}

/// Writes zeros that no compiler takes out. libsodium's `sodium_memzero`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_memzero(pnt: *mut c_void, len: usize) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_memzero(pnt, len) }
}

/// Writes zeros over `len` bytes of the stack below the caller. libsodium's `sodium_stackzero`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_stackzero(len: usize) {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::sodium_stackzero(len) }
}

/// Compares in constant time: 0 if equal, -1 if not. libsodium's `sodium_memcmp`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_memcmp(b1_: *const c_void, b2_: *const c_void, len: usize) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_memcmp(b1_, b2_, len) }
}

/// Compares two little-endian numbers in constant time: -1, 0 or 1. libsodium's `sodium_compare`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_compare(b1_: *const c_uchar, b2_: *const c_uchar, len: usize) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_compare(b1_, b2_, len) }
}

/// 1 if all bytes are zero, else 0, in constant time. libsodium's `sodium_is_zero`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_is_zero(n: *const c_uchar, nlen: usize) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_is_zero(n, nlen) }
}

/// Adds one to a little-endian number, in constant time. libsodium's `sodium_increment`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_increment(n: *mut c_uchar, nlen: usize) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_increment(n, nlen) }
}

/// `a += b` for little-endian numbers of one length, in constant time. libsodium's `sodium_add`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_add(a: *mut c_uchar, b: *const c_uchar, len: usize) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_add(a, b, len) }
}

/// `a -= b` for little-endian numbers of one length, in constant time. libsodium's `sodium_sub`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sub(a: *mut c_uchar, b: *const c_uchar, len: usize) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_sub(a, b, len) }
}

/// Writes hex and a NUL, in constant time; gives `hex`. libsodium's `sodium_bin2hex`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_bin2hex(
    hex: *mut c_char,
    hex_maxlen: usize,
    bin: *const c_uchar,
    bin_len: usize,
) -> *mut c_char {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_bin2hex(hex, hex_maxlen, bin, bin_len) }
}

/// Reads hex, in constant time. `ignore`, `bin_len` and `hex_end` may be NULL. libsodium's `sodium_hex2bin`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_hex2bin(
    bin: *mut c_uchar,
    bin_maxlen: usize,
    hex: *const c_char,
    hex_len: usize,
    ignore: *const c_char,
    bin_len: *mut usize,
    hex_end: *mut *const c_char,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_hex2bin(bin, bin_maxlen, hex, hex_len, ignore, bin_len, hex_end) }
}

/// The length of `bin_len` bytes in base64, with the NUL. libsodium's `sodium_base64_encoded_len`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_base64_encoded_len(bin_len: usize, variant: c_int) -> usize {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::sodium_base64_encoded_len(bin_len, variant) }
}

/// Writes base64 and a NUL, in constant time; gives `b64`. libsodium's `sodium_bin2base64`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_bin2base64(
    b64: *mut c_char,
    b64_maxlen: usize,
    bin: *const c_uchar,
    bin_len: usize,
    variant: c_int,
) -> *mut c_char {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_bin2base64(b64, b64_maxlen, bin, bin_len, variant) }
}

/// Reads base64, in constant time. `ignore`, `bin_len` and `b64_end` may be NULL. libsodium's `sodium_base642bin`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_base642bin(
    bin: *mut c_uchar,
    bin_maxlen: usize,
    b64: *const c_char,
    b64_len: usize,
    ignore: *const c_char,
    bin_len: *mut usize,
    b64_end: *mut *const c_char,
    variant: c_int,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_base642bin(bin, bin_maxlen, b64, b64_len, ignore, bin_len, b64_end, variant) }
}

/// Keeps memory out of the swap file and of core dumps. libsodium's `sodium_mlock`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_mlock(addr: *mut c_void, len: usize) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_mlock(addr, len) }
}

/// Wipes memory and ends what `secenv_mlock` did. libsodium's `sodium_munlock`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_munlock(addr: *mut c_void, len: usize) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_munlock(addr, len) }
}

/// Memory between guard pages, locked and filled with 0xdb, at the end of its page; NULL if there is none.
/// libsodium's `sodium_malloc`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_malloc(size: usize) -> *mut c_void {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::sodium_malloc(size) }
}

/// As `secenv_malloc`, for `count` times `size` bytes. libsodium's `sodium_allocarray`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_allocarray(count: usize, size: usize) -> *mut c_void {
    ready();
    // SAFETY: takes no pointer.
    unsafe { raw::sodium_allocarray(count, size) }
}

/// Wipes and frees what `secenv_malloc` gave. NULL is fine. libsodium's `sodium_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_free(ptr: *mut c_void) {
    ready();
    // SAFETY: libsodium's own contract, passed on: `ptr` is NULL or from `secenv_malloc`, freed once.
    unsafe { raw::sodium_free(ptr) }
}

/// Makes memory from `secenv_malloc` neither readable nor writable. libsodium's `sodium_mprotect_noaccess`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_mprotect_noaccess(ptr: *mut c_void) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_mprotect_noaccess(ptr) }
}

/// Makes memory from `secenv_malloc` readable only. libsodium's `sodium_mprotect_readonly`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_mprotect_readonly(ptr: *mut c_void) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_mprotect_readonly(ptr) }
}

/// Makes memory from `secenv_malloc` readable and writable again. libsodium's `sodium_mprotect_readwrite`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_mprotect_readwrite(ptr: *mut c_void) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_mprotect_readwrite(ptr) }
}

/// Pads to a multiple of `blocksize` (ISO/IEC 7816-4); -1 if that is over `max_buflen`. libsodium's `sodium_pad`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_pad(
    padded_buflen_p: *mut usize,
    buf: *mut c_uchar,
    unpadded_buflen: usize,
    blocksize: usize,
    max_buflen: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_pad(padded_buflen_p, buf, unpadded_buflen, blocksize, max_buflen) }
}

/// The length without the padding; -1 if there is none. libsodium's `sodium_unpad`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_unpad(
    unpadded_buflen_p: *mut usize,
    buf: *const c_uchar,
    padded_buflen: usize,
    blocksize: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::sodium_unpad(unpadded_buflen_p, buf, padded_buflen, blocksize) }
}
