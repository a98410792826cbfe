//! What the library exports: the functions of the headers, `secenv_*` and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use crate::header::functions;
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

#[test]
fn exports_the_functions_of_the_headers_and_nothing_else() {
    let (exported, declared) = (exported(), functions().into_iter().collect());
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
fn is_named_and_stays_loaded() {
    let dynamic = lines("readelf", &["-d"]).join("\n");
    assert!(dynamic.contains("[libsecenv.so.0]"), "{dynamic}");
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}
