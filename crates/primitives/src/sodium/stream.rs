//! Long data in chunks: `crypto_secretstream_xchacha20poly1305` (doc.libsodium.org, "Encrypted streams and file encryption").
//!
//! No format of secenv needs it: it is for Rust programs that exchange such streams with users of libsodium, as the C,
//! C++ and PHP interfaces allow too. Long documents of secenv are parcels.

use core::mem::MaybeUninit;
use core::ptr;

use libsodium_sys as raw;
use zeroize::Zeroize;

use super::{check, init, len_of};
use crate::{Error, SecretBytes};

/// The length of the header that comes before the first chunk.
pub const HEADER_BYTES: usize = 24;
/// What a sealed chunk is longer than its plaintext.
pub const CHUNK_OVERHEAD: usize = 17;

/// What a chunk means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A part.
    Message = 0,
    /// The end of a group of parts.
    Push = 1,
    /// A part behind which the key changes.
    Rekey = 2,
    /// The last part: without it the data was cut short.
    Final = 3,
}

struct State(raw::crypto_secretstream_xchacha20poly1305_state);

impl Drop for State {
    fn drop(&mut self) {
        self.0.k.zeroize();
        self.0.nonce.zeroize();
        self.0._pad.zeroize();
    }
}

/// Seals chunks, one after the other.
pub struct Push(State);

/// Opens chunks, in the order in which they were sealed.
pub struct Pull(State);

impl Push {
    /// Starts a stream; the header goes before the first chunk.
    ///
    /// # Errors
    /// None today: libsodium ends the process if the system has no randomness.
    pub fn start(key: &[u8; 32]) -> Result<(Self, [u8; HEADER_BYTES]), Error> {
        init();
        let mut header = [0; HEADER_BYTES];
        let mut state = MaybeUninit::uninit();
        // SAFETY: S1 for the key; S2: 24 bytes, and the state is written whole; S3.
        let code = unsafe {
            raw::crypto_secretstream_xchacha20poly1305_init_push(state.as_mut_ptr(), header.as_mut_ptr(), key.as_ptr())
        };
        check(code, Error::Internal)?;
        // SAFETY: libsodium wrote the state.
        Ok((Self(State(unsafe { state.assume_init() })), header))
    }

    /// Seals the next chunk, bound to `ad`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if memory cannot hold it.
    pub fn seal(&mut self, tag: Tag, ad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
        let mut sealed = vec![0; plain.len().checked_add(CHUNK_OVERHEAD).ok_or(Error::TooLarge)?];
        // SAFETY: S1 for the inputs; S2: 17 bytes more than the chunk; S3: a state was made.
        let code = unsafe {
            raw::crypto_secretstream_xchacha20poly1305_push(
                &raw mut self.0.0,
                sealed.as_mut_ptr(),
                ptr::null_mut(),
                plain.as_ptr(),
                len_of(plain),
                ad.as_ptr(),
                len_of(ad),
                tag as u8,
            )
        };
        check(code, Error::TooLarge)?;
        Ok(sealed)
    }
}

impl Pull {
    /// Starts to read a stream.
    ///
    /// # Errors
    /// [`Error::Rejected`] if libsodium takes no such header.
    pub fn start(key: &[u8; 32], header: &[u8; HEADER_BYTES]) -> Result<Self, Error> {
        init();
        let mut state = MaybeUninit::uninit();
        // SAFETY: S1 for header and key; S2: the state is written whole; S3.
        let code = unsafe {
            raw::crypto_secretstream_xchacha20poly1305_init_pull(state.as_mut_ptr(), header.as_ptr(), key.as_ptr())
        };
        check(code, Error::Rejected)?;
        // SAFETY: libsodium wrote the state.
        Ok(Self(State(unsafe { state.assume_init() })))
    }

    /// Opens the next chunk. A rejected chunk changes nothing.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the key, the order, `ad` or any bit differs.
    pub fn open(&mut self, ad: &[u8], sealed: &[u8]) -> Result<(Tag, SecretBytes), Error> {
        let mut plain = SecretBytes::zeroed(sealed.len().checked_sub(CHUNK_OVERHEAD).ok_or(Error::Rejected)?);
        let mut tag = 0;
        // SAFETY: S1 for the inputs; S2: 17 bytes fewer than the chunk; S3: a state was made.
        let code = unsafe {
            raw::crypto_secretstream_xchacha20poly1305_pull(
                &raw mut self.0.0,
                plain.expose_secret_mut().as_mut_ptr(),
                ptr::null_mut(),
                &raw mut tag,
                sealed.as_ptr(),
                len_of(sealed),
                ad.as_ptr(),
                len_of(ad),
            )
        };
        check(code, Error::Rejected)?;
        let known = [Tag::Message, Tag::Push, Tag::Rekey, Tag::Final].into_iter().find(|known| *known as u8 == tag);
        Ok((known.ok_or(Error::Rejected)?, plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_what_it_sealed_in_order_and_not_otherwise() {
        let (mut push, header) = Push::start(&[1; 32]).unwrap();
        let first = push.seal(Tag::Message, b"ad", b"meet").unwrap();
        let last = push.seal(Tag::Final, b"", b"").unwrap();

        let mut pull = Pull::start(&[1; 32], &header).unwrap();
        assert_eq!(pull.open(b"", &last).unwrap_err(), Error::Rejected);
        assert_eq!(pull.open(b"", &first).unwrap_err(), Error::Rejected);
        assert_eq!(pull.open(b"ad", &first[..16]).unwrap_err(), Error::Rejected);
        let (tag, plain) = pull.open(b"ad", &first).unwrap();
        assert_eq!((tag, plain.expose_secret()), (Tag::Message, b"meet".as_slice()));
        assert_eq!(pull.open(b"ad", &first).unwrap_err(), Error::Rejected);
        assert_eq!(pull.open(b"", &last).unwrap().0, Tag::Final);
    }
}
