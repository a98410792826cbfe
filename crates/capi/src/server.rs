//! The server's side of protocol 2's handshake.

use crate::boundary::{
    Out, OutOfMany, array_in, bytes_in, list_in, required, struct_in, write_out, write_secret, write_three,
};
use crate::bytes::secenv_bytes;
use crate::client::{padding_of, suite_of};
use crate::identity::secenv_identity;
use crate::session::{secenv_message, secenv_session};
use crate::status::secenv_status;
use secenv_core::session::{Accepted, Server, ServerConfig};
use secenv_core::{CookieKey, Error, StoreId, Timestamp};

/// What the workers of a server share. Prologue and padding are the client's, too, or the handshake fails.
#[repr(C)]
pub struct secenv_server_config {
    /// `sizeof(secenv_server_config)`.
    pub size: usize,
    /// `SECENV_COOKIE_KEY_BYTES` random bytes that cookies are sealed under. They change hourly.
    pub cookie_key: *const u8,
    /// `SECENV_STORE_ID_BYTES` bytes: the id of the store that sessions are created in, read from it.
    pub store_id: *const u8,
    /// One of `SECENV_SUITE_*`; a hello with a lower one is rejected; 0 is the strong one.
    pub minimum_suite: i32,
    /// One of `SECENV_PADDING_*`.
    pub padding: i32,
    /// What else both sides know: the application, a host, a version.
    pub prologue: *const u8,
    /// Its length, at most 1 KiB.
    pub prologue_len: usize,
    /// Cookie keys that are accepted besides, one after the other: that of the period before, and that of the next.
    pub accepted_keys: *const u8,
    /// How many, 0 to 2.
    pub accepted_key_count: usize,
}

/// A server: its identities, the keys of its cookies, and what it takes. It keeps nothing between a reply and its
/// finish, so any worker may take either. Threads may share it; it is wiped when freed.
pub struct secenv_server(Server);

/// Makes a server. It answers under the first pin of a hello that is one of its own.
///
/// - `identities`: an array of borrowed identities, each with another pin that clients know.
/// - `identity_count`: how many, 1 to 4.
/// - `config`: what its workers share; borrowed.
/// - `out`: the server; free it with `secenv_server_free`.
///
/// `INVALID_ARGUMENT` for another `size`, suite, padding or number of identities or keys, or one identity twice;
/// `TOO_LARGE` for a prologue over 1 KiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_new(
    identities: *const *const secenv_identity,
    identity_count: usize,
    config: *const secenv_server_config,
    out: Out<'_, secenv_server>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (identities, identity_count); P2 for each.
        let identities = unsafe { list_in(identities.cast::<Option<&secenv_identity>>(), identity_count) }?;
        let identities = identities.iter().map(|one| required(*one).map(|one| one.0.clone()));
        let identities = identities.collect::<Result<Vec<_>, _>>()?;
        // SAFETY: P1 (config).
        let config = unsafe { struct_in(config) }?;
        // SAFETY: P1 (cookie_key, 32).
        let cookie_key = CookieKey::from(unsafe { array_in(config.cookie_key) }?);
        // SAFETY: P1 (accepted_keys, accepted_key_count times 32); an array of bytes has no alignment.
        let accepted = unsafe { list_in(config.accepted_keys.cast::<[u8; 32]>(), config.accepted_key_count) }?;
        let accepted: Vec<_> = accepted.iter().map(CookieKey::from).collect();
        // SAFETY: P1 (store_id, 16).
        let store_id = StoreId::from_bytes(*unsafe { array_in(config.store_id) }?);
        let mut shared = ServerConfig::new(&cookie_key, store_id);
        shared.accepted_keys = &accepted;
        shared.minimum_suite = suite_of(config.minimum_suite)?;
        shared.padding = padding_of(config.padding)?;
        // SAFETY: P1 (prologue, prologue_len).
        shared.prologue = unsafe { bytes_in(config.prologue, config.prologue_len) }?;
        Ok(secenv_server(Server::new(&identities, &shared)?))
    })
}

/// Answers a hello. Nothing is kept: what is needed for the finish travels in the reply, sealed under the cookie key.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the hello.
/// - `reply`: the message to send; free it with `secenv_bytes_free`. It is good for a minute, and for one more where
///   clocks differ.
///
/// `MALFORMED` or `TOO_LARGE` if it is no hello; `REJECTED` if it asks for other servers, for a suite below the
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

/// Takes a finish: the client has proven that it owns the key in `client_spki`, and nothing else. **Nothing is sent
/// yet.** First decide by its pin whether this client may come in; then create the session in the store under its id,
/// durably, only if it is not there; if either says no, free what this gave and send nothing of it. Then send the
/// welcome. Until the client's first record the session is unconfirmed: it lives for 300 seconds and seals nothing.
///
/// - `server`: borrowed.
/// - `in`, `in_len`: the finish.
/// - `out`: the session; free it with `secenv_session_free`.
/// - `welcome`: the message to send when the session is stored; free it with `secenv_bytes_free`.
/// - `client_spki`: the client's SubjectPublicKeyInfo in DER; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no finish; `REJECTED` if anything in it does not hold, or if its reply is more
/// than a minute old, or two where clocks differ.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_accept(
    server: Option<&secenv_server>,
    r#in: *const u8,
    in_len: usize,
    out: OutOfMany<secenv_session>,
    welcome: OutOfMany<secenv_bytes>,
    client_spki: OutOfMany<secenv_bytes>,
) -> secenv_status {
    let accept = || {
        // SAFETY: P1 (in, in_len).
        let finish = unsafe { bytes_in(r#in, in_len) }?;
        accept_when(server, finish, Timestamp::now()?)
    };
    // SAFETY: P4 (out, welcome, client_spki).
    unsafe { write_three(out, welcome, client_spki, accept) }
}

/// As `secenv_server_accept`, at the time that `message` says.
///
/// - `server`: borrowed.
/// - `message`: the finish and the time; its number and associated data are not looked at; borrowed.
/// - `out`: the session; free it with `secenv_session_free`.
/// - `welcome`: the message to send when the session is stored; free it with `secenv_bytes_free`.
/// - `client_spki`: the client's SubjectPublicKeyInfo in DER; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_server_accept`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_accept_at(
    server: Option<&secenv_server>,
    message: *const secenv_message,
    out: OutOfMany<secenv_session>,
    welcome: OutOfMany<secenv_bytes>,
    client_spki: OutOfMany<secenv_bytes>,
) -> secenv_status {
    let accept = || {
        // SAFETY: P1 (message).
        let message = unsafe { struct_in(message) }?;
        // SAFETY: P1 (in, in_len).
        let finish = unsafe { bytes_in(message.r#in, message.in_len) }?;
        accept_when(server, finish, Timestamp::from_secs(message.now)?)
    };
    // SAFETY: P4 (out, welcome, client_spki).
    unsafe { write_three(out, welcome, client_spki, accept) }
}

fn accept_when(
    server: Option<&secenv_server>,
    finish: &[u8],
    now: Timestamp,
) -> Result<(secenv_session, secenv_bytes, secenv_bytes), secenv_status> {
    let Accepted { session, welcome, client_spki } = required(server)?.0.accept(finish, now)?;
    Ok((secenv_session::from(session), secenv_bytes::from(welcome), secenv_bytes::from(client_spki)))
}

/// Gives the key of the next period, cookie key or state key, for hosts that hold copies of one key and move on without
/// talking. `docs/protocol-2.md`, "The server's keys".
///
/// - `key`: the key of this period, 32 bytes.
/// - `next_period`: the number of the next one.
/// - `out`: 32 bytes; not touched after a failure. It is as secret as `key`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_server_next_key(key: *const u8, next_period: u64, out: *mut u8) -> secenv_status {
    // SAFETY: P1 (key, 32); P4 (out, 32).
    unsafe { write_secret(out, || Ok(CookieKey::from(array_in(key)?).next(next_period)?.into())) }
}

/// Wipes and frees the server. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_server_free(_server: Option<Box<secenv_server>>) {}
