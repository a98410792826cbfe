//! A grant: from the server to one device, the data keys that it may hold from now on, all of them (`docs/vault.md`).

use crate::aead;
use crate::encoding::{self, Reader};
use crate::identity::Identity;
use crate::identity::signed::{self, Signature};
use crate::keyring::{DeviceKey, DevicePublic, Key, Keyring, State, read_keys, write_keys};
use crate::sodium::{hash, kem};
use crate::{Error, SecretArray};

/// What a grant begins with.
pub const MAGIC: &[u8; 8] = b"secenvG\x01";
/// The longest grant.
pub const BYTES_MAX: usize = 1 << 20;

const SUITE: u8 = 1;
const KEYS_MAX: usize = 4096;
const SIGN: &str = "secenv grant 1";
const CHAIN: &str = "secenv grant 1 chain";

/// What a grant says beside the keys. Times are in seconds since 1970, all numbers below 2^63.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Counts the grants to one device, from 1.
    pub sequence: u64,
    /// When the server made it.
    pub issued: u64,
    /// When the keys may be used first.
    pub not_before: u64,
    /// When the keys may be used last.
    pub not_after: u64,
    /// How many seconds the device may go without hearing from the server.
    pub max_offline: u64,
    /// The chain value of the grant before; zeros for the first, or if the server has lost it.
    pub previous: [u8; 32],
}

impl Terms {
    fn hold(&self) -> bool {
        let numbers = [self.sequence, self.issued, self.not_before, self.not_after, self.max_offline];
        self.sequence > 0 && self.not_before <= self.not_after && numbers.iter().all(|number| number >> 63 == 0)
    }
}

/// Issues a grant of all keys of the ring that are not destroyed.
///
/// # Errors
/// [`Error::InvalidArgument`] for terms that cannot be; [`Error::TooLarge`] over 4,096 keys; [`Error::Rejected`] if the
/// device's key is no X-Wing key.
pub fn issue(keyring: &Keyring, signer: &Identity, device: &DevicePublic, terms: &Terms) -> Result<Vec<u8>, Error> {
    if !terms.hold() {
        return Err(Error::InvalidArgument);
    }
    let keys = keyring.keys().iter().filter(|key| key.state() != State::Destroyed).collect::<Vec<_>>();
    if keys.len() > KEYS_MAX {
        return Err(Error::TooLarge);
    }
    let keys = write_keys(keys.into_iter())?;
    let mut grant = [MAGIC.as_slice(), &[SUITE], keyring.id(), device.id()].concat();
    for number in [terms.sequence, terms.issued, terms.not_before, terms.not_after, terms.max_offline] {
        grant.extend_from_slice(&number.to_be_bytes());
    }
    grant.extend_from_slice(&terms.previous);
    grant.extend_from_slice(signer.public().pin());
    grant.extend_from_slice(&[0, 0]);
    let (ciphertext, shared) = kem::encapsulate(device.key())?;
    grant.extend_from_slice(&ciphertext);
    let sealed = aead::seal_with_random_nonce(&key(&shared, &grant)?, &grant, &[], keys.expose_secret())?;
    grant.extend_from_slice(&u32::try_from(sealed.len()).map_err(|_| Error::TooLarge)?.to_be_bytes());
    grant.extend_from_slice(&sealed);
    let signature = signed::sign(SIGN, &grant, signer)?;
    grant.extend_from_slice(&signature);
    Ok(grant)
}

fn key(shared: &SecretArray<32>, front: &[u8]) -> Result<SecretArray<32>, Error> {
    hash::fields(shared.expose_secret(), &[b"secenv grant 1 keys", front])
}

/// A grant whose fields were read, and nothing more: see [`Grant::verify`].
pub struct Grant {
    file: Vec<u8>,
    signed: usize,
    front: usize,
    vault: [u8; 16],
    device: [u8; 16],
    terms: Terms,
    signer: [u8; 32],
    chain: [u8; 32],
}

impl Grant {
    /// Reads the fields. No key is involved.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::TooLarge`] over 1 MiB.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        if file.len() > BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let mut fields = Reader(file.strip_prefix(MAGIC).ok_or(Error::Malformed)?);
        if fields.u8()? != SUITE {
            return Err(Error::Malformed);
        }
        let (vault, device) = (*fields.array()?, *fields.array()?);
        let terms = Terms {
            sequence: fields.u63()?,
            issued: fields.u63()?,
            not_before: fields.u63()?,
            not_after: fields.u63()?,
            max_offline: fields.u63()?,
            previous: *fields.array()?,
        };
        let signer = *fields.array()?;
        encoding::extensions(fields.lp16()?)?;
        fields.array::<{ kem::CIPHERTEXT_BYTES }>()?;
        let front = file.len() - fields.0.len();
        let sealed = usize::try_from(fields.u32()?).map_err(|_| Error::TooLarge)?;
        fields.take(sealed)?;
        let signed = file.len() - fields.0.len();
        Signature::read(fields)?;
        if !terms.hold() {
            return Err(Error::Malformed);
        }
        let chain = signed::chain(CHAIN, file.get(..signed).ok_or(Error::Malformed)?)?;
        Ok(Self { file: file.to_vec(), signed, front, vault, device, terms, signer, chain })
    }

    /// The vault that it is for.
    pub fn vault(&self) -> &[u8; 16] {
        &self.vault
    }

    /// The device that it is for.
    pub fn device(&self) -> &[u8; 16] {
        &self.device
    }

    /// Its numbers and times.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The pin of who signed it.
    pub fn signer(&self) -> &[u8; 32] {
        &self.signer
    }

    /// What the next grant's `previous` has to be.
    pub fn chain(&self) -> &[u8; 32] {
        &self.chain
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.file
    }

    /// Whether one of `trusted` signed it.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not.
    pub fn verify(&self, trusted: &[[u8; 32]]) -> Result<(), Error> {
        let (signed, rest) = self.file.split_at_checked(self.signed).ok_or(Error::Malformed)?;
        Signature::read(Reader(rest))?.check(SIGN, signed, &self.signer, trusted)
    }

    /// The keys.
    ///
    /// # Errors
    /// [`Error::Foreign`] if it is for another device; [`Error::Rejected`] if it was changed.
    pub fn open(&self, device: &DeviceKey) -> Result<Vec<Key>, Error> {
        if device.public()?.id() != &self.device {
            return Err(Error::Foreign);
        }
        let front = self.file.get(..self.front).ok_or(Error::Malformed)?;
        let ciphertext = front.last_chunk().ok_or(Error::Malformed)?;
        let sealed = self.file.get(self.front + 4..self.signed).ok_or(Error::Malformed)?;
        let shared = device.decapsulate(ciphertext).map_err(|_| Error::Rejected)?;
        let plain = aead::open_with_nonce_prefix(&key(&shared, front)?, front, sealed)?;
        let keys = read_keys(plain.expose_secret(), KEYS_MAX).map_err(|_| Error::Rejected)?;
        if keys.iter().any(|key| key.state() == State::Destroyed) { Err(Error::Rejected) } else { Ok(keys) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;

    const TERMS: Terms =
        Terms { sequence: 1, issued: 10, not_before: 10, not_after: 99, max_offline: 50, previous: [0; 32] };

    #[test]
    fn opens_on_its_device_and_rejects_any_flipped_bit_and_any_cut() {
        let (mut ring, signer) = (Keyring::generate(1).unwrap(), Identity::generate(Kind::Ed25519).unwrap());
        ring.rotate(2).unwrap();
        let device = DeviceKey::generate().unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&ring, &signer, &device.public().unwrap(), &TERMS).unwrap();
        let taken = |file: &[u8]| -> Result<Vec<Key>, Error> {
            let grant = Grant::parse(file)?;
            grant.verify(&trusted)?;
            grant.open(&device)
        };
        let keys = taken(&file).unwrap();
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[1].expose_secret(), ring.keys()[1].expose_secret());
        assert_eq!(Grant::parse(&file).unwrap().terms(), &TERMS);
        for bit in 0..file.len() * 8 {
            let mut forged = file.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(taken(&forged).is_err(), "bit {bit}");
        }
        for len in 0..file.len() {
            assert!(taken(&file[..len]).is_err(), "length {len}");
        }
        let other = DeviceKey::generate().unwrap();
        assert_eq!(Grant::parse(&file).unwrap().open(&other).err(), Some(Error::Foreign));
        assert_eq!(Grant::parse(&file).unwrap().verify(&[[0; 32]]), Err(Error::Rejected));
    }

    #[test]
    fn who_signs_a_stripped_grant_anew_opens_nothing() {
        let (ring, signer) = (Keyring::generate(1).unwrap(), Identity::generate(Kind::Ed25519).unwrap());
        let thief = Identity::generate(Kind::Ed25519).unwrap();
        let device = DeviceKey::generate().unwrap();
        let file = issue(&ring, &signer, &device.public().unwrap(), &TERMS).unwrap();
        let grant = Grant::parse(&file).unwrap();
        let mut forged = file[..grant.signed].to_vec();
        let place = 8 + 1 + 32 + 40 + 32;
        forged[place..place + 32].copy_from_slice(thief.public().pin());
        let signature = signed::sign(SIGN, &forged, &thief).unwrap();
        forged.extend_from_slice(&signature);
        let forged = Grant::parse(&forged).unwrap();
        assert_eq!(forged.verify(&[*thief.public().pin()]), Ok(()));
        assert_eq!(forged.open(&device).err(), Some(Error::Rejected));
    }

    #[test]
    fn impossible_terms_are_refused() {
        let (ring, signer) = (Keyring::generate(1).unwrap(), Identity::generate(Kind::Ed25519).unwrap());
        let device = DeviceKey::generate().unwrap().public().unwrap();
        for terms in [
            Terms { sequence: 0, ..TERMS },
            Terms { not_before: 100, ..TERMS },
            Terms { max_offline: 1 << 63, ..TERMS },
        ] {
            assert_eq!(issue(&ring, &signer, &device, &terms).err(), Some(Error::InvalidArgument));
        }
    }
}
