//! Header, shape and footer. No keys are involved.

use std::io;

use serde::Serialize;

use super::slot;
use super::tree::GROUP;
use crate::aead::TAG_BYTES;
use crate::fs::ReadAt;
use crate::sodium::hash;
use crate::types::{Digest, KeyId, Pin, VaultId};
use crate::wire::Reader;
use crate::{Error, SecretArray};

/// What a parcel begins with.
pub const MAGIC: &[u8; 8] = b"secenvP\x01";

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

/// The immutable header.
pub(super) struct Header {
    pub(super) bytes: Vec<u8>,
    pub(super) id: String,
    pub(super) revision: u64,
    pub(super) vault: VaultId,
    pub(super) signer: Pin,
    pub(super) chunk_log: u8,
    pub(super) capacity: u8,
}

/// The keys that follow from a content key: the commitment, and the chunks' key.
pub(super) fn derive(content: &[u8; 32], head: &[u8]) -> Result<(SecretArray<32>, SecretArray<32>), Error> {
    let commitment = hash::fields(content, &[b"secenv parcel 1 commitment", head])?;
    Ok((commitment, hash::fields(content, &[b"secenv parcel 1 chunks", head])?))
}

impl Header {
    /// The header from its fields, and the chunks' key.
    #[expect(clippy::too_many_arguments, reason = "the fields of the format, in its order")]
    pub(super) fn new(
        content: &[u8; 32],
        chunk_log: u8,
        capacity: u8,
        revision: u64,
        vault: &VaultId,
        salt: &[u8; 32],
        signer: &Pin,
        id: &str,
    ) -> Result<(Self, SecretArray<32>), Error> {
        let mut bytes =
            [MAGIC.as_slice(), &[1, chunk_log, capacity, 0], &revision.to_be_bytes(), vault.as_bytes()].concat();
        bytes.extend_from_slice(salt);
        bytes.extend_from_slice(signer.as_bytes());
        bytes.extend_from_slice(&u16::try_from(id.len()).map_err(|_| Error::InvalidArgument)?.to_be_bytes());
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&[0, 0]);
        let (commitment, key) = derive(content, &bytes)?;
        bytes.extend_from_slice(commitment.expose_secret());
        let header = Self::parse(&bytes).map_err(|_| Error::InvalidArgument)?;
        Ok((header, key))
    }

    /// The header at the front of `front`, behind which anything may stand.
    pub(super) fn parse(front: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader::after(MAGIC, front)?;
        let (suite, chunk_log, capacity, flags) = (fields.u8()?, fields.u8()?, fields.u8()?, fields.u8()?);
        let revision = fields.u63()?;
        if suite != 1 || flags != 0 || !(12..=20).contains(&chunk_log) || capacity == 0 || revision == 0 {
            return Err(Error::Malformed);
        }
        if usize::from(capacity) > slot::WRAPS_MAX {
            return Err(Error::TooLarge);
        }
        let vault = fields.value()?;
        let (_salt, signer) = (fields.array::<32>()?, fields.value()?);
        let id = fields.document_id()?.to_owned();
        fields.extensions()?;
        fields.array::<32>()?;
        let bytes = fields.read_so_far().to_vec();
        Ok(Self { bytes, id, revision, vault, signer, chunk_log, capacity })
    }

    /// The header at the front of a file.
    pub(super) fn read(source: &(impl ReadAt + ?Sized)) -> Result<Self, Error> {
        let mut front = vec![0; HEADER_MAX];
        let read = fill_some(source, &mut front, 0)?;
        Self::parse(front.get(..read).ok_or(Error::Malformed)?)
    }

    /// The header without the commitment, and the commitment.
    pub(super) fn split(&self) -> Result<(&[u8], &[u8; 32]), Error> {
        self.bytes.split_last_chunk().ok_or(Error::Malformed)
    }

    pub(super) fn slot(&self) -> usize {
        slot::len(self.capacity)
    }

    /// Where the chunks begin.
    pub(super) fn front(&self) -> u64 {
        (self.bytes.len() + 2 * self.slot()) as u64
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
        let chunk = 1 << header.chunk_log;
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
    pub(super) fn sealed(&self, at: u64) -> u64 {
        (self.length - at * self.chunk).min(self.chunk) + TAG_BYTES as u64
    }

    pub(super) fn chunk_at(&self, at: u64) -> u64 {
        self.front + at * (self.chunk + TAG_BYTES as u64) + at / GROUP * GROUP * 32
    }

    pub(super) fn leaves_at(&self, group: u64) -> u64 {
        let last = group * GROUP + self.chunks_of(group) - 1;
        self.chunk_at(last) + self.sealed(last)
    }

    pub(super) fn top_at(&self) -> u64 {
        let last = self.groups() - 1;
        self.leaves_at(last) + 32 * self.chunks_of(last)
    }

    pub(super) fn footer_at(&self) -> u64 {
        self.top_at() + 32 * self.groups()
    }
}

/// The footer: `lp16(spki) || lp16(signature)`, and the shape that goes with its length.
pub(super) fn footer(source: &(impl ReadAt + ?Sized), header: &Header) -> Result<(Vec<u8>, Shape), Error> {
    let size = source.size()?;
    let mut tail = [0; TAIL];
    fill(source, &mut tail, size.checked_sub(TAIL as u64).ok_or(Error::Malformed)?)?;
    let mut fields = Reader::new(&tail);
    let (length, len) = (fields.u63()?, usize::from(fields.u16()?));
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
    Ok((signature, shape))
}

/// What stands behind the top.
pub(super) fn write_footer(signature: &[u8], length: u64) -> Result<Vec<u8>, Error> {
    let len = u16::try_from(signature.len()).map_err(|_| Error::TooLarge)?;
    Ok([signature, &length.to_be_bytes(), &len.to_be_bytes()].concat())
}
