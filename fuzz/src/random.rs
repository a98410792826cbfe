//! A random source that is the same in each run, so that an input alone decides what a law sees. What aws-lc draws, the
//! padding and salts of RSA, stays random.

use core::ffi::{c_char, c_void};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::Once;

use libsodium_sys as raw;

static STATE: AtomicU64 = AtomicU64::new(0);

/// Runs `work` with the random source at its beginning for `seed`; after it, the source goes on where it was.
pub fn fixed<T>(seed: u64, work: impl FnOnce() -> T) -> T {
    static ONCE: Once = Once::new();
    // SAFETY: libsodium keeps a pointer to a static; no other thread runs yet.
    ONCE.call_once(|| assert_eq!(unsafe { raw::randombytes_set_implementation(&raw const SOURCE) }, 0));
    let around = STATE.swap(seed << 32, Relaxed);
    let result = work();
    STATE.store(around, Relaxed);
    result
}

static SOURCE: raw::randombytes_implementation = raw::randombytes_implementation {
    implementation_name: Some(name),
    random: Some(random),
    stir: None,
    uniform: None,
    buf: Some(fill),
    close: None,
};

extern "C" fn name() -> *const c_char {
    c"fixed".as_ptr()
}

extern "C" fn random() -> u32 {
    next() as u32
}

unsafe extern "C" fn fill(bytes: *mut c_void, len: usize) {
    // SAFETY: libsodium passes a buffer that is `len` bytes long.
    let bytes = unsafe { core::slice::from_raw_parts_mut(bytes.cast::<u8>(), len) };
    for chunk in bytes.chunks_mut(8) {
        chunk.copy_from_slice(&next().to_le_bytes()[..chunk.len()]);
    }
}

/// SplitMix64 (Steele, Lea and Flood).
fn next() -> u64 {
    const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut mixed = STATE.fetch_add(STEP, Relaxed).wrapping_add(STEP);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}
