//! libsecenv: a C++ desktop client and a PHP web server share encrypted data, online and offline, on top of libsodium.
//!
//! The library speaks the protocol that such teams deploy today (protocol 1: RSA, `crypto_kx` and JSON messages) byte for
//! byte, and the one that they should have had (protocol 2: [`session`]). `include/secenv.h` is the same for C.
//!
//! The modules, in layers; a module imports only from layers below its own (`docs/architecture.md`):
//!
//! | layer | modules |
//! |---|---|
//! | primitives | [`Error`], [`SecretBytes`], [`SecretArray`], [`sodium`] (libsodium), [`aead`] (XChaCha20-Poly1305), [`rsa`] (aws-lc) |
//! | foundation | [`encoding`], [`identity`] (who is who), [`keyring`] (data keys by epoch) |
//! | formats and protocols | [`envelope`] (protocol 1's message), [`session`] (protocol 2), [`parcel`] (a sealed document), [`grant`], [`manifest`], [`trust`] |
//! | store | [`vault`] (what a client keeps) |
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
#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

// foundation
pub mod encoding;
pub mod types;
pub mod fs;
mod run_options;
mod ordered_pipeline;
mod wire;

// who is who, and which key
pub mod identity;
pub mod device;
pub mod key_protection;
pub mod keyring;
mod signed_file;

// formats and protocols
pub mod envelope;
pub mod session;
pub mod parcel;
pub mod grant;
pub mod manifest;
pub mod trust;

// store
pub mod vault;

pub use run_options::RunOptions;
pub use secenv_primitives::{Error, Family, SecretArray, SecretBytes, aead, rsa, sodium};
pub use types::{Anchor, CookieKey, DeviceId, Digest, KeyId, Pin, SessionId, StateKey, StoreId, Timestamp, VaultId};
