//! The fields of the three handshake messages. No keys are involved.

use crate::Error;
use crate::wire::Reader;

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
    pub(super) kx: &'a [u8; 32],
    pub(super) kem: Option<&'a [u8; 1216]>,
    pub(super) pin: &'a [u8; 32],
}

impl<'a> Hello<'a> {
    pub(super) fn parse(message: &'a [u8]) -> Result<Self, Error> {
        let mut fields = begin(message, Type::Hello)?;
        let suite = Suite::try_from(fields.u8()?)?;
        let _random = fields.array::<32>()?;
        let kx = fields.array()?;
        let kem = if suite == Suite::X25519XWing { Some(fields.array()?) } else { None };
        let pin = fields.array()?;
        fields.end()?;
        Ok(Self { suite, kx, kem, pin })
    }

    pub(super) fn write(suite: Suite, random: &[u8; 32], kx: &[u8; 32], kem: &[u8], pin: &[u8; 32]) -> Vec<u8> {
        [&Type::Hello.prefix(), [suite as u8].as_slice(), random, kx, kem, pin].concat()
    }
}

pub(super) struct Reply<'a> {
    /// The bytes up to the session id.
    pub(super) head: &'a [u8],
    pub(super) kx: &'a [u8; 32],
    pub(super) kem: Option<&'a [u8; 1120]>,
    pub(super) session_id: &'a [u8; 16],
    pub(super) sealed: &'a [u8],
    pub(super) cookie: &'a [u8],
}

impl<'a> Reply<'a> {
    pub(super) fn parse(message: &'a [u8], suite: Suite) -> Result<Self, Error> {
        let mut fields = begin(message, Type::Reply)?;
        let _random = fields.array::<32>()?;
        let kx = fields.array()?;
        let kem = if suite == Suite::X25519XWing { Some(fields.array()?) } else { None };
        let session_id = fields.array()?;
        let head = message.get(..message.len() - fields.rest().len()).ok_or(Error::Malformed)?;
        let sealed = prefixed(&mut fields, PROOF_MAX)?;
        let cookie = prefixed(&mut fields, COOKIE_MAX)?;
        fields.end()?;
        Ok(Self { head, kx, kem, session_id, sealed, cookie })
    }

    pub(super) fn write_head(random: &[u8; 32], kx: &[u8; 32], kem: &[u8], session_id: &[u8; 16]) -> Vec<u8> {
        [&Type::Reply.prefix(), random.as_slice(), kx, kem, session_id].concat()
    }

    pub(super) fn write(head: &[u8], sealed: &[u8], cookie: &[u8]) -> Result<Vec<u8>, Error> {
        Ok([head, &length(sealed)?, sealed, &length(cookie)?, cookie].concat())
    }
}

pub(super) struct Finish<'a> {
    pub(super) cookie: &'a [u8],
    pub(super) sealed: &'a [u8],
}

impl<'a> Finish<'a> {
    pub(super) fn parse(message: &'a [u8]) -> Result<Self, Error> {
        let mut fields = begin(message, Type::Finish)?;
        let cookie = prefixed(&mut fields, COOKIE_MAX)?;
        let sealed = prefixed(&mut fields, PROOF_MAX)?;
        fields.end()?;
        Ok(Self { cookie, sealed })
    }

    pub(super) fn write(cookie: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        Ok([&Type::Finish.prefix(), length(cookie)?.as_slice(), cookie, &length(sealed)?, sealed].concat())
    }
}

fn begin(message: &[u8], kind: Type) -> Result<Reader<'_>, Error> {
    if message.len() > HANDSHAKE_MAX {
        return Err(Error::TooLarge);
    }
    message.strip_prefix(&kind.prefix()).map(Reader::new).ok_or(Error::Malformed)
}

/// The two bytes in front of a field of variable length.
pub(super) fn length(field: &[u8]) -> Result<[u8; 2], Error> {
    u16::try_from(field.len()).map(u16::to_be_bytes).map_err(|_| Error::TooLarge)
}

/// A field with its length in front, of at most `max` bytes.
pub(super) fn prefixed<'a>(fields: &mut Reader<'a>, max: usize) -> Result<&'a [u8], Error> {
    fields.lp16().and_then(|field| if field.len() <= max { Ok(field) } else { Err(Error::Malformed) })
}
