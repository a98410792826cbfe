//! The key exchange of a suite, which a handshake does twice with the client's same keys: `crypto_kx`, and X-Wing beside it.

use super::format::{Exchanged, Suite};
use crate::sodium::kx::SessionKeys;
use crate::sodium::{kem, kx, random};
use crate::{Error, SecretArray};

/// The client's ephemeral keys: wiped when it has its session, or gives up.
pub(super) struct Ephemeral {
    kx: kx::KeyPair,
    kem: Option<kem::KeyPair>,
}

/// What one exchange gave both sides.
pub(super) struct Shared {
    /// The client's rx || tx.
    kx: SecretArray<64>,
    kem: Option<SecretArray<32>>,
}

impl Ephemeral {
    pub(super) fn generate(suite: Suite) -> Result<Self, Error> {
        let kx = kx::KeyPair::from_seed(random::secret().expose_secret())?;
        let kem = match suite {
            Suite::X25519 => None,
            Suite::X25519XWing => Some(kem::KeyPair::from_seed(random::secret().expose_secret())?),
        };
        Ok(Self { kx, kem })
    }

    /// What the hello says of them.
    pub(super) fn public(&self) -> Exchanged<'_, 1216> {
        Exchanged { kx: self.kx.public(), kem: self.kem.as_ref().map(kem::KeyPair::public) }
    }

    /// The client's half, with what the server sent.
    pub(super) fn agree(&self, server: &Exchanged<'_, 1120>) -> Result<Shared, Error> {
        let SessionKeys { rx, tx } = kx::client_session_keys(&self.kx, server.kx)?;
        let kem = match (&self.kem, server.kem) {
            (Some(pair), Some(ciphertext)) => Some(pair.decapsulate(ciphertext)?),
            (None, None) => None,
            _ => return Err(Error::Internal),
        };
        Ok(Shared::new(&rx, &tx, kem))
    }
}

/// What the server sends for its half.
pub(super) struct Answer {
    kx: [u8; 32],
    kem: Option<[u8; 1120]>,
}

impl Answer {
    pub(super) fn fields(&self) -> Exchanged<'_, 1120> {
        Exchanged { kx: &self.kx, kem: self.kem.as_ref() }
    }
}

/// The server's half: new keys of its own, whose secret is gone when this returns.
pub(super) fn answer(client: &Exchanged<'_, 1216>) -> Result<(Answer, Shared), Error> {
    let pair = kx::KeyPair::from_seed(random::secret().expose_secret())?;
    let SessionKeys { rx, tx } = kx::server_session_keys(&pair, client.kx)?;
    let (ciphertext, secret) = match client.kem {
        Some(public) => {
            let (ciphertext, secret) = kem::encapsulate_from_seed(public, random::secret().expose_secret())?;
            (Some(ciphertext), Some(secret))
        }
        None => (None, None),
    };
    Ok((Answer { kx: *pair.public(), kem: ciphertext }, Shared::new(&tx, &rx, secret)))
}

impl Shared {
    fn new(first: &SecretArray<32>, second: &SecretArray<32>, kem: Option<SecretArray<32>>) -> Self {
        let mut kx = SecretArray::<64>::zeroed();
        let (low, high) = kx.expose_secret_mut().split_at_mut(32);
        low.copy_from_slice(first.expose_secret());
        high.copy_from_slice(second.expose_secret());
        Self { kx, kem }
    }

    pub(super) fn kx(&self) -> &[u8] {
        self.kx.expose_secret()
    }

    /// No bytes in suite 1.
    pub(super) fn kem(&self) -> &[u8] {
        self.kem.as_ref().map_or(&[], |secret| secret.expose_secret())
    }
}
