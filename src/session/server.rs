//! The server's side of the handshake. It keeps nothing between reply and finish.

use super::cookie::{self, Cookie};
use super::format::{Finish, Hello, Reply, ReplyHead, Suite};
use super::proof;
use super::record::{Role, Session};
use super::transcript::{Secret, Transcript};
use crate::Error;
use crate::identity::Identity;
use crate::sodium::{kem, kx, random};
use crate::types::{SessionId, StateKey, Timestamp};

/// A server: its identity, the keys of its cookies, and the lowest suite that it takes. Threads may share it.
pub struct Server {
    me: Identity,
    /// The first one seals; all open.
    keys: Vec<cookie::Key>,
    minimum: Suite,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Server>();
};

impl Server {
    /// A server that seals its cookies under `state_key`, which all of its workers share.
    ///
    /// # Errors
    /// None for any key.
    pub fn new(me: &Identity, state_key: &StateKey, minimum: Suite) -> Result<Self, Error> {
        Ok(Self { me: me.clone(), keys: vec![cookie::Key::new(state_key)?], minimum })
    }

    /// The same server after its state key was rotated: it seals under `state_key`, and still accepts what this one seals.
    ///
    /// # Errors
    /// None for any key.
    pub fn rotate(&self, state_key: &StateKey) -> Result<Self, Error> {
        let mut keys = vec![cookie::Key::new(state_key)?];
        keys.extend(self.keys.first().map(cookie::Key::share));
        Ok(Self { me: self.me.clone(), keys, minimum: self.minimum })
    }

    /// Answers a hello.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no hello; [`Error::Rejected`] if it asks for another server or a suite
    /// below the minimum, or has a key that is none.
    pub fn reply(&self, hello: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let fields = Hello::decode(hello)?;
        let pin = self.me.public().pin();
        if fields.suite < self.minimum || fields.pin != *pin {
            return Err(Error::Rejected);
        }
        let mut random = [0; 32];
        random::fill(&mut random);
        let pair = kx::KeyPair::from_seed(random::secret().expose_secret())?;
        let shared = kx::server_session_keys(&pair, fields.kx)?;
        let encapsulated = match fields.kem {
            Some(public) => Some(kem::encapsulate_from_seed(public, random::secret().expose_secret())?),
            None => None,
        };
        let kem = encapsulated.as_ref().map(|(ciphertext, _)| ciphertext);
        let kem_secret = encapsulated.as_ref().map_or([].as_slice(), |(_, secret)| secret.expose_secret());
        let mut session_id = [0; SessionId::BYTES];
        random::fill(&mut session_id);
        let session_id = SessionId::from_bytes(session_id);

        let head = ReplyHead { random: &random, kx: pair.public(), kem, session_id }.encode()?;
        let t1 = Transcript::of_heads(hello, &head)?;
        let secret = Secret::at_server(&shared, kem_secret, &t1)?;
        let sealed = proof::SERVER.prove(&self.me, &secret, &t1)?;
        let cookie = Cookie { suite: fields.suite, session_id, transcript: t1.with_server_proof(&sealed)?, secret };
        let cookie = self.keys.first().ok_or(Error::Internal)?.seal(&cookie, pin, now)?;
        Reply::encode(&head, &sealed, &cookie)
    }

    /// Takes a finish and gives the session and the client's SPKI in DER. Whether this client may come in is the caller's to
    /// decide, by its pin; then the session has to be stored under its id, once: the same finish opens the same session again.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no finish; [`Error::Rejected`] if anything in it does not hold, or if
    /// its reply is more than a minute old, or two where clocks differ.
    pub fn accept(&self, finish: &[u8], now: Timestamp) -> Result<(Session, Vec<u8>), Error> {
        let fields = Finish::decode(finish)?;
        let cookie = Cookie::open(fields.cookie, &self.keys, self.me.public().pin(), now)?;
        if cookie.suite < self.minimum {
            return Err(Error::Rejected);
        }
        let t3 = cookie.transcript.with_cookie(fields.cookie)?;
        let client = proof::CLIENT.verify(fields.sealed, &cookie.secret, &t3, None)?;
        let t4 = t3.with_client_proof(fields.sealed)?;
        let session = Session::new(Role::Server, (cookie.session_id, *client.pin()), &cookie.secret, &t4, now)?;
        Ok((session, client.spki().to_vec()))
    }
}
