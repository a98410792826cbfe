//! Opening: the author first, then the key, then chunk by chunk.

use std::io::Write;
use std::ops::Range;
use std::sync::Mutex;

use subtle::ConstantTimeEq;

use super::chunk::{self, Span};
use super::format::{self, Footer, Header, ParcelInfo, Shape, fill};
use super::slot::Slot;
use super::tree::{self, GROUP, Hash};
use super::writer::SIGN;
use crate::RunOptions;
use crate::aead::TAG_BYTES;
use crate::fs::ReadAt;
use crate::keyring::Key;
use crate::ordered_pipeline;
use crate::signed_file::Signature;
use crate::types::{Digest, Pin};
use crate::wire::Reader;
use crate::{Error, SecretArray, SecretBytes};

/// A parcel whose author was checked. Its content was not looked at yet.
pub struct Parcel<R> {
    source: R,
    header: Header,
    shape: Shape,
    slots: Vec<u8>,
    top: Vec<u8>,
    info: ParcelInfo,
    /// The leaves that were checked last, and their group.
    leaves: Mutex<Option<(u64, Vec<Hash>)>>,
}

/// The key of a parcel's chunks.
pub struct Content(SecretArray<32>);

impl<R: ReadAt> Parcel<R> {
    /// Reads a parcel that one of `trusted` signed.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no parcel; [`Error::Rejected`] if somebody else signed it,
    /// or if it was changed; what reading fails with.
    pub fn open(source: R, trusted: &[Pin]) -> Result<Self, Error> {
        Self::with(source, |_| trusted.to_vec())
    }

    /// As [`Parcel::open`], but takes whoever the parcel names: to look at it, not to believe it.
    ///
    /// # Errors
    /// As [`Parcel::open`].
    pub fn open_untrusted(source: R) -> Result<Self, Error> {
        Self::with(source, |signer| vec![*signer])
    }

    fn with(source: R, trusted: impl FnOnce(&Pin) -> Vec<Pin>) -> Result<Self, Error> {
        let header = Header::read(&source)?;
        let mut slots = vec![0; 2 * header.slot_len()];
        fill(&source, &mut slots, header.bytes.len() as u64)?;
        let (footer, shape) = Footer::read(&source, &header)?;
        let mut top = vec![0; usize::try_from(32 * shape.groups()).map_err(|_| Error::TooLarge)?];
        fill(&source, &mut top, shape.top_at())?;
        let root = tree::root(&header.bytes, shape.length, &top);
        let signer = &header.fields.signer;
        Signature::decode(Reader::new(&footer.signature))?.verify(SIGN, &root, signer, &trusted(signer))?;
        let keys = Slot::in_force(&header.bytes, &slots)?.0.keys().collect();
        let info = header.info(shape.length, Digest::from_bytes(root), keys);
        Ok(Self { source, header, shape, slots, top, info, leaves: Mutex::new(None) })
    }

    /// What it says of itself, signed but for the names of the keys.
    pub fn info(&self) -> &ParcelInfo {
        &self.info
    }

    /// Whether the other is this parcel under the very same wraps.
    pub fn is_same<S>(&self, other: &Parcel<S>) -> bool {
        self.info == other.info && self.slots == other.slots
    }

    /// The key of the chunks, with one of these keys, of which destroyed ones do not count.
    ///
    /// # Errors
    /// [`Error::NoKey`] if its key is wrapped under none of them; [`Error::Rejected`] if what was wrapped is not its
    /// key.
    pub fn unlock(&self, keys: &[&Key]) -> Result<Content, Error> {
        let (slot, _) = Slot::in_force(&self.header.bytes, &self.slots)?;
        content_key(&self.header, &slot, keys).map(|(_, chunks)| Content(chunks))
    }

    /// Reads into `buffer` from `offset`, and returns how many bytes; fewer than `buffer` has only at the end of the
    /// document.
    ///
    /// # Errors
    /// [`Error::Rejected`] if a chunk was changed; what reading fails with.
    pub fn read_at(&self, content: &Content, offset: u64, mut buffer: &mut [u8]) -> Result<usize, Error> {
        let end = offset.saturating_add(buffer.len() as u64);
        let read = self.copy(content, offset..end, &mut buffer, &RunOptions::SINGLE)?;
        usize::try_from(read).map_err(|_| Error::Internal)
    }

    /// Writes a range of the document to `out`, or what there is of it, and returns how many bytes. Nothing is written
    /// before its chunk was checked. The progress is how many bytes are done.
    ///
    /// # Errors
    /// As [`Parcel::read_at`]; what writing fails with.
    pub fn copy(
        &self,
        content: &Content,
        range: Range<u64>,
        out: &mut (dyn Write + Send),
        run: &RunOptions<'_>,
    ) -> Result<u64, Error> {
        let (start, end) = (range.start, range.end.min(self.shape.length));
        if start >= end {
            return Ok(0);
        }
        let (chunk, size) = (self.shape.chunk, self.chunk()? + TAG_BYTES);
        let open = |span: &Span, sealed: &mut [u8], leaves: &[Hash]| chunk::open(&content.0, span, sealed, leaves);
        let write = |chunks: Range<u64>, opened: &[u8]| {
            for (number, opened) in chunks.clone().zip(opened.chunks(size)) {
                // Which bytes of this chunk are in the range.
                let [from, to] = [start, end].map(|place| place.saturating_sub(number * chunk).min(chunk) as usize);
                out.write_all(opened.get(from..to).ok_or(Error::Internal)?)?;
            }
            Ok((chunks.end * chunk).min(end) - start)
        };
        self.read(start / chunk..end.div_ceil(chunk), run, open, write)?;
        (run.progress)(end - start);
        Ok(end - start)
    }

    /// Checks that every chunk is what was signed. Takes no key. The progress is how many bytes are done.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not; what reading fails with.
    pub fn verify_integrity(&self, run: &RunOptions<'_>) -> Result<(), Error> {
        let done = |chunks: Range<u64>, _: &[u8]| Ok((chunks.end * self.shape.chunk).min(self.shape.length));
        self.read(0..self.shape.chunks, run, chunk::check, done)?;
        (run.progress)(self.shape.length);
        Ok(())
    }

    fn chunk(&self) -> Result<usize, Error> {
        usize::try_from(self.shape.chunk).map_err(|_| Error::TooLarge)
    }

    /// Reads chunks from the file, hands them with their leaves, which are checked, to `process`, and what that makes
    /// of them in their places to `write`, in order.
    fn read(
        &self,
        chunks: Range<u64>,
        run: &RunOptions<'_>,
        process: impl Fn(&Span, &mut [u8], &[Hash]) -> Result<(), Error> + Sync,
        mut write: impl FnMut(Range<u64>, &[u8]) -> Result<u64, Error> + Send,
    ) -> Result<(), Error> {
        let chunk = self.chunk()?;
        let per_piece = chunk::per_piece(chunk) as u64;
        let most = per_piece.min(chunks.end - chunks.start);
        let space = usize::try_from(most * (self.shape.chunk + TAG_BYTES as u64)).map_err(|_| Error::TooLarge)?;
        let mut next = chunks.start;
        let read = |_: &mut SecretBytes| {
            let from = next;
            next = chunks.end.min((from / per_piece + 1) * per_piece);
            Ok((from < next).then_some(from..next))
        };
        let process = |space: &mut SecretBytes, chunks: Range<u64>| {
            let (first, last) = (chunks.start, self.shape.chunks - 1);
            let (start, end) = (self.shape.chunk_at(first), self.shape.chunk_end(chunks.end - 1));
            let len = usize::try_from(end - start).map_err(|_| Error::TooLarge)?;
            let sealed = space.expose_secret_mut().get_mut(..len).ok_or(Error::Internal)?;
            fill(&self.source, sealed, start)?;
            process(&Span { chunk, first, last }, sealed, &self.leaves(chunks.clone())?)?;
            Ok((chunks, len))
        };
        let write = |space: &mut SecretBytes, (chunks, len): (Range<u64>, usize)| {
            write(chunks, space.expose_secret().get(..len).ok_or(Error::Internal)?)
        };
        let run = run.for_pieces((chunks.end - chunks.start).div_ceil(per_piece));
        ordered_pipeline::run(&run, || SecretBytes::zeroed(space), read, process, write)
    }

    /// The leaves of these chunks of one group, checked against its node. Those of the last group are kept, and a
    /// reader that finds the place taken reads them itself: no reader waits for another.
    fn leaves(&self, chunks: Range<u64>) -> Result<Vec<Hash>, Error> {
        let group = chunks.start / GROUP;
        let [from, to] = [chunks.start, chunks.end].map(|number| (number - group * GROUP) as usize);
        let of = |leaves: &[Hash]| leaves.get(from..to).map(<[Hash]>::to_vec).ok_or(Error::Internal);
        if let Ok(kept) = self.leaves.try_lock()
            && let Some((last, leaves)) = kept.as_ref()
            && *last == group
        {
            return of(leaves);
        }
        let mut bytes = vec![0; usize::try_from(32 * self.shape.chunks_of(group)).map_err(|_| Error::TooLarge)?];
        fill(&self.source, &mut bytes, self.shape.leaves_at(group))?;
        let place = usize::try_from(group).map_err(|_| Error::TooLarge)?;
        if self.top.as_chunks::<32>().0.get(place) != Some(&tree::node(&bytes)) {
            return Err(Error::Rejected);
        }
        let leaves = bytes.as_chunks::<32>().0.to_vec();
        let wanted = of(&leaves);
        if let Ok(mut kept) = self.leaves.try_lock() {
            *kept = Some((group, leaves));
        }
        wanted
    }
}

/// The content key that a slot gives to these keys, and the chunks' key: only if the commitment holds.
pub(super) fn content_key(
    header: &Header,
    slot: &Slot<'_>,
    keys: &[&Key],
) -> Result<(SecretArray<32>, SecretArray<32>), Error> {
    let (head, stored) = header.split()?;
    slot.unwrap(&header.bytes, keys, |content| {
        let (commitment, chunks) = format::derive(content, head).ok()?;
        bool::from(commitment.expose_secret().ct_eq(stored)).then(|| (content.into(), chunks))
    })
}
