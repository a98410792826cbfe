//! The C ABI: `include/secenv.h` and `include/secenv/*.h` are generated from the files of this crate.
//!
//! Bodies read *required, required, one call, write_out*. They make no decision about cryptography, keep nothing and
//! call nobody back. `SAFETY` comments cite the contract that the header prints for its callers:
//!
//! - P1: a pointer and its length describe readable bytes that nobody changes during the call.
//! - P2: a handle comes from this library and was not freed.
//! - P3: a handle that is not `const` is used by one call at a time.
//! - P4: `out` points to writable space for what it receives.
#![expect(unsafe_code, reason = "C calls us: P1-P4")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]
#![expect(clippy::missing_safety_doc, reason = "P1-P4, printed once in the header")]
#![expect(non_camel_case_types, reason = "these are C's names")]

pub mod status;
mod boundary;
pub mod version;
pub mod bytes;
pub mod pin;
pub mod key;
pub mod rsa;
pub mod pwhash;
pub mod envelope;
pub mod identity;
pub mod client;
pub mod server;
pub mod session;
pub mod record;
pub mod keyring;
pub mod device;
pub mod parcel;
pub mod parcel_writer;
pub mod grant;
pub mod manifest;
pub mod trust_draft;
pub mod trust_statement;
pub mod trust;
pub mod vault;
pub mod apply_report;
pub mod documents;
pub mod problems;
pub mod compat;
