//! The fields of the four handshake messages. No keys are involved.

use super::config::check_pins;
use crate::Error;
use crate::types::{Pin, SessionId};
use crate::wire::{self, Reader, Writer};

/// The longest handshake message.
const HANDSHAKE_MAX: usize = 16 * 1024;
/// The longest encrypted proof.
const PROOF_MAX: usize = 7500;
/// The longest signature.
pub(super) const SIGNATURE_MAX: usize = 4700;
/// How many pins a hello has at most.
pub(super) const PINS_MAX: usize = 4;
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
    Welcome = 6,
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

/// What one side sends for the exchange of keys; the client's X-Wing key is longer than the server's ciphertext.
#[derive(Clone, Copy)]
pub(super) struct Exchanged<'a, const KEM: usize> {
    pub(super) kx: &'a [u8; 32],
    pub(super) kem: Option<&'a [u8; KEM]>,
}

impl<'a, const KEM: usize> Exchanged<'a, KEM> {
    fn decode(reader: &mut Reader<'a>, suite: Suite) -> Result<Self, Error> {
        let kx = reader.array()?;
        let kem = if suite == Suite::X25519XWing { Some(reader.array()?) } else { None };
        Ok(Self { kx, kem })
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.bytes(self.kx);
        self.kem.iter().for_each(|kem| writer.bytes(*kem));
    }
}

pub(super) struct Hello<'a> {
    pub(super) suite: Suite,
    pub(super) random: &'a [u8; 32],
    pub(super) keys: Exchanged<'a, 1216>,
    pub(super) pins: Vec<Pin>,
}

impl<'a> Hello<'a> {
    pub(super) fn decode(message: &'a [u8]) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Hello)?;
        let suite = Suite::try_from(reader.u8()?)?;
        let (random, keys) = (reader.array()?, Exchanged::decode(&mut reader, suite)?);
        let count = usize::from(reader.u8()?).min(PINS_MAX + 1);
        let pins = (0..count).map(|_| reader.value()).collect::<Result<Vec<_>, _>>()?;
        reader.end()?;
        check_pins(&pins).map_err(|_| Error::Malformed)?;
        Ok(Self { suite, random, keys, pins })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Hello.prefix(), |writer| {
            writer.u8(self.suite as u8);
            writer.bytes(self.random);
            self.keys.encode(writer);
            writer.u8(self.pins.len() as u8);
            self.pins.iter().for_each(|pin| writer.bytes(pin.as_bytes()));
            Ok(())
        })
    }
}

/// The reply up to the session id: what the server's proof covers.
pub(super) struct ReplyHead<'a> {
    pub(super) random: &'a [u8; 32],
    pub(super) keys: Exchanged<'a, 1120>,
    pub(super) session_id: SessionId,
}

impl<'a> ReplyHead<'a> {
    fn decode(reader: &mut Reader<'a>, suite: Suite) -> Result<Self, Error> {
        let (random, keys) = (reader.array()?, Exchanged::decode(reader, suite)?);
        Ok(Self { random, keys, session_id: reader.value()? })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Reply.prefix(), |writer| {
            writer.bytes(self.random);
            self.keys.encode(writer);
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
    /// The client's hello, which the server has forgotten.
    pub(super) hello: &'a [u8],
    pub(super) sealed: &'a [u8],
}

impl<'a> Finish<'a> {
    pub(super) fn decode(message: &'a [u8]) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Finish)?;
        let (cookie, hello) = (reader.lp16_up_to(COOKIE_MAX)?, reader.lp16()?);
        let sealed = reader.lp16_up_to(PROOF_MAX)?;
        reader.end()?;
        Ok(Self { cookie, hello, sealed })
    }

    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Finish.prefix(), |writer| {
            writer.lp16(self.cookie)?;
            writer.lp16(self.hello)?;
            writer.lp16(self.sealed)
        })
    }
}

pub(super) struct Welcome<'a> {
    /// What the signature covers: the bytes of `keys`.
    pub(super) head: &'a [u8],
    pub(super) keys: Exchanged<'a, 1120>,
    pub(super) signature: &'a [u8],
    pub(super) mac: &'a [u8; 32],
}

impl<'a> Welcome<'a> {
    pub(super) fn decode(message: &'a [u8], suite: Suite) -> Result<Self, Error> {
        let mut reader = begin(message, Type::Welcome)?;
        let keys = Exchanged::decode(&mut reader, suite)?;
        let head = reader.read_so_far();
        let (signature, mac) = (reader.lp16_up_to(SIGNATURE_MAX)?, reader.array()?);
        reader.end()?;
        Ok(Self { head, keys, signature, mac })
    }

    pub(super) fn head(keys: &Exchanged<'_, 1120>) -> Result<Vec<u8>, Error> {
        wire::public(&Type::Welcome.prefix(), |writer| {
            keys.encode(writer);
            Ok(())
        })
    }

    pub(super) fn encode(head: &[u8], signature: &[u8], mac: &[u8; 32]) -> Result<Vec<u8>, Error> {
        wire::public(head, |writer| {
            writer.lp16(signature)?;
            writer.bytes(mac);
            Ok(())
        })
    }
}

fn begin(message: &[u8], kind: Type) -> Result<Reader<'_>, Error> {
    if message.len() > HANDSHAKE_MAX {
        return Err(Error::TooLarge);
    }
    Reader::after(&kind.prefix(), message)
}
