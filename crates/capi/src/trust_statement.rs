//! Trust statements to be looked at: what one says of itself.

use core::mem::MaybeUninit;

use crate::boundary::{Out, bytes_in, list_out, required, write, write_out};
use crate::status::secenv_status;
use secenv_core::Timestamp;
use secenv_core::trust::{ROLE_PINS_MAX, ROOTS_MAX, Role, SIGNATURES_MAX, Trust};

/// The most roots of a trust statement.
pub const SECENV_ROOTS_MAX: usize = 8;
/// The most pins of a role, and of who signs for a vault.
pub const SECENV_ROLE_PINS_MAX: usize = 4;
/// The most signatures under a trust statement.
pub const SECENV_TRUST_SIGNATURES_MAX: usize = 16;

/// Who is the server in a handshake.
pub const SECENV_ROLE_SESSIONS: i32 = 1;
/// Who signs grants.
pub const SECENV_ROLE_GRANTS: i32 = 2;
/// Who signs manifests.
pub const SECENV_ROLE_MANIFESTS: i32 = 3;

const _: () = {
    assert!(SECENV_ROOTS_MAX == ROOTS_MAX);
    assert!(SECENV_ROLE_PINS_MAX == ROLE_PINS_MAX);
    assert!(SECENV_TRUST_SIGNATURES_MAX == SIGNATURES_MAX);
};

/// What a trust statement says of itself, the pins of its roles apart. Times are in seconds since 1970.
#[repr(C)]
pub struct secenv_trust_info {
    /// Counts the statements, from 1.
    pub version: u64,
    /// When it was made.
    pub issued: u64,
    /// The last second in which something new is taken under it; 0 for no end.
    pub expires: u64,
    /// Its digest, whoever signed it.
    pub digest: [u8; 32],
    /// Whether a pin of the sessions may stand in another role.
    pub allow_shared: bool,
    /// How many of the roots must sign.
    pub threshold: u32,
    /// How many of `roots` there are.
    pub root_count: usize,
    /// Who signs this statement and the next, ascending.
    pub roots: [[u8; 32]; SECENV_ROOTS_MAX],
    /// How many of `signers` there are.
    pub signer_count: usize,
    /// The pins whose signatures it has, ascending. Whether they hold is not said.
    pub signers: [[u8; 32]; SECENV_TRUST_SIGNATURES_MAX],
}

/// A pin in a role.
#[repr(C)]
pub struct secenv_trust_pin {
    /// The pin.
    pub pin: [u8; 32],
    /// The last second in which something new by it is taken, in seconds since 1970; 0 for no end.
    pub until: u64,
}

/// A trust statement whose fields were read, and nothing more: nothing of it is verified.
pub struct secenv_trust_statement(Trust);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_trust_statement>();
};

/// One of `SECENV_ROLE_*`.
pub(crate) fn role_in(role: i32) -> Result<Role, secenv_status> {
    match role {
        SECENV_ROLE_SESSIONS => Ok(Role::Sessions),
        SECENV_ROLE_GRANTS => Ok(Role::Grants),
        SECENV_ROLE_MANIFESTS => Ok(Role::Manifests),
        _ => Err(secenv_status::InvalidArgument),
    }
}

/// A time, or 0 for none.
pub(crate) fn end_in(seconds: u64) -> Result<Option<Timestamp>, secenv_status> {
    Ok(Some(Timestamp::from_secs(seconds)?).filter(|_| seconds > 0))
}

fn end_out(time: Option<Timestamp>) -> u64 {
    time.map_or(0, Timestamp::as_secs)
}

/// Reads a trust statement, signed or not. Nothing of it is verified.
///
/// - `in`, `in_len`: the statement.
/// - `out`: the statement; free it with `secenv_trust_statement_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no trust statement.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_statement_parse(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_trust_statement>,
) -> secenv_status {
    // SAFETY: P1 (in, in_len).
    write_out(out, || Ok(secenv_trust_statement(Trust::parse(unsafe { bytes_in(r#in, in_len) }?)?)))
}

/// Says what a trust statement says of itself, the pins of its roles apart.
///
/// - `statement`: borrowed.
/// - `out`: what it says; not touched after a failure.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_statement_inspect(
    statement: Option<&secenv_trust_statement>,
    out: Option<&mut MaybeUninit<secenv_trust_info>>,
) -> secenv_status {
    write(out, || {
        let trust = &required(statement)?.0;
        let said = trust.statement();
        Ok(secenv_trust_info {
            version: said.version,
            issued: said.issued.as_secs(),
            expires: end_out(said.expires),
            digest: *trust.digest().as_bytes(),
            allow_shared: said.allow_shared,
            threshold: said.roots.threshold.into(),
            root_count: said.roots.pins.len(),
            roots: list_out(&said.roots.pins, |pin| *pin.as_bytes())?,
            signer_count: trust.signers().len(),
            signers: list_out(trust.signers(), |pin| *pin.as_bytes())?,
        })
    })
}

/// Counts the pins of a role.
///
/// - `statement`: borrowed.
/// - `role`: one of `SECENV_ROLE_*`.
/// - `out`: how many: 1 to `SECENV_ROLE_PINS_MAX`; not touched after a failure.
///
/// `INVALID_ARGUMENT` for another role.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_statement_pin_count(
    statement: Option<&secenv_trust_statement>,
    role: i32,
    out: Option<&mut MaybeUninit<usize>>,
) -> secenv_status {
    write(out, || Ok(required(statement)?.0.statement().role(role_in(role)?).len()))
}

/// Gives a pin of a role.
///
/// - `statement`: borrowed.
/// - `role`: one of `SECENV_ROLE_*`.
/// - `index`: from 0, in order of preference.
/// - `out`: the pin; not touched after a failure.
///
/// `INVALID_ARGUMENT` for another role; `NOT_FOUND` for an index that is not there.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_statement_pin_at(
    statement: Option<&secenv_trust_statement>,
    role: i32,
    index: usize,
    out: Option<&mut MaybeUninit<secenv_trust_pin>>,
) -> secenv_status {
    write(out, || {
        let pins = required(statement)?.0.statement().role(role_in(role)?);
        let one = pins.get(index).ok_or(secenv_status::NotFound)?;
        Ok(secenv_trust_pin { pin: *one.pin.as_bytes(), until: end_out(one.until) })
    })
}

/// Frees the statement. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_statement_free(_statement: Option<Box<secenv_trust_statement>>) {}
