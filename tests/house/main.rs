//! The facts of the project that stand in two places, compared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod constants;
mod floors;
mod header;
mod mirror;
mod readme;
mod status;
mod symbols;

#[path = "../libsodium/source.rs"]
mod source;
