//! The client's side of the handshake.

use super::format::{Finish, Hello, Reply, Suite};
use super::proof;
use super::record::{Role, Session};
use super::transcript::{Secret, Transcript};
use crate::Error;
use crate::identity::Identity;
use crate::sodium::{kem, kx, random};
use crate::types::{Pin, Timestamp};

/// A client that said hello and waits for the reply. Its ephemeral secrets are wiped when it has its session.
pub struct Client(Option<Started>);

struct Started {
    me: Identity,
    server_pin: Pin,
    suite: Suite,
    hello: Vec<u8>,
    kx: kx::KeyPair,
    kem: Option<kem::KeyPair>,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Client>();
};

impl Client {
    /// Starts a handshake with the server that has the identity behind `server_pin`, and no other. Gives the hello to send.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn start(me: &Identity, server_pin: &Pin, suite: Suite) -> Result<(Self, Vec<u8>), Error> {
        let mut random = [0; 32];
        random::fill(&mut random);
        let kx = kx::KeyPair::from_seed(random::secret().expose_secret())?;
        let kem = match suite {
            Suite::X25519 => None,
            Suite::X25519XWing => Some(kem::KeyPair::from_seed(random::secret().expose_secret())?),
        };
        let kem_public = kem.as_ref().map(kem::KeyPair::public);
        let hello = Hello { suite, random: &random, kx: kx.public(), kem: kem_public, pin: *server_pin }.encode()?;
        let started = Started { me: me.clone(), server_pin: *server_pin, suite, hello: hello.clone(), kx, kem };
        Ok((Self(Some(started)), hello))
    }

    /// Takes the server's reply and gives the session and the finish to send. It makes one session, and is closed then. A reply
    /// that was refused changes nothing: the true one may still come.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no reply; [`Error::Rejected`] if it is not the pinned server's reply
    /// to this hello; [`Error::Closed`] after a success.
    pub fn finish(&mut self, reply: &[u8], now: Timestamp) -> Result<(Session, Vec<u8>), Error> {
        let started = self.0.take().ok_or(Error::Closed)?;
        let finished = started.finish(reply, now);
        if finished.is_err() {
            self.0 = Some(started);
        }
        finished
    }
}

impl Started {
    fn finish(&self, reply: &[u8], now: Timestamp) -> Result<(Session, Vec<u8>), Error> {
        let reply = Reply::decode(reply, self.suite)?;
        let shared = kx::client_session_keys(&self.kx, reply.fields.kx)?;
        let encapsulated = match (&self.kem, reply.fields.kem) {
            (Some(pair), Some(ciphertext)) => Some(pair.decapsulate(ciphertext)?),
            _ => None,
        };
        let encapsulated = encapsulated.as_ref().map_or([].as_slice(), |secret| secret.expose_secret());

        let t1 = Transcript::of_heads(&self.hello, reply.head)?;
        let secret = Secret::at_client(&shared, encapsulated, &t1)?;
        proof::SERVER.verify(reply.sealed, &secret, &t1, Some(&self.server_pin))?;

        let t3 = t1.with_server_proof(reply.sealed)?.with_cookie(reply.cookie)?;
        let sealed = proof::CLIENT.prove(&self.me, &secret, &t3)?;
        let session = Session::new(
            Role::Client,
            (reply.fields.session_id, self.server_pin),
            &secret,
            &t3.with_client_proof(&sealed)?,
            now,
        )?;
        Ok((session, Finish { cookie: reply.cookie, sealed: &sealed }.encode()?))
    }
}
