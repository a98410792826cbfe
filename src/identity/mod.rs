//! Identities: who is who in protocol 2 and in what a server signs. A key is known by its pin: SHA-256 of its
//! SubjectPublicKeyInfo in DER, which curl's `--pinnedpubkey` calls `sha256//BASE64`.

mod key;

pub use key::{Identity, Kind, PublicIdentity, pin};
