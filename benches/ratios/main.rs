//! Ratios: libsecenv and a peer take turns in one process. One line for each pair: through, work, peer, our time and
//! the peer's in nanoseconds, and how many times as fast we are. `scripts/bench` makes the table of it.
//!
//! libsecenv is the shared library of the release build, called through its C ABI, as a program calls it.
#![expect(unsafe_code, reason = "calls C libraries by name")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod aead;
mod race;
mod rsa;
mod session;

use libloading::Library;

fn main() {
    let folder =
        std::env::var("SECENV_LIB_DIR").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/build/lib").to_owned());
    // SAFETY: a library that is ours; loading it runs nothing.
    let secenv = unsafe { Library::new(format!("{folder}/libsecenv.so")) }.expect("make build comes first");
    aead::race_against_both_libsodiums(&secenv);
    rsa::race_against_the_rsa_crate(&secenv);
    session::race_against_the_primitives(&secenv);
}
