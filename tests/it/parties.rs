//! Alice and the shop: two honest parties of protocol 2, and what they send each other.

use std::sync::LazyLock;

use secenv::Error;
use secenv::identity::{Identity, Kind};
use secenv::session::{Client, ClientConfig, Padding, Place, Server, ServerConfig, Session, Suite};
use secenv::{CookieKey, Pin, StateKey, StoreId, Timestamp};

pub const NOW: Timestamp = match Timestamp::from_secs(1_800_000_000) {
    Ok(now) => now,
    Err(_) => unreachable!(),
};
pub const COOKIE_KEY: [u8; 32] = [0xC0; 32];
pub const STATE_KEY: [u8; 32] = [0x5A; 32];
pub const STORE: StoreId = StoreId::from_bytes([0x57; 16]);
/// The latest time there is.
pub const LATEST: Timestamp = match Timestamp::from_secs((1 << 63) - 1) {
    Ok(latest) => latest,
    Err(_) => unreachable!(),
};

/// So many seconds after [`NOW`].
pub fn after_now(seconds: u64) -> Timestamp {
    NOW.saturating_add(seconds)
}

/// So many seconds before [`NOW`].
pub fn before_now(seconds: u64) -> Timestamp {
    Timestamp::from_secs(NOW.as_secs() - seconds).unwrap()
}

pub fn cookie_key() -> CookieKey {
    CookieKey::from(&COOKIE_KEY)
}

pub fn state_key() -> StateKey {
    StateKey::from(&STATE_KEY)
}

pub const SUITES: [Suite; 2] = [Suite::X25519, Suite::X25519XWing];

pub struct Parties {
    pub alice: Identity,
    pub shop: Identity,
    pub server: Server,
    pub suite: Suite,
    pub padding: Padding,
}

/// A handshake that went well: its messages and both ends. The shop's is not confirmed yet.
pub struct Shaken {
    pub hello: Vec<u8>,
    pub reply: Vec<u8>,
    pub finish: Vec<u8>,
    pub welcome: Vec<u8>,
    pub alice: Session,
    pub shop: Session,
}

impl Parties {
    /// Two Ed25519 identities.
    pub fn new(suite: Suite) -> Self {
        Self::with(ed25519(), ed25519(), suite)
    }

    /// Two RSA identities of 3,072 bits.
    pub fn rsa(suite: Suite) -> Self {
        static KEYS: LazyLock<[Identity; 2]> = LazyLock::new(|| [0, 1].map(|_| Identity::generate(Kind::Rsa).unwrap()));
        let [alice, shop] = KEYS.clone();
        Self::with(alice, shop, suite)
    }

    pub fn with(alice: Identity, shop: Identity, suite: Suite) -> Self {
        let server = server(std::slice::from_ref(&shop), |config| config.minimum_suite = suite);
        Self { alice, shop, server, suite, padding: Padding::None }
    }

    /// Two parties that hide the lengths of their messages.
    pub fn padded() -> Self {
        let parties = Self::new(Suite::X25519);
        let (padding, shop) = (Padding::Padme, std::slice::from_ref(&parties.shop));
        let server = server(shop, |config| (config.minimum_suite, config.padding) = (Suite::X25519, padding));
        Self { server, padding, ..parties }
    }

    pub fn start(&self) -> (Client, Vec<u8>) {
        client(&self.alice, &[*self.shop.public().pin()], |config| {
            (config.suite, config.padding) = (self.suite, self.padding);
        })
    }

    pub fn shake(&self) -> Shaken {
        let (mut client, hello) = self.start();
        let reply = self.server.reply(&hello, NOW).unwrap();
        let finish = client.finish(&reply, NOW).unwrap();
        let accepted = self.server.accept(&finish, NOW).unwrap();
        assert_eq!(accepted.client_spki, self.alice.public().spki());
        let (welcome, shop) = (accepted.welcome, accepted.session);
        let alice = client.session(&welcome, NOW).unwrap();
        Shaken { hello, reply, finish, welcome, alice, shop }
    }
}

/// A client of the default, but for `change`.
pub fn client(me: &Identity, pins: &[Pin], change: impl FnOnce(&mut ClientConfig<'_>)) -> (Client, Vec<u8>) {
    let mut config = ClientConfig::new(pins);
    change(&mut config);
    Client::start(me, &config, NOW).unwrap()
}

/// A server of the default with [`COOKIE_KEY`] and [`STORE`], but for `change`.
pub fn server(identities: &[Identity], change: impl FnOnce(&mut ServerConfig<'_>)) -> Server {
    let key = cookie_key();
    let mut config = ServerConfig::new(&key, STORE);
    change(&mut config);
    Server::new(identities, &config).unwrap()
}

/// Alice's session and the shop's, which is not confirmed yet.
pub fn pair() -> (Session, Session) {
    let ends = Parties::new(Suite::X25519).shake();
    (ends.alice, ends.shop)
}

/// The same after message 0 of Alice, which confirms the shop's.
pub fn confirmed_pair() -> (Session, Session) {
    let (mut alice, mut shop) = pair();
    confirm(&mut alice, &mut shop);
    (alice, shop)
}

/// Alice's next message, which the shop opens.
pub fn confirm(alice: &mut Session, shop: &mut Session) {
    let record = alice.seal(b"", b"", NOW).unwrap();
    shop.open(b"", &record, NOW).unwrap();
}

pub fn ed25519() -> Identity {
    Identity::generate(Kind::Ed25519).unwrap()
}

/// The session that was stored in this place.
pub fn import(blob: &[u8], place: &Place) -> Result<Session, Error> {
    Session::import(blob, &state_key(), place, NOW)
}

pub fn export(session: &Session) -> Vec<u8> {
    session.export(&state_key(), session.place()).unwrap()
}

/// The same session in another process.
pub fn copy(session: &Session) -> Session {
    import(&export(session), session.place()).unwrap()
}

/// Checks that a step was refused with `status`; `why` says what stops the attacker there.
#[track_caller]
pub fn refused<T>(step: Result<T, Error>, status: Error, why: &str) {
    match step {
        Ok(_) => panic!("the attack worked, although {why}"),
        Err(error) => assert_eq!(error, status, "refused with another status, although {why}"),
    }
}
