//! Sealing: a document in, a parcel out, front to back.

use std::io::{ErrorKind, Read, Write};

use super::chunk::{self, Workers};
use super::format::{self, Header, ParcelInfo, Shape};
use super::slot;
use super::tree::{self, GROUP, Hash};
use super::turns;
use crate::identity::Identity;
use crate::keyring::Keyring;
use crate::signed_file;
use crate::sodium::random;
use crate::types::{Digest, KeyId};
use crate::{Error, SecretArray, SecretBytes};

/// The context of a parcel's signature.
pub(super) const SIGN: &str = "secenv parcel 1";

/// How to seal.
#[derive(Clone, Debug)]
pub struct SealOptions {
    /// log2 of the chunk size, 12 to 20.
    pub chunk_log: u8,
    /// How many wraps fit, 1 to 64.
    pub wrap_capacity: u8,
    /// How many threads work; 0 for one on each core.
    pub threads: usize,
}

impl Default for SealOptions {
    fn default() -> Self {
        Self { chunk_log: 16, wrap_capacity: 4, threads: 0 }
    }
}

/// What to seal a document as.
#[derive(Clone)]
pub struct SealRequest<'a> {
    /// Its active key seals, and its id is the vault's.
    pub keyring: &'a Keyring,
    /// Who signs.
    pub signer: &'a Identity,
    /// The document's id: 1 to 128 bytes of UTF-8, fit to be a relative path.
    pub id: &'a str,
    /// Its revision: 1 or more, and more than that of the parcel before.
    pub revision: u64,
    /// How to seal.
    pub options: SealOptions,
}

impl<'a> SealRequest<'a> {
    /// A request with the default options.
    pub fn new(keyring: &'a Keyring, signer: &'a Identity, id: &'a str, revision: u64) -> Self {
        Self { keyring, signer, id, revision, options: SealOptions::default() }
    }
}

/// A parcel in the making: give it the document in pieces of any size, and write what it gives, one behind the other.
pub struct Sealer {
    header: Header,
    key: SecretArray<32>,
    signer: Identity,
    keys: Vec<KeyId>,
    workers: Workers,
    /// What is not sealed yet: up to one batch, and never nothing once there was something.
    pending: SecretBytes,
    filled: usize,
    so_far: SoFar,
}

/// What of a parcel is sealed.
#[derive(Default)]
struct SoFar {
    chunks: u64,
    /// Of the group that is not full.
    leaves: Vec<Hash>,
    top: Vec<u8>,
    length: u64,
}

impl SoFar {
    /// Counts chunks and the bytes in them; gives the leaves of their group once that is full, to be written behind it. The chunks are
    /// of one group.
    fn add(&mut self, leaves: Vec<Hash>, bytes: usize) -> Option<Vec<Hash>> {
        self.chunks += leaves.len() as u64;
        self.length += bytes as u64;
        self.leaves.extend(leaves);
        (self.leaves.len() == GROUP as usize).then(|| self.close())
    }

    /// Ends a group, and gives its leaves.
    fn close(&mut self) -> Vec<Hash> {
        self.top.extend_from_slice(&tree::node(self.leaves.as_flattened()));
        std::mem::take(&mut self.leaves)
    }
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
    pub fn start(request: &SealRequest<'_>) -> Result<(Self, Vec<u8>), Error> {
        let SealRequest { keyring, signer, id, revision, ref options } = *request;
        let wrapping = keyring.active().ok_or(Error::NoKey)?;
        let content = random::secret::<32>()?;
        let mut salt = [0; 32];
        random::fill(&mut salt)?;
        let (vault, pin) = (keyring.id(), signer.public().pin());
        let (chunk_log, capacity) = (options.chunk_log, options.wrap_capacity);
        let secret = content.expose_secret();
        let (header, key) = Header::new(secret, chunk_log, capacity, revision, vault, &salt, pin, id)?;
        let mut front = header.bytes.clone();
        front.extend_from_slice(&slot::write(&header.bytes, capacity, 1, wrapping, secret)?);
        front.resize(front.len() + header.slot(), 0);
        let workers = Workers::new(chunk::threads(options.threads))?;
        let pending = SecretBytes::zeroed(workers.batch(1 << chunk_log));
        let signer = signer.clone();
        let keys = vec![*wrapping.id()];
        Ok((Self { header, key, signer, keys, workers, pending, filled: 0, so_far: SoFar::default() }, front))
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
                self.flush(false, &mut out)?;
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
    pub fn finish(mut self) -> Result<(Vec<u8>, ParcelInfo), Error> {
        let mut out = Vec::new();
        self.flush(true, &mut out)?;
        let info = self.end(&mut out)?;
        Ok((out, info))
    }

    /// Gives the rest of a parcel whose chunks are all sealed.
    fn end(mut self, out: &mut Vec<u8>) -> Result<ParcelInfo, Error> {
        if !self.so_far.leaves.is_empty() {
            out.extend_from_slice(self.so_far.close().as_flattened());
        }
        let SoFar { top, length, .. } = self.so_far;
        out.extend_from_slice(&top);
        let root = tree::root(&self.header.bytes, length, &top);
        let signature = signed_file::sign(SIGN, &root, &self.signer)?;
        out.extend_from_slice(&format::write_footer(&signature, length)?);
        Ok(ParcelInfo {
            id: self.header.id,
            revision: self.header.revision,
            vault: self.header.vault,
            signer: self.header.signer,
            length,
            root: Digest::from_bytes(root),
            chunk_bytes: 1 << self.header.chunk_log,
            keys: self.keys,
        })
    }

    /// Seals what is pending behind what `out` holds.
    fn flush(&mut self, last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let chunk = 1usize << self.header.chunk_log;
        Shape::new(&self.header, self.so_far.length.checked_add(self.filled as u64).ok_or(Error::TooLarge)?)?;
        let mut plain = self.pending.expose_secret().get(..self.filled).ok_or(Error::InvalidArgument)?;
        loop {
            // As far as the group goes: its leaves stand behind it.
            let (now, later) = plain.split_at(plain.len().min((GROUP as usize - self.so_far.leaves.len()) * chunk));
            let start = out.len();
            out.resize(start + chunk::sealed(chunk, now.len()), 0);
            let sealed = out.get_mut(start..).unwrap_or_default();
            let ends = last && later.is_empty();
            let leaves = chunk::seal(&self.workers, &self.key, chunk, self.so_far.chunks, ends, now, sealed)?;
            if let Some(leaves) = self.so_far.add(leaves, now.len()) {
                out.extend_from_slice(leaves.as_flattened());
            }
            if later.is_empty() {
                break;
            }
            plain = later;
        }
        self.filled = 0;
        Ok(())
    }
}

/// What one thread seals in one turn.
struct Part {
    plain: SecretBytes,
    filled: usize,
    first: u64,
    last: bool,
    sealed: Vec<u8>,
    leaves: Vec<Hash>,
}

/// Seals what `input` gives until its end, into `output`. `progress` is told how many bytes of the document are done.
///
/// # Errors
/// As [`Sealer::start`] and [`Sealer::push`]; what reading and writing fail with.
pub fn seal(
    request: &SealRequest<'_>,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
    let threads = chunk::threads(request.options.threads);
    let options = SealOptions { threads: 1, ..request.options.clone() };
    let (mut sealer, front) = Sealer::start(&SealRequest { options, ..request.clone() })?;
    output.write_all(&front)?;
    let Sealer { header, key, workers, so_far, .. } = &mut sealer;
    let chunk = 1usize << header.chunk_log;
    let turn = chunk::turn(chunk);
    let part = || Part {
        plain: SecretBytes::zeroed(turn * chunk),
        filled: 0,
        first: 0,
        last: false,
        sealed: Vec::new(),
        leaves: Vec::new(),
    };
    let (mut next, mut ended) = (0, false);
    // The byte that shows that there is more.
    let mut ahead = [0];
    let take = |part: &mut Part| {
        if ended {
            return Ok(false);
        }
        let plain = part.plain.expose_secret_mut();
        part.filled = 0;
        if let Some(first) = plain.first_mut().filter(|_| next > 0) {
            *first = ahead[0];
            part.filled = 1;
        }
        part.filled += fill_from(input, plain.get_mut(part.filled..).unwrap_or_default())?;
        ended = part.filled < plain.len() || fill_from(input, &mut ahead)? == 0;
        (part.first, part.last) = (next, ended);
        next += turn as u64;
        Ok(true)
    };
    let work = |part: &mut Part| {
        let plain = part.plain.expose_secret().get(..part.filled).unwrap_or_default();
        part.sealed.resize(chunk::sealed(chunk, part.filled), 0);
        part.leaves = chunk::seal(workers, key, chunk, part.first, part.last, plain, &mut part.sealed)?;
        Ok(())
    };
    let give = |part: &mut Part| {
        Shape::new(header, so_far.length.saturating_add(part.filled as u64))?;
        output.write_all(&part.sealed)?;
        if let Some(leaves) = so_far.add(std::mem::take(&mut part.leaves), part.filled) {
            output.write_all(leaves.as_flattened())?;
        }
        Ok(so_far.length)
    };
    turns::take(threads, progress, part, take, work, give)?;
    let mut rest = Vec::new();
    let info = sealer.end(&mut rest)?;
    output.write_all(&rest)?;
    progress(info.length);
    Ok(info)
}

/// Fills `room` as far as `input` goes, and says how far.
fn fill_from(input: &mut dyn Read, room: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while let Some(rest) = room.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match input.read(rest) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) => break,
            read => filled += read?,
        }
    }
    Ok(filled)
}
