//! Opening: an envelope in, its message out.

use super::format::Envelope;
use crate::aead::{self, KEY_BYTES, TAG_BYTES};
use crate::rsa::{Padding, SecretKey};
use crate::{Error, SecretBytes};

/// What some RSA key of 2,048 to 8,192 bits makes. Another key's size is no other format, but another key.
const WRAPPED: core::ops::RangeInclusive<usize> = 256..=1024;

/// Opens an envelope that was sealed under `rx` and to `receiver`, with the same `padding` and `ad`.
///
/// A bad RSA padding takes the way of a bad tag: the ciphertext is checked under some nonce all the same, so that neither
/// the answer nor the time says which it was.
///
/// # Errors
/// [`Error::TooLarge`] over [`JSON_MAX`](super::JSON_MAX); [`Error::Malformed`] if it is no envelope; [`Error::Rejected`]
/// if a key, the padding, `ad` or any bit differs.
pub fn open(
    rx: &[u8; KEY_BYTES],
    receiver: &SecretKey,
    padding: Padding,
    ad: &[u8],
    json: &[u8],
) -> Result<SecretBytes, Error> {
    let envelope = Envelope::parse(json)?;
    let wrapped = envelope.nonce()?;
    open_in_place(rx, receiver, padding, ad, (envelope.data()?, wrapped.expose_secret()))
}

/// As [`open`], for what [`seal_parts`](super::seal_parts) made.
///
/// # Errors
/// As [`open`].
pub fn open_parts(
    rx: &[u8; KEY_BYTES],
    receiver: &SecretKey,
    padding: Padding,
    ad: &[u8],
    (data, nonce): (&[u8], &[u8]),
) -> Result<SecretBytes, Error> {
    if data.len() > super::JSON_MAX {
        return Err(Error::TooLarge);
    }
    open_in_place(rx, receiver, padding, ad, (SecretBytes::from(data.to_vec()), nonce))
}

fn open_in_place(
    rx: &[u8; KEY_BYTES],
    receiver: &SecretKey,
    padding: Padding,
    ad: &[u8],
    (mut message, wrapped): (SecretBytes, &[u8]),
) -> Result<SecretBytes, Error> {
    if message.expose_secret().len() < TAG_BYTES || !WRAPPED.contains(&wrapped.len()) {
        return Err(Error::Malformed);
    }
    let (nonce, unwrapped) = receiver.unwrap_exact(padding, wrapped)?;
    let opened = aead::open_in_place(rx, nonce.expose_secret(), ad, &mut message);
    if bool::from(unwrapped) && opened.is_ok() { Ok(message) } else { Err(Error::Rejected) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{base64_encode, base64_len};

    fn base64(bytes: &[u8]) -> String {
        let mut text = vec![0; base64_len(bytes.len()).unwrap()];
        base64_encode(bytes, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn parts_are_what_the_envelope_carries() {
        let receiver = SecretKey::parse(include_bytes!("../../tests/vectors/keys/server.pem")).unwrap();
        let public = receiver.public().unwrap();
        for padding in [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256] {
            let parts = super::super::seal_parts(&[1; 32], &public, padding, b"ad", b"meet at noon").unwrap();
            let opened = open_parts(&[1; 32], &receiver, padding, b"ad", (&parts.data, &parts.nonce)).unwrap();
            assert_eq!(opened.expose_secret(), b"meet at noon");
            let json = format!(r#"{{"data":"{}","nonce":"{}"}}"#, base64(&parts.data), base64(&parts.nonce));
            let opened = open(&[1; 32], &receiver, padding, b"ad", json.as_bytes()).unwrap();
            assert_eq!(opened.expose_secret(), b"meet at noon");
            let with = |data: &[u8], nonce: &[u8], ad: &[u8]| {
                open_parts(&[1; 32], &receiver, padding, ad, (data, nonce)).err()
            };
            assert_eq!(with(&parts.data, &parts.nonce, b"AD"), Some(Error::Rejected));
            assert_eq!(with(&parts.data[1..], &parts.nonce, b"ad"), Some(Error::Rejected));
            assert_eq!(with(&[0; 15], &parts.nonce, b"ad"), Some(Error::Malformed));
            assert_eq!(with(&parts.data, &parts.nonce[..255], b"ad"), Some(Error::Malformed));
        }
    }

    /// Only who has the secret key can compute the stand-in for a bad nonce and seal a message under it; that does not make
    /// the nonce a good one.
    #[test]
    fn rejects_a_message_that_opens_under_the_stand_in_for_a_bad_nonce() {
        let receiver = SecretKey::parse(include_bytes!("../../tests/vectors/keys/server.pem")).unwrap();
        for padding in [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256] {
            let short = receiver.public().unwrap().wrap(padding, &[1; 23]).unwrap();
            for wrapped in [short, vec![7; 256]] {
                let (nonce, unwrapped) = receiver.unwrap_exact(padding, &wrapped).unwrap();
                assert!(!bool::from(unwrapped));
                let data = aead::seal(&[1; 32], nonce.expose_secret(), b"", b"meet at noon").unwrap();
                let json = format!(r#"{{"data":"{}","nonce":"{}"}}"#, base64(&data), base64(&wrapped));
                assert_eq!(open(&[1; 32], &receiver, padding, b"", json.as_bytes()).err(), Some(Error::Rejected));
            }
        }
    }
}
