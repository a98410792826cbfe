//! Threads that take turns: what they work on goes in and comes out in order, and the work between is done at once.

use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;

use crate::Error;

struct Intake<T> {
    take: T,
    next: u64,
    ended: bool,
}

struct Outlet<G> {
    give: G,
    next: u64,
    stopped: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Error> {
    mutex.lock().map_err(|_| Error::Unavailable)
}

/// Ends the turns of all if a thread panics.
struct Alarm<'a>(&'a dyn Fn());

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            (self.0)();
        }
    }
}

/// Fills a part with `take` until that says there is no more, works on it, and hands it to `give`, with as many parts as `threads`. One
/// thread at a time takes and one gives, and the parts are given in the order in which they were taken: after a failure nothing that
/// was taken later. `progress` is told now and then what `give` said last.
///
/// # Errors
/// The first failure in that order; [`Error::Unavailable`] if another thread panicked.
pub(super) fn take<P>(
    threads: usize,
    progress: &dyn Fn(u64),
    part: impl Fn() -> P + Sync,
    take: impl FnMut(&mut P) -> Result<bool, Error> + Send,
    work: impl Fn(&mut P) -> Result<(), Error> + Sync,
    give: impl FnMut(&mut P) -> Result<u64, Error> + Send,
) -> Result<(), Error> {
    let intake = Mutex::new(Intake { take, next: 0, ended: false });
    let outlet = Mutex::new(Outlet { give, next: 0, stopped: false });
    let turned = Condvar::new();
    let stop = || {
        if let Ok(mut outlet) = outlet.lock() {
            outlet.stopped = true;
        }
        turned.notify_all();
    };
    let turns = |progress: Option<&dyn Fn(u64)>| {
        let _alarm = Alarm(&stop);
        let mut part = part();
        loop {
            let mut held = lock(&intake)?;
            if held.ended {
                return Ok(());
            }
            let taken = (held.take)(&mut part);
            let number = held.next;
            held.next += 1;
            held.ended = !matches!(taken, Ok(true));
            drop(held);
            let made = match taken {
                Ok(false) => return Ok(()),
                Ok(true) => work(&mut part),
                Err(failure) => Err(failure),
            };
            let mut held = lock(&outlet)?;
            while held.next != number && !held.stopped {
                held = turned.wait(held).map_err(|_| Error::Unavailable)?;
            }
            if held.stopped {
                return Ok(());
            }
            let given = made.and_then(|()| (held.give)(&mut part));
            held.stopped = given.is_err();
            held.next += 1;
            drop(held);
            turned.notify_all();
            if given.is_err() {
                lock(&intake)?.ended = true;
            }
            let done = given?;
            if let Some(progress) = progress {
                progress(done);
            }
        }
    };
    thread::scope(|scope| {
        // Fewer than asked for are enough.
        let others: Vec<_> =
            (1..threads).map_while(|_| thread::Builder::new().spawn_scoped(scope, || turns(None)).ok()).collect();
        let mine = turns(Some(progress));
        others.into_iter().fold(mine, |done, other| done.and(other.join().unwrap_or(Err(Error::Unavailable))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(threads: usize, work: impl Fn(&mut u64) -> Result<(), Error> + Sync) -> (Result<(), Error>, Vec<u64>) {
        let (mut next, mut given) = (0, Vec::new());
        let taking = |part: &mut u64| {
            *part = next;
            next += 1;
            Ok(next <= 100)
        };
        let giving = |part: &mut u64| {
            given.push(*part);
            Ok(*part)
        };
        let done = take(threads, &|_| (), || 0, taking, work, giving);
        (done, given)
    }

    fn slow(part: u64) {
        thread::sleep(std::time::Duration::from_micros(part * 7 % 5 * 100));
    }

    #[test]
    fn parts_come_out_in_the_order_in_which_they_went_in() {
        for threads in [1, 2, 7] {
            let (done, given) = count(threads, |part| {
                slow(*part);
                Ok(())
            });
            assert_eq!((done, given), (Ok(()), (0..100).collect()));
        }
    }

    #[test]
    fn a_failure_stops_what_comes_behind_it_and_nothing_before_it() {
        for threads in [1, 2, 7] {
            let (done, given) = count(threads, |part| {
                slow(*part);
                match *part {
                    41 => Err(Error::Rejected),
                    43.. => Err(Error::Malformed),
                    _ => Ok(()),
                }
            });
            assert_eq!((done, given), (Err(Error::Rejected), (0..41).collect()));
        }
    }

    #[test]
    fn a_failure_to_take_comes_in_its_turn() {
        for threads in [1, 3] {
            let mut next = 0;
            let mut given = Vec::new();
            let taking = |part: &mut u64| {
                *part = next;
                next += 1;
                if next == 10 { Err(Error::Unavailable) } else { Ok(true) }
            };
            let giving = |part: &mut u64| {
                given.push(*part);
                Ok(0)
            };
            let done = take(threads, &|_| (), || 0, taking, |_| Ok(()), giving);
            assert_eq!((done, given), (Err(Error::Unavailable), (0..9).collect()));
        }
    }

    #[test]
    fn a_thread_that_panics_keeps_nobody_waiting() {
        let panics = || {
            count(3, |part| {
                assert_ne!(*part, 20);
                Ok(())
            })
        };
        // In the thread that called, or as a status if it was another.
        if let Ok((done, _)) = std::panic::catch_unwind(panics) {
            assert_eq!(done, Err(Error::Unavailable));
        }
    }
}
