//! Boxes: `crypto_box_easy`, `crypto_box_seal` and `crypto_secretbox_easy` (doc.libsodium.org, "Authenticated encryption",
//! "Sealed boxes", "Secretbox"). All put the 16-byte tag first.
//!
//! No format of secenv needs them: they are for Rust programs that exchange boxes with users of libsodium, as the C,
//! C++ and PHP interfaces allow too.

use libsodium_sys as raw;

use super::{Pair, check, init, len_of};
use crate::{Error, SecretBytes};

/// A box key pair (X25519).
pub type KeyPair = Pair<ForBox, 32, 32>;

/// The purpose of a pair: boxes.
pub enum ForBox {}

/// What a box is longer than its message.
pub const MAC_BYTES: usize = raw::crypto_box_MACBYTES as usize;
/// What a sealed box is longer than its message.
pub const SEAL_BYTES: usize = MAC_BYTES + 32;
/// The length of a nonce.
pub const NONCE_BYTES: usize = raw::crypto_box_NONCEBYTES as usize;

impl KeyPair {
    /// A new random pair.
    ///
    /// # Errors
    /// None today: libsodium ends the process if the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        // SAFETY: S2: `make` gives memory for 32 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_box_keypair(public, secret) })
    }

    /// The pair that `seed` determines, as `crypto_box_seed_keypair` does (not the same as a kx pair's).
    ///
    /// # Errors
    /// None for any seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        // SAFETY: S1 for the seed; S2: `make` gives memory for 32 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_box_seed_keypair(public, secret, seed.as_ptr()) })
    }
}

/// A box from `sender` to `receiver`: both can open it, and it could have been made by either.
///
/// # Errors
/// [`Error::Rejected`] if the receiver's key is a point of low order.
pub fn seal(sender: &KeyPair, receiver: &[u8; 32], nonce: &[u8; NONCE_BYTES], plain: &[u8]) -> Result<Vec<u8>, Error> {
    longer(plain, MAC_BYTES, |out, plain, len| {
        // SAFETY: S1 for all inputs; S2: 16 bytes more than the message; S3.
        unsafe {
            raw::crypto_box_easy(out, plain, len, nonce.as_ptr(), receiver.as_ptr(), sender.expose_secret().as_ptr())
        }
    })
}

/// Opens a box from `sender`.
///
/// # Errors
/// [`Error::Rejected`] if a key, the nonce or any bit differs.
pub fn open(
    receiver: &KeyPair,
    sender: &[u8; 32],
    nonce: &[u8; NONCE_BYTES],
    sealed: &[u8],
) -> Result<SecretBytes, Error> {
    shorter(sealed, MAC_BYTES, |out, sealed, len| {
        // SAFETY: S1 for all inputs; S2: 16 bytes fewer than the box; S3.
        unsafe {
            raw::crypto_box_open_easy(
                out,
                sealed,
                len,
                nonce.as_ptr(),
                sender.as_ptr(),
                receiver.expose_secret().as_ptr(),
            )
        }
    })
}

/// Sealed boxes: `crypto_box_seal`.
pub mod sealed_box {
    use super::{Error, KeyPair, SEAL_BYTES, SecretBytes, longer, raw, shorter};

    /// A sealed box to `receiver` from nobody in particular; the sender cannot open it again.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the receiver's key is a point of low order.
    pub fn seal(receiver: &[u8; 32], plain: &[u8]) -> Result<Vec<u8>, Error> {
        longer(plain, SEAL_BYTES, |out, plain, len| {
            // SAFETY: S1 for all inputs; S2: 48 bytes more than the message; S3.
            unsafe { raw::crypto_box_seal(out, plain, len, receiver.as_ptr()) }
        })
    }

    /// Opens a sealed box.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the key or any bit differs.
    pub fn open(receiver: &KeyPair, sealed: &[u8]) -> Result<SecretBytes, Error> {
        shorter(sealed, SEAL_BYTES, |out, sealed, len| {
            let (public, secret) = (receiver.public().as_ptr(), receiver.expose_secret().as_ptr());
            // SAFETY: S1 for all inputs; S2: 48 bytes fewer than the box; S3.
            unsafe { raw::crypto_box_seal_open(out, sealed, len, public, secret) }
        })
    }
}

/// Boxes under a key that both sides hold: `crypto_secretbox_easy`.
pub mod secretbox {
    use super::{Error, MAC_BYTES, NONCE_BYTES, SecretBytes, longer, raw, shorter};

    /// A box under a key that both sides hold. The nonce must never repeat under one key.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if memory cannot hold it.
    pub fn seal(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], plain: &[u8]) -> Result<Vec<u8>, Error> {
        longer(plain, MAC_BYTES, |out, plain, len| {
            // SAFETY: S1 for all inputs; S2: 16 bytes more than the message; S3.
            unsafe { raw::crypto_secretbox_easy(out, plain, len, nonce.as_ptr(), key.as_ptr()) }
        })
    }

    /// Opens a box under a key that both sides hold.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the key, the nonce or any bit differs.
    pub fn open(key: &[u8; 32], nonce: &[u8; NONCE_BYTES], sealed: &[u8]) -> Result<SecretBytes, Error> {
        shorter(sealed, MAC_BYTES, |out, sealed, len| {
            // SAFETY: S1 for all inputs; S2: 16 bytes fewer than the box; S3.
            unsafe { raw::crypto_secretbox_open_easy(out, sealed, len, nonce.as_ptr(), key.as_ptr()) }
        })
    }
}

fn longer(plain: &[u8], by: usize, seal: impl FnOnce(*mut u8, *const u8, u64) -> i32) -> Result<Vec<u8>, Error> {
    init();
    let mut sealed = vec![0; plain.len().checked_add(by).ok_or(Error::TooLarge)?];
    check(seal(sealed.as_mut_ptr(), plain.as_ptr(), len_of(plain)), Error::Rejected)?;
    Ok(sealed)
}

fn shorter(sealed: &[u8], by: usize, open: impl FnOnce(*mut u8, *const u8, u64) -> i32) -> Result<SecretBytes, Error> {
    init();
    let mut plain = SecretBytes::zeroed(sealed.len().checked_sub(by).ok_or(Error::Rejected)?);
    check(open(plain.expose_secret_mut().as_mut_ptr(), sealed.as_ptr(), len_of(sealed)), Error::Rejected)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; NONCE_BYTES] = [3; NONCE_BYTES];

    fn rejects_any_flipped_bit_or_length(sealed: &[u8], open: impl Fn(&[u8]) -> Result<SecretBytes, Error>) {
        assert_eq!(open(sealed).unwrap().expose_secret(), b"meet at noon");
        for bit in 0..sealed.len() * 8 {
            let mut forged = sealed.to_vec();
            forged[bit / 8] ^= 1 << (bit % 8);
            // The top bit of an X25519 public key does not count (RFC 7748, 5), but a sealed box hashes it into its nonce.
            assert_eq!(open(&forged).unwrap_err(), Error::Rejected, "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert_eq!(open(&sealed[..len]).unwrap_err(), Error::Rejected, "length {len}");
        }
    }

    #[test]
    fn boxes_open_as_sealed_and_not_otherwise() {
        let (a, b) = (KeyPair::from_seed(&[1; 32]).unwrap(), KeyPair::from_seed(&[2; 32]).unwrap());
        let sealed = seal(&a, b.public(), &NONCE, b"meet at noon").unwrap();
        rejects_any_flipped_bit_or_length(&sealed, |sealed| open(&b, a.public(), &NONCE, sealed));
    }

    #[test]
    fn sealed_boxes_open_as_sealed_and_not_otherwise() {
        let key = KeyPair::from_seed(&[1; 32]).unwrap();
        let sealed = sealed_box::seal(key.public(), b"meet at noon").unwrap();
        rejects_any_flipped_bit_or_length(&sealed, |sealed| sealed_box::open(&key, sealed));
    }

    #[test]
    fn secret_boxes_open_as_sealed_and_not_otherwise() {
        let sealed = secretbox::seal(&[1; 32], &NONCE, b"meet at noon").unwrap();
        rejects_any_flipped_bit_or_length(&sealed, |sealed| secretbox::open(&[1; 32], &NONCE, sealed));
    }
}
