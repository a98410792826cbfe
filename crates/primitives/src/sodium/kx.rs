//! Key exchange: `crypto_kx`, X25519 and BLAKE2b (doc.libsodium.org, "Key exchange").
//!
//! `rx || tx` of the client is BLAKE2b-512(X25519 || client public || server public); the server has them the other way round.

use libsodium_sys as raw;

use super::{Pair, check, init};
use crate::{Error, SecretArray};

/// A kx key pair.
pub type KeyPair = Pair<ForKx, 32, 32>;

/// The purpose of a pair: kx.
pub enum ForKx {}

/// The keys of one pair of parties: one for each direction.
#[derive(Debug)]
pub struct SessionKeys {
    /// Opens what the other side sent.
    pub rx: SecretArray<32>,
    /// Seals what this side sends.
    pub tx: SecretArray<32>,
}

impl KeyPair {
    /// A new random pair.
    ///
    /// # Errors
    /// None today: libsodium ends the process if the system has no randomness.
    pub fn generate() -> Result<Self, Error> {
        // SAFETY: S2: `make` gives memory for 32 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_kx_keypair(public, secret) })
    }

    /// The pair that `seed` determines (not the same as a box's).
    ///
    /// # Errors
    /// None for any seed.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        // SAFETY: S1 for the seed; S2: `make` gives memory for 32 and 32 bytes; S3.
        Self::make(|public, secret| unsafe { raw::crypto_kx_seed_keypair(public, secret, seed.as_ptr()) })
    }
}

/// The client's session keys.
///
/// # Errors
/// [`Error::Rejected`] if the server's key is a point of low order.
pub fn client_session_keys(client: &KeyPair, server: &[u8; 32]) -> Result<SessionKeys, Error> {
    session_keys(raw::crypto_kx_client_session_keys, client, server)
}

/// The server's session keys.
///
/// # Errors
/// [`Error::Rejected`] if the client's key is a point of low order.
pub fn server_session_keys(server: &KeyPair, client: &[u8; 32]) -> Result<SessionKeys, Error> {
    session_keys(raw::crypto_kx_server_session_keys, server, client)
}

fn session_keys(
    derive: unsafe extern "C" fn(*mut u8, *mut u8, *const u8, *const u8, *const u8) -> i32,
    own: &KeyPair,
    peer: &[u8; 32],
) -> Result<SessionKeys, Error> {
    init();
    let (mut rx, mut tx) = (SecretArray::zeroed(), SecretArray::zeroed());
    // SAFETY: S1: every key has 32 bytes; S2: two outputs of 32 bytes; S3.
    let code = unsafe {
        derive(
            rx.expose_secret_mut().as_mut_ptr(),
            tx.expose_secret_mut().as_mut_ptr(),
            own.public().as_ptr(),
            own.expose_secret().as_ptr(),
            peer.as_ptr(),
        )
    };
    check(code, Error::Rejected)?;
    Ok(SessionKeys { rx, tx })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_derive_the_same_keys_crosswise() {
        let (client, server) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let at_client = client_session_keys(&client, server.public()).unwrap();
        let at_server = server_session_keys(&server, client.public()).unwrap();
        assert_eq!(at_client.rx.expose_secret(), at_server.tx.expose_secret());
        assert_eq!(at_client.tx.expose_secret(), at_server.rx.expose_secret());
        assert_ne!(at_client.rx.expose_secret(), at_client.tx.expose_secret());
    }

    #[test]
    fn rejects_a_point_of_low_order() {
        let mut one = [0; 32];
        one[0] = 1;
        for point in [[0; 32], one] {
            let keys = client_session_keys(&KeyPair::generate().unwrap(), &point);
            assert_eq!(keys.unwrap_err(), Error::Rejected);
        }
    }
}
