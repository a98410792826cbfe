//! Randomness: `randombytes_buf`, which asks the operating system each time.

use libsodium_sys as raw;

use crate::{Error, SecretArray};

/// Fills `bytes` with randomness of the operating system (`getrandom`). There is no state of our own to be forked.
///
/// # Errors
/// None today: libsodium ends the process if the system has no randomness. The result can say so.
pub fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    super::init();
    #[cfg(feature = "vectors")]
    if fixed::fill(bytes)? {
        return Ok(());
    }
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

/// A fixed random source for making and checking vectors: for one thread, and only inside [`fixed::with`].
#[cfg(feature = "vectors")]
pub mod fixed {
    use std::cell::RefCell;

    use super::super::hash;
    use crate::Error;

    /// Stands in every program that could use this source, so that a product can be searched for it.
    #[used]
    static MARK: [u8; 33] = *b"secenv: with fixed random source\0";

    thread_local! {
        static SOURCE: RefCell<Option<(Vec<u8>, u64)>> = const { RefCell::new(None) };
    }

    /// Runs `work` with the source that `docs/protocol-2.md` gives for `seed`; `call` counts on between uses.
    pub fn with<T>(seed: &[u8], call: &mut u64, work: impl FnOnce() -> T) -> T {
        let around = SOURCE.replace(Some((seed.to_vec(), *call)));
        let result = work();
        if let Some((_, next)) = SOURCE.replace(around) {
            *call = next;
        }
        result
    }

    pub(super) fn fill(bytes: &mut [u8]) -> Result<bool, Error> {
        SOURCE.with_borrow_mut(|source| {
            let Some((seed, call)) = source else { return Ok(false) };
            for (at, block) in bytes.chunks_mut(64).enumerate() {
                let fields = [seed, &call.to_be_bytes()[..], &(at as u64).to_be_bytes()[..]];
                let output = hash::fields::<64>(&[], &fields)?;
                block.iter_mut().zip(output.expose_secret()).for_each(|(to, from)| *to = *from);
            }
            *call += 1;
            Ok(true)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_gives_the_same_bytes_twice() {
        assert_ne!(secret::<32>().unwrap().expose_secret(), secret::<32>().unwrap().expose_secret());
    }
}
