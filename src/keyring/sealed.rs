//! A keyring at rest.

use super::keys::{KEYS_MAX, Keyring, read_keys, write_keys};
use crate::key_protection::{KeyProtection, UnlockSecret};
use crate::sodium::hash;
use crate::sodium::password::Cost;
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray, aead};

const MAGIC: &[u8; 8] = b"secenvK\x01";
/// The longest body: an id, extensions and keys.
const BODY_MAX: usize = aead::OVERHEAD + 18 + 4096 + 4 + KEYS_MAX * super::KEY_BYTES;

impl Keyring {
    /// Protects the ring with another unlock secret. Its master key stays, so this re-wraps 32 bytes. `cost` is a passphrase's.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an empty or very long passphrase, or a cost below the limits; [`Error::TooLarge`] for one
    /// over them; [`Error::Unavailable`] if its memory is not to be had.
    pub fn change_unlock(&mut self, unlock: &UnlockSecret, cost: Cost) -> Result<(), Error> {
        self.protection = Some(KeyProtection::of(MAGIC, &self.master, unlock, cost)?);
        Ok(())
    }

    /// The ring as a file.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if it never got an unlock secret.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let protection = self.protection.as_ref().ok_or(Error::InvalidArgument)?;
        let plain = wire::secret(|writer| self.encode_body(writer))?;
        let start = [MAGIC.as_slice(), protection.as_bytes()].concat();
        aead::seal_with_random_nonce(&body_key(&self.master)?, MAGIC, &start, plain.expose_secret())
    }

    fn encode_body(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.bytes(self.id.as_bytes());
        writer.no_extensions();
        write_keys(self.keys.iter(), writer)
    }

    fn decode_body(plain: &[u8], master: SecretArray<32>, protection: KeyProtection) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let id = reader.value()?;
        reader.extensions()?;
        let keys = read_keys(reader.rest(), KEYS_MAX)?;
        Ok(Self { id, keys, master, protection: Some(protection) })
    }

    /// The ring in a file.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is no keyring, or asks for more than the limits; [`Error::Rejected`] if the secret is another
    /// one, or the file was changed; [`Error::Unavailable`] if Argon2id's memory is not to be had.
    pub fn parse(file: &[u8], unlock: &UnlockSecret) -> Result<Self, Error> {
        Self::read(file, unlock).map_err(Error::of_ones_own)
    }

    fn read(file: &[u8], unlock: &UnlockSecret) -> Result<Self, Error> {
        let mut reader = Reader::after(MAGIC, file)?;
        let protection = KeyProtection::parse(reader.array()?)?;
        let sealed = reader.rest();
        if sealed.len() > BODY_MAX {
            return Err(Error::TooLarge);
        }
        if sealed.len() < aead::OVERHEAD {
            return Err(Error::Malformed);
        }
        let master = protection.open(MAGIC, unlock)?;
        let plain = aead::open_with_nonce_prefix(&body_key(&master)?, MAGIC, sealed)?;
        Self::decode_body(plain.expose_secret(), master, protection).map_err(|_| Error::Rejected)
    }
}

fn body_key(master: &SecretArray<32>) -> Result<SecretArray<32>, Error> {
    hash::fields(master.expose_secret(), &[b"secenv keyring 1 body", b""])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_protection::COST;
    use crate::types::Timestamp;

    #[test]
    fn opens_as_it_was_and_rejects_any_flipped_bit_and_any_cut() {
        let unlock = UnlockSecret::Raw(SecretArray::from(&[7; 32]));
        let mut ring = Keyring::generate(Timestamp::from_secs(5).unwrap());
        assert_eq!(ring.encode().err(), Some(Error::InvalidArgument));
        ring.change_unlock(&unlock, COST).unwrap();
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
        let mut ring = Keyring::generate(Timestamp::from_secs(5).unwrap());
        let old = UnlockSecret::Passphrase(b"swordfish".to_vec().into());
        let new = UnlockSecret::Passphrase(b"halibut".to_vec().into());
        ring.change_unlock(&old, cheap).unwrap();
        let mut ring = Keyring::parse(&ring.encode().unwrap(), &old).unwrap();
        ring.change_unlock(&new, cheap).unwrap();
        let file = ring.encode().unwrap();
        assert_eq!(Keyring::parse(&file, &old).err(), Some(Error::Rejected));
        assert_eq!(Keyring::parse(&file, &new).unwrap().id(), ring.id());
    }
}
