//! Sessions and their records.

use std::collections::VecDeque;

use super::chain::Chain;
use super::clock;
use super::format::Type;
use super::padding::{self, Padding};
use super::place::{Place, Role};
use super::transcript::{Secret, Transcript};
use super::window::{self, Window};
use crate::aead;
use crate::sodium::hash;
use crate::types::{Pin, SessionId, Timestamp};
use crate::wire::Reader;
use crate::{Error, SecretArray, SecretBytes};

/// The longest message in a record, in bytes.
pub const MESSAGE_MAX: usize = 16 * 1024 * 1024;
/// The longest associated data, in bytes.
pub const AD_MAX: usize = 64 * 1024;
/// The longest label and the longest context of an exported secret, in bytes.
pub const EXPORT_MAX: usize = 1024;
/// The longest content of a record: the longest message with its padding.
const CONTENT_MAX: usize = padding::padded_len(MESSAGE_MAX);

/// Numbers stay below this in each direction.
pub(super) const NUMBERS_MAX: u64 = 1 << 32;
/// How many bytes of messages a session seals and opens.
const BYTES_MAX: u64 = 1 << 44;
/// How old a session gets, in seconds.
const AGE_MAX: u64 = 24 * 60 * 60;
/// How old a server's session gets that its client does not confirm, in seconds.
const UNCONFIRMED_MAX: u64 = 300;
/// How far a message's number may be above the highest that was opened.
const AHEAD_MAX: u64 = 16_384;
/// How many messages a handle remembers by their tags.
const REMEMBERED: usize = window::SIZE as usize;

/// Version, type, kind, session id, number.
const HEADER: usize = 2 + 1 + 16 + 8;
/// The name of a message for its reply: the tag at its end.
pub(super) const TAG: usize = crate::aead::TAG_BYTES;

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
    pub(super) place: Place,
    pub(super) client_pin: Pin,
    pub(super) created: Timestamp,
    pub(super) padding: Padding,
    pub(super) exporter: SecretArray<32>,
    /// Of the client's numbers.
    pub(super) client_chain: Chain,
    /// Of the server's numbers.
    pub(super) server_chain: Chain,
    /// The number of the next message.
    pub(super) next: u64,
    pub(super) bytes: u64,
    pub(super) messages: Window,
    pub(super) replies: Window,
    /// Messages of the other side that may be answered, in the order of their opening.
    pub(super) opened: VecDeque<(u64, [u8; TAG])>,
    /// Messages of this side, in the order of their numbers.
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
            Some(len) if len > CONTENT_MAX => Err(Error::TooLarge),
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
        place: Place,
        (client_pin, padding): (Pin, Padding),
        (r, t5): (&Secret, &Transcript),
        created: Timestamp,
    ) -> Result<Self, Error> {
        Ok(Self {
            place,
            client_pin,
            created,
            padding,
            exporter: r.derive(b"secenv 2 exporter", t5)?,
            client_chain: Chain::start(r.derive(b"secenv 2 client numbers", t5)?)?,
            server_chain: Chain::start(r.derive(b"secenv 2 server numbers", t5)?)?,
            next: 0,
            bytes: 0,
            messages: Window::new(),
            replies: Window::new(),
            opened: VecDeque::new(),
            sent: VecDeque::new(),
            last: None,
        })
    }

    /// The session's id, which stands in the clear in its records.
    pub fn id(&self) -> &SessionId {
        &self.place.session_id
    }

    /// The pin of the other side.
    pub fn peer(&self) -> &Pin {
        match self.place.role {
            Role::Client => &self.place.server_pin,
            Role::Server => &self.client_pin,
        }
    }

    /// Where this session is kept.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether the other side is known to have this session: a server knows it from the client's first record, a client from the
    /// welcome.
    pub fn is_confirmed(&self) -> bool {
        self.place.role == Role::Client || self.messages.count() > 0
    }

    /// 32 bytes for another use, which both sides get for the same label and context.
    ///
    /// # Errors
    /// [`Error::Unconfirmed`] at a server before the client's first record; [`Error::TooLarge`] for a label or context over 1 KiB.
    pub fn export_secret(&self, label: &[u8], context: &[u8]) -> Result<SecretArray<32>, Error> {
        if !self.is_confirmed() {
            return Err(Error::Unconfirmed);
        }
        if label.len() > EXPORT_MAX || context.len() > EXPORT_MAX {
            return Err(Error::TooLarge);
        }
        hash::fields(self.exporter.expose_secret(), &[b"secenv 2 export", label, context])
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
    /// [`Error::Unconfirmed`] at a server before the client's first record; [`Error::TooLarge`] over 16 MiB, or 64 KiB of `ad`;
    /// [`Error::Ended`] if the session is over.
    pub fn seal(&mut self, ad: &[u8], message: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let kind = if self.place.role == Role::Client { Kind::ClientMessage } else { Kind::ServerMessage };
        if !self.is_confirmed() {
            return Err(Error::Unconfirmed);
        }
        if self.next >= NUMBERS_MAX {
            return Err(Error::Ended);
        }
        self.check_sealing(ad, message, now)?;
        let moved = self.chain(kind).moved_to(self.next)?;
        let key = moved.as_ref().unwrap_or(self.chain(kind)).key(self.next, false).ok_or(Error::Internal)?;
        let record = self.seal_as((kind, self.next, &[]), key, ad, message)?;
        self.move_to(kind, moved);
        self.count(message.len());
        remember(&mut self.sent, self.next, tag(&record)?);
        self.next += 1;
        Ok(record)
    }

    /// Seals the reply to message `number`. The other side takes one reply to each message.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] unless the message is one of the last 1,024 that were opened here, or was one of the last 16
    /// when the session was exported, and its keys are still held; otherwise as [`Session::seal`].
    pub fn reply(&mut self, number: u64, ad: &[u8], message: &[u8], now: Timestamp) -> Result<Vec<u8>, Error> {
        let kind = if self.place.role == Role::Client { Kind::ClientReply } else { Kind::ServerReply };
        let opened = self.opened.iter().rev().find(|(opened, _)| *opened == number);
        let (_, tag) = *opened.ok_or(Error::InvalidArgument)?;
        let key = self.chain(kind).key(number, true).ok_or(Error::InvalidArgument)?;
        self.check_sealing(ad, message, now)?;
        let record = self.seal_as((kind, number, &tag), key, ad, message)?;
        self.count(message.len());
        Ok(record)
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
        if self.padding == Padding::None && record.sealed.len() > MESSAGE_MAX + aead::OVERHEAD {
            return Err(Error::TooLarge);
        }
        self.check(ad, now)?;
        if record.session_id != self.place.session_id
            || record.kind.sender() == self.place.role
            || !self.expects(&record)
            || !wanted(&record)
        {
            return Err(Error::Rejected);
        }
        let (kind, number, reply) = (record.kind, record.number, record.kind.is_reply());
        let moved = if reply { None } else { self.chain(kind).moved_to(number)? };
        let key = moved.as_ref().unwrap_or(self.chain(kind)).key(number, reply).ok_or(Error::Rejected)?;
        let content = associated(record.header, ad, |ad| aead::open_with_nonce_prefix(key, ad, record.sealed))?;
        let message = match self.padding {
            Padding::None => content,
            Padding::Padme => padding::unpad(content)?,
        };
        if message.len() > MESSAGE_MAX {
            return Err(Error::Rejected);
        }
        if reply {
            self.replies.mark(number);
        } else {
            self.move_to(kind, moved);
            self.messages.mark(number);
            remember(&mut self.opened, number, tag(record.sealed)?);
        }
        self.last = Some(number);
        self.count(message.len());
        Ok(message)
    }

    /// Whether a record of this kind and number may come: once, and a reply only to what was sent.
    fn expects(&self, record: &Record<'_>) -> bool {
        match record.answers {
            None => {
                self.messages.accepts(record.number) && record.number.saturating_sub(self.messages.count()) < AHEAD_MAX
            }
            Some(answers) => {
                record.number < self.next && self.replies.accepts(record.number) && self.names(record.number, answers)
            }
        }
    }

    /// Whether message `number` is remembered and has this tag.
    fn names(&self, number: u64, answers: &[u8; TAG]) -> bool {
        let at = self.sent.binary_search_by_key(&number, |(sent, _)| *sent);
        at.is_ok_and(|at| self.sent.get(at).is_some_and(|(_, tag)| tag == answers))
    }

    fn seal_as(
        &self,
        (kind, number, answers): (Kind, u64, &[u8]),
        key: &SecretArray<32>,
        ad: &[u8],
        message: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let padded;
        let content = match self.padding {
            Padding::None => message,
            Padding::Padme => {
                padded = padding::pad(message)?;
                padded.expose_secret()
            }
        };
        let mut header = [0; HEADER + TAG];
        let header = join(
            &mut header,
            &[&Type::Record.prefix(), &[kind as u8], self.id().as_bytes(), &number.to_be_bytes(), answers],
        )?;
        associated(header, ad, |ad| aead::seal_with_random_nonce(key, ad, header, content))
    }

    /// The limits that do not depend on what the other side sent.
    fn check(&self, ad: &[u8], now: Timestamp) -> Result<(), Error> {
        if ad.len() > AD_MAX { Err(Error::TooLarge) } else { self.check_age(now) }
    }

    fn check_sealing(&self, ad: &[u8], message: &[u8], now: Timestamp) -> Result<(), Error> {
        if message.len() > MESSAGE_MAX { Err(Error::TooLarge) } else { self.check(ad, now) }
    }

    /// Whether the session is over.
    pub(super) fn check_age(&self, now: Timestamp) -> Result<(), Error> {
        let limit = if self.is_confirmed() { AGE_MAX } else { UNCONFIRMED_MAX };
        let over = clock::is_outside(self.created, now, limit) || self.bytes >= BYTES_MAX;
        if over { Err(Error::Ended) } else { Ok(()) }
    }

    fn count(&mut self, len: usize) {
        self.bytes = self.bytes.saturating_add(len as u64);
    }

    /// The chain of the number space that records of this kind are in: the sender's for a message, the other's for a reply.
    fn chain(&self, kind: Kind) -> &Chain {
        match kind {
            Kind::ClientMessage | Kind::ServerReply => &self.client_chain,
            Kind::ServerMessage | Kind::ClientReply => &self.server_chain,
        }
    }

    fn move_to(&mut self, kind: Kind, moved: Option<Chain>) {
        let Some(moved) = moved else { return };
        match kind {
            Kind::ClientMessage | Kind::ServerReply => self.client_chain = moved,
            Kind::ServerMessage | Kind::ClientReply => self.server_chain = moved,
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
