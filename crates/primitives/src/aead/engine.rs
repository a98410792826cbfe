//! The engine: aws-lc's `EVP_aead_xchacha20_poly1305`.

use core::mem::MaybeUninit;
use core::ptr;

use aws_lc_sys as raw;

use super::{KEY_BYTES, MESSAGE_BYTES_MAX, NONCE_BYTES, TAG_BYTES};
use crate::Error;
use crate::aws_lc::check;

/// How deep aws-lc's frames go, with some to spare: they hold the key and the subkey that HChaCha20 makes of it.
const FRAMES: usize = 2048;

/// An AEAD context. It stays where it was made, so that moving it leaves no copy of the key; aws-lc's own cleanup only
/// forgets which cipher it was.
struct Context(MaybeUninit<raw::EVP_AEAD_CTX>);

impl Context {
    /// Makes a context on the stack and runs `work` on it.
    ///
    /// # Safety
    /// S1: `key` points to `KEY_BYTES` bytes.
    unsafe fn with<T>(key: *const u8, work: impl FnOnce(*const raw::EVP_AEAD_CTX) -> T) -> Result<T, Error> {
        let mut context = Context(MaybeUninit::uninit());
        // SAFETY: S1; the context is written before it is read, and XChaCha20-Poly1305 takes these lengths.
        let made = unsafe {
            raw::EVP_AEAD_CTX_init(
                context.0.as_mut_ptr(),
                raw::EVP_aead_xchacha20_poly1305(),
                key,
                KEY_BYTES,
                TAG_BYTES,
                ptr::null_mut(),
            )
        };
        check(made == 1, Error::Internal)?;
        let done = work(context.0.as_ptr());
        wipe_frames();
        Ok(done)
    }
}

/// Wipes what the calls before left on the stack below their caller.
#[inline(never)]
fn wipe_frames() {
    let mut frames = MaybeUninit::<[u8; FRAMES]>::uninit();
    // SAFETY: S2: `FRAMES` bytes of our own.
    unsafe { raw::OPENSSL_cleanse(frames.as_mut_ptr().cast(), FRAMES) }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: `EVP_AEAD_CTX_init` wrote it, as one that needs no cleanup if it failed; cleaned once.
        unsafe { raw::EVP_AEAD_CTX_cleanup(self.0.as_mut_ptr()) }
        // SAFETY: S2: the context is ours, and as long as its type.
        unsafe { raw::OPENSSL_cleanse(self.0.as_mut_ptr().cast(), size_of_val(&self.0)) }
    }
}

/// What a message is sealed under, by addresses, as libsodium's own functions take it.
pub struct Under {
    /// 32 bytes.
    pub key: *const u8,
    /// 24 bytes.
    pub nonce: *const u8,
    /// The associated data, and its length.
    pub ad: (*const u8, usize),
}

/// Writes the ciphertext of `m` to `out` and its tag to `tag`. `out` may be `m` itself; otherwise nothing may overlap.
///
/// # Safety
/// S1: `m` and what is in `under` point to so many readable bytes (any pointer where the length is 0).
/// S2: `out` and `tag` point to as many writable bytes as `m` has, and 16.
pub unsafe fn seal_raw(out: *mut u8, tag: *mut u8, (m, m_len): (*const u8, usize), under: &Under) -> Result<(), Error> {
    if m_len as u64 > MESSAGE_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    let mut tag_len = 0;
    // SAFETY: S1 for key and inputs, S2 for the outputs.
    let sealed = unsafe {
        Context::with(under.key, |context| {
            raw::EVP_AEAD_CTX_seal_scatter(
                context,
                out,
                tag,
                &raw mut tag_len,
                TAG_BYTES,
                under.nonce,
                NONCE_BYTES,
                m,
                m_len,
                ptr::null(),
                0,
                under.ad.0,
                under.ad.1,
            )
        })
    }?;
    check(sealed == 1, Error::Internal)
}

/// Writes the plaintext of `c` to `out` if `tag` holds, zeros otherwise. `out` may be `c` itself; otherwise nothing may overlap.
///
/// # Safety
/// S1: `c`, `tag` and what is in `under` point to so many, 16, and so many readable bytes (any pointer where the length is 0).
/// S2: `out` points to as many writable bytes as `c` has.
pub unsafe fn open_raw(
    out: *mut u8,
    (c, c_len): (*const u8, usize),
    tag: *const u8,
    under: &Under,
) -> Result<(), Error> {
    if c_len as u64 > MESSAGE_BYTES_MAX {
        return Err(Error::Rejected);
    }
    // SAFETY: S1 for key and inputs, S2 for the output.
    let opened = unsafe {
        Context::with(under.key, |context| {
            let ((ad, ad_len), nonce) = (under.ad, under.nonce);
            raw::EVP_AEAD_CTX_open_gather(context, out, nonce, NONCE_BYTES, c, c_len, tag, TAG_BYTES, ad, ad_len)
        })
    }?;
    check(opened == 1, Error::Rejected)
}
