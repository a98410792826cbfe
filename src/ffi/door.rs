//! The only door: NULL checks, slices from pointers, panics caught. Exports with a handle as result use [`give`], the others
//! [`guard`].

use core::mem::MaybeUninit;
use core::slice;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::status::secenv_status;

/// A handle that is given to the caller through `T **out`.
pub(super) type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// Runs `make` and gives its result through `out`, which is NULL after a failure.
pub(super) fn give<T>(out: Out<'_, T>, make: impl FnOnce() -> Result<T, secenv_status>) -> secenv_status {
    guard(|| {
        let out = given(out)?.write(None);
        *out = Some(Box::new(make()?));
        Ok(())
    })
}

/// Runs `body` and turns a panic into a status.
pub(super) fn guard(body: impl FnOnce() -> Result<(), secenv_status>) -> secenv_status {
    // Unwind safe: a handle that a call changes is closed before it is worked on.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => secenv_status::Ok,
        Ok(Err(status)) => status,
        Err(_) => secenv_status::Panicked,
    }
}

/// A pointer that may not be NULL.
pub(super) fn given<P>(pointer: Option<P>) -> Result<P, secenv_status> {
    pointer.ok_or(secenv_status::NullPointer)
}

/// The bytes behind a pointer and a length. NULL is fine if the length is 0.
///
/// # Safety
/// P1 (`data`, `len`).
pub(super) unsafe fn bytes_in<'a>(data: *const u8, len: usize) -> Result<&'a [u8], secenv_status> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(secenv_status::NullPointer);
    }
    if isize::try_from(len).is_err() {
        return Err(secenv_status::InvalidLength);
    }
    // SAFETY: P1 (data, len); not NULL, and not over isize::MAX.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// The `N` bytes behind a pointer whose length the function's documentation fixes.
///
/// # Safety
/// P1 (`data`, `N`).
pub(super) unsafe fn array_in<'a, const N: usize>(data: *const u8) -> Result<&'a [u8; N], secenv_status> {
    // SAFETY: P1 (data, N); an array of bytes has no alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }.ok_or(secenv_status::NullPointer)
}
