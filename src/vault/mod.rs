//! The client's store: a folder with what the server sealed, and what this device may read of it (`docs/vault.md`).

mod disk;
mod state;
mod lease;
#[expect(clippy::module_inception, reason = "the module's type")]
mod vault;
mod apply;
mod verify;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use apply::{Applied, Kind, Outcome};
pub use disk::{File, inspect_file, keep, open_file, rewrap_file, seal_file, seal_path};
pub use vault::{Item, Status, Vault};
pub use verify::{Flaw, Problem};
