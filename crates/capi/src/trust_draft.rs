//! Trust statements in the making: which pins hold from now on.

use crate::boundary::{Exclusive, Out, array_in, guard, pins_in, required, struct_in, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use crate::trust_statement::{end_in, role_in};
use secenv_core::trust::{self, Role, RolePin, Roots, Statement};
use secenv_core::{Pin, Timestamp};

/// What a trust statement says beside the pins of its roles. Times are in seconds since 1970, all numbers below 2^63.
#[repr(C)]
pub struct secenv_trust_terms {
    /// `sizeof(secenv_trust_terms)`.
    pub size: usize,
    /// Counts the statements, from 1.
    pub version: u64,
    /// When it is made: now.
    pub issued: u64,
    /// The last second in which something new is taken under it; 0 for no end.
    pub expires: u64,
    /// Who signs this statement and the next: pins of `SECENV_PIN_BYTES` bytes, one after the other, none twice.
    pub roots: *const u8,
    /// How many there are: 1 to `SECENV_ROOTS_MAX`.
    pub root_count: usize,
    /// How many of them must sign.
    pub threshold: u32,
    /// 1 if a pin of the sessions may stand in another role, or 0.
    pub allow_shared: i32,
}

/// A trust statement in the making. `docs/trust.md`.
pub struct secenv_trust_draft(Exclusive<Statement>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_trust_draft>();
};

/// How many roots must sign.
pub(crate) fn threshold_in(threshold: u32) -> Result<u8, secenv_status> {
    u8::try_from(threshold).map_err(|_| secenv_status::InvalidArgument)
}

/// Begins a statement.
///
/// - `terms`: what it says beside the pins of its roles; borrowed.
/// - `out`: the draft; free it with `secenv_trust_draft_free`.
///
/// `INVALID_ARGUMENT` for a number that cannot be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_draft_start(
    terms: *const secenv_trust_terms,
    out: Out<'_, secenv_trust_draft>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (terms).
        let terms = unsafe { struct_in(terms) }?;
        let roots = Roots {
            // SAFETY: P1 (roots, root_count).
            pins: unsafe { pins_in(terms.roots, terms.root_count) }?,
            threshold: threshold_in(terms.threshold)?,
        };
        let allow_shared = match terms.allow_shared {
            0 => false,
            1 => true,
            _ => return Err(secenv_status::InvalidArgument),
        };
        let statement = Statement {
            version: terms.version,
            issued: Timestamp::from_secs(terms.issued)?,
            expires: end_in(terms.expires)?,
            allow_shared,
            roots,
            sessions: Vec::new(),
            grants: Vec::new(),
            manifests: Vec::new(),
        };
        Ok(secenv_trust_draft(statement.into()))
    })
}

/// Puts a pin into a role, after those that are there: the order is that of preference.
///
/// - `draft`: changed.
/// - `role`: one of `SECENV_ROLE_*`.
/// - `pin`: `SECENV_PIN_BYTES` bytes.
/// - `until`: the last second in which something new by it is taken; 0 for no end.
///
/// `INVALID_ARGUMENT` for another role or a time that cannot be; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_draft_add(
    draft: Option<&mut secenv_trust_draft>,
    role: i32,
    pin: *const u8,
    until: u64,
) -> secenv_status {
    guard(|| {
        let draft = required(draft)?;
        // SAFETY: P1 (pin, 32).
        let pin = Pin::from_bytes(*unsafe { array_in(pin) }?);
        let (role, one) = (role_in(role)?, RolePin { pin, until: end_in(until)? });
        draft.0.change(|statement| {
            let pins = match role {
                Role::Sessions => &mut statement.sessions,
                Role::Grants => &mut statement.grants,
                Role::Manifests => &mut statement.manifests,
            };
            pins.push(one);
            Ok(())
        })
    })
}

/// Gives the statement, which nobody has signed yet: see `secenv_trust_sign`.
///
/// - `draft`: borrowed.
/// - `out`: the statement; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for what no reader would take: no or more than `SECENV_ROOTS_MAX` roots or `SECENV_ROLE_PINS_MAX`
/// pins of a role, one twice, a threshold above the number of roots, a root in a role, a pin of the sessions in another
/// role that may not be there; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_draft_issue(
    draft: Option<&secenv_trust_draft>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(trust::issue(required(draft)?.0.get()?)?)))
}

/// Frees the draft. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_trust_draft_free(_draft: Option<Box<secenv_trust_draft>>) {}
