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
    /// Misuse: a length is not what this function takes.
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
    /// Misuse: the key is too short: an RSA key has at least 2,048 bits, an identity's 3,072.
    WeakKey = 15,
    /// Misuse: a key of another kind: public for secret or the reverse, a certificate, OpenSSH, EC, and so on;
    /// `secenv_key_diagnose` says which.
    WrongKind = 16,
    /// Misuse: a key or file of one's own is no such thing, or it is damaged.
    Damaged = 17,
    /// Misuse: a folder is in the place of a file, or a file in the place of a folder.
    NotAFile = 18,
    /// Misuse: the client has not confirmed this session by its first record yet: open that before.
    Unconfirmed = 19,
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
    /// Unavailable: the process or the system has too many files open.
    TooManyFiles = 34,
    /// Unavailable: a bug of the library's own was caught; the handle that was being changed is closed.
    Internal = 39,
}

/// Writes the names and the sentences of all statuses, and which [`Error`] each one is. The `match` over all of them
/// does not compile if one is missing.
macro_rules! statuses {
    (
        boundary { $($own:ident, $own_name:literal, $own_message:literal;)* }
        error { $($name:ident, $text:literal, $message:literal;)* }
    ) => {
        impl secenv_status {
            /// Every status there is.
            pub const ALL: &'static [secenv_status] = &[$(secenv_status::$own,)* $(secenv_status::$name,)*];

            /// Its name and its sentence.
            const fn words(self) -> (&'static CStr, &'static CStr) {
                match self {
                    $(secenv_status::$own => ($own_name, $own_message),)*
                    $(secenv_status::$name => ($text, $message),)*
                }
            }
        }

        impl From<Error> for secenv_status {
            fn from(error: Error) -> Self {
                match error {
                    $(Error::$name => secenv_status::$name,)*
                    // `Error` may grow; the tests below find the one that was forgotten here.
                    _ => secenv_status::Internal,
                }
            }
        }
    };
}

statuses! {
    boundary {
        Ok, c"OK", c"it worked";
        NullPointer, c"NULL_POINTER", c"a pointer was NULL that may not be";
        InvalidLength, c"INVALID_LENGTH", c"a length is not what this function takes";
    }
    error {
        InvalidArgument, c"INVALID_ARGUMENT", c"an argument is not one of the values that this function takes";
        EncryptedKey, c"ENCRYPTED_KEY", c"the key is encrypted under a passphrase; decrypt it first";
        Closed, c"CLOSED", c"the handle is closed: its work is done, or a call on it failed badly";
        NotFound, c"NOT_FOUND", c"nothing is stored under this name";
        Exists, c"EXISTS", c"there is something in this place already";
        WeakKey, c"WEAK_KEY", c"the key is too short: an RSA key has at least 2,048 bits, an identity's 3,072";
        WrongKind, c"WRONG_KIND", c"it is a key of another kind, or a certificate";
        Damaged, c"DAMAGED", c"the key or file of one's own is no such thing, or it is damaged";
        NotAFile, c"NOT_A_FILE", c"a folder is in the place of a file, or a file in the place of a folder";
        Unconfirmed, c"UNCONFIRMED", c"the client has not confirmed this session yet: open its first record before";
        Malformed, c"MALFORMED", c"the input is not in the expected format";
        Rejected, c"REJECTED", c"the message, key or signature was rejected";
        TooLarge, c"TOO_LARGE", c"the input is over a size limit";
        Ended, c"ENDED", c"the session is over its records, bytes or age; make a new handshake";
        Expired, c"EXPIRED", c"the lease or the manifest does not hold at this time; sync with the server";
        Stale, c"STALE", c"it is older than what was taken before";
        Clock, c"CLOCK", c"the clock was turned back";
        Foreign, c"FOREIGN", c"it is meant for another device or vault";
        NoKey, c"NO_KEY", c"no key for it is held: it was not granted, or its epoch is gone";
        OutOfOrder, c"OUT_OF_ORDER", c"what comes before it is missing: the grant before, or a manifest that names it";
        Unavailable, c"UNAVAILABLE", c"the system had no memory or no randomness to give";
        Disk, c"DISK", c"the file system failed";
        Full, c"FULL", c"there is no space left on the disk";
        Denied, c"DENIED", c"the file system does not allow it";
        TooManyFiles, c"TOO_MANY_FILES", c"the process or the system has too many files open";
        Internal, c"INTERNAL", c"a bug in libsecenv was caught; please report it";
    }
}

fn words(status: i32) -> Option<(&'static CStr, &'static CStr)> {
    secenv_status::ALL.iter().find(|known| **known as i32 == status).map(|known| known.words())
}

/// The sentence for a status: static text, never NULL, lower case, without secrets. A number that is no status gets a
/// sentence that says so.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_status_message(status: i32) -> *const c_char {
    words(status).map_or(c"this number is no status of libsecenv", |(_, message)| message).as_ptr()
}

/// The name of a status without `SECENV_STATUS_`, as in "WEAK_KEY": static text, never NULL. A number that is no status
/// is "UNKNOWN".
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_status_name(status: i32) -> *const c_char {
    words(status).map_or(c"UNKNOWN", |(name, _)| name).as_ptr()
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
        for error in Error::ALL.iter().copied() {
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
    fn every_status_has_the_name_that_the_header_gives_it() {
        for status in secenv_status::ALL {
            // SAFETY: static text, NUL-terminated.
            let name = unsafe { CStr::from_ptr(secenv_status_name(*status as i32)) }.to_str().unwrap();
            assert_eq!(name, screaming(*status).trim_start_matches('_'));
        }
        // SAFETY: static text, NUL-terminated.
        assert_eq!(unsafe { CStr::from_ptr(secenv_status_name(12_345)) }, c"UNKNOWN");
    }

    /// `_LIKE_THIS`, as cbindgen writes the name of a variant.
    fn screaming(status: secenv_status) -> String {
        let mut screaming = String::new();
        for c in format!("{status:?}").chars() {
            if c.is_uppercase() {
                screaming.push('_');
            }
            screaming.push(c.to_ascii_uppercase());
        }
        screaming
    }

    #[test]
    fn the_header_and_php_know_the_same_statuses() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        let header = fs::read_to_string(root.join("include/secenv/status.h")).unwrap();
        let php = fs::read_to_string(root.join("bindings/php/src/Status.php")).unwrap();
        let php: BTreeSet<(String, i32)> = php
            .lines()
            .filter_map(|line| line.trim().strip_prefix("case ")?.strip_suffix(';')?.split_once(" = "))
            .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
            .collect();
        assert_eq!(php.len(), secenv_status::ALL.len());
        for status in secenv_status::ALL.iter().copied() {
            let name = format!("{status:?}");
            let number = status as i32;
            assert!(php.contains(&(name.clone(), number)), "PHP lacks {name} = {number}");
            let screaming = screaming(status);
            assert!(header.contains(&format!("SECENV_STATUS{screaming} = {number},")), "the header lacks {screaming}");
        }
    }
}
