//! libsodium's own test programs, unmodified, compiled against `include/secenv` and linked with libsecenv and nothing
//! else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

#[path = "../shared/library.rs"]
mod library;
mod source;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use library::library;

/// The programs: each prints what it computed and compares that with what libsodium's authors expect.
const PROGRAMS: [&str; 28] = [
    "kx",
    "aead_xchacha20poly1305",
    "box_easy",
    "box_easy2",
    "box_seal",
    "box_seed",
    "secretbox_easy",
    "secretbox_easy2",
    "sign",
    "secretstream_xchacha20poly1305",
    "kdf",
    "generichash",
    "generichash2",
    "generichash3",
    "scalarmult",
    "scalarmult2",
    "scalarmult5",
    "scalarmult6",
    "scalarmult7",
    "scalarmult8",
    "sodium_utils",
    "sodium_utils2",
    "sodium_utils3",
    "sodium_utils4",
    "kem",
    "kem_xwing",
    "pwhash_argon2id",
    "pwhash_argon2id2",
];

#[test]
fn every_program_of_libsodiums_passes_on_libsecenv_alone() {
    let folder = source::unpack("libsodium", &["test"]).join("test");
    let passed = thread::scope(|scope| {
        let halves = PROGRAMS.chunks(PROGRAMS.len().div_ceil(2));
        let workers =
            halves.map(|programs| scope.spawn(|| programs.iter().filter(|name| passes(&folder, name)).count()));
        workers.collect::<Vec<_>>().into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
    });
    assert_eq!(passed, PROGRAMS.len());
}

/// Builds a program and runs it in a folder of its own, because it writes its results into the current one.
fn passes(folder: &Path, name: &str) -> bool {
    let own = folder.join("run").join(name);
    fs::create_dir_all(&own).unwrap();
    let (program, tests) = (own.join(name), folder.join("default"));
    let libraries = library().parent().unwrap().display().to_string();
    let include = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("include/secenv");
    let mut compiler = Command::new("cc");
    compiler.args(["-Wall", "-Wno-unused-function", "-Werror"]);
    // Where there are signals to catch, the programs also check what has to end the process.
    compiler.args(["-DHAVE_CATCHABLE_SEGV", "-DHAVE_CATCHABLE_ABRT"]);
    compiler.arg(format!("-DTEST_SRCDIR=\"{}\"", tests.display()));
    compiler.arg("-I").arg(include).arg("-I").arg(&tests).arg("-I").arg(folder.join("quirks"));
    compiler.arg(tests.join(format!("{name}.c"))).arg("-o").arg(&program);
    compiler.args(["-L", &libraries, "-lsecenv"]).arg(format!("-Wl,-rpath,{libraries}"));
    succeeds(name, &mut compiler);
    let ran = Command::new(&program).current_dir(&own).env("LD_LIBRARY_PATH", &libraries).status().unwrap();
    let linked = said(&succeeds(name, Command::new("readelf").arg("--dynamic").arg(&program)));
    let symbols = said(&succeeds(name, Command::new("nm").args(["-D", "--undefined-only"]).arg(&program)));
    assert!(linked.contains("[libsecenv.so.0]") && !linked.contains("sodium"), "{name} needs: {linked}");
    assert!(symbols.contains(" secenv_init"), "{name} calls: {symbols}");
    assert!(!["crypto_", "sodium_", " randombytes"].iter().any(|theirs| symbols.contains(theirs)), "{name}: {symbols}");
    println!("{name}: {ran}");
    ran.success()
}

fn succeeds(name: &str, command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
