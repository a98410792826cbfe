//! The proofs: who I am, my signature over the transcript, and a MAC that shows that I know the secret.

use subtle::ConstantTimeEq;

use super::format::SIGNATURE_MAX;
use super::transcript::{Secret, Transcript};
use crate::aead;
use crate::identity::{Identity, PublicIdentity};
use crate::sodium::hash;
use crate::types::Pin;
use crate::wire::{self, Reader};
use crate::{Error, SecretArray};

/// The longest SPKI.
const SPKI_MAX: usize = 2700;

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
    /// The proof of `me`, encrypted; to `server`, if the signature names it.
    pub(super) fn prove(
        &self,
        me: &Identity,
        server: Option<&Pin>,
        secret: &Secret,
        transcript: &Transcript,
    ) -> Result<Vec<u8>, Error> {
        let spki = me.public().spki();
        let signature = me.sign(&statement(self.context, transcript, me.public().pin(), server)?)?;
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

    /// Who made this proof. `expected` looks at the pin before anything is done with the key.
    pub(super) fn verify(
        &self,
        proof: &[u8],
        server: Option<&Pin>,
        (secret, transcript): (&Secret, &Transcript),
        expected: impl FnOnce(&Pin) -> bool,
    ) -> Result<PublicIdentity, Error> {
        let proof = aead::open_with_nonce_prefix(&secret.derive(self.key, transcript)?, transcript.as_bytes(), proof)?;
        // What was encrypted may be malformed, too large or whatever else: to the other side it is all one.
        self.verify_plain(proof.expose_secret(), server, (secret, transcript), expected).map_err(|_| Error::Rejected)
    }

    fn verify_plain(
        &self,
        proof: &[u8],
        server: Option<&Pin>,
        (secret, transcript): (&Secret, &Transcript),
        expected: impl FnOnce(&Pin) -> bool,
    ) -> Result<PublicIdentity, Error> {
        let mut fields = Reader::new(proof);
        let (spki, signature) = (fields.lp16_up_to(SPKI_MAX)?, fields.lp16_up_to(SIGNATURE_MAX)?);
        let mac = SecretArray::from(fields.array::<32>()?);
        fields.end()?;
        if !expected(&Pin::from_bytes(hash::sha256(spki))) {
            return Err(Error::Rejected);
        }
        if !bool::from(self.mac(secret, transcript, spki, signature)?.ct_eq(&mac)) {
            return Err(Error::Rejected);
        }
        let signer = PublicIdentity::parse_der(spki)?;
        signer.verify(&statement(self.context, transcript, signer.pin(), server)?, signature)?;
        Ok(signer)
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

/// What is signed: by the client for one server.
fn statement(context: &[u8], transcript: &Transcript, signer: &Pin, server: Option<&Pin>) -> Result<Vec<u8>, Error> {
    wire::public(b"", |writer| {
        writer.lp32(context)?;
        writer.lp32(transcript.as_bytes())?;
        writer.lp32(signer.as_bytes())?;
        server.map_or(Ok(()), |server| writer.lp32(server.as_bytes()))
    })
}

/// The server's signature under the welcome, and the MAC that shows that it knows R.
pub(super) fn welcome(me: &Identity, r: &Secret, t5: &Transcript) -> Result<(Vec<u8>, SecretArray<32>), Error> {
    let signature = me.sign(&statement(b"secenv 2 welcome", t5, me.public().pin(), None)?)?;
    let mac = welcome_mac(r, t5, &signature)?;
    Ok((signature, mac))
}

/// Checks what [`welcome`] made.
pub(super) fn verify_welcome(
    server: &PublicIdentity,
    (r, t5): (&Secret, &Transcript),
    signature: &[u8],
    mac: &[u8; 32],
) -> Result<(), Error> {
    if !bool::from(welcome_mac(r, t5, signature)?.ct_eq(&SecretArray::from(mac))) {
        return Err(Error::Rejected);
    }
    let statement = statement(b"secenv 2 welcome", t5, server.pin(), None)?;
    server.verify(&statement, signature).map_err(|_| Error::Rejected)
}

fn welcome_mac(r: &Secret, t5: &Transcript, signature: &[u8]) -> Result<SecretArray<32>, Error> {
    hash::fields(r.derive(b"secenv 2 welcome", t5)?.expose_secret(), &[t5.as_bytes(), signature])
}
