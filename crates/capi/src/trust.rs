//! Trust statements: which pins hold from now on, signed by offline roots. They need no session.

use core::mem::MaybeUninit;

use crate::boundary::{Exclusive, Out, bytes_in, list_out, pins_in, required, write, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::status::secenv_status;
use crate::trust_draft::threshold_in;
use crate::trust_statement::{SECENV_ROLE_PINS_MAX, role_in};
use secenv_core::Timestamp;
use secenv_core::trust::{self, Roots, Trusted};

/// The longest chain of trust statements.
pub const SECENV_TRUST_CHAIN_BYTES_MAX: usize = 1_048_576;

const _: () = assert!(SECENV_TRUST_CHAIN_BYTES_MAX == trust::CHAIN_BYTES_MAX);

/// Pins in order of preference: `pins[0]` and `pin_count` are what a client's configuration takes.
#[repr(C)]
pub struct secenv_trust_pin_list {
    /// How many of `pins` there are.
    pub pin_count: usize,
    /// The pins.
    pub pins: [[u8; 32]; SECENV_ROLE_PINS_MAX],
}

/// What is trusted: the roots that a program gives, or the statement in force. `docs/trust.md`.
pub struct secenv_trust(pub(crate) Exclusive<Trusted>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_trust>();
};

/// Adds a root's signature to a statement, in the place of one that it made before. The other signatures stay.
///
/// - `root`: borrowed; a root of the statement, or of the one before.
/// - `in`, `in_len`: the statement.
/// - `out`: the statement with the signature; free it with `secenv_bytes_free`.
///
/// `MALFORMED` if it is no trust statement; `TOO_LARGE` over 16 signatures or 16 KiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_sign(
    root: Option<&secenv_identity>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let root = required(root)?;
        // SAFETY: P1 (in, in_len).
        Ok(secenv_bytes::from(trust::sign(&root.0, unsafe { bytes_in(r#in, in_len) }?)?))
    })
}

/// Begins with roots: no pin is in force before version 1 was taken.
///
/// - `roots`: pins of `SECENV_PIN_BYTES` bytes, one after the other, none twice.
/// - `root_count`: how many there are: 1 to `SECENV_ROOTS_MAX`.
/// - `threshold`: how many of them must sign.
/// - `out`: what is trusted; free it with `secenv_trust_free`.
///
/// `INVALID_ARGUMENT` for roots or a threshold that cannot be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_from_roots(
    roots: *const u8,
    root_count: usize,
    threshold: u32,
    out: Out<'_, secenv_trust>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (roots, root_count).
        let pins = unsafe { pins_in(roots, root_count) }?;
        let roots = Roots { pins, threshold: threshold_in(threshold)? };
        Ok(secenv_trust(Trusted::from_roots(roots)?.into()))
    })
}

/// Begins with a statement that came with the program, or that was stored before. Whoever can replace it is believed.
///
/// - `in`, `in_len`: the statement.
/// - `out`: what is trusted; free it with `secenv_trust_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no trust statement; `REJECTED` unless a threshold of its own roots signed it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_from_statement(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_trust>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    write_out(out, || Ok(secenv_trust(Trusted::from_statement(unsafe { bytes_in(r#in, in_len) }?)?.into())))
}

/// Takes what of a chain is new. What held stays taken if a later statement is refused. Store what
/// `secenv_trust_encode` gives before using a pin.
///
/// - `trust`: changed.
/// - `in`, `in_len`: a statement, or several, one after the other, at most `SECENV_TRUST_CHAIN_BYTES_MAX`.
/// - `out`: how many were taken; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no chain; `STALE` if all of it is older; `OUT_OF_ORDER` if a version is missing;
/// `REJECTED` unless a threshold of the roots in force, and one of its own, signed a statement, or for another one of
/// the same version; `CLOSED` after an internal error. A statement that is over is taken, and gives no pins.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_follow(
    trust: Option<&mut secenv_trust>,
    r#in: *const u8,
    in_len: usize,
    out: Option<&mut MaybeUninit<usize>>,
) -> secenv_status {
    write(out, || {
        let trust = required(trust)?;
        // SAFETY: P1 (in, in_len).
        let chain = unsafe { bytes_in(r#in, in_len) }?;
        trust.0.change(|trusted| trusted.follow(chain, |_| {}))
    })
}

/// Gives the version of the statement in force.
///
/// - `trust`: borrowed.
/// - `out`: the version, 0 before the first; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_version(
    trust: Option<&secenv_trust>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || Ok(required(trust)?.0.get()?.version()))
}

/// Gives the statement in force as it came, to be stored.
///
/// - `trust`: borrowed.
/// - `out`: the statement; free it with `secenv_bytes_free`.
///
/// `NOT_FOUND` before the first; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_encode(trust: Option<&secenv_trust>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || {
        let statement = required(trust)?.0.get()?.statement().ok_or(secenv_status::NotFound)?;
        Ok(secenv_bytes::from(statement.as_bytes().to_vec()))
    })
}

/// Gives the pins of a role that are in force, in order of preference: for `SECENV_ROLE_SESSIONS` what a client begins
/// a handshake with.
///
/// - `trust`: borrowed.
/// - `role`: one of `SECENV_ROLE_*`.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the pins, at least one; not touched after a failure.
///
/// `INVALID_ARGUMENT` for another role; `OUT_OF_ORDER` before the first statement; `EXPIRED` if the statement is over,
/// or each of the pins; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_pins(
    trust: Option<&secenv_trust>,
    role: i32,
    now: u64,
    out: Option<&mut MaybeUninit<secenv_trust_pin_list>>,
) -> secenv_status {
    write(out, || {
        let pins = required(trust)?.0.get()?.pins(role_in(role)?, Timestamp::from_secs(now)?)?;
        Ok(secenv_trust_pin_list { pin_count: pins.len(), pins: list_out(&pins, |pin| *pin.as_bytes())? })
    })
}

/// Frees what is trusted. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_free(_trust: Option<Box<secenv_trust>>) {}
