//! Password hashing with Argon2.
//! doc.libsodium.org: "Password hashing".

use core::ffi::{c_char, c_int, c_uchar, c_ulonglong};

use libsodium_sys as raw;

use super::ready;

/// The number of Argon2i. libsodium's `crypto_pwhash_alg_argon2i13`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_alg_argon2i13() -> c_int {
    raw::crypto_pwhash_ALG_ARGON2I13 as c_int
}

/// The number of Argon2id. libsodium's `crypto_pwhash_alg_argon2id13`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_alg_argon2id13() -> c_int {
    raw::crypto_pwhash_ALG_ARGON2ID13 as c_int
}

/// The number of the recommended algorithm, Argon2id. libsodium's `crypto_pwhash_alg_default`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_alg_default() -> c_int {
    raw::crypto_pwhash_ALG_DEFAULT as c_int
}

/// The shortest result. libsodium's `crypto_pwhash_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_bytes_min() -> usize {
    raw::crypto_pwhash_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_pwhash_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_bytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_pwhash_bytes_max() }
}

/// The shortest password. libsodium's `crypto_pwhash_passwd_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_passwd_min() -> usize {
    raw::crypto_pwhash_PASSWD_MIN as usize
}

/// The longest password. libsodium's `crypto_pwhash_passwd_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_passwd_max() -> usize {
    raw::crypto_pwhash_PASSWD_MAX as usize
}

/// The length of a salt. libsodium's `crypto_pwhash_saltbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_saltbytes() -> usize {
    raw::crypto_pwhash_SALTBYTES as usize
}

/// The longest stored text, with its NUL. libsodium's `crypto_pwhash_strbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_strbytes() -> usize {
    raw::crypto_pwhash_STRBYTES as usize
}

/// How a stored text begins. libsodium's `crypto_pwhash_strprefix`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_strprefix() -> *const c_char {
    raw::crypto_pwhash_STRPREFIX.as_ptr().cast()
}

/// The least work. libsodium's `crypto_pwhash_opslimit_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_opslimit_min() -> usize {
    raw::crypto_pwhash_OPSLIMIT_MIN as usize
}

/// The most work. libsodium's `crypto_pwhash_opslimit_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_opslimit_max() -> usize {
    raw::crypto_pwhash_OPSLIMIT_MAX as usize
}

/// The least memory. libsodium's `crypto_pwhash_memlimit_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_memlimit_min() -> usize {
    raw::crypto_pwhash_MEMLIMIT_MIN as usize
}

/// The most memory. libsodium's `crypto_pwhash_memlimit_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_memlimit_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_pwhash_memlimit_max() }
}

/// Work for a login while somebody waits. libsodium's `crypto_pwhash_opslimit_interactive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_opslimit_interactive() -> usize {
    raw::crypto_pwhash_OPSLIMIT_INTERACTIVE as usize
}

/// Memory for a login while somebody waits. libsodium's `crypto_pwhash_memlimit_interactive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_memlimit_interactive() -> usize {
    raw::crypto_pwhash_MEMLIMIT_INTERACTIVE as usize
}

/// Work for a key that is used now and then. libsodium's `crypto_pwhash_opslimit_moderate`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_opslimit_moderate() -> usize {
    raw::crypto_pwhash_OPSLIMIT_MODERATE as usize
}

/// Memory for a key that is used now and then. libsodium's `crypto_pwhash_memlimit_moderate`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_memlimit_moderate() -> usize {
    raw::crypto_pwhash_MEMLIMIT_MODERATE as usize
}

/// Work for a key that is worth waiting for. libsodium's `crypto_pwhash_opslimit_sensitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_opslimit_sensitive() -> usize {
    raw::crypto_pwhash_OPSLIMIT_SENSITIVE as usize
}

/// Memory for a key that is worth waiting for. libsodium's `crypto_pwhash_memlimit_sensitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_memlimit_sensitive() -> usize {
    raw::crypto_pwhash_MEMLIMIT_SENSITIVE as usize
}

/// A key from a password; -1 if a limit is out of range or there is no memory. libsodium's `crypto_pwhash`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash(
    out: *mut c_uchar,
    outlen: c_ulonglong,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    salt: *const c_uchar,
    opslimit: c_ulonglong,
    memlimit: usize,
    alg: c_int,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash(out, outlen, passwd, passwdlen, salt, opslimit, memlimit, alg) }
}

/// A text to store, from which the password can be checked; -1 if there is no memory. libsodium's
/// `crypto_pwhash_str`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_str(
    out: *mut c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    opslimit: c_ulonglong,
    memlimit: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_str(out, passwd, passwdlen, opslimit, memlimit) }
}

/// As `secenv_pwhash_str`, with the algorithm of your choice. libsodium's `crypto_pwhash_str_alg`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_str_alg(
    out: *mut c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    opslimit: c_ulonglong,
    memlimit: usize,
    alg: c_int,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_str_alg(out, passwd, passwdlen, opslimit, memlimit, alg) }
}

/// Checks a password against a stored text; -1 if it is another one. libsodium's `crypto_pwhash_str_verify`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_str_verify(
    str: *const c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_str_verify(str, passwd, passwdlen) }
}

/// Whether a stored text was made with other limits: 0 no, 1 yes, -1 if it is no such text. libsodium's
/// `crypto_pwhash_str_needs_rehash`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_str_needs_rehash(
    str: *const c_char,
    opslimit: c_ulonglong,
    memlimit: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_str_needs_rehash(str, opslimit, memlimit) }
}

/// The name of the algorithm. libsodium's `crypto_pwhash_primitive`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_pwhash_primitive() -> *const c_char {
    raw::crypto_pwhash_PRIMITIVE.as_ptr().cast()
}

/// The number of Argon2id. libsodium's `crypto_pwhash_argon2id_alg_argon2id13`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_alg_argon2id13() -> c_int {
    raw::crypto_pwhash_argon2id_ALG_ARGON2ID13 as c_int
}

/// The shortest result. libsodium's `crypto_pwhash_argon2id_bytes_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_bytes_min() -> usize {
    raw::crypto_pwhash_argon2id_BYTES_MIN as usize
}

/// The longest result. libsodium's `crypto_pwhash_argon2id_bytes_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_bytes_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_pwhash_argon2id_bytes_max() }
}

/// The shortest password. libsodium's `crypto_pwhash_argon2id_passwd_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_passwd_min() -> usize {
    raw::crypto_pwhash_argon2id_PASSWD_MIN as usize
}

/// The longest password. libsodium's `crypto_pwhash_argon2id_passwd_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_passwd_max() -> usize {
    raw::crypto_pwhash_argon2id_PASSWD_MAX as usize
}

/// The length of a salt. libsodium's `crypto_pwhash_argon2id_saltbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_saltbytes() -> usize {
    raw::crypto_pwhash_argon2id_SALTBYTES as usize
}

/// The longest stored text, with its NUL. libsodium's `crypto_pwhash_argon2id_strbytes`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_strbytes() -> usize {
    raw::crypto_pwhash_argon2id_STRBYTES as usize
}

/// How a stored text begins. libsodium's `crypto_pwhash_argon2id_strprefix`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_strprefix() -> *const c_char {
    raw::crypto_pwhash_argon2id_STRPREFIX.as_ptr().cast()
}

/// The least work. libsodium's `crypto_pwhash_argon2id_opslimit_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_opslimit_min() -> usize {
    raw::crypto_pwhash_argon2id_OPSLIMIT_MIN as usize
}

/// The most work. libsodium's `crypto_pwhash_argon2id_opslimit_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_opslimit_max() -> usize {
    raw::crypto_pwhash_argon2id_OPSLIMIT_MAX as usize
}

/// The least memory. libsodium's `crypto_pwhash_argon2id_memlimit_min`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_memlimit_min() -> usize {
    raw::crypto_pwhash_argon2id_MEMLIMIT_MIN as usize
}

/// The most memory. libsodium's `crypto_pwhash_argon2id_memlimit_max`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_memlimit_max() -> usize {
    // SAFETY: takes nothing and reads a constant.
    unsafe { raw::crypto_pwhash_argon2id_memlimit_max() }
}

/// Work for a login while somebody waits. libsodium's `crypto_pwhash_argon2id_opslimit_interactive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_opslimit_interactive() -> usize {
    raw::crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE as usize
}

/// Memory for a login while somebody waits. libsodium's `crypto_pwhash_argon2id_memlimit_interactive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_memlimit_interactive() -> usize {
    raw::crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE as usize
}

/// Work for a key that is used now and then. libsodium's `crypto_pwhash_argon2id_opslimit_moderate`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_opslimit_moderate() -> usize {
    raw::crypto_pwhash_argon2id_OPSLIMIT_MODERATE as usize
}

/// Memory for a key that is used now and then. libsodium's `crypto_pwhash_argon2id_memlimit_moderate`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_memlimit_moderate() -> usize {
    raw::crypto_pwhash_argon2id_MEMLIMIT_MODERATE as usize
}

/// Work for a key that is worth waiting for. libsodium's `crypto_pwhash_argon2id_opslimit_sensitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_opslimit_sensitive() -> usize {
    raw::crypto_pwhash_argon2id_OPSLIMIT_SENSITIVE as usize
}

/// Memory for a key that is worth waiting for. libsodium's `crypto_pwhash_argon2id_memlimit_sensitive`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_pwhash_argon2id_memlimit_sensitive() -> usize {
    raw::crypto_pwhash_argon2id_MEMLIMIT_SENSITIVE as usize
}

/// As `secenv_pwhash`, Argon2id only. libsodium's `crypto_pwhash_argon2id`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2id(
    out: *mut c_uchar,
    outlen: c_ulonglong,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    salt: *const c_uchar,
    opslimit: c_ulonglong,
    memlimit: usize,
    alg: c_int,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2id(out, outlen, passwd, passwdlen, salt, opslimit, memlimit, alg) }
}

/// As `secenv_pwhash_str`, Argon2id only. libsodium's `crypto_pwhash_argon2id_str`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2id_str(
    out: *mut c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    opslimit: c_ulonglong,
    memlimit: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2id_str(out, passwd, passwdlen, opslimit, memlimit) }
}

/// As `secenv_pwhash_str_verify`, Argon2id only. libsodium's `crypto_pwhash_argon2id_str_verify`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2id_str_verify(
    str: *const c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2id_str_verify(str, passwd, passwdlen) }
}

/// As `secenv_pwhash_str_needs_rehash`, Argon2id only. libsodium's `crypto_pwhash_argon2id_str_needs_rehash`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2id_str_needs_rehash(
    str: *const c_char,
    opslimit: c_ulonglong,
    memlimit: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2id_str_needs_rehash(str, opslimit, memlimit) }
}

/// As `secenv_pwhash`, Argon2i only: for keys that were made when it was the recommended algorithm. libsodium's
/// `crypto_pwhash_argon2i`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2i(
    out: *mut c_uchar,
    outlen: c_ulonglong,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
    salt: *const c_uchar,
    opslimit: c_ulonglong,
    memlimit: usize,
    alg: c_int,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2i(out, outlen, passwd, passwdlen, salt, opslimit, memlimit, alg) }
}

/// As `secenv_pwhash_str_verify`, Argon2i only. libsodium's `crypto_pwhash_argon2i_str_verify`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2i_str_verify(
    str: *const c_char,
    passwd: *const c_char,
    passwdlen: c_ulonglong,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2i_str_verify(str, passwd, passwdlen) }
}

/// As `secenv_pwhash_str_needs_rehash`, Argon2i only. libsodium's `crypto_pwhash_argon2i_str_needs_rehash`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_pwhash_argon2i_str_needs_rehash(
    str: *const c_char,
    opslimit: c_ulonglong,
    memlimit: usize,
) -> c_int {
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_pwhash_argon2i_str_needs_rehash(str, opslimit, memlimit) }
}
