//! A session as a sealed blob: what a server stores between requests, and a client between starts.

use super::cookie::key_id;
use super::format::Type;
use super::record::{NUMBERS_MAX, Role, Session, TAG};
use super::window::Window;
use crate::aead::{self, OVERHEAD};
use crate::encoding::Reader;
use crate::sodium::hash;
use crate::{Error, SecretArray, SecretBytes};

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
    pub fn export(&self, state_key: &[u8; 32]) -> Result<Vec<u8>, Error> {
        let skipped = self.opened.len().saturating_sub(ANSWERABLE);
        let mut answerable = Vec::with_capacity(1 + ANSWERABLE * (8 + TAG));
        answerable.push((self.opened.len() - skipped) as u8);
        for (number, tag) in self.opened.iter().skip(skipped) {
            answerable.extend_from_slice(&number.to_be_bytes());
            answerable.extend_from_slice(tag);
        }
        let mut plain = SecretBytes::zeroed(PLAIN);
        let mut rest = plain.expose_secret_mut();
        for field in [
            [self.role as u8].as_slice(),
            &self.id,
            &self.created.to_be_bytes(),
            &self.peer,
            self.keys.0.expose_secret(),
            self.keys.1.expose_secret(),
            &self.next.to_be_bytes(),
            &self.bytes.to_be_bytes(),
            &self.messages.to_bytes(),
            &self.replies.to_bytes(),
            &answerable,
        ] {
            let (place, behind) = rest.split_at_mut_checked(field.len()).ok_or(Error::Unavailable)?;
            place.copy_from_slice(field);
            rest = behind;
        }
        let start = start(state_key)?;
        aead::seal_with_random_nonce(&key(state_key)?, &start, &start, plain.expose_secret())
    }

    /// The session in a blob that [`Session::export`] made.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no such blob; [`Error::Rejected`] if it was sealed under another key, or changed.
    pub fn import(blob: &[u8], state_key: &[u8; 32]) -> Result<Self, Error> {
        let (begin, sealed) = blob.split_first_chunk::<START>().ok_or(Error::Malformed)?;
        if !begin.starts_with(&Type::State.prefix()) || sealed.len() != PLAIN + OVERHEAD {
            return Err(Error::Malformed);
        }
        if *begin != start(state_key)? {
            return Err(Error::Rejected);
        }
        let plain = aead::open_with_nonce_prefix(&key(state_key)?, begin, sealed)?;
        Self::read(plain.expose_secret()).map_err(|_| Error::Rejected)
    }

    fn read(plain: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader(plain);
        let role = match fields.u8()? {
            1 => Role::Client,
            2 => Role::Server,
            _ => return Err(Error::Malformed),
        };
        let (id, created, peer) = (*fields.array()?, fields.u64()?, *fields.array()?);
        let keys = (fields.array()?.into(), fields.array()?.into());
        let (next, bytes) = (fields.u64()?, fields.u64()?);
        let messages = Window::from_bytes(fields.array()?, NUMBERS_MAX).ok_or(Error::Malformed)?;
        let replies = Window::from_bytes(fields.array()?, next).ok_or(Error::Malformed)?;
        let answerable = usize::from(fields.u8()?);
        let mut session = Self { next, bytes, messages, replies, ..Self::fresh(role, id, peer, keys, created) };
        for at in 0..ANSWERABLE {
            let (number, tag) = (fields.u64()?, *fields.array::<TAG>()?);
            let empty = number == 0 && tag == [0; TAG];
            match at < answerable {
                true if number < session.messages.count() => session.opened.push_back((number, tag)),
                false if empty => {}
                _ => return Err(Error::Malformed),
            }
        }
        fields.end()?;
        if next > NUMBERS_MAX || answerable > ANSWERABLE {
            return Err(Error::Malformed);
        }
        Ok(session)
    }
}

/// Version, type, and which key.
fn start(state_key: &[u8; 32]) -> Result<[u8; START], Error> {
    let mut start = [0; START];
    let (prefix, id) = start.split_at_mut(2);
    prefix.copy_from_slice(&Type::State.prefix());
    id.copy_from_slice(&key_id(state_key)?);
    Ok(start)
}

fn key(state_key: &[u8; 32]) -> Result<SecretArray<32>, Error> {
    hash::fields(state_key, &[b"secenv 2 state", b""])
}
