//! The one list of failures: flat, `Copy`, without text or secrets inside.

use core::fmt;

/// Writes [`Error`] from one table: what it is, its name, its family and its sentence.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident, $family:ident, $message:literal;)*) => {
        /// Why a call failed. What a caller can do about it is its family; see [`Error::family`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* $name,)*
        }

        impl Error {
            /// Every failure there is, for tables and tests.
            pub const ALL: &'static [Error] = &[$(Error::$name),*];

            /// Returns the family that this failure belongs to.
            pub const fn family(self) -> Family {
                match self {
                    $(Error::$name => Family::$family,)*
                }
            }

            /// Returns one lower-case sentence for a person.
            pub const fn message(self) -> &'static str {
                match self {
                    $(Error::$name => $message,)*
                }
            }
        }
    };
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

errors! {
    /// An option is not one of the values that the function takes.
    InvalidArgument, Misuse, "an argument is not one of the values that this function takes";
    /// The key is encrypted under a passphrase; decrypt it first.
    EncryptedKey, Misuse, "the key is encrypted under a passphrase; decrypt it first";
    /// The handle is closed: its work is done, or a call on it panicked.
    Closed, Misuse, "the handle is closed: its work is done, or a call on it failed badly";
    /// Nothing is stored under this name.
    NotFound, Misuse, "nothing is stored under this name";
    /// There is something in this place already.
    Exists, Misuse, "there is something in this place already";
    /// The RSA key has fewer than 2,048 bits, or an identity's fewer than 3,072.
    WeakKey, Misuse, "the key is too short: an RSA key has at least 2,048 bits, an identity's 3,072";
    /// A key of another kind: public for secret or the reverse, a certificate, OpenSSH, EC, and so on.
    WrongKind, Misuse, "it is a key of another kind, or a certificate";
    /// A key or file of one's own is no such thing, or it is damaged.
    Damaged, Misuse, "the key or file of one's own is no such thing, or it is damaged";
    /// A folder is in the place of a file, or a file in the place of a folder.
    NotAFile, Misuse, "a folder is in the place of a file, or a file in the place of a folder";
    /// The client has not confirmed this session by its first record yet.
    Unconfirmed, Misuse, "the client has not confirmed this session yet: open its first record before";
    /// Not one of our formats, or cut short; decided before any key is used.
    Malformed, Rejected, "the input is not in the expected format";
    /// Wrong key, changed bit or forged signature. Deliberately no more than that.
    Rejected, Rejected, "the message, key or signature was rejected";
    /// Over one of the limits in `docs/`.
    TooLarge, Rejected, "the input is over a size limit";
    /// The session is over its records, bytes or age; make a new handshake.
    Ended, Rejected, "the session is over its records, bytes or age; make a new handshake";
    /// The lease or the manifest does not hold now.
    Expired, Rejected, "the lease or the manifest does not hold at this time; sync with the server";
    /// Older than what was taken before.
    Stale, Rejected, "it is older than what was taken before";
    /// The clock was turned back.
    Clock, Rejected, "the clock was turned back";
    /// Meant for another device or vault.
    Foreign, Rejected, "it is meant for another device or vault";
    /// No key for it is held: not granted, or its epoch is gone.
    NoKey, Rejected, "no key for it is held: it was not granted, or its epoch is gone";
    /// What comes before it is missing: the grant before, or a manifest that names it.
    OutOfOrder, Rejected, "what comes before it is missing: the grant before, or a manifest that names it";
    /// The system had no memory or no randomness to give.
    Unavailable, Unavailable, "the system had no memory or no randomness to give";
    /// The file system failed.
    Disk, Unavailable, "the file system failed";
    /// There is no space left on the disk.
    Full, Unavailable, "there is no space left on the disk";
    /// The file system does not allow it.
    Denied, Unavailable, "the file system does not allow it";
    /// The process or the system has too many files open.
    TooManyFiles, Unavailable, "the process or the system has too many files open";
    /// A bug of the library's own was caught.
    Internal, Unavailable, "a bug in libsecenv was caught; please report it";
}

impl Error {
    /// What reading a key or file of one's own failed with: that it is no such file is nobody's attack, but damage.
    #[doc(hidden)]
    pub const fn of_ones_own(self) -> Self {
        match self {
            Error::Malformed | Error::TooLarge => Error::Damaged,
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for Error {}

/// What systems answer when the process or the system has too many files open; the standard library has no name for it.
#[cfg(unix)]
const TOO_MANY_FILES: &[i32] = &[libc::EMFILE, libc::ENFILE];
#[cfg(windows)]
const TOO_MANY_FILES: &[i32] = &[4]; // ERROR_TOO_MANY_OPEN_FILES
#[cfg(not(any(unix, windows)))]
const TOO_MANY_FILES: &[i32] = &[];

/// What a person can do about a failure of the file system.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        if error.raw_os_error().is_some_and(|code| TOO_MANY_FILES.contains(&code)) {
            return Error::TooManyFiles;
        }
        match error.kind() {
            ErrorKind::NotFound => Error::NotFound,
            ErrorKind::AlreadyExists => Error::Exists,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Error::Full,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::Denied,
            ErrorKind::NotADirectory | ErrorKind::IsADirectory => Error::NotAFile,
            ErrorKind::OutOfMemory => Error::Unavailable,
            _ => Error::Disk,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_for_a_file_and_a_file_for_a_folder_are_told_apart_from_a_failing_disk() {
        let folder = env!("CARGO_MANIFEST_DIR");
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert_eq!(Error::from(fs::read(folder).unwrap_err()), Error::NotAFile);
        assert_eq!(Error::from(fs::read(format!("{file}/below")).unwrap_err()), Error::NotAFile);
    }

    #[cfg(unix)]
    #[test]
    fn too_many_open_files_are_no_failing_disk() {
        for code in [libc::EMFILE, libc::ENFILE] {
            assert_eq!(Error::from(std::io::Error::from_raw_os_error(code)), Error::TooManyFiles);
        }
        assert_eq!(Error::from(std::io::Error::from_raw_os_error(libc::EIO)), Error::Disk);
    }
}
