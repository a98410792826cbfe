//! Files that an identity signed: `signed || lp16(spki) || lp16(signature)`, the signature over `lp(context) || lp(signed)`.

use subtle::ConstantTimeEq;

use super::{Identity, PublicIdentity};
use crate::Error;
use crate::encoding::Reader;
use crate::sodium::hash;

/// The bounds of an SPKI and of a signature.
const SPKI_MAX: usize = 2048;
const SIGNATURE_MAX: usize = 1024;

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
        let (spki, signature) = (fields.lp16()?, fields.lp16()?);
        fields.end()?;
        if spki.len() > SPKI_MAX || signature.len() > SIGNATURE_MAX {
            return Err(Error::TooLarge);
        }
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
