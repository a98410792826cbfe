//! What a record shows before it is opened, and the JSON encoding of protocol 2's messages.

use crate::boundary::{Out, bytes_in, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::session;

/// Gives the session id that stands in the clear in a record: where a server looks for the session's state. Anyone may
/// have written it; `secenv_session_open` checks it.
///
/// - `in`, `in_len`: the record.
/// - `out`: `SECENV_SESSION_ID_BYTES` bytes; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_record_session_id(r#in: *const u8, in_len: usize, out: *mut u8) -> secenv_status {
    let id = || {
        // SAFETY: P1 (in, in_len).
        let record = unsafe { bytes_in(r#in, in_len) }?;
        Ok(*session::session_id(record)?.as_bytes())
    };
    // SAFETY: P4 (out, 16).
    unsafe { write_array(out, id) }
}

/// Gives the JSON text that carries a message of protocol 2 where only text passes: `{"v":2,"data":"BASE64"}`. It
/// protects nothing; what it carries is protected.
///
/// - `in`, `in_len`: a hello, reply, finish, welcome or record.
/// - `json`: the text, UTF-8, not NUL-terminated; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` if it is longer than any message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_record_encode_json(
    r#in: *const u8,
    in_len: usize,
    json: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(json, || {
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(session::json::encode(message)?))
    })
}

/// Gives the message in a JSON text.
///
/// - `in`, `in_len`: the text: an object with `"v": 2` and `data` in strict base64; other members are ignored.
/// - `message`: what it carries; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` if it is longer than any message's; `MALFORMED` if it is no such object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_record_parse_json(
    r#in: *const u8,
    in_len: usize,
    message: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(message, || {
        // SAFETY: P1 (in, in_len).
        let json = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(session::json::parse(json)?))
    })
}
