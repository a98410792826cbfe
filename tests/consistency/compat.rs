//! The compatible functions against libsodium's own headers, compiled, and at work.

use std::fmt::Write as _;
use std::process::Command;

use crate::header::{compat_without_states, functions, names, printed, scratch, states};
use crate::library::library;
use crate::libsodium::{INCLUDES, families, libsodiums_headers, ours};

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
fn every_signature_is_libsodiums() {
    // Our functions with libsodium's states in the place of ours: C tells types apart by name.
    let mut text = INCLUDES.to_owned() + "#include \"secenv/base.h\"\n";
    for (theirs, ours) in states() {
        writeln!(text, "#define {ours} {theirs}").unwrap();
    }
    text += &compat_without_states();
    let (states, mut count) = (states(), 0);
    for (theirs, ours) in names().iter().filter(|name| !states.contains(name)) {
        let same = format!("__builtin_types_compatible_p(__typeof__({theirs}), __typeof__({ours}))");
        writeln!(text, "_Static_assert({same}, \"{ours}\");").unwrap();
        count += 1;
    }
    assert_eq!(count, 253);
    compiles("signatures", &text);
}

#[test]
fn every_state_and_constant_is_libsodiums_and_the_function_of_a_constant_gives_it() {
    let mut text = INCLUDES.to_owned() + "#include \"secenv.h\"\n#include <assert.h>\n#include <string.h>\n";
    for (theirs, ours) in states() {
        for operator in ["sizeof", "_Alignof"] {
            writeln!(text, "_Static_assert({operator}({theirs}) == {operator}({ours}), \"{ours}\");").unwrap();
        }
    }
    text += "int main(void) {\n";
    let exported = functions();
    for constant in families().iter().flat_map(|family| &family.constants) {
        let (theirs, ours) = (&constant.theirs, ours(&constant.theirs));
        writeln!(text, "assert(__builtin_types_compatible_p(__typeof__({theirs}), __typeof__({ours})));").unwrap();
        let function = Some(ours.to_lowercase()).filter(|function| exported.contains(function));
        for value in [Some(theirs.clone()), function.map(|function| function + "()")].into_iter().flatten() {
            match constant.value.starts_with('"') {
                true => writeln!(text, "assert(strcmp({value}, {ours}) == 0);").unwrap(),
                false => writeln!(text, "assert({value} == {ours});").unwrap(),
            }
        }
    }
    text += "return 0; }\n";
    assert_eq!(states().len(), 5);
    runs("constants", &text);
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

fn compiles(name: &str, text: &str) {
    let output = compiler().arg("-fsyntax-only").arg(scratch(&format!("{name}.c"), text)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Compiles a program, links it with libsecenv alone and runs it.
pub fn runs(name: &str, text: &str) {
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
    let mut compiler = Command::new("cc");
    compiler.args(["-std=gnu11", "-Wall", "-Werror", "-I"]).arg(libsodiums_headers());
    compiler.arg("-I").arg(printed().join("include"));
    compiler
}
