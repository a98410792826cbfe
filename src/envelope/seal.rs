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
    if plain.len() > super::JSON_MAX {
        return Err(Error::TooLarge);
    }
    let mut nonce = SecretArray::<NONCE_BYTES>::zeroed();
    random::fill(nonce.expose_secret_mut())?;
    let wrapped = receiver.wrap(padding, nonce.expose_secret())?;
    format::write(plain.len() + TAG_BYTES, &wrapped, |data| aead::seal_into(tx, nonce.expose_secret(), ad, plain, data))
}
