//! The JSON carrier of protocol 2.

use crate::boundary::{Out, bytes_in, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::session;

/// Gives the JSON text that carries a message of protocol 2 where only text passes: `{"v":2,"data":"BASE64"}`. It protects
/// nothing; what it carries is protected.
///
/// - `in`, `in_len`: a hello, reply, finish or record.
/// - `json`: the text, UTF-8, not NUL-terminated; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` if it is longer than any message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_carrier_encode(
    r#in: *const u8,
    in_len: usize,
    json: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(json, || {
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(session::carrier_encode(message)?))
    })
}

/// Gives the message in a JSON text.
///
/// - `in`, `in_len`: the text: an object with `"v": 2` and `data` in strict base64; other members are ignored.
/// - `message`: what it carries; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` if it is longer than any message's; `MALFORMED` if it is no such object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_carrier_parse(
    r#in: *const u8,
    in_len: usize,
    message: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(message, || {
        // SAFETY: P1 (in, in_len).
        let json = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(session::carrier_parse(json)?))
    })
}
