//! Keys from passphrases: `crypto_pwhash`, Argon2id version 1.3 (RFC 9106; doc.libsodium.org, "The pwhash API").

use libsodium_sys as raw;

use super::{check, init, len_of};
use crate::{Error, SecretArray};

/// How much work a guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Passes over the memory, 1 to 10.
    pub operations: u32,
    /// Bytes of memory, 8 KiB to 1 GiB.
    pub memory: u32,
}

impl Cost {
    /// libsodium's MODERATE: three passes over 256 MiB, about 0.7 s.
    pub const MODERATE: Cost = Cost { operations: 3, memory: 256 * 1024 * 1024 };
    /// libsodium's INTERACTIVE: two passes over 64 MiB, about 0.1 s.
    pub const INTERACTIVE: Cost = Cost { operations: 2, memory: 64 * 1024 * 1024 };

    const OPERATIONS_MAX: u32 = 10;
    const MEMORY_MIN: u32 = 8 * 1024;
    const MEMORY_MAX: u32 = 1024 * 1024 * 1024;
}

/// The key for a passphrase and a random salt.
///
/// # Errors
/// [`Error::TooLarge`] for a cost over the limits, so that a forged file cannot ask for more; [`Error::InvalidArgument`]
/// for one below; [`Error::Unavailable`] if the memory is not to be had.
pub fn key(passphrase: &[u8], salt: &[u8; 16], cost: Cost) -> Result<SecretArray<32>, Error> {
    if cost.operations > Cost::OPERATIONS_MAX || cost.memory > Cost::MEMORY_MAX {
        return Err(Error::TooLarge);
    }
    if cost.operations == 0 || cost.memory < Cost::MEMORY_MIN {
        return Err(Error::InvalidArgument);
    }
    init();
    let mut key = SecretArray::<32>::zeroed();
    // SAFETY: S1 for passphrase and salt; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_pwhash(
            key.expose_secret_mut().as_mut_ptr(),
            32,
            passphrase.as_ptr().cast(),
            len_of(passphrase),
            salt.as_ptr(),
            cost.operations.into(),
            cost.memory as usize,
            raw::crypto_pwhash_ALG_ARGON2ID13 as i32,
        )
    };
    check(code, Error::Unavailable)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_cost_outside_the_limits_before_it_takes_memory() {
        let refused = |operations, memory| key(b"", &[0; 16], Cost { operations, memory }).unwrap_err();
        assert_eq!(refused(11, 8192), Error::TooLarge);
        assert_eq!(refused(1, (1 << 30) + 1), Error::TooLarge);
        assert_eq!(refused(0, 8192), Error::InvalidArgument);
        assert_eq!(refused(1, 8191), Error::InvalidArgument);
    }

    #[test]
    fn depends_on_passphrase_and_salt() {
        let cost = Cost { operations: 1, memory: 8192 };
        let made = |passphrase: &[u8], salt| *key(passphrase, &[salt; 16], cost).unwrap().expose_secret();
        assert_eq!(made(b"swordfish", 1), made(b"swordfish", 1));
        assert_ne!(made(b"swordfish", 1), made(b"swordfisk", 1));
        assert_ne!(made(b"swordfish", 1), made(b"swordfish", 2));
    }
}
