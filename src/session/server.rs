//! The server's side of the handshake. It keeps nothing between reply and finish.

use super::config::{ServerConfig, check_pins, check_prologue};
use super::cookie::{self, Cookie};
use super::exchange::answer;
use super::format::{Finish, Hello, Reply, ReplyHead, Suite, Welcome};
use super::padding::Padding;
use super::place::{Place, Role};
use super::proof;
use super::record::Session;
use super::transcript::{Secret, Transcript};
use crate::Error;
use crate::identity::Identity;
use crate::sodium::random;
use crate::types::{Pin, SessionId, StoreId, Timestamp};

/// How many keys of other periods cookies are accepted under.
const ACCEPTED_MAX: usize = 2;

/// A server: its identities, the keys of its cookies, and what it takes. Threads may share it.
pub struct Server {
    identities: Vec<Identity>,
    /// The first one seals; all open.
    keys: Vec<cookie::Key>,
    store: StoreId,
    minimum: Suite,
    padding: Padding,
    prologue: Vec<u8>,
}

/// A handshake that a server accepted. Nothing was sent yet: first the application decides whether this client may come in, then
/// the store creates the session; if either says no, drop this and send nothing of it.
pub struct Accepted {
    /// The session, unconfirmed until the client's first record.
    pub session: Session,
    /// What to send when the session is stored.
    pub welcome: Vec<u8>,
    /// The client's SubjectPublicKeyInfo in DER.
    pub client_spki: Vec<u8>,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Server>();
};

impl Server {
    /// A server with 1 to 4 identities. It answers under the first pin of a hello that is one of theirs.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another number of identities, the same one twice, or more than two other keys;
    /// [`Error::TooLarge`] for a prologue over 1 KiB.
    pub fn new(identities: &[Identity], config: &ServerConfig<'_>) -> Result<Self, Error> {
        let pins: Vec<Pin> = identities.iter().map(|identity| *identity.public().pin()).collect();
        check_pins(&pins)?;
        check_prologue(config.prologue)?;
        if config.accepted_keys.len() > ACCEPTED_MAX {
            return Err(Error::InvalidArgument);
        }
        let keys = std::iter::once(config.cookie_key).chain(config.accepted_keys).map(cookie::Key::new);
        Ok(Self {
            identities: identities.to_vec(),
            keys: keys.collect::<Result<_, _>>()?,
            store: config.store_id,
            minimum: config.minimum_suite,
            padding: config.padding,
            prologue: config.prologue.to_vec(),
        })
    }

    /// Answers a hello.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no hello; [`Error::Rejected`] if it asks for another server or a suite
    /// below the minimum, or has a key that is none.
    pub fn reply(&self, hello: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let (fields, me, t0) = self.hello(hello)?;
        let mut random = [0; 32];
        random::fill(&mut random);
        let (ours, shared) = answer(&fields.keys)?;
        let mut session_id = [0; SessionId::BYTES];
        random::fill(&mut session_id);
        let session_id = SessionId::from_bytes(session_id);

        let head = ReplyHead { random: &random, keys: ours.fields(), session_id }.encode()?;
        let t1 = t0.with_reply_head(&head)?;
        let secret = Secret::first(&shared, &t1)?;
        let sealed = proof::SERVER.prove(me, None, &secret, &t1)?;
        let cookie = Cookie { session_id, transcript: t1.with_server_proof(&sealed)?, secret };
        let key = self.keys.first().ok_or(Error::Internal)?;
        let cookie = key.seal(&cookie, &self.place(me, &t0), now)?;
        Reply::encode(&head, &sealed, &cookie)
    }

    /// Takes a finish and gives the session, unconfirmed, and the welcome. See [`Accepted`] for what has to happen before that
    /// is sent.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no finish; [`Error::Rejected`] if anything in it does not hold, or if
    /// its reply is more than a minute old, or two where clocks differ.
    pub fn accept(&self, finish: &[u8], now: Timestamp) -> Result<Accepted, Error> {
        let finish = Finish::decode(finish)?;
        let (fields, me, t0) = self.hello(finish.hello)?;
        let Cookie { session_id, transcript: t2, secret } =
            Cookie::open(finish.cookie, &self.keys, &self.place(me, &t0), now)?;
        let t3 = t2.with_cookie(finish.cookie, &t0)?;
        let server_pin = *me.public().pin();
        let client = proof::CLIENT.verify(finish.sealed, Some(&server_pin), (&secret, &t3), |_| true)?;
        let t4 = t3.with_client_proof(finish.sealed)?;

        let (ours, shared) = answer(&fields.keys)?;
        let head = Welcome::head(&ours.fields())?;
        let t5 = t4.with_welcome_head(&session_id, &head)?;
        let r = secret.second(&shared, &t5)?;
        let (signature, mac) = proof::welcome(me, &r, &t5)?;
        let place = Place { server_pin, store_id: self.store, session_id, role: Role::Server };
        Ok(Accepted {
            session: Session::new(place, (*client.pin(), self.padding), (&r, &t5), now)?,
            welcome: Welcome::encode(&head, &signature, mac.expose_secret())?,
            client_spki: client.spki().to_vec(),
        })
    }

    /// What a hello asks for, which identity it meets, and T0.
    fn hello<'a>(&self, hello: &'a [u8]) -> Result<(Hello<'a>, &Identity, Transcript), Error> {
        let fields = Hello::decode(hello)?;
        let met = |pin: &Pin| self.identities.iter().find(|identity| identity.public().pin() == pin);
        let me = fields.pins.iter().find_map(met);
        match me {
            Some(me) if fields.suite >= self.minimum => {
                let t0 = Transcript::start(self.padding, &self.prologue, hello)?;
                Ok((fields, me, t0))
            }
            _ => Err(Error::Rejected),
        }
    }

    fn place<'a>(&'a self, me: &'a Identity, t0: &'a Transcript) -> cookie::Place<'a> {
        cookie::Place { pin: me.public().pin(), store: &self.store, t0 }
    }
}
