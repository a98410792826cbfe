//! A parcel: one document that the server sealed and signed. It streams in constant memory, its chunks go in parallel,
//! and any place of it can be read by itself (`docs/parcel.md`).

mod format;
mod tree;
mod slot;
mod chunk;
mod writer;
mod open;
mod rewrap;
mod file;
#[cfg(test)]
mod tests;

pub use file::{inspect_file, open_file, rewrap_file, seal_file, seal_to_file};
pub(crate) use format::MAGIC;
pub use format::ParcelInfo;
pub use open::{Content, Parcel};
pub use rewrap::{Rewrap, rewrap};
pub use writer::{ParcelWriter, SealOptions, SealRequest, seal};
