//! Randomness: `randombytes_buf`, which asks the operating system each time.

use libsodium_sys as raw;

use crate::SecretArray;

/// Fills `bytes` with randomness of the operating system (`getrandom`). There is no state of our own to be forked.
/// libsodium ends the process if the system has none.
pub fn fill(bytes: &mut [u8]) {
    super::init();
    #[cfg(feature = "vectors")]
    if fixed::fill(bytes) {
        return;
    }
    // SAFETY: S2, S3.
    unsafe { raw::randombytes_buf(bytes.as_mut_ptr().cast(), bytes.len()) };
}

/// `N` random bytes that are secret: a key.
pub fn secret<const N: usize>() -> SecretArray<N> {
    let mut secret = SecretArray::zeroed();
    fill(secret.expose_secret_mut());
    secret
}

/// A fixed random source for making and checking vectors: for one thread, and only inside [`fixed::with`].
#[cfg(feature = "vectors")]
pub mod fixed {
    use std::cell::RefCell;

    use super::super::hash;

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

    pub(super) fn fill(bytes: &mut [u8]) -> bool {
        SOURCE.with_borrow_mut(|source| {
            let Some((seed, call)) = source else { return false };
            for (at, block) in bytes.chunks_mut(64).enumerate() {
                let fields = [seed, &call.to_be_bytes()[..], &(at as u64).to_be_bytes()[..]];
                let Ok(output) = hash::fields::<64>(&[], &fields) else { return false };
                block.iter_mut().zip(output.expose_secret()).for_each(|(to, from)| *to = *from);
            }
            *call += 1;
            true
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_gives_the_same_bytes_twice() {
        assert_ne!(secret::<32>().expose_secret(), secret::<32>().expose_secret());
    }
}
