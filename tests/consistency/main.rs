//! The facts of the project that stand in two places, compared.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod api;
mod compat;
mod layers;
mod header;
mod libsodium;
mod readme;
mod symbols;

#[path = "../shared/library.rs"]
mod library;
#[path = "../libsodium/source.rs"]
mod source;
