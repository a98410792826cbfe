//! Key encapsulation: `crypto_kem`, X-Wing: ML-KEM-768 and X25519 (draft-connolly-cfrg-xwing-kem).

use libsodium_sys as raw;

use super::{Pair, check, init};
use crate::{Error, SecretArray};

/// An X-Wing key pair.
pub type KeyPair = Pair<ForKem, 1216, 32>;

/// The purpose of a pair: key encapsulation.
pub enum ForKem {}

/// The length of a ciphertext.
pub const CIPHERTEXT_BYTES: usize = 1120;

impl KeyPair {
    /// A new random pair.
    ///
    /// # Errors
    /// None today: libsodium ends the process if the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        // SAFETY: S2: `make` gives memory for 1,216 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_kem_keypair(public, secret) })
    }

    /// The pair that `seed` determines.
    ///
    /// # Errors
    /// None for any seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        // SAFETY: S1 for the seed; S2: `make` gives memory for 1,216 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_kem_seed_keypair(public, secret, seed.as_ptr()) })
    }

    /// The secret inside `ciphertext`. A forged one gives another secret, not an error: confirm what comes out.
    ///
    /// # Errors
    /// [`Error::Rejected`] if libsodium takes no such ciphertext.
    pub fn decapsulate(&self, ciphertext: &[u8; CIPHERTEXT_BYTES]) -> Result<SecretArray<32>, Error> {
        init();
        let mut shared = SecretArray::<32>::zeroed();
        // SAFETY: S1 for ciphertext and key; S2: 32 bytes; S3.
        let code = unsafe {
            raw::crypto_kem_dec(
                shared.expose_secret_mut().as_mut_ptr(),
                ciphertext.as_ptr(),
                self.expose_secret().as_ptr(),
            )
        };
        check(code, Error::Rejected)?;
        Ok(shared)
    }
}

/// A new secret and its ciphertext to the owner of `public`.
///
/// # Errors
/// [`Error::Rejected`] if `public` is no X-Wing key.
pub fn encapsulate(public: &[u8; 1216]) -> Result<([u8; CIPHERTEXT_BYTES], SecretArray<32>), Error> {
    encapsulate_from_seed(public, super::random::secret().expose_secret())
}

/// The secret and the ciphertext to the owner of `public` that `seed` determines. A seed must be secret and never used twice.
///
/// # Errors
/// [`Error::Rejected`] if `public` is no X-Wing key.
pub fn encapsulate_from_seed(
    public: &[u8; 1216],
    seed: &[u8; 64],
) -> Result<([u8; CIPHERTEXT_BYTES], SecretArray<32>), Error> {
    init();
    let mut ciphertext = [0; CIPHERTEXT_BYTES];
    let mut shared = SecretArray::<32>::zeroed();
    let out = shared.expose_secret_mut().as_mut_ptr();
    // SAFETY: S1 for key and seed; S2: 1,120 and 32 bytes; S3.
    let code = unsafe {
        raw::crypto_kem_xwing_enc_deterministic(ciphertext.as_mut_ptr(), out, public.as_ptr(), seed.as_ptr())
    };
    check(code, Error::Rejected)?;
    Ok((ciphertext, shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_hold_the_same_secret_unless_the_ciphertext_changed() {
        let pair = KeyPair::generate().unwrap();
        let (mut ciphertext, shared) = encapsulate(pair.public()).unwrap();
        assert_eq!(pair.decapsulate(&ciphertext).unwrap().expose_secret(), shared.expose_secret());
        ciphertext[0] ^= 1;
        assert_ne!(pair.decapsulate(&ciphertext).unwrap().expose_secret(), shared.expose_secret());
    }
}
