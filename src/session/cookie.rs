//! The cookie: what the server needs between reply and finish, encrypted to itself.

use super::format::Suite;
use super::transcript::{Secret, Transcript};
use crate::aead;
use crate::sodium::hash;
use crate::types::{Pin, SessionId, StateKey, Timestamp};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray};

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
    pub(super) session_id: SessionId,
    pub(super) transcript: Transcript,
    pub(super) secret: Secret,
}

/// The first 8 bytes of a hash of a state key: which one sealed a cookie or a state.
pub(super) fn key_id(state_key: &StateKey) -> Result<[u8; 8], Error> {
    let id = hash::fields::<32>(state_key.expose_secret(), &[b"secenv 2 key id", b""])?;
    id.expose_secret().first_chunk().copied().ok_or(Error::Internal)
}

impl Key {
    pub(super) fn new(state_key: &StateKey) -> Result<Self, Error> {
        Ok(Self { id: key_id(state_key)?, key: hash::fields(state_key.expose_secret(), &[b"secenv 2 cookie", b""])? })
    }

    /// Another handle on the same key.
    pub(super) fn share(&self) -> Self {
        Self { id: self.id, key: self.key.expose_secret().into() }
    }

    pub(super) fn seal(&self, cookie: &Cookie, pin: &Pin, now: Timestamp) -> Result<Vec<u8>, Error> {
        let plain = wire::secret(|writer| cookie.encode(writer, now))?;
        aead::seal_with_random_nonce(&self.key, &associated(pin)?, &self.id, plain.expose_secret())
    }
}

impl Cookie {
    /// Opens a cookie that one of `keys` sealed for the server with this pin, not long ago.
    pub(super) fn open(bytes: &[u8], keys: &[Key], pin: &Pin, now: Timestamp) -> Result<Self, Error> {
        let (id, sealed) = bytes.split_first_chunk::<8>().ok_or(Error::Rejected)?;
        let key = keys.iter().find(|key| key.id == *id).ok_or(Error::Rejected)?;
        let plain = aead::open_with_nonce_prefix(&key.key, &associated(pin)?, sealed)?;
        Self::decode(plain.expose_secret(), now).map_err(|_| Error::Rejected)
    }

    fn encode(&self, writer: &mut Writer<'_>, now: Timestamp) -> Result<(), Error> {
        writer.time(now);
        writer.u8(self.suite as u8);
        writer.bytes(self.session_id.as_bytes());
        writer.bytes(self.transcript.as_bytes());
        writer.bytes(self.secret.expose_secret());
        Ok(())
    }

    fn decode(plain: &[u8], now: Timestamp) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let issued = reader.time()?;
        let suite = Suite::try_from(reader.u8()?)?;
        let (session_id, transcript) = (reader.value()?, reader.array()?.into());
        let secret = reader.array()?.into();
        reader.end()?;
        if now.seconds_since(issued) > LIFETIME + SKEW || issued.seconds_since(now) > SKEW {
            return Err(Error::Rejected);
        }
        Ok(Self { suite, session_id, transcript, secret })
    }
}

/// `lp("secenv 2 cookie") || lp(pin)`
fn associated(pin: &Pin) -> Result<Vec<u8>, Error> {
    wire::public(b"", |writer| {
        writer.lp32(b"secenv 2 cookie")?;
        writer.lp32(pin.as_bytes())
    })
}
