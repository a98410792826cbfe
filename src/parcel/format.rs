//! Header, shape and footer. No keys are involved.

use std::io;

use serde::Serialize;

use super::slot;
use super::tree::GROUP;
use crate::aead::TAG_BYTES;
use crate::fs::ReadAt;
use crate::sodium::hash;
use crate::types::{Digest, KeyId, Pin, VaultId};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray};

/// What a parcel begins with.
pub const MAGIC: &[u8; 8] = b"secenvP\x01";

const SUITE: u8 = 1;
const FLAGS: u8 = 0;
const COMMITMENT: usize = 32;
/// The longest document.
const LENGTH_MAX: u64 = 1 << 48;
const CHUNKS_MAX: u64 = 1 << 28;
/// The longest immutable header: the longest id and extensions.
const HEADER_MAX: usize = 100 + 2 + 128 + 2 + 4096 + 32;
/// `u64(length) || u16(size)`
const TAIL: usize = 10;
const SIGNATURE_MAX: usize = 2 + 2048 + 2 + 1024;

/// Fills `buffer` from `offset`; a file that ends before is `Malformed`.
pub(super) fn fill(source: &(impl ReadAt + ?Sized), buffer: &mut [u8], offset: u64) -> Result<(), Error> {
    let read = fill_some(source, buffer, offset)?;
    if read == buffer.len() { Ok(()) } else { Err(Error::Malformed) }
}

/// Fills `buffer` as far as the file goes.
fn fill_some(source: &(impl ReadAt + ?Sized), buffer: &mut [u8], offset: u64) -> Result<usize, Error> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        let at = offset.checked_add(done as u64).ok_or(Error::TooLarge)?;
        match source.read_at(rest, at) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(done)
}

/// What a parcel says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ParcelInfo {
    /// The document.
    pub id: String,
    /// Its revision, from 1.
    pub revision: u64,
    /// The vault that it is for.
    pub vault: VaultId,
    /// The pin of who signed it.
    pub signer: Pin,
    /// The length of the document in bytes.
    pub length: u64,
    /// The root of its tree.
    pub root: Digest,
    /// The length of a chunk in bytes.
    pub chunk_bytes: u32,
    /// The ids of the keys under which its key is wrapped.
    pub keys: Vec<KeyId>,
}

/// What the immutable header says, but for its commitment.
pub(super) struct HeaderFields {
    pub(super) chunk_log: u8,
    pub(super) capacity: u8,
    pub(super) revision: u64,
    pub(super) vault: VaultId,
    pub(super) salt: [u8; 32],
    pub(super) signer: Pin,
    pub(super) id: String,
}

impl HeaderFields {
    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.u8(SUITE);
        writer.u8(self.chunk_log);
        writer.u8(self.capacity);
        writer.u8(FLAGS);
        writer.u64(self.revision);
        writer.bytes(self.vault.as_bytes());
        writer.bytes(&self.salt);
        writer.bytes(self.signer.as_bytes());
        writer.lp16(self.id.as_bytes())?;
        writer.no_extensions();
        Ok(())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (suite, chunk_log, capacity, flags) = (reader.u8()?, reader.u8()?, reader.u8()?, reader.u8()?);
        let revision = reader.u63()?;
        if suite != SUITE || flags != FLAGS || !(12..=20).contains(&chunk_log) || capacity == 0 || revision == 0 {
            return Err(Error::Malformed);
        }
        if usize::from(capacity) > slot::WRAPS_MAX {
            return Err(Error::TooLarge);
        }
        let (vault, salt, signer) = (reader.value()?, *reader.array()?, reader.value()?);
        let id = reader.document_id()?.to_owned();
        reader.extensions()?;
        Ok(Self { chunk_log, capacity, revision, vault, salt, signer, id })
    }
}

/// The immutable header.
pub(super) struct Header {
    pub(super) bytes: Vec<u8>,
    pub(super) fields: HeaderFields,
}

/// The keys that follow from a content key: the commitment, and the chunks' key.
pub(super) fn derive(content: &[u8; 32], head: &[u8]) -> Result<(SecretArray<32>, SecretArray<32>), Error> {
    let commitment = hash::fields(content, &[b"secenv parcel 1 commitment", head])?;
    Ok((commitment, hash::fields(content, &[b"secenv parcel 1 chunks", head])?))
}

impl Header {
    /// The header with these fields for a content key, and the chunks' key.
    pub(super) fn new(fields: HeaderFields, content: &SecretArray<32>) -> Result<(Self, SecretArray<32>), Error> {
        let head = wire::public(MAGIC, |writer| fields.encode(writer)).map_err(|_| Error::InvalidArgument)?;
        let (commitment, key) = derive(content.expose_secret(), &head)?;
        let bytes = [head.as_slice(), commitment.expose_secret()].concat();
        // What could not be read again is no header.
        Self::parse(&bytes).map(|header| (header, key)).map_err(|_| Error::InvalidArgument)
    }

    /// The header at the front of `front`, after which anything may stand.
    fn parse(front: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::after(MAGIC, front)?;
        let fields = HeaderFields::decode(&mut reader)?;
        reader.array::<COMMITMENT>()?;
        Ok(Self { bytes: reader.read_so_far().to_vec(), fields })
    }

    /// The header at the front of a file.
    pub(super) fn read(source: &(impl ReadAt + ?Sized)) -> Result<Self, Error> {
        let mut front = vec![0; HEADER_MAX];
        let read = fill_some(source, &mut front, 0)?;
        front.truncate(read);
        Self::parse(&front)
    }

    /// The header without the commitment, and the commitment.
    pub(super) fn split(&self) -> Result<(&[u8], &[u8; COMMITMENT]), Error> {
        self.bytes.split_last_chunk().ok_or(Error::Internal)
    }

    /// How long a slot is.
    pub(super) fn slot_len(&self) -> usize {
        slot::len(self.fields.capacity)
    }

    /// Where the chunks begin.
    pub(super) fn front(&self) -> u64 {
        (self.bytes.len() + 2 * self.slot_len()) as u64
    }

    /// What a parcel with this header says of itself.
    pub(super) fn info(&self, length: u64, root: Digest, keys: Vec<KeyId>) -> ParcelInfo {
        let HeaderFields { chunk_log, revision, vault, signer, ref id, .. } = self.fields;
        ParcelInfo { id: id.clone(), revision, vault, signer, length, root, chunk_bytes: 1 << chunk_log, keys }
    }
}

/// Where everything is in a parcel of a length.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    front: u64,
    pub(super) chunk: u64,
    pub(super) length: u64,
    pub(super) chunks: u64,
}

impl Shape {
    pub(super) fn new(header: &Header, length: u64) -> Result<Self, Error> {
        let chunk = 1 << header.fields.chunk_log;
        let chunks = length.div_ceil(chunk).max(1);
        if length > LENGTH_MAX || chunks > CHUNKS_MAX {
            return Err(Error::TooLarge);
        }
        Ok(Self { front: header.front(), chunk, length, chunks })
    }

    pub(super) fn groups(&self) -> u64 {
        self.chunks.div_ceil(GROUP)
    }

    /// How many chunks a group has.
    pub(super) fn chunks_of(&self, group: u64) -> u64 {
        (self.chunks - group * GROUP).min(GROUP)
    }

    /// How long a chunk is, sealed.
    fn sealed(&self, at: u64) -> u64 {
        (self.length - at * self.chunk).min(self.chunk) + TAG_BYTES as u64
    }

    pub(super) fn chunk_at(&self, at: u64) -> u64 {
        self.front + at * (self.chunk + TAG_BYTES as u64) + at / GROUP * GROUP * 32
    }

    /// Where a chunk ends.
    pub(super) fn chunk_end(&self, at: u64) -> u64 {
        self.chunk_at(at) + self.sealed(at)
    }

    pub(super) fn leaves_at(&self, group: u64) -> u64 {
        self.chunk_end(group * GROUP + self.chunks_of(group) - 1)
    }

    pub(super) fn top_at(&self) -> u64 {
        let last = self.groups() - 1;
        self.leaves_at(last) + 32 * self.chunks_of(last)
    }

    pub(super) fn footer_at(&self) -> u64 {
        self.top_at() + 32 * self.groups()
    }
}

/// What comes after the top: who signed and the signature, and at the very end how long the document and they are.
pub(super) struct Footer {
    pub(super) signature: Vec<u8>,
    pub(super) length: u64,
}

impl Footer {
    pub(super) fn encode(&self) -> Result<Vec<u8>, Error> {
        wire::public(&self.signature, |writer| {
            writer.u64(self.length);
            writer.u16(u16::try_from(self.signature.len()).map_err(|_| Error::TooLarge)?);
            Ok(())
        })
    }

    /// The footer at the end of a file, and the shape that goes with its length.
    pub(super) fn read(source: &(impl ReadAt + ?Sized), header: &Header) -> Result<(Self, Shape), Error> {
        let size = source.size()?;
        let mut tail = [0; TAIL];
        fill(source, &mut tail, size.checked_sub(TAIL as u64).ok_or(Error::Malformed)?)?;
        let mut reader = Reader::new(&tail);
        let (length, len) = (reader.u63()?, usize::from(reader.u16()?));
        // A file that was cut or extended claims anything: what it cannot hold is damage, and no limit.
        if len > SIGNATURE_MAX || length > size {
            return Err(Error::Malformed);
        }
        let shape = Shape::new(header, length)?;
        if shape.footer_at() + (len + TAIL) as u64 != size {
            return Err(Error::Malformed);
        }
        let mut signature = vec![0; len];
        fill(source, &mut signature, shape.footer_at())?;
        Ok((Self { signature, length }, shape))
    }
}
