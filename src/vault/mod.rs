//! The client's store: a folder with what the server sealed, and what this device may read of it (`docs/vault.md`).

mod folder;
mod state;
mod lease;
mod store;
mod apply;
mod verify;

/// Writes a result for scripts: what came of it, or `{"error": NAME}`.
fn serialize_result<T: serde::Serialize, S: serde::Serializer>(
    result: &Result<T, crate::Error>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match result {
        Ok(outcome) => outcome.serialize(serializer),
        Err(error) => serializer.collect_map([("error", format!("{error:?}"))]),
    }
}

pub use apply::{Applied, FileKind, Outcome};
pub use store::{Document, NewVault, ReadRequest, Signers, Status, Vault};
pub use verify::{Flaw, Problem};
