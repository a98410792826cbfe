//! A session as a sealed blob: what a server stores between requests, and a client between starts.

use super::cookie::key_id;
use super::format::Type;
use super::record::{NUMBERS_MAX, Role, Session, TAG};
use super::window::Window;
use crate::aead::{self, OVERHEAD};
use crate::sodium::hash;
use crate::types::StateKey;
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray};

/// How many of the messages that may be answered a blob keeps.
const ANSWERABLE: usize = 16;
const PLAIN: usize = 1 + 16 + 8 + 32 + 32 + 32 + 8 + 8 + 2 * Window::BYTES + 1 + ANSWERABLE * (8 + TAG);
const START: usize = 2 + 8;

impl Session {
    /// The session, sealed under `state_key`. An old blob that is imported again repeats no nonce; it may cost replay
    /// protection.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn export(&self, state_key: &StateKey) -> Result<Vec<u8>, Error> {
        let plain = wire::secret(|writer| self.encode(writer))?;
        let start = start(state_key)?;
        aead::seal_with_random_nonce(&key(state_key)?, &start, &start, plain.expose_secret())
    }

    /// The session in a blob that [`Session::export`] made.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no such blob; [`Error::Rejected`] if it was sealed under another key, or changed.
    pub fn import(blob: &[u8], state_key: &StateKey) -> Result<Self, Error> {
        let (begin, sealed) = blob.split_first_chunk::<START>().ok_or(Error::Malformed)?;
        if !begin.starts_with(&Type::State.prefix()) || sealed.len() != PLAIN + OVERHEAD {
            return Err(Error::Malformed);
        }
        if *begin != start(state_key)? {
            return Err(Error::Rejected);
        }
        let plain = aead::open_with_nonce_prefix(&key(state_key)?, begin, sealed)?;
        Self::decode(plain.expose_secret()).map_err(|_| Error::Rejected)
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.u8(self.role as u8);
        writer.bytes(self.id.as_bytes());
        writer.time(self.created);
        writer.bytes(self.peer.as_bytes());
        writer.bytes(self.keys.0.expose_secret());
        writer.bytes(self.keys.1.expose_secret());
        writer.u64(self.next);
        writer.u64(self.bytes);
        writer.bytes(&self.messages.to_bytes());
        writer.bytes(&self.replies.to_bytes());
        let kept = self.opened.len().min(ANSWERABLE);
        writer.u8(kept as u8);
        for (number, tag) in self.opened.iter().skip(self.opened.len() - kept) {
            writer.u64(*number);
            writer.bytes(tag);
        }
        for _ in kept..ANSWERABLE {
            writer.bytes(&[0; 8 + TAG]);
        }
        Ok(())
    }

    fn decode(plain: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let role = match reader.u8()? {
            1 => Role::Client,
            2 => Role::Server,
            _ => return Err(Error::Malformed),
        };
        let (id, created, peer) = (reader.value()?, reader.time()?, reader.value()?);
        let keys = (reader.array()?.into(), reader.array()?.into());
        let (next, bytes) = (reader.u64()?, reader.u64()?);
        let messages = Window::from_bytes(reader.array()?, NUMBERS_MAX).ok_or(Error::Malformed)?;
        let replies = Window::from_bytes(reader.array()?, next).ok_or(Error::Malformed)?;
        let answerable = usize::from(reader.u8()?);
        let mut session = Self { next, bytes, messages, replies, ..Self::fresh(role, (id, peer), keys, created) };
        for at in 0..ANSWERABLE {
            let (number, tag) = (reader.u64()?, *reader.array::<TAG>()?);
            let empty = number == 0 && tag == [0; TAG];
            match at < answerable {
                true if number < session.messages.count() => session.opened.push_back((number, tag)),
                false if empty => {}
                _ => return Err(Error::Malformed),
            }
        }
        reader.end()?;
        if next > NUMBERS_MAX || answerable > ANSWERABLE {
            return Err(Error::Malformed);
        }
        Ok(session)
    }
}

/// Version, type, and which key.
fn start(state_key: &StateKey) -> Result<[u8; START], Error> {
    let mut start = [0; START];
    let (prefix, id) = start.split_at_mut(2);
    prefix.copy_from_slice(&Type::State.prefix());
    id.copy_from_slice(&key_id(state_key)?);
    Ok(start)
}

fn key(state_key: &StateKey) -> Result<SecretArray<32>, Error> {
    hash::fields(state_key.expose_secret(), &[b"secenv 2 state", b""])
}
