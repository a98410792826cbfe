//! A keyring at rest.

use super::keyring::{KEYS_MAX, Keyring, read_keys, write_keys};
use super::lock::{Lock, Unlock};
use crate::aead;
use crate::encoding::{self, Reader};
use crate::sodium::hash;
use crate::sodium::password::Cost;
use crate::{Error, SecretArray, SecretBytes};

const MAGIC: &[u8; 8] = b"secenvK\x01";

impl Keyring {
    /// Locks the ring with another unlock secret. Its master key stays, so this re-wraps 32 bytes. `cost` is a passphrase's.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an empty or very long passphrase, or a cost below the limits; [`Error::TooLarge`] for one
    /// over them; [`Error::Unavailable`] if its memory is not to be had.
    pub fn lock(&mut self, unlock: &Unlock, cost: Cost) -> Result<(), Error> {
        self.lock = Some(Lock::of(MAGIC, &self.master, unlock, cost)?);
        Ok(())
    }

    /// The ring as a file.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if it was never locked.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let lock = self.lock.as_ref().ok_or(Error::InvalidArgument)?;
        let keys = write_keys(self.keys.iter())?;
        let mut plain = Vec::with_capacity(18 + keys.expose_secret().len());
        plain.extend_from_slice(&self.id);
        plain.extend_from_slice(&[0, 0]);
        plain.extend_from_slice(keys.expose_secret());
        let plain = SecretBytes::from(plain);
        let start = [MAGIC.as_slice(), lock.as_bytes()].concat();
        aead::seal_with_random_nonce(&body_key(&self.master)?, MAGIC, &start, plain.expose_secret())
    }

    /// The ring in a file.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no keyring; [`Error::TooLarge`] if it asks for more than the limits; [`Error::Rejected`]
    /// if the secret is another one, or the file was changed.
    pub fn parse(file: &[u8], unlock: &Unlock) -> Result<Self, Error> {
        let mut fields = Reader(file.strip_prefix(MAGIC).ok_or(Error::Malformed)?);
        let lock = Lock::parse(fields.array()?)?;
        if fields.0.len() > aead::OVERHEAD + 18 + 4096 + 4 + KEYS_MAX * super::KEY_BYTES {
            return Err(Error::TooLarge);
        }
        if fields.0.len() < aead::OVERHEAD {
            return Err(Error::Malformed);
        }
        let master = lock.open(MAGIC, unlock)?;
        let plain = aead::open_with_nonce_prefix(&body_key(&master)?, MAGIC, fields.0)?;
        let mut fields = Reader(plain.expose_secret());
        let mut read = || -> Result<_, Error> {
            let id = *fields.array()?;
            encoding::extensions(fields.lp16()?)?;
            Ok((id, read_keys(fields.0, KEYS_MAX)?))
        };
        let (id, keys) = read().map_err(|_| Error::Rejected)?;
        Ok(Self { id, keys, master, lock: Some(lock) })
    }
}

fn body_key(master: &SecretArray<32>) -> Result<SecretArray<32>, Error> {
    hash::fields(master.expose_secret(), &[b"secenv keyring 1 body", b""])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_as_it_was_and_rejects_any_flipped_bit_and_any_cut() {
        let unlock = Unlock::Raw(SecretArray::from(&[7; 32]));
        let mut ring = Keyring::generate(5).unwrap();
        assert_eq!(ring.encode().err(), Some(Error::InvalidArgument));
        ring.lock(&unlock, super::super::COST).unwrap();
        let file = ring.encode().unwrap();
        let again = Keyring::parse(&file, &unlock).unwrap();
        assert_eq!((again.id(), again.keys()[0].expose_secret()), (ring.id(), ring.keys()[0].expose_secret()));
        for bit in 0..file.len() * 8 {
            let mut forged = file.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(Keyring::parse(&forged, &unlock).is_err(), "bit {bit}");
        }
        for len in 0..file.len() {
            assert!(Keyring::parse(&file[..len], &unlock).is_err(), "length {len}");
        }
    }

    #[test]
    fn a_changed_secret_wraps_the_same_master_key() {
        let cheap = Cost::new(1, 8192);
        let mut ring = Keyring::generate(5).unwrap();
        let old = Unlock::Passphrase(b"swordfish".to_vec().into());
        let new = Unlock::Passphrase(b"halibut".to_vec().into());
        ring.lock(&old, cheap).unwrap();
        let mut ring = Keyring::parse(&ring.encode().unwrap(), &old).unwrap();
        ring.lock(&new, cheap).unwrap();
        let file = ring.encode().unwrap();
        assert_eq!(Keyring::parse(&file, &old).err(), Some(Error::Rejected));
        assert_eq!(Keyring::parse(&file, &new).unwrap().id(), ring.id());
    }
}
