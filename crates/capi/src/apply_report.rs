//! What became of the files that were applied to a vault.

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::ffi::CString;

use crate::boundary::{c_text, required, write};
use crate::status::secenv_status;
use secenv_core::vault::{Applied, FileKind, Outcome};

/// None of the library's files, or it could not be read.
pub const SECENV_FILE_UNKNOWN: i32 = 0;
/// A trust statement.
pub const SECENV_FILE_TRUST: i32 = 1;
/// A grant.
pub const SECENV_FILE_GRANT: i32 = 2;
/// A manifest.
pub const SECENV_FILE_MANIFEST: i32 = 3;
/// A parcel.
pub const SECENV_FILE_PARCEL: i32 = 4;

/// What became of a file.
#[repr(C)]
pub struct secenv_applied {
    /// The file, NUL-terminated; borrowed from the report.
    pub path: *const c_char,
    /// What it is: one of `SECENV_FILE_*`.
    pub kind: i32,
    /// 0 if it was taken, or why it was refused: a `secenv_status`.
    pub status: i32,
    /// Whether it was taken and had not been there before.
    pub is_new: bool,
}

/// What became of the files of one `secenv_vault_apply`, in the order in which they were worked on.
pub struct secenv_apply_report(Vec<(CString, Applied)>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_apply_report>();
};

impl TryFrom<Vec<Applied>> for secenv_apply_report {
    type Error = secenv_status;

    fn try_from(applied: Vec<Applied>) -> Result<Self, secenv_status> {
        let with_path = |applied: Applied| Ok((c_text(&applied.path.to_string_lossy())?, applied));
        applied.into_iter().map(with_path).collect::<Result<_, _>>().map(Self)
    }
}

/// Returns how many files there are; 0 for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_apply_report_count(report: Option<&secenv_apply_report>) -> usize {
    report.map_or(0, |report| report.0.len())
}

/// Says what became of a file.
///
/// - `report`: borrowed.
/// - `index`: from 0.
/// - `out`: what became of it; not touched after a failure. Its `path` is valid until `secenv_apply_report_free`.
///
/// `NOT_FOUND` for an index that is not there.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_apply_report_at(
    report: Option<&secenv_apply_report>,
    index: usize,
    out: Option<&mut MaybeUninit<secenv_applied>>,
) -> secenv_status {
    write(out, || {
        let (path, applied) = required(report)?.0.get(index).ok_or(secenv_status::NotFound)?;
        let kind = match applied.kind {
            FileKind::Trust => SECENV_FILE_TRUST,
            FileKind::Grant => SECENV_FILE_GRANT,
            FileKind::Manifest => SECENV_FILE_MANIFEST,
            FileKind::Parcel => SECENV_FILE_PARCEL,
            _ => SECENV_FILE_UNKNOWN,
        };
        Ok(secenv_applied {
            path: path.as_ptr(),
            kind,
            status: applied.result.map_or_else(secenv_status::from, |_| secenv_status::Ok) as i32,
            is_new: applied.result == Ok(Outcome::Taken),
        })
    })
}

/// Frees the report. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_apply_report_free(_report: Option<Box<secenv_apply_report>>) {}
