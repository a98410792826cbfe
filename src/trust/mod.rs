//! A trust statement: who the server is from now on, signed by who it was or by an offline root (`docs/vault.md`).

use crate::Error;
use crate::encoding::{self, Reader};
use crate::identity::Identity;
use crate::identity::signed::{self, Signature};

/// What a trust statement begins with.
pub const MAGIC: &[u8; 8] = b"secenvT\x01";
/// The longest statement.
pub const BYTES_MAX: usize = 16 << 10;

const PINS_MAX: usize = 16;
const SIGN: &str = "secenv trust 1";
const CHAIN: &str = "secenv trust 1 chain";

/// States that the server is whoever has one of these 1 to 16 pins. `issued` is in seconds since 1970.
///
/// # Errors
/// [`Error::InvalidArgument`] for a version 0, a number of 2^63 or more, no pin, one twice, or more than 16.
pub fn issue(signer: &Identity, version: u64, issued: u64, pins: &[[u8; 32]]) -> Result<Vec<u8>, Error> {
    let mut pins = pins.to_vec();
    pins.sort_unstable();
    let given = pins.len();
    pins.dedup();
    if version == 0 || (version | issued) >> 63 != 0 || pins.len() != given || !(1..=PINS_MAX).contains(&given) {
        return Err(Error::InvalidArgument);
    }
    let mut out = [MAGIC.as_slice(), &version.to_be_bytes(), &issued.to_be_bytes()].concat();
    out.extend_from_slice(signer.public().pin());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&u16::try_from(given).map_err(|_| Error::TooLarge)?.to_be_bytes());
    out.extend(pins.iter().flatten());
    let signature = signed::sign(SIGN, &out, signer)?;
    out.extend_from_slice(&signature);
    Ok(out)
}

/// A statement whose fields were read, and nothing more: see [`Trust::verify`].
pub struct Trust {
    file: Vec<u8>,
    signed: usize,
    version: u64,
    issued: u64,
    signer: [u8; 32],
    pins: Vec<[u8; 32]>,
    chain: [u8; 32],
}

impl Trust {
    /// Reads the fields.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::TooLarge`] over 16 KiB or 16 pins.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        if file.len() > BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let mut fields = Reader(file.strip_prefix(MAGIC).ok_or(Error::Malformed)?);
        let (version, issued, signer) = (fields.u63()?, fields.u63()?, *fields.array()?);
        encoding::extensions(fields.lp16()?)?;
        let count = usize::from(fields.u16()?);
        if count > PINS_MAX {
            return Err(Error::TooLarge);
        }
        let mut pins = Vec::<[u8; 32]>::with_capacity(count);
        for _ in 0..count {
            let pin = *fields.array()?;
            if pins.last().is_some_and(|before| *before >= pin) {
                return Err(Error::Malformed);
            }
            pins.push(pin);
        }
        let signed = file.len() - fields.0.len();
        Signature::read(fields)?;
        if version == 0 || pins.is_empty() {
            return Err(Error::Malformed);
        }
        let chain = signed::chain(CHAIN, file.get(..signed).ok_or(Error::Malformed)?)?;
        Ok(Self { file: file.to_vec(), signed, version, issued, signer, pins, chain })
    }

    /// Counts the statements of one signer's side, from 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When it was made.
    pub fn issued(&self) -> u64 {
        self.issued
    }

    /// The pin of who signed it.
    pub fn signer(&self) -> &[u8; 32] {
        &self.signer
    }

    /// Who is the server from now on, ascending.
    pub fn pins(&self) -> &[[u8; 32]] {
        &self.pins
    }

    /// The name of this very statement.
    pub fn chain(&self) -> &[u8; 32] {
        &self.chain
    }

    /// Whether one of `trusted` signed it.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not.
    pub fn verify(&self, trusted: &[[u8; 32]]) -> Result<(), Error> {
        let (signed, rest) = self.file.split_at_checked(self.signed).ok_or(Error::Malformed)?;
        Signature::read(Reader(rest))?.check(SIGN, signed, &self.signer, trusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;

    #[test]
    fn holds_as_issued_and_rejects_any_flipped_bit_and_any_cut() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&signer, 2, 10, &[[9; 32], [3; 32]]).unwrap();
        let taken = |file: &[u8]| Trust::parse(file).and_then(|found| found.verify(&trusted));
        assert_eq!(taken(&file), Ok(()));
        assert_eq!(Trust::parse(&file).unwrap().pins(), [[3; 32], [9; 32]]);
        for bit in 0..file.len() * 8 {
            let mut forged = file.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(taken(&forged).is_err(), "bit {bit}");
        }
        for len in 0..file.len() {
            assert!(taken(&file[..len]).is_err(), "length {len}");
        }
    }

    #[test]
    fn what_no_reader_would_take_is_not_issued() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        for (version, pins) in [(0, vec![[1; 32]]), (1, vec![]), (1, vec![[1; 32]; 2]), (1 << 63, vec![[1; 32]])] {
            assert_eq!(issue(&signer, version, 1, &pins).err(), Some(Error::InvalidArgument));
        }
    }
}
