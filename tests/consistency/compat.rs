//! The mirror against libsodium's own headers: every name, signature, type and constant.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::header::{COMPAT, for_c, functions, names, path, printed, scratch};
use crate::library::library;
use crate::{constants, source};

/// The headers of libsodium that declare what is mirrored.
const THEIRS: &str = "core.h utils.h randombytes.h crypto_kx.h crypto_aead_xchacha20poly1305.h crypto_box.h \
    crypto_secretbox.h crypto_sign.h crypto_secretstream_xchacha20poly1305.h crypto_kem.h crypto_kdf.h \
    crypto_generichash.h crypto_pwhash.h crypto_scalarmult.h";

/// One call of each family, and what it left behind. Each runs first of all in a process of its own, then again after
/// `secenv_init`; both have to give the same.
const CALLS: [&str; 14] = [
    "assert(secenv_kx_seed_keypair(out, out + 32, in) == 0);",
    "unsigned long long n;\n\
     secenv_aead_xchacha20poly1305_ietf_encrypt(out, &n, in, 64, in, 9, NULL, in, in);\n\
     assert(n == 80);",
    "secenv_aead_xchacha20poly1305_ietf_encrypt(out, NULL, NULL, 0, in, 9, NULL, in, in);",
    "assert(secenv_box_seed_keypair(out, out + 32, in) == 0 && secenv_box_easy(out + 64, in, 64, in, out, in) == 0);",
    "secenv_secretbox_easy(out, in, 64, in, in);",
    "assert(secenv_sign_seed_keypair(out, out + 32, in) == 0);\n\
     assert(secenv_sign_detached(out + 96, NULL, in, 64, out + 32) == 0);",
    "secenv_secretstream_xchacha20poly1305_state s;\n\
     assert(secenv_secretstream_xchacha20poly1305_init_pull(&s, in, in) == 0);\n\
     memcpy(out, s.k, 32); memcpy(out + 32, s.nonce, 12);",
    "assert(secenv_kem_seed_keypair(out, out + 1216, in) == 0);",
    "assert(secenv_kdf_derive_from_key(out, 32, 1, \"purpose\", in) == 0);",
    "secenv_generichash_state s; secenv_generichash_init(&s, NULL, 0, 32); secenv_generichash_update(&s, in, 64);\
     secenv_generichash_final(&s, out, 32);",
    "assert(secenv_pwhash(out, 32, \"password\", 8, in, 1, 8192, SECENV_PWHASH_ALG_DEFAULT) == 0);",
    "assert(secenv_scalarmult_base(out, in) == 0);",
    "unsigned char *p = secenv_malloc(64);\n\
     memcpy(p, in, 64);\n\
     memcpy(out, p, 64);\n\
     assert(secenv_mprotect_readonly(p) == 0);\n\
     secenv_free(p);",
    "secenv_randombytes_buf_deterministic(out, 64, in);",
];

#[test]
fn every_name_and_signature_is_libsodiums() {
    let exported = functions(&for_c());
    let (mut text, mut count) = (both_headers(), 0);
    for (theirs, ours) in names().into_iter().filter(|(_, ours)| exported.contains(ours)) {
        writeln!(
            text,
            "_Static_assert(__builtin_types_compatible_p(__typeof__({theirs}), __typeof__({ours})), \"{ours}\");"
        )
        .unwrap();
        count += 1;
    }
    assert_eq!(count, 253);
    compiles("signatures", &text);
}

#[test]
fn every_state_has_libsodiums_size_and_alignment() {
    let mut text = libsodiums_headers() + "#include \"secenv.h\"\n";
    let (states, mut count) = (names().into_iter().filter(|(theirs, _)| theirs.ends_with("_state")), 0);
    for (theirs, ours) in states {
        for operator in ["sizeof", "_Alignof"] {
            writeln!(text, "_Static_assert({operator}({theirs}) == {operator}({ours}), \"{ours}\");").unwrap();
        }
        count += 1;
    }
    assert_eq!(count, 5);
    compiles("states", &text);
}

#[test]
fn every_constant_has_libsodiums_value_and_type_and_its_function_gives_it() {
    let exported = functions(&for_c());
    let mut text =
        libsodiums_headers() + "#include \"secenv.h\"\n#include <assert.h>\n#include <string.h>\nint main(void) {\n";
    let mut without = Vec::new();
    for (theirs, value) in constants::all() {
        let ours = constants::ours(theirs);
        writeln!(text, "assert(__builtin_types_compatible_p(__typeof__({theirs}), __typeof__({ours})));").unwrap();
        let equal = |a: &str, b: &str| match value.starts_with('"') {
            true => format!("assert(strcmp({a}, {b}) == 0);\n"),
            false => format!("assert({a} == {b});\n"),
        };
        text += &equal(theirs, &ours);
        let function = ours.to_lowercase();
        if exported.contains(&function) {
            text += &equal(&ours, &format!("{function}()"));
        } else {
            without.push(theirs);
        }
    }
    text += "return 0; }\n";
    assert_eq!(without, constants::WITHOUT_FUNCTION);
    runs("constants", &text);
}

#[test]
fn every_function_without_an_argument_stands_for_a_constant() {
    let macros: Vec<String> = constants::all().map(|(name, _)| constants::ours(name).to_lowercase()).collect();
    let header = for_c();
    let constant = |name: &str| macros.iter().any(|word| word == name) || name.ends_with("_statebytes");
    for name in functions(&header).iter().filter(|name| header.contains(&format!(" {name}(void)"))) {
        assert!(constant(name) || ["secenv_init", "secenv_randombytes_random"].contains(&name.as_str()), "{name}");
    }
}

#[test]
fn init_answers_0_at_its_first_call_and_1_afterwards_whatever_ran_before() {
    let text = "#include <assert.h>\n#include \"secenv.h\"\nint main(void) {\n\
        unsigned char key[32];\nsecenv_randombytes_buf(key, sizeof key);\nsecenv_kdf_keygen(key);\n\
        assert(secenv_init() == 0);\nassert(secenv_init() == 1);\nassert(secenv_init() == 1);\nreturn 0; }\n";
    runs("init", text);
}

#[test]
fn every_family_works_first_of_all_and_as_it_does_after_init() {
    for (at, call) in CALLS.iter().enumerate() {
        let text = format!(
            "#include <assert.h>\n#include <string.h>\n#include \"secenv.h\"\n\
             static void call(unsigned char out[2048]) {{\n\
             unsigned char in[64];\nmemset(in, 7, sizeof in);\n{call}\n}}\n\
             int main(void) {{\nunsigned char first[2048] = {{0}}, later[2048] = {{0}}, none[2048] = {{0}};\n\
             call(first);\nassert(secenv_init() == 0);\ncall(later);\n\
             assert(memcmp(first, later, sizeof first) == 0 && memcmp(first, none, sizeof first) != 0);\nreturn 0; }}\n"
        );
        runs(&format!("first-{at}"), &text);
    }
}

#[test]
fn every_function_gets_libsodium_ready_before_it_calls_it() {
    let mut count = 0;
    // aead.rs goes to its own engine first; CALLS has both of its ways.
    for (file, _) in COMPAT.into_iter().filter(|(file, _)| *file != "aead") {
        let source = fs::read_to_string(path(&format!("crates/capi/src/compat/{file}.rs"))).unwrap();
        for body in source.split("#[unsafe(no_mangle)]").skip(1).filter(|body| body.contains("unsafe { raw::")) {
            let fine = ["    ready();\n", "// SAFETY: takes nothing and reads a constant.\n", "raw::sodium_init()"];
            assert!(fine.iter().any(|line| body.contains(line)), "{file}.rs: {body}");
            count += 1;
        }
    }
    assert!(count > 100);
}

/// Both sets of declarations in one file, ours with libsodium's states in the place of ours.
fn both_headers() -> String {
    let mut ours = for_c();
    for (theirs, name) in names().iter().filter(|(theirs, _)| theirs.ends_with("_state")) {
        for end in [format!("}} {name};"), format!("typedef secenv_sign_ed25519ph_state {name};")] {
            let Some(at) = ours.find(&end) else { continue };
            let start = ours[..at + 1].rfind("typedef ").unwrap();
            ours.replace_range(start..at + end.len(), "");
        }
        ours = ours.replace(&format!("{name} "), &format!("{theirs} "));
    }
    format!("{}{ours}", libsodiums_headers())
}

fn libsodiums_headers() -> String {
    THEIRS.split_whitespace().map(|file| format!("#include \"sodium/{file}\"\n")).collect()
}

fn compiles(name: &str, text: &str) {
    let file = scratch(&format!("{name}.c"), text);
    let mut compiler = compiler();
    let output = compiler.arg("-fsyntax-only").arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Compiles a program, links it with libsecenv alone and runs it.
fn runs(name: &str, text: &str) {
    let (file, program) = (scratch(&format!("{name}.c"), text), scratch(name, ""));
    let folder = library().parent().unwrap().to_owned();
    let mut compiler = compiler();
    compiler.arg(file).arg("-o").arg(&program).arg("-L").arg(&folder).arg("-lsecenv");
    let output = compiler.arg(format!("-Wl,-rpath,{}", folder.display())).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = Command::new(program).env("LD_LIBRARY_PATH", &folder).output().unwrap();
    assert!(output.status.success(), "{name}: {} {}", output.status, String::from_utf8_lossy(&output.stderr));
}

fn compiler() -> Command {
    static HEADERS: OnceLock<PathBuf> = OnceLock::new();
    let headers = HEADERS.get_or_init(|| source::unpack("consistency-libsodium", &["src/libsodium/include"]));
    let mut compiler = Command::new("cc");
    compiler.args(["-std=gnu11", "-Wall", "-Werror", "-I"]).arg(headers.join("src/libsodium/include"));
    compiler.arg("-I").arg(printed().join("include"));
    compiler
}
