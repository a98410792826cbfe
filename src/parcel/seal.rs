//! Sealing: a document in, a parcel out, front to back.

use std::io::{ErrorKind, Read, Write};

use super::behind;
use super::chunk::{self, Workers};
use super::format::{self, Header, Info, Shape};
use super::slot;
use super::tree::{self, GROUP, Hash};
use crate::aead::TAG_BYTES;
use crate::identity::{Identity, signed};
use crate::keyring::Keyring;
use crate::sodium::random;
use crate::{Error, SecretArray, SecretBytes};

/// The context of a parcel's signature.
pub(super) const SIGN: &str = "secenv parcel 1";

/// How to seal.
#[derive(Clone, Debug)]
pub struct Options {
    /// log2 of the chunk size, 12 to 20.
    pub chunk_log: u8,
    /// How many wraps there is room for, 1 to 64.
    pub capacity: u8,
    /// How many threads work; 0 for one on each core.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { chunk_log: 16, capacity: 4, threads: 0 }
    }
}

/// A parcel in the making: give it the document in pieces of any size, and write what it gives, one behind the other.
pub struct Sealer {
    header: Header,
    key: SecretArray<32>,
    signer: Identity,
    keys: Vec<[u8; 16]>,
    workers: Workers,
    /// What is not sealed yet: up to one batch, and never nothing once there was something.
    pending: SecretBytes,
    filled: usize,
    next: u64,
    leaves: Vec<Hash>,
    top: Vec<u8>,
    length: u64,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Sealer>();
};

impl Sealer {
    /// Begins a parcel for the ring's active key, and gives its front.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an id, revision or option out of range; [`Error::NoKey`] if no key of the ring is active;
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn start(
        keyring: &Keyring,
        signer: &Identity,
        id: &str,
        revision: u64,
        options: &Options,
    ) -> Result<(Self, Vec<u8>), Error> {
        let workers = Workers::new(chunk::threads(options.threads))?;
        Self::start_with(workers, keyring, signer, id, revision, options)
    }

    fn start_with(
        workers: Workers,
        keyring: &Keyring,
        signer: &Identity,
        id: &str,
        revision: u64,
        options: &Options,
    ) -> Result<(Self, Vec<u8>), Error> {
        let wrapping = keyring.active().ok_or(Error::NoKey)?;
        let content = random::secret::<32>()?;
        let mut salt = [0; 32];
        random::fill(&mut salt)?;
        let (vault, pin) = (keyring.id(), signer.public().pin());
        let (chunk_log, capacity) = (options.chunk_log, options.capacity);
        let secret = content.expose_secret();
        let (header, key) = Header::new(secret, chunk_log, capacity, revision, vault, &salt, pin, id)?;
        let mut front = header.bytes.clone();
        front.extend_from_slice(&slot::write(&header.bytes, capacity, 1, wrapping, secret)?);
        front.resize(front.len() + header.slot(), 0);
        let pending = SecretBytes::zeroed(workers.batch(1 << chunk_log));
        let signer = signer.clone();
        let keys = vec![*wrapping.id()];
        let (leaves, top) = (Vec::new(), Vec::new());
        Ok((Self { header, key, signer, keys, workers, pending, filled: 0, next: 0, leaves, top, length: 0 }, front))
    }

    /// Takes the next piece of the document, and gives the next bytes of the parcel, of which there may be none.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 2^48 bytes or 2^28 chunks.
    pub fn push(&mut self, mut piece: &[u8]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::new();
        while !piece.is_empty() {
            // Something has to stay for the end, so a batch is sealed only when there is more.
            if self.filled == self.pending.expose_secret().len() {
                self.flush_onto(false, &mut out)?;
            }
            let room = self.pending.expose_secret_mut().get_mut(self.filled..).unwrap_or_default();
            let len = room.len().min(piece.len());
            let (now, later) = piece.split_at_checked(len).unwrap_or((piece, &[]));
            if let Some(place) = room.get_mut(..len) {
                place.copy_from_slice(now);
            }
            self.filled += len;
            piece = later;
        }
        Ok(out)
    }

    /// Ends the document, and gives the rest of the parcel and what it says of itself.
    ///
    /// # Errors
    /// As [`Sealer::push`].
    pub fn finish(mut self) -> Result<(Vec<u8>, Info), Error> {
        let mut out = Vec::new();
        self.flush_onto(true, &mut out)?;
        out.extend_from_slice(&self.top);
        let root = tree::root(&self.header.bytes, self.length, &self.top);
        let signature = signed::sign(SIGN, &root, &self.signer)?;
        out.extend_from_slice(&format::write_footer(&signature, self.length)?);
        let info = Info {
            id: self.header.id,
            revision: self.header.revision,
            vault: self.header.vault,
            signer: self.header.signer,
            length: self.length,
            root,
            chunk: 1 << self.header.chunk_log,
            keys: self.keys,
        };
        Ok((out, info))
    }

    /// How many bytes one batch can become: its chunks, and the leaves of the groups that end in it.
    fn room(&self) -> usize {
        let count = self.pending.expose_secret().len() >> self.header.chunk_log;
        self.pending.expose_secret().len() + count * TAG_BYTES + (count / GROUP as usize + 2) * GROUP as usize * 32
    }

    /// Seals what is pending behind what `out` holds.
    fn flush_onto(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        out.resize(start + self.room(), 0);
        let len = self.flush(last, out.get_mut(start..).unwrap_or_default())?;
        out.truncate(start + len);
        Ok(())
    }

    /// Seals what is pending to the start of `out`, and says how many bytes that gave.
    fn flush(&mut self, last: bool, out: &mut [u8]) -> Result<usize, Error> {
        let chunk = 1usize << self.header.chunk_log;
        let length = self.length.checked_add(self.filled as u64).ok_or(Error::TooLarge)?;
        Shape::new(&self.header, length)?;
        let mut plain = self.pending.expose_secret().get(..self.filled).ok_or(Error::InvalidArgument)?;
        let mut written = 0;
        loop {
            // As far as the group goes: its leaves stand behind it.
            let (now, later) = plain.split_at(plain.len().min((GROUP as usize - self.leaves.len()) * chunk));
            let count = now.len().div_ceil(chunk).max(1);
            let sealed = out.get_mut(written..written + now.len() + count * TAG_BYTES).ok_or(Error::TooLarge)?;
            let ends = last && later.is_empty();
            self.leaves.extend(chunk::seal(&self.workers, &self.key, chunk, self.next, ends, now, sealed)?);
            self.next += count as u64;
            written += sealed.len();
            if self.leaves.len() == GROUP as usize || ends {
                let leaves = self.leaves.as_flattened();
                out.get_mut(written..written + leaves.len()).ok_or(Error::TooLarge)?.copy_from_slice(leaves);
                written += leaves.len();
                self.top.extend_from_slice(&tree::node(leaves));
                self.leaves.clear();
            }
            if later.is_empty() {
                break;
            }
            plain = later;
        }
        self.length = length;
        self.filled = 0;
        Ok(written)
    }

    /// Fills what is pending from `input`, and says whether that was all of it.
    fn fill(&mut self, input: &mut dyn Read) -> Result<bool, Error> {
        let pending = self.pending.expose_secret_mut();
        while let Some(room) = pending.get_mut(self.filled..).filter(|room| !room.is_empty()) {
            match read_some(input, room)? {
                0 => return Ok(true),
                read => self.filled += read,
            }
        }
        Ok(false)
    }
}

/// Seals what `input` gives until its end, into `output`. `progress` is told how many bytes of the document are done.
///
/// # Errors
/// As [`Sealer::start`] and [`Sealer::push`]; what reading and writing fail with.
#[expect(clippy::too_many_arguments, reason = "what a parcel is made of")]
pub fn seal(
    keyring: &Keyring,
    signer: &Identity,
    id: &str,
    revision: u64,
    options: &Options,
    input: &mut dyn Read,
    output: &mut (dyn Write + Send),
    progress: &dyn Fn(u64),
) -> Result<Info, Error> {
    // One of them writes.
    let threads = chunk::threads(options.threads);
    let workers = Workers::new(threads.saturating_sub(1).max(1))?;
    let (mut sealer, front) = Sealer::start_with(workers, keyring, signer, id, revision, options)?;
    output.write_all(&front)?;
    let room = sealer.room();
    // The byte that shows that there is more.
    let mut ahead = None;
    behind::write(threads, room, output, progress, |part| {
        if let (Some(byte), Some(place)) = (ahead.take(), sealer.pending.expose_secret_mut().first_mut()) {
            *place = byte;
            sealer.filled = 1;
        }
        let mut more = [0];
        if sealer.fill(input)? || read_some(input, &mut more)? == 0 {
            return Ok(false);
        }
        ahead = Some(more[0]);
        let len = sealer.flush(false, part.buffer.expose_secret_mut())?;
        part.pieces.push(0..len);
        part.done = sealer.length;
        Ok(true)
    })?;
    let (rest, info) = sealer.finish()?;
    output.write_all(&rest)?;
    progress(info.length);
    Ok(info)
}

fn read_some(input: &mut dyn Read, room: &mut [u8]) -> Result<usize, Error> {
    loop {
        match input.read(room) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return Ok(done?),
        }
    }
}
