//! The tree: leaves of chunks, nodes of groups, the root. BLAKE3 in key derivation mode, a context for each level.

/// How many chunks a group has.
pub(super) const GROUP: u64 = 1024;

/// A hash in the tree.
pub(super) type Hash = [u8; 32];

/// The hash of a sealed chunk.
pub(super) fn leaf(sealed: &[u8]) -> Hash {
    blake3::derive_key("secenv parcel 1 chunk", sealed)
}

/// The hash of the leaves of a group.
pub(super) fn node(leaves: &[u8]) -> Hash {
    blake3::derive_key("secenv parcel 1 group", leaves)
}

/// The hash of everything that is signed.
pub(super) fn root(header: &[u8], length: u64, top: &[u8]) -> Hash {
    let mut state = blake3::Hasher::new_derive_key("secenv parcel 1 root");
    state.update(header).update(&length.to_be_bytes()).update(top);
    *state.finalize().as_bytes()
}
