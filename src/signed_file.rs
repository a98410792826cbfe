//! Files that an identity signed: a body, and after it who signed and the signature. Grants and manifests are such files; a
//! parcel's footer has the same two fields, and a trust statement has them once for each root that signed.
//!
//! `magic || body || lp16(spki) || lp16(signature)`, the signature over `lp32(context) || lp32(magic || body)`.

use std::ops::RangeInclusive;

use subtle::ConstantTimeEq;

use crate::Error;
use crate::identity::{Identity, PublicIdentity};
use crate::sodium::hash;
use crate::types::{Digest, Pin};
use crate::wire::{self, Reader, Writer};

/// How long a SubjectPublicKeyInfo and a signature may be; the shortest are Ed25519's.
const SPKI: RangeInclusive<usize> = 44..=2048;
const SIGNATURE: RangeInclusive<usize> = 64..=1024;

/// What a kind of signed file says, and how it is written.
pub trait Body: Sized {
    /// What the file begins with.
    const MAGIC: &'static [u8; 8];
    /// The context of the signature.
    const SIGN: &'static str;
    /// The context of the digest.
    const DIGEST: &'static str;
    /// The longest file.
    const BYTES_MAX: usize;

    /// The pin of who signs, which the body names.
    fn signer(&self) -> &Pin;

    /// Writes the fields.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a field that its length cannot count.
    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error>;

    /// Reads the fields.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no such body.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error>;

    /// The number that orders the files of this kind, from the first fields alone.
    ///
    /// # Errors
    /// [`Error::Malformed`] if they are cut short.
    fn peek(reader: &mut Reader<'_>) -> Result<u64, Error>;
}

/// A signed file whose fields were read, and nothing more: see [`SignedFile::verify`].
pub struct SignedFile<B> {
    file: Vec<u8>,
    signed: usize,
    /// What it says.
    pub(crate) body: B,
    digest: Digest,
}

impl<B: Body> SignedFile<B> {
    /// The longest file of this kind.
    pub(crate) const BYTES_MAX: usize = B::BYTES_MAX;

    /// Signs a body, which names `signer`.
    pub(crate) fn issue(body: &B, signer: &Identity) -> Result<Vec<u8>, Error> {
        let mut file = wire::public(B::MAGIC, |writer| body.encode(writer))?;
        let signature = sign(B::SIGN, &file, signer)?;
        file.extend_from_slice(&signature);
        Ok(file)
    }

    /// Reads the fields. No key is involved.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::TooLarge`] over the limits of its kind.
    pub fn parse(file: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let file = file.into();
        if file.len() > B::BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let mut fields = Reader::after(B::MAGIC, &file)?;
        let body = B::decode(&mut fields)?;
        let signed = fields.read_so_far();
        Signature::decode(fields)?;
        let digest = Digest::from_bytes(*hash::fields::<32>(&[], &[B::DIGEST.as_bytes(), signed])?.expose_secret());
        Ok(Self { signed: signed.len(), body, digest, file })
    }

    /// The number that a file of this kind claims, from its first bytes; `None` for a file of another kind.
    pub(crate) fn peek(head: &[u8]) -> Option<Result<u64, Error>> {
        Some(B::peek(&mut Reader::after(B::MAGIC, head).ok()?))
    }

    /// The pin of who signed it.
    pub fn signer(&self) -> &Pin {
        self.body.signer()
    }

    /// What names this very content: the next file of its kind refers to it.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.file
    }

    /// Checks that one of `trusted` signed it.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not.
    pub fn verify(&self, trusted: &[Pin]) -> Result<(), Error> {
        let (signed, rest) = self.file.split_at_checked(self.signed).ok_or(Error::Internal)?;
        Signature::decode(Reader::new(rest))?.verify(B::SIGN, signed, self.signer(), trusted)
    }
}

/// Who signed, and the signature.
#[derive(Clone, Copy)]
pub(crate) struct Signature<'a> {
    spki: &'a [u8],
    signature: &'a [u8],
}

/// `lp16(spki) || lp16(signature)` for `signed` in this context.
pub(crate) fn sign(context: &str, signed: &[u8], signer: &Identity) -> Result<Vec<u8>, Error> {
    let signature = signer.sign(&signed_text(context, signed)?)?;
    Signature { spki: signer.public().spki(), signature: &signature }.encode()
}

impl<'a> Signature<'a> {
    fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(b"", |writer| self.write(writer))
    }

    /// See [`Signature::read`].
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.lp16(self.spki)?;
        writer.lp16(self.signature)
    }

    /// The two fields at the end of a file, after which there is nothing.
    pub(crate) fn decode(mut fields: Reader<'a>) -> Result<Self, Error> {
        let signature = Self::read(&mut fields)?;
        fields.end()?;
        Ok(signature)
    }

    /// The two fields, after which there may be more.
    pub(crate) fn read(fields: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self { spki: field(fields, SPKI)?, signature: field(fields, SIGNATURE)? })
    }

    /// The pin of the key that it names, whether or not there is such a key.
    pub(crate) fn pin(&self) -> Pin {
        Pin::from_bytes(hash::sha256(self.spki))
    }

    /// Checks that `signer`, who must be one of `trusted`, signed this in this context. All that does not hold is
    /// [`Error::Rejected`].
    pub(crate) fn verify(&self, context: &str, signed: &[u8], signer: &Pin, trusted: &[Pin]) -> Result<(), Error> {
        let known = trusted.contains(signer);
        let key = PublicIdentity::parse_der(self.spki).map_err(|_| Error::Rejected)?;
        if !known || !bool::from(key.pin().as_bytes().ct_eq(signer.as_bytes())) {
            return Err(Error::Rejected);
        }
        key.verify(&signed_text(context, signed)?, self.signature)
    }
}

/// A field with its length in front, which must be one of `lengths`.
fn field<'a>(fields: &mut Reader<'a>, lengths: RangeInclusive<usize>) -> Result<&'a [u8], Error> {
    let field = fields.lp16()?;
    match field.len() {
        len if len < *lengths.start() => Err(Error::Malformed),
        len if len > *lengths.end() => Err(Error::TooLarge),
        _ => Ok(field),
    }
}

fn signed_text(context: &str, signed: &[u8]) -> Result<Vec<u8>, Error> {
    wire::public(b"", |writer| {
        writer.lp32(context.as_bytes())?;
        writer.lp32(signed)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::identity::Kind;

    struct Number(u64, Pin);

    impl Body for Number {
        const MAGIC: &'static [u8; 8] = b"secenv?\x01";
        const SIGN: &'static str = "secenv number 1";
        const DIGEST: &'static str = "secenv number 1 digest";
        const BYTES_MAX: usize = 4096;

        fn signer(&self) -> &Pin {
            &self.1
        }

        fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
            writer.u64(self.0);
            writer.bytes(self.1.as_bytes());
            Ok(())
        }

        fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
            Ok(Self(reader.u63()?, reader.value()?))
        }

        fn peek(reader: &mut Reader<'_>) -> Result<u64, Error> {
            reader.u63()
        }
    }

    /// Checks that `open` takes `file`, and none that differs from it in a bit or was cut or extended.
    pub(crate) fn rejects_any_change<T>(file: &[u8], open: impl Fn(&[u8]) -> Result<T, Error>) {
        assert!(open(file).is_ok());
        for bit in 0..file.len() * 8 {
            let mut forged = file.to_vec();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&forged).is_err(), "bit {bit}");
        }
        for len in 0..file.len() {
            assert!(open(&file[..len]).is_err(), "length {len}");
        }
        assert!(open(&[file, b"\0"].concat()).is_err());
    }

    #[test]
    fn holds_as_issued_and_rejects_any_flipped_bit_and_any_cut() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let trusted = [*signer.public().pin()];
        let file = SignedFile::issue(&Number(7, trusted[0]), &signer).unwrap();
        rejects_any_change(&file, |file| SignedFile::<Number>::parse(file)?.verify(&trusted));
        let read = SignedFile::<Number>::parse(file.as_slice()).unwrap();
        assert_eq!((read.body.0, read.signer(), read.as_bytes()), (7, &trusted[0], file.as_slice()));
        assert_eq!(read.verify(&[Pin::from_bytes([0; 32])]), Err(Error::Rejected));
        assert_eq!(SignedFile::<Number>::peek(&file[..16]), Some(Ok(7)));
        assert_eq!(SignedFile::<Number>::peek(&file[..15]), Some(Err(Error::Malformed)));
        assert_eq!(SignedFile::<Number>::peek(b"something else"), None);
    }

    #[test]
    fn who_signs_must_be_who_the_body_names() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let other = Identity::generate(Kind::Ed25519).unwrap();
        let file = SignedFile::issue(&Number(7, *signer.public().pin()), &other).unwrap();
        let pins = [*signer.public().pin(), *other.public().pin()];
        assert_eq!(SignedFile::<Number>::parse(file).unwrap().verify(&pins), Err(Error::Rejected));
    }

    fn read(spki: usize, signature: usize) -> Result<(), Error> {
        let end = Signature { spki: &vec![7; spki], signature: &vec![7; signature] }.encode().unwrap();
        Signature::decode(Reader::new(&end)).map(drop)
    }

    #[test]
    fn a_key_or_signature_shorter_than_any_is_malformed() {
        assert_eq!(read(44, 64), Ok(()));
        for (spki, signature) in [(0, 0), (0, 64), (44, 0), (43, 64), (44, 63)] {
            assert_eq!(read(spki, signature), Err(Error::Malformed), "{spki} and {signature}");
        }
    }

    #[test]
    fn a_key_or_signature_longer_than_any_is_too_large() {
        assert_eq!(read(2048, 1024), Ok(()));
        for (spki, signature) in [(2049, 64), (44, 1025), (2049, 0)] {
            assert_eq!(read(spki, signature), Err(Error::TooLarge), "{spki} and {signature}");
        }
    }
}
