//! Sessions of protocol 2, and their records.

use core::mem::MaybeUninit;

use crate::boundary::{Exclusive, Out, array_in, bytes_in, now, required, write, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::session::Session;
use secenv_core::{Error, SecretBytes};

/// X25519 through `crypto_kx`.
pub const SECENV_SUITE_X25519: i32 = 1;
/// X25519 through `crypto_kx`, and X-Wing (ML-KEM-768 and X25519): post-quantum hybrid.
pub const SECENV_SUITE_X25519_XWING: i32 = 2;

/// One side of a session. It ends after 24 hours, 2^32 messages each way, or 2^44 bytes. Wiped when freed. A function
/// that depends on the time is `UNAVAILABLE` if the system's clock stands before 1970.
pub struct secenv_session(Exclusive<Session>);

impl From<Session> for secenv_session {
    fn from(session: Session) -> Self {
        Self(Exclusive::from(session))
    }
}

/// Lets a session seal or open what is given, and gives the result.
///
/// # Safety
/// P1 (`ad`), (`input`).
unsafe fn pass<T: Into<SecretBytes>>(
    session: Option<&mut secenv_session>,
    ad: (*const u8, usize),
    input: (*const u8, usize),
    out: Out<'_, secenv_bytes>,
    work: impl FnOnce(&mut Session, &[u8], &[u8], u64) -> Result<T, Error>,
) -> secenv_status {
    write_out(out, || {
        let session = required(session)?;
        // SAFETY: P1 (ad).
        let ad = unsafe { bytes_in(ad.0, ad.1) }?;
        // SAFETY: P1 (input).
        let input = unsafe { bytes_in(input.0, input.1) }?;
        let now = now()?;
        Ok(secenv_bytes::from(session.0.change(|session| work(session, ad, input, now))?))
    })
}

/// Seals a message for the other side. Its number is `secenv_session_sealed`.
///
/// Store the session before you send the record: the other side refuses a number that it has seen.
///
/// - `session`: changed.
/// - `ad`, `ad_len`: what the record is for, at most 64 KiB; the other side has to name the same. May be empty.
/// - `in`, `in_len`: the message, at most 16 MiB; may be empty.
/// - `record`: what to send; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over a limit; `ENDED` if the session is over; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_seal(
    session: Option<&mut secenv_session>,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    record: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, (ad, ad_len), (r#in, in_len), record, Session::seal) }
}

/// Opens a record, a message or a reply, that the other side sealed. Its number is `secenv_session_number`.
///
/// Each record is opened once. Store the session before you act on the message, by compare-and-swap where several
/// workers run; if another worker was faster, start again from what it stored. A record that was refused changes
/// nothing.
///
/// - `session`: changed.
/// - `ad`, `ad_len`: what the record is for, as its sender named it.
/// - `in`, `in_len`: the record.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no record, or `ad` is over 64 KiB; `ENDED` if the session is over; `REJECTED` if
/// anything differs, if it belongs to another session, or if it was opened before; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open(
    session: Option<&mut secenv_session>,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, (ad, ad_len), (r#in, in_len), out, Session::open) }
}

/// As `secenv_session_open`, but takes only a message, so that its number is one that `secenv_session_reply` answers; a
/// reply is `REJECTED`, and may still be opened as what it is. What a server that answers requests wants.
///
/// - `session`: changed.
/// - `ad`, `ad_len`: what the record is for, as its sender named it.
/// - `in`, `in_len`: the record.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open_message(
    session: Option<&mut secenv_session>,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, (ad, ad_len), (r#in, in_len), out, Session::open_message) }
}

/// As `secenv_session_open`, but takes only the reply to the message of this number; any other record is `REJECTED`.
///
/// - `session`: changed.
/// - `number`: of the message, from `secenv_session_sealed`.
/// - `ad`, `ad_len`: what the reply is for, as its sender named it.
/// - `in`, `in_len`: the record.
/// - `out`: the reply; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open_reply(
    session: Option<&mut secenv_session>,
    number: u64,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    let open = |session: &mut Session, ad: &[u8], record: &[u8], now| session.open_reply(number, ad, record, now);
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, (ad, ad_len), (r#in, in_len), out, open) }
}

/// Gives the number of the record that this handle opened last: a message's own, or that of the message which a reply
/// answers.
///
/// - `session`: borrowed.
/// - `out`: the number; not touched after a failure.
///
/// `INVALID_ARGUMENT` if it has opened none since it was made or imported; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_number(
    session: Option<&secenv_session>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || required(session)?.0.get()?.number().ok_or(secenv_status::InvalidArgument))
}

/// Gives the number of the message that this side of the session sealed last, by this handle or before an import; its reply carries
/// the same.
///
/// - `session`: borrowed.
/// - `out`: the number; not touched after a failure.
///
/// `INVALID_ARGUMENT` if it has sealed none; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_sealed(
    session: Option<&secenv_session>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || required(session)?.0.get()?.sealed().ok_or(secenv_status::InvalidArgument))
}

/// Seals the reply to a message that was opened before. It needs no counter, so several workers may reply at once; the other
/// side takes one reply to each message.
///
/// - `session`: changed (its count of bytes); it need not be stored again.
/// - `number`: of the message, from `secenv_session_number`.
/// - `ad`, `ad_len`: what the reply is for, at most 64 KiB.
/// - `in`, `in_len`: the reply, at most 16 MiB; may be empty.
/// - `record`: what to send; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` unless the message is one of the last 1,024 that this handle opened, or was one of the last 16
/// when the session was exported; otherwise as `secenv_session_seal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_reply(
    session: Option<&mut secenv_session>,
    number: u64,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    record: Out<'_, secenv_bytes>,
) -> secenv_status {
    let reply = |session: &mut Session, ad: &[u8], message: &[u8], now| session.reply(number, ad, message, now);
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, (ad, ad_len), (r#in, in_len), record, reply) }
}

/// Gives the session as a sealed blob, to be stored. The blob is as confidential as `state_key32`.
///
/// - `session`: borrowed.
/// - `state_key32`: 32 random bytes; a server may use the key of its cookies.
/// - `out`: the blob; free it with `secenv_bytes_free`.
///
/// `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_export(
    session: Option<&secenv_session>,
    state_key32: *const u8,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let session = required(session)?.0.get()?;
        // SAFETY: P1 (state_key32, 32).
        let state_key = unsafe { array_in(state_key32) }?;
        Ok(secenv_bytes::from(session.export(state_key)?))
    })
}

/// Gives the session in a blob. An old blob repeats no nonce, but may take a record twice: store what you export.
///
/// - `in`, `in_len`: the blob.
/// - `state_key32`: the 32 bytes that it was sealed under.
/// - `out`: the session; free it with `secenv_session_free`.
///
/// `MALFORMED` if it is no blob; `REJECTED` if it was sealed under another key, or changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_import(
    r#in: *const u8,
    in_len: usize,
    state_key32: *const u8,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let blob = unsafe { bytes_in(r#in, in_len) }?;
        // SAFETY: P1 (state_key32, 32).
        let state_key = unsafe { array_in(state_key32) }?;
        Ok(secenv_session::from(Session::import(blob, state_key)?))
    })
}

/// Gives the session's id, which stands in the clear in its records.
///
/// - `session`: borrowed.
/// - `out16`: 16 bytes; not touched after a failure.
///
/// `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_id(session: Option<&secenv_session>, out16: *mut u8) -> secenv_status {
    // SAFETY: P4 (out16, 16).
    unsafe { write_array(out16, || Ok(*required(session)?.0.get()?.id())) }
}

/// Gives the pin of the other side: of the client that a server accepted, or of the server that a client asked for. It
/// is part of the sealed state, so ask it at each request whether this peer may still come in.
///
/// - `session`: borrowed.
/// - `out32`: 32 bytes; not touched after a failure.
///
/// `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_peer(session: Option<&secenv_session>, out32: *mut u8) -> secenv_status {
    // SAFETY: P4 (out32, 32).
    unsafe { write_array(out32, || Ok(*required(session)?.0.get()?.peer())) }
}

/// Wipes and frees the session. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_free(_session: Option<Box<secenv_session>>) {}
