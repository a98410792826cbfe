//! What libsecenv calls in C, and the types that this needs. Programs use the crate `secenv`, which has all of it.
//!
//! | module | what it is |
//! |---|---|
//! | [`Error`], [`SecretBytes`], [`SecretArray`] | failures and secrets |
//! | [`sodium`] | libsodium |
//! | [`aead`] | XChaCha20-Poly1305 |
//! | [`rsa`] | RSA of aws-lc |
#![doc(test(attr(deny(warnings))))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod error;
mod secret;
mod aws_lc;
mod looks;

pub mod sodium;
pub mod aead;
#[doc(hidden)]
pub mod pem;
#[doc(hidden)]
pub mod registers;
pub mod rsa;

pub use error::{Error, Family};
pub use secret::{SecretArray, SecretBytes};
