//! What keys look like, for people.

use core::ffi::c_char;

use crate::boundary::{bytes_in, guard};
use crate::status::{secenv_status, secenv_status_message};
use secenv_primitives::pem;

/// Says what the bytes look like that were meant to be a key, in one English sentence, and the command that converts
/// them: a certificate, a key as OpenSSH writes it, UTF-16, line ends written as a backslash and an n, and so on. The
/// text is static, never NULL, and nothing of the input is in it. For people: ask it after a parser has failed.
///
/// - `in`, `in_len`: what was to be a key.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_key_diagnose(r#in: *const u8, in_len: usize) -> *const c_char {
    let mut sentence = c"";
    let status = guard(|| {
        // SAFETY: P1 (in, in_len).
        sentence = pem::diagnose_c(unsafe { bytes_in(r#in, in_len) }?);
        Ok(())
    });
    if status == secenv_status::Ok { sentence.as_ptr() } else { secenv_status_message(status as i32) }
}
