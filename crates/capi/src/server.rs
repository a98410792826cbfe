//! The server's side of protocol 2's handshake.

use crate::boundary::{Out, OutOfTwo, array_in, bytes_in, required, write_both, write_out};
use crate::bytes::secenv_bytes;
use crate::client::suite_of;
use crate::identity::secenv_identity;
use crate::session::secenv_session;
use crate::status::secenv_status;
use secenv_core::session::Server;
use secenv_core::{Error, StateKey, Timestamp};

/// A server: its identity, its state key, the lowest suite that it takes. It keeps nothing between a reply and its
/// finish, so any worker may take either. Threads may share it; it is wiped when freed.
pub struct secenv_server(Server);

/// Makes a server.
///
/// - `me`: borrowed; the server's identity, whose pin the clients know.
/// - `state_key`: `SECENV_STATE_KEY_BYTES` random bytes that all workers share. Forward secrecy reaches back to its
///   destruction: rotate it.
/// - `minimum_suite`: one of `SECENV_SUITE_*`; a hello with a lower one is rejected.
/// - `out`: the server; free it with `secenv_server_free`.
///
/// `INVALID_ARGUMENT` for another suite.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_new(
    me: Option<&secenv_identity>,
    state_key: *const u8,
    minimum_suite: i32,
    out: Out<'_, secenv_server>,
) -> secenv_status {
    write_out(out, || {
        let me = required(me)?;
        // SAFETY: P1 (state_key, 32).
        let state_key = StateKey::from(unsafe { array_in(state_key) }?);
        Ok(secenv_server(Server::new(&me.0, &state_key, suite_of(minimum_suite)?)?))
    })
}

/// Makes the same server after its state key was rotated: it uses the new key, and still takes a finish to a reply that
/// `server` made. Of three rotations only the last two keys count.
///
/// Where several hosts serve, first let each of them accept the next key: make a server with the next key, and rotate
/// it to the present one. Then, on each, make one with the present key and rotate it to the next.
///
/// - `server`: borrowed, and not changed.
/// - `state_key`: `SECENV_STATE_KEY_BYTES` random bytes, the new key.
/// - `out`: the server; free it with `secenv_server_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_rotate(
    server: Option<&secenv_server>,
    state_key: *const u8,
    out: Out<'_, secenv_server>,
) -> secenv_status {
    write_out(out, || {
        let server = required(server)?;
        // SAFETY: P1 (state_key, 32).
        let state_key = StateKey::from(unsafe { array_in(state_key) }?);
        Ok(secenv_server(server.0.rotate(&state_key)?))
    })
}

/// Answers a hello. Nothing is kept: what is needed for the finish travels in the reply, sealed under the state key.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the hello.
/// - `reply`: the message to send; free it with `secenv_bytes_free`. It is good for a minute, and for one more where
///   clocks differ.
///
/// `MALFORMED` or `TOO_LARGE` if it is no hello; `REJECTED` if it asks for another server, for a suite below the
/// minimum, or brings a key that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_reply(
    server: Option<&secenv_server>,
    r#in: *const u8,
    in_len: usize,
    reply: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { reply_when(server, (r#in, in_len), Timestamp::now, reply) }
}

/// As `secenv_server_reply`, at a time that the caller says.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the hello.
/// - `now`: the time, in seconds since 1970.
/// - `reply`: the message to send; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_server_reply`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_reply_at(
    server: Option<&secenv_server>,
    r#in: *const u8,
    in_len: usize,
    now: u64,
    reply: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { reply_when(server, (r#in, in_len), || Timestamp::from_secs(now), reply) }
}

/// # Safety
/// P1 (`hello`).
unsafe fn reply_when(
    server: Option<&secenv_server>,
    hello: (*const u8, usize),
    now: impl FnOnce() -> Result<Timestamp, Error>,
    reply: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(reply, || {
        let server = required(server)?;
        // SAFETY: P1 (hello).
        let hello = unsafe { bytes_in(hello.0, hello.1) }?;
        Ok(secenv_bytes::from(server.0.reply(hello, now()?)?))
    })
}

/// Takes a finish and ends the handshake for the server.
///
/// The client has proven that it owns the key in `client_spki`, and nothing else: decide by its pin whether it may come
/// in. Then store the session under its id, once: the same finish opens the same session again, and the store has to
/// refuse it.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the finish.
/// - `out`: the session; free it with `secenv_session_free`.
/// - `client_spki`: the client's SubjectPublicKeyInfo in DER; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no finish; `REJECTED` if anything in it does not hold, or if its reply is more
/// than a minute old, or two where clocks differ.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_accept(
    server: Option<&secenv_server>,
    r#in: *const u8,
    in_len: usize,
    out: OutOfTwo<secenv_session>,
    client_spki: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len); P4 (out, client_spki).
    unsafe { accept_when(server, (r#in, in_len), Timestamp::now, out, client_spki) }
}

/// As `secenv_server_accept`, at a time that the caller says.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the finish.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the session; free it with `secenv_session_free`.
/// - `client_spki`: the client's SubjectPublicKeyInfo in DER; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_server_accept`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_accept_at(
    server: Option<&secenv_server>,
    r#in: *const u8,
    in_len: usize,
    now: u64,
    out: OutOfTwo<secenv_session>,
    client_spki: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len); P4 (out, client_spki).
    unsafe { accept_when(server, (r#in, in_len), || Timestamp::from_secs(now), out, client_spki) }
}

/// # Safety
/// P1 (`finish`); P4 (`out`, `client_spki`).
unsafe fn accept_when(
    server: Option<&secenv_server>,
    finish: (*const u8, usize),
    now: impl FnOnce() -> Result<Timestamp, Error>,
    out: OutOfTwo<secenv_session>,
    client_spki: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    let accept = || {
        let server = required(server)?;
        // SAFETY: P1 (finish).
        let finish = unsafe { bytes_in(finish.0, finish.1) }?;
        let (session, spki) = server.0.accept(finish, now()?)?;
        Ok((secenv_session::from(session), secenv_bytes::from(spki)))
    };
    // SAFETY: P4 (out, client_spki).
    unsafe { write_both(out, client_spki, accept) }
}

/// Wipes and frees the server. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_server_free(_server: Option<Box<secenv_server>>) {}
