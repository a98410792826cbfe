//! The C ABI as C sees it: pointers and lengths in, handles out.

use std::mem::MaybeUninit;
use std::slice;

use secenv::ffi::bytes::{secenv_bytes, secenv_bytes_data, secenv_bytes_len};
use secenv::ffi::envelope::{secenv_envelope_open, secenv_envelope_seal};
use secenv::ffi::rsa::{
    secenv_rsa_public, secenv_rsa_public_parse, secenv_rsa_public_public_decrypt, secenv_rsa_public_verify,
    secenv_rsa_public_wrap, secenv_rsa_secret, secenv_rsa_secret_parse, secenv_rsa_secret_private_encrypt,
    secenv_rsa_secret_public, secenv_rsa_secret_unwrap,
};
use secenv::ffi::status::secenv_status;

type Result<T> = std::result::Result<T, secenv_status>;

/// Calls a function that gives a handle, and checks that there is one exactly after success.
fn handle<T>(call: impl FnOnce(Option<&mut MaybeUninit<Option<Box<T>>>>) -> secenv_status) -> Result<Box<T>> {
    let mut out = MaybeUninit::uninit();
    let status = call(Some(&mut out));
    // SAFETY: with an `out`, every function writes to it.
    let out = unsafe { out.assume_init() };
    match (status, out) {
        (secenv_status::Ok, Some(handle)) => Ok(handle),
        (secenv_status::Ok, None) => panic!("no handle after success"),
        (_, Some(_)) => panic!("a handle after {status:?}"),
        (status, None) => Err(status),
    }
}

fn bytes(call: impl FnOnce(Option<&mut MaybeUninit<Option<Box<secenv_bytes>>>>) -> secenv_status) -> Result<Vec<u8>> {
    let bytes = handle(call)?;
    // SAFETY: the handle is valid until the end of this function.
    Ok(unsafe { slice::from_raw_parts(secenv_bytes_data(Some(&bytes)), secenv_bytes_len(Some(&bytes))) }.to_vec())
}

pub fn secret(input: &[u8]) -> Result<Box<secenv_rsa_secret>> {
    // SAFETY: P1, P4.
    handle(|out| unsafe { secenv_rsa_secret_parse(input.as_ptr(), input.len(), out) })
}

pub fn public(input: &[u8]) -> Result<Box<secenv_rsa_public>> {
    // SAFETY: P1, P4.
    handle(|out| unsafe { secenv_rsa_public_parse(input.as_ptr(), input.len(), out) })
}

pub fn public_of(secret: &secenv_rsa_secret) -> Box<secenv_rsa_public> {
    handle(|out| secenv_rsa_secret_public(Some(secret), out)).unwrap()
}

pub fn wrap(key: &secenv_rsa_public, padding: i32, message: &[u8]) -> Result<Vec<u8>> {
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { secenv_rsa_public_wrap(Some(key), padding, message.as_ptr(), message.len(), out) })
}

pub fn unwrap(key: &secenv_rsa_secret, padding: i32, wrapped: &[u8]) -> Result<Vec<u8>> {
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { secenv_rsa_secret_unwrap(Some(key), padding, wrapped.as_ptr(), wrapped.len(), out) })
}

pub fn verify(key: &secenv_rsa_public, message: &[u8], signature: &[u8]) -> secenv_status {
    // SAFETY: P1, P2.
    unsafe { secenv_rsa_public_verify(Some(key), message.as_ptr(), message.len(), signature.as_ptr(), signature.len()) }
}

pub fn private_encrypt(key: &secenv_rsa_secret, message: &[u8]) -> Result<Vec<u8>> {
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { secenv_rsa_secret_private_encrypt(Some(key), message.as_ptr(), message.len(), out) })
}

pub fn public_decrypt(key: &secenv_rsa_public, proof: &[u8]) -> Result<Vec<u8>> {
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { secenv_rsa_public_public_decrypt(Some(key), proof.as_ptr(), proof.len(), out) })
}

pub fn seal(tx: &[u8; 32], key: &secenv_rsa_public, padding: i32, ad: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let (ad, ad_len) = (ad.as_ptr(), ad.len());
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe {
        secenv_envelope_seal(tx.as_ptr(), Some(key), padding, ad, ad_len, message.as_ptr(), message.len(), out)
    })
}

pub fn open(rx: &[u8; 32], key: &secenv_rsa_secret, padding: i32, ad: &[u8], json: &[u8]) -> Result<Vec<u8>> {
    let (ad, ad_len) = (ad.as_ptr(), ad.len());
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe {
        secenv_envelope_open(rx.as_ptr(), Some(key), padding, ad, ad_len, json.as_ptr(), json.len(), out)
    })
}
