//! Trust statements: who the server is from now on.

use core::mem::MaybeUninit;

use crate::boundary::{Out, bytes_in, list_out, pins_in, required, struct_in, write, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::pin::SECENV_PINS_MAX;
use crate::status::secenv_status;
use secenv_core::Timestamp;
use secenv_core::trust::{self, Statement, Trust};

/// What a trust statement says: the server is whoever has one of these pins.
#[repr(C)]
pub struct secenv_trust_terms {
    /// `sizeof(secenv_trust_terms)`.
    pub size: usize,
    /// Counts the statements, from 1.
    pub version: u64,
    /// When it is made: now, in seconds since 1970.
    pub issued: u64,
    /// Pins of `SECENV_PIN_BYTES` bytes, one after the other, none twice.
    pub pins: *const u8,
    /// How many there are: 1 to `SECENV_PINS_MAX`.
    pub pin_count: usize,
}

/// What a trust statement says of itself.
#[repr(C)]
pub struct secenv_trust_info {
    /// Counts the statements, from 1.
    pub version: u64,
    /// When it was made, in seconds since 1970.
    pub issued: u64,
    /// The pin of who signed it.
    pub signer: [u8; 32],
    /// Its digest.
    pub digest: [u8; 32],
    /// How many of `pins` there are.
    pub pin_count: usize,
    /// Who the server is, ascending.
    pub pins: [[u8; 32]; SECENV_PINS_MAX],
}

/// Names who the server is from now on.
///
/// - `signer`: borrowed; who the server is now, or the offline root.
/// - `terms`: what is stated; borrowed.
/// - `out`: the statement; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for no or too many pins, one twice, or numbers that cannot be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_issue(
    signer: Option<&secenv_identity>,
    terms: *const secenv_trust_terms,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let signer = required(signer)?;
        // SAFETY: P1 (terms).
        let terms = unsafe { struct_in(terms) }?;
        let statement = Statement {
            version: terms.version,
            issued: Timestamp::from_secs(terms.issued)?,
            // SAFETY: P1 (pins, pin_count).
            pins: unsafe { pins_in(terms.pins, terms.pin_count) }?,
        };
        Ok(secenv_bytes::from(trust::issue(&signer.0, &statement)?))
    })
}

/// Says what a trust statement says of itself. Nothing of it is verified.
///
/// - `in`, `in_len`: the statement.
/// - `out`: what it says; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no trust statement.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_trust_inspect(
    r#in: *const u8,
    in_len: usize,
    out: Option<&mut MaybeUninit<secenv_trust_info>>,
) -> secenv_status {
    write(out, || {
        // SAFETY: P1 (in, in_len).
        let trust = Trust::parse(unsafe { bytes_in(r#in, in_len) }?)?;
        let Statement { version, issued, pins } = trust.statement();
        Ok(secenv_trust_info {
            version: *version,
            issued: issued.as_secs(),
            signer: *trust.signer().as_bytes(),
            digest: *trust.digest().as_bytes(),
            pin_count: pins.len(),
            pins: list_out(pins, |pin| *pin.as_bytes())?,
        })
    })
}
