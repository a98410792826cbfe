//! Sessions of protocol 2, and their records.

use core::mem::MaybeUninit;

use crate::boundary::{
    Exclusive, Out, array_in, array_or_null, bytes_in, required, struct_in, write, write_array, write_out, write_secret,
};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::session::{Place, Role, Session};
use secenv_core::{Error, Pin, SecretBytes, SessionId, StateKey, StoreId, Timestamp};

/// X25519 through `crypto_kx`.
pub const SECENV_SUITE_X25519: i32 = 1;
/// X25519 through `crypto_kx`, and X-Wing (ML-KEM-768 and X25519): post-quantum hybrid.
pub const SECENV_SUITE_X25519_XWING: i32 = 2;

/// A record is as long as its message, and 67 or 83 bytes more.
pub const SECENV_PADDING_NONE: i32 = 0;
/// Records hide the lengths of their messages: 256 bytes at least; above, at most 12 per cent more (Padmé).
pub const SECENV_PADDING_PADME: i32 = 1;

/// The side that said hello.
pub const SECENV_ROLE_CLIENT: i32 = 1;
/// The side that accepted.
pub const SECENV_ROLE_SERVER: i32 = 2;

/// Where a session is kept. A sealed state opens there and nowhere else.
#[repr(C)]
pub struct secenv_session_place {
    /// `sizeof(secenv_session_place)`.
    pub size: usize,
    /// `SECENV_PIN_BYTES` bytes: the identity that accepted, or that the client found; `secenv_session_server_pin`.
    pub server_pin: *const u8,
    /// `SECENV_STORE_ID_BYTES` bytes: the id of the server's store. NULL at a client.
    pub store_id: *const u8,
    /// `SECENV_SESSION_ID_BYTES` bytes: what the store has it under; `secenv_session_id`.
    pub session_id: *const u8,
    /// One of `SECENV_ROLE_*`.
    pub role: i32,
}

/// One side of a session. It ends after 24 hours, 2^32 messages each way, or 2^44 bytes; at a server after 300 seconds
/// if no record of the client came. Wiped when freed. A function
/// that depends on the time is `UNAVAILABLE` if the system's clock stands before 1970.
pub struct secenv_session(Exclusive<Session>);

impl From<Session> for secenv_session {
    fn from(session: Session) -> Self {
        Self(Exclusive::from(session))
    }
}

/// What is sealed, opened or accepted, and when: for the functions whose names end in `_at`.
#[repr(C)]
pub struct secenv_message {
    /// `sizeof(secenv_message)`.
    pub size: usize,
    /// The number of the message that is replied to; looked at by `secenv_session_reply_at` and
    /// `secenv_session_open_reply_at`.
    pub number: u64,
    /// The associated data: what the record is for, at most 64 KiB.
    pub ad: *const u8,
    /// Its length.
    pub ad_len: usize,
    /// The message, or the record.
    pub r#in: *const u8,
    /// Its length.
    pub in_len: usize,
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// What seals or opens: the session, the number, the associated data, the input, the time.
type Work<T> = fn(&mut Session, u64, &[u8], &[u8], Timestamp) -> Result<T, Error>;

/// Lets a session seal or open a message, and gives the result.
///
/// # Safety
/// P1 (`ad`, `in` of `message`).
unsafe fn pass<T: Into<SecretBytes>>(
    session: Option<&mut secenv_session>,
    message: &secenv_message,
    now: impl FnOnce() -> Result<Timestamp, Error>,
    out: Out<'_, secenv_bytes>,
    work: Work<T>,
) -> secenv_status {
    write_out(out, || {
        let session = required(session)?;
        // SAFETY: P1 (ad, ad_len).
        let ad = unsafe { bytes_in(message.ad, message.ad_len) }?;
        // SAFETY: P1 (in, in_len).
        let input = unsafe { bytes_in(message.r#in, message.in_len) }?;
        let now = now()?;
        Ok(secenv_bytes::from(session.0.change(|session| work(session, message.number, ad, input, now))?))
    })
}

/// As [`pass`], at the time that the message says.
///
/// # Safety
/// P1 (`message`, its `ad` and `in`).
unsafe fn pass_at<T: Into<SecretBytes>>(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    out: Out<'_, secenv_bytes>,
    work: Work<T>,
) -> secenv_status {
    // SAFETY: P1 (message).
    match unsafe { struct_in(message) } {
        // SAFETY: P1 (ad, ad_len), (in, in_len).
        Ok(message) => unsafe { pass(session, message, || Timestamp::from_secs(message.now), out, work) },
        Err(status) => write_out(out, || Err(status)),
    }
}

const SEAL: Work<Vec<u8>> = |session, _, ad, message, now| session.seal(ad, message, now);
const OPEN: Work<SecretBytes> = |session, _, ad, record, now| session.open(ad, record, now);
const OPEN_MESSAGE: Work<SecretBytes> = |session, _, ad, record, now| session.open_message(ad, record, now);
const OPEN_REPLY: Work<SecretBytes> = |session, number, ad, record, now| session.open_reply(number, ad, record, now);
const REPLY: Work<Vec<u8>> = |session, number, ad, message, now| session.reply(number, ad, message, now);

/// Seals a message for the other side. Its number is `secenv_session_last_sent`.
///
/// Store the session before you send the record: the other side refuses a number that it has seen.
///
/// - `session`: changed.
/// - `ad`, `ad_len`: what the record is for, at most 64 KiB; the other side has to name the same. May be empty.
/// - `in`, `in_len`: the message, at most 16 MiB; may be empty.
/// - `record`: what to send; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over a limit; `ENDED` if the session is over; `UNCONFIRMED` at a server before the client's first record;
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_seal(
    session: Option<&mut secenv_session>,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    record: Out<'_, secenv_bytes>,
) -> secenv_status {
    let message = secenv_message { size: 0, number: 0, ad, ad_len, r#in, in_len, now: 0 };
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, &message, Timestamp::now, record, SEAL) }
}

/// As `secenv_session_seal`, at the time that `message` says.
///
/// - `session`: changed.
/// - `message`: what to do; borrowed.
/// - `record`: as there; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_seal`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_seal_at(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    record: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (message).
    unsafe { pass_at(session, message, record, SEAL) }
}

/// Opens a record, a message or a reply, that the other side sealed. Its number is `secenv_session_last_received`.
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
/// anything differs, if it belongs to another session, or if it was opened before; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open(
    session: Option<&mut secenv_session>,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    let message = secenv_message { size: 0, number: 0, ad, ad_len, r#in, in_len, now: 0 };
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, &message, Timestamp::now, out, OPEN) }
}

/// As `secenv_session_open`, at the time that `message` says.
///
/// - `session`: changed.
/// - `message`: what to do; borrowed.
/// - `out`: as there; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_open`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open_at(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (message).
    unsafe { pass_at(session, message, out, OPEN) }
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
    let message = secenv_message { size: 0, number: 0, ad, ad_len, r#in, in_len, now: 0 };
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, &message, Timestamp::now, out, OPEN_MESSAGE) }
}

/// As `secenv_session_open_message`, at the time that `message` says.
///
/// - `session`: changed.
/// - `message`: what to do; borrowed.
/// - `out`: as there; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_open_message`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open_message_at(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (message).
    unsafe { pass_at(session, message, out, OPEN_MESSAGE) }
}

/// As `secenv_session_open`, but takes only the reply to the message of this number; any other record is `REJECTED`.
///
/// - `session`: changed.
/// - `number`: of the message, from `secenv_session_last_sent`.
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
    let message = secenv_message { size: 0, number, ad, ad_len, r#in, in_len, now: 0 };
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, &message, Timestamp::now, out, OPEN_REPLY) }
}

/// As `secenv_session_open_reply`, at the time that `message` says.
///
/// - `session`: changed.
/// - `message`: what to do; borrowed.
/// - `out`: as there; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_open_reply`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_open_reply_at(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (message).
    unsafe { pass_at(session, message, out, OPEN_REPLY) }
}

/// Gives the number of the record that this handle opened last: a message's own, or that of the message which a reply
/// answers.
///
/// - `session`: borrowed.
/// - `out`: the number; not touched after a failure.
///
/// `INVALID_ARGUMENT` if it has opened none since it was made or imported; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_last_received(
    session: Option<&secenv_session>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || required(session)?.0.get()?.last_received().ok_or(secenv_status::InvalidArgument))
}

/// Gives the number of the message that this side of the session sealed last, by this handle or before an import; its
/// reply carries the same.
///
/// - `session`: borrowed.
/// - `out`: the number; not touched after a failure.
///
/// `INVALID_ARGUMENT` if it has sealed none; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_last_sent(
    session: Option<&secenv_session>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || required(session)?.0.get()?.last_sent().ok_or(secenv_status::InvalidArgument))
}

/// Seals the reply to a message that was opened before. It needs no counter, so several workers may reply at once; the
/// other side takes one reply to each message.
///
/// - `session`: changed (its count of bytes); it need not be stored again.
/// - `number`: of the message, from `secenv_session_last_received`.
/// - `ad`, `ad_len`: what the reply is for, at most 64 KiB.
/// - `in`, `in_len`: the reply, at most 16 MiB; may be empty.
/// - `record`: what to send; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` unless the message is one of the last 1,024 that this handle opened, or was one of the last 16
/// when the session was exported, and its generation is not gone; otherwise as `secenv_session_seal`.
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
    let message = secenv_message { size: 0, number, ad, ad_len, r#in, in_len, now: 0 };
    // SAFETY: P1 (ad, ad_len), (in, in_len).
    unsafe { pass(session, &message, Timestamp::now, record, REPLY) }
}

/// As `secenv_session_reply`, at the time that `message` says.
///
/// - `session`: changed.
/// - `message`: what to do; borrowed.
/// - `record`: as there; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_session_reply`; `INVALID_ARGUMENT` for another `size`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_reply_at(
    session: Option<&mut secenv_session>,
    message: *const secenv_message,
    record: Out<'_, secenv_bytes>,
) -> secenv_status {
    // SAFETY: P1 (message).
    unsafe { pass_at(session, message, record, REPLY) }
}

/// Gives the session as a sealed blob, to be stored. The blob is as confidential as `state_key`.
///
/// - `session`: borrowed.
/// - `state_key`: `SECENV_STATE_KEY_BYTES` random bytes, a key of their own, not the cookies'.
/// - `place`: where the blob will lie; borrowed.
/// - `out`: the blob; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` if the place is not this session's, or has another `size`; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_export(
    session: Option<&secenv_session>,
    state_key: *const u8,
    place: *const secenv_session_place,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let session = required(session)?.0.get()?;
        // SAFETY: P1 (state_key, 32).
        let state_key = StateKey::from(unsafe { array_in(state_key) }?);
        // SAFETY: P1 (place and what it points to).
        let place = unsafe { place_in(place) }?;
        Ok(secenv_bytes::from(session.export(&state_key, &place)?))
    })
}

/// Gives the session in a blob. An old blob repeats no nonce, but may take a record twice: store what you export.
///
/// - `in`, `in_len`: the blob.
/// - `state_key`: the 32 bytes that it was sealed under.
/// - `place`: where the blob lay; borrowed.
/// - `out`: the session; free it with `secenv_session_free`.
///
/// `MALFORMED` if it is no blob; `REJECTED` if it was sealed under another key or for another place, or changed; `ENDED`
/// if the session is over; `INVALID_ARGUMENT` for another `size` or role.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_import(
    r#in: *const u8,
    in_len: usize,
    state_key: *const u8,
    place: *const secenv_session_place,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len), (state_key, 32), (place and what it points to).
    unsafe { import_when((r#in, in_len), state_key, place, Timestamp::now, out) }
}

/// As `secenv_session_import`, at a time that the caller says.
///
/// - `in`, `in_len`: the blob.
/// - `state_key`: the 32 bytes that it was sealed under.
/// - `place`: where the blob lay; borrowed.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the session; free it with `secenv_session_free`.
///
/// The statuses are those of `secenv_session_import`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_import_at(
    r#in: *const u8,
    in_len: usize,
    state_key: *const u8,
    place: *const secenv_session_place,
    now: u64,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len), (state_key, 32), (place and what it points to).
    unsafe { import_when((r#in, in_len), state_key, place, || Timestamp::from_secs(now), out) }
}

/// # Safety
/// P1 (`blob`), (`state_key`, 32), (`place` and what it points to).
unsafe fn import_when(
    blob: (*const u8, usize),
    state_key: *const u8,
    place: *const secenv_session_place,
    now: impl FnOnce() -> Result<Timestamp, Error>,
    out: Out<'_, secenv_session>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (blob).
        let blob = unsafe { bytes_in(blob.0, blob.1) }?;
        // SAFETY: P1 (state_key, 32).
        let state_key = StateKey::from(unsafe { array_in(state_key) }?);
        // SAFETY: P1 (place and what it points to).
        let place = unsafe { place_in(place) }?;
        Ok(secenv_session::from(Session::import(blob, &state_key, &place, now()?)?))
    })
}

/// # Safety
/// P1 (`place` and what it points to).
unsafe fn place_in(place: *const secenv_session_place) -> Result<Place, secenv_status> {
    // SAFETY: P1 (place).
    let place = unsafe { struct_in(place) }?;
    let role = match place.role {
        SECENV_ROLE_CLIENT => Role::Client,
        SECENV_ROLE_SERVER => Role::Server,
        _ => return Err(secenv_status::InvalidArgument),
    };
    // SAFETY: P1 (server_pin, 32), (session_id, 16), (store_id, 16).
    let (server_pin, session_id, store_id) =
        unsafe { (array_in(place.server_pin)?, array_in(place.session_id)?, array_or_null(place.store_id)) };
    // A client has no store; a server without one has forgotten it.
    let store_id = match (role, store_id) {
        (Role::Client, None) => StoreId::CLIENT,
        (_, store_id) => StoreId::from_bytes(*required(store_id)?),
    };
    let (server_pin, session_id) = (Pin::from_bytes(*server_pin), SessionId::from_bytes(*session_id));
    Ok(Place { server_pin, store_id, session_id, role })
}

/// Gives 32 bytes for another use: both sides get the same for the same label and context, at any time of the session.
///
/// - `session`: borrowed.
/// - `label`, `label_len`: what they are for, at most 1 KiB; may be empty.
/// - `context`, `context_len`: more of that, at most 1 KiB; may be empty.
/// - `out`: 32 bytes; not touched after a failure. They are secret.
///
/// `UNCONFIRMED` at a server before the client's first record; `TOO_LARGE` over a limit; `CLOSED` after an internal
/// error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_export_secret(
    session: Option<&secenv_session>,
    label: *const u8,
    label_len: usize,
    context: *const u8,
    context_len: usize,
    out: *mut u8,
) -> secenv_status {
    let export = || {
        let session = required(session)?.0.get()?;
        // SAFETY: P1 (label, label_len), (context, context_len).
        let (label, context) = unsafe { (bytes_in(label, label_len)?, bytes_in(context, context_len)?) };
        Ok(session.export_secret(label, context)?)
    };
    // SAFETY: P4 (out, 32).
    unsafe { write_secret(out, export) }
}

/// Gives whether the other side is known to have this session: a server knows it from the client's first record, a
/// client from the welcome.
///
/// - `session`: borrowed.
/// - `out`: true or false; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_is_confirmed(
    session: Option<&secenv_session>,
    out: Option<&mut MaybeUninit<bool>>,
) -> secenv_status {
    write(out, || Ok(required(session)?.0.get()?.is_confirmed()))
}

/// Gives the pin of the server's identity in this session, on either side: what its place is named by.
///
/// - `session`: borrowed.
/// - `out`: `SECENV_PIN_BYTES` bytes; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_server_pin(session: Option<&secenv_session>, out: *mut u8) -> secenv_status {
    // SAFETY: P4 (out, 32).
    unsafe { write_array(out, || Ok(*required(session)?.0.get()?.place().server_pin.as_bytes())) }
}

/// Gives the session's id, which stands in the clear in its records.
///
/// - `session`: borrowed.
/// - `out`: `SECENV_SESSION_ID_BYTES` bytes; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_id(session: Option<&secenv_session>, out: *mut u8) -> secenv_status {
    // SAFETY: P4 (out, 16).
    unsafe { write_array(out, || Ok(*required(session)?.0.get()?.id().as_bytes())) }
}

/// Gives the pin of the other side: of the client that a server accepted, or of the server that a client asked for. It
/// is part of the sealed state, so ask it at each request whether this peer may still come in.
///
/// - `session`: borrowed.
/// - `out`: `SECENV_PIN_BYTES` bytes; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_session_peer(session: Option<&secenv_session>, out: *mut u8) -> secenv_status {
    // SAFETY: P4 (out, 32).
    unsafe { write_array(out, || Ok(*required(session)?.0.get()?.peer().as_bytes())) }
}

/// Wipes and frees the session. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_session_free(_session: Option<Box<secenv_session>>) {}
