//! The cookie: what the server needs between reply and finish, encrypted to itself.

use super::format::Suite;
use super::transcript::{Secret, Transcript};
use crate::aead;
use crate::encoding::Reader;
use crate::sodium::hash;
use crate::{Error, SecretArray, SecretBytes};

/// How long a cookie is good, in seconds.
const LIFETIME: u64 = 60;
/// How far the clocks of two hosts may differ, in seconds.
const SKEW: u64 = 60;

/// A key for cookies, from one state key.
pub(super) struct Key {
    id: [u8; 8],
    key: SecretArray<32>,
}

/// What lies in a cookie.
pub(super) struct Cookie {
    pub(super) suite: Suite,
    pub(super) session_id: [u8; 16],
    pub(super) transcript: Transcript,
    pub(super) secret: Secret,
}

/// The first 8 bytes of a hash of a state key: which one sealed a cookie or a state.
pub(super) fn key_id(state_key: &[u8; 32]) -> Result<[u8; 8], Error> {
    let id = hash::fields::<32>(state_key, &[b"secenv 2 key id", b""])?;
    id.expose_secret().first_chunk().copied().ok_or(Error::Unavailable)
}

impl Key {
    pub(super) fn new(state_key: &[u8; 32]) -> Result<Self, Error> {
        Ok(Self { id: key_id(state_key)?, key: hash::fields(state_key, &[b"secenv 2 cookie", b""])? })
    }

    /// Another handle on the same key.
    pub(super) fn share(&self) -> Self {
        Self { id: self.id, key: self.key.expose_secret().into() }
    }

    pub(super) fn seal(&self, cookie: &Cookie, pin: &[u8; 32], now: u64) -> Result<Vec<u8>, Error> {
        let mut plain = SecretBytes::zeroed(PLAIN);
        let mut rest = plain.expose_secret_mut();
        for field in [
            now.to_be_bytes().as_slice(),
            &[cookie.suite as u8],
            &cookie.session_id,
            cookie.transcript.as_bytes(),
            cookie.secret.expose_secret(),
        ] {
            let (place, behind) = rest.split_at_mut_checked(field.len()).ok_or(Error::Unavailable)?;
            place.copy_from_slice(field);
            rest = behind;
        }
        aead::seal_with_random_nonce(&self.key, &associated(pin), &self.id, plain.expose_secret())
    }
}

const PLAIN: usize = 8 + 1 + 16 + 32 + 64;

impl Cookie {
    /// Opens a cookie that one of `keys` sealed for the server with this pin, not long ago.
    pub(super) fn open(bytes: &[u8], keys: &[Key], pin: &[u8; 32], now: u64) -> Result<Self, Error> {
        let (id, sealed) = bytes.split_first_chunk::<8>().ok_or(Error::Rejected)?;
        let key = keys.iter().find(|key| key.id == *id).ok_or(Error::Rejected)?;
        let plain = aead::open_with_nonce_prefix(&key.key, &associated(pin), sealed)?;
        Self::read(plain.expose_secret(), now).map_err(|_| Error::Rejected)
    }

    fn read(plain: &[u8], now: u64) -> Result<Self, Error> {
        let mut fields = Reader(plain);
        let issued = fields.u64()?;
        let suite = Suite::try_from(fields.u8()?)?;
        let (session_id, transcript) = (*fields.array()?, fields.array()?.into());
        let secret = fields.array()?.into();
        fields.end()?;
        if now.saturating_sub(issued) > LIFETIME + SKEW || issued.saturating_sub(now) > SKEW {
            return Err(Error::Rejected);
        }
        Ok(Self { suite, session_id, transcript, secret })
    }
}

/// `lp("secenv 2 cookie") || lp(pin)`
fn associated(pin: &[u8; 32]) -> Vec<u8> {
    [b"\0\0\0\x0fsecenv 2 cookie".as_slice(), b"\0\0\0\x20", pin].concat()
}
