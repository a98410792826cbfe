//! libsecenv: a C++ desktop client and a PHP web server share encrypted data, online and offline, on top of libsodium.
//!
//! The library speaks the protocol that such teams deploy today (protocol 1: RSA, `crypto_kx` and JSON messages) byte for
//! byte, and the one that they should have had (protocol 2: [`session`]). The C ABI in `include/secenv.h` is the product; this crate's own API is the same thing for Rust.
//!
//! The rooms, lowest floor first (`docs/architecture.md` has the plan; `cargo test --test house` checks it):
//!
//! | floor | rooms |
//! |---|---|
//! | ground | [`Error`], [`SecretBytes`], [`SecretArray`], [`encoding`] |
//! | 1 | [`sodium`] (libsodium), [`aead`] (the XChaCha20-Poly1305 engine), [`rsa`] (aws-lc) |
//! | 2 | [`identity`] (who is who), [`keyring`] (data keys by epoch) |
//! | 3 | [`envelope`] (protocol 1's message), [`session`] (protocol 2), [`parcel`] (a sealed document), [`grant`], [`manifest`], [`trust`] |
//! | 4 | [`vault`] (the client's store) |
//! | 5 | [`ffi`] (the C ABI) |
//!
//! # Examples
//! ```
//! use secenv::{envelope, rsa, sodium::kx};
//!
//! // Both sides hold an RSA key and a kx key; each knows the other's public halves.
//! let server = rsa::SecretKey::generate(2048)?;
//! let (client_kx, server_kx) = (kx::KeyPair::generate()?, kx::KeyPair::generate()?);
//!
//! let client = kx::client_session_keys(&client_kx, server_kx.public())?;
//! let json = envelope::seal(
//!     client.tx.expose_secret(), &server.public()?, rsa::Padding::OaepSha1, b"context", b"meet at noon")?;
//!
//! let keys = kx::server_session_keys(&server_kx, client_kx.public())?;
//! let plain = envelope::open(
//!     keys.rx.expose_secret(), &server, rsa::Padding::OaepSha1, b"context", &json)?;
//! assert_eq!(plain.expose_secret(), b"meet at noon");
//! # Ok::<(), secenv::Error>(())
//! ```
#![doc(test(attr(deny(warnings))))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

// ground
pub mod encoding;
mod error;
mod secret;

// floor 1: primitives
pub mod aead;
pub mod rsa;
pub mod sodium;

// floor 2: who is who, which key
pub mod identity;
pub mod keyring;

// floor 3: formats and protocols
pub mod envelope;
pub mod session;
pub mod parcel;
pub mod grant;
pub mod manifest;
pub mod trust;

// floor 4: the client's store
pub mod vault;

// floor 5: the C ABI
pub mod ffi;

pub use error::{Error, Family};
pub use secret::{SecretArray, SecretBytes};
