//! Chunks: sealed and opened by number, many at once.

use rayon::prelude::*;

use super::tree::{self, Hash};
use crate::aead::{self, NONCE_BYTES, TAG_BYTES};
use crate::{Error, SecretArray};

/// How many bytes one thread takes in one turn: what it works on stays in its cache.
const TURN: usize = 512 << 10;

/// Who does the work: one thread, or a pool.
pub(super) struct Workers(Option<rayon::ThreadPool>, usize);

/// How many chunks one thread takes in one turn; a group is a multiple of it.
pub(super) fn turn(chunk: usize) -> usize {
    (TURN / chunk).max(1)
}

/// How many bytes chunks with `plain` bytes in them become.
pub(super) fn sealed(chunk: usize, plain: usize) -> usize {
    plain + plain.div_ceil(chunk).max(1) * TAG_BYTES
}

/// How many threads are meant: 0 is one for each core.
pub(super) fn threads(asked: usize) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    if asked == 0 { cores() } else { asked.min(256) }
}

impl Workers {
    pub(super) fn new(threads: usize) -> Result<Self, Error> {
        if threads == 1 {
            return Ok(Self(None, 1));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| Error::Unavailable)?;
        Ok(Self(Some(pool), threads))
    }

    /// How many bytes to take at once: whole chunks, a turn for each thread.
    pub(super) fn batch(&self, chunk: usize) -> usize {
        turn(chunk) * chunk * self.1
    }
}

fn nonce(at: u64, last: bool) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    if let Some((end, _)) = nonce.split_last_chunk_mut::<8>().map(|(front, end)| (end, front)) {
        *end = at.to_be_bytes();
    }
    if let Some(flag) = nonce.get_mut(15) {
        *flag = last.into();
    }
    nonce
}

/// Seals the chunks of `plain`, the first of which has the number `first`, into `out`, which has room for all of it and the tags; and
/// gives their leaves.
pub(super) fn seal(
    workers: &Workers,
    key: &SecretArray<32>,
    chunk: usize,
    first: u64,
    last: bool,
    plain: &[u8],
    out: &mut [u8],
) -> Result<Vec<Hash>, Error> {
    let count = plain.len().div_ceil(chunk).max(1) as u64;
    let one = |(at, (plain, out)): (usize, (&[u8], &mut [u8]))| {
        let last = last && at as u64 + 1 == count;
        aead::seal_into(key.expose_secret(), &nonce(first + at as u64, last), &[], plain, out)?;
        Ok(tree::leaf(out))
    };
    if plain.is_empty() {
        return Ok(vec![one((0, (plain, out)))?]);
    }
    let size = chunk + TAG_BYTES;
    match &workers.0 {
        Some(pool) => {
            pool.install(|| plain.par_chunks(chunk).zip(out.par_chunks_mut(size)).enumerate().map(one).collect())
        }
        None => plain.chunks(chunk).zip(out.chunks_mut(size)).enumerate().map(one).collect(),
    }
}

/// Which chunks of a parcel stand in a buffer.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) chunk: usize,
    pub(super) first: u64,
    /// The number of the parcel's last chunk.
    pub(super) last: u64,
}

/// Opens the chunks in `sealed` in their places, where the tags stay behind them; each only if it has its leaf and its tag holds.
pub(super) fn open(key: &SecretArray<32>, run: Run, sealed: &mut [u8], leaves: &[Hash]) -> Result<(), Error> {
    sealed.chunks_mut(run.chunk + TAG_BYTES).zip(leaves).zip(run.first..).try_for_each(
        |((sealed, expected), number)| {
            if tree::leaf(sealed) != *expected {
                return Err(Error::Rejected);
            }
            aead::open_slice(key.expose_secret(), &nonce(number, number == run.last), &[], sealed)
        },
    )
}

/// Whether the chunks in `sealed` have their leaves. Takes no key.
pub(super) fn check(chunk: usize, sealed: &[u8], leaves: &[Hash]) -> Result<(), Error> {
    let whole = sealed.chunks(chunk + TAG_BYTES).zip(leaves).all(|(sealed, expected)| tree::leaf(sealed) == *expected);
    if whole { Ok(()) } else { Err(Error::Rejected) }
}
