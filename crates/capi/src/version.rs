//! The library's version.

use core::ffi::{CStr, c_char};

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Returns the version of the library that is loaded, such as "0.1.0": static text, never NULL. `SECENV_VERSION` is
/// that of the header.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_version() -> *const c_char {
    VERSION.as_ptr()
}
