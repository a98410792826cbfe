//! RSA keys: generated, parsed, encoded.

use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::ptr;

use aws_lc_sys as raw;

use crate::aws_lc::{Free, Owned, check, require_randomness, sha256};
use crate::looks::{self, Half};
use crate::{Error, SecretArray, SecretBytes, pem};

/// The size of a modulus in bits.
const BITS: core::ops::RangeInclusive<u32> = 2048..=8192;
/// The most bits that a public exponent has.
const EXPONENT_BITS: u32 = 33;
/// More than any key of 8,192 bits needs in PEM; a file may hold a certificate beside it.
const INPUT_MAX: usize = 64 * 1024;
/// More than any key of 8,192 bits needs in DER.
const DER_MAX: usize = 8 * 1024;

/// An RSA secret key. It is wiped when dropped, and may be shared by threads.
#[derive(Debug)]
pub struct SecretKey {
    key: Key,
    /// SHA-256(d), from which implicit rejection derives what a bad padding decrypts to.
    rejection: SecretArray<32>,
}

/// An RSA public key.
#[derive(Debug)]
pub struct PublicKey {
    key: Key,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<SecretKey>();
    shared::<PublicKey>();
};

impl SecretKey {
    /// A new key of `bits` (2,048 to 8,192, a multiple of 128) and the exponent 65,537. Takes 0.1 s for 2,048 bits and
    /// minutes for 8,192.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another number of bits; [`Error::Unavailable`] if the system has no memory or no
    /// randomness.
    pub fn generate(bits: u32) -> Result<Self, Error> {
        if !BITS.contains(&bits) || !bits.is_multiple_of(128) {
            return Err(Error::InvalidArgument);
        }
        let bits = c_int::try_from(bits).map_err(|_| Error::InvalidArgument)?;
        require_randomness()?;
        // SAFETY: takes no arguments; the results are owned.
        let (rsa, exponent) = unsafe { (Owned::new(raw::RSA_new()), Owned::new(raw::BN_new())) };
        let (Some(rsa), Some(exponent)) = (rsa, exponent) else { return Err(Error::Unavailable) };
        // SAFETY: S3: `RSA_generate_key_ex` copies the exponent.
        let made = unsafe {
            raw::BN_set_word(exponent.as_ptr(), 65_537) == 1
                && raw::RSA_generate_key_ex(rsa.as_ptr(), bits, exponent.as_ptr(), ptr::null_mut()) == 1
        };
        check(made, Error::Unavailable)?;
        Self::new(Key::from_rsa(&rsa).ok_or(Error::Unavailable)?)
    }

    /// Reads a key: PEM (as leniently as OpenSSL) or DER, PKCS#8 or PKCS#1.
    ///
    /// # Errors
    /// [`Error::EncryptedKey`]; [`Error::WeakKey`] under 2,048 bits, [`Error::TooLarge`] over 8,192;
    /// [`Error::WrongKind`] for a public key, a certificate, or a key that is not RSA; [`Error::Damaged`] for anything
    /// else, and over 64 KiB.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        Self::new(read(input, Half::Secret, |label, der| match label {
            Some(b"PRIVATE KEY") => Key::pkcs8(der),
            None | Some(b"RSA PRIVATE KEY") => Key::pkcs8(der).or_else(|| Key::pkcs1_secret(der)),
            Some(_) => None,
        })?)
    }

    fn new(key: Key) -> Result<Self, Error> {
        key.check(Half::Secret)?;
        let size = key.size();
        let mut exponent = SecretBytes::zeroed(size);
        // SAFETY: S2: `exponent` holds the `size` bytes that are written; S3: `d` lives as long as the key. A key without
        // `d` is checked for.
        let written = unsafe {
            let d = raw::RSA_get0_d(key.rsa());
            !d.is_null() && raw::BN_bn2bin_padded(exponent.expose_secret_mut().as_mut_ptr(), size, d) == 1
        };
        check(written, Error::Damaged)?;
        let mut rejection = SecretArray::zeroed();
        sha256(exponent.expose_secret(), rejection.expose_secret_mut());
        Ok(Self { key, rejection })
    }

    /// The key as PKCS#8 in PEM, not encrypted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn encode_secret(&self) -> Result<SecretBytes, Error> {
        Ok(pem::encode("PRIVATE KEY", self.key.marshal(raw::EVP_marshal_private_key)?.expose_secret()))
    }

    /// The public half.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn public(&self) -> Result<PublicKey, Error> {
        let spki = self.key.marshal(raw::EVP_marshal_public_key)?;
        Ok(PublicKey { key: Key::spki(spki.expose_secret()).ok_or(Error::Unavailable)? })
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn rejection(&self) -> &[u8; 32] {
        self.rejection.expose_secret()
    }
}

impl PublicKey {
    /// Reads a key: PEM (as leniently as OpenSSL) or DER, SPKI or PKCS#1.
    ///
    /// # Errors
    /// [`Error::WeakKey`] under 2,048 bits, [`Error::TooLarge`] over 8,192 and over 64 KiB; [`Error::WrongKind`] for a
    /// secret key, a certificate, or a key that is not RSA; [`Error::Malformed`] for anything else.
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let key = read(input, Half::Public, |label, der| match label {
            Some(b"PUBLIC KEY") => Key::spki(der),
            Some(b"RSA PUBLIC KEY") => Key::pkcs1_public(der),
            Some(_) => None,
            None => Key::spki(der).or_else(|| Key::pkcs1_public(der)),
        })?;
        key.check(Half::Public)?;
        Ok(Self { key })
    }

    /// The key as SubjectPublicKeyInfo in PEM.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn encode(&self) -> Result<SecretBytes, Error> {
        Ok(pem::encode("PUBLIC KEY", self.key.marshal(raw::EVP_marshal_public_key)?.expose_secret()))
    }

    /// The key as SubjectPublicKeyInfo in DER.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if there is no memory.
    pub fn encode_der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.key.marshal(raw::EVP_marshal_public_key)?.expose_secret().to_vec())
    }

    /// The length of the modulus in bytes, which is the length of every wrapped secret and signature.
    pub fn size(&self) -> usize {
        self.key.size()
    }

    /// The length of the modulus in bits.
    pub fn bits(&self) -> u32 {
        // SAFETY: S3.
        unsafe { raw::RSA_bits(self.key.rsa()) }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }
}

/// The whole input as DER, or the first PEM block that `parse` takes.
fn read(input: &[u8], half: Half, parse: impl Fn(Option<&[u8]>, &[u8]) -> Option<Key>) -> Result<Key, Error> {
    if input.len() > INPUT_MAX {
        return Err(if half == Half::Secret { Error::Damaged } else { Error::TooLarge });
    }
    // DER first: looking for a PEM label would compare the bytes of a secret key.
    if let Some(key) = parse(None, input) {
        return Ok(key);
    }
    for block in pem::blocks(input).filter(|block| !block.is_encrypted()) {
        if let Ok(der) = block.decode()
            && let Some(key) = parse(Some(block.label), der.expose_secret())
        {
            return Ok(key);
        }
    }
    Err(looks::failure(input, half))
}

/// An aws-lc key that is known to be RSA.
#[derive(Debug)]
pub(super) struct Key(Owned<raw::EVP_PKEY>);

// SAFETY: S3: an EVP_PKEY is counted atomically and locks its own caches.
unsafe impl Send for Key {}
// SAFETY: S3.
unsafe impl Sync for Key {}

impl Key {
    fn pkcs8(der: &[u8]) -> Option<Self> {
        Self::own(whole(der, raw::EVP_parse_private_key)?)
    }

    fn spki(der: &[u8]) -> Option<Self> {
        Self::own(whole(der, raw::EVP_parse_public_key)?)
    }

    fn pkcs1_secret(der: &[u8]) -> Option<Self> {
        Self::from_rsa(&whole(der, raw::RSA_parse_private_key)?)
    }

    fn pkcs1_public(der: &[u8]) -> Option<Self> {
        Self::from_rsa(&whole(der, raw::RSA_parse_public_key)?)
    }

    /// Takes a key if it is RSA, and frees it if it is not.
    fn own(key: Owned<raw::EVP_PKEY>) -> Option<Self> {
        // SAFETY: S3.
        (unsafe { raw::EVP_PKEY_id(key.as_ptr()) } == raw::EVP_PKEY_RSA).then_some(Self(key))
    }

    fn from_rsa(rsa: &Owned<raw::RSA>) -> Option<Self> {
        // SAFETY: the new key is owned; S3: `EVP_PKEY_set1_RSA` counts a reference of its own.
        unsafe {
            let key = Owned::new(raw::EVP_PKEY_new())?;
            check(raw::EVP_PKEY_set1_RSA(key.as_ptr(), rsa.as_ptr()) == 1, Error::Unavailable).ok()?;
            Some(Self(key))
        }
    }

    pub(super) fn pkey(&self) -> *mut raw::EVP_PKEY {
        self.0.as_ptr()
    }

    /// The RSA key inside, borrowed.
    pub(super) fn rsa(&self) -> *mut raw::RSA {
        // SAFETY: S3; `own` saw that it is RSA.
        unsafe { raw::EVP_PKEY_get0_RSA(self.0.as_ptr()) }
    }

    /// The length of the modulus in bytes.
    pub(super) fn size(&self) -> usize {
        // SAFETY: S3.
        unsafe { raw::RSA_size(self.rsa()) as usize }
    }

    /// Checks the limits that aws-lc does not.
    fn check(&self, half: Half) -> Result<(), Error> {
        // SAFETY: S3; numbers are borrowed from the key.
        let (bits, exponent_bits, odd) = unsafe {
            let exponent = raw::RSA_get0_e(self.rsa());
            (raw::RSA_bits(self.rsa()), raw::BN_num_bits(exponent), raw::BN_is_odd(exponent) == 1)
        };
        if bits > *BITS.end() {
            Err(Error::TooLarge)
        } else if bits < *BITS.start() {
            Err(Error::WeakKey)
        } else if !odd || !(2..=EXPONENT_BITS).contains(&exponent_bits) {
            Err(half.garbage())
        } else {
            Ok(())
        }
    }

    /// The key in DER as `write` writes it.
    fn marshal(
        &self,
        write: unsafe extern "C" fn(*mut raw::CBB, *const raw::EVP_PKEY) -> c_int,
    ) -> Result<SecretBytes, Error> {
        let mut der = SecretBytes::zeroed(DER_MAX);
        let mut builder = MaybeUninit::<raw::CBB>::uninit();
        let mut len = 0;
        // SAFETY: S2: the builder is bounded by `DER_MAX`, keeps no memory of its own, and is written before it is read; S3.
        let written = unsafe {
            raw::CBB_init_fixed(builder.as_mut_ptr(), der.expose_secret_mut().as_mut_ptr(), DER_MAX) == 1
                && write(builder.as_mut_ptr(), self.pkey()) == 1
                && raw::CBB_finish(builder.as_mut_ptr(), ptr::null_mut(), &raw mut len) == 1
        };
        der.truncate(len);
        check(written, Error::Unavailable)?;
        Ok(der)
    }
}

/// Runs a parser that has to take the whole input.
fn whole<T: Free>(der: &[u8], parse: unsafe extern "C" fn(*mut raw::CBS) -> *mut T) -> Option<Owned<T>> {
    let mut input = MaybeUninit::<raw::CBS>::uninit();
    // SAFETY: S1; `CBS_init` writes the cursor, which the parser moves inside `der`; what it makes is owned.
    unsafe {
        raw::CBS_init(input.as_mut_ptr(), der.as_ptr(), der.len());
        let parsed = Owned::new(parse(input.as_mut_ptr()))?;
        (raw::CBS_len(input.as_ptr()) == 0).then_some(parsed)
    }
}
