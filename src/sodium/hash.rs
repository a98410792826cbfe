//! BLAKE2b: `crypto_generichash` and `crypto_kdf` (doc.libsodium.org, "Generic hashing" and "Key derivation").

use core::ptr;

use libsodium_sys as raw;

use super::{check, init, len_of};
use crate::{Error, SecretArray};

/// BLAKE2b-256(message)
///
/// # Errors
/// None for any message.
pub fn hash(message: &[u8]) -> Result<[u8; 32], Error> {
    init();
    let mut digest = [0; 32];
    // SAFETY: S1 for the message, no key; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_generichash(digest.as_mut_ptr(), digest.len(), message.as_ptr(), len_of(message), ptr::null(), 0)
    };
    check(code, Error::Unavailable)?;
    Ok(digest)
}

/// Key number `id` for `context` under a master key: `crypto_kdf_derive_from_key` with 32 bytes.
///
/// # Errors
/// None for any input.
pub fn derive(key: &[u8; 32], context: &[u8; 8], id: u64) -> Result<SecretArray<32>, Error> {
    init();
    let mut derived = SecretArray::<32>::zeroed();
    // SAFETY: S1 for context and key; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_kdf_derive_from_key(
            derived.expose_secret_mut().as_mut_ptr(),
            32,
            id,
            context.as_ptr().cast(),
            key.as_ptr(),
        )
    };
    check(code, Error::Unavailable)?;
    Ok(derived)
}
