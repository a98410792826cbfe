//! Identities: generated, parsed, encoded; signing and verifying.

use std::sync::Arc;

use secenv_primitives::pem;

use crate::rsa;
use crate::sodium::{hash, sign};
use crate::types::Pin;
use crate::{Error, SecretBytes};

/// How long a generated RSA key is: about as strong as the 128 bits of everything else (NIST SP 800-57, table 2).
const RSA_BITS: u32 = 3072;
/// How long an identity's RSA key is at least. One of 2,048 bits is what protocol 1 has deployed, and that decrypts.
const RSA_BITS_MIN: u32 = 3072;
/// The algorithm `rsaEncryption`, which a PKCS#8 names near its beginning and a PKCS#1 nowhere.
const RSA_ENCRYPTION: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// More than any key needs in PEM; a file may hold a certificate beside it.
const INPUT_MAX: usize = 64 * 1024;

/// An Ed25519 SPKI in DER, up to the 32 bytes of the key (RFC 8410, section 4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// An Ed25519 PKCS#8 in DER, up to the 32 bytes of the seed (RFC 8410, section 7).
const ED25519_PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// The same with the public key behind the seed, as RFC 5958 writes it: the head, and what stands between the two keys.
const ED25519_PKCS8_V2: ([u8; 16], [u8; 3]) = (
    [0x30, 0x51, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20],
    [0x81, 0x21, 0x00],
);

/// What kind of key an identity has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// RSA, signing with PSS and SHA-256.
    Rsa = 1,
    /// Ed25519.
    Ed25519 = 2,
}

impl TryFrom<i32> for Kind {
    type Error = Error;

    fn try_from(number: i32) -> Result<Self, Error> {
        match number {
            1 => Ok(Self::Rsa),
            2 => Ok(Self::Ed25519),
            _ => Err(Error::InvalidArgument),
        }
    }
}

/// A secret key that signs. Clones share one key, which is wiped with the last of them; threads may share it.
#[derive(Clone)]
pub struct Identity(Arc<Keys>);

struct Keys {
    secret: Secret,
    public: PublicIdentity,
}

enum Secret {
    Rsa(rsa::SecretKey),
    Ed25519(sign::KeyPair),
}

/// A public key that verifies, in its one canonical encoding.
pub struct PublicIdentity {
    key: Public,
    spki: Vec<u8>,
    pin: Pin,
}

enum Public {
    Rsa(rsa::PublicKey),
    Ed25519([u8; 32]),
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Identity>();
    shared::<PublicIdentity>();
};

impl Identity {
    /// A new key: RSA of 3,072 bits, or Ed25519.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn generate(kind: Kind) -> Result<Self, Error> {
        match kind {
            Kind::Rsa => Self::from_rsa(rsa::SecretKey::generate(RSA_BITS)?),
            Kind::Ed25519 => Ok(Self::from_ed25519(sign::KeyPair::generate()?)),
        }
    }

    /// Reads a key: PKCS#8 in PEM or DER (Ed25519 without attributes). Of several PEM blocks the first PKCS#8 counts. PKCS#1, the
    /// form of protocol 1's keys, is no identity.
    ///
    /// # Errors
    /// [`Error::EncryptedKey`], [`Error::TooLarge`] (over 8,192 bits), [`Error::WeakKey`] (RSA below 3,072),
    /// [`Error::WrongKind`], or [`Error::Damaged`] (and over 64 KiB).
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        if input.len() > INPUT_MAX {
            return Err(Error::Damaged);
        }
        if let Some(pair) = ed25519(input)? {
            return Ok(Self::from_ed25519(pair));
        }
        for block in pem::blocks(input).filter(|block| block.label == b"PRIVATE KEY") {
            if let Ok(der) = block.decode()
                && let Ok(identity) = Self::parse_der(der.expose_secret())
            {
                return Ok(identity);
            }
        }
        // What is left is RSA in another form, or somebody's mistake, which the reader of RSA keys knows how to call.
        let key = rsa::SecretKey::parse(input)?;
        let block = pem::blocks(input).find(|block| block.label.ends_with(b"PRIVATE KEY"));
        let der = block.map(|block| block.decode()).transpose()?;
        let der = der.as_ref().map_or(input, SecretBytes::expose_secret);
        let start = der.get(..40).unwrap_or(der);
        if !start.windows(RSA_ENCRYPTION.len()).any(|bytes| bytes == RSA_ENCRYPTION) {
            return Err(Error::WrongKind);
        }
        Self::from_rsa(key)
    }

    fn parse_der(der: &[u8]) -> Result<Self, Error> {
        match ed25519(der)? {
            Some(pair) => Ok(Self::from_ed25519(pair)),
            None => Self::from_rsa(rsa::SecretKey::parse(der)?),
        }
    }

    fn from_rsa(key: rsa::SecretKey) -> Result<Self, Error> {
        let public = key.public()?;
        check_length(&public)?;
        let spki = public.encode_der()?;
        Ok(Self::new(Secret::Rsa(key), Public::Rsa(public), spki))
    }

    fn from_ed25519(pair: sign::KeyPair) -> Self {
        let (key, spki) = (*pair.public(), [&ED25519_SPKI, pair.public().as_slice()].concat());
        Self::new(Secret::Ed25519(pair), Public::Ed25519(key), spki)
    }

    fn new(secret: Secret, key: Public, spki: Vec<u8>) -> Self {
        let pin = Pin::from_bytes(hash::sha256(&spki));
        Self(Arc::new(Keys { secret, public: PublicIdentity { key, spki, pin } }))
    }

    /// What kind of key it is.
    pub fn kind(&self) -> Kind {
        match self.0.secret {
            Secret::Rsa(_) => Kind::Rsa,
            Secret::Ed25519(_) => Kind::Ed25519,
        }
    }

    /// The key as PKCS#8 in PEM, not encrypted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn encode_secret(&self) -> Result<SecretBytes, Error> {
        match &self.0.secret {
            Secret::Rsa(key) => key.encode_secret(),
            Secret::Ed25519(pair) => {
                let mut der = SecretBytes::zeroed(ED25519_PKCS8.len() + 32);
                let (head, seed) = der.expose_secret_mut().split_at_mut(ED25519_PKCS8.len());
                head.copy_from_slice(&ED25519_PKCS8);
                seed.copy_from_slice(pair.expose_secret().split_at(32).0);
                Ok(pem::encode("PRIVATE KEY", der.expose_secret()))
            }
        }
    }

    /// The public half.
    pub fn public(&self) -> &PublicIdentity {
        &self.0.public
    }

    /// Signs `message`: PSS with SHA-256 and a salt of 32 bytes, or Ed25519. Only a protocol's own text, under a context that
    /// nothing else uses, may be signed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match &self.0.secret {
            Secret::Rsa(key) => key.sign(message),
            Secret::Ed25519(pair) => Ok(pair.sign(message)?.to_vec()),
        }
    }
}

impl PublicIdentity {
    /// Reads a key: SPKI, in PEM or DER, in its canonical encoding.
    ///
    /// # Errors
    /// [`Error::TooLarge`] (over 64 KiB, or over 8,192 bits), [`Error::WeakKey`], [`Error::WrongKind`], or
    /// [`Error::Malformed`].
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        if input.len() > INPUT_MAX {
            return Err(Error::TooLarge);
        }
        let block = pem::blocks(input).find(|block| block.label == b"PUBLIC KEY");
        match block {
            Some(block) => Self::read(block.decode()?.expose_secret()),
            None => Self::read(input),
        }
    }

    /// Reads a key that a peer sent: SPKI in DER, in its canonical encoding.
    ///
    /// # Errors
    /// [`Error::TooLarge`] (over 64 KiB, or over 8,192 bits) or [`Error::Malformed`].
    pub fn parse_der(spki: &[u8]) -> Result<Self, Error> {
        Self::read(spki).map_err(|error| match error {
            // A peer's mistake is none of the caller's.
            Error::WeakKey | Error::WrongKind | Error::EncryptedKey => Error::Malformed,
            error => error,
        })
    }

    fn read(spki: &[u8]) -> Result<Self, Error> {
        let key = match spki.strip_prefix(&ED25519_SPKI).map(<[u8; 32]>::try_from) {
            Some(Ok(key)) => Public::Ed25519(key),
            _ => {
                let key = rsa::PublicKey::parse(spki)?;
                if key.encode_der()? != spki {
                    return Err(Error::Malformed);
                }
                check_length(&key)?;
                Public::Rsa(key)
            }
        };
        Ok(Self { key, spki: spki.to_vec(), pin: Pin::from_bytes(hash::sha256(spki)) })
    }

    /// The key as SPKI in DER.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The key as SPKI in PEM.
    pub fn encode(&self) -> SecretBytes {
        pem::encode("PUBLIC KEY", &self.spki)
    }

    /// SHA-256 of the SPKI in DER.
    pub fn pin(&self) -> &Pin {
        &self.pin
    }

    /// Verifies what [`Identity::sign`] made.
    ///
    /// # Errors
    /// [`Error::Rejected`] if message, key or signature differ.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        match &self.key {
            Public::Rsa(key) => key.verify(message, signature),
            Public::Ed25519(key) => sign::verify(key, message, signature.try_into().map_err(|_| Error::Rejected)?),
        }
    }
}

/// The pin of a public key: SPKI, in PEM or DER.
///
/// # Errors
/// As [`PublicIdentity::parse`].
pub fn pin(spki: &[u8]) -> Result<Pin, Error> {
    Ok(*PublicIdentity::parse(spki)?.pin())
}

fn check_length(key: &rsa::PublicKey) -> Result<(), Error> {
    if key.bits() < RSA_BITS_MIN { Err(Error::WeakKey) } else { Ok(()) }
}

/// The pair in an Ed25519 PKCS#8, `None` for anything else.
fn ed25519(der: &[u8]) -> Result<Option<sign::KeyPair>, Error> {
    if let Some(seed) = der.strip_prefix(&ED25519_PKCS8) {
        return seed.try_into().map_or(Ok(None), |seed| sign::KeyPair::from_seed(seed).map(Some));
    }
    let (head, between) = &ED25519_PKCS8_V2;
    let Some((seed, rest)) = der.strip_prefix(head).and_then(|keys| keys.split_first_chunk()) else {
        return Ok(None);
    };
    let pair = sign::KeyPair::from_seed(seed)?;
    if rest.strip_prefix(between) == Some(pair.public().as_slice()) { Ok(Some(pair)) } else { Err(Error::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_wrote() {
        for kind in [Kind::Rsa, Kind::Ed25519] {
            let identity = Identity::generate(kind).unwrap();
            let again = Identity::parse(identity.encode_secret().unwrap().expose_secret()).unwrap();
            assert_eq!((again.kind(), again.public().pin()), (kind, identity.public().pin()));
            let public = PublicIdentity::parse(identity.public().encode().expose_secret()).unwrap();
            assert_eq!(public.spki(), identity.public().spki());
        }
    }

    #[test]
    fn a_signature_holds_for_its_message_and_its_key() {
        let (me, other) = (Identity::generate(Kind::Ed25519).unwrap(), Identity::generate(Kind::Rsa).unwrap());
        for (me, other) in [(&me, &other), (&other, &me)] {
            let signature = me.sign(b"meet at noon").unwrap();
            assert_eq!(me.public().verify(b"meet at noon", &signature), Ok(()));
            assert_eq!(me.public().verify(b"meet at nine", &signature), Err(Error::Rejected));
            assert_eq!(other.public().verify(b"meet at noon", &signature), Err(Error::Rejected));
            assert_eq!(me.public().verify(b"meet at noon", &signature[1..]), Err(Error::Rejected));
        }
    }

    #[test]
    fn reads_ed25519_with_the_public_key_behind_it_if_they_belong_together() {
        let pair = sign::KeyPair::from_seed(&[7; 32]).unwrap();
        let mut der = [&ED25519_PKCS8_V2.0, [7; 32].as_slice(), &ED25519_PKCS8_V2.1, pair.public()].concat();
        assert_eq!(Identity::parse(&der).unwrap().public().spki()[12..], *pair.public());
        der[60] ^= 1;
        assert_eq!(Identity::parse(&der).err(), Some(Error::Damaged));
    }

    #[test]
    fn refuses_what_is_no_identity() {
        for text in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
            assert_eq!(Identity::parse(text.as_bytes()).err(), Some(Error::Damaged));
            assert_eq!(PublicIdentity::parse(text.as_bytes()).err(), Some(Error::Malformed));
        }
        assert_eq!(Identity::parse(&[0; 65_537]).err(), Some(Error::Damaged));
    }

    #[test]
    fn refuses_an_spki_that_is_not_canonical() {
        let spki = Identity::generate(Kind::Rsa).unwrap().public().spki().to_vec();
        // The same key with one more byte behind it, and without the NULL that RFC 3279 asks for.
        let longer = [spki.as_slice(), &[0]].concat();
        assert_eq!(PublicIdentity::parse_der(&longer).err(), Some(Error::Malformed));
        assert_eq!(&spki[4..8], &[0x30, 0x0d, 0x06, 0x09]);
        let mut without = spki.clone();
        without.drain(17..19);
        without[5] -= 2;
        without[3] -= 2;
        assert_eq!(PublicIdentity::parse_der(&without).err(), Some(Error::Malformed));
    }
}
