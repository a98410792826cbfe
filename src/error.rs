//! The one list of failures: flat, `Copy`, without text or secrets inside.

use core::fmt;

/// Why a call failed. What a caller can do about it is its family; see [`Error::family`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An option is not one of the values that the function takes.
    InvalidArgument,
    /// The key is encrypted under a passphrase; decrypt it first.
    EncryptedKey,
    /// The handle is closed: its work is done, or a call on it panicked.
    Closed,
    /// Not one of our formats, or cut short; decided before any key is used.
    Malformed,
    /// Wrong key, changed bit or forged signature. Deliberately no more than that.
    Rejected,
    /// Over one of the limits in `docs/protocol-1.md` and `docs/protocol-2.md`.
    TooLarge,
    /// The session is over its records, bytes or age; make a new handshake.
    Ended,
    /// The system had no memory or no randomness to give.
    Unavailable,
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Fix the program.
    Misuse,
    /// Do not trust this message or peer.
    Rejected,
    /// Try again, or look at the machine.
    Unavailable,
}

impl Error {
    /// Every failure there is, for tables and tests.
    pub const ALL: [Error; 8] = [
        Error::InvalidArgument,
        Error::EncryptedKey,
        Error::Closed,
        Error::Malformed,
        Error::Rejected,
        Error::TooLarge,
        Error::Ended,
        Error::Unavailable,
    ];

    /// The family that this failure belongs to.
    pub const fn family(self) -> Family {
        match self {
            Error::InvalidArgument | Error::EncryptedKey | Error::Closed => Family::Misuse,
            Error::Malformed | Error::Rejected | Error::TooLarge | Error::Ended => Family::Rejected,
            Error::Unavailable => Family::Unavailable,
        }
    }

    /// One lower-case sentence for a person.
    pub const fn message(self) -> &'static str {
        match self {
            Error::InvalidArgument => "an argument is not one of the values that this function takes",
            Error::EncryptedKey => "the key is encrypted under a passphrase; decrypt it first",
            Error::Closed => "the handle is closed: its work is done, or a call on it failed badly",
            Error::Malformed => "the input is not in the expected format",
            Error::Rejected => "the message, key or signature was rejected",
            Error::TooLarge => "the input is over a size limit",
            Error::Ended => "the session is over its records, bytes or age; make a new handshake",
            Error::Unavailable => "the system had no memory or no randomness to give",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}
