//! The only door: NULL checks, slices from pointers, panics caught. Exports with a handle as result use [`give`], the others
//! [`guard`].

use core::mem::MaybeUninit;
use core::{ptr, slice};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use super::status::secenv_status;

/// A handle that is given to the caller through `T **out`.
pub(super) type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// A handle that is given to the caller beside another one.
pub(super) type OutOfTwo<T> = *mut MaybeUninit<Option<Box<T>>>;

/// Runs `make` and gives its result through `out`, which is NULL after a failure.
pub(super) fn give<T>(out: Out<'_, T>, make: impl FnOnce() -> Result<T, secenv_status>) -> secenv_status {
    guard(|| {
        let out = given(out)?.write(None);
        *out = Some(Box::new(make()?));
        Ok(())
    })
}

/// As [`give`], for two results that come together or not at all. Two outputs are two places: the same one twice is misuse.
///
/// # Safety
/// P4 (`first`, `second`).
pub(super) unsafe fn give_both<T, U>(
    first: OutOfTwo<T>,
    second: OutOfTwo<U>,
    make: impl FnOnce() -> Result<(T, U), secenv_status>,
) -> secenv_status {
    guard(|| {
        if ptr::addr_eq(first, second) && !first.is_null() {
            return Err(secenv_status::InvalidArgument);
        }
        // SAFETY: P4; they are two places.
        let (first, second) = unsafe { (first.as_mut(), second.as_mut()) };
        let (first, second) = (first.map(|out| out.write(None)), second.map(|out| out.write(None)));
        let (first, second) = (given(first)?, given(second)?);
        let made = make()?;
        *first = Some(Box::new(made.0));
        *second = Some(Box::new(made.1));
        Ok(())
    })
}

/// Writes the value that `make` gives to `out`, which is not touched after a failure.
pub(super) fn write<T>(
    out: Option<&mut MaybeUninit<T>>,
    make: impl FnOnce() -> Result<T, secenv_status>,
) -> secenv_status {
    guard(|| {
        given(out)?.write(make()?);
        Ok(())
    })
}

/// Writes the `N` bytes that `make` gives to the caller's memory, which is not touched after a failure.
///
/// # Safety
/// P4 (`out`, for `N` bytes).
pub(super) unsafe fn write_array<const N: usize>(
    out: *mut u8,
    make: impl FnOnce() -> Result<[u8; N], secenv_status>,
) -> secenv_status {
    // SAFETY: P4 (out, N); an array of bytes has no alignment.
    write(unsafe { out.cast::<MaybeUninit<[u8; N]>>().as_mut() }, make)
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

/// Seconds since 1970: the only place where the library reads a clock.
pub(super) fn now() -> Result<u64, secenv_status> {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|age| age.as_secs()).map_err(|_| secenv_status::Unavailable)
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
