//! Hashes of passwords.

use secenv_core::sodium::password;

use crate::boundary::{bytes_in, guard};
use crate::status::secenv_status;

/// Checks a password against a hash that `secenv_pwhash_str` or PHP's `password_hash` with `PASSWORD_ARGON2ID` made.
/// `secenv_pwhash_str_verify` cannot say whether the password is wrong or the memory was not to be had; this can.
///
/// - `hash`, `hash_len`: the hash, "$argon2id$v=19$m=...,t=...,p=1$...$..."; NUL bytes at its end are fine.
/// - `password`, `password_len`: the password; may be empty.
///
/// `REJECTED` for another password; `MALFORMED` if it is no such hash, with a salt of 16 and a hash of 32 bytes;
/// `UNAVAILABLE` if there is no memory, which says nothing about the password.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_pwhash_verify(
    hash: *const u8,
    hash_len: usize,
    password: *const u8,
    password_len: usize,
) -> secenv_status {
    guard(|| {
        // SAFETY: P1 (hash, hash_len).
        let hash = unsafe { bytes_in(hash, hash_len) }?;
        // SAFETY: P1 (password, password_len).
        let password = unsafe { bytes_in(password, password_len) }?;
        Ok(password::verify(hash, password)?)
    })
}
