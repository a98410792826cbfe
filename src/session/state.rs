//! A session as a sealed blob: what a server stores between requests, and a client between starts.

use std::collections::VecDeque;

use super::chain::Chain;
use super::cookie::key_id;
use super::format::Type;
use super::padding::Padding;
use super::place::{Place, Role};
use super::record::{NUMBERS_MAX, Session, TAG};
use super::window::Window;
use crate::aead::{self, OVERHEAD};
use crate::sodium::hash;
use crate::types::{StateKey, Timestamp};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray};

/// How many messages of each side a blob remembers.
const REMEMBERED: usize = 16;
const MEMORY: usize = 1 + REMEMBERED * (8 + TAG);
const PLAIN: usize = 8 + 32 + 1 + 32 + 8 + 8 + 4 * 32 + 2 * Window::BYTES + 2 * MEMORY;
const START: usize = 2 + 8;

type Memory = VecDeque<(u64, [u8; TAG])>;

impl Session {
    /// The session, sealed under `state_key` for its place. An old blob that is imported again repeats no nonce; it may cost
    /// replay protection.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if this session's place is another.
    pub fn export(&self, state_key: &StateKey, place: &Place) -> Result<Vec<u8>, Error> {
        if *place != self.place {
            return Err(Error::InvalidArgument);
        }
        let plain = wire::secret(|writer| self.encode(writer))?;
        let start = start(state_key)?;
        aead::seal_with_random_nonce(&key(state_key)?, &associated(&start, place)?, &start, plain.expose_secret())
    }

    /// The session in a blob that [`Session::export`] made for this place.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is no such blob; [`Error::Rejected`] if it was sealed under another key, for another place, or
    /// changed; [`Error::Ended`] if the session is over.
    pub fn import(blob: &[u8], state_key: &StateKey, place: &Place, now: Timestamp) -> Result<Self, Error> {
        let (begin, sealed) = blob.split_first_chunk::<START>().ok_or(Error::Malformed)?;
        if !begin.starts_with(&Type::State.prefix()) || sealed.len() != PLAIN + OVERHEAD {
            return Err(Error::Malformed);
        }
        if *begin != start(state_key)? {
            return Err(Error::Rejected);
        }
        let plain = aead::open_with_nonce_prefix(&key(state_key)?, &associated(begin, place)?, sealed)?;
        let session = Self::decode(plain.expose_secret(), *place).map_err(|_| Error::Rejected)?;
        session.check_age(now)?;
        Ok(session)
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.time(self.created);
        writer.bytes(self.client_pin.as_bytes());
        writer.u8(self.padding as u8);
        writer.bytes(self.exporter.expose_secret());
        writer.u64(self.next);
        writer.u64(self.bytes);
        for chain in [&self.client_chain, &self.server_chain] {
            let (present, previous) = chain.to_keys();
            writer.bytes(present);
            writer.bytes(previous);
        }
        writer.bytes(&self.messages.to_bytes());
        writer.bytes(&self.replies.to_bytes());
        encode_memory(writer, &self.opened);
        encode_memory(writer, &self.sent);
        Ok(())
    }

    fn decode(plain: &[u8], place: Place) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let (created, client_pin) = (reader.time()?, reader.value()?);
        let padding = Padding::try_from(reader.u8()?)?;
        let exporter = reader.array()?.into();
        let (next, bytes) = (reader.u64()?, reader.u64()?);
        let chains = [reader.array::<32>()?, reader.array()?, reader.array()?, reader.array()?];
        let messages = Window::from_bytes(reader.array()?, NUMBERS_MAX).ok_or(Error::Malformed)?;
        let replies = Window::from_bytes(reader.array()?, next).ok_or(Error::Malformed)?;
        let (opened, sent) = (decode_memory(&mut reader)?, decode_memory(&mut reader)?);
        reader.end()?;

        let kept = usize::try_from(next).map_or(REMEMBERED, |next| next.min(REMEMBERED));
        let all_sent = sent.iter().map(|(number, _)| *number).eq(next - kept as u64..next);
        let as_many = u64::try_from(opened.len()).is_ok_and(|len| len <= messages.count());
        let all_opened = as_many && opened.iter().all(|(number, _)| *number < messages.count());
        let unconfirmed = place.role == Role::Server && messages.count() == 0;
        if next > NUMBERS_MAX || !all_sent || !all_opened || (unconfirmed && next > 0) {
            return Err(Error::Malformed);
        }
        let (clients, servers) = match place.role {
            Role::Client => (next, messages.count()),
            Role::Server => (messages.count(), next),
        };
        let [client, client_before, server, server_before] = chains;
        Ok(Self {
            place,
            client_pin,
            created,
            padding,
            exporter,
            client_chain: Chain::from_keys(clients, client, client_before)?,
            server_chain: Chain::from_keys(servers, server, server_before)?,
            next,
            bytes,
            messages,
            replies,
            opened,
            sent,
            last: None,
        })
    }
}

fn encode_memory(writer: &mut Writer<'_>, memory: &Memory) {
    let kept = memory.len().min(REMEMBERED);
    writer.u8(kept as u8);
    for (number, tag) in memory.iter().skip(memory.len() - kept) {
        writer.u64(*number);
        writer.bytes(tag);
    }
    for _ in kept..REMEMBERED {
        writer.bytes(&[0; 8 + TAG]);
    }
}

fn decode_memory(reader: &mut Reader<'_>) -> Result<Memory, Error> {
    let (count, mut memory) = (usize::from(reader.u8()?), Memory::new());
    for at in 0..REMEMBERED {
        let (number, tag) = (reader.u64()?, *reader.array::<TAG>()?);
        match at < count {
            true => memory.push_back((number, tag)),
            false if number == 0 && tag == [0; TAG] => {}
            false => return Err(Error::Malformed),
        }
    }
    if count > REMEMBERED { Err(Error::Malformed) } else { Ok(memory) }
}

/// Version, type, and which key.
fn start(state_key: &StateKey) -> Result<[u8; START], Error> {
    let mut start = [0; START];
    let (prefix, id) = start.split_at_mut(2);
    prefix.copy_from_slice(&Type::State.prefix());
    id.copy_from_slice(&key_id(state_key.expose_secret())?);
    Ok(start)
}

fn associated(start: &[u8; START], place: &Place) -> Result<Vec<u8>, Error> {
    wire::public(b"", |writer| {
        writer.lp32(b"secenv 2 state")?;
        writer.bytes(start);
        writer.lp32(place.server_pin.as_bytes())?;
        writer.lp32(place.store_id.as_bytes())?;
        writer.lp32(place.session_id.as_bytes())?;
        writer.u8(place.role as u8);
        Ok(())
    })
}

fn key(state_key: &StateKey) -> Result<SecretArray<32>, Error> {
    hash::fields(state_key.expose_secret(), &[b"secenv 2 state", b""])
}
