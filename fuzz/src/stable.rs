//! A driver for stable Rust, where there is no libFuzzer: the seeds, then mutations of them, blind to coverage.

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::exit;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longer inputs find nothing that these do not.
const INPUT_MAX: usize = 64 * 1024;

/// Runs `law` on every seed of the target, then on mutations of them: so many that are the same each time, or random
/// ones for so many seconds. An input that breaks it is saved and named.
pub fn run(law: impl Fn(&[u8])) {
    let how = env::args().nth(1).zip(env::args().nth(2).and_then(|text| text.parse::<u64>().ok()));
    let (runs, end, start) = match how.as_ref().map(|(unit, number)| (unit.as_str(), *number)) {
        Some(("runs", runs)) => (runs, None, 1),
        Some(("seconds", seconds)) => (u64::MAX, Some(Instant::now() + Duration::from_secs(seconds)), clock()),
        _ => panic!("usage: TARGET runs|seconds NUMBER"),
    };
    let program = env::args().next().unwrap_or_default();
    let target = Path::new(&program).file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));

    let entries = fs::read_dir(folder.join("seeds").join(&target)).expect("seeds");
    let mut paths = entries.map(|entry| entry.expect("a seed").path()).collect::<Vec<_>>();
    paths.sort();
    let mut seeds = vec![Vec::new()];
    seeds.extend(paths.iter().map(|path| fs::read(path).expect("a seed")));
    let check = |input: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| law(input))).is_err() {
            let place = folder.join("artifacts").join(&target);
            fs::create_dir_all(&place).expect("a folder for the input");
            fs::write(place.join("broken"), input).expect("the input is saved");
            eprintln!("{target}: broken by {}", place.join("broken").display());
            exit(1);
        }
    };
    seeds.iter().for_each(|seed| check(seed));

    let mut random = Random(start);
    let mut done = 0;
    while done < runs && end.is_none_or(|end| Instant::now() < end) {
        let mut input = random.pick(&seeds).clone();
        for _ in 0..=random.below(4) {
            mutate(&mut input, &seeds, &mut random);
        }
        input.truncate(INPUT_MAX);
        check(&input);
        done += 1;
    }
    println!("{target}: {} seeds and {done} mutations", seeds.len());
}

fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |now| now.as_nanos() as u64 | 1)
}

/// One small change.
fn mutate(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let end = at + random.below((input.len() - at).min(64) + 1);
    let byte = *random.pick(b"\0\x01\x7F\x80\xFF \"\\/{}[]:,=+-AZaz09\n");
    match random.below(7) {
        0 => input.insert(at, byte),
        1 => input.splice(at..end, []).for_each(drop),
        2 => input.splice(at..at, input[at..end].to_vec()).for_each(drop),
        3 => {
            let other = random.pick(seeds);
            let from = random.below(other.len() + 1);
            input.splice(at..end, other[from..].iter().copied().take(64)).for_each(drop);
        }
        4 => input.truncate(at),
        change => {
            if let Some(old) = input.get_mut(at) {
                *old = if change == 5 { byte } else { *old ^ 1 << random.below(8) };
            }
        }
    }
}

/// Xorshift64 (Marsaglia): good enough to choose with.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
