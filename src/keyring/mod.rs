//! Data keys by epoch (`docs/vault.md`): the server's, sealed under an unlock secret.

mod keys;
mod sealed;

pub(crate) use keys::{KEY_BYTES, read_keys, write_keys};
pub use keys::{Key, KeyInfo, KeyState, Keyring};
