//! What the tool says to a single command, and its exit status: the files in `cmd/`. `TRYCMD=overwrite cargo test -p
//! secenv-cli what_it_says` writes what it says now.

use std::path::Path;
use std::{env, fs};

use trycmd::TestCases;

use crate::desk::Desk;

/// A vault `v` that nothing was applied to, and `full` with a document; the files that are needed for them, and damaged
/// ones; a trust statement, and the next one, which nobody has signed.
fn desk() -> Desk {
    let desk = Desk::furnished();
    let pin = desk.ok("pin key.pem");
    desk.ok(&format!("vault init full --server-pin {pin} --device dev.key --unlock-key-file raw"));
    desk.seal("a", 1, b"document", "a.parcel");
    desk.grant(1, "");
    desk.manifest(1, "a.parcel");
    desk.ok("vault apply full --unlock-key-file raw a.parcel 1.grant 1.manifest");
    let root = desk.ok("keygen --kind ed25519 --out root.pem");
    for version in [1, 2] {
        desk.ok(&format!(
            "trust issue --version {version} --root {root} --threshold 1 --sessions {} --sessions {}@2199-01-31 \
             --grants {pin} --manifests {pin} --expires 2199-06-30 --out {version}.trust",
            "11".repeat(32),
            "22".repeat(32)
        ));
    }
    desk.ok("trust sign 1.trust --sign root.pem");
    fs::write(desk.path("nothing"), "\n").unwrap();
    desk
}

#[test]
fn what_it_says_to_a_command_is_as_written_down() {
    let desk = desk();
    let before = names(&desk);
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/tool/cmd/*.trycmd");
    // The cases run where we are; no other test asks where that is.
    env::set_current_dir(desk.0.path()).unwrap();
    let tests = TestCases::new();
    tests.register_bin("secenv", Path::new(env!("CARGO_BIN_EXE_secenv")));
    tests.insert_var("[VERSION]", env!("CARGO_PKG_VERSION")).unwrap();
    tests.case(cases).run();
    assert_eq!(names(&desk), before, "what failed wrote something");
}

fn names(desk: &Desk) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = fs::read_dir(desk.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_status_4() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let said = desk().command("vault cat full --unlock-key-file raw a").stdout(full).output().unwrap();
    assert_eq!(said.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&said.stderr).contains("standard output"));
}
