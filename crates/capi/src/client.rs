//! The client's side of protocol 2's handshake.

use core::mem::MaybeUninit;

use crate::boundary::{
    Exclusive, Out, OutOfMany, bytes_in, pins_in, required, struct_in, write, write_both, write_out,
};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::session::secenv_session;
use crate::status::secenv_status;
use secenv_core::session::{Client, ClientConfig, Padding, Suite};
use secenv_core::{Error, Timestamp};

/// What a client asks for. Prologue and padding are the server's, too, or the handshake fails.
#[repr(C)]
pub struct secenv_client_config {
    /// `sizeof(secenv_client_config)`.
    pub size: usize,
    /// The pins of the server, newest first, `SECENV_PIN_BYTES` bytes each, none twice. Each is trusted whole.
    pub pins: *const u8,
    /// How many, 1 to 4.
    pub pin_count: usize,
    /// One of `SECENV_SUITE_*`; 0 is the strong one. Nothing is negotiated.
    pub suite: i32,
    /// One of `SECENV_PADDING_*`.
    pub padding: i32,
    /// What else both sides know: the application, a host, a version.
    pub prologue: *const u8,
    /// Its length, at most 1 KiB.
    pub prologue_len: usize,
    /// The time of the hello, in seconds since 1970; 0 is the system's clock.
    pub now: u64,
}

/// A client that said hello. It waits for the reply, then for the welcome, and makes one session within 120 seconds.
/// Wiped when freed.
pub struct secenv_client(Exclusive<Client>);

/// Starts a handshake with a server that has one of these pins, and with no other.
///
/// - `me`: borrowed; the client's identity.
/// - `config`: what is asked for; borrowed.
/// - `out`: the client; free it with `secenv_client_free`.
/// - `hello`: the message to send; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for another `size`, suite, padding or number of pins, or one pin twice; `TOO_LARGE` for a prologue
/// over 1 KiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_start(
    me: Option<&secenv_identity>,
    config: *const secenv_client_config,
    out: OutOfMany<secenv_client>,
    hello: OutOfMany<secenv_bytes>,
) -> secenv_status {
    let start = || {
        let me = required(me)?;
        // SAFETY: P1 (config).
        let config = unsafe { struct_in(config) }?;
        // SAFETY: P1 (pins, pin_count).
        let pins = unsafe { pins_in(config.pins, config.pin_count) }?;
        let mut asked = ClientConfig::new(&pins);
        asked.suite = suite_of(config.suite)?;
        asked.padding = padding_of(config.padding)?;
        // SAFETY: P1 (prologue, prologue_len).
        asked.prologue = unsafe { bytes_in(config.prologue, config.prologue_len) }?;
        let now = if config.now == 0 { Timestamp::now() } else { Timestamp::from_secs(config.now) }?;
        let (client, hello) = Client::start(&me.0, &asked, now)?;
        Ok((secenv_client(Exclusive::from(client)), secenv_bytes::from(hello)))
    };
    // SAFETY: P4 (out, hello).
    unsafe { write_both(out, hello, start) }
}

/// Takes the server's reply and gives the finish. It makes one, and the same bytes may be sent again.
///
/// A reply that was refused changes nothing, so that the true one may still come.
///
/// - `client`: changed.
/// - `in`, `in_len`: the reply.
/// - `finish`: the message to send; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no reply; `REJECTED` if it is not the reply of a pinned server to this hello;
/// `CLOSED` after a success, and 120 seconds after the hello.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_finish(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    finish: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { finish_when(client, (r#in, in_len), Timestamp::now, finish) }
}

/// As `secenv_client_finish`, at a time that the caller says.
///
/// - `client`: changed.
/// - `in`, `in_len`: the reply.
/// - `now`: the time, in seconds since 1970.
/// - `finish`: the message to send; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_client_finish`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_finish_at(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    now: u64,
    finish: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { finish_when(client, (r#in, in_len), || Timestamp::from_secs(now), finish) }
}

/// # Safety
/// P1 (`reply`).
unsafe fn finish_when(
    client: Option<&mut secenv_client>,
    reply: (*const u8, usize),
    now: impl FnOnce() -> Result<Timestamp, Error>,
    finish: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(finish, || {
        let client = required(client)?;
        // SAFETY: P1 (reply).
        let reply = unsafe { bytes_in(reply.0, reply.1) }?;
        let now = now()?;
        Ok(secenv_bytes::from(client.0.change(|client| client.finish(reply, now))?))
    })
}

/// Takes the server's welcome, the answer to the finish, and gives the session: the server has it, too. Then ask
/// `secenv_client_pin_index` which pins to drop.
///
/// A welcome that was refused changes nothing. An answer that is none, silence, and a welcome that does not hold mean
/// the same: begin again with a new hello, at most 3 times, with growing pauses.
///
/// - `client`: changed; after a success it is closed.
/// - `in`, `in_len`: the welcome.
/// - `out`: the session; free it with `secenv_session_free`.
///
/// `INVALID_ARGUMENT` if no reply was taken before; `MALFORMED` or `TOO_LARGE` if it is no welcome; `REJECTED` if it does
/// not end this handshake; `CLOSED` after a success, and 120 seconds after the hello.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_session(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { session_when(client, (r#in, in_len), Timestamp::now, out) }
}

/// As `secenv_client_session`, at a time that the caller says.
///
/// - `client`: changed.
/// - `in`, `in_len`: the welcome.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the session; free it with `secenv_session_free`.
///
/// The statuses are those of `secenv_client_session`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_client_session_at(
    client: Option<&mut secenv_client>,
    r#in: *const u8,
    in_len: usize,
    now: u64,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    unsafe { session_when(client, (r#in, in_len), || Timestamp::from_secs(now), out) }
}

/// # Safety
/// P1 (`welcome`).
unsafe fn session_when(
    client: Option<&mut secenv_client>,
    welcome: (*const u8, usize),
    now: impl FnOnce() -> Result<Timestamp, Error>,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    write_out(out, || {
        let client = required(client)?;
        // SAFETY: P1 (welcome).
        let welcome = unsafe { bytes_in(welcome.0, welcome.1) }?;
        let now = now()?;
        Ok(secenv_session::from(client.0.change(|client| client.session(welcome, now))?))
    })
}

/// Gives the place, from 0, of the pin under which the server proved itself. The pins after it are to be dropped for
/// good: store that before the session is used.
///
/// - `client`: borrowed.
/// - `out`: the place; not touched after a failure.
///
/// `INVALID_ARGUMENT` before a welcome held.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_client_pin_index(
    client: Option<&secenv_client>,
    out: Option<&mut MaybeUninit<usize>>,
) -> secenv_status {
    write(out, || required(client)?.0.get()?.pin_index().ok_or(secenv_status::InvalidArgument))
}

/// Wipes and frees the client. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_client_free(_client: Option<Box<secenv_client>>) {}

/// The suite behind a number from C; the strong one behind none.
pub(crate) fn suite_of(number: i32) -> Result<Suite, secenv_status> {
    match number {
        0 => Ok(Suite::X25519XWing),
        _ => u8::try_from(number)
            .ok()
            .and_then(|number| Suite::try_from(number).ok())
            .ok_or(secenv_status::InvalidArgument),
    }
}

/// The padding behind a number from C.
pub(crate) fn padding_of(number: i32) -> Result<Padding, secenv_status> {
    u8::try_from(number).ok().and_then(|number| Padding::try_from(number).ok()).ok_or(secenv_status::InvalidArgument)
}
