//! How a keyring or a vault is protected: a random master key, wrapped under the unlock secret.

use subtle::ConstantTimeEq;

use crate::sodium::password::{self, Cost};
use crate::sodium::{hash, random};
use crate::wire::Reader;
use crate::{Error, SecretArray, SecretBytes, aead};

/// What a passphrase costs unless asked for otherwise: three passes over 64 MiB (RFC 9106, 4), about 0.15 s.
pub const COST: Cost = Cost::new(3, 64 * 1024 * 1024);

const PASSPHRASE_MAX: usize = 1 << 20;
const BEGIN: usize = 8 + 1 + 4 + 8 + 16;

/// What opens a keyring or a vault.
pub enum UnlockSecret {
    /// A passphrase of 1 byte to 1 MiB, whose bytes are taken as they are: encode text as UTF-8 in NFC, so that every keyboard
    /// and system gives the same. Argon2id makes the key.
    Passphrase(SecretBytes),
    /// A key.
    Raw(SecretArray<32>),
}

/// The protection as it stands in a file: nothing in it is secret.
#[derive(Clone)]
pub(crate) struct KeyProtection([u8; KeyProtection::BYTES]);

impl KeyProtection {
    pub(crate) const BYTES: usize = 1 + 4 + 8 + 16 + 32 + 72;

    /// Protects this master key.
    pub(crate) fn of(
        magic: &[u8; 8],
        master: &SecretArray<32>,
        unlock: &UnlockSecret,
        cost: Cost,
    ) -> Result<Self, Error> {
        let mut salt = [0; 16];
        random::fill(&mut salt);
        let (kind, cost) = match unlock {
            UnlockSecret::Passphrase(_) => (1, cost),
            UnlockSecret::Raw(_) => (2, Cost::new(0, 0)),
        };
        let operations = cost.operations.to_be_bytes();
        let memory = u64::from(cost.memory).to_be_bytes();
        let begin = [magic.as_slice(), &[kind], &operations, &memory, &salt].concat();
        let key = unlock.key(kind, cost, &salt)?;
        let commitment = commitment(&key, &begin)?;
        let start = [begin.as_slice(), commitment.expose_secret()].concat();
        let wrap = aead::seal_with_random_nonce(&wrap_key(&key, magic)?, &start, &[], master.expose_secret())?;
        let lock = [start.get(8..).ok_or(Error::Malformed)?, &wrap].concat();
        lock.try_into().map(Self).map_err(|_| Error::Malformed)
    }

    /// The protection in a file. Its cost is looked at here, before memory is taken.
    pub(crate) fn parse(lock: &[u8; Self::BYTES]) -> Result<Self, Error> {
        let mut fields = Reader::new(lock);
        let (kind, operations, memory) = (fields.u8()?, fields.u32()?, fields.u64()?);
        match kind {
            1 if operations > 10 || memory > 1 << 30 => Err(Error::TooLarge),
            1 if operations > 0 && memory >= 8192 => Ok(Self(*lock)),
            2 if operations == 0 && memory == 0 => Ok(Self(*lock)),
            _ => Err(Error::Malformed),
        }
    }

    /// The master key.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the secret is another one; [`Error::Unavailable`] if Argon2id's memory is not to be had.
    pub(crate) fn open(&self, magic: &[u8; 8], unlock: &UnlockSecret) -> Result<SecretArray<32>, Error> {
        let whole = [magic.as_slice(), &self.0].concat();
        let mut fields = Reader::new(&whole);
        let begin = fields.array::<BEGIN>()?;
        let stored = *fields.array::<32>()?;
        let mut parameters = Reader::new(&self.0);
        let (kind, operations) = (parameters.u8()?, parameters.u32()?);
        let memory = u32::try_from(parameters.u64()?).map_err(|_| Error::TooLarge)?;
        let key = unlock.key(kind, Cost::new(operations, memory), parameters.array()?)?;
        if !bool::from(commitment(&key, begin)?.ct_eq(&SecretArray::from(&stored))) {
            return Err(Error::Rejected);
        }
        let start = whole.get(..BEGIN + 32).ok_or(Error::Malformed)?;
        let opened = aead::open_with_nonce_prefix(&wrap_key(&key, magic)?, start, fields.rest())?;
        opened.expose_secret().try_into().map(|master: &[u8; 32]| master.into()).map_err(|_| Error::Rejected)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl UnlockSecret {
    fn key(&self, kind: u8, cost: Cost, salt: &[u8; 16]) -> Result<SecretArray<32>, Error> {
        match (self, kind) {
            (Self::Passphrase(text), 1) => {
                if text.expose_secret().is_empty() || text.expose_secret().len() > PASSPHRASE_MAX {
                    return Err(Error::InvalidArgument);
                }
                password::key(text.expose_secret(), salt, cost)
            }
            (Self::Raw(key), 2) => Ok(key.expose_secret().into()),
            _ => Err(Error::Rejected),
        }
    }
}

fn commitment(key: &SecretArray<32>, begin: &[u8]) -> Result<SecretArray<32>, Error> {
    hash::fields(key.expose_secret(), &[b"secenv lock 1 commitment", begin])
}

fn wrap_key(key: &SecretArray<32>, magic: &[u8; 8]) -> Result<SecretArray<32>, Error> {
    hash::fields(key.expose_secret(), &[b"secenv lock 1 wrap", magic])
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost::new(1, 8192);
    const MAGIC: &[u8; 8] = b"secenvX\x01";

    fn locked(unlock: &UnlockSecret) -> (KeyProtection, SecretArray<32>) {
        let master = random::secret();
        (KeyProtection::of(MAGIC, &master, unlock, CHEAP).unwrap(), master)
    }

    fn passphrase(text: &str) -> UnlockSecret {
        UnlockSecret::Passphrase(text.as_bytes().to_vec().into())
    }

    #[test]
    fn opens_for_its_secret_alone_and_in_its_own_file() {
        for unlock in [passphrase("swordfish"), UnlockSecret::Raw(SecretArray::from(&[7; 32]))] {
            let (lock, master) = locked(&unlock);
            let lock = KeyProtection::parse(lock.as_bytes()).unwrap();
            assert_eq!(lock.open(MAGIC, &unlock).unwrap().expose_secret(), master.expose_secret());
            for wrong in [passphrase("swordfisk"), UnlockSecret::Raw(SecretArray::from(&[8; 32]))] {
                assert_eq!(lock.open(MAGIC, &wrong).unwrap_err(), Error::Rejected);
            }
            assert_eq!(lock.open(b"secenvY\x01", &unlock).unwrap_err(), Error::Rejected);
        }
    }

    #[test]
    fn rejects_any_flipped_bit() {
        let unlock = UnlockSecret::Raw(SecretArray::from(&[7; 32]));
        let (lock, _) = locked(&unlock);
        for bit in 0..KeyProtection::BYTES * 8 {
            let mut forged = *lock.as_bytes();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(KeyProtection::parse(&forged).and_then(|lock| lock.open(MAGIC, &unlock)).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn refuses_a_cost_over_the_limits_before_it_takes_memory() {
        let (lock, _) = locked(&passphrase("swordfish"));
        let parsed = |place: usize, bytes: &[u8]| {
            let mut forged = *lock.as_bytes();
            forged[place..place + bytes.len()].copy_from_slice(bytes);
            KeyProtection::parse(&forged).err()
        };
        assert_eq!(parsed(1, &11u32.to_be_bytes()), Some(Error::TooLarge));
        assert_eq!(parsed(5, &(1u64 << 40).to_be_bytes()), Some(Error::TooLarge));
        assert_eq!(parsed(5, &8191u64.to_be_bytes()), Some(Error::Malformed));
        assert_eq!(parsed(0, &[3]), Some(Error::Malformed));
    }
}
