//! The cookie: what the server needs between reply and finish, encrypted to itself.

use super::transcript::{Secret, Transcript};
use crate::aead;
use crate::sodium::hash;
use crate::types::{CookieKey, Pin, SessionId, StoreId, Timestamp};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray};

/// How long a cookie is good, in seconds.
const LIFETIME: u64 = 60;
/// How far the clocks of two hosts may differ, in seconds.
const SKEW: u64 = 60;

/// A key that cookies are under.
pub(super) struct Key {
    id: [u8; 8],
    key: SecretArray<32>,
}

/// What lies in a cookie.
pub(super) struct Cookie {
    pub(super) session_id: SessionId,
    /// T2.
    pub(super) transcript: Transcript,
    pub(super) secret: Secret,
}

/// Where a cookie is good: at this identity, for this store, after this hello.
pub(super) struct Place<'a> {
    pub(super) pin: &'a Pin,
    pub(super) store: &'a StoreId,
    pub(super) t0: &'a Transcript,
}

/// The first 8 bytes of a hash of a key: which one sealed a cookie or a state.
pub(super) fn key_id(key: &[u8; 32]) -> Result<[u8; 8], Error> {
    let id = hash::fields::<32>(key, &[b"secenv 2 key id", b""])?;
    id.expose_secret().first_chunk().copied().ok_or(Error::Internal)
}

impl Key {
    pub(super) fn new(key: &CookieKey) -> Result<Self, Error> {
        let key = key.expose_secret();
        Ok(Self { id: key_id(key)?, key: hash::fields(key, &[b"secenv 2 cookie", b""])? })
    }

    pub(super) fn seal(&self, cookie: &Cookie, place: &Place<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
        let plain = wire::secret(|writer| cookie.encode(writer, now))?;
        aead::seal_with_random_nonce(&self.key, &place.associated()?, &self.id, plain.expose_secret())
    }
}

impl Place<'_> {
    fn associated(&self) -> Result<Vec<u8>, Error> {
        wire::public(b"", |writer| {
            writer.lp32(b"secenv 2 cookie")?;
            writer.lp32(self.pin.as_bytes())?;
            writer.lp32(self.store.as_bytes())?;
            writer.lp32(self.t0.as_bytes())
        })
    }
}

impl Cookie {
    /// Opens a cookie that one of `keys` sealed for this place, not long ago.
    pub(super) fn open(bytes: &[u8], keys: &[Key], place: &Place<'_>, now: Timestamp) -> Result<Self, Error> {
        let (id, sealed) = bytes.split_first_chunk::<8>().ok_or(Error::Rejected)?;
        let key = keys.iter().find(|key| key.id == *id).ok_or(Error::Rejected)?;
        let plain = aead::open_with_nonce_prefix(&key.key, &place.associated()?, sealed)?;
        Self::decode(plain.expose_secret(), now).map_err(|_| Error::Rejected)
    }

    fn encode(&self, writer: &mut Writer<'_>, now: Timestamp) -> Result<(), Error> {
        writer.time(now);
        writer.bytes(self.session_id.as_bytes());
        writer.bytes(self.transcript.as_bytes());
        writer.bytes(self.secret.expose_secret());
        Ok(())
    }

    fn decode(plain: &[u8], now: Timestamp) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let issued = reader.time()?;
        let (session_id, transcript) = (reader.value()?, reader.array()?.into());
        let secret = reader.array()?.into();
        reader.end()?;
        if now.seconds_since(issued) > LIFETIME + SKEW || issued.seconds_since(now) > SKEW {
            return Err(Error::Rejected);
        }
        Ok(Self { session_id, transcript, secret })
    }
}
