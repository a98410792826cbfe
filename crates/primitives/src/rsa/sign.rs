//! Signatures: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017, section 8.1).

use aws_lc_sys as raw;

use super::key::{PublicKey, SecretKey};
use crate::Error;
use crate::aws_lc::{check, require_randomness, sha256};

const SALT_BYTES: i32 = 32;

impl SecretKey {
    /// Signs `message`; the signature is as long as the modulus and differs each time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no memory or no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut digest = [0; 32];
        sha256(message, &mut digest);
        require_randomness()?;
        let mut signature = vec![0; self.key().size()];
        let mut len = 0;
        // SAFETY: S1 for the digest; S2: `signature` holds the size of the modulus; S3.
        let done = unsafe {
            raw::RSA_sign_pss_mgf1(
                self.key().rsa(),
                &raw mut len,
                signature.as_mut_ptr(),
                signature.len(),
                digest.as_ptr(),
                digest.len(),
                raw::EVP_sha256(),
                raw::EVP_sha256(),
                SALT_BYTES,
            )
        };
        check(done == 1 && len == signature.len(), Error::Unavailable)?;
        Ok(signature)
    }
}

impl PublicKey {
    /// Verifies what [`SecretKey::sign`] made.
    ///
    /// # Errors
    /// [`Error::Rejected`] if message, key or signature differ, or if the salt has another length.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let mut digest = [0; 32];
        sha256(message, &mut digest);
        // SAFETY: S1 for digest and signature; S3.
        let verified = unsafe {
            raw::RSA_verify_pss_mgf1(
                self.key().rsa(),
                digest.as_ptr(),
                digest.len(),
                raw::EVP_sha256(),
                raw::EVP_sha256(),
                SALT_BYTES,
                signature.as_ptr(),
                signature.len(),
            )
        };
        check(verified == 1, Error::Rejected)
    }
}
