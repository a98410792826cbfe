//! A fair race on a noisy machine: contenders alternate in short batches, and medians are taken.

use std::time::{Duration, Instant};

/// A batch is long enough for the clock and short enough that noise hits all contenders alike.
const BATCH: Duration = Duration::from_micros(500);
/// Runs before each batch that do not count: a contender finds caches and allocator as it leaves them itself, not as
/// the others do.
const UNCOUNTED: u32 = 5;

/// Who runs, and what it does once.
pub type Contender<'a> = (&'a str, Box<dyn FnMut() + 'a>);

/// Lets all contenders do the same work, the first of them being libsecenv, and prints a line for each of the others.
pub fn race(work: &str, mut contenders: Vec<Contender<'_>>) {
    let seconds = std::env::var("BENCH_SECONDS").map_or(0.2, |text| text.parse().expect("BENCH_SECONDS is a number"));
    let batches: Vec<u32> = contenders.iter_mut().map(|(_, run)| calibrate(run)).collect();
    let mut times = vec![Vec::new(); contenders.len()];
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    while times[0].len() < 5 || Instant::now() < end {
        // Everybody comes first, in turn.
        let first = times[0].len();
        for turn in 0..contenders.len() {
            let at = (first + turn) % contenders.len();
            times[at].push(once(&mut contenders[at].1, batches[at]) / f64::from(batches[at]));
        }
    }
    for (at, (peer, _)) in contenders.iter().enumerate().skip(1) {
        // Pairs of one round, so that a slow second counts for both or for neither.
        let ratio = median(times[0].iter().zip(&times[at]).map(|(ours, theirs)| theirs / ours));
        let (ours, theirs) = (median(times[0].iter().copied()), median(times[at].iter().copied()));
        println!("C\t{work}\t{peer}\t{ours:.0}\t{theirs:.0}\t{ratio:.3}");
    }
}

/// How many runs make a batch; the runs on the way there warm everything up.
fn calibrate(run: &mut dyn FnMut()) -> u32 {
    let mut runs = 1;
    while once(run, runs) < BATCH.as_nanos() as f64 {
        runs *= 2;
    }
    runs
}

/// Nanoseconds for so many runs.
fn once(run: &mut dyn FnMut(), runs: u32) -> f64 {
    for _ in 0..UNCOUNTED {
        run();
    }
    let start = Instant::now();
    for _ in 0..runs {
        run();
    }
    start.elapsed().as_nanos() as f64
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
