//! Gives the library its SONAME, keeps it loaded (PHP unloads what it opened), and refuses a libsodium that is not ours.

use std::env;
use std::path::Path;

/// The ABI's number: the major version from 1.0 on, 0 until then.
const SONAME: &str = "libsecenv.so.0";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    for foreign in ["SODIUM_LIB_DIR", "SODIUM_USE_PKG_CONFIG", "SODIUM_SHARED"] {
        println!("cargo::rerun-if-env-changed={foreign}");
        if env::var_os(foreign).is_some() {
            println!("cargo::error={foreign} is set: libsecenv is built with its own libsodium, so unset it");
        }
    }
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        name_beside_the_library();
    }
}

/// Cargo does not make the file that a SONAME names, and a program linked against `target/*/libsecenv.so` looks for it there.
fn name_beside_the_library() {
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    // target/PROFILE/build/secenv-HASH/out
    let Some(profile) = Path::new(&out).ancestors().nth(3) else { return };
    #[cfg(unix)]
    for folder in [profile.to_path_buf(), profile.join("deps")] {
        let link = folder.join(SONAME);
        if link.symlink_metadata().is_err()
            && folder.is_dir()
            && let Err(error) = std::os::unix::fs::symlink("libsecenv.so", &link)
        {
            println!("cargo::warning={}: {error}", link.display());
        }
    }
}
