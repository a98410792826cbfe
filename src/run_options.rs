//! How work on many pieces runs: on how many threads, and who hears how far it is.

/// The most threads that work.
const THREADS_MAX: usize = 256;

/// How work on many pieces runs.
#[derive(Clone, Copy)]
pub struct RunOptions<'a> {
    /// How many threads work, at most 256; 0 for one on each core.
    pub threads: usize,
    /// Is told now and then how far the work is: bytes or files, as the function says.
    pub progress: &'a dyn Fn(u64),
}

impl RunOptions<'_> {
    /// One thread, the caller's.
    pub(crate) const SINGLE: RunOptions<'static> = RunOptions { threads: 1, progress: &|_| () };

    /// How many threads are meant.
    pub(crate) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
        .min(THREADS_MAX)
    }

    /// The same on no more threads than there are pieces.
    pub(crate) fn for_pieces(&self, pieces: u64) -> Self {
        let threads = if pieces > 1 { self.thread_count() } else { 1 };
        Self { threads: threads.min(usize::try_from(pieces).unwrap_or(threads)).max(1), ..*self }
    }
}

/// One thread on each core, and nobody hears of it.
impl Default for RunOptions<'_> {
    fn default() -> Self {
        Self { threads: 0, progress: &|_| () }
    }
}
