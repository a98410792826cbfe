//! "Encryption with the private key": what `openssl_private_encrypt` makes and `openssl_public_decrypt` reads.
//!
//! It is PKCS#1 type 1 padding around the message itself, without a hash (RFC 8017, 9.2, from step 3): a signature with
//! message recovery, the proof of protocol 1. New protocols use [`SecretKey::sign`].

use aws_lc_sys as raw;

use super::key::{PublicKey, SecretKey};
use crate::aws_lc::{check, require_randomness};
use crate::{Error, SecretBytes};

/// 00 01, at least eight bytes FF, 00
const OVERHEAD: usize = 11;

impl SecretKey {
    /// `(00 01 FF..FF 00 || message) ^ d mod n`; always the same for the same message.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the message is longer than the modulus less 11 bytes; [`Error::Unavailable`] if the system
    /// has no memory or no randomness (for blinding).
    pub fn private_encrypt(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let size = self.key().size();
        if message.len() > size - OVERHEAD {
            return Err(Error::TooLarge);
        }
        require_randomness()?;
        let mut proof = vec![0; size];
        let mut len = 0;
        // SAFETY: S1 for the message; S2: `proof` holds the size of the modulus; S3.
        let done = unsafe {
            raw::RSA_sign_raw(
                self.key().rsa(),
                &raw mut len,
                proof.as_mut_ptr(),
                size,
                message.as_ptr(),
                message.len(),
                raw::RSA_PKCS1_PADDING,
            )
        };
        check(done == 1 && len == size, Error::Unavailable)?;
        Ok(proof)
    }
}

impl PublicKey {
    /// The message inside what [`SecretKey::private_encrypt`] made. Compare it with the one you expect.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the padding is not of type 1 or the length is not the modulus'.
    pub fn public_decrypt(&self, proof: &[u8]) -> Result<SecretBytes, Error> {
        let mut message = SecretBytes::zeroed(self.size());
        let mut len = 0;
        // SAFETY: S1 for the proof; S2: `message` holds the size of the modulus; S3.
        let done = unsafe {
            raw::RSA_verify_raw(
                self.key().rsa(),
                &raw mut len,
                message.expose_secret_mut().as_mut_ptr(),
                self.size(),
                proof.as_ptr(),
                proof.len(),
                raw::RSA_PKCS1_PADDING,
            )
        };
        check(done == 1, Error::Rejected)?;
        message.truncate(len);
        Ok(message)
    }
}
