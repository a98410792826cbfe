//! XChaCha20-Poly1305 for single messages with data that is bound to them.
//! doc.libsodium.org: "Secret-key cryptography: AEAD: XChaCha20-Poly1305".
//!
//! The bytes are libsodium's, the work is done by the engine behind [`crate::aead`], which is faster. libsodium itself
//! still does what the engine does not: buffers that overlap, empty messages (where pointers may be NULL), checking without
//! an output, and lengths that are refused.

use core::ffi::{c_int, c_uchar, c_ulonglong};
use core::ptr;

use libsodium_sys as raw;

use super::ready;
use crate::Error;
use crate::aead::{KEY_BYTES, MESSAGE_BYTES_MAX, NONCE_BYTES, TAG_BYTES, open_raw, seal_raw};

/// The length of a key. libsodium's `crypto_aead_xchacha20poly1305_ietf_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_aead_xchacha20poly1305_ietf_keybytes() -> usize {
    raw::crypto_aead_xchacha20poly1305_ietf_KEYBYTES as usize
}

/// 0: there is no secret nonce. libsodium's `crypto_aead_xchacha20poly1305_ietf_nsecbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_aead_xchacha20poly1305_ietf_nsecbytes() -> usize {
    raw::crypto_aead_xchacha20poly1305_ietf_NSECBYTES as usize
}

/// The length of a nonce. libsodium's `crypto_aead_xchacha20poly1305_ietf_npubbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_aead_xchacha20poly1305_ietf_npubbytes() -> usize {
    raw::crypto_aead_xchacha20poly1305_ietf_NPUBBYTES as usize
}

/// The length of a tag. libsodium's `crypto_aead_xchacha20poly1305_ietf_abytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_aead_xchacha20poly1305_ietf_abytes() -> usize {
    raw::crypto_aead_xchacha20poly1305_ietf_ABYTES as usize
}

/// The longest message. libsodium's `crypto_aead_xchacha20poly1305_ietf_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_aead_xchacha20poly1305_ietf_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_aead_xchacha20poly1305_ietf_messagebytes_max() }
}

/// Writes the ciphertext of `m` and its tag: `mlen + SECENV_AEAD_XCHACHA20POLY1305_IETF_ABYTES` bytes. `clen_p` may be NULL;
/// `nsec` is not used. libsodium's `crypto_aead_xchacha20poly1305_ietf_encrypt`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_encrypt(
    c: *mut c_uchar,
    clen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    nsec: *const c_uchar,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let Ok(len @ ..=PLAIN_MAX) = usize::try_from(mlen) else {
        // SAFETY: no pointer is read: libsodium ends the process.
        return unsafe {
            raw::crypto_aead_xchacha20poly1305_ietf_encrypt(c, clen_p, m, mlen, ad, adlen, nsec, npub, k)
        };
    };
    let mac = c.wrapping_add(len);
    // SAFETY: libsodium's own contract, passed on (P1, P4); the tag stands behind the ciphertext.
    let code = unsafe {
        secenv_aead_xchacha20poly1305_ietf_encrypt_detached(c, mac, ptr::null_mut(), m, mlen, ad, adlen, nsec, npub, k)
    };
    if !clen_p.is_null() {
        // SAFETY: P4 (clen_p).
        unsafe { clen_p.write(if code == 0 { mlen + TAG_BYTES as c_ulonglong } else { 0 }) }
    }
    code
}

/// Opens what `secenv_aead_xchacha20poly1305_ietf_encrypt` wrote; -1 if it was changed or the key is another, and then `m`
/// is all zeros. `mlen_p` may be NULL; `nsec` is not used; `m` is NULL to check only. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_decrypt`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_decrypt(
    m: *mut c_uchar,
    mlen_p: *mut c_ulonglong,
    nsec: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let Some(mlen) = usize::try_from(clen).ok().and_then(|clen| clen.checked_sub(TAG_BYTES)) else {
        // SAFETY: libsodium's own contract, passed on (P1, P4); it refuses.
        return unsafe {
            raw::crypto_aead_xchacha20poly1305_ietf_decrypt(m, mlen_p, nsec, c, clen, ad, adlen, npub, k)
        };
    };
    let mac = c.wrapping_add(mlen);
    let mlen = mlen as c_ulonglong;
    // SAFETY: libsodium's own contract, passed on (P1, P4); the tag stands behind the ciphertext.
    let code =
        unsafe { secenv_aead_xchacha20poly1305_ietf_decrypt_detached(m, nsec, c, mlen, mac, ad, adlen, npub, k) };
    if !mlen_p.is_null() {
        // SAFETY: P4 (mlen_p).
        unsafe { mlen_p.write(if code == 0 { mlen } else { 0 }) }
    }
    code
}

/// As `secenv_aead_xchacha20poly1305_ietf_encrypt`, with the tag on its own. `maclen_p` may be NULL. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_encrypt_detached`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_encrypt_detached(
    c: *mut c_uchar,
    mac: *mut c_uchar,
    maclen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    nsec: *const c_uchar,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let writes = [(c.cast_const(), mlen), (mac.cast_const(), TAG_BYTES as c_ulonglong)];
    if let Some((len, ad_len)) = engine_takes(m, mlen, ad, adlen, npub, k, &writes) {
        // SAFETY: S1 and S2 are libsodium's own contract, passed on (P1, P4); only `c` and `m` may be one.
        if unsafe { seal_raw(c, mac, m, len, ad, ad_len, npub, k) }.is_ok() {
            if !maclen_p.is_null() {
                // SAFETY: P4 (maclen_p).
                unsafe { maclen_p.write(TAG_BYTES as c_ulonglong) }
            }
            return 0;
        }
    }
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe {
        raw::crypto_aead_xchacha20poly1305_ietf_encrypt_detached(c, mac, maclen_p, m, mlen, ad, adlen, nsec, npub, k)
    }
}

/// As `secenv_aead_xchacha20poly1305_ietf_decrypt`, with the tag on its own. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_decrypt_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_decrypt_detached(
    m: *mut c_uchar,
    nsec: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    mac: *const c_uchar,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let writes = [(m.cast_const(), clen)];
    if let Some((len, ad_len)) = engine_takes(c, clen, ad, adlen, npub, k, &writes)
        && apart((mac, TAG_BYTES as c_ulonglong), (m, clen))
        && !m.is_null()
    {
        // SAFETY: S1 and S2 are libsodium's own contract, passed on (P1, P4); only `m` and `c` may be one.
        match unsafe { open_raw(m, c, len, mac, ad, ad_len, npub, k) } {
            Ok(()) => return 0,
            Err(Error::Rejected) => return -1,
            Err(_) => {}
        }
    }
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_aead_xchacha20poly1305_ietf_decrypt_detached(m, nsec, c, clen, mac, ad, adlen, npub, k) }
}

/// Makes a key. libsodium's `crypto_aead_xchacha20poly1305_ietf_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_aead_xchacha20poly1305_ietf_keygen(k) }
}

/// The longest message that leaves room for its tag in memory.
const PLAIN_MAX: usize = usize::MAX - TAG_BYTES;

/// Some memory: where it starts and how long it is.
type Span = (*const c_uchar, c_ulonglong);

/// The lengths of `input` and `ad`, if the engine can do the work of a call that reads the inputs and writes `writes`, of
/// which the first is as long as `input`: the message is not empty and not too long, and nothing that is written overlaps
/// anything else, but that the first output may be `input` itself.
fn engine_takes(
    input: *const c_uchar,
    len: c_ulonglong,
    ad: *const c_uchar,
    ad_len: c_ulonglong,
    npub: *const c_uchar,
    k: *const c_uchar,
    writes: &[Span],
) -> Option<(usize, usize)> {
    let reads = [(ad, ad_len), (npub, NONCE_BYTES as c_ulonglong), (k, KEY_BYTES as c_ulonglong)];
    let takes = (1..=MESSAGE_BYTES_MAX).contains(&len)
        && writes.iter().enumerate().all(|(at, &write)| {
            ((at == 0 && write.0 == input) || apart(write, (input, len)))
                && reads.iter().all(|&read| apart(write, read))
                && writes.iter().skip(at + 1).all(|&other| apart(write, other))
        });
    if takes { usize::try_from(len).ok().zip(usize::try_from(ad_len).ok()) } else { None }
}

/// Whether two spans have no byte in common.
fn apart(a: Span, b: Span) -> bool {
    let ends_before = |(start, len): Span, (other, _): Span| {
        usize::try_from(len).ok().and_then(|len| start.addr().checked_add(len)).is_some_and(|end| end <= other.addr())
    };
    a.1 == 0 || b.1 == 0 || ends_before(a, b) || ends_before(b, a)
}
