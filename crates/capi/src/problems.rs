//! What is wrong with a vault's parcels.

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::ffi::CString;

use crate::boundary::{c_text, required, write};
use crate::status::secenv_status;
use secenv_core::vault::{Flaw, Problem};

/// The manifest names the parcel, and it is not here.
pub const SECENV_FLAW_MISSING: i32 = 1;
/// It is here, and no manifest names it.
pub const SECENV_FLAW_EXTRA: i32 = 2;
/// It is another revision of a document that the manifest names.
pub const SECENV_FLAW_STALE: i32 = 3;
/// It is not what was signed.
pub const SECENV_FLAW_DAMAGED: i32 = 4;

/// Something that is wrong.
#[repr(C)]
pub struct secenv_problem {
    /// What it is: one of `SECENV_FLAW_*`.
    pub flaw: i32,
    /// The document, or the file if it names none, NUL-terminated; borrowed from the list.
    pub name: *const c_char,
}

/// The problems of one `secenv_vault_verify`.
pub struct secenv_problems(Vec<(CString, Flaw)>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_problems>();
};

impl TryFrom<Vec<Problem>> for secenv_problems {
    type Error = secenv_status;

    fn try_from(problems: Vec<Problem>) -> Result<Self, secenv_status> {
        let with_name = |problem: &Problem| Ok((c_text(&problem.name)?, problem.flaw));
        problems.iter().map(with_name).collect::<Result<_, _>>().map(Self)
    }
}

/// Returns how many problems there are; 0 for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_problems_count(problems: Option<&secenv_problems>) -> usize {
    problems.map_or(0, |problems| problems.0.len())
}

/// Gives a problem of the list.
///
/// - `problems`: borrowed.
/// - `index`: from 0.
/// - `out`: the problem; not touched after a failure. Its `name` is valid until `secenv_problems_free`.
///
/// `NOT_FOUND` for an index that is not there.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_problems_at(
    problems: Option<&secenv_problems>,
    index: usize,
    out: Option<&mut MaybeUninit<secenv_problem>>,
) -> secenv_status {
    write(out, || {
        let (name, flaw) = required(problems)?.0.get(index).ok_or(secenv_status::NotFound)?;
        let flaw = match flaw {
            Flaw::Missing => SECENV_FLAW_MISSING,
            Flaw::Extra => SECENV_FLAW_EXTRA,
            Flaw::Stale => SECENV_FLAW_STALE,
            _ => SECENV_FLAW_DAMAGED,
        };
        Ok(secenv_problem { flaw, name: name.as_ptr() })
    })
}

/// Frees the list. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_problems_free(_problems: Option<Box<secenv_problems>>) {}
