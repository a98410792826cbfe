//! The fields of the three handshake messages. No keys are involved.

use crate::Error;
use crate::types::{Pin, SessionId};
use crate::wire::{self, Reader};

/// The longest handshake message.
const HANDSHAKE_MAX: usize = 8 * 1024;
/// The longest encrypted proof.
const PROOF_MAX: usize = 4096;
/// The longest cookie.
const COOKIE_MAX: usize = 512;

/// The first byte of every message.
pub(super) const VERSION: u8 = 2;

/// The second byte of every message.
#[derive(Clone, Copy)]
pub(super) enum Type {
    Hello = 1,
    Reply = 2,
    Finish = 3,
    Record = 4,
    State = 5,
}

impl Type {
    /// How a message of this type begins.
    pub(super) fn prefix(self) -> [u8; 2] {
        [VERSION, self as u8]
    }
}

/// How the two sides agree on a secret. A higher suite is a stronger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    /// X25519, through `crypto_kx`.
    X25519 = 1,
    /// The same, and X-Wing (ML-KEM-768 and X25519): post-quantum hybrid.
    X25519XWing = 2,
}

impl TryFrom<u8> for Suite {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        match number {
            1 => Ok(Self::X25519),
            2 => Ok(Self::X25519XWing),
            _ => Err(Error::Malformed),
        }
    }
}

pub(super) struct Hello<'a> {
    pub(super) suite: Suite,
    pub(super) random: &'a [u8; 32],
    pub(super) kx: &'a [u8; 32],
    pub(super) kem: Option<&'a [u8; 1216]>,
    pub(super) pin: Pin,
}

impl<'a> Hello<'a> {
    pub(super) fn decode(message: &'a [u8]) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Hello)?;
        let suite = Suite::try_from(reader.u8()?)?;
        let (random, kx) = (reader.array()?, reader.array()?);
        let kem = if suite == Suite::X25519XWing { Some(reader.array()?) } else { None };
        let pin = reader.value()?;
        reader.end()?;
        Ok(Self { suite, random, kx, kem, pin })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Hello.prefix(), |writer| {
            writer.u8(self.suite as u8);
            writer.bytes(self.random);
            writer.bytes(self.kx);
            self.kem.iter().for_each(|kem| writer.bytes(*kem));
            writer.bytes(self.pin.as_bytes());
            Ok(())
        })
    }
}

/// The reply up to the session id: what the server's proof covers.
pub(super) struct ReplyHead<'a> {
    pub(super) random: &'a [u8; 32],
    pub(super) kx: &'a [u8; 32],
    pub(super) kem: Option<&'a [u8; 1120]>,
    pub(super) session_id: SessionId,
}

impl<'a> ReplyHead<'a> {
    fn decode(reader: &mut Reader<'a>, suite: Suite) -> Result<Self, Error> {
        let (random, kx) = (reader.array()?, reader.array()?);
        let kem = if suite == Suite::X25519XWing { Some(reader.array()?) } else { None };
        Ok(Self { random, kx, kem, session_id: reader.value()? })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Reply.prefix(), |writer| {
            writer.bytes(self.random);
            writer.bytes(self.kx);
            self.kem.iter().for_each(|kem| writer.bytes(*kem));
            writer.bytes(self.session_id.as_bytes());
            Ok(())
        })
    }
}

pub(super) struct Reply<'a> {
    /// The bytes of `fields`.
    pub(super) head: &'a [u8],
    pub(super) fields: ReplyHead<'a>,
    pub(super) sealed: &'a [u8],
    pub(super) cookie: &'a [u8],
}

impl<'a> Reply<'a> {
    pub(super) fn decode(message: &'a [u8], suite: Suite) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Reply)?;
        let fields = ReplyHead::decode(&mut reader, suite)?;
        let head = reader.read_so_far();
        let (sealed, cookie) = (reader.lp16_up_to(PROOF_MAX)?, reader.lp16_up_to(COOKIE_MAX)?);
        reader.end()?;
        Ok(Self { head, fields, sealed, cookie })
    }

    pub(super) fn encode(head: &[u8], sealed: &[u8], cookie: &[u8]) -> Result<Vec<u8>, Error> {
        wire::public(head, |writer| {
            writer.lp16(sealed)?;
            writer.lp16(cookie)
        })
    }
}

pub(super) struct Finish<'a> {
    pub(super) cookie: &'a [u8],
    pub(super) sealed: &'a [u8],
}

impl<'a> Finish<'a> {
    pub(super) fn decode(message: &'a [u8]) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Finish)?;
        let (cookie, sealed) = (reader.lp16_up_to(COOKIE_MAX)?, reader.lp16_up_to(PROOF_MAX)?);
        reader.end()?;
        Ok(Self { cookie, sealed })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Finish.prefix(), |writer| {
            writer.lp16(self.cookie)?;
            writer.lp16(self.sealed)
        })
    }
}

fn begin(message: &[u8], kind: Type) -> Result<Reader<'_>, Error> {
    if message.len() > HANDSHAKE_MAX {
        return Err(Error::TooLarge);
    }
    Reader::after(&kind.prefix(), message)
}
