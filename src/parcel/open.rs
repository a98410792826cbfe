//! Opening: the author first, then the key, then chunk by chunk.

use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use subtle::ConstantTimeEq;

use super::chunk::{self, Run};
use super::format::{self, Header, ParcelInfo, Shape, fill};
use super::seal::SIGN;
use super::slot::Slot;
use super::tree::{self, GROUP, Hash};
use super::turns;
use crate::RunOptions;
use crate::aead::TAG_BYTES;
use crate::fs::ReadAt;
use crate::keyring::Key;
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
    leaves: Mutex<Option<(u64, Arc<Vec<Hash>>)>>,
}

/// The key of a parcel's chunks.
pub struct Content(SecretArray<32>);

impl<R: ReadAt> Parcel<R> {
    /// Reads a parcel that one of `trusted` signed.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`] if it is no parcel; [`Error::Rejected`] if somebody else signed it, or if it was
    /// changed; what reading fails with.
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
        let mut slots = vec![0; 2 * header.slot()];
        fill(&source, &mut slots, header.bytes.len() as u64)?;
        let (signature, shape) = format::footer(&source, &header)?;
        let mut top = vec![0; usize::try_from(32 * shape.groups()).map_err(|_| Error::TooLarge)?];
        fill(&source, &mut top, shape.top_at())?;
        let root = tree::root(&header.bytes, shape.length, &top);
        let signature = Signature::decode(Reader::new(&signature))?;
        signature.verify(SIGN, &root, &header.signer, &trusted(&header.signer))?;
        let keys = Slot::in_force(&header.bytes, &slots)?.0.keys().collect();
        let info = ParcelInfo {
            id: header.id.clone(),
            revision: header.revision,
            vault: header.vault,
            signer: header.signer,
            length: shape.length,
            root: Digest::from_bytes(root),
            chunk_bytes: 1 << header.chunk_log,
            keys,
        };
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
    /// [`Error::NoKey`] if its key is wrapped under none of them; [`Error::Rejected`] if what was wrapped is not its key.
    pub fn unlock(&self, keys: &[&Key]) -> Result<Content, Error> {
        let (slot, _) = Slot::in_force(&self.header.bytes, &self.slots)?;
        content(&self.header, &slot, keys).map(|(_, chunks)| Content(chunks))
    }

    /// Reads into `buffer` from `offset`, and says how many bytes; fewer than there is room for only at the end of the document.
    ///
    /// # Errors
    /// [`Error::Rejected`] if a chunk was changed; what reading fails with.
    pub fn read_at(&self, content: &Content, offset: u64, buffer: &mut [u8]) -> Result<usize, Error> {
        let chunk = usize::try_from(self.shape.chunk).map_err(|_| Error::TooLarge)?;
        let mut room = SecretBytes::zeroed(chunk + TAG_BYTES);
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let at = offset.saturating_add(done as u64);
            if at >= self.shape.length {
                break;
            }
            let sealed = self.opened(content, at / self.shape.chunk, 1, room.expose_secret_mut())?;
            let plain = sealed.get(..sealed.len().saturating_sub(TAG_BYTES)).unwrap_or_default();
            let skip = usize::try_from(at % self.shape.chunk).map_err(|_| Error::TooLarge)?;
            let part = plain.get(skip..).unwrap_or_default();
            let len = part.len().min(rest.len());
            if let (Some(to), Some(from)) = (rest.get_mut(..len), part.get(..len)) {
                to.copy_from_slice(from);
            }
            done += len;
        }
        Ok(done)
    }

    /// Writes a range of the document to `out`, or what there is of it, and returns how many bytes. Nothing is written before its
    /// chunk held. The progress is how many bytes are done.
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
        let (offset, length) = (range.start, range.end.saturating_sub(range.start));
        let chunk = usize::try_from(self.shape.chunk).map_err(|_| Error::TooLarge)?;
        let end = offset.saturating_add(length).min(self.shape.length);
        let room = || (SecretBytes::zeroed(self.room()), 0, 0);
        let mut next = offset;
        let take = |(_, from, to): &mut (SecretBytes, u64, u64)| {
            (*from, *to) = (next, end.min(self.turn_after(next)));
            next = *to;
            Ok(from < to)
        };
        let work = |(room, from, to): &mut (SecretBytes, u64, u64)| {
            let first = *from / self.shape.chunk;
            self.opened(content, first, to.div_ceil(self.shape.chunk) - first, room.expose_secret_mut())?;
            Ok(())
        };
        let give = |(room, from, to): &mut (SecretBytes, u64, u64)| {
            let mut place = *from - *from % self.shape.chunk;
            for sealed in room.expose_secret().chunks(chunk + TAG_BYTES) {
                let start = usize::try_from(from.saturating_sub(place)).map_err(|_| Error::TooLarge)?;
                let stop = usize::try_from(to.saturating_sub(place)).map_err(|_| Error::TooLarge)?.min(chunk);
                out.write_all(sealed.get(start..stop).unwrap_or_default())?;
                place += self.shape.chunk;
            }
            Ok(*to - offset)
        };
        turns::take(self.threads(run.threads, length), run.progress, room, take, work, give)?;
        let done = end.saturating_sub(offset);
        (run.progress)(done);
        Ok(done)
    }

    /// Checks that every chunk is what was signed. Takes no key. The progress is how many bytes are done.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not; what reading fails with.
    pub fn verify_integrity(&self, run: &RunOptions<'_>) -> Result<(), Error> {
        let chunk = usize::try_from(self.shape.chunk).map_err(|_| Error::TooLarge)?;
        let room = || (vec![0; self.room()], 0, 0);
        let mut next = 0;
        let take = |(_, from, to): &mut (Vec<u8>, u64, u64)| {
            (*from, *to) = (next, self.shape.chunks.min(next + chunk::turn(chunk) as u64));
            next = *to;
            Ok(from < to)
        };
        let work = |(room, from, to): &mut (Vec<u8>, u64, u64)| {
            let (sealed, leaves) = self.sealed(*from, *to - *from, room)?;
            chunk::check(chunk, sealed, leaves.get())
        };
        let give = |(_, _, to): &mut (Vec<u8>, u64, u64)| Ok((*to * self.shape.chunk).min(self.shape.length));
        turns::take(self.threads(run.threads, self.shape.length), run.progress, room, take, work, give)?;
        (run.progress)(self.shape.length);
        Ok(())
    }

    /// How many threads work on so many bytes.
    fn threads(&self, asked: usize, length: u64) -> usize {
        if length <= self.shape.chunk { 1 } else { chunk::threads(asked) }
    }

    /// How many bytes of the file one thread takes in one turn.
    fn room(&self) -> usize {
        let chunk = 1 << self.header.chunk_log;
        chunk::turn(chunk) * (chunk + TAG_BYTES)
    }

    /// Where in the document the turn ends that `offset` is in.
    fn turn_after(&self, offset: u64) -> u64 {
        let turn = chunk::turn(1 << self.header.chunk_log) as u64 * self.shape.chunk;
        (offset / turn + 1).saturating_mul(turn)
    }

    /// Chunks as [`Parcel::sealed`] reads them, opened in their places.
    fn opened<'a>(&self, content: &Content, first: u64, count: u64, room: &'a mut [u8]) -> Result<&'a [u8], Error> {
        let (sealed, leaves) = self.sealed(first, count, room)?;
        let chunk = usize::try_from(self.shape.chunk).map_err(|_| Error::TooLarge)?;
        let run = Run { chunk, first, last: self.shape.chunks - 1 };
        chunk::open(&content.0, run, sealed, leaves.get())?;
        Ok(sealed)
    }

    /// Up to `count` chunks from `first`, as far as their group goes, read to the start of `room`; and their leaves, which hold.
    fn sealed<'a>(&self, first: u64, count: u64, room: &'a mut [u8]) -> Result<(&'a mut [u8], Leaves), Error> {
        let group = first / GROUP;
        let count = count.min(group * GROUP + self.shape.chunks_of(group) - first).max(1);
        let end = self.shape.chunk_at(first + count - 1) + self.shape.sealed(first + count - 1);
        let len = usize::try_from(end - self.shape.chunk_at(first)).map_err(|_| Error::TooLarge)?;
        let sealed = room.get_mut(..len).ok_or(Error::TooLarge)?;
        fill(&self.source, sealed, self.shape.chunk_at(first))?;
        let place = usize::try_from(first % GROUP).map_err(|_| Error::TooLarge)?;
        let count = usize::try_from(count).map_err(|_| Error::TooLarge)?;
        Ok((sealed, Leaves { group: self.leaves(group)?, place, count }))
    }

    /// The leaves of a group, checked against its node.
    fn leaves(&self, group: u64) -> Result<Arc<Vec<Hash>>, Error> {
        let lock = || self.leaves.lock().map_err(|_| Error::Unavailable);
        if let Some((kept, leaves)) = lock()?.as_ref()
            && *kept == group
        {
            return Ok(Arc::clone(leaves));
        }
        let mut bytes = vec![0; usize::try_from(32 * self.shape.chunks_of(group)).map_err(|_| Error::TooLarge)?];
        fill(&self.source, &mut bytes, self.shape.leaves_at(group))?;
        let place = usize::try_from(group).map_err(|_| Error::TooLarge)?;
        if self.top.as_chunks::<32>().0.get(place) != Some(&tree::node(&bytes)) {
            return Err(Error::Rejected);
        }
        let leaves = Arc::new(bytes.as_chunks::<32>().0.to_vec());
        *lock()? = Some((group, Arc::clone(&leaves)));
        Ok(leaves)
    }
}

struct Leaves {
    group: Arc<Vec<Hash>>,
    place: usize,
    count: usize,
}

impl Leaves {
    fn get(&self) -> &[Hash] {
        self.group.get(self.place..self.place + self.count).unwrap_or_default()
    }
}

/// The content key that a slot gives to these keys, and the chunks' key: only if the commitment holds.
pub(super) fn content(
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
