//! The FFI boundary: NULL checks, slices from pointers, panics caught. Exports with a handle as result use [`write_out`], the others
//! [`guard`].

use core::mem::MaybeUninit;
use core::{ptr, slice, str};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::Error;
use secenv_primitives::registers;

/// A handle that is given to the caller through `T **out`.
pub(crate) type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// A handle that is given to the caller beside another one.
pub(crate) type OutOfTwo<T> = *mut MaybeUninit<Option<Box<T>>>;

/// What calls change: taken out for the work and put back after it, so that a panic leaves the handle closed.
pub(crate) struct Exclusive<T>(Option<T>);

impl<T> From<T> for Exclusive<T> {
    fn from(state: T) -> Self {
        Self(Some(state))
    }
}

impl<T> Exclusive<T> {
    pub(crate) fn get(&self) -> Result<&T, secenv_status> {
        self.0.as_ref().ok_or(secenv_status::Closed)
    }

    pub(crate) fn change<U>(&mut self, work: impl FnOnce(&mut T) -> Result<U, Error>) -> Result<U, secenv_status> {
        let mut state = self.consume()?;
        let result = work(&mut state);
        self.0 = Some(state);
        Ok(result?)
    }

    /// Closes the handle.
    pub(crate) fn consume(&mut self) -> Result<T, secenv_status> {
        self.0.take().ok_or(secenv_status::Closed)
    }
}

/// Runs `make` and gives its result through `out`, which is NULL after a failure.
pub(crate) fn write_out<T>(out: Out<'_, T>, make: impl FnOnce() -> Result<T, secenv_status>) -> secenv_status {
    guard(|| {
        let out = required(out)?.write(None);
        *out = Some(Box::new(make()?));
        Ok(())
    })
}

/// As [`write_out`], for two results that come together or not at all. Two outputs are two places: the same one twice is misuse.
///
/// # Safety
/// P4 (`first`, `second`).
pub(crate) unsafe fn write_both<T, U>(
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
        let (first, second) = (required(first)?, required(second)?);
        let made = make()?;
        *first = Some(Box::new(made.0));
        *second = Some(Box::new(made.1));
        Ok(())
    })
}

/// Writes the value that `make` gives to `out`, which is not touched after a failure.
pub(crate) fn write<T>(
    out: Option<&mut MaybeUninit<T>>,
    make: impl FnOnce() -> Result<T, secenv_status>,
) -> secenv_status {
    guard(|| {
        required(out)?.write(make()?);
        Ok(())
    })
}

/// Writes the `N` bytes that `make` gives to the caller's memory, which is not touched after a failure.
///
/// # Safety
/// P4 (`out`, for `N` bytes).
pub(crate) unsafe fn write_array<const N: usize>(
    out: *mut u8,
    make: impl FnOnce() -> Result<[u8; N], secenv_status>,
) -> secenv_status {
    // SAFETY: P4 (out, N); an array of bytes has no alignment.
    write(unsafe { out.cast::<MaybeUninit<[u8; N]>>().as_mut() }, make)
}

/// Runs `body`, turns a panic into a status, and leaves no secrets in vector registers.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), secenv_status>) -> secenv_status {
    // Unwind safe: a handle that a call changes is closed before it is worked on.
    let done = catch_unwind(AssertUnwindSafe(body));
    registers::clear_vectors();
    match done {
        Ok(Ok(())) => secenv_status::Ok,
        Ok(Err(status)) => status,
        Err(_) => secenv_status::Internal,
    }
}

/// Seconds since 1970: the only place where the library reads a clock.
pub(crate) fn now() -> Result<u64, secenv_status> {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|age| age.as_secs()).map_err(|_| secenv_status::Unavailable)
}

/// A pointer that may not be NULL.
pub(crate) fn required<P>(pointer: Option<P>) -> Result<P, secenv_status> {
    pointer.ok_or(secenv_status::NullPointer)
}

/// The bytes behind a pointer and a length. NULL is fine if the length is 0.
///
/// # Safety
/// P1 (`data`, `len`).
pub(crate) unsafe fn bytes_in<'a>(data: *const u8, len: usize) -> Result<&'a [u8], secenv_status> {
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
pub(crate) unsafe fn array_in<'a, const N: usize>(data: *const u8) -> Result<&'a [u8; N], secenv_status> {
    // SAFETY: P1 (data, N); an array of bytes has no alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }.ok_or(secenv_status::NullPointer)
}

/// UTF-8 behind a pointer and a length.
///
/// # Safety
/// P1 (`data`, `len`).
pub(crate) unsafe fn text_in<'a>(data: *const u8, len: usize) -> Result<&'a str, secenv_status> {
    // SAFETY: P1 (data, len).
    str::from_utf8(unsafe { bytes_in(data, len) }?).map_err(|_| secenv_status::InvalidArgument)
}

/// A path behind a pointer and a length: UTF-8, neither empty nor with a NUL.
///
/// # Safety
/// P1 (`data`, `len`).
pub(crate) unsafe fn path_in<'a>(data: *const u8, len: usize) -> Result<&'a Path, secenv_status> {
    // SAFETY: P1 (data, len).
    let text = unsafe { text_in(data, len) }?;
    if text.is_empty() || text.contains('\0') {
        return Err(secenv_status::InvalidArgument);
    }
    Ok(Path::new(text))
}

/// The `N` bytes behind a pointer that may be NULL.
///
/// # Safety
/// P1 (`data`, `N`).
pub(crate) unsafe fn array_or_null<'a, const N: usize>(data: *const u8) -> Option<&'a [u8; N]> {
    // SAFETY: P1 (data, N); an array of bytes has no alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }
}

/// Pins behind a pointer and a length: 32 bytes each.
///
/// # Safety
/// P1 (`data`, `len`).
pub(crate) unsafe fn pins_in<'a>(data: *const u8, len: usize) -> Result<&'a [[u8; 32]], secenv_status> {
    // SAFETY: P1 (data, len).
    let (pins, rest) = unsafe { bytes_in(data, len) }?.as_chunks();
    if rest.is_empty() { Ok(pins) } else { Err(secenv_status::InvalidLength) }
}

/// JSON, as bytes that are given.
pub(crate) fn json(value: &serde_json::Value) -> secenv_bytes {
    secenv_bytes::from(value.to_string().into_bytes())
}
