//! The transcript, which takes in every field that was sent, and the keys that come from the secrets and from it.

use super::exchange::Shared;
use super::padding::Padding;
use crate::sodium::hash;
use crate::types::SessionId;
use crate::{Error, SecretArray, wire};

/// T0 to T5.
#[derive(Clone)]
pub(super) struct Transcript([u8; 32]);

impl Transcript {
    /// T0: what both sides knew, and the hello.
    pub(super) fn start(padding: Padding, prologue: &[u8], hello: &[u8]) -> Result<Self, Error> {
        let start = wire::public(b"", |writer| {
            writer.lp32(b"secenv 2 transcript 0")?;
            writer.u8(padding as u8);
            writer.lp32(prologue)?;
            writer.lp32(hello)
        })?;
        Ok(Self(hash::hash(&start)))
    }

    /// T1, from T0: the head of the reply.
    pub(super) fn with_reply_head(&self, head: &[u8]) -> Result<Self, Error> {
        Self::of(&[b"secenv 2 transcript 1", &self.0, head])
    }

    /// T2, from T1: the server's proof.
    pub(super) fn with_server_proof(&self, sealed: &[u8]) -> Result<Self, Error> {
        Self::of(&[b"secenv 2 transcript 2", &self.0, sealed])
    }

    /// T3, from T2: the cookie, and T0 again, as the server has forgotten what it stands in.
    pub(super) fn with_cookie(&self, cookie: &[u8], t0: &Self) -> Result<Self, Error> {
        Self::of(&[b"secenv 2 transcript 3", &self.0, cookie, &t0.0])
    }

    /// T4, from T3: the client's proof.
    pub(super) fn with_client_proof(&self, sealed: &[u8]) -> Result<Self, Error> {
        Self::of(&[b"secenv 2 transcript 4", &self.0, sealed])
    }

    /// T5, from T4: the head of the welcome.
    pub(super) fn with_welcome_head(&self, id: &SessionId, head: &[u8]) -> Result<Self, Error> {
        Self::of(&[b"secenv 2 transcript 5", &self.0, id.as_bytes(), head])
    }

    fn of(fields: &[&[u8]]) -> Result<Self, Error> {
        hash::fields(&[], fields).map(|digest| Self(*digest.expose_secret()))
    }

    pub(super) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<&[u8; 32]> for Transcript {
    fn from(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }
}

/// S or R: what both sides know and nobody else.
pub(super) struct Secret(SecretArray<64>);

impl Secret {
    /// S, after the first exchange.
    pub(super) fn first(shared: &Shared, t1: &Transcript) -> Result<Self, Error> {
        hash::fields(&[], &[b"secenv 2 secret", shared.kx(), shared.kem(), &t1.0]).map(Self)
    }

    /// R, from S, after the second exchange.
    pub(super) fn second(&self, shared: &Shared, t5: &Transcript) -> Result<Self, Error> {
        let s = self.expose_secret();
        hash::fields(&[], &[b"secenv 2 second secret", s, shared.kx(), shared.kem(), &t5.0]).map(Self)
    }

    /// derive(S or R, label, T)
    pub(super) fn derive(&self, label: &[u8], transcript: &Transcript) -> Result<SecretArray<32>, Error> {
        hash::fields(self.0.expose_secret(), &[label, &transcript.0])
    }

    pub(super) fn expose_secret(&self) -> &[u8; 64] {
        self.0.expose_secret()
    }
}

impl From<&[u8; 64]> for Secret {
    fn from(bytes: &[u8; 64]) -> Self {
        Self(bytes.into())
    }
}
