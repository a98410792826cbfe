//! What the library exports: the functions of the header, `secenv_*` and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::library::library;

fn lines(program: &str, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(program).args(arguments).arg(library()).output().unwrap();
    assert!(output.status.success(), "{program} failed");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn exported() -> BTreeSet<String> {
    let symbols = lines("nm", &["-D", "--defined-only"]);
    symbols.iter().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect()
}

/// The functions that the header declares.
fn declared() -> BTreeSet<String> {
    let header =
        fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("include/secenv.h")).unwrap();
    let code: Vec<&str> = header.lines().filter(|line| !line.trim_start().starts_with(['*', '/', '#'])).collect();
    let code = code.join("\n");
    let names = code.match_indices("secenv_").map(|(at, _)| &code[at..]);
    names
        .filter_map(|rest| rest.split_once('('))
        .map(|(name, _)| name.to_owned())
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn exports_the_functions_of_the_header_and_nothing_else() {
    let (exported, declared) = (exported(), declared());
    assert!(exported.len() > 200, "only {} functions", exported.len());
    let apart: Vec<_> = exported.symmetric_difference(&declared).collect();
    assert!(apart.is_empty(), "in one of the two only: {apart:?}");
}

#[test]
fn needs_nothing_but_the_system() {
    let allowed = ["libc.so.6", "libgcc_s.so.1", "ld-linux", "libm.so.6", "libpthread", "libdl"];
    for line in lines("readelf", &["-d"]).iter().filter(|line| line.contains("(NEEDED)")) {
        assert!(allowed.iter().any(|name| line.contains(name)), "{line}");
    }
}

#[test]
fn has_no_fixed_random_source() {
    let mark = b"secenv: with fixed random source"; // crates/primitives/src/sodium/random.rs
    let library = fs::read(library()).unwrap();
    assert!(library.windows(mark.len()).all(|window| window != mark));
}

#[test]
fn is_named_and_stays_loaded() {
    let dynamic = lines("readelf", &["-d"]).join("\n");
    assert!(dynamic.contains("[libsecenv.so.0]"), "{dynamic}");
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}
