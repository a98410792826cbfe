//! Files that an identity signed: `signed || lp16(spki) || lp16(signature)`, the signature over `lp(context) || lp(signed)`.

use std::ops::RangeInclusive;

use subtle::ConstantTimeEq;

use super::{Identity, PublicIdentity};
use crate::Error;
use crate::encoding::Reader;
use crate::sodium::hash;

/// How long an SPKI and a signature may be; the shortest are Ed25519's.
const SPKI: RangeInclusive<usize> = 44..=2048;
const SIGNATURE: RangeInclusive<usize> = 64..=1024;

/// Who signed, and the signature.
pub(crate) struct Signature<'a> {
    pub(crate) spki: &'a [u8],
    pub(crate) signature: &'a [u8],
}

/// `lp16(spki) || lp16(signature)` of `signed` in this context.
pub(crate) fn sign(context: &str, signed: &[u8], signer: &Identity) -> Result<Vec<u8>, Error> {
    let signature = signer.sign(&text(context, signed)?)?;
    let mut out = Vec::new();
    for field in [signer.public().spki(), &signature] {
        out.extend_from_slice(&u16::try_from(field.len()).map_err(|_| Error::TooLarge)?.to_be_bytes());
        out.extend_from_slice(field);
    }
    Ok(out)
}

impl<'a> Signature<'a> {
    /// The two fields at the end of a file, behind which there is nothing.
    pub(crate) fn read(mut fields: Reader<'a>) -> Result<Self, Error> {
        let (spki, signature) = (field(&mut fields, SPKI)?, field(&mut fields, SIGNATURE)?);
        fields.end()?;
        Ok(Self { spki, signature })
    }

    /// Whether `signer`, who must be one of `trusted`, signed this in this context. All that does not hold is `Rejected`.
    pub(crate) fn check(
        &self,
        context: &str,
        signed: &[u8],
        signer: &[u8; 32],
        trusted: &[[u8; 32]],
    ) -> Result<(), Error> {
        let known = trusted.iter().any(|pin| bool::from(pin.ct_eq(signer)));
        let key = PublicIdentity::parse_der(self.spki).map_err(|_| Error::Rejected)?;
        if !known || !bool::from(key.pin().ct_eq(signer)) {
            return Err(Error::Rejected);
        }
        key.verify(&text(context, signed)?, self.signature)
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

/// The name of a signed content, by which the next one refers to it: H( lp(context) || lp(signed) ).
pub(crate) fn chain(context: &str, signed: &[u8]) -> Result<[u8; 32], Error> {
    Ok(*hash::fields::<32>(&[], &[context.as_bytes(), signed])?.expose_secret())
}

fn text(context: &str, signed: &[u8]) -> Result<Vec<u8>, Error> {
    let mut text = Vec::with_capacity(8 + context.len() + signed.len());
    for field in [context.as_bytes(), signed] {
        text.extend_from_slice(&u32::try_from(field.len()).map_err(|_| Error::TooLarge)?.to_be_bytes());
        text.extend_from_slice(field);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;

    fn file(spki: usize, signature: usize) -> Vec<u8> {
        let field = |len: usize| [(len as u16).to_be_bytes().as_slice(), &vec![7; len]].concat();
        [field(spki), field(signature)].concat()
    }

    fn read(file: &[u8]) -> Result<(usize, usize), Error> {
        Signature::read(Reader(file)).map(|found| (found.spki.len(), found.signature.len()))
    }

    #[test]
    fn a_key_or_signature_shorter_than_any_is_malformed() {
        assert_eq!(read(&file(44, 64)), Ok((44, 64)));
        for (spki, signature) in [(0, 0), (0, 64), (44, 0), (43, 64), (44, 63)] {
            assert_eq!(read(&file(spki, signature)), Err(Error::Malformed), "{spki} and {signature}");
        }
    }

    #[test]
    fn a_key_or_signature_longer_than_any_is_too_large() {
        assert_eq!(read(&file(2048, 1024)), Ok((2048, 1024)));
        for (spki, signature) in [(2049, 64), (44, 1025), (2049, 0)] {
            assert_eq!(read(&file(spki, signature)), Err(Error::TooLarge), "{spki} and {signature}");
        }
    }

    #[test]
    fn nothing_may_be_missing_or_left() {
        let whole = file(44, 64);
        for len in 0..whole.len() {
            assert_eq!(read(&whole[..len]), Err(Error::Malformed), "length {len}");
        }
        assert_eq!(read(&[whole, vec![0]].concat()), Err(Error::Malformed));
    }

    #[test]
    fn what_either_kind_of_identity_signed_is_read() {
        for kind in [Kind::Ed25519, Kind::Rsa] {
            let me = Identity::generate(kind).unwrap();
            let signed = sign("a context", b"content", &me).unwrap();
            let signature = Signature::read(Reader(&signed)).unwrap();
            assert_eq!(signature.check("a context", b"content", me.public().pin(), &[*me.public().pin()]), Ok(()));
        }
    }
}
