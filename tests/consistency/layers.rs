//! The layers inside `src`: a module imports only from lower ones, and few files touch the file system.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of each layer, the lowest first. Those of one layer do not import each other.
const LAYERS: [&[&str]; 8] = [
    &["Error", "Family", "SecretArray", "SecretBytes", "aead", "rsa", "sodium"], // of the crate secenv-primitives
    &["encoding", "fs", "run_options", "RunOptions"],
    &["types", "ordered_pipeline"],
    &["wire"],
    &["identity", "device", "key_protection"],
    &["keyring", "signed_file"],
    &["envelope", "session", "parcel", "grant", "manifest", "trust"],
    &["vault"],
];

/// The files that touch the file system.
const FILES: [&str; 3] = ["fs.rs", "parcel/file.rs", "vault/folder.rs"];

fn src() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../src")).to_owned()
}

/// Each file below `folder` with the module it belongs to and its code, without tests and comments.
fn files(folder: &Path) -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let siblings = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
        if path.is_dir() {
            found.extend(files(&path));
        } else if name != "lib" && !siblings.contains(&format!("#[cfg(test)]\nmod {name};")) {
            let module = path.strip_prefix(src()).unwrap().components().next().unwrap().as_os_str().to_str().unwrap();
            let module = module.trim_end_matches(".rs").to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path, module, code.join("\n")));
        }
    }
    found
}

fn layer(module: &str) -> usize {
    LAYERS.iter().position(|layer| layer.contains(&module)).unwrap_or_else(|| panic!("{module} is in no layer"))
}

#[test]
fn a_module_imports_only_from_layers_below_its_own() {
    let mut imports = 0;
    for (path, module, code) in files(&src()) {
        for rest in code.split("crate::").skip(1) {
            let group = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let items: Vec<&str> = group.map_or(vec![rest], |(items, _)| items.split(',').collect());
            for item in items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()) {
                let name = item.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let below = name == module || layer(name) < layer(&module);
                assert!(below, "{}: {module} imports {name}", path.display());
                imports += 1;
            }
        }
    }
    assert!(imports > 50, "only {imports} imports were found");
}

#[test]
fn three_files_alone_do_input_or_output() {
    let others = |path: &Path| !FILES.iter().any(|file| path.ends_with(file));
    for (path, module, code) in files(&src()).into_iter().filter(|(path, ..)| others(path)) {
        // Parcels stream through readers and writers.
        assert!(["parcel", "vault"].contains(&module.as_str()) || !code.contains("std::io"), "{}", path.display());
        for word in ["std::fs", "std::net", "std::process", "std::env", "println!", "eprintln!", "dbg!"] {
            assert!(!code.contains(word), "{}: {word}", path.display());
        }
    }
}
