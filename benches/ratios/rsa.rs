//! Unwrapping with RSA against the `rsa` crate, which is here for the race and nowhere else.

use core::ffi::c_int;
use core::ptr::null_mut;

use libloading::Library;
use rsa::pkcs8::DecodePrivateKey;
use rsa::rand_core::OsRng;

use rsa::{Oaep, Pkcs1v15Encrypt, RsaPrivateKey};
use sha1::Sha1;

use super::race::{Contender, race};

/// A handle of ours.
enum Handle {}

type Parse = unsafe extern "C" fn(*const u8, usize, *mut *mut Handle) -> c_int;
type Unwrap = unsafe extern "C" fn(*const Handle, i32, *const u8, usize, *mut *mut Handle) -> c_int;
type Free = unsafe extern "C" fn(*mut Handle);
type Data = unsafe extern "C" fn(*const Handle) -> *const u8;

const PEM: &str = include_str!("../../tests/vectors/keys/server.pem");
/// As long as the nonce of an envelope.
const SECRET: [u8; 24] = [7; 24];

pub fn race_against_the_rsa_crate(secenv: &Library) {
    // SAFETY: `include/secenv.h` declares these functions with these types.
    let (parse, unwrap, data, free, free_key) = unsafe {
        (
            secenv.get::<Parse>("secenv_rsa_secret_parse").unwrap(),
            secenv.get::<Unwrap>("secenv_rsa_secret_unwrap").unwrap(),
            secenv.get::<Data>("secenv_bytes_data").unwrap(),
            secenv.get::<Free>("secenv_bytes_free").unwrap(),
            secenv.get::<Free>("secenv_rsa_secret_free").unwrap(),
        )
    };
    let mut key = null_mut();
    // SAFETY: P1 (PEM), P4 (key).
    assert_eq!(unsafe { parse(PEM.as_ptr(), PEM.len(), &raw mut key) }, 0);
    let ours = |padding: i32, wrapped: &[u8]| {
        let mut out = null_mut();
        // SAFETY: P1 (wrapped), P2 (key), P4 (out); the bytes are freed once and read before.
        unsafe {
            assert_eq!(unwrap(key, padding, wrapped.as_ptr(), wrapped.len(), &raw mut out), 0);
            assert_eq!(*data(out).cast::<[u8; 24]>(), SECRET);
            free(out);
        }
    };

    let theirs = RsaPrivateKey::from_pkcs8_pem(PEM).unwrap();
    let public = theirs.to_public_key();
    let pkcs1 = public.encrypt(&mut OsRng, Pkcs1v15Encrypt, &SECRET).unwrap();
    let oaep = public.encrypt(&mut OsRng, Oaep::new::<Sha1>(), &SECRET).unwrap();
    // `decrypt` is what programs call; it does not blind, which is the faster way.
    let peer = "rsa crate 0.9, not blinded";
    let contenders: Vec<Contender<'_>> = vec![
        ("libsecenv", Box::new(|| ours(1, &pkcs1))),
        (peer, Box::new(|| assert_eq!(theirs.decrypt(Pkcs1v15Encrypt, &pkcs1).unwrap(), SECRET))),
    ];
    race("rsa/unwrap_pkcs1/2048", contenders);
    let contenders: Vec<Contender<'_>> = vec![
        ("libsecenv", Box::new(|| ours(4, &oaep))),
        (peer, Box::new(|| assert_eq!(theirs.decrypt(Oaep::new::<Sha1>(), &oaep).unwrap(), SECRET))),
    ];
    race("rsa/unwrap_oaep_sha1/2048", contenders);
    // SAFETY: P2 (key), freed once.
    unsafe { free_key(key) };
}
