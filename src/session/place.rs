//! Where a session is kept: a sealed state opens there and nowhere else.

use crate::types::{Pin, SessionId, StoreId};

/// Which side a session's holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It said hello.
    Client = 1,
    /// It accepted.
    Server = 2,
}

/// Where a session is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The identity that accepted, or that the client found.
    pub server_pin: Pin,
    /// The store of the server; [`StoreId::CLIENT`] at a client.
    pub store_id: StoreId,
    /// The session's id.
    pub session_id: SessionId,
    /// Whose state it is.
    pub role: Role,
}
