//! Randomness: `randombytes_buf`, which asks the operating system each time.

use libsodium_sys as raw;

use crate::{Error, SecretArray};

/// Fills `bytes` with randomness of the operating system (`getrandom`). There is no state of our own to be forked.
///
/// # Errors
/// None today: libsodium ends the process if the system has no randomness. The result leaves room to say so.
pub fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    super::init();
    // SAFETY: S2, S3.
    unsafe { raw::randombytes_buf(bytes.as_mut_ptr().cast(), bytes.len()) };
    Ok(())
}

/// `N` random bytes that are secret: a key.
///
/// # Errors
/// As [`fill`].
pub fn secret<const N: usize>() -> Result<SecretArray<N>, Error> {
    let mut secret = SecretArray::zeroed();
    fill(secret.expose_secret_mut())?;
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_gives_the_same_bytes_twice() {
        assert_ne!(secret::<32>().unwrap().expose_secret(), secret::<32>().unwrap().expose_secret());
    }
}
