//! The shared library under test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The place of `libsecenv.so`, built once in the profile of the test that asks. It is built as it is shipped: on its own, so
/// that no feature that tests ask for is in it. Beside it stands the name that its SONAME asks for.
pub fn library() -> &'static Path {
    static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let test = env::current_exe().unwrap();
        let folder = test.ancestors().nth(2).unwrap(); // target/PROFILE/deps/TEST
        let profile = match folder.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            profile => profile,
        };
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--quiet", "--package", "secenv-capi", "--profile", profile, "--target-dir"]);
        let built = cargo.arg(folder.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
        assert!(built.success(), "cargo build --package secenv-capi: {built}");
        folder.join("libsecenv.so")
    });
    &LIBRARY
}
