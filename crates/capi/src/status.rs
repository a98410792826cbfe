//! What a call did, as a number for C.

use core::ffi::{CStr, c_char};

use secenv_core::Error;

/// What a call did. 0 is success; the range names the family: 1-19 misuse (1-9 seen at the boundary), 20-29 rejected,
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
    /// Misuse: nothing is stored under this name.
    NotFound = 13,
    /// Misuse: there is something in this place already.
    Exists = 14,
    /// Rejected: not one of our formats, or cut short; decided before any key is used.
    Malformed = 20,
    /// Rejected: wrong key, changed bit or forged signature. Deliberately no more than that.
    Rejected = 21,
    /// Rejected: over a size limit.
    TooLarge = 22,
    /// Rejected: the session is over its records, bytes or age; make a new handshake.
    Ended = 23,
    /// Rejected: the lease or the manifest does not hold now.
    Expired = 24,
    /// Rejected: older than what was taken before.
    Stale = 25,
    /// Rejected: the clock was turned back.
    Clock = 26,
    /// Rejected: meant for another device or vault.
    Foreign = 27,
    /// Rejected: no key for it is held: not granted, or its epoch is gone.
    NoKey = 28,
    /// Rejected: what comes before it is missing: the grant before, or a manifest that names it.
    OutOfOrder = 29,
    /// Unavailable: the system had no memory or no randomness to give.
    Unavailable = 30,
    /// Unavailable: the file system failed.
    Disk = 31,
    /// Unavailable: there is no space left on the disk.
    Full = 32,
    /// Unavailable: the file system does not allow it.
    Denied = 33,
    /// Unavailable: a bug of the library's own was caught; the handle that was being changed is closed.
    Panicked = 39,
}

impl secenv_status {
    /// Every status there is, for tables and tests.
    pub const ALL: [secenv_status; 23] = [
        secenv_status::Ok,
        secenv_status::NullPointer,
        secenv_status::InvalidLength,
        secenv_status::InvalidArgument,
        secenv_status::EncryptedKey,
        secenv_status::Closed,
        secenv_status::NotFound,
        secenv_status::Exists,
        secenv_status::Malformed,
        secenv_status::Rejected,
        secenv_status::TooLarge,
        secenv_status::Ended,
        secenv_status::Expired,
        secenv_status::Stale,
        secenv_status::Clock,
        secenv_status::Foreign,
        secenv_status::NoKey,
        secenv_status::OutOfOrder,
        secenv_status::Unavailable,
        secenv_status::Disk,
        secenv_status::Full,
        secenv_status::Denied,
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
            secenv_status::NotFound => c"nothing is stored under this name",
            secenv_status::Exists => c"there is something in this place already",
            secenv_status::Malformed => c"the input is not in the expected format",
            secenv_status::Rejected => c"the message, key or signature was rejected",
            secenv_status::TooLarge => c"the input is over a size limit",
            secenv_status::Ended => c"the session is over its records, bytes or age; make a new handshake",
            secenv_status::Expired => c"the lease or the manifest does not hold at this time; sync with the server",
            secenv_status::Stale => c"it is older than what was taken before",
            secenv_status::Clock => c"the clock was turned back",
            secenv_status::Foreign => c"it is meant for another device or vault",
            secenv_status::NoKey => c"no key for it is held: it was not granted, or its epoch is gone",
            secenv_status::OutOfOrder => {
                c"what comes before it is missing: the grant before, or a manifest that names it"
            }
            secenv_status::Unavailable => c"the system had no memory or no randomness to give",
            secenv_status::Disk => c"the file system failed",
            secenv_status::Full => c"there is no space left on the disk",
            secenv_status::Denied => c"the file system does not allow it",
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
            Error::NotFound => secenv_status::NotFound,
            Error::Exists => secenv_status::Exists,
            Error::Malformed => secenv_status::Malformed,
            Error::Rejected => secenv_status::Rejected,
            Error::TooLarge => secenv_status::TooLarge,
            Error::Ended => secenv_status::Ended,
            Error::Expired => secenv_status::Expired,
            Error::Stale => secenv_status::Stale,
            Error::Clock => secenv_status::Clock,
            Error::Foreign => secenv_status::Foreign,
            Error::NoKey => secenv_status::NoKey,
            Error::OutOfOrder => secenv_status::OutOfOrder,
            Error::Unavailable => secenv_status::Unavailable,
            Error::Disk => secenv_status::Disk,
            Error::Full => secenv_status::Full,
            Error::Denied => secenv_status::Denied,
            // `Error` may grow; the tests below find the one that was forgotten here.
            _ => secenv_status::Panicked,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn message(status: i32) -> String {
        // SAFETY: static text, NUL-terminated.
        unsafe { CStr::from_ptr(secenv_status_message(status)) }.to_str().unwrap().to_owned()
    }

    #[test]
    fn every_failure_has_a_status_of_its_own_in_its_family() {
        let mut numbers = BTreeSet::new();
        for error in Error::ALL {
            let status = secenv_status::from(error) as i32;
            assert!(numbers.insert(status), "{error:?} shares {status}");
            let family = match status {
                10..=19 => secenv_core::Family::Misuse,
                20..=29 => secenv_core::Family::Rejected,
                30..=39 => secenv_core::Family::Unavailable,
                _ => panic!("{error:?} is {status}"),
            };
            assert_eq!(error.family(), family);
            assert_eq!(message(status), error.message());
        }
    }

    #[test]
    fn every_status_says_something_of_its_own() {
        let texts: BTreeSet<String> = secenv_status::ALL.iter().map(|status| message(*status as i32)).collect();
        assert_eq!(texts.len(), secenv_status::ALL.len());
        assert!(texts.iter().all(|text| text.len() > 8));
        assert_eq!(message(12_345), message(-1));
    }

    #[test]
    fn the_header_and_php_know_the_same_statuses() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let header = fs::read_to_string(root.join("include/secenv.h")).unwrap();
        let php = fs::read_to_string(root.join("bindings/php/src/Status.php")).unwrap();
        let php: BTreeSet<(String, i32)> = php
            .lines()
            .filter_map(|line| line.trim().strip_prefix("case ")?.strip_suffix(';')?.split_once(" = "))
            .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
            .collect();
        assert_eq!(php.len(), secenv_status::ALL.len());
        for status in secenv_status::ALL {
            let name = format!("{status:?}");
            let number = status as i32;
            assert!(php.contains(&(name.clone(), number)), "PHP lacks {name} = {number}");
            let mut screaming = String::new();
            for c in name.chars() {
                if c.is_uppercase() {
                    screaming.push('_');
                }
                screaming.push(c.to_ascii_uppercase());
            }
            assert!(header.contains(&format!("SECENV_STATUS{screaming} = {number},")), "the header lacks {screaming}");
        }
    }
}
