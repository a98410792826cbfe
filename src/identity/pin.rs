//! The pin: SHA-256 of the DER SubjectPublicKeyInfo, what curl's `--pinnedpubkey` calls `sha256//BASE64`.

use super::PublicIdentity;
use crate::Error;

/// The pin of a public key: SPKI, in PEM or DER.
///
/// # Errors
/// As [`PublicIdentity::parse`].
pub fn pin(spki: &[u8]) -> Result<[u8; 32], Error> {
    Ok(*PublicIdentity::parse(spki)?.pin())
}
