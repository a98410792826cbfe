//! Builds what takes part, into cargo's folder for tests.

use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;

use crate::library::library;

/// The programs that had to be built.
pub struct Programs {
    /// libsecenv through C.
    pub c: PathBuf,
    /// libsecenv through C++.
    pub cpp: PathBuf,
    /// The peer with libsodium and OpenSSL.
    pub cpp_peer: PathBuf,
    /// The peer with sodiumoxide and rsa.
    pub rust_peer: PathBuf,
}

/// The project.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Builds everything, once.
pub fn all() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let into = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop");
        std::fs::create_dir_all(&into).unwrap();
        thread::scope(|scope| {
            let c = scope.spawn(|| through_c(&into));
            let cpp = scope.spawn(|| through_cpp(&into));
            let cpp_peer = scope.spawn(|| cpp_peer(&into));
            let rust_peer = scope.spawn(|| rust_peer(&into));
            node_peer();
            Programs {
                c: c.join().unwrap(),
                cpp: cpp.join().unwrap(),
                cpp_peer: cpp_peer.join().unwrap(),
                rust_peer: rust_peer.join().unwrap(),
            }
        })
    })
}

fn through_c(into: &Path) -> PathBuf {
    let program = into.join("through-c");
    compile(Command::new("cc").arg("-std=c11"), "tests/interop/through/c.c", &program);
    program
}

fn through_cpp(into: &Path) -> PathBuf {
    let program = into.join("through-cpp");
    let bindings = root().join("bindings/cpp/include");
    compile(Command::new("c++").arg("-std=c++17").arg("-I").arg(bindings), "tests/interop/through/cpp.cpp", &program);
    program
}

fn compile(compiler: &mut Command, source: &str, program: &Path) {
    let folder = library().parent().unwrap().display();
    compiler.args(["-O1", "-Wall", "-Wextra", "-Werror"]).arg("-I").arg(root().join("include"));
    compiler.arg(root().join(source)).arg("-o").arg(program);
    run(compiler.arg(format!("-L{folder}")).arg("-lsecenv").arg(format!("-Wl,-rpath,{folder}")));
}

fn cpp_peer(into: &Path) -> PathBuf {
    let folder = into.join("cpp-peer");
    run(Command::new(root().join("tests/peers/cpp/build")).arg(&folder));
    folder.join("peer")
}

fn rust_peer(into: &Path) -> PathBuf {
    let folder = into.join("rust-peer");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    // Debian's libsodium, which is the release that sodiumoxide would build for a minute and a half.
    cargo.env("SODIUM_USE_PKG_CONFIG", "1");
    cargo.args(["build", "--quiet", "--locked", "--manifest-path"]).arg(root().join("tests/peers/rust/Cargo.toml"));
    run(cargo.arg("--target-dir").arg(&folder));
    folder.join("debug/secenv-peer")
}

fn node_peer() {
    let folder = root().join("tests/peers/node");
    if !folder.join("node_modules/libsodium-wrappers").is_dir() {
        run(Command::new("npm").args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(folder));
    }
}

fn run(command: &mut Command) {
    let tool = command.get_program().display().to_string();
    match command.output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!("{tool} failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr)),
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("{tool} is not installed: run scripts/setup"),
        Err(error) => panic!("{tool}: {error}"),
    }
}
