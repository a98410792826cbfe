//! Sessions and their records.

use std::collections::VecDeque;

use super::format::Type;
use super::transcript::{Secret, Transcript};
use super::window::{self, Window};
use crate::aead;
use crate::types::{Pin, SessionId, Timestamp};
use crate::wire::Reader;
use crate::{Error, SecretArray, SecretBytes};

/// The longest message in a record, in bytes.
pub const MESSAGE_MAX: usize = 16 * 1024 * 1024;
/// The longest associated data, in bytes.
pub const AD_MAX: usize = 64 * 1024;

/// Numbers stay below this in each direction.
pub(super) const NUMBERS_MAX: u64 = 1 << 32;
/// How many bytes of messages a session seals and opens.
const BYTES_MAX: u64 = 1 << 44;
/// How old a session gets, in seconds.
const AGE_MAX: u64 = 24 * 60 * 60;
/// How far a clock may be set back, in seconds.
const CLOCK_BACK: u64 = 300;
/// How many messages a handle remembers by their tags.
const REMEMBERED: usize = window::SIZE as usize;

/// Version, type, kind, session id, number.
const HEADER: usize = 2 + 1 + 16 + 8;
/// The name of a message for its reply: the tag at its end.
pub(super) const TAG: usize = crate::aead::TAG_BYTES;

/// Which side a session's holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Client = 1,
    Server = 2,
}

/// What a record is. Messages are numbered by their sender; a reply carries the number of the message that it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ClientMessage = 0,
    ServerMessage = 1,
    ServerReply = 2,
    ClientReply = 3,
}

impl Kind {
    fn sender(self) -> Role {
        match self {
            Self::ClientMessage | Self::ClientReply => Role::Client,
            Self::ServerMessage | Self::ServerReply => Role::Server,
        }
    }

    fn is_reply(self) -> bool {
        matches!(self, Self::ServerReply | Self::ClientReply)
    }
}

/// One side of a session: seals what it sends and opens what it receives.
pub struct Session {
    pub(super) role: Role,
    pub(super) id: SessionId,
    pub(super) created: Timestamp,
    /// Client to server, server to client.
    pub(super) keys: (SecretArray<32>, SecretArray<32>),
    /// The number of the next message.
    pub(super) next: u64,
    pub(super) bytes: u64,
    pub(super) messages: Window,
    pub(super) replies: Window,
    /// The pin of the other side.
    pub(super) peer: Pin,
    /// Messages of the other side that may be answered, in the order of their opening.
    pub(super) opened: VecDeque<(u64, [u8; TAG])>,
    /// Messages that this handle sealed, in the order of their numbers.
    pub(super) sent: VecDeque<(u64, [u8; TAG])>,
    pub(super) last: Option<u64>,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Session>();
};

/// A record's fields, none of them trusted yet.
struct Record<'a> {
    /// What stands in the clear; a reply names the message that it answers there.
    header: &'a [u8],
    kind: Kind,
    session_id: SessionId,
    number: u64,
    /// The tag of the message that a reply answers.
    answers: Option<&'a [u8; TAG]>,
    sealed: &'a [u8],
}

impl<'a> Record<'a> {
    fn parse(record: &'a [u8]) -> Result<Self, Error> {
        let mut fields = Reader::after(&Type::Record.prefix(), record)?;
        let kind = match fields.u8()? {
            0 => Kind::ClientMessage,
            1 => Kind::ServerMessage,
            2 => Kind::ServerReply,
            3 => Kind::ClientReply,
            _ => return Err(Error::Malformed),
        };
        let (session_id, number) = (fields.value()?, fields.u64()?);
        let answers = if kind.is_reply() { Some(fields.array()?) } else { None };
        let (header, sealed) = (fields.read_so_far(), fields.rest());
        if number >= NUMBERS_MAX {
            return Err(Error::Malformed);
        }
        match sealed.len().checked_sub(aead::OVERHEAD) {
            None => Err(Error::Malformed),
            Some(len) if len > MESSAGE_MAX => Err(Error::TooLarge),
            Some(_) => Ok(Self { header, kind, session_id, number, answers, sealed }),
        }
    }
}

/// The session id that stands in the clear in a record: where a server looks for its state. It is not authenticated.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::TooLarge`] if it is no record.
pub fn session_id(record: &[u8]) -> Result<SessionId, Error> {
    Record::parse(record).map(|record| record.session_id)
}

/// The tag at the end of a sealed record.
fn tag(record: &[u8]) -> Result<[u8; TAG], Error> {
    record.last_chunk().copied().ok_or(Error::Malformed)
}

/// Adds to a memory that forgets its oldest.
fn remember(memory: &mut VecDeque<(u64, [u8; TAG])>, number: u64, tag: [u8; TAG]) {
    if memory.len() == REMEMBERED {
        memory.pop_front();
    }
    memory.push_back((number, tag));
}

impl Session {
    pub(super) fn new(
        role: Role,
        (id, peer): (SessionId, Pin),
        secret: &Secret,
        t4: &Transcript,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let keys = (secret.derive(b"secenv 2 client records", t4)?, secret.derive(b"secenv 2 server records", t4)?);
        Ok(Self::fresh(role, (id, peer), keys, now))
    }

    /// A session in which nothing was sealed or opened.
    pub(super) fn fresh(
        role: Role,
        (id, peer): (SessionId, Pin),
        keys: (SecretArray<32>, SecretArray<32>),
        created: Timestamp,
    ) -> Self {
        Self {
            role,
            id,
            created,
            keys,
            next: 0,
            bytes: 0,
            messages: Window::new(),
            replies: Window::new(),
            peer,
            opened: VecDeque::new(),
            sent: VecDeque::new(),
            last: None,
        }
    }

    /// The session's id, which stands in the clear in its records.
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// The pin of the other side.
    pub fn peer(&self) -> &Pin {
        &self.peer
    }

    /// The number of the record that this handle opened last.
    pub fn last_received(&self) -> Option<u64> {
        self.last
    }

    /// The number of the message that was sealed last.
    pub fn last_sent(&self) -> Option<u64> {
        self.next.checked_sub(1)
    }

    /// Seals a message for the other side, bound to `ad`, which says what it is for.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 16 MiB, or 64 KiB of `ad`; [`Error::Ended`] if the session is over.
    pub fn seal(&mut self, ad: &[u8], message: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let kind = if self.role == Role::Client { Kind::ClientMessage } else { Kind::ServerMessage };
        if self.next >= NUMBERS_MAX {
            return Err(Error::Ended);
        }
        let record = self.seal_as(kind, self.next, &[], ad, message, now)?;
        remember(&mut self.sent, self.next, tag(&record)?);
        self.next += 1;
        Ok(record)
    }

    /// Seals the reply to message `number`. The other side takes one reply to each message.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless the message is one of the last 1,024 that were opened here, or was one of the last 16
    /// when the session was exported; otherwise as [`Session::seal`].
    pub fn reply(&mut self, number: u64, ad: &[u8], message: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let kind = if self.role == Role::Client { Kind::ClientReply } else { Kind::ServerReply };
        let opened = self.opened.iter().rev().find(|(opened, _)| *opened == number);
        let (_, tag) = *opened.ok_or(Error::InvalidArgument)?;
        self.seal_as(kind, number, &tag, ad, message, now)
    }

    /// Opens a record, a message or a reply, that the other side sealed for `ad`. [`Session::last_received`] has its number then.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no record; [`Error::Ended`] if the session is over;
    /// [`Error::Rejected`] if anything differs, or if it was opened before. A record that was refused changes nothing.
    pub fn open(&mut self, ad: &[u8], record: &[u8], now: Timestamp) -> Result<SecretBytes, Error> {
        self.open_if(ad, record, now, |_| true)
    }

    /// As [`Session::open`], but only a message, so that [`Session::last_received`] is one that may be replied to.
    ///
    /// # Errors
    /// As [`Session::open`]; a reply is [`Error::Rejected`], and may still be opened as what it is.
    pub fn open_message(&mut self, ad: &[u8], record: &[u8], now: Timestamp) -> Result<SecretBytes, Error> {
        self.open_if(ad, record, now, |record| !record.kind.is_reply())
    }

    /// As [`Session::open`], but only the reply to message `number` of this side.
    ///
    /// # Errors
    /// As [`Session::open`]; another record is [`Error::Rejected`], and may still be opened by whom it is for.
    pub fn open_reply(&mut self, number: u64, ad: &[u8], record: &[u8], now: Timestamp) -> Result<SecretBytes, Error> {
        self.open_if(ad, record, now, |record| record.kind.is_reply() && record.number == number)
    }

    fn open_if(
        &mut self,
        ad: &[u8],
        record: &[u8],
        now: Timestamp,
        wanted: impl FnOnce(&Record<'_>) -> bool,
    ) -> Result<SecretBytes, Error> {
        let record = Record::parse(record)?;
        self.check(ad, now)?;
        if record.session_id != self.id
            || record.kind.sender() == self.role
            || !self.expects(&record)
            || !wanted(&record)
        {
            return Err(Error::Rejected);
        }
        let message =
            associated(record.header, ad, |ad| aead::open_with_nonce_prefix(self.key(record.kind), ad, record.sealed))?;
        if record.kind.is_reply() {
            self.replies.mark(record.number);
        } else {
            self.messages.mark(record.number);
            remember(&mut self.opened, record.number, tag(record.sealed)?);
        }
        self.last = Some(record.number);
        self.count(message.expose_secret());
        Ok(message)
    }

    /// Whether a record of this kind and number may come: once, and a reply only to what was sent.
    fn expects(&self, record: &Record<'_>) -> bool {
        match record.answers {
            None => self.messages.accepts(record.number),
            Some(answers) => {
                record.number < self.next && self.replies.accepts(record.number) && self.names(record.number, answers)
            }
        }
    }

    /// Whether message `number` has this tag. What was sealed before an import is known by its number alone, until so much was
    /// sealed since that the memory is full.
    fn names(&self, number: u64, answers: &[u8; TAG]) -> bool {
        let (first, count) = (self.sent.front().map_or(self.next, |(first, _)| *first), self.sent.len());
        match self.sent.binary_search_by_key(&number, |(sent, _)| *sent) {
            Ok(at) => self.sent.get(at).is_some_and(|(_, tag)| tag == answers),
            Err(_) => number < first && count < REMEMBERED,
        }
    }

    fn seal_as(
        &mut self,
        kind: Kind,
        number: u64,
        answers: &[u8],
        ad: &[u8],
        message: &[u8],
        now: Timestamp,
    ) -> Result<Vec<u8>, Error> {
        if message.len() > MESSAGE_MAX {
            return Err(Error::TooLarge);
        }
        self.check(ad, now)?;
        let mut header = [0; HEADER + TAG];
        let header = join(
            &mut header,
            &[&Type::Record.prefix(), &[kind as u8], self.id.as_bytes(), &number.to_be_bytes(), answers],
        )?;
        let record = associated(header, ad, |ad| aead::seal_with_random_nonce(self.key(kind), ad, header, message))?;
        self.count(message);
        Ok(record)
    }

    /// The limits that do not depend on what the other side sent.
    fn check(&self, ad: &[u8], now: Timestamp) -> Result<(), Error> {
        let too_old = now.seconds_since(self.created) > AGE_MAX;
        let from_the_future = self.created.seconds_since(now) > CLOCK_BACK;
        if ad.len() > AD_MAX {
            Err(Error::TooLarge)
        } else if too_old || from_the_future || self.bytes >= BYTES_MAX {
            Err(Error::Ended)
        } else {
            Ok(())
        }
    }

    fn count(&mut self, message: &[u8]) {
        self.bytes = self.bytes.saturating_add(message.len() as u64);
    }

    fn key(&self, kind: Kind) -> &SecretArray<32> {
        match kind.sender() {
            Role::Client => &self.keys.0,
            Role::Server => &self.keys.1,
        }
    }
}

/// Runs `work` on `header || lp(ad)`, which takes no memory from the heap if it is short.
fn associated<T>(header: &[u8], ad: &[u8], work: impl FnOnce(&[u8]) -> Result<T, Error>) -> Result<T, Error> {
    let length = (ad.len() as u32).to_be_bytes();
    let mut short = [0; 256];
    match join(&mut short, &[header, &length, ad]) {
        Ok(joined) => work(joined),
        Err(_) => work(&[header, &length, ad].concat()),
    }
}

/// The fields one behind the other, at the start of `place`.
///
/// # Errors
/// [`Error::TooLarge`] if it does not fit.
fn join<'a>(place: &'a mut [u8], fields: &[&[u8]]) -> Result<&'a [u8], Error> {
    let mut len = 0;
    for field in fields {
        let end = len + field.len();
        place.get_mut(len..end).ok_or(Error::TooLarge)?.copy_from_slice(field);
        len = end;
    }
    place.get(..len).ok_or(Error::TooLarge)
}
