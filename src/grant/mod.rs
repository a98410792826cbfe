//! A grant: from the server to one device, the data keys that it may hold from now on, all of them (`docs/vault.md`).

use core::time::Duration;

use serde::Serialize;

use crate::device::{DeviceKey, DevicePublic};
use crate::identity::Identity;
use crate::keyring::{Key, KeyState, Keyring, read_keys, write_keys};
use crate::signed_file::{self, SignedFile};
use crate::sodium::{hash, kem};
use crate::types::{DeviceId, Digest, Pin, Timestamp, VaultId};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray, aead};

const MAGIC: &[u8; 8] = b"secenvG\x01";
const SUITE: u8 = 1;
const KEYS_MAX: usize = 4096;

/// What a grant says beside the keys. All numbers are below 2^63.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// Counts the grants to one device, from 1.
    pub sequence: u64,
    /// When the server made it.
    pub issued: Timestamp,
    /// When the keys may be used first.
    pub not_before: Timestamp,
    /// When the keys may be used last.
    pub not_after: Timestamp,
    /// How long the device may go without hearing from the server, in whole seconds.
    #[serde(serialize_with = "seconds")]
    pub max_offline: Duration,
    /// The digest of the grant before; `None` for the first, or if the server has lost it.
    pub previous: Option<Digest>,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(duration.as_secs())
}

impl Terms {
    fn is_valid(&self) -> bool {
        let numbers = [self.sequence, self.max_offline.as_secs()];
        self.sequence > 0 && self.not_before <= self.not_after && numbers.iter().all(|number| number >> 63 == 0)
    }
}

/// What is signed. `sealed` holds the keys, under a key from the X-Wing ciphertext at the end of `front`.
pub struct Body {
    /// The file up to `sealed`.
    front: Vec<u8>,
    vault: VaultId,
    device: DeviceId,
    terms: Terms,
    signer: Pin,
    sealed: Vec<u8>,
}

impl Body {
    fn encode_front(
        (vault, device): (&VaultId, &DeviceId),
        terms: &Terms,
        signer: &Pin,
        ciphertext: &[u8; kem::CIPHERTEXT_BYTES],
    ) -> Result<Vec<u8>, Error> {
        wire::public(MAGIC, |writer| {
            writer.u8(SUITE);
            writer.bytes(vault.as_bytes());
            writer.bytes(device.as_bytes());
            writer.u64(terms.sequence);
            writer.time(terms.issued);
            writer.time(terms.not_before);
            writer.time(terms.not_after);
            writer.u64(terms.max_offline.as_secs());
            writer.digest_or_zeros(terms.previous.as_ref());
            writer.bytes(signer.as_bytes());
            writer.no_extensions();
            writer.bytes(ciphertext);
            Ok(())
        })
    }

    /// The fields before the terms.
    fn decode_recipient(reader: &mut Reader<'_>) -> Result<(VaultId, DeviceId), Error> {
        if reader.u8()? != SUITE {
            return Err(Error::Malformed);
        }
        Ok((reader.value()?, reader.value()?))
    }

    fn key(shared: &SecretArray<32>, front: &[u8]) -> Result<SecretArray<32>, Error> {
        hash::fields(shared.expose_secret(), &[b"secenv grant 1 keys", front])
    }
}

impl signed_file::Body for Body {
    const MAGIC: &'static [u8; 8] = MAGIC;
    const SIGN: &'static str = "secenv grant 1";
    const DIGEST: &'static str = "secenv grant 1 chain";
    const BYTES_MAX: usize = 1 << 20;

    fn signer(&self) -> &Pin {
        &self.signer
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.bytes(self.front.strip_prefix(MAGIC).ok_or(Error::Internal)?);
        writer.lp32(&self.sealed)
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (vault, device) = Self::decode_recipient(reader)?;
        let terms = Terms {
            sequence: reader.u63()?,
            issued: reader.time()?,
            not_before: reader.time()?,
            not_after: reader.time()?,
            max_offline: Duration::from_secs(reader.u63()?),
            previous: reader.digest_or_zeros()?,
        };
        let signer = reader.value()?;
        reader.extensions()?;
        reader.array::<{ kem::CIPHERTEXT_BYTES }>()?;
        let front = reader.read_so_far().to_vec();
        let sealed = reader.lp32()?.to_vec();
        if !terms.is_valid() {
            return Err(Error::Malformed);
        }
        Ok(Self { front, vault, device, terms, signer, sealed })
    }

    fn peek(reader: &mut Reader<'_>) -> Result<u64, Error> {
        Self::decode_recipient(reader)?;
        reader.u63()
    }
}

/// Issues a grant of all keys of the ring that are not destroyed.
///
/// # Errors
/// [`Error::InvalidArgument`] for terms that cannot be; [`Error::TooLarge`] over 4,096 keys; [`Error::Rejected`] if the
/// device's key is no X-Wing key.
pub fn issue(keyring: &Keyring, signer: &Identity, device: &DevicePublic, terms: &Terms) -> Result<Vec<u8>, Error> {
    if !terms.is_valid() {
        return Err(Error::InvalidArgument);
    }
    let keys = keyring.keys().iter().filter(|key| key.state() != KeyState::Destroyed).collect::<Vec<_>>();
    if keys.len() > KEYS_MAX {
        return Err(Error::TooLarge);
    }
    let (ciphertext, shared) = kem::encapsulate(device.key())?;
    let (vault, device, pin) = (*keyring.id(), *device.id(), *signer.public().pin());
    let front = Body::encode_front((&vault, &device), terms, &pin, &ciphertext)?;
    let keys = wire::secret(|writer| write_keys(keys.iter().copied(), writer))?;
    let sealed = aead::seal_with_random_nonce(&Body::key(&shared, &front)?, &front, &[], keys.expose_secret())?;
    SignedFile::issue(&Body { front, vault, device, terms: terms.clone(), signer: pin, sealed }, signer)
}

/// A grant whose fields were read, and nothing more: see [`Grant::verify`].
pub type Grant = SignedFile<Body>;

impl Grant {
    /// The vault that it is for.
    pub fn vault(&self) -> &VaultId {
        &self.body.vault
    }

    /// The device that it is for.
    pub fn device(&self) -> &DeviceId {
        &self.body.device
    }

    /// Its numbers and times.
    pub fn terms(&self) -> &Terms {
        &self.body.terms
    }

    /// The keys.
    ///
    /// # Errors
    /// [`Error::Foreign`] if it is for another device; [`Error::Rejected`] if it was changed.
    pub fn open(&self, device: &DeviceKey) -> Result<Vec<Key>, Error> {
        let Body { front, sealed, .. } = &self.body;
        if device.public()?.id() != self.device() {
            return Err(Error::Foreign);
        }
        let ciphertext = front.last_chunk().ok_or(Error::Internal)?;
        let shared = device.decapsulate(ciphertext).map_err(|_| Error::Rejected)?;
        let plain = aead::open_with_nonce_prefix(&Body::key(&shared, front)?, front, sealed)?;
        let keys = read_keys(plain.expose_secret(), KEYS_MAX).map_err(|_| Error::Rejected)?;
        if keys.iter().any(|key| key.state() == KeyState::Destroyed) { Err(Error::Rejected) } else { Ok(keys) }
    }
}

/// What a grant says of itself, its keys apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GrantInfo {
    /// The vault that it is for.
    pub vault: VaultId,
    /// The device that it is for.
    pub device: DeviceId,
    /// Its numbers and times.
    #[serde(flatten)]
    pub terms: Terms,
    /// What names it: the next grant's `previous`.
    pub digest: Digest,
    /// The pin of who signed it.
    pub signer: Pin,
}

impl From<&Grant> for GrantInfo {
    fn from(grant: &Grant) -> Self {
        Self {
            vault: *grant.vault(),
            device: *grant.device(),
            terms: grant.terms().clone(),
            digest: *grant.digest(),
            signer: *grant.signer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;
    use crate::signed_file::tests::rejects_any_change;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::from_secs(seconds).unwrap()
    }

    fn terms() -> Terms {
        Terms {
            sequence: 1,
            issued: time(10),
            not_before: time(10),
            not_after: time(99),
            max_offline: Duration::from_secs(50),
            previous: None,
        }
    }

    #[test]
    fn opens_on_its_device_and_rejects_any_flipped_bit_and_any_cut() {
        let (mut ring, signer) = (Keyring::generate(time(1)), Identity::generate(Kind::Ed25519).unwrap());
        ring.rotate(time(2)).unwrap();
        let device = DeviceKey::generate().unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&ring, &signer, &device.public().unwrap(), &terms()).unwrap();
        let opened = |file: &[u8]| -> Result<Vec<Key>, Error> {
            let grant = Grant::parse(file)?;
            grant.verify(&trusted)?;
            grant.open(&device)
        };
        let keys = opened(&file).unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[1].expose_secret(), ring.keys()[1].expose_secret());
        assert_eq!(Grant::parse(file.as_slice()).unwrap().terms(), &terms());
        assert_eq!(Grant::peek(&file[..49]), Some(Ok(1)));
        rejects_any_change(&file, opened);
        let other = DeviceKey::generate().unwrap();
        assert_eq!(Grant::parse(file).unwrap().open(&other).err(), Some(Error::Foreign));
    }

    #[test]
    fn who_signs_a_stripped_grant_anew_opens_nothing() {
        let (ring, signer) = (Keyring::generate(time(1)), Identity::generate(Kind::Ed25519).unwrap());
        let thief = Identity::generate(Kind::Ed25519).unwrap();
        let device = DeviceKey::generate().unwrap();
        let file = issue(&ring, &signer, &device.public().unwrap(), &terms()).unwrap();
        let mut forged = Grant::parse(file).unwrap().body;
        let pin = forged.front.windows(32).position(|window| window == forged.signer.as_bytes()).unwrap();
        forged.signer = *thief.public().pin();
        forged.front[pin..pin + 32].copy_from_slice(forged.signer.as_bytes());
        let forged = Grant::parse(SignedFile::issue(&forged, &thief).unwrap()).unwrap();
        assert_eq!(forged.verify(&[*thief.public().pin()]), Ok(()));
        assert_eq!(forged.open(&device).err(), Some(Error::Rejected));
    }

    #[test]
    fn impossible_terms_are_refused() {
        let (ring, signer) = (Keyring::generate(time(1)), Identity::generate(Kind::Ed25519).unwrap());
        let device = DeviceKey::generate().unwrap().public().unwrap();
        for terms in [
            Terms { sequence: 0, ..terms() },
            Terms { not_before: time(100), ..terms() },
            Terms { max_offline: Duration::from_secs(1 << 63), ..terms() },
        ] {
            assert_eq!(issue(&ring, &signer, &device, &terms).err(), Some(Error::InvalidArgument));
        }
    }
}
