//! What the callers of aws-lc share: pointers that free themselves, results, randomness, SHA-256.
//!
//! Why unsafe is allowed here: aws-lc is C. S1: every pointer comes with a length that describes it. S2: outputs are as
//! long as the C function writes. S3: an owned pointer is valid until its drop.
#![expect(unsafe_code, reason = "aws-lc is C: S1-S3")]

use core::ptr::NonNull;

use aws_lc_sys as raw;

use crate::Error;

/// A type of aws-lc that has a function to free it, which wipes what is secret.
pub(crate) trait Free {
    /// # Safety
    /// The pointer is owned, and not used again.
    unsafe fn free(pointer: *mut Self);
}

macro_rules! freed_by {
    ($($name:ident $free:ident,)*) => {
        $(impl Free for raw::$name {
            unsafe fn free(pointer: *mut Self) {
                // SAFETY: as this function's own.
                unsafe { raw::$free(pointer) }
            }
        })*
    };
}

freed_by! {
    EVP_PKEY EVP_PKEY_free,
    EVP_PKEY_CTX EVP_PKEY_CTX_free,
    RSA RSA_free,
    BIGNUM BN_free,
}

/// A pointer that aws-lc made and that is freed once.
#[derive(Debug)]
pub(crate) struct Owned<T: Free>(NonNull<T>);

impl<T: Free> Owned<T> {
    /// Takes what an aws-lc function made; `None` if it made nothing.
    ///
    /// # Safety
    /// The pointer is owned by the caller, or NULL.
    pub(crate) unsafe fn new(pointer: *mut T) -> Option<Self> {
        let owned = NonNull::new(pointer).map(Self);
        if owned.is_none() {
            forget_errors();
        }
        owned
    }

    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Free> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: S3: owned, freed once.
        unsafe { T::free(self.0.as_ptr()) }
    }
}

/// Turns what an aws-lc function said into a result.
pub(crate) fn check(done: bool, failure: Error) -> Result<(), Error> {
    if done {
        Ok(())
    } else {
        forget_errors();
        Err(failure)
    }
}

/// aws-lc keeps a queue of errors for each thread; we answer with our own.
fn forget_errors() {
    // SAFETY: takes no arguments.
    unsafe { raw::ERR_clear_error() }
}

/// Asks the system for randomness before aws-lc does.
///
/// aws-lc ends the process if the system refuses it (a seccomp filter that answers EPERM to `getrandom`, as old
/// container hosts have). It draws whenever it seeds or reseeds a thread's generator, which cannot be seen from outside, so every
/// call that may draw asks first; next to an RSA operation the system call costs nothing.
///
/// # Errors
/// [`Error::Unavailable`] if the system refuses.
pub(crate) fn require_randomness() -> Result<(), Error> {
    if can_draw() { Ok(()) } else { Err(Error::Unavailable) }
}

#[cfg(target_os = "linux")]
fn can_draw() -> bool {
    use std::io;

    loop {
        let mut byte = 0_u8;
        // The system call itself, as aws-lc calls it: glibc's function may answer without one, which no filter sees.
        // SAFETY: S2: one byte. It does not wait: aws-lc does, if the system has just started (EAGAIN).
        let drawn = unsafe { libc::syscall(libc::SYS_getrandom, &raw mut byte, 1_usize, libc::GRND_NONBLOCK) };
        return match io::Error::last_os_error().raw_os_error() {
            _ if drawn == 1 => true,
            Some(libc::EINTR) => continue,
            Some(libc::EAGAIN) => true,
            // An old kernel: aws-lc reads this file instead.
            Some(libc::ENOSYS) => std::fs::File::open("/dev/urandom").is_ok(),
            _ => false,
        };
    }
}

#[cfg(not(target_os = "linux"))]
fn can_draw() -> bool {
    true
}

/// Writes SHA-256(message) to `digest`. aws-lc's uses the processor's own instructions, and wipes its state.
pub(crate) fn sha256(message: &[u8], digest: &mut [u8; 32]) {
    // SAFETY: S1 for the message; S2: SHA-256 writes 32 bytes.
    unsafe { raw::SHA256(message.as_ptr(), message.len(), digest.as_mut_ptr()) };
}
