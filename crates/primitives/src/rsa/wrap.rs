//! Wrapping a short secret to a public key: OAEP, and PKCS#1 v1.5 with implicit rejection.

use core::ffi::c_int;
use core::ptr;

use aws_lc_sys as raw;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};
use zeroize::Zeroizing;

use super::key::{Key, PublicKey, SecretKey};
use crate::aws_lc::{Owned, check, require_randomness};
use crate::{Error, SecretArray, SecretBytes};

/// How a secret is padded before it is encrypted (RFC 8017, section 7). The numbers are the C ABI's; 1 and 4 are PHP's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Padding {
    /// RSAES-PKCS1-v1_5, PHP's default. Decryption rejects implicitly.
    Pkcs1 = 1,
    /// RSAES-OAEP with SHA-1, MGF1 with SHA-1 and an empty label: all that PHP 8.2 to 8.4 know of OAEP.
    OaepSha1 = 4,
    /// RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty label.
    OaepSha256 = 5,
}

impl TryFrom<i32> for Padding {
    type Error = Error;

    fn try_from(number: i32) -> Result<Self, Error> {
        [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256]
            .into_iter()
            .find(|padding| *padding as i32 == number)
            .ok_or(Error::InvalidArgument)
    }
}

impl Padding {
    /// How many bytes of a modulus the padding takes.
    const fn overhead(self) -> usize {
        match self {
            Padding::Pkcs1 => 11,
            Padding::OaepSha1 => 2 * 20 + 2,
            Padding::OaepSha256 => 2 * 32 + 2,
        }
    }
}

impl PublicKey {
    /// Encrypts `secret` to the owner of this key; the result has [`PublicKey::size`] bytes and differs each time.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if `secret` does not fit: the modulus less 11 bytes (PKCS#1), 42 (OAEP SHA-1), 66 (OAEP
    /// SHA-256); [`Error::Unavailable`] if the system has no memory or no randomness.
    pub fn wrap(&self, padding: Padding, secret: &[u8]) -> Result<Vec<u8>, Error> {
        if secret.len() > self.size() - padding.overhead() {
            return Err(Error::TooLarge);
        }
        require_randomness()?;
        let mut wrapped = vec![0; self.size()];
        let mut len = wrapped.len();
        let context = context(self.key(), padding, raw::EVP_PKEY_encrypt_init)?;
        // SAFETY: S1 for the secret; S2: `wrapped` holds `len` bytes, the size of the modulus.
        let done = unsafe {
            raw::EVP_PKEY_encrypt(context.as_ptr(), wrapped.as_mut_ptr(), &raw mut len, secret.as_ptr(), secret.len())
        };
        check(done == 1 && len == wrapped.len(), Error::Unavailable)?;
        Ok(wrapped)
    }
}

impl SecretKey {
    /// Decrypts what [`PublicKey::wrap`] made.
    ///
    /// With [`Padding::Pkcs1`] a bad padding does not fail: it gives pseudorandom bytes that the key and `wrapped` determine
    /// (implicit rejection, draft-irtf-cfrg-rsa-guidance, equal to OpenSSL 3.2 and later). What comes out has to be
    /// authenticated by other means.
    ///
    /// # Errors
    /// [`Error::Rejected`] if `wrapped` is not as long as the modulus, not below it, or (OAEP) badly padded;
    /// [`Error::Unavailable`] if the system has no memory or no randomness (for blinding).
    pub fn unwrap(&self, padding: Padding, wrapped: &[u8]) -> Result<SecretBytes, Error> {
        require_randomness()?;
        match padding {
            Padding::Pkcs1 => self.unwrap_pkcs1(wrapped),
            Padding::OaepSha1 | Padding::OaepSha256 => self.unwrap_oaep(padding, wrapped),
        }
    }

    /// Decrypts a secret that must have `N` bytes; whether it had is the `Choice`. If it had not, the secret is pseudorandom:
    /// one that the sender could guess would let a peer, which holds the session key, see by the time what the padding held.
    /// Whatever it held, the same work is done, so a caller that goes on regardless is no oracle.
    #[doc(hidden)]
    pub fn unwrap_exact<const N: usize>(
        &self,
        padding: Padding,
        wrapped: &[u8],
    ) -> Result<(SecretArray<N>, Choice), Error> {
        require_randomness()?;
        let key = Zeroizing::new(hmac(self.rejection(), &[wrapped])?);
        let stand_in = expand(&key, b"exact", u16::try_from(N).map_err(|_| Error::TooLarge)?)?;
        let mut secret = SecretArray::<N>::zeroed();
        secret.expose_secret_mut().copy_from_slice(&stand_in);
        let good = match padding {
            Padding::Pkcs1 => match self.raw_decrypt(wrapped) {
                Ok(encoded) => exact_message(encoded.expose_secret(), secret.expose_secret_mut()),
                Err(_) => Choice::from(0),
            },
            // aws-lc answers a bad OAEP padding in constant time (Manger); that it was bad is what the Choice says.
            Padding::OaepSha1 | Padding::OaepSha256 => match self.unwrap_oaep(padding, wrapped) {
                Ok(message) if message.len() == N => {
                    secret.expose_secret_mut().copy_from_slice(message.expose_secret());
                    Choice::from(1)
                }
                _ => Choice::from(0),
            },
        };
        Ok((secret, good))
    }

    fn unwrap_oaep(&self, padding: Padding, wrapped: &[u8]) -> Result<SecretBytes, Error> {
        let context = context(self.key(), padding, raw::EVP_PKEY_decrypt_init)?;
        let mut secret = SecretBytes::zeroed(self.key().size());
        let mut len = secret.len();
        // SAFETY: S1 for the input; S2: `secret` holds `len` bytes, the size of the modulus.
        let done = unsafe {
            raw::EVP_PKEY_decrypt(
                context.as_ptr(),
                secret.expose_secret_mut().as_mut_ptr(),
                &raw mut len,
                wrapped.as_ptr(),
                wrapped.len(),
            )
        };
        check(done == 1, Error::Rejected)?;
        secret.truncate(len);
        Ok(secret)
    }

    /// PKCS#1 v1.5 with implicit rejection; the only thing that may show is the length of the result.
    fn unwrap_pkcs1(&self, wrapped: &[u8]) -> Result<SecretBytes, Error> {
        let encoded = self.raw_decrypt(wrapped)?;
        let encoded = encoded.expose_secret();
        let size = encoded.len();
        let synthetic = Synthetic::new(self.rejection(), wrapped)?;

        let (found, zero) = separator(encoded);
        // 00 02, eight or more bytes that are not zero, 00, the message
        let good = starts_as_type_2(encoded) & found & !zero.ct_lt(&10);
        let start = u32::conditional_select(&(size as u32 - synthetic.len), &(zero + 1), good) as usize;
        let bytes = encoded.iter().zip(&*synthetic.bytes).skip(start);
        Ok(bytes.map(|(real, made_up)| u8::conditional_select(made_up, real, good)).collect::<Vec<u8>>().into())
    }

    /// `wrapped ^ d mod n`, as long as the modulus.
    fn raw_decrypt(&self, wrapped: &[u8]) -> Result<SecretBytes, Error> {
        let size = self.key().size();
        if wrapped.len() != size {
            return Err(Error::Rejected);
        }
        let mut encoded = SecretBytes::zeroed(size);
        if self.is_fixed_point(wrapped) {
            encoded.expose_secret_mut().copy_from_slice(wrapped);
            return Ok(encoded);
        }
        let mut len = 0;
        // SAFETY: S1 for the input; S2: `encoded` holds `size` bytes, the size of the modulus; S3.
        let done = unsafe {
            raw::RSA_decrypt(
                self.key().rsa(),
                &raw mut len,
                encoded.expose_secret_mut().as_mut_ptr(),
                size,
                wrapped.as_ptr(),
                size,
                raw::RSA_NO_PADDING,
            )
        };
        check(done == 1 && len == size, Error::Rejected)?;
        Ok(encoded)
    }

    /// aws-lc refuses the ciphertexts 0, 1 and n-1, which OpenSSL decrypts. Each is its own root, because d is odd, so the
    /// answer needs no secret.
    fn is_fixed_point(&self, wrapped: &[u8]) -> bool {
        let mut last = vec![0; wrapped.len()];
        // SAFETY: S2: `last` holds the bytes of the modulus; S3: `n` lives as long as the key.
        let written =
            unsafe { raw::BN_bn2bin_padded(last.as_mut_ptr(), last.len(), raw::RSA_get0_n(self.key().rsa())) };
        // n is odd, so that n-1 is n without its last bit.
        if let Some(byte) = last.last_mut() {
            *byte &= 0xFE;
        }
        let small = wrapped.split_last().is_some_and(|(byte, head)| *byte <= 1 && head.iter().all(|byte| *byte == 0));
        written == 1 && (small || wrapped == last)
    }
}

/// A padding's context on a key.
fn context(
    key: &Key,
    padding: Padding,
    init: unsafe extern "C" fn(*mut raw::EVP_PKEY_CTX) -> c_int,
) -> Result<Owned<raw::EVP_PKEY_CTX>, Error> {
    // SAFETY: S3; the context is owned.
    let context =
        unsafe { Owned::new(raw::EVP_PKEY_CTX_new(key.pkey(), ptr::null_mut())) }.ok_or(Error::Unavailable)?;
    // SAFETY: the context is not NULL; digests are static. MGF1 takes the digest of OAEP unless it is told another.
    let ready = unsafe {
        init(context.as_ptr()) == 1
            && match padding {
                Padding::Pkcs1 => raw::EVP_PKEY_CTX_set_rsa_padding(context.as_ptr(), raw::RSA_PKCS1_PADDING) == 1,
                Padding::OaepSha1 => oaep(context.as_ptr(), raw::EVP_sha1()),
                Padding::OaepSha256 => oaep(context.as_ptr(), raw::EVP_sha256()),
            }
    };
    check(ready, Error::Unavailable)?;
    Ok(context)
}

/// Sets OAEP with `digest` in both places.
///
/// # Safety
/// The context is valid and initialised; the digest is static.
unsafe fn oaep(context: *mut raw::EVP_PKEY_CTX, digest: *const raw::EVP_MD) -> bool {
    // SAFETY: as this function's own.
    unsafe {
        raw::EVP_PKEY_CTX_set_rsa_padding(context, raw::RSA_PKCS1_OAEP_PADDING) == 1
            && raw::EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1
    }
}

/// Whether there is a zero byte behind the first two, and where the first is. No branch depends on the bytes.
fn separator(encoded: &[u8]) -> (Choice, u32) {
    let mut found = Choice::from(0);
    let mut zero = 0_u32;
    for (at, byte) in (0_u32..).zip(encoded).skip(2) {
        let here = byte.ct_eq(&0) & !found;
        zero.conditional_assign(&at, here);
        found |= here;
    }
    (found, zero)
}

fn starts_as_type_2(encoded: &[u8]) -> Choice {
    match encoded {
        [first, second, ..] => first.ct_eq(&0) & second.ct_eq(&2),
        _ => Choice::from(0),
    }
}

/// Copies a message of exactly `N` bytes out of a type 2 block; leaves what was there if it is none.
fn exact_message<const N: usize>(encoded: &[u8], message: &mut [u8; N]) -> Choice {
    let (found, zero) = separator(encoded);
    let expected = encoded.len().checked_sub(N + 1).and_then(|at| u32::try_from(at).ok());
    let (Some(expected), Some(tail)) = (expected, encoded.last_chunk::<N>()) else { return Choice::from(0) };
    let good = starts_as_type_2(encoded) & found & zero.ct_eq(&expected);
    for (to, from) in message.iter_mut().zip(tail) {
        to.conditional_assign(from, good);
    }
    good
}

/// What a badly padded ciphertext decrypts to (draft-irtf-cfrg-rsa-guidance, section 7.1).
struct Synthetic {
    bytes: Zeroizing<Vec<u8>>,
    len: u32,
}

impl Synthetic {
    fn new(rejection: &[u8; 32], wrapped: &[u8]) -> Result<Self, Error> {
        let key = Zeroizing::new(hmac(rejection, &[wrapped])?);
        let size = u16::try_from(wrapped.len()).map_err(|_| Error::TooLarge)?;
        let bytes = expand(&key, b"message", size)?;
        let candidates = expand(&key, b"length", 2 * 128)?;
        // The longest message leaves 00 02, eight bytes and 00; the last candidate below that counts.
        let max = size - 10;
        let mask = u16::MAX >> max.leading_zeros();
        let mut len = 0_u16;
        for pair in candidates.chunks_exact(2) {
            let candidate = pair.iter().fold(0, |number, byte| number << 8 | u16::from(*byte)) & mask;
            len.conditional_assign(&candidate, max.ct_gt(&candidate));
        }
        Ok(Self { bytes, len: len.into() })
    }
}

/// `len` bytes of HMAC-SHA256(key, counter || label || bits), counted in 16 bits.
fn expand(key: &[u8; 32], label: &[u8], len: u16) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bits = len.checked_mul(8).ok_or(Error::TooLarge)?.to_be_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(usize::from(len) + 32));
    let mut counter = 0_u16;
    while out.len() < usize::from(len) {
        out.extend_from_slice(&hmac(key, &[&counter.to_be_bytes(), label, &bits])?);
        counter += 1;
    }
    out.truncate(len.into());
    Ok(out)
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> Result<[u8; 32], Error> {
    let message = parts.concat();
    let mut mac = [0; 32];
    let mut len = 0;
    // SAFETY: S1 for key and message; S2: SHA-256 writes 32 bytes.
    let done = unsafe {
        raw::HMAC(
            raw::EVP_sha256(),
            key.as_ptr().cast(),
            key.len(),
            message.as_ptr(),
            message.len(),
            mac.as_mut_ptr(),
            &raw mut len,
        )
    };
    check(!done.is_null(), Error::Internal)?;
    Ok(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sender who could guess the stand-in could seal under it, and see by the time whether the padding held.
    #[test]
    fn a_bad_padding_gives_a_secret_that_the_sender_cannot_guess() {
        let key = SecretKey::generate(2048).unwrap();
        let public = key.public().unwrap();
        for padding in [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256] {
            let mut seen = Vec::new();
            for len in [0, 1, 23, 25] {
                let wrapped = public.wrap(padding, &vec![7; len]).unwrap();
                let (secret, good) = key.unwrap_exact::<24>(padding, &wrapped).unwrap();
                let (again, _) = key.unwrap_exact::<24>(padding, &wrapped).unwrap();
                assert!(!bool::from(good));
                assert_eq!(secret.expose_secret(), again.expose_secret());
                seen.push(*secret.expose_secret());
            }
            seen.extend([[0; 24], [7; 24]]);
            let mut distinct = seen.clone();
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), seen.len());

            let (secret, good) = key.unwrap_exact::<24>(padding, &public.wrap(padding, &[7; 24]).unwrap()).unwrap();
            assert!(bool::from(good));
            assert_eq!(secret.expose_secret(), &[7; 24]);
        }
    }
}
