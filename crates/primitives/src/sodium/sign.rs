//! Signatures: `crypto_sign_detached`, Ed25519 (RFC 8032; doc.libsodium.org, "Public-key signatures").

use core::ptr;

use libsodium_sys as raw;

use super::{Pair, check, init, len_of};
use crate::Error;

/// An Ed25519 key pair; the secret half is `seed || public`.
pub type KeyPair = Pair<ForSign, 32, 64>;

/// The purpose of a pair: signatures.
pub enum ForSign {}

/// The length of a signature.
pub const SIGNATURE_BYTES: usize = 64;

impl KeyPair {
    /// A new random pair.
    ///
    /// # Errors
    /// None today: libsodium ends the process if the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        // SAFETY: S2: `make` gives memory for 32 and 64 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_sign_keypair(public, secret) })
    }

    /// The pair that `seed` determines.
    ///
    /// # Errors
    /// None for any seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        // SAFETY: S1 for the seed; S2: `make` gives memory for 32 and 64 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_sign_seed_keypair(public, secret, seed.as_ptr()) })
    }

    /// Signs `message`; the same message always gives the same signature.
    ///
    /// # Errors
    /// None for any message.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; SIGNATURE_BYTES], Error> {
        init();
        let mut signature = [0; SIGNATURE_BYTES];
        // SAFETY: S1 for message and key; S2: 64 bytes; S3.
        let code = unsafe {
            raw::crypto_sign_detached(
                signature.as_mut_ptr(),
                ptr::null_mut(),
                message.as_ptr(),
                len_of(message),
                self.expose_secret().as_ptr(),
            )
        };
        check(code, Error::Internal)?;
        Ok(signature)
    }
}

/// Verifies a signature by the owner of `public`.
///
/// # Errors
/// [`Error::Rejected`] if anything differs, or if the key is a point of low order.
pub fn verify(public: &[u8; 32], message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Result<(), Error> {
    init();
    // SAFETY: S1 for all inputs; S3.
    let code = unsafe {
        raw::crypto_sign_verify_detached(signature.as_ptr(), message.as_ptr(), len_of(message), public.as_ptr())
    };
    check(code, Error::Rejected)
}
