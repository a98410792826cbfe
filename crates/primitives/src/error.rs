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
    /// Nothing is stored under this name.
    NotFound,
    /// There is something in this place already.
    Exists,
    /// Not one of our formats, or cut short; decided before any key is used.
    Malformed,
    /// Wrong key, changed bit or forged signature. Deliberately no more than that.
    Rejected,
    /// Over one of the limits in `docs/`.
    TooLarge,
    /// The session is over its records, bytes or age; make a new handshake.
    Ended,
    /// The lease or the manifest does not hold now.
    Expired,
    /// Older than what was taken before.
    Stale,
    /// The clock was turned back.
    Clock,
    /// Meant for another device or vault.
    Foreign,
    /// No key for it is held: not granted, or its epoch is gone.
    NoKey,
    /// What comes before it is missing: the grant before, or a manifest that names it.
    OutOfOrder,
    /// The system had no memory or no randomness to give.
    Unavailable,
    /// The file system failed.
    Disk,
    /// There is no space left on the disk.
    Full,
    /// The file system does not allow it.
    Denied,
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
    pub const ALL: [Error; 19] = [
        Error::InvalidArgument,
        Error::EncryptedKey,
        Error::Closed,
        Error::NotFound,
        Error::Exists,
        Error::Malformed,
        Error::Rejected,
        Error::TooLarge,
        Error::Ended,
        Error::Expired,
        Error::Stale,
        Error::Clock,
        Error::Foreign,
        Error::NoKey,
        Error::OutOfOrder,
        Error::Unavailable,
        Error::Disk,
        Error::Full,
        Error::Denied,
    ];

    /// The family that this failure belongs to.
    pub const fn family(self) -> Family {
        match self {
            Error::InvalidArgument | Error::EncryptedKey | Error::Closed | Error::NotFound | Error::Exists => {
                Family::Misuse
            }
            Error::Malformed
            | Error::Rejected
            | Error::TooLarge
            | Error::Ended
            | Error::Expired
            | Error::Stale
            | Error::Clock
            | Error::Foreign
            | Error::NoKey
            | Error::OutOfOrder => Family::Rejected,
            Error::Unavailable | Error::Disk | Error::Full | Error::Denied => Family::Unavailable,
        }
    }

    /// One lower-case sentence for a person.
    pub const fn message(self) -> &'static str {
        match self {
            Error::InvalidArgument => "an argument is not one of the values that this function takes",
            Error::EncryptedKey => "the key is encrypted under a passphrase; decrypt it first",
            Error::Closed => "the handle is closed: its work is done, or a call on it failed badly",
            Error::NotFound => "nothing is stored under this name",
            Error::Exists => "there is something in this place already",
            Error::Malformed => "the input is not in the expected format",
            Error::Rejected => "the message, key or signature was rejected",
            Error::TooLarge => "the input is over a size limit",
            Error::Ended => "the session is over its records, bytes or age; make a new handshake",
            Error::Expired => "the lease or the manifest does not hold at this time; sync with the server",
            Error::Stale => "it is older than what was taken before",
            Error::Clock => "the clock was turned back",
            Error::Foreign => "it is meant for another device or vault",
            Error::NoKey => "no key for it is held: it was not granted, or its epoch is gone",
            Error::OutOfOrder => "what comes before it is missing: the grant before, or a manifest that names it",
            Error::Unavailable => "the system had no memory or no randomness to give",
            Error::Disk => "the file system failed",
            Error::Full => "there is no space left on the disk",
            Error::Denied => "the file system does not allow it",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

/// What a person can do about a failure of the file system.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Error::NotFound,
            ErrorKind::AlreadyExists => Error::Exists,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Error::Full,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::Denied,
            ErrorKind::OutOfMemory => Error::Unavailable,
            _ => Error::Disk,
        }
    }
}
