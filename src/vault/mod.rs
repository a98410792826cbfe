//! The client's store: a folder with what the server sealed, and what this device may read of it (`docs/vault.md`).

mod folder;
mod state;
mod lease;
#[expect(clippy::module_inception, reason = "the module's type")]
mod vault;
mod apply;
mod verify;
#[cfg(test)]
mod tests;

pub use apply::{Applied, FileKind, Outcome};
pub use vault::{Document, NewVault, ReadRequest, Status, Vault};
pub use verify::{Flaw, Problem};
