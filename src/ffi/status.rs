//! What a call did, as a number for C.

use core::ffi::{CStr, c_char};

use crate::Error;

/// What a call did. 0 is success; the range names the family: 1-19 misuse (1-9 seen at the border), 20-29 rejected,
/// 30-39 unavailable. Numbers are never reused.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum secenv_status {
    /// It worked.
    Ok = 0,
    /// Misuse: a pointer was NULL that may not be.
    NullPointer = 1,
    /// Misuse: a length is over what memory can hold.
    InvalidLength = 2,
    /// Misuse: an option is not one of the values that the function takes.
    InvalidArgument = 10,
    /// Misuse: the key is encrypted under a passphrase; decrypt it first.
    EncryptedKey = 11,
    /// Misuse: the handle is closed: its work is done, or a call on it panicked.
    Closed = 12,
    /// Rejected: not one of our formats, or cut short; decided before any key is used.
    Malformed = 20,
    /// Rejected: wrong key, changed bit or forged signature. Deliberately no more than that.
    Rejected = 21,
    /// Rejected: over a size limit.
    TooLarge = 22,
    /// Rejected: the session is over its records, bytes or age; make a new handshake.
    Ended = 23,
    /// Unavailable: the system had no memory or no randomness to give.
    Unavailable = 30,
    /// Unavailable: a bug of the library's own was caught; the handle that was being changed is closed.
    Panicked = 39,
}

impl secenv_status {
    /// Every status there is, for tables and tests.
    pub const ALL: [secenv_status; 12] = [
        secenv_status::Ok,
        secenv_status::NullPointer,
        secenv_status::InvalidLength,
        secenv_status::InvalidArgument,
        secenv_status::EncryptedKey,
        secenv_status::Closed,
        secenv_status::Malformed,
        secenv_status::Rejected,
        secenv_status::TooLarge,
        secenv_status::Ended,
        secenv_status::Unavailable,
        secenv_status::Panicked,
    ];

    const fn message(self) -> &'static CStr {
        match self {
            secenv_status::Ok => c"it worked",
            secenv_status::NullPointer => c"a pointer was NULL that may not be",
            secenv_status::InvalidLength => c"a length is over what memory can hold",
            secenv_status::InvalidArgument => c"an argument is not one of the values that this function takes",
            secenv_status::EncryptedKey => c"the key is encrypted under a passphrase; decrypt it first",
            secenv_status::Closed => c"the handle is closed: its work is done, or a call on it failed badly",
            secenv_status::Malformed => c"the input is not in the expected format",
            secenv_status::Rejected => c"the message, key or signature was rejected",
            secenv_status::TooLarge => c"the input is over a size limit",
            secenv_status::Ended => c"the session is over its records, bytes or age; make a new handshake",
            secenv_status::Unavailable => c"the system had no memory or no randomness to give",
            secenv_status::Panicked => c"a bug in libsecenv was caught; please report it",
        }
    }
}

impl From<Error> for secenv_status {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidArgument => secenv_status::InvalidArgument,
            Error::EncryptedKey => secenv_status::EncryptedKey,
            Error::Closed => secenv_status::Closed,
            Error::Malformed => secenv_status::Malformed,
            Error::Rejected => secenv_status::Rejected,
            Error::TooLarge => secenv_status::TooLarge,
            Error::Ended => secenv_status::Ended,
            Error::Unavailable => secenv_status::Unavailable,
        }
    }
}

/// The sentence for a status: static text, never NULL, lower case, without secrets. A number that is no status gets a
/// sentence that says so.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_status_message(status: i32) -> *const c_char {
    secenv_status::ALL
        .into_iter()
        .find(|known| *known as i32 == status)
        .map_or(c"this number is no status of libsecenv", secenv_status::message)
        .as_ptr()
}
