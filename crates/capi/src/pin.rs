//! Pins as text, and the lengths of everything that has a fixed one.

use crate::boundary::{Out, array_in, bytes_in, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::Pin;

/// The length of a pin: SHA-256 of a SubjectPublicKeyInfo.
pub const SECENV_PIN_BYTES: usize = 32;
/// The length of a digest: of a parcel's root, and of a signed file that the next one refers to.
pub const SECENV_DIGEST_BYTES: usize = 32;
/// The length of the id of a keyring and its vault.
pub const SECENV_VAULT_ID_BYTES: usize = 16;
/// The length of a device's id.
pub const SECENV_DEVICE_ID_BYTES: usize = 16;
/// The length of a data key's id.
pub const SECENV_KEY_ID_BYTES: usize = 16;
/// The length of a session's id.
pub const SECENV_SESSION_ID_BYTES: usize = 16;
/// The length of a vault's anchor.
pub const SECENV_ANCHOR_BYTES: usize = 16;
/// The length of a key that seals cookies and stored sessions.
pub const SECENV_STATE_KEY_BYTES: usize = 32;
/// The length of a cookie key.
pub const SECENV_COOKIE_KEY_BYTES: usize = 32;
/// The length of the id of a store of sessions.
pub const SECENV_STORE_ID_BYTES: usize = 16;
/// The length of an unlock secret that is a key.
pub const SECENV_UNLOCK_KEY_BYTES: usize = 32;

/// Reads a pin as people write it.
///
/// - `in`, `in_len`: `sha256//BASE64`, as curl writes it, or 64 hex digits of either case.
/// - `out`: `SECENV_PIN_BYTES` bytes; not touched after a failure.
///
/// `MALFORMED` for anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_pin_parse(r#in: *const u8, in_len: usize, out: *mut u8) -> secenv_status {
    let parse = || {
        // SAFETY: P1 (in, in_len).
        let text = str::from_utf8(unsafe { bytes_in(r#in, in_len) }?).map_err(|_| secenv_status::Malformed)?;
        Ok(*text.parse::<Pin>()?.as_bytes())
    };
    // SAFETY: P4 (out, 32).
    unsafe { write_array(out, parse) }
}

/// Gives a pin as `sha256//BASE64`, which curl's `--pinnedpubkey` takes.
///
/// - `pin`: `SECENV_PIN_BYTES` bytes.
/// - `out`: the text, not NUL-terminated; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_pin_format(pin: *const u8, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (pin, 32).
        let pin = Pin::from_bytes(*unsafe { array_in(pin) }?);
        Ok(secenv_bytes::from(pin.to_string().into_bytes()))
    })
}
