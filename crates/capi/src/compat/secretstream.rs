//! Secret-key encryption of streams: messages in order, with an end.
//! doc.libsodium.org: "Secret-key cryptography: encrypted streams and file encryption".

use core::ffi::{c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::{ready, same_shape};

/// The state of a stream: plain memory, copied as you like. libsodium's `crypto_secretstream_xchacha20poly1305_state`.
#[repr(C)]
pub struct secenv_secretstream_xchacha20poly1305_state {
    /// The key in use.
    pub k: [c_uchar; 32],
    /// The counter and the rest of the nonce.
    pub nonce: [c_uchar; 12],
    /// Nothing.
    pub _pad: [c_uchar; 8],
}

const _: () =
    same_shape::<secenv_secretstream_xchacha20poly1305_state, raw::crypto_secretstream_xchacha20poly1305_state>();

/// What sealing adds to a message. libsodium's `crypto_secretstream_xchacha20poly1305_abytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_abytes() -> usize {
    raw::crypto_secretstream_xchacha20poly1305_ABYTES as usize
}

/// The length of a header. libsodium's `crypto_secretstream_xchacha20poly1305_headerbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_headerbytes() -> usize {
    raw::crypto_secretstream_xchacha20poly1305_HEADERBYTES as usize
}

/// The length of a key. libsodium's `crypto_secretstream_xchacha20poly1305_keybytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_keybytes() -> usize {
    raw::crypto_secretstream_xchacha20poly1305_KEYBYTES as usize
}

/// The longest message. libsodium's `crypto_secretstream_xchacha20poly1305_messagebytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_messagebytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_secretstream_xchacha20poly1305_messagebytes_max() }
}

/// The tag of a message. libsodium's `crypto_secretstream_xchacha20poly1305_tag_message`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_tag_message() -> c_uchar {
    raw::crypto_secretstream_xchacha20poly1305_TAG_MESSAGE as c_uchar
}

/// The tag of the last message of a group. libsodium's `crypto_secretstream_xchacha20poly1305_tag_push`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_tag_push() -> c_uchar {
    raw::crypto_secretstream_xchacha20poly1305_TAG_PUSH as c_uchar
}

/// The tag of a message after which the key changes. libsodium's `crypto_secretstream_xchacha20poly1305_tag_rekey`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_tag_rekey() -> c_uchar {
    raw::crypto_secretstream_xchacha20poly1305_TAG_REKEY as c_uchar
}

/// The tag of the last message. libsodium's `crypto_secretstream_xchacha20poly1305_tag_final`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_tag_final() -> c_uchar {
    raw::crypto_secretstream_xchacha20poly1305_TAG_FINAL as c_uchar
}

/// The size of `secenv_secretstream_xchacha20poly1305_state`. libsodium's
/// `crypto_secretstream_xchacha20poly1305_statebytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_secretstream_xchacha20poly1305_statebytes() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_secretstream_xchacha20poly1305_statebytes() }
}

/// Makes a key. libsodium's `crypto_secretstream_xchacha20poly1305_keygen`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_keygen(k: *mut c_uchar) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_keygen(k) }
}

/// Starts a stream and writes its header. libsodium's `crypto_secretstream_xchacha20poly1305_init_push`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_init_push(
    state: *mut secenv_secretstream_xchacha20poly1305_state,
    header: *mut c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_init_push(state.cast(), header, k) }
}

/// Seals the next message: `mlen + SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES` bytes. libsodium's
/// `crypto_secretstream_xchacha20poly1305_push`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_push(
    state: *mut secenv_secretstream_xchacha20poly1305_state,
    c: *mut c_uchar,
    clen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    tag: c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_push(state.cast(), c, clen_p, m, mlen, ad, adlen, tag) }
}

/// Starts to read a stream from its header. libsodium's `crypto_secretstream_xchacha20poly1305_init_pull`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_init_pull(
    state: *mut secenv_secretstream_xchacha20poly1305_state,
    header: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_init_pull(state.cast(), header, k) }
}

/// Opens the next message and gives its tag; -1 if it was changed, or is not the next one. libsodium's
/// `crypto_secretstream_xchacha20poly1305_pull`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_pull(
    state: *mut secenv_secretstream_xchacha20poly1305_state,
    m: *mut c_uchar,
    mlen_p: *mut c_ulonglong,
    tag_p: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_pull(state.cast(), m, mlen_p, tag_p, c, clen, ad, adlen) }
}

/// Changes the key; the other side has to do it at the same place. libsodium's
/// `crypto_secretstream_xchacha20poly1305_rekey`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_secretstream_xchacha20poly1305_rekey(
    state: *mut secenv_secretstream_xchacha20poly1305_state,
) {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_secretstream_xchacha20poly1305_rekey(state.cast()) }
}
