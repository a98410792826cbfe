//! The C ABI as C sees it: the functions of `libsecenv.so` by name, pointers and lengths in, handles out.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::LazyLock;
use std::{ptr, slice};

use libloading::Library;
use secenv::Error;

use crate::library::library;

type Result<T> = std::result::Result<T, Error>;
type Handle = *mut c_void;

/// A secret RSA key.
pub struct Secret(Handle);
/// A public RSA key.
pub struct Public(Handle);

impl Drop for Secret {
    fn drop(&mut self) {
        free("secenv_rsa_secret_free", self.0);
    }
}

impl Drop for Public {
    fn drop(&mut self) {
        free("secenv_rsa_public_free", self.0);
    }
}

fn free(name: &str, handle: Handle) {
    // SAFETY: P2; each handle is freed once.
    unsafe { function::<unsafe extern "C" fn(Handle)>(name)(handle) }
}

/// The function of this name, of the type that the header says.
pub fn function<F: Copy>(name: &str) -> F {
    // SAFETY: loading the library runs nothing.
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| unsafe { Library::new(library()) }.unwrap());
    // SAFETY: callers name the type of the header; the library stays loaded.
    unsafe { *LIBRARY.get::<F>(name).unwrap() }
}

fn result(status: c_int) -> Result<()> {
    if status == 0 {
        return Ok(());
    }
    // SAFETY: static text, NUL-terminated.
    let said =
        unsafe { CStr::from_ptr(function::<extern "C" fn(c_int) -> *const c_char>("secenv_status_message")(status)) };
    let error = Error::ALL.iter().copied().find(|error| error.message().as_bytes() == said.to_bytes());
    Err(error.unwrap_or_else(|| panic!("{status}: {said:?}")))
}

/// Calls a function that gives a handle, and checks that there is one exactly after success.
fn handle(call: impl FnOnce(*mut Handle) -> c_int) -> Result<Handle> {
    let mut out = ptr::dangling_mut();
    let result = result(call(&raw mut out));
    assert_eq!(out.is_null(), result.is_err(), "a handle after {result:?}");
    result.map(|()| out)
}

fn bytes(call: impl FnOnce(*mut Handle) -> c_int) -> Result<Vec<u8>> {
    let bytes = handle(call)?;
    let data = function::<unsafe extern "C" fn(Handle) -> *const u8>("secenv_bytes_data");
    let len = function::<unsafe extern "C" fn(Handle) -> usize>("secenv_bytes_len");
    // SAFETY: P2: the handle is valid until it is freed below.
    let copy = unsafe { slice::from_raw_parts(data(bytes), len(bytes)) }.to_vec();
    free("secenv_bytes_free", bytes);
    Ok(copy)
}

type Parse = unsafe extern "C" fn(*const u8, usize, *mut Handle) -> c_int;

pub fn secret(input: &[u8]) -> Result<Secret> {
    // SAFETY: P1, P4.
    handle(|out| unsafe { function::<Parse>("secenv_rsa_secret_parse")(input.as_ptr(), input.len(), out) }).map(Secret)
}

pub fn public(input: &[u8]) -> Result<Public> {
    // SAFETY: P1, P4.
    handle(|out| unsafe { function::<Parse>("secenv_rsa_public_parse")(input.as_ptr(), input.len(), out) }).map(Public)
}

/// What the library says that `input` looks like.
pub fn diagnose(input: &[u8]) -> String {
    type Diagnose = unsafe extern "C" fn(*const u8, usize) -> *const c_char;
    let diagnose = function::<Diagnose>("secenv_key_diagnose");
    // SAFETY: P1; the text is static and ends in NUL.
    unsafe { CStr::from_ptr(diagnose(input.as_ptr(), input.len())) }.to_str().unwrap().to_owned()
}

pub fn public_of(secret: &Secret) -> Public {
    let public = function::<unsafe extern "C" fn(Handle, *mut Handle) -> c_int>("secenv_rsa_secret_public");
    // SAFETY: P2, P4.
    handle(|out| unsafe { public(secret.0, out) }).map(Public).unwrap()
}

type Padded = unsafe extern "C" fn(Handle, c_int, *const u8, usize, *mut Handle) -> c_int;

pub fn wrap(key: &Public, padding: i32, message: &[u8]) -> Result<Vec<u8>> {
    let wrap = function::<Padded>("secenv_rsa_public_wrap");
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { wrap(key.0, padding, message.as_ptr(), message.len(), out) })
}

pub fn unwrap(key: &Secret, padding: i32, wrapped: &[u8]) -> Result<Vec<u8>> {
    let unwrap = function::<Padded>("secenv_rsa_secret_unwrap");
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { unwrap(key.0, padding, wrapped.as_ptr(), wrapped.len(), out) })
}

pub fn verify(key: &Public, message: &[u8], signature: &[u8]) -> Result<()> {
    type Verify = unsafe extern "C" fn(Handle, *const u8, usize, *const u8, usize) -> c_int;
    let verify = function::<Verify>("secenv_rsa_public_verify");
    // SAFETY: P1, P2.
    result(unsafe { verify(key.0, message.as_ptr(), message.len(), signature.as_ptr(), signature.len()) })
}

type Turned = unsafe extern "C" fn(Handle, *const u8, usize, *mut Handle) -> c_int;

pub fn private_encrypt(key: &Secret, message: &[u8]) -> Result<Vec<u8>> {
    let encrypt = function::<Turned>("secenv_rsa_secret_private_encrypt");
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { encrypt(key.0, message.as_ptr(), message.len(), out) })
}

pub fn public_decrypt(key: &Public, proof: &[u8]) -> Result<Vec<u8>> {
    let decrypt = function::<Turned>("secenv_rsa_public_public_decrypt");
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { decrypt(key.0, proof.as_ptr(), proof.len(), out) })
}

type Envelope =
    unsafe extern "C" fn(*const u8, Handle, c_int, *const u8, usize, *const u8, usize, *mut Handle) -> c_int;

pub fn seal(tx: &[u8; 32], key: &Public, padding: i32, ad: &[u8], message: &[u8]) -> Result<Vec<u8>> {
    let seal = function::<Envelope>("secenv_envelope_seal");
    let (ad, ad_len) = (ad.as_ptr(), ad.len());
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { seal(tx.as_ptr(), key.0, padding, ad, ad_len, message.as_ptr(), message.len(), out) })
}

pub fn open(rx: &[u8; 32], key: &Secret, padding: i32, ad: &[u8], json: &[u8]) -> Result<Vec<u8>> {
    let open = function::<Envelope>("secenv_envelope_open");
    let (ad, ad_len) = (ad.as_ptr(), ad.len());
    // SAFETY: P1, P2, P4.
    bytes(|out| unsafe { open(rx.as_ptr(), key.0, padding, ad, ad_len, json.as_ptr(), json.len(), out) })
}
