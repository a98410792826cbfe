//! Sealing: a document in, a parcel out, front to back.

use std::io::{Read, Write};
use std::mem;

use super::chunk::{self, ChunkSealer, Piece};
use super::format::{Footer, Header, HeaderFields, ParcelInfo, Shape};
use super::slot::Slot;
use super::tree::{self, GROUP, Hash};
use crate::identity::Identity;
use crate::keyring::Keyring;
use crate::ordered_pipeline;
use crate::signed_file;
use crate::sodium::random;
use crate::types::{Digest, KeyId};
use crate::{Error, RunOptions};

/// The context of a parcel's signature.
pub(super) const SIGN: &str = "secenv parcel 1";

/// How many pieces of a document wait for each thread, and in all unless there are more threads.
const PIECES_PER_THREAD: usize = 4;
const PIECES: usize = 16;

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

/// Seals a document that is written to it in pieces of any size, and writes the parcel to `W`. Its threads end with
/// each call; after a fork one process alone may go on with it, as two would seal different bytes under the same
/// nonces.
pub struct ParcelWriter<W> {
    body: Body,
    signer: Identity,
    keys: Vec<KeyId>,
    threads: usize,
    /// What is sealed at once, all but the last one full; never none once there was something.
    pending: Vec<Piece>,
    spare: Vec<Piece>,
    failed: bool,
    output: W,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<ParcelWriter<Vec<u8>>>();
};

/// What comes after the slots.
struct Body {
    sealer: ChunkSealer,
    tree: Tree,
}

/// What of a parcel is written.
#[derive(Default)]
struct Tree {
    chunks: u64,
    /// Of the group that is not full.
    leaves: Vec<Hash>,
    top: Vec<u8>,
    length: u64,
}

impl Tree {
    /// Writes a piece, and after the last one of a group the group's leaves; returns the length of the document so far.
    fn write(&mut self, header: &Header, piece: &Piece, output: &mut dyn Write) -> Result<u64, Error> {
        let length = self.length.checked_add(piece.filled() as u64).ok_or(Error::TooLarge)?;
        Shape::new(header, length)?;
        output.write_all(&piece.sealed)?;
        (self.length, self.chunks) = (length, self.chunks + piece.leaves.len() as u64);
        self.leaves.extend_from_slice(&piece.leaves);
        if self.leaves.len() as u64 == GROUP {
            self.end_group(output)?;
        }
        Ok(length)
    }

    fn end_group(&mut self, output: &mut dyn Write) -> Result<(), Error> {
        let leaves = mem::take(&mut self.leaves);
        self.top.extend_from_slice(&tree::node(leaves.as_flattened()));
        Ok(output.write_all(leaves.as_flattened())?)
    }
}

impl<W: Write + Send> ParcelWriter<W> {
    /// Begins a parcel for the keyring's active key, and writes its front.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an id, revision or option out of range; [`Error::NoKey`] if no key of the keyring
    /// is active; what writing fails with.
    pub fn new(request: &SealRequest<'_>, mut output: W) -> Result<Self, Error> {
        let SealRequest { keyring, signer, id, revision, ref options } = *request;
        let active = keyring.active().ok_or(Error::NoKey)?;
        let content = random::secret::<32>();
        let mut salt = [0; 32];
        random::fill(&mut salt);
        let fields = HeaderFields {
            chunk_log: options.chunk_log,
            capacity: options.wrap_capacity,
            revision,
            vault: *keyring.id(),
            salt,
            signer: *signer.public().pin(),
            id: id.to_owned(),
        };
        let (header, key) = Header::new(fields, &content)?;
        output.write_all(&header.bytes)?;
        output.write_all(&Slot::seal(&header, 1, active, &content)?)?;
        output.write_all(&vec![0; header.slot_len()])?;
        Ok(Self {
            body: Body { sealer: ChunkSealer::new(header, key), tree: Tree::default() },
            signer: signer.clone(),
            keys: vec![*active.id()],
            threads: RunOptions { threads: options.threads, ..RunOptions::SINGLE }.thread_count(),
            pending: Vec::new(),
            spare: Vec::new(),
            failed: false,
            output,
        })
    }

    /// Takes the next bytes of the document, and writes the next bytes of the parcel, of which there may be none yet.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 2^48 bytes or 2^28 chunks; [`Error::Closed`] after a failure; what writing fails with.
    pub fn write(&mut self, mut document: &[u8]) -> Result<(), Error> {
        if self.failed {
            return Err(Error::Closed);
        }
        while !document.is_empty() {
            if self.pending.last().is_none_or(Piece::is_full) {
                // The last chunk of a document is marked, so pieces are sealed only when there is more.
                if self.pending.len() == self.pieces_max() {
                    self.flush(false)?;
                }
                self.add_piece();
            }
            self.pending.last_mut().ok_or(Error::Internal)?.fill(&mut document)?;
        }
        Ok(())
    }

    /// How many pieces are sealed at once. Threads begin with each time, so there are several for each.
    fn pieces_max(&self) -> usize {
        if self.threads == 1 { 1 } else { self.threads.max((self.threads * PIECES_PER_THREAD).min(PIECES)) }
    }

    fn add_piece(&mut self) {
        self.pending.push(self.spare.pop().unwrap_or_else(|| self.body.sealer.piece()));
    }

    /// Seals and writes what is pending.
    fn flush(&mut self, last: bool) -> Result<(), Error> {
        if mem::replace(&mut self.failed, true) {
            return Err(Error::Closed);
        }
        let Self { body: Body { sealer, tree }, pending, output, .. } = self;
        let (sealer, mut next) = (&*sealer, tree.chunks);
        let run = RunOptions { threads: self.threads, ..RunOptions::SINGLE }.for_pieces(pending.len() as u64);
        let mut pieces = pending.iter_mut();
        let read = |_: &mut ()| {
            let Some(piece) = pieces.next() else { return Ok(None) };
            sealer.number(&mut next, last && pieces.len() == 0, piece);
            Ok(Some(piece))
        };
        ordered_pipeline::run(
            &run,
            || (),
            read,
            |(), piece| {
                sealer.seal(piece)?;
                Ok(piece)
            },
            |(), piece| {
                let done = tree.write(&sealer.header, piece, output)?;
                piece.clear();
                Ok(done)
            },
        )?;
        self.spare.append(&mut self.pending);
        self.failed = false;
        Ok(())
    }

    /// What the parcel is written to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.output
    }

    /// Ends the document, writes the rest of the parcel, and returns what it says of itself.
    ///
    /// # Errors
    /// As [`ParcelWriter::write`].
    pub fn finish(mut self) -> Result<(ParcelInfo, W), Error> {
        if self.pending.is_empty() {
            self.add_piece();
        }
        self.flush(true)?;
        self.end()
    }

    /// Writes what comes after the last chunk.
    fn end(mut self) -> Result<(ParcelInfo, W), Error> {
        let Body { sealer: ChunkSealer { header, .. }, mut tree } = self.body;
        if !tree.leaves.is_empty() {
            tree.end_group(&mut self.output)?;
        }
        self.output.write_all(&tree.top)?;
        let root = tree::root(&header.bytes, tree.length, &tree.top);
        let signature = signed_file::sign(SIGN, &root, &self.signer)?;
        self.output.write_all(&Footer { signature, length: tree.length }.encode()?)?;
        Ok((header.info(tree.length, Digest::from_bytes(root), self.keys), self.output))
    }
}

/// Seals what `input` gives until its end, into `output`. `progress` is told how many bytes of the document are done.
///
/// # Errors
/// As [`ParcelWriter::new`] and [`ParcelWriter::write`]; what reading fails with.
pub fn seal(
    request: &SealRequest<'_>,
    input: &mut (dyn Read + Send),
    output: &mut (dyn Write + Send),
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
    let mut writer = ParcelWriter::new(request, output)?;
    let ParcelWriter { body: Body { sealer, tree }, output, threads, .. } = &mut writer;
    let sealer = &*sealer;
    let (mut next, mut ended) = (0, false);
    // The byte that shows that there is more.
    let mut ahead = [0];
    let read = |piece: &mut Piece| {
        if ended {
            return Ok(None);
        }
        piece.clear();
        if next > 0 {
            piece.fill(&mut ahead.as_slice())?;
        }
        piece.fill(input)?;
        ended = !piece.is_full() || chunk::fill(input, &mut ahead)? == 0;
        sealer.number(&mut next, ended, piece);
        Ok(Some(()))
    };
    ordered_pipeline::run(
        &RunOptions { threads: *threads, progress },
        || sealer.piece(),
        read,
        |piece, ()| sealer.seal(piece),
        |piece, ()| tree.write(&sealer.header, piece, output),
    )?;
    let (info, _) = writer.end()?;
    progress(info.length);
    Ok(info)
}
