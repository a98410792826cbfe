//! The floors: a room imports only from strictly lower ones, `unsafe` lives where C is called or calls, and one file does I/O.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and its floor. The ground imports nothing of ours but `Error`.
const FLOORS: &[(&str, u8)] = &[
    ("error", 0),
    ("secret", 0),
    ("encoding", 0),
    ("sodium", 1),
    ("aead", 1),
    ("rsa", 1),
    ("identity", 2),
    ("keyring", 2),
    ("envelope", 3),
    ("session", 3),
    ("parcel", 3),
    ("grant", 3),
    ("manifest", 3),
    ("trust", 3),
    ("vault", 4),
    ("ffi", 5),
];

const UNSAFE: &[&str] = &["sodium", "aead", "rsa", "ffi"];

fn src() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") && !is_test(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Whether the file is a module of tests, which its room declares so.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let room = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    room.contains(&format!("#[cfg(test)]\nmod {name};"))
}

/// The room that a file belongs to; `None` for the crate's root.
fn room(path: &Path) -> Option<String> {
    let first = path.strip_prefix(src()).unwrap().components().next().unwrap().as_os_str().to_str().unwrap();
    let name = first.strip_suffix(".rs").unwrap_or(first);
    // The tool stands on the roof: it sees the crate as any program does.
    (name != "lib" && name != "bin").then(|| name.to_owned())
}

/// The file without its tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The names behind `crate::` in a file: rooms, and the types of the ground.
fn imports(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let group = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        for item in group.map_or(rest, |(items, _)| items).split(',').take(if group.is_some() { 99 } else { 1 }) {
            let name: String = item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.push(match name.as_str() {
                "Error" | "Family" => "error".to_owned(),
                "SecretBytes" | "SecretArray" => "secret".to_owned(),
                _ => name,
            });
        }
    }
    names
}

#[test]
fn every_room_has_a_floor_and_imports_only_from_lower_ones() {
    let floors: BTreeMap<&str, u8> = FLOORS.iter().copied().collect();
    let mut seen = 0;
    for path in files(&src()) {
        let Some(room) = room(&path) else { continue };
        let floor = *floors.get(room.as_str()).unwrap_or_else(|| panic!("{room} has no floor"));
        for import in imports(&code(&path)) {
            if import == room || import == "error" {
                continue;
            }
            let below = *floors.get(import.as_str()).unwrap_or_else(|| panic!("{}: crate::{import}?", path.display()));
            assert!(below < floor, "{} (floor {floor}) imports {import} (floor {below})", path.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} imports were found");
}

#[test]
fn unsafe_lives_where_we_call_c_and_where_c_calls_us() {
    for path in files(&src()) {
        let Some(room) = room(&path) else { continue };
        if !UNSAFE.contains(&room.as_str()) {
            assert!(!code(&path).contains("unsafe"), "{}", path.display());
        }
    }
}

#[test]
fn no_file_but_one_does_input_or_output() {
    for path in files(&src()) {
        let code = code(&path);
        if path.ends_with("vault/disk.rs") || path.starts_with(src().join("bin")) {
            continue;
        }
        // Parcels stream through readers and writers, whose failures the ground names.
        let streams = ["parcel", "vault", "error"].contains(&room(&path).unwrap_or_default().as_str());
        assert!(streams || !code.contains("std::io"), "{}: std::io", path.display());
        for word in ["std::fs", "std::net", "std::process", "std::env", "println!", "eprintln!", "dbg!"] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn a_file_of_the_border_exports_its_own_noun() {
    for path in files(&src().join("ffi")) {
        if path.parent().unwrap().ends_with("sodium") {
            continue;
        }
        let noun = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for rest in code(&path).split("extern \"C\" fn ").skip(1) {
            assert!(
                rest.starts_with(&format!("secenv_{noun}_")),
                "{}: {}",
                path.display(),
                rest.lines().next().unwrap()
            );
        }
    }
}
