//! Chunks, sealed and opened by number.

use std::io::{ErrorKind, Read};

use super::format::Header;
use super::tree::{self, Hash};
use crate::aead::{self, NONCE_BYTES, TAG_BYTES};
use crate::{Error, SecretArray, SecretBytes};

/// How many bytes of a document a thread works on at once: they stay in its cache.
const PIECE: usize = 512 << 10;

/// How many chunks a piece has; a group is a multiple of it.
pub(super) fn per_piece(chunk: usize) -> usize {
    (PIECE / chunk).max(1)
}

fn nonce(number: u64, last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    nonce[15] = last.into();
    nonce[16..].copy_from_slice(&number.to_be_bytes());
    nonce
}

/// Some chunks of a document, and what they are sealed.
pub(super) struct Piece {
    plain: SecretBytes,
    filled: usize,
    first: u64,
    last: bool,
    pub(super) sealed: Vec<u8>,
    pub(super) leaves: Vec<Hash>,
}

impl Piece {
    pub(super) fn filled(&self) -> usize {
        self.filled
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled == self.plain.len()
    }

    /// Empties it.
    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }

    /// Fills what is free as far as `input` goes.
    pub(super) fn fill(&mut self, input: &mut dyn Read) -> Result<(), Error> {
        let free = self.plain.expose_secret_mut().get_mut(self.filled..).ok_or(Error::Internal)?;
        self.filled += fill(input, free)?;
        Ok(())
    }
}

/// Fills `space` as far as `input` goes, and returns how far.
pub(super) fn fill(input: &mut dyn Read, space: &mut [u8]) -> Result<usize, Error> {
    let mut filled = 0;
    while let Some(free) = space.get_mut(filled..).filter(|free| !free.is_empty()) {
        match input.read(free) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) => break,
            read => filled += read?,
        }
    }
    Ok(filled)
}

/// Seals pieces, each for itself.
pub(super) struct ChunkSealer {
    pub(super) header: Header,
    key: SecretArray<32>,
    chunk: usize,
}

impl ChunkSealer {
    pub(super) fn new(header: Header, key: SecretArray<32>) -> Self {
        let chunk = 1 << header.fields.chunk_log;
        Self { header, key, chunk }
    }

    pub(super) fn piece(&self) -> Piece {
        let plain = SecretBytes::zeroed(per_piece(self.chunk) * self.chunk);
        Piece { plain, filled: 0, first: 0, last: false, sealed: Vec::new(), leaves: Vec::new() }
    }

    /// Numbers the chunks of the next piece, whether it is the document's last.
    pub(super) fn number(&self, next: &mut u64, last: bool, piece: &mut Piece) {
        (piece.first, piece.last) = (*next, last);
        *next += piece.filled.div_ceil(self.chunk).max(1) as u64;
    }

    pub(super) fn seal(&self, piece: &mut Piece) -> Result<(), Error> {
        let plain = piece.plain.expose_secret().get(..piece.filled).ok_or(Error::Internal)?;
        let count = plain.len().div_ceil(self.chunk).max(1);
        piece.sealed.resize(plain.len() + count * TAG_BYTES, 0);
        piece.leaves.clear();
        // An empty document has one chunk, with nothing in it.
        let plain = plain.chunks(self.chunk).chain([[].as_slice()]);
        for (number, (sealed, plain)) in piece.sealed.chunks_mut(self.chunk + TAG_BYTES).zip(plain).enumerate() {
            let last = piece.last && number + 1 == count;
            let nonce = nonce(piece.first + number as u64, last);
            aead::seal_into(self.key.expose_secret(), &nonce, &[], plain, sealed)?;
            piece.leaves.push(tree::leaf(sealed));
        }
        if piece.leaves.len() == count { Ok(()) } else { Err(Error::Internal) }
    }
}

/// Some chunks of a parcel.
pub(super) struct Span {
    pub(super) chunk: usize,
    pub(super) first: u64,
    /// The number of the parcel's last chunk.
    pub(super) last: u64,
}

/// The chunks in `sealed` with their leaves.
fn with_leaves<'a>(
    span: &Span,
    sealed: &'a mut [u8],
    leaves: &'a [Hash],
) -> Result<impl Iterator<Item = (&'a mut [u8], &'a Hash)>, Error> {
    let chunks = sealed.chunks_mut(span.chunk + TAG_BYTES);
    if chunks.len() == leaves.len() { Ok(chunks.zip(leaves)) } else { Err(Error::Internal) }
}

/// Opens the chunks in `sealed` in their places, where the tags stay after them; each only if it has its leaf and its
/// tag holds.
pub(super) fn open(key: &SecretArray<32>, span: &Span, sealed: &mut [u8], leaves: &[Hash]) -> Result<(), Error> {
    with_leaves(span, sealed, leaves)?.zip(span.first..).try_for_each(|((sealed, leaf), number)| {
        check_leaf(sealed, leaf)?;
        aead::open_slice(key.expose_secret(), &nonce(number, number == span.last), &[], sealed)
    })
}

/// Checks that the chunks in `sealed` have their leaves. Takes no key.
pub(super) fn check(span: &Span, sealed: &mut [u8], leaves: &[Hash]) -> Result<(), Error> {
    with_leaves(span, sealed, leaves)?.try_for_each(|(sealed, leaf)| check_leaf(sealed, leaf))
}

fn check_leaf(sealed: &[u8], leaf: &Hash) -> Result<(), Error> {
    if tree::leaf(sealed) == *leaf { Ok(()) } else { Err(Error::Rejected) }
}
