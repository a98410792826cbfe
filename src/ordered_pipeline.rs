//! Work on many pieces, on threads of its own that end with the call: nothing of it is missing in a child process.
//!
//! [`run`] is an ordered pipeline: what is read is written in that order, and processed at once in between. [`map`] is
//! for pieces that are in memory already.

use std::iter;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

use crate::{Error, RunOptions};

struct Source<R> {
    read: R,
    next: u64,
    ended: bool,
}

struct Sink<W> {
    write: W,
    next: u64,
    stopped: bool,
}

/// Stops all threads if one panics.
struct PanicGuard<'a>(&'a dyn Fn());

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
}

/// Locks what only a panic can have poisoned.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Error> {
    mutex.lock().map_err(|_| Error::Internal)
}

/// Runs `own` on the caller's thread and `others` on all others of so many, and returns what they return.
fn on_threads<T: Send>(
    threads: usize,
    own: impl FnOnce() -> Result<T, Error>,
    others: impl Fn() -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    thread::scope(|scope| {
        // Fewer than asked for are enough.
        let started: Vec<_> =
            (1..threads).map_while(|_| thread::Builder::new().spawn_scoped(scope, &others).ok()).collect();
        let own = own();
        // All are joined before a failure counts.
        let joined = started.into_iter().map(|other| other.join().unwrap_or(Err(Error::Internal)));
        let results: Vec<_> = iter::once(own).chain(joined).collect();
        results.into_iter().collect()
    })
}

/// What `process` makes of each item, in the order of the items. No item waits for another.
///
/// # Errors
/// [`Error::Internal`] if another thread panicked.
pub(crate) fn map<T, R: Send>(
    threads: usize,
    items: impl Iterator<Item = T> + Send,
    process: impl Fn(T) -> R + Sync,
) -> Result<Vec<R>, Error> {
    let items = Mutex::new(items.enumerate());
    let next = || lock(&items).map(|mut items| items.next());
    let work = || {
        let mut made = Vec::new();
        while let Some((number, item)) = next()? {
            made.push((number, process(item)));
        }
        Ok(made)
    };
    let mut made: Vec<_> = on_threads(threads, work, work)?.into_iter().flatten().collect();
    made.sort_unstable_by_key(|(number, _)| *number);
    Ok(made.into_iter().map(|(_, made)| made).collect())
}

/// Fills buffers with `read` until that returns `None`, hands what it returned to `process`, and what that made to
/// `write`, with as many buffers as threads. One thread at a time reads and one writes. What is read first is written
/// first, and after a failure nothing that was read later. The progress is what `write` returned last.
///
/// # Errors
/// The first failure in that order; [`Error::Internal`] if another thread panicked.
pub(crate) fn run<B, T, R>(
    options: &RunOptions<'_>,
    buffer: impl Fn() -> B + Sync,
    read: impl FnMut(&mut B) -> Result<Option<T>, Error> + Send,
    process: impl Fn(&mut B, T) -> Result<R, Error> + Sync,
    write: impl FnMut(&mut B, R) -> Result<u64, Error> + Send,
) -> Result<(), Error> {
    let source = Mutex::new(Source { read, next: 0, ended: false });
    let sink = Mutex::new(Sink { write, next: 0, stopped: false });
    let turned = Condvar::new();
    let stop = || {
        if let Ok(mut sink) = sink.lock() {
            sink.stopped = true;
        }
        turned.notify_all();
    };
    let work = |report: Option<&dyn Fn(u64)>| {
        let _guard = PanicGuard(&stop);
        let mut buffer = buffer();
        loop {
            let mut held = lock(&source)?;
            if held.ended {
                return Ok(());
            }
            let read = (held.read)(&mut buffer);
            let number = held.next;
            held.next += 1;
            held.ended = !matches!(read, Ok(Some(_)));
            drop(held);
            let processed = match read {
                Ok(None) => return Ok(()),
                Ok(Some(piece)) => process(&mut buffer, piece),
                Err(failure) => Err(failure),
            };
            let mut held = lock(&sink)?;
            while held.next != number && !held.stopped {
                held = turned.wait(held).map_err(|_| Error::Internal)?;
            }
            if held.stopped {
                return Ok(());
            }
            let written = processed.and_then(|piece| (held.write)(&mut buffer, piece));
            held.stopped = written.is_err();
            held.next += 1;
            drop(held);
            turned.notify_all();
            if written.is_err() {
                lock(&source)?.ended = true;
            }
            let done = written?;
            if let Some(report) = report {
                report(done);
            }
        }
    };
    // The caller's thread alone reports: what it calls need not be fit for others.
    let progress = options.progress;
    on_threads(options.thread_count(), || work(Some(progress)), || work(None)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written of the numbers below 100 when `process` looks at each.
    fn count(threads: usize, process: impl Fn(u64) -> Result<(), Error> + Sync) -> (Result<(), Error>, Vec<u64>) {
        let (mut numbers, mut written) = (0..100, Vec::new());
        let read = |_: &mut ()| Ok(numbers.next());
        let write = |_: &mut (), number| {
            written.push(number);
            Ok(number)
        };
        let options = RunOptions { threads, ..RunOptions::default() };
        let done = run(&options, || (), read, |_, number| process(number).map(|()| number), write);
        (done, written)
    }

    fn slow(number: u64) {
        thread::sleep(std::time::Duration::from_micros(number * 7 % 5 * 100));
    }

    #[test]
    fn what_is_read_first_is_written_first() {
        for threads in [1, 2, 7] {
            let (done, written) = count(threads, |number| {
                slow(number);
                Ok(())
            });
            assert_eq!((done, written), (Ok(()), (0..100).collect()));
        }
    }

    #[test]
    fn a_failure_stops_what_comes_after_it_and_nothing_before_it() {
        for threads in [1, 2, 7] {
            let (done, written) = count(threads, |number| {
                slow(number);
                match number {
                    41 => Err(Error::Rejected),
                    43.. => Err(Error::Malformed),
                    _ => Ok(()),
                }
            });
            assert_eq!((done, written), (Err(Error::Rejected), (0..41).collect()));
        }
    }

    #[test]
    fn a_failure_to_read_comes_in_its_turn() {
        for threads in [1, 3] {
            let (mut numbers, mut written) = (0..9, Vec::new());
            let read = |_: &mut ()| numbers.next().map(Some).ok_or(Error::Disk);
            let write = |_: &mut (), number| {
                written.push(number);
                Ok(0)
            };
            let options = RunOptions { threads, ..RunOptions::default() };
            let done = run(&options, || (), read, |_, number| Ok(number), write);
            assert_eq!((done, written), (Err(Error::Disk), (0..9).collect()));
        }
    }

    #[test]
    fn a_thread_that_panics_keeps_nobody_waiting() {
        let panics = || {
            count(3, |number| {
                assert_ne!(number, 20);
                Ok(())
            })
        };
        // In the thread that called, or as a status if it was another.
        if let Ok((done, _)) = std::panic::catch_unwind(panics) {
            assert_eq!(done, Err(Error::Internal));
        }
    }

    #[test]
    fn what_is_made_of_items_comes_in_their_order() {
        for threads in [1, 2, 7] {
            let made = map(threads, 0..100, |number| {
                slow(number);
                number * 2
            });
            assert_eq!(made, Ok((0..200).step_by(2).collect()));
        }
        assert_eq!(map(3, 0..0, |number: u64| number), Ok(vec![]));
    }
}
