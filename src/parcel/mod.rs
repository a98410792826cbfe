//! A parcel: one document that the server sealed and signed. It streams in constant memory, its chunks go in parallel, and any
//! place of it can be read by itself (`docs/parcel.md`).

mod format;
mod tree;
mod slot;
mod chunk;
mod turns;
mod seal;
mod open;
mod rewrap;
#[cfg(test)]
mod tests;

pub use format::{MAGIC, ParcelInfo, ReadAt};
pub use open::{Content, Parcel};
pub use rewrap::{Rewrap, rewrap};
pub use seal::{Options, Sealer, seal};
