//! A device's key: X-Wing. It opens grants and does nothing else.

use crate::sodium::{hash, kem, random};
use crate::types::DeviceId;
use crate::wire::Reader;
use crate::{Error, SecretArray, SecretBytes};

const SECRET: &[u8; 9] = b"secenvD\x01\x01";
const PUBLIC: &[u8; 9] = b"secenvd\x01\x01";

/// The secret half, which stays on the device.
pub struct DeviceKey {
    seed: SecretArray<32>,
    pair: kem::KeyPair,
}

/// The public half, which the server knows.
pub struct DevicePublic {
    key: Box<[u8; 1216]>,
    id: DeviceId,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<DeviceKey>();
    shared::<DevicePublic>();
};

impl DeviceKey {
    /// A new key.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        Self::from_seed(random::secret())
    }

    pub(crate) fn from_seed(seed: SecretArray<32>) -> Result<Self, Error> {
        let pair = kem::KeyPair::from_seed(seed.expose_secret())?;
        Ok(Self { seed, pair })
    }

    /// Reads what [`DeviceKey::encode_secret`] wrote.
    ///
    /// # Errors
    /// [`Error::Damaged`] for anything else.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        let seed: &[u8; 32] = body(file, SECRET).map_err(Error::of_ones_own)?;
        Self::from_seed(seed.into())
    }

    /// The key as a file, not encrypted.
    pub fn encode_secret(&self) -> SecretBytes {
        [SECRET.as_slice(), self.seed.expose_secret()].concat().into()
    }

    /// The public half.
    ///
    /// # Errors
    /// None.
    pub fn public(&self) -> Result<DevicePublic, Error> {
        DevicePublic::new(self.pair.public())
    }

    pub(crate) fn expose_secret_seed(&self) -> &SecretArray<32> {
        &self.seed
    }

    pub(crate) fn decapsulate(&self, ciphertext: &[u8; kem::CIPHERTEXT_BYTES]) -> Result<SecretArray<32>, Error> {
        self.pair.decapsulate(ciphertext)
    }
}

impl DevicePublic {
    fn new(key: &[u8; 1216]) -> Result<Self, Error> {
        let digest = hash::fields::<32>(&[], &[b"secenv device 1", key])?;
        let id = digest.expose_secret().first_chunk().copied().ok_or(Error::Internal)?;
        Ok(Self { key: Box::new(*key), id: DeviceId::from_bytes(id) })
    }

    /// Reads what [`DevicePublic::encode`] wrote.
    ///
    /// # Errors
    /// [`Error::Malformed`] for anything else.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        Self::new(body(file, PUBLIC)?)
    }

    /// The key as a file.
    pub fn encode(&self) -> Vec<u8> {
        [PUBLIC.as_slice(), self.key.as_slice()].concat()
    }

    /// The id of the device.
    pub fn id(&self) -> &DeviceId {
        &self.id
    }

    pub(crate) fn key(&self) -> &[u8; 1216] {
        &self.key
    }
}

fn body<'a, const N: usize>(file: &'a [u8], start: &[u8; 9]) -> Result<&'a [u8; N], Error> {
    let mut fields = Reader::after(start, file)?;
    let body = fields.array()?;
    fields.end().map(|()| body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_wrote_and_nothing_else() {
        let key = DeviceKey::generate().unwrap();
        let file = key.encode_secret();
        let again = DeviceKey::parse(file.expose_secret()).unwrap();
        let public = key.public().unwrap();
        assert_eq!(again.public().unwrap().id(), public.id());
        assert_eq!(DevicePublic::parse(&public.encode()).unwrap().id(), public.id());
        assert_eq!(DeviceKey::parse(&public.encode()).err(), Some(Error::Damaged));
        assert_eq!(DevicePublic::parse(file.expose_secret()).err(), Some(Error::Malformed));
        for len in 0..file.expose_secret().len() {
            assert_eq!(DeviceKey::parse(&file.expose_secret()[..len]).err(), Some(Error::Damaged));
        }
    }
}
