//! libsodium 1.0.22, wrapped so that lengths, keys and initialisation cannot be wrong.
//!
//! Why unsafe is allowed here: libsodium is C. S1: every pointer comes from a slice or array whose length is passed beside
//! it or fixed by the function. S2: outputs are as long as the function writes. S3: libsodium is initialised first, once;
//! after that its functions may be called by many threads.
#![expect(unsafe_code, reason = "libsodium is C: S1-S3")]

pub mod random;
pub mod hash;
pub mod password;
pub mod kx;
pub mod boxes;
pub mod sign;
pub mod stream;
pub mod kem;

use core::ffi::{c_int, c_ulonglong};
use core::marker::PhantomData;
use std::sync::Once;

use libsodium_sys as raw;

use crate::{Error, SecretArray};

/// Initialises libsodium once; every later call is one atomic load. Without it libsodium works, but in portable code that
/// takes four times as long.
#[doc(hidden)]
pub fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: takes no arguments. If it fails there is no randomness, and what needs some aborts in libsodium.
        unsafe { raw::sodium_init() };
    });
}

/// libsodium answers 0 for success.
fn check(code: c_int, failure: Error) -> Result<(), Error> {
    if code == 0 { Ok(()) } else { Err(failure) }
}

/// A length for libsodium.
fn len_of(bytes: &[u8]) -> c_ulonglong {
    bytes.len() as c_ulonglong
}

/// A public and a secret key that belong together. `For` keeps a kx pair from being taken for a box's: both are X25519, but
/// the same seed makes another pair for each.
pub struct Pair<For, const P: usize, const S: usize> {
    public: [u8; P],
    secret: SecretArray<S>,
    purpose: PhantomData<fn() -> For>,
}

impl<For, const P: usize, const S: usize> Pair<For, P, S> {
    /// Runs one of libsodium's key pair functions, which write the public key and the secret key.
    fn make(write: impl FnOnce(*mut u8, *mut u8) -> c_int) -> Result<Self, Error> {
        init();
        let mut pair = Self { public: [0; P], secret: SecretArray::zeroed(), purpose: PhantomData };
        check(write(pair.public.as_mut_ptr(), pair.secret.expose_secret_mut().as_mut_ptr()), Error::Unavailable)?;
        Ok(pair)
    }

    /// The public key.
    pub fn public(&self) -> &[u8; P] {
        &self.public
    }

    /// The secret key.
    pub fn expose_secret(&self) -> &[u8; S] {
        self.secret.expose_secret()
    }
}
