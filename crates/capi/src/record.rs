//! What a record shows before it is opened.

use crate::boundary::{bytes_in, write_array};
use crate::status::secenv_status;
use secenv_core::session;

/// Gives the session id that stands in the clear in a record: where a server looks for the session's state. Anyone may have
/// written it; `secenv_session_open` checks it.
///
/// - `in`, `in_len`: the record.
/// - `out16`: 16 bytes; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no record.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_record_session(r#in: *const u8, in_len: usize, out16: *mut u8) -> secenv_status {
    let id = || {
        // SAFETY: P1 (in, in_len).
        let record = unsafe { bytes_in(r#in, in_len) }?;
        Ok(session::session_id(record)?)
    };
    // SAFETY: P4 (out16, 16).
    unsafe { write_array(out16, id) }
}
