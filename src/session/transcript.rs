//! The transcript, which takes in every byte that was sent, and the keys that come from the secret and from it.

use crate::sodium::hash;
use crate::sodium::kx::SessionKeys;
use crate::{Error, SecretArray};

/// T1 to T4.
#[derive(Clone)]
pub(super) struct Transcript([u8; 32]);

impl Transcript {
    /// T1: the hello and the head of the reply.
    pub(super) fn of_heads(hello: &[u8], head: &[u8]) -> Result<Self, Error> {
        Self::next(b"secenv 2 transcript 1", hello, head)
    }

    /// T2: and the server's proof.
    pub(super) fn with_server_proof(&self, sealed: &[u8]) -> Result<Self, Error> {
        Self::next(b"secenv 2 transcript 2", &self.0, sealed)
    }

    /// T3: and the cookie.
    pub(super) fn with_cookie(&self, cookie: &[u8]) -> Result<Self, Error> {
        Self::next(b"secenv 2 transcript 3", &self.0, cookie)
    }

    /// T4: and the client's proof.
    pub(super) fn with_client_proof(&self, sealed: &[u8]) -> Result<Self, Error> {
        Self::next(b"secenv 2 transcript 4", &self.0, sealed)
    }

    fn next(label: &[u8], before: &[u8], part: &[u8]) -> Result<Self, Error> {
        hash::fields(&[], &[label, before, part]).map(|digest| Self(*digest.expose_secret()))
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

/// S: what both sides know and nobody else.
pub(super) struct Secret(SecretArray<64>);

impl Secret {
    /// From the client's point of view.
    pub(super) fn at_client(kx: &SessionKeys, kem: &[u8], t1: &Transcript) -> Result<Self, Error> {
        Self::new(&kx.rx, &kx.tx, kem, t1)
    }

    /// From the server's point of view.
    pub(super) fn at_server(kx: &SessionKeys, kem: &[u8], t1: &Transcript) -> Result<Self, Error> {
        Self::new(&kx.tx, &kx.rx, kem, t1)
    }

    fn new(first: &SecretArray<32>, second: &SecretArray<32>, kem: &[u8], t1: &Transcript) -> Result<Self, Error> {
        let mut kx = SecretArray::<64>::zeroed();
        let (low, high) = kx.expose_secret_mut().split_at_mut(32);
        low.copy_from_slice(first.expose_secret());
        high.copy_from_slice(second.expose_secret());
        hash::fields(&[], &[b"secenv 2 secret", kx.expose_secret(), kem, &t1.0]).map(Self)
    }

    /// derive(S, label, T)
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
