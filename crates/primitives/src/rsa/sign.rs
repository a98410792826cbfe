//! Signatures: RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (RFC 8017, section 8.1).

use aws_lc_sys as raw;

use super::key::{PublicKey, SecretKey, rejected, unavailable};
use crate::Error;

const SALT_BYTES: i32 = 32;

impl SecretKey {
    /// Signs `message`; the signature is as long as the modulus and differs each time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let digest = sha256(message);
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
        if done == 1 && len == signature.len() { Ok(signature) } else { Err(unavailable()) }
    }
}

impl PublicKey {
    /// Verifies what [`SecretKey::sign`] made.
    ///
    /// # Errors
    /// [`Error::Rejected`] if message, key or signature differ, or if the salt has another length.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let digest = sha256(message);
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
        if verified == 1 { Ok(()) } else { Err(rejected()) }
    }
}

fn sha256(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // SAFETY: S1 for the message; S2: SHA-256 writes 32 bytes.
    unsafe { raw::SHA256(message.as_ptr(), message.len(), digest.as_mut_ptr()) };
    digest
}
