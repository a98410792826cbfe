//! Sealing: a message in, an envelope out.

use super::format;
use crate::aead::{self, KEY_BYTES, NONCE_BYTES, TAG_BYTES};
use crate::rsa::{Padding, PublicKey};
use crate::sodium::random;
use crate::{Error, SecretArray};

/// Seals `plain` under `tx`, bound to `ad`, with its nonce wrapped to `receiver`.
///
/// # Errors
/// [`Error::TooLarge`] if the JSON would be over [`JSON_MAX`](super::JSON_MAX).
///
/// # Examples
/// See the crate's front page.
pub fn seal(
    tx: &[u8; KEY_BYTES],
    receiver: &PublicKey,
    padding: Padding,
    ad: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, Error> {
    let (nonce, wrapped) = wrapped_nonce(receiver, padding, plain)?;
    format::write(plain.len() + TAG_BYTES, &wrapped, |data| aead::seal_into(tx, nonce.expose_secret(), ad, plain, data))
}

/// The two members of an envelope as bytes, for who nests them in a message of another form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The ciphertext and its tag.
    pub data: Vec<u8>,
    /// The wrapped nonce.
    pub nonce: Vec<u8>,
}

/// As [`seal`], without JSON and base64.
///
/// # Errors
/// [`Error::TooLarge`] for a message over [`JSON_MAX`](super::JSON_MAX).
pub fn seal_parts(
    tx: &[u8; KEY_BYTES],
    receiver: &PublicKey,
    padding: Padding,
    ad: &[u8],
    plain: &[u8],
) -> Result<Parts, Error> {
    let (nonce, wrapped) = wrapped_nonce(receiver, padding, plain)?;
    Ok(Parts { data: aead::seal(tx, nonce.expose_secret(), ad, plain)?, nonce: wrapped })
}

fn wrapped_nonce(
    receiver: &PublicKey,
    padding: Padding,
    plain: &[u8],
) -> Result<(SecretArray<NONCE_BYTES>, Vec<u8>), Error> {
    if plain.len() > super::JSON_MAX {
        return Err(Error::TooLarge);
    }
    let mut nonce = SecretArray::zeroed();
    random::fill(nonce.expose_secret_mut());
    let wrapped = receiver.wrap(padding, nonce.expose_secret())?;
    Ok((nonce, wrapped))
}
