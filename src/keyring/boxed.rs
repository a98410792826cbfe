//! `box(K, ad, m)`: a random nonce in front of XChaCha20-Poly1305.

use crate::aead::{self, NONCE_BYTES, TAG_BYTES};
use crate::sodium::random;
use crate::{Error, SecretArray, SecretBytes};

/// How much longer a box is than what lies in it.
pub(crate) const OVERHEAD: usize = NONCE_BYTES + TAG_BYTES;

/// `start || box(key, ad, plain)`
pub(crate) fn seal(key: &SecretArray<32>, ad: &[u8], start: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let len = plain.len().checked_add(start.len() + OVERHEAD).ok_or(Error::TooLarge)?;
    let mut nonce = [0; NONCE_BYTES];
    random::fill(&mut nonce)?;
    let mut sealed = Vec::with_capacity(len);
    sealed.extend_from_slice(start);
    sealed.extend_from_slice(&nonce);
    aead::seal_onto(key.expose_secret(), &nonce, ad, plain, &mut sealed)?;
    Ok(sealed)
}

/// What lies in a box.
pub(crate) fn open(key: &SecretArray<32>, ad: &[u8], sealed: &[u8]) -> Result<SecretBytes, Error> {
    let (nonce, sealed) = sealed.split_first_chunk().ok_or(Error::Rejected)?;
    aead::open(key.expose_secret(), nonce, ad, sealed)
}
