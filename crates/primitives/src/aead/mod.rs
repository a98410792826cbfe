//! XChaCha20-Poly1305: one seam, and behind it the engine that was measured to be the fastest.
//!
//! The construction is `crypto_aead_xchacha20poly1305_ietf` of libsodium (draft-irtf-cfrg-xchacha-03): 32-byte key, 24-byte
//! nonce, 16-byte tag behind the ciphertext. The engine is aws-lc's `EVP_aead_xchacha20_poly1305`, 1.15 to 1.4 times as fast
//! as libsodium 1.0.22 (`docs/performance.md`). A faster engine replaces the two functions of `engine.rs` and nothing else.
//!
//! Why unsafe is allowed here: aws-lc is C. S1: every pointer comes with a length that describes it. S2: outputs are as
//! long as the C function writes.
#![expect(unsafe_code, reason = "aws-lc is C: S1, S2")]

mod engine;

use crate::sodium::random;
use crate::{Error, SecretArray, SecretBytes};

/// The length of a key.
pub const KEY_BYTES: usize = 32;
/// The length of a nonce.
pub const NONCE_BYTES: usize = 24;
/// The length of a tag.
pub const TAG_BYTES: usize = 16;
/// The longest message, 256 GiB less 64 bytes: the block counter of ChaCha20 has 32 bits (RFC 8439, 2.8).
pub const MESSAGE_BYTES_MAX: u64 = (1 << 38) - 64;

#[doc(hidden)]
pub use engine::{Under, open_raw, seal_raw};

/// `ciphertext || tag` of `plain` under `key` and `nonce`, bound to `ad`.
///
/// # Errors
/// [`Error::TooLarge`] over [`MESSAGE_BYTES_MAX`].
pub fn seal(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], ad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut sealed = Vec::with_capacity(plain.len().checked_add(TAG_BYTES).ok_or(Error::TooLarge)?);
    seal_onto(key, nonce, ad, plain, &mut sealed)?;
    Ok(sealed)
}

/// The addresses of what a message is sealed under.
fn under(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], ad: &[u8]) -> Under {
    Under { key: key.as_ptr(), nonce: nonce.as_ptr(), ad: (ad.as_ptr(), ad.len()) }
}

/// As [`seal`], behind what `out` holds already; its memory is written once.
///
/// # Errors
/// As [`seal`].
pub fn seal_onto(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    ad: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let start = out.len();
    out.reserve(plain.len().checked_add(TAG_BYTES).ok_or(Error::TooLarge)?);
    let place = out.spare_capacity_mut().as_mut_ptr().cast::<u8>();
    // SAFETY: S1 for the slices; S2: there is memory for the ciphertext and, behind it, the tag; all of it is written before
    // the length says so.
    unsafe {
        let tag = place.add(plain.len());
        seal_raw(place, tag, (plain.as_ptr(), plain.len()), &under(key, nonce, ad))?;
        out.set_len(start + plain.len() + TAG_BYTES);
    }
    Ok(())
}

/// As [`seal`], into the caller's memory: exactly [`TAG_BYTES`] more than `plain` has.
///
/// # Errors
/// [`Error::InvalidArgument`] for another length of `out`; [`Error::TooLarge`] over [`MESSAGE_BYTES_MAX`].
pub fn seal_into(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    ad: &[u8],
    plain: &[u8],
    out: &mut [u8],
) -> Result<(), Error> {
    let (out, tag) = out.split_last_chunk_mut::<TAG_BYTES>().ok_or(Error::InvalidArgument)?;
    if out.len() != plain.len() {
        return Err(Error::InvalidArgument);
    }
    // SAFETY: S1 for the slices; S2: `out` is as long as `plain`, `tag` is an array; `out` is borrowed alone.
    unsafe { seal_raw(out.as_mut_ptr(), tag.as_mut_ptr(), (plain.as_ptr(), plain.len()), &under(key, nonce, ad)) }
}

/// The plaintext of `sealed`, which is `ciphertext || tag`.
///
/// # Errors
/// [`Error::Rejected`] if key, nonce, `ad` or any bit of `sealed` differ, or if it is shorter than a tag.
pub fn open(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], ad: &[u8], sealed: &[u8]) -> Result<SecretBytes, Error> {
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG_BYTES>().ok_or(Error::Rejected)?;
    let mut plain = Vec::with_capacity(ciphertext.len());
    let (out, c, len) = (plain.spare_capacity_mut().as_mut_ptr().cast::<u8>(), ciphertext.as_ptr(), ciphertext.len());
    // SAFETY: S1 for the slices; S2: there is memory for the plaintext, which is written before the length says so. After a
    // failure the memory holds zeros.
    unsafe {
        open_raw(out, (c, len), tag.as_ptr(), &under(key, nonce, ad))?;
        plain.set_len(len);
    }
    Ok(plain.into())
}

/// How much longer than the plaintext [`seal_with_random_nonce`] makes it: a nonce and a tag.
pub const OVERHEAD: usize = NONCE_BYTES + TAG_BYTES;

/// `start || nonce || ciphertext || tag` with a random nonce, bound to `ad`.
///
/// # Errors
/// [`Error::TooLarge`] over [`MESSAGE_BYTES_MAX`].
pub fn seal_with_random_nonce(
    key: &SecretArray<KEY_BYTES>,
    ad: &[u8],
    start: &[u8],
    plain: &[u8],
) -> Result<Vec<u8>, Error> {
    let len = plain.len().checked_add(start.len() + OVERHEAD).ok_or(Error::TooLarge)?;
    let mut nonce = [0; NONCE_BYTES];
    random::fill(&mut nonce);
    let mut sealed = Vec::with_capacity(len);
    sealed.extend_from_slice(start);
    sealed.extend_from_slice(&nonce);
    seal_onto(key.expose_secret(), &nonce, ad, plain, &mut sealed)?;
    Ok(sealed)
}

/// The plaintext of `sealed`, which is `nonce || ciphertext || tag`.
///
/// # Errors
/// As [`open`].
pub fn open_with_nonce_prefix(key: &SecretArray<KEY_BYTES>, ad: &[u8], sealed: &[u8]) -> Result<SecretBytes, Error> {
    let (nonce, sealed) = sealed.split_first_chunk().ok_or(Error::Rejected)?;
    open(key.expose_secret(), nonce, ad, sealed)
}

/// Turns `ciphertext || tag` into the plaintext without a second buffer. After a failure the buffer is empty.
///
/// # Errors
/// As [`open`].
pub fn open_in_place(
    key: &[u8; KEY_BYTES],
    nonce: &[u8; NONCE_BYTES],
    ad: &[u8],
    buffer: &mut SecretBytes,
) -> Result<(), Error> {
    let opened = open_slice(key, nonce, ad, buffer.expose_secret_mut());
    let len = buffer.len().saturating_sub(TAG_BYTES);
    buffer.truncate(if opened.is_ok() { len } else { 0 });
    opened
}

/// Turns `ciphertext || tag` into the plaintext in front of the tag. After a failure the slice is to be wiped.
///
/// # Errors
/// As [`open`].
pub fn open_slice(key: &[u8; KEY_BYTES], nonce: &[u8; NONCE_BYTES], ad: &[u8], sealed: &mut [u8]) -> Result<(), Error> {
    let (ciphertext, tag) = sealed.split_last_chunk_mut::<TAG_BYTES>().ok_or(Error::Rejected)?;
    let (out, len) = (ciphertext.as_mut_ptr(), ciphertext.len());
    // SAFETY: S1 for the slices; S2: in place, `out` holds the `len` bytes of the ciphertext.
    unsafe { open_raw(out, (out, len), tag.as_ptr(), &under(key, nonce, ad)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [1; 32];
    const NONCE: [u8; 24] = [2; 24];

    #[test]
    fn opens_what_it_sealed() {
        for len in [0, 1, 15, 16, 17, 63, 64, 65, 1000, 70_000] {
            let plain = vec![7; len];
            let sealed = seal(&KEY, &NONCE, b"ad", &plain).unwrap();
            assert_eq!(sealed.len(), len + TAG_BYTES);
            assert_eq!(open(&KEY, &NONCE, b"ad", &sealed).unwrap().expose_secret(), plain);
        }
    }

    #[test]
    fn rejects_any_flipped_bit_and_leaves_nothing_behind() {
        let sealed = seal(&KEY, &NONCE, b"ad", b"meet at noon").unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut forged = SecretBytes::from(sealed.clone());
            forged.expose_secret_mut()[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open_in_place(&KEY, &NONCE, b"ad", &mut forged), Err(Error::Rejected));
            assert!(forged.is_empty());
        }
    }

    #[test]
    fn rejects_another_key_nonce_context_or_length() {
        let sealed = seal(&KEY, &NONCE, b"ad", b"meet at noon").unwrap();
        let rejected = |key, nonce, ad, sealed: &[u8]| matches!(open(key, nonce, ad, sealed), Err(Error::Rejected));
        assert!(rejected(&[9; 32], &NONCE, b"ad", &sealed));
        assert!(rejected(&KEY, &[9; 24], b"ad", &sealed));
        assert!(rejected(&KEY, &NONCE, b"", &sealed));
        for len in 0..sealed.len() {
            assert!(rejected(&KEY, &NONCE, b"ad", &sealed[..len]), "{len}");
        }
    }
}
