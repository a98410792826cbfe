//! The public API and the C ABI against vectors, laws and hostile input; one module a resource.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]
#![expect(unsafe_code, reason = "calls the C ABI as C does")]

#[path = "../shared/library.rs"]
mod library;
mod vectors;
mod c;

mod parties;

mod aead;
mod attacker;
mod envelope;
mod identity;
mod known;
mod kx;
mod rsa_keys;
mod rsa_sign;
mod rsa_unwrap;
mod session;
mod sign;
mod vault;
