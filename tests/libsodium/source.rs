//! libsodium's own source, as the package that we build on carries it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Unpacks `folders` of libsodium's source into a folder of the tests and gives its place.
pub fn unpack(name: &str, folders: &[&str]) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&to);
    fs::create_dir_all(&to).unwrap();
    let folders = folders.iter().map(|folder| format!("libsodium-stable/{folder}"));
    let tarball = package().join("LATEST.tar.gz");
    let done = Command::new("tar").arg("-xzf").arg(tarball).arg("-C").arg(&to).args(folders).status().unwrap();
    assert!(done.success(), "tar: {done}");
    to.join("libsodium-stable")
}

/// The folder of the package `libsodium-sys-stable`, of the version in the lock file.
fn package() -> PathBuf {
    let platform = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let asked = ["metadata", "--format-version", "1", "--filter-platform", &platform];
    let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("Cargo.toml");
    let output = Command::new(env!("CARGO")).args(asked).arg("--manifest-path").arg(manifest).output().unwrap();
    let graph: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = graph["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "libsodium-sys-stable").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
}
