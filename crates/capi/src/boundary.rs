//! The FFI boundary: NULL checks, slices from pointers, panics caught. Exports with a handle as result use
//! [`write_out`], the others [`guard`].

use core::ffi::c_char;
use core::mem::MaybeUninit;
use core::slice;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::status::secenv_status;
use secenv_core::{Error, Pin, SecretArray};
use secenv_primitives::registers;

/// A handle that is given to the caller through `T **out`.
pub(crate) type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// A handle that is given to the caller beside others.
pub(crate) type OutOfMany<T> = *mut MaybeUninit<Option<Box<T>>>;

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

/// As [`write_out`], for two results that come together or not at all. Two outputs are two places: the same one twice
/// is misuse.
///
/// # Safety
/// P4 (`first`, `second`).
pub(crate) unsafe fn write_both<T, U>(
    first: OutOfMany<T>,
    second: OutOfMany<U>,
    make: impl FnOnce() -> Result<(T, U), secenv_status>,
) -> secenv_status {
    guard(|| {
        different(&[first.cast(), second.cast()])?;
        // SAFETY: P4; they are two places.
        let (first, second) = unsafe { (cleared(first), cleared(second)) };
        let (first, second) = (required(first)?, required(second)?);
        let made = make()?;
        *first = Some(Box::new(made.0));
        *second = Some(Box::new(made.1));
        Ok(())
    })
}

/// As [`write_both`], for three.
///
/// # Safety
/// P4 (`first`, `second`, `third`).
pub(crate) unsafe fn write_three<T, U, V>(
    first: OutOfMany<T>,
    second: OutOfMany<U>,
    third: OutOfMany<V>,
    make: impl FnOnce() -> Result<(T, U, V), secenv_status>,
) -> secenv_status {
    guard(|| {
        different(&[first.cast(), second.cast(), third.cast()])?;
        // SAFETY: P4; they are three places.
        let (first, second, third) = unsafe { (cleared(first), cleared(second), cleared(third)) };
        let (first, second, third) = (required(first)?, required(second)?, required(third)?);
        let made = make()?;
        *first = Some(Box::new(made.0));
        *second = Some(Box::new(made.1));
        *third = Some(Box::new(made.2));
        Ok(())
    })
}

/// No place twice, but for NULL, which is refused by its own status.
fn different(places: &[*const ()]) -> Result<(), secenv_status> {
    let twice =
        |(at, place): (usize, &*const ())| !place.is_null() && places.iter().skip(at + 1).any(|other| other == place);
    if places.iter().enumerate().any(twice) { Err(secenv_status::InvalidArgument) } else { Ok(()) }
}

/// The place behind an output, with NULL in it.
///
/// # Safety
/// P4 (`out`).
unsafe fn cleared<'a, T>(out: OutOfMany<T>) -> Option<&'a mut Option<Box<T>>> {
    // SAFETY: P4 (out).
    unsafe { out.as_mut() }.map(|out| out.write(None))
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

/// As [`write_array`], for a secret: it goes to the caller's memory from where it lies, and over no stack.
///
/// # Safety
/// P4 (`out`, for `N` bytes).
pub(crate) unsafe fn write_secret<const N: usize>(
    out: *mut u8,
    make: impl FnOnce() -> Result<SecretArray<N>, secenv_status>,
) -> secenv_status {
    guard(|| {
        if out.is_null() {
            return Err(secenv_status::NullPointer);
        }
        let secret = make()?;
        // SAFETY: P4 (out, N); the secret is memory of its own.
        unsafe { out.copy_from_nonoverlapping(secret.expose_secret().as_ptr(), N) }
        Ok(())
    })
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

/// A pointer that may not be NULL.
pub(crate) fn required<P>(pointer: Option<P>) -> Result<P, secenv_status> {
    pointer.ok_or(secenv_status::NullPointer)
}

/// The bytes behind a pointer and a length. NULL is fine if the length is 0.
///
/// # Safety
/// P1 (`data`, `len`).
pub(crate) unsafe fn bytes_in<'a>(data: *const u8, len: usize) -> Result<&'a [u8], secenv_status> {
    // SAFETY: P1 (data, len).
    unsafe { list_in(data, len) }
}

/// The `N` bytes behind a pointer whose length the function's documentation fixes.
///
/// # Safety
/// P1 (`data`, `N`).
pub(crate) unsafe fn array_in<'a, const N: usize>(data: *const u8) -> Result<&'a [u8; N], secenv_status> {
    // SAFETY: P1 (data, N); an array of bytes has no alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }.ok_or(secenv_status::NullPointer)
}

/// The longest text that is taken: longer than any path of any system.
const TEXT_MAX: usize = 64 * 1024;

/// UTF-8 up to a NUL, neither empty nor over 64 KiB.
///
/// # Safety
/// P1 (`text`, up to its NUL).
pub(crate) unsafe fn text_in<'a>(text: *const c_char) -> Result<&'a str, secenv_status> {
    if text.is_null() {
        return Err(secenv_status::NullPointer);
    }
    // SAFETY: P1 (text, up to its NUL, behind which nothing is read).
    let ends = |at: &usize| unsafe { text.add(*at).read() } == 0;
    let len = (0..=TEXT_MAX).find(ends).filter(|len| *len > 0).ok_or(secenv_status::InvalidArgument)?;
    // SAFETY: P1 (text, up to its NUL).
    let text = unsafe { slice::from_raw_parts(text.cast::<u8>(), len) };
    str::from_utf8(text).map_err(|_| secenv_status::InvalidArgument)
}

/// A path: UTF-8 up to a NUL.
///
/// # Safety
/// P1 (`path`, up to its NUL).
pub(crate) unsafe fn path_in<'a>(path: *const c_char) -> Result<&'a Path, secenv_status> {
    // SAFETY: P1 (path, up to its NUL).
    unsafe { text_in(path) }.map(Path::new)
}

/// Values behind a pointer and a count. NULL is fine if the count is 0.
///
/// # Safety
/// P1 (`first`, `count` values), aligned for `T`.
pub(crate) unsafe fn list_in<'a, T>(first: *const T, count: usize) -> Result<&'a [T], secenv_status> {
    if count == 0 {
        return Ok(&[]);
    }
    if first.is_null() {
        return Err(secenv_status::NullPointer);
    }
    if count.checked_mul(size_of::<T>()).is_none_or(|bytes| isize::try_from(bytes).is_err()) {
        return Err(secenv_status::InvalidLength);
    }
    // SAFETY: P1 (first, count); not NULL, and not over isize::MAX.
    Ok(unsafe { slice::from_raw_parts(first, count) })
}

/// A struct that begins with its size.
///
/// # Safety
/// P1 (`input`, one `T`, or at least its member `size`).
pub(crate) unsafe fn struct_in<'a, T>(input: *const T) -> Result<&'a T, secenv_status> {
    if input.is_null() {
        return Err(secenv_status::NullPointer);
    }
    // SAFETY: P1 (input); `size` comes first in each of these structs, which are `repr(C)`.
    if unsafe { input.cast::<usize>().read() } != size_of::<T>() {
        return Err(secenv_status::InvalidArgument);
    }
    // SAFETY: P1 (input); it has the size that it says.
    Ok(unsafe { &*input })
}

/// The `N` bytes behind a pointer that may be NULL.
///
/// # Safety
/// P1 (`data`, `N`).
pub(crate) unsafe fn array_or_null<'a, const N: usize>(data: *const u8) -> Option<&'a [u8; N]> {
    // SAFETY: P1 (data, N); an array of bytes has no alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }
}

/// Pins behind a pointer and a count, 32 bytes each.
///
/// # Safety
/// P1 (`pins`, `count` times 32 bytes).
pub(crate) unsafe fn pins_in(pins: *const u8, count: usize) -> Result<Vec<Pin>, secenv_status> {
    // SAFETY: P1 (pins, count times 32); an array of bytes has no alignment.
    let pins = unsafe { list_in(pins.cast::<[u8; Pin::BYTES]>(), count) }?;
    Ok(pins.iter().copied().map(Pin::from_bytes).collect())
}

/// Values in an array, which has space for as many as there can be, and zeros after them.
pub(crate) fn list_out<T: Copy, const BYTES: usize, const N: usize>(
    list: &[T],
    bytes: impl Fn(T) -> [u8; BYTES],
) -> Result<[[u8; BYTES]; N], secenv_status> {
    let mut out = [[0; BYTES]; N];
    if list.len() > N {
        return Err(secenv_status::Internal);
    }
    for (to, from) in out.iter_mut().zip(list) {
        *to = bytes(*from);
    }
    Ok(out)
}

/// Text with a NUL after it, on the heap.
pub(crate) fn c_text(text: &str) -> Result<CString, secenv_status> {
    CString::new(text).map_err(|_| secenv_status::Internal)
}

/// Text with its NUL in an array, which has space for the longest there is.
pub(crate) fn text_out<const N: usize>(text: &str) -> Result<[c_char; N], secenv_status> {
    let mut out = [0; N];
    if text.len() >= N {
        return Err(secenv_status::Internal);
    }
    for (to, from) in out.iter_mut().zip(text.bytes()) {
        *to = from as c_char;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use core::ptr;

    use super::*;

    #[test]
    fn a_panic_is_internal_and_closes_what_was_being_changed() {
        let mut handle = Exclusive::from(7);
        let status = guard(|| handle.change(|_| -> Result<(), Error> { panic!("a bug of the library's own") }));
        assert_eq!(status, secenv_status::Internal);
        assert_eq!(handle.get(), Err(secenv_status::Closed));
        assert_eq!(handle.change(|_| Ok(())), Err(secenv_status::Closed));
    }

    #[test]
    fn a_failure_leaves_a_handle_as_it_was() {
        let mut handle = Exclusive::from(7);
        assert_eq!(handle.change(|_| Err::<(), _>(Error::Rejected)), Err(secenv_status::Rejected));
        assert_eq!(handle.change(|number| Ok(*number)), Ok(7));
        assert_eq!((handle.consume(), handle.consume()), (Ok(7), Err(secenv_status::Closed)));
    }

    #[test]
    fn text_is_read_up_to_its_nul_or_to_the_limit_and_no_further() {
        let text = |bytes: &[u8]| {
            // SAFETY: there is a NUL, or what is longer than the limit, which is as far as it is read.
            unsafe { text_in(bytes.as_ptr().cast()) }.map(str::to_owned)
        };
        assert_eq!(text(b"a/b\0c"), Ok("a/b".to_owned()));
        assert_eq!(text(b"\xc3\xa4\0"), Ok("ä".to_owned()));
        assert_eq!(text(&[&[b'x'; TEXT_MAX][..], b"\0"].concat()).map(|text| text.len()), Ok(TEXT_MAX));
        for bad in [b"\0".as_slice(), b"\xc3\0", &[b'x'; TEXT_MAX + 1]] {
            assert_eq!(text(bad), Err(secenv_status::InvalidArgument));
        }
        // SAFETY: NULL is not read.
        assert_eq!(unsafe { text_in(ptr::null()) }, Err(secenv_status::NullPointer));
    }

    #[test]
    fn what_an_array_of_the_caller_cannot_hold_is_a_bug_and_not_cut_short() {
        let out = |list: &[u8]| list_out::<_, 1, 2>(list, |byte| [byte]);
        assert_eq!((out(&[]), out(&[1]), out(&[1, 2])), (Ok([[0], [0]]), Ok([[1], [0]]), Ok([[1], [2]])));
        assert_eq!(out(&[1, 2, 3]), Err(secenv_status::Internal));
        assert_eq!(text_out::<3>("ab"), Ok([b'a' as c_char, b'b' as c_char, 0]));
        assert_eq!(text_out::<2>("ab"), Err(secenv_status::Internal));
        assert_eq!(c_text("a\0b"), Err(secenv_status::Internal));
    }

    #[test]
    fn a_list_over_what_memory_can_hold_is_refused() {
        let one = [7_u64];
        // SAFETY: the first is one value; the others are refused before anything is read.
        let list = |count| unsafe { list_in(one.as_ptr(), count) };
        assert_eq!((list(0), list(1)), (Ok([].as_slice()), Ok(one.as_slice())));
        for count in [usize::MAX, usize::MAX / 8 + 1, isize::MAX as usize / 8 + 1] {
            assert_eq!(list(count), Err(secenv_status::InvalidLength));
        }
        // SAFETY: NULL is not read.
        assert_eq!(unsafe { list_in(ptr::null::<u64>(), 1) }, Err(secenv_status::NullPointer));
    }

    #[test]
    fn a_struct_of_another_size_is_not_looked_into() {
        #[repr(C)]
        #[derive(Debug, PartialEq)]
        struct Input {
            size: usize,
            number: u64,
        }
        // SAFETY: one struct.
        let read = |input: &Input| unsafe { struct_in(ptr::from_ref(input)) }.map(|input| input.number);
        let size = size_of::<Input>();
        assert_eq!(read(&Input { size, number: 7 }), Ok(7));
        for size in [0, size - 1, size + 1, usize::MAX] {
            assert_eq!(read(&Input { size, number: 7 }), Err(secenv_status::InvalidArgument));
        }
    }
}
