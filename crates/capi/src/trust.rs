//! Trust statements: who the server is from now on.

use crate::boundary::{Out, pins_in, required, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::status::secenv_status;
use secenv_core::trust;

/// Names who the server is from now on.
///
/// - `signer`: borrowed; who the server is now, or the offline root.
/// - `version`: counts the statements, from 1.
/// - `issued`: now, in seconds since 1970.
/// - `pins`, `pins_len`: 1 to 16 pins of 32 bytes, one behind the other.
/// - `out`: the statement; free it with `secenv_bytes_free`.
///
/// `INVALID_LENGTH` if `pins_len` is no multiple of 32; `INVALID_ARGUMENT` for no or too many pins, or numbers that cannot be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_issue(
    signer: Option<&secenv_identity>,
    version: u64,
    issued: u64,
    pins: *const u8,
    pins_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let signer = required(signer)?;
        // SAFETY: P1 (pins, pins_len).
        let pins = unsafe { pins_in(pins, pins_len) }?;
        Ok(secenv_bytes::from(trust::issue(&signer.0, version, issued, pins)?))
    })
}
