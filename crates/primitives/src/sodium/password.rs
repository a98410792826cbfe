//! Keys from passphrases, and hashes of passwords: `crypto_pwhash`, Argon2id version 1.3 (RFC 9106; doc.libsodium.org,
//! "The pwhash API").

use core::ffi::c_int;
use core::ptr;

use libsodium_sys as raw;
use subtle::ConstantTimeEq;

use super::{check, init, len_of};
use crate::{Error, SecretArray};

/// How much work a guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

    /// Returns a cost; [`key`] checks it.
    pub const fn new(operations: u32, memory: u32) -> Self {
        Self { operations, memory }
    }

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
    let mut key = SecretArray::<32>::zeroed();
    derive(passphrase, salt, cost.operations, cost.memory as usize, key.expose_secret_mut())?;
    Ok(key)
}

/// Checks `password` against a hash as `crypto_pwhash_str` and PHP's `password_hash` with `PASSWORD_ARGON2ID` make it:
/// `$argon2id$v=19$m=KIB,t=PASSES,p=1$SALT$HASH`. NUL bytes at its end are fine.
///
/// libsodium's own function gives one answer for a wrong password and for memory that is not to be had; here the hash
/// is derived again and compared in constant time.
///
/// # Errors
/// [`Error::Rejected`] for another password; [`Error::Malformed`] if it is no such hash, or has another number of lanes
/// or another length of salt (16 bytes) or hash (32); [`Error::Unavailable`] if the memory is not to be had.
pub fn verify(hash: &[u8], password: &[u8]) -> Result<(), Error> {
    let hash = Hash::parse(hash).ok_or(Error::Malformed)?;
    let mut derived = SecretArray::<32>::zeroed();
    derive(password, &hash.salt, hash.operations, hash.memory, derived.expose_secret_mut())?;
    if derived.ct_eq(&hash.hash).into() { Ok(()) } else { Err(Error::Rejected) }
}

/// The parts of a password's hash.
struct Hash {
    memory: usize,
    operations: u32,
    salt: [u8; 16],
    hash: SecretArray<32>,
}

impl Hash {
    fn parse(text: &[u8]) -> Option<Self> {
        let end = text.iter().rposition(|byte| *byte != 0)?;
        let text = core::str::from_utf8(text.get(..=end)?).ok()?;
        let mut parts = text.strip_prefix("$argon2id$v=19$")?.split('$');
        let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let mut cost = cost.split(',');
        let (memory, operations, lanes) = (cost.next()?, cost.next()?, cost.next()?);
        if cost.next().is_some() || lanes != "p=1" {
            return None;
        }
        let mut secret = SecretArray::zeroed();
        *secret.expose_secret_mut() = decode(hash)?;
        Some(Self {
            memory: usize::try_from(number(memory.strip_prefix("m=")?)?).ok()?.checked_mul(1024)?,
            operations: number(operations.strip_prefix("t=")?)?,
            salt: decode(salt)?,
            hash: secret,
        })
        .filter(|hash| hash.operations > 0 && hash.memory >= Cost::MEMORY_MIN as usize)
    }
}

/// A number without sign or zeros in front.
fn number(text: &str) -> Option<u32> {
    if text.starts_with(['+', '0']) { None } else { text.parse().ok() }
}

/// `N` bytes of base64 without padding.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut len = 0;
    // SAFETY: S1 for the text; S2: `N` bytes; without a place for the end, all of the text has to be base64.
    let code = unsafe {
        raw::sodium_base642bin(
            bytes.as_mut_ptr(),
            N,
            text.as_ptr().cast(),
            text.len(),
            ptr::null(),
            &raw mut len,
            ptr::null_mut(),
            raw::sodium_base64_VARIANT_ORIGINAL_NO_PADDING as c_int,
        )
    };
    (code == 0 && len == N).then_some(bytes)
}

/// Argon2id with a cost that libsodium takes, so that it fails only for want of memory.
fn derive(password: &[u8], salt: &[u8; 16], operations: u32, memory: usize, out: &mut [u8; 32]) -> Result<(), Error> {
    init();
    // SAFETY: S1 for password and salt; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_pwhash(
            out.as_mut_ptr(),
            32,
            password.as_ptr().cast(),
            len_of(password),
            salt.as_ptr(),
            operations.into(),
            memory,
            raw::crypto_pwhash_ALG_ARGON2ID13 as i32,
        )
    };
    check(code, Error::Unavailable)
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

    /// Made by `crypto_pwhash_str` of libsodium.
    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$EKJXxZriYuNlwlzwoJ23ww$R1TsqEIgIjLERS7/5tGOwJmdqmE+8mXLNUAnq5adxr8";

    #[test]
    fn verifies_a_password_and_rejects_any_other() {
        assert_eq!(verify(HASH.as_bytes(), b"swordfish"), Ok(()));
        assert_eq!(verify(format!("{HASH}\0\0").as_bytes(), b"swordfish"), Ok(()));
        for other in [&b"swordfisk"[..], b"", b"swordfish\0"] {
            assert_eq!(verify(HASH.as_bytes(), other), Err(Error::Rejected));
        }
    }

    #[test]
    fn verifies_what_libsodium_hashes() {
        init();
        let mut hash = [0_u8; raw::crypto_pwhash_STRBYTES as usize];
        // SAFETY: S1 for the password; S2: as many bytes as libsodium documents.
        let code = unsafe { raw::crypto_pwhash_str(hash.as_mut_ptr().cast(), b"pw".as_ptr().cast(), 2, 1, 8192) };
        assert_eq!(code, 0);
        assert_eq!(verify(&hash, b"pw"), Ok(()));
        assert_eq!(verify(&hash, b"no"), Err(Error::Rejected));
    }

    #[test]
    fn what_is_no_hash_is_malformed_and_no_wrong_password() {
        let changed = |from, to| HASH.replace(from, to);
        for text in [
            String::new(),
            "$2y$10$abcdefghijklmnopqrstuv".to_owned(),
            changed("argon2id", "argon2i"),
            changed("v=19", "v=16"),
            changed("p=1", "p=2"),
            changed("m=8", "m=7"),
            changed("m=8", "m=08"),
            changed("t=1", "t=0"),
            changed("t=1", "t=+1"),
            format!("{HASH}="),
            format!("{HASH}$"),
            HASH[..HASH.len() - 1].to_owned(),
        ] {
            assert_eq!(verify(text.as_bytes(), b"swordfish"), Err(Error::Malformed), "{text}");
        }
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
