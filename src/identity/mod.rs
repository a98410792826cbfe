//! Who is who: an RSA or Ed25519 key that signs, and the pin that names it (`docs/protocol-2.md`, "Identity").
//!
//! An identity signs handshakes and does nothing else: a key that also decrypts is an oracle for its signatures.

pub(crate) mod signed;
mod pin;
#[expect(clippy::module_inception, reason = "the module's type")]
mod identity;

pub use identity::{Identity, Kind, PublicIdentity};
pub use pin::pin;
