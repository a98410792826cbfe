//! BLAKE2b: `crypto_generichash` and `crypto_kdf` (doc.libsodium.org, "Generic hashing" and "Key derivation"), and SHA-256
//! where a format asks for it.

use core::mem::MaybeUninit;
use core::ptr;

use libsodium_sys as raw;

use super::{check, init, len_of};
use crate::{Error, SecretArray, aws_lc};

/// BLAKE2b-256(message).
///
/// No format of secenv needs it: it is for programs that exchange data with users of libsodium, whom it gives what
/// `crypto_generichash` gives.
pub fn hash(message: &[u8]) -> [u8; 32] {
    init();
    let mut digest = [0; 32];
    // SAFETY: S1 for the message, no key; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_generichash(digest.as_mut_ptr(), digest.len(), message.as_ptr(), len_of(message), ptr::null(), 0)
    };
    debug_assert_eq!(code, 0, "libsodium takes any message");
    digest
}

/// Key number `id` for `context` under a master key: `crypto_kdf_derive_from_key` with 32 bytes.
///
/// No format of secenv needs it: it is for programs that share such keys with users of libsodium.
pub fn derive(key: &[u8; 32], context: &[u8; 8], id: u64) -> SecretArray<32> {
    init();
    let mut derived = SecretArray::<32>::zeroed();
    // SAFETY: S1 for context and key; S2: 32 bytes; S3.
    let code = unsafe {
        raw::crypto_kdf_derive_from_key(
            derived.expose_secret_mut().as_mut_ptr(),
            32,
            id,
            context.as_ptr().cast(),
            key.as_ptr(),
        )
    };
    wipe_frames();
    debug_assert_eq!(code, 0, "libsodium takes any key");
    derived
}

/// BLAKE2b\[key\](length || field || length || field ...) with `N` bytes of output: an injective hash of a list.
/// A length is 4 bytes, big-endian. `key` has up to 64 bytes; none for a plain hash.
///
/// # Errors
/// [`Error::InvalidArgument`] for a longer key, or for no or more than 64 bytes of output; [`Error::TooLarge`] for a field of 4 GiB.
pub fn fields<const N: usize>(key: &[u8], fields: &[&[u8]]) -> Result<SecretArray<N>, Error> {
    init();
    if fields.iter().any(|field| u32::try_from(field.len()).is_err()) {
        return Err(Error::TooLarge);
    }
    let mut state = MaybeUninit::<raw::crypto_generichash_state>::uninit();
    let mut digest = SecretArray::zeroed();
    // SAFETY: S1 for the key; S2: `state` is libsodium's own type.
    let code = unsafe { raw::crypto_generichash_init(state.as_mut_ptr(), key.as_ptr(), key.len(), N) };
    check(code, Error::InvalidArgument)?;
    for field in fields {
        let length = (field.len() as u32).to_be_bytes();
        // SAFETY: S1 for both; the state was initialised above.
        let code = unsafe {
            raw::crypto_generichash_update(state.as_mut_ptr(), length.as_ptr(), len_of(&length))
                | raw::crypto_generichash_update(state.as_mut_ptr(), field.as_ptr(), len_of(field))
        };
        check(code, Error::Internal)?;
    }
    let out: *mut u8 = digest.expose_secret_mut().as_mut_ptr();
    // SAFETY: S2: `N` bytes, as the state was told; the state is wiped behind it.
    let code = unsafe {
        let code = raw::crypto_generichash_final(state.as_mut_ptr(), out, N);
        raw::sodium_memzero(state.as_mut_ptr().cast(), size_of_val(&state));
        code
    };
    wipe_frames();
    check(code, Error::Internal)?;
    Ok(digest)
}

/// How deep libsodium's frames go, with some to spare: `blake2b_final` leaves there what it wrote.
const FRAMES: usize = 1024;

/// Wipes what the calls before left on the stack below their caller.
#[inline(never)]
fn wipe_frames() {
    let mut frames = MaybeUninit::<[u8; FRAMES]>::uninit();
    // SAFETY: S2: `FRAMES` bytes of our own.
    unsafe { raw::sodium_memzero(frames.as_mut_ptr().cast(), FRAMES) }
}

/// SHA-256(message), computed by aws-lc, which is several times as fast as libsodium here.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    aws_lc::sha256(message, &mut digest);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_hashed_as_its_length_prefixed_concatenation() {
        let whole = hash(b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c");
        assert_eq!(fields::<32>(&[], &[b"ab", b"", b"c"]).unwrap().expose_secret(), &whole);
    }

    #[test]
    fn lists_that_join_to_the_same_bytes_hash_differently() {
        let digest = |list: &[&[u8]]| *fields::<32>(b"key", list).unwrap().expose_secret();
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_ne!(digest(&[b"ab"]), digest(&[b"ab", b""]));
    }

    #[test]
    fn a_key_of_65_bytes_or_an_output_of_65_is_misuse() {
        assert_eq!(fields::<32>(&[1; 65], &[]).unwrap_err(), Error::InvalidArgument);
        assert_eq!(fields::<65>(&[], &[]).unwrap_err(), Error::InvalidArgument);
    }
}
