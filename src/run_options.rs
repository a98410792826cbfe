//! How long work on many pieces runs: on how many threads, and who hears how far it is.

/// How work on many pieces runs.
#[derive(Clone, Copy)]
pub struct RunOptions<'a> {
    /// How many threads work; 0 for one on each core.
    pub threads: usize,
    /// Is told now and then how far the work is: bytes or files, as the function says.
    pub progress: &'a dyn Fn(u64),
}

/// One thread on each core, and nobody hears of it.
impl Default for RunOptions<'_> {
    fn default() -> Self {
        Self { threads: 0, progress: &|_| () }
    }
}
