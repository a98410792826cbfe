//! A trust statement: who the server is from now on, signed by who it was or by an offline root (`docs/vault.md`). The Update
//! Framework calls it root metadata.

use serde::Serialize;

use crate::Error;
use crate::identity::Identity;
use crate::signed_file::{self, SignedFile};
use crate::types::{Digest, Pin, Timestamp};
use crate::wire::{Reader, Writer};

/// The most pins that a statement names.
pub const PINS_MAX: usize = 16;

/// What is stated: the server is whoever has one of these pins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Counts the statements of one signer's side, from 1; below 2^63.
    pub version: u64,
    /// When it was made.
    pub issued: Timestamp,
    /// 1 to 16 pins, none twice; a statement that was read has them ascending.
    pub pins: Vec<Pin>,
}

impl Statement {
    fn is_valid(&self) -> bool {
        let ascending = self.pins.windows(2).all(|pair| matches!(pair, [before, pin] if before < pin));
        self.version > 0 && self.version >> 63 == 0 && ascending && (1..=PINS_MAX).contains(&self.pins.len())
    }
}

/// What is signed.
pub struct Body {
    statement: Statement,
    signer: Pin,
}

impl signed_file::Body for Body {
    const MAGIC: &'static [u8; 8] = b"secenvT\x01";
    const SIGN: &'static str = "secenv trust 1";
    const DIGEST: &'static str = "secenv trust 1 chain";
    const BYTES_MAX: usize = 16 << 10;

    fn signer(&self) -> &Pin {
        &self.signer
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let Statement { version, issued, pins } = &self.statement;
        writer.u64(*version);
        writer.time(*issued);
        writer.bytes(self.signer.as_bytes());
        writer.no_extensions();
        writer.u16(u16::try_from(pins.len()).map_err(|_| Error::TooLarge)?);
        pins.iter().for_each(|pin| writer.bytes(pin.as_bytes()));
        Ok(())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (version, issued, signer) = (reader.u63()?, reader.time()?, reader.value()?);
        reader.extensions()?;
        let count = usize::from(reader.u16()?);
        if count > PINS_MAX {
            return Err(Error::TooLarge);
        }
        let pins = (0..count).map(|_| reader.value()).collect::<Result<_, _>>()?;
        let statement = Statement { version, issued, pins };
        if statement.is_valid() { Ok(Self { statement, signer }) } else { Err(Error::Malformed) }
    }

    fn peek(reader: &mut Reader<'_>) -> Result<u64, Error> {
        reader.u63()
    }
}

/// Issues a statement. The order of the pins does not matter.
///
/// # Errors
/// [`Error::InvalidArgument`] for a version that cannot be, no pin, one twice, or more than 16.
pub fn issue(signer: &Identity, statement: &Statement) -> Result<Vec<u8>, Error> {
    let mut statement = statement.clone();
    statement.pins.sort_unstable();
    if !statement.is_valid() {
        return Err(Error::InvalidArgument);
    }
    SignedFile::issue(&Body { statement, signer: *signer.public().pin() }, signer)
}

/// A statement whose fields were read, and nothing more: see [`Trust::verify`].
pub type Trust = SignedFile<Body>;

impl Trust {
    /// What it states.
    pub fn statement(&self) -> &Statement {
        &self.body.statement
    }
}

/// What a trust statement says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrustInfo {
    /// What it states.
    #[serde(flatten)]
    pub statement: Statement,
    /// What names it.
    pub digest: Digest,
    /// The pin of who signed it.
    pub signer: Pin,
}

impl From<&Trust> for TrustInfo {
    fn from(trust: &Trust) -> Self {
        Self { statement: trust.statement().clone(), digest: *trust.digest(), signer: *trust.signer() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;
    use crate::signed_file::tests::rejects_any_change;

    fn statement(version: u64, pins: &[[u8; 32]]) -> Statement {
        let pins = pins.iter().copied().map(Pin::from_bytes).collect();
        Statement { version, issued: Timestamp::from_secs(10).unwrap(), pins }
    }

    #[test]
    fn holds_as_issued_and_rejects_any_flipped_bit_and_any_cut() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&signer, &statement(2, &[[9; 32], [3; 32]])).unwrap();
        rejects_any_change(&file, |file| Trust::parse(file)?.verify(&trusted));
        assert_eq!(Trust::peek(&file[..16]), Some(Ok(2)));
        assert_eq!(Trust::parse(file).unwrap().statement(), &statement(2, &[[3; 32], [9; 32]]));
    }

    #[test]
    fn what_no_reader_would_take_is_not_issued() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let many = std::array::from_fn::<_, 17, _>(|at| [at as u8; 32]);
        for (version, pins) in
            [(0, [[1; 32]].as_slice()), (1, &[]), (1, &[[1; 32]; 2]), (1 << 63, &[[1; 32]]), (1, &many)]
        {
            assert_eq!(issue(&signer, &statement(version, pins)).err(), Some(Error::InvalidArgument));
        }
    }
}
