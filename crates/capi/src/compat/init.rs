//! Starting up. No call to `secenv_init` is needed.
//! doc.libsodium.org: "Quickstart and FAQ".

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};

use libsodium_sys as raw;

/// Gets the library ready: 0 at the first call, 1 at later ones, -1 if it cannot be. Every other function does so by
/// itself. libsodium's `sodium_init`.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_init() -> c_int {
    static CALLED: AtomicBool = AtomicBool::new(false);
    // SAFETY: takes nothing, and may be called at any time from any thread.
    match unsafe { raw::sodium_init() } {
        failed @ ..0 => failed,
        _ => c_int::from(CALLED.swap(true, Ordering::Relaxed)),
    }
}
