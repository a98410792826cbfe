//! The box of cookies, proofs and states, and the name of the key that sealed it.

use crate::Error;
use crate::sodium::hash;

pub(super) use crate::keyring::boxed::{OVERHEAD, open, seal};

/// The first 8 bytes of a hash of a state key: which one sealed a cookie or a state.
pub(super) fn key_id(state_key: &[u8; 32]) -> Result<[u8; 8], Error> {
    let id = hash::fields::<32>(state_key, &[b"secenv 2 key id", b""])?;
    id.expose_secret().first_chunk().copied().ok_or(Error::Unavailable)
}
