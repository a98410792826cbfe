//! Alice and the shop: two honest parties of protocol 2, and what they send each other.

use std::sync::LazyLock;

use secenv::identity::{Identity, Kind};
use secenv::session::{Client, Server, Session, Suite};
use secenv::{Error, StateKey, Timestamp};

pub const NOW: Timestamp = match Timestamp::from_secs(1_800_000_000) {
    Ok(now) => now,
    Err(_) => unreachable!(),
};
/// The last time that there is.
pub const LAST: Timestamp = NOW.saturating_add(u64::MAX);
pub static STATE_KEY: LazyLock<StateKey> = LazyLock::new(|| state_key(0x5A));
pub const SUITES: [Suite; 2] = [Suite::X25519, Suite::X25519XWing];

pub struct Parties {
    pub alice: Identity,
    pub shop: Identity,
    pub server: Server,
    pub suite: Suite,
}

/// A handshake that went well: its messages and both ends.
pub struct Shaken {
    pub hello: Vec<u8>,
    pub reply: Vec<u8>,
    pub finish: Vec<u8>,
    pub alice: Session,
    pub shop: Session,
}

impl Parties {
    /// Two Ed25519 identities.
    pub fn new(suite: Suite) -> Self {
        Self::with(ed25519(), ed25519(), suite)
    }

    /// The RSA keys of 2,048 bits in `tests/vectors/keys`.
    pub fn rsa(suite: Suite) -> Self {
        let read = |name| Identity::parse(&std::fs::read(format!("tests/vectors/keys/{name}.pem")).unwrap()).unwrap();
        Self::with(read("client"), read("server"), suite)
    }

    pub fn with(alice: Identity, shop: Identity, suite: Suite) -> Self {
        let server = Server::new(&shop, &STATE_KEY, suite).unwrap();
        Self { alice, shop, server, suite }
    }

    pub fn start(&self) -> (Client, Vec<u8>) {
        Client::start(&self.alice, self.shop.public().pin(), self.suite).unwrap()
    }

    pub fn shake(&self) -> Shaken {
        let (mut client, hello) = self.start();
        let reply = self.server.reply(&hello, NOW).unwrap();
        let (alice, finish) = client.finish(&reply, NOW).unwrap();
        let (shop, spki) = self.server.accept(&finish, NOW).unwrap();
        assert_eq!(spki, self.alice.public().spki());
        Shaken { hello, reply, finish, alice, shop }
    }
}

pub fn state_key(byte: u8) -> StateKey {
    StateKey::from(&[byte; 32])
}

/// So many seconds before [`NOW`].
pub fn before(seconds: u64) -> Timestamp {
    Timestamp::from_secs(NOW.as_secs() - seconds).unwrap()
}

pub fn ed25519() -> Identity {
    Identity::generate(Kind::Ed25519).unwrap()
}

/// The same session in another process.
pub fn copy(session: &Session) -> Session {
    Session::import(&session.export(&STATE_KEY).unwrap(), &STATE_KEY).unwrap()
}

/// Checks that a step was refused with `status`; `why` says what stops the attacker there.
#[track_caller]
pub fn refused<T>(step: Result<T, Error>, status: Error, why: &str) {
    match step {
        Ok(_) => panic!("the attack worked, although {why}"),
        Err(error) => assert_eq!(error, status, "refused with another status, although {why}"),
    }
}
