//! The message of protocol 1: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`.
//!
//! `docs/protocol-1.md` has every byte, and `docs/security.md` what the construction does not give: it has no replay
//! protection, no order and no forward secrecy. Use it to talk to what is deployed.

mod format;
mod open;
mod seal;

pub use open::{open, open_parts};
pub use seal::{Parts, seal, seal_parts};

/// The longest JSON text, in bytes.
pub const JSON_MAX: usize = 64 * 1024 * 1024;
