//! The client's side of the handshake.

use subtle::{Choice, ConstantTimeEq};

use super::config::{ClientConfig, check_pins, check_prologue};
use super::exchange::Ephemeral;
use super::format::{Finish, Hello, Reply, Suite, Welcome};
use super::padding::Padding;
use super::place::{Place, Role};
use super::record::Session;
use super::transcript::{Secret, Transcript};
use super::{clock, proof};
use crate::Error;
use crate::identity::{Identity, PublicIdentity};
use crate::sodium::random;
use crate::types::{Pin, SessionId, StoreId, Timestamp};

/// How long a handshake takes at most, in seconds.
const HANDSHAKE_MAX: u64 = 120;

/// A client that said hello. It waits for the reply, then for the welcome, and makes one session. Its ephemeral secrets are
/// wiped when it has that, when it is dropped, or when it is asked 120 seconds after its hello.
pub struct Client {
    stage: Stage,
    pins: Vec<Pin>,
    /// Which pin the server had, once the welcome held.
    pin_index: Option<usize>,
}

enum Stage {
    Hello(Box<Started>),
    Finish(Box<Finished>),
    Closed,
}

/// A client waits for the reply.
struct Started {
    me: Identity,
    suite: Suite,
    padding: Padding,
    hello: Vec<u8>,
    t0: Transcript,
    keys: Ephemeral,
    at: Timestamp,
}

/// A client waits for the welcome.
struct Finished {
    started: Started,
    server: PublicIdentity,
    session_id: SessionId,
    secret: Secret,
    t4: Transcript,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Client>();
};

impl Client {
    /// Starts a handshake with a server that has one of the pins in `config`, and with no other. Gives the hello to send.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless there are 1 to 4 pins, none twice; [`Error::TooLarge`] for a prologue over 1 KiB.
    pub fn start(me: &Identity, config: &ClientConfig<'_>, now: Timestamp) -> Result<(Self, Vec<u8>), Error> {
        check_pins(config.pins)?;
        check_prologue(config.prologue)?;
        let mut random = [0; 32];
        random::fill(&mut random);
        let (suite, padding, pins) = (config.suite, config.padding, config.pins.to_vec());
        let keys = Ephemeral::generate(suite)?;
        let hello = Hello { suite, random: &random, keys: keys.public(), pins }.encode()?;
        let t0 = Transcript::start(padding, config.prologue, &hello)?;
        let started = Started { me: me.clone(), suite, padding, hello: hello.clone(), t0, keys, at: now };
        let stage = Stage::Hello(Box::new(started));
        Ok((Self { stage, pins: config.pins.to_vec(), pin_index: None }, hello))
    }

    /// Takes the server's reply and gives the finish to send. It makes one finish, which may be sent again. A reply that was
    /// refused changes nothing: the true one may still come.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no reply; [`Error::Rejected`] if it is not the reply of a pinned server
    /// to this hello; [`Error::Closed`] after a success, and 120 seconds after the hello.
    pub fn finish(&mut self, reply: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        self.close_late(now);
        match core::mem::replace(&mut self.stage, Stage::Closed) {
            Stage::Hello(started) => match started.finish(&self.pins, reply) {
                Ok((progress, finish)) => {
                    self.stage = Stage::Finish(Box::new(progress.with(*started)));
                    Ok(finish)
                }
                Err(error) => {
                    self.stage = Stage::Hello(started);
                    Err(error)
                }
            },
            other => {
                self.stage = other;
                Err(Error::Closed)
            }
        }
    }

    /// Takes the server's welcome and gives the session: the server has it, too. A welcome that was refused changes nothing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if no reply was taken before; [`Error::Malformed`] or [`Error::TooLarge`] if it is no welcome;
    /// [`Error::Rejected`] if it does not end this handshake; [`Error::Closed`] after a success, and 120 seconds after the hello.
    pub fn session(&mut self, welcome: &[u8], now: Timestamp) -> Result<Session, Error> {
        self.close_late(now);
        match &self.stage {
            Stage::Hello(_) => Err(Error::InvalidArgument),
            Stage::Closed => Err(Error::Closed),
            Stage::Finish(finished) => {
                let session = finished.session(welcome, now)?;
                self.pin_index = self.pins.iter().position(|pin| pin == finished.server.pin());
                self.stage = Stage::Closed;
                Ok(session)
            }
        }
    }

    /// Which pin of the hello the server has, once the welcome held: those behind it are to be dropped for good, and that stored
    /// before the session is used.
    pub fn pin_index(&self) -> Option<usize> {
        self.pin_index
    }

    fn close_late(&mut self, now: Timestamp) {
        let at = match &self.stage {
            Stage::Hello(started) => started.at,
            Stage::Finish(finished) => finished.started.at,
            Stage::Closed => return,
        };
        if clock::is_outside(at, now, HANDSHAKE_MAX) {
            self.stage = Stage::Closed;
        }
    }
}

/// What a reply brought.
struct Progress {
    server: PublicIdentity,
    session_id: SessionId,
    secret: Secret,
    t4: Transcript,
}

impl Progress {
    fn with(self, started: Started) -> Finished {
        let Self { server, session_id, secret, t4 } = self;
        Finished { started, server, session_id, secret, t4 }
    }
}

impl Started {
    fn finish(&self, pins: &[Pin], reply: &[u8]) -> Result<(Progress, Vec<u8>), Error> {
        let reply = Reply::decode(reply, self.suite)?;
        let shared = self.keys.agree(&reply.fields.keys)?;
        let t1 = self.t0.with_reply_head(reply.head)?;
        let secret = Secret::first(&shared, &t1)?;
        let pinned = |pin: &Pin| {
            let found = pins.iter().fold(Choice::from(0), |found, one| found | one.as_bytes().ct_eq(pin.as_bytes()));
            bool::from(found)
        };
        let server = proof::SERVER.verify(reply.sealed, None, (&secret, &t1), pinned)?;

        let t3 = t1.with_server_proof(reply.sealed)?.with_cookie(reply.cookie, &self.t0)?;
        let sealed = proof::CLIENT.prove(&self.me, Some(server.pin()), &secret, &t3)?;
        let finish = Finish { cookie: reply.cookie, hello: &self.hello, sealed: &sealed }.encode()?;
        let t4 = t3.with_client_proof(&sealed)?;
        Ok((Progress { server, session_id: reply.fields.session_id, secret, t4 }, finish))
    }
}

impl Finished {
    fn session(&self, welcome: &[u8], now: Timestamp) -> Result<Session, Error> {
        let started = &self.started;
        let welcome = Welcome::decode(welcome, started.suite)?;
        let shared = started.keys.agree(&welcome.keys)?;
        let t5 = self.t4.with_welcome_head(&self.session_id, welcome.head)?;
        let r = self.secret.second(&shared, &t5)?;
        proof::verify_welcome(&self.server, (&r, &t5), welcome.signature, welcome.mac)?;
        let place = Place {
            server_pin: *self.server.pin(),
            store_id: StoreId::CLIENT,
            session_id: self.session_id,
            role: Role::Client,
        };
        Session::new(place, (*started.me.public().pin(), started.padding), (&r, &t5), now)
    }
}
