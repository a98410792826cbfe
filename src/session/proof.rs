//! The proofs: who I am, my signature over the transcript, and a MAC that shows that I know the secret.

use subtle::ConstantTimeEq;

use super::transcript::{Secret, Transcript};
use crate::aead;
use crate::identity::{Identity, PublicIdentity};
use crate::sodium::hash;
use crate::types::Pin;
use crate::wire::{self, Reader};
use crate::{Error, SecretArray};

/// The longest SPKI or signature.
const FIELD_MAX: usize = 2048;

/// Whose proof it is: the labels of its context and keys.
pub(super) struct Signer {
    context: &'static [u8],
    key: &'static [u8],
    confirmation: &'static [u8],
}

pub(super) const SERVER: Signer = Signer {
    context: b"secenv 2 server",
    key: b"secenv 2 server proof",
    confirmation: b"secenv 2 server confirmation",
};
pub(super) const CLIENT: Signer = Signer {
    context: b"secenv 2 client",
    key: b"secenv 2 client proof",
    confirmation: b"secenv 2 client confirmation",
};

impl Signer {
    /// The proof of `me`, encrypted.
    pub(super) fn prove(&self, me: &Identity, secret: &Secret, transcript: &Transcript) -> Result<Vec<u8>, Error> {
        let spki = me.public().spki();
        let signature = me.sign(&self.statement(transcript, me.public().pin())?)?;
        let mac = self.mac(secret, transcript, spki, &signature)?;
        // Who the client is, is a secret of its own.
        let proof = wire::secret(|writer| {
            writer.lp16(spki)?;
            writer.lp16(&signature)?;
            writer.bytes(mac.expose_secret());
            Ok(())
        })?;
        aead::seal_with_random_nonce(
            &secret.derive(self.key, transcript)?,
            transcript.as_bytes(),
            &[],
            proof.expose_secret(),
        )
    }

    /// Who made this proof; it has to be the owner of `pin`, if there is one.
    pub(super) fn verify(
        &self,
        proof: &[u8],
        secret: &Secret,
        transcript: &Transcript,
        pin: Option<&Pin>,
    ) -> Result<PublicIdentity, Error> {
        let proof = aead::open_with_nonce_prefix(&secret.derive(self.key, transcript)?, transcript.as_bytes(), proof)?;
        // What was encrypted may be malformed, too large or whatever else: to the other side it is all one.
        self.verify_plain(proof.expose_secret(), secret, transcript, pin).map_err(|_| Error::Rejected)
    }

    fn verify_plain(
        &self,
        proof: &[u8],
        secret: &Secret,
        transcript: &Transcript,
        pin: Option<&Pin>,
    ) -> Result<PublicIdentity, Error> {
        let mut fields = Reader::new(proof);
        let (spki, signature) = (fields.lp16_up_to(FIELD_MAX)?, fields.lp16_up_to(FIELD_MAX)?);
        let mac = SecretArray::from(fields.array::<32>()?);
        fields.end()?;
        if let Some(pin) = pin
            && !bool::from(hash::sha256(spki).ct_eq(pin.as_bytes()))
        {
            return Err(Error::Rejected);
        }
        if !bool::from(self.mac(secret, transcript, spki, signature)?.ct_eq(&mac)) {
            return Err(Error::Rejected);
        }
        let signer = PublicIdentity::parse_der(spki)?;
        signer.verify(&self.statement(transcript, signer.pin())?, signature)?;
        Ok(signer)
    }

    /// What is signed.
    fn statement(&self, transcript: &Transcript, pin: &Pin) -> Result<Vec<u8>, Error> {
        wire::public(b"", |writer| {
            writer.lp32(self.context)?;
            writer.lp32(transcript.as_bytes())?;
            writer.lp32(pin.as_bytes())
        })
    }

    fn mac(
        &self,
        secret: &Secret,
        transcript: &Transcript,
        spki: &[u8],
        signature: &[u8],
    ) -> Result<SecretArray<32>, Error> {
        let key = secret.derive(self.confirmation, transcript)?;
        hash::fields(key.expose_secret(), &[transcript.as_bytes(), spki, signature])
    }
}
