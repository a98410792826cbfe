//! The three generated headers, from one source: `include/secenv.h` (C and C++), `include/secenv/sodium.h` (libsodium's
//! names for the mirror) and `bindings/php/resources/secenv.ffi.h` (what PHP's FFI can read). `make header` writes
//! them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::constants;
use crate::library::library;

/// The files of `crates/capi/src` that export anything, in the order of the header.
const FILES: [&str; 18] = [
    "status", "bytes", "rsa", "envelope", "identity", "session", "client", "server", "record", "carrier", "keyring",
    "device", "sealer", "parcel", "grant", "manifest", "trust", "vault",
];

/// The files of `crates/capi/src/compat`, in the order of the header, and what libsodium's names begin with.
pub const COMPAT: [(&str, &str); 13] = [
    ("helpers", "sodium_"),
    ("randombytes", ""),
    ("kx", "crypto_"),
    ("aead", "crypto_"),
    ("boxes", "crypto_"),
    ("secretbox", "crypto_"),
    ("sign", "crypto_"),
    ("secretstream", "crypto_"),
    ("kem", "crypto_"),
    ("kdf", "crypto_"),
    ("generichash", "crypto_"),
    ("pwhash", "crypto_"),
    ("scalarmult", "crypto_"),
];

const C: &str = "include/secenv.h";
const SODIUM: &str = "include/secenv/sodium.h";
const PHP: &str = "bindings/php/resources/secenv.ffi.h";

#[test]
fn the_header_for_c_is_up_to_date() {
    up_to_date(C, &for_c());
}

#[test]
fn the_header_with_libsodiums_names_is_up_to_date() {
    up_to_date(SODIUM, &for_sodium());
}

#[test]
fn the_header_for_php_is_up_to_date() {
    up_to_date(PHP, &for_php());
}

#[test]
fn every_file_with_exports_is_listed() {
    let listed = |file: &str| FILES.contains(&file) || COMPAT.iter().any(|(name, _)| *name == file);
    let folders = [path("crates/capi/src"), path("crates/capi/src/compat")];
    for entry in folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()) {
        let file = entry.unwrap().path();
        if file.is_file() && fs::read_to_string(&file).unwrap().contains("#[unsafe(no_mangle)]") {
            assert!(listed(file.file_stem().unwrap().to_str().unwrap()), "{} is in no header", file.display());
        }
    }
}

#[test]
fn c_and_cpp_compile_both_headers_without_a_warning() {
    let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fsyntax-only"];
    for header in [C, SODIUM] {
        let text = format!("#include \"{}\"\nint main(void) {{ return 0; }}\n", printed().join(header).display());
        for (compiler, language, standard) in [
            ("gcc", "c", "c11"),
            ("clang", "c", "c11"),
            ("g++", "c++", "c++17"),
            ("g++", "c++", "c++20"),
            ("clang++", "c++", "c++17"),
            ("clang++", "c++", "c++20"),
        ] {
            let source = scratch(&format!("{}-{compiler}-{standard}.{language}", header.replace('/', "-")), &text);
            let standard = format!("-std={standard}");
            let output =
                Command::new(compiler).args(warnings).args([&standard, "-x", language]).arg(source).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {standard} {header}: {said}");
        }
    }
}

#[test]
fn php_reads_every_function_and_constant() {
    let header = for_php();
    let (file, library) = (printed().join(PHP), library());
    let mut script = format!("$c = FFI::cdef(file_get_contents('{}'), '{}');\n", file.display(), library.display());
    let functions = functions(&for_c());
    assert!(functions.len() >= 253);
    for function in &functions {
        script += &format!("$c->{function};\n");
    }
    for (name, value) in php_constants(&header) {
        script += &format!("if ($c->{name} !== {value}) throw new Exception('{name}');\n");
    }
    script += "if ($c->SECENV_STATUS_PANICKED !== 39) throw new Exception('status');\n";
    script += "$state = $c->new('secenv_generichash_state');\n";
    script += "if (FFI::sizeof($state) !== 384) throw new Exception('size');\n";
    script += "if (FFI::alignof($state) !== 64) throw new Exception('alignment');\necho 'read';\n";
    let script = scratch("read.php", &format!("<?php\n{script}"));
    let output = Command::new("php").args(["-d", "ffi.enable=1"]).arg(script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said == "read", "{said} {}", String::from_utf8_lossy(&output.stderr));
}

/// What libsodium calls a function or type, and what we do.
pub fn names() -> Vec<(String, String)> {
    let of = |(file, prefix): &(&str, &str)| {
        let source = fs::read_to_string(path(&format!("crates/capi/src/compat/{file}.rs"))).unwrap();
        let exports = source.lines().filter(|line| line.starts_with("pub ")).filter_map(|line| {
            let name =
                ["fn secenv_", "struct secenv_", "type secenv_"].iter().find_map(|kind| line.split_once(kind))?.1;
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            Some((format!("{prefix}{name}"), format!("secenv_{name}")))
        });
        exports.collect::<Vec<_>>()
    };
    COMPAT.iter().flat_map(of).collect()
}

/// The names of the functions in a header that this file printed.
pub fn functions(header: &str) -> Vec<String> {
    let code = header.lines().filter(|line| !line.starts_with([' ', '#', '/', '}', '{']));
    let before = code.filter_map(|line| line.split_once('(')).map(|(before, _)| before);
    let names = before.filter_map(|before| before.rsplit([' ', '*']).next());
    names.filter(|name| name.starts_with("secenv_")).map(str::to_owned).collect()
}

/// The place of a file of this repository.
pub fn path(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(file)
}

/// The headers as the source says they are, in a folder of the tests.
pub fn printed() -> &'static Path {
    static PRINTED: OnceLock<PathBuf> = OnceLock::new();
    PRINTED.get_or_init(|| {
        scratch(SODIUM, &for_sodium());
        scratch(PHP, &for_php());
        scratch(C, &for_c()).ancestors().nth(2).unwrap().to_owned()
    })
}

/// Writes a file that only the tests use and gives its place.
pub fn scratch(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("consistency").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    file
}

fn up_to_date(file: &str, text: &str) {
    let file = path(file);
    if std::env::var_os("SECENV_BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "{} is not what crates/capi/src says: run `make header`", file.display());
}

pub fn for_c() -> String {
    let mut config = config();
    let mut preamble = config.after_includes.take().unwrap();
    preamble += &versions();
    preamble += "\n/* The constants of libsodium. */\n";
    preamble += "#define SECENV_MIN(A, B) ((A) < (B) ? (A) : (B))\n";
    preamble += "#define SECENV_SIZE_MAX SECENV_MIN(UINT64_MAX, SIZE_MAX)\n";
    for (name, value) in constants::all() {
        preamble += &format!("#define {} {value}\n", constants::ours(name));
    }
    preamble += ENCODED_LEN;
    config.after_includes = Some(preamble);
    // In Rust the type says it; in C only a function can.
    print(config).replace("\nsecenv_status secenv_", "\nSECENV_MUST_USE\nsecenv_status secenv_")
}

/// libsodium's `sodium_base64_ENCODED_LEN`: the length of base64 with its NUL, as a constant expression.
const ENCODED_LEN: &str = "
/* The length of BIN_LEN bytes in base64, with the NUL, as a constant expression. */
#define SECENV_BASE64_ENCODED_LEN(BIN_LEN, VARIANT) \\
  ((BIN_LEN) / 3U > (SIZE_MAX - 5) / 4U \\
     ? (size_t) SIZE_MAX \\
     : (((BIN_LEN) / 3U) * 4U + \\
        ((((BIN_LEN) - ((BIN_LEN) / 3U) * 3U) | (((BIN_LEN) - ((BIN_LEN) / 3U) * 3U) >> 1)) & 1U) * \\
          (4U - ((0U - (((VARIANT) & 2U) >> 1)) & (3U - ((BIN_LEN) - ((BIN_LEN) / 3U) * 3U)))) + \\
        1U))
";

fn versions() -> String {
    let mut numbers = env!("CARGO_PKG_VERSION").split(['.', '-']);
    let mut text = format!("\n#define SECENV_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"));
    for part in ["MAJOR", "MINOR", "PATCH"] {
        text += &format!("#define SECENV_VERSION_{part} {}\n", numbers.next().unwrap());
    }
    text
}

/// How `sodium.h` begins.
const SODIUM_TOP: &str = r#"#ifndef SECENV_SODIUM_H
#define SECENV_SODIUM_H

/* Generated by `make header` from crates/capi/src/compat. Do not edit. */

/*
 * libsodium's names for the functions of libsecenv: compile with `-I include/secenv`, link with `-lsecenv`, and code
 * that says `#include <sodium.h>` works as it is. What is not here, libsecenv does not have.
 */

#ifdef sodium_H
#error "libsodium's own sodium.h is already included: use one of the two"
#endif

#include <limits.h>
#include <stdlib.h>

#include "../secenv.h"

/* As in a libsodium that was built with --enable-minimal. */
#define SODIUM_LIBRARY_MINIMAL 1

#define SODIUM_MIN SECENV_MIN
#define SODIUM_SIZE_MAX SECENV_SIZE_MAX
#define CRYPTO_ALIGN SECENV_ALIGNED

/* Where the three macros are undefined, as in programs that count allocations, the names still lead here. */
#if defined(__GNUC__) && defined(__ELF__)
#ifdef __cplusplus
extern "C" {
#endif
void *sodium_malloc(size_t size) __asm__("secenv_malloc");
void *sodium_allocarray(size_t count, size_t size) __asm__("secenv_allocarray");
void sodium_free(void *ptr) __asm__("secenv_free");
#ifdef __cplusplus
}
#endif
#endif

/* Functions and types */
"#;

fn for_sodium() -> String {
    let mut text = SODIUM_TOP.to_owned();
    for (theirs, ours) in names() {
        text += &format!("#define {theirs} {ours}\n");
    }
    text += "\n/* Constants */\n";
    for (theirs, _) in constants::all() {
        text += &format!("#define {theirs} {}\n", constants::ours(theirs));
        if let Some(word) = theirs.strip_prefix(constants::ALIAS.0) {
            text += &format!("#define {}{word} {}\n", constants::ALIAS.1, constants::ours(theirs));
        }
    }
    text + "#define sodium_base64_ENCODED_LEN SECENV_BASE64_ENCODED_LEN\n\n#endif /* SECENV_SODIUM_H */\n"
}

/// PHP's FFI has no preprocessor, and passes a PHP string by address only to a `void *` or `char *`. So: no macros,
/// inputs that are bytes as `const void *`, constants as an enum. Outputs stay typed, because C would otherwise write
/// into a PHP string; results stay typed, because PHP would turn a `char *` into a string that ends at the first zero
/// byte.
fn for_php() -> String {
    let mut config = config();
    config.cpp_compat = false;
    config.include_guard = None;
    config.sys_includes.clear();
    config.after_includes = None;
    config.autogen_warning = None;
    config.documentation = false;
    config.function.must_use = None;
    config.function.args = cbindgen::Layout::Horizontal;
    config.line_length = 100_000;
    let mut constants: Vec<String> = constants::all()
        .filter_map(|(name, value)| Some((name, value.trim_end_matches('U').parse::<i32>().ok()?)))
        .map(|(name, value)| format!("  {} = {value},\n", constants::ours(name)))
        .collect();
    let mut code = String::new();
    for line in print(config).lines().filter(|line| !line.is_empty()) {
        if let Some(constant) = line.strip_prefix("#define ") {
            let (name, value) = constant.split_once(' ').unwrap();
            constants.push(format!("  {name} = {value},\n"));
        } else if let Some((before, parameters)) = line.strip_suffix(");").and_then(|line| line.split_once('(')) {
            let parameters = parameters.replace("const uint8_t *", "const void *");
            code += &format!("{before}({});\n", parameters.replace("const unsigned char *", "const void *"));
        } else if let Some((before, after)) = line.split_once("SECENV_ALIGNED(") {
            code += &format!("{before}__attribute__((aligned({}\n", after.replacen(')', ")))", 1));
        } else {
            code += &format!("{line}\n");
        }
    }
    let constants = constants.concat();
    format!("#define FFI_SCOPE \"SECENV\"\n#define FFI_LIB \"libsecenv.so.0\"\nenum {{\n{constants}}};\n{code}")
}

/// The constants in the enum without a name of the header for PHP.
fn php_constants(header: &str) -> Vec<(&str, &str)> {
    let (_, body) = header.split_once("enum {\n").unwrap();
    let (body, _) = body.split_once("};").unwrap();
    body.lines().map(|line| line.trim().trim_end_matches(',').split_once(" = ").unwrap()).collect()
}

fn config() -> cbindgen::Config {
    cbindgen::Config::from_file(path("cbindgen.toml")).unwrap()
}

fn print(config: cbindgen::Config) -> String {
    let compat = COMPAT.iter().map(|(file, _)| format!("compat/{file}"));
    let files = FILES.iter().map(|&file| file.to_owned()).chain(compat);
    let builder = files.fold(cbindgen::Builder::new().with_config(config), |builder, file| {
        builder.with_src(path(&format!("crates/capi/src/{file}.rs")))
    });
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    // cbindgen does not look through the aliases `Out<T>` and `OutOfTwo<T>` of boundary.rs, which are C's `T **`.
    let text = String::from_utf8(text).unwrap().replace("OutOfTwo<", "Out<");
    let mut parts = text.split("Out<");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + &part.replacen("> ", " **", 1))
}
