//! The client's side of protocol 2's handshake.

use crate::boundary::{OutOfTwo, array_in, bytes_in, required, write_both};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::session::secenv_session;
use crate::status::secenv_status;
use secenv_core::session::{Client, Suite};
use secenv_core::{Error, Pin, Timestamp};

/// A client that said hello and waits for the reply. It makes one session. Wiped when freed.
pub struct secenv_client(Client);

/// Starts a handshake with the server whose identity has this pin, and with no other.
///
/// - `me`: borrowed; the client's identity.
/// - `server_pin`: `SECENV_PIN_BYTES` bytes, from `secenv_identity_pin` of the server's public key.
/// - `suite`: one of `SECENV_SUITE_*`. Nothing is negotiated.
/// - `out`: the client; free it with `secenv_client_free`.
/// - `hello`: the message to send; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for another suite.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_start(
    me: Option<&secenv_identity>,
    server_pin: *const u8,
    suite: i32,
    out: OutOfTwo<secenv_client>,
    hello: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    let start = || {
        let me = required(me)?;
        // SAFETY: P1 (server_pin, 32).
        let pin = Pin::from_bytes(*unsafe { array_in(server_pin) }?);
        let (client, hello) = Client::start(&me.0, &pin, suite_of(suite)?)?;
        Ok((secenv_client(client), secenv_bytes::from(hello)))
    };
    // SAFETY: P4 (out, hello).
    unsafe { write_both(out, hello, start) }
}

/// Takes the server's reply and ends the handshake for the client.
///
/// A reply that was refused changes nothing, so that the true one may still come. After a success the client is closed.
///
/// - `client`: changed.
/// - `in`, `in_len`: the reply.
/// - `out`: the session; free it with `secenv_session_free`. The server takes it only once the finish has arrived.
/// - `finish`: the message to send; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no reply; `REJECTED` if it is not the pinned server's reply to this hello;
/// `CLOSED` if the handshake has ended before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_finish(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    out: OutOfTwo<secenv_session>,
    finish: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len); P4 (out, finish).
    unsafe { finish_when(client, (r#in, in_len), Timestamp::now, out, finish) }
}

/// As `secenv_client_finish`, at a time that the caller says.
///
/// - `client`: changed.
/// - `in`, `in_len`: the reply.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the session; free it with `secenv_session_free`.
/// - `finish`: the message to send; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_client_finish`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_finish_at(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    now: u64,
    out: OutOfTwo<secenv_session>,
    finish: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len); P4 (out, finish).
    unsafe { finish_when(client, (r#in, in_len), || Timestamp::from_secs(now), out, finish) }
}

/// # Safety
/// P1 (`reply`); P4 (`out`, `finish`).
unsafe fn finish_when(
    client: Option<&mut secenv_client>,
    reply: (*const u8, usize),
    now: impl FnOnce() -> Result<Timestamp, Error>,
    out: OutOfTwo<secenv_session>,
    finish: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    let make = || {
        let client = required(client)?;
        // SAFETY: P1 (reply).
        let reply = unsafe { bytes_in(reply.0, reply.1) }?;
        let (session, finish) = client.0.finish(reply, now()?)?;
        Ok((secenv_session::from(session), secenv_bytes::from(finish)))
    };
    // SAFETY: P4 (out, finish).
    unsafe { write_both(out, finish, make) }
}

/// Wipes and frees the client. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_client_free(_client: Option<Box<secenv_client>>) {}

/// The suite behind a number from C.
pub(crate) fn suite_of(number: i32) -> Result<Suite, secenv_status> {
    u8::try_from(number).ok().and_then(|number| Suite::try_from(number).ok()).ok_or(secenv_status::InvalidArgument)
}
