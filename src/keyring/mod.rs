//! Data keys by epoch, what they are locked with, and the device keys that receive them (`docs/vault.md`).

mod device;
#[expect(clippy::module_inception, reason = "the module's type")]
mod keyring;
mod lock;
mod sealed;

pub use device::{DeviceKey, DevicePublic};
pub(crate) use keyring::{KEY_BYTES, read_keys, write_keys};
pub use keyring::{Key, Keyring, State};
pub(crate) use lock::Lock;
pub use lock::{COST, Unlock};
