//! The generated headers, from one source: `include/secenv.h` and `include/secenv/*.h` (C and C++), of which `sodium.h`
//! has libsodium's names for the compatible functions, and `bindings/php/resources/secenv.ffi.h` (what PHP's FFI can
//! read). `make header` writes them.
//!
//! Each file of `crates/capi/src` is parsed, cut down to what it exports, written as cbindgen understands it, and printed as a
//! section of its header: the first paragraph of the file's documentation, then the declarations.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use quote::ToTokens as _;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;

use crate::library::library;
use crate::libsodium::{Constant, families, ours, theirs};

/// The headers of `include/secenv` in the order of `secenv.h`, and the files of `crates/capi/src` that each is made of.
/// `compat.h` comes after them.
const HEADERS: [(&str, &[&str]); 12] = [
    ("status", &["status", "version"]),
    ("bytes", &["bytes", "pin"]),
    ("rsa", &["rsa", "key", "pwhash"]),
    ("envelope", &["envelope"]),
    ("identity", &["identity"]),
    ("session", &["session", "client", "server", "record"]),
    ("keyring", &["keyring", "device"]),
    ("parcel", &["parcel", "parcel_writer"]),
    ("grant", &["grant"]),
    ("manifest", &["manifest"]),
    ("trust", &["trust_draft", "trust_statement", "trust"]),
    ("vault", &["apply_report", "documents", "problems", "vault"]),
];

const SOURCE: &str = "crates/capi/src";
const PHP: &str = "bindings/php/resources/secenv.ffi.h";

#[test]
fn the_headers_for_c_are_up_to_date() {
    for (file, text) in for_c() {
        up_to_date(file, text);
    }
}

#[test]
fn the_header_for_php_is_up_to_date() {
    up_to_date(PHP, &for_php());
}

#[test]
fn every_file_with_exports_is_in_a_header() {
    let mut exporting = BTreeSet::new();
    for folder in ["", "/compat", "/compat/generated"] {
        for entry in fs::read_dir(path(&format!("{SOURCE}{folder}"))).unwrap() {
            let file = entry.unwrap().path();
            if file.is_file() && fs::read_to_string(&file).unwrap().contains("\n#[unsafe(no_mangle)]") {
                exporting
                    .insert(file.strip_prefix(path(SOURCE)).unwrap().with_extension("").to_str().unwrap().to_owned());
            }
        }
    }
    let listed = resources().iter().flat_map(|resource| &resource.sections).map(|section| section.file.clone());
    let missing: Vec<_> = exporting.difference(&listed.collect()).cloned().collect();
    assert!(missing.is_empty(), "in no header: {missing:?}");
}

#[test]
fn a_file_exports_its_own_resource() {
    for section in resources().iter().flat_map(|resource| &resource.sections) {
        let begin = format!("secenv_{}_", section.file);
        for function in functions_in(&section.print(&config())) {
            assert!(
                function.starts_with(&begin) || begin == format!("{function}_") || section.file.starts_with("compat/"),
                "{}: {function}",
                section.file
            );
        }
    }
}

#[test]
fn c_and_cpp_compile_every_header_alone_without_a_warning() {
    let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fsyntax-only"];
    let compilers = [
        ("gcc", "c", "c11"),
        ("clang", "c", "c11"),
        ("g++", "c++", "c++17"),
        ("g++", "c++", "c++20"),
        ("clang++", "c++", "c++17"),
        ("clang++", "c++", "c++20"),
    ];
    for (compiler, language, standard) in compilers {
        let mut command = Command::new(compiler);
        command.args(warnings).args([&format!("-std={standard}"), "-x", language]);
        for (file, _) in for_c() {
            let text = format!("#include \"{}\"\nint main(void) {{ return 0; }}\n", printed().join(file).display());
            command.arg(scratch(&format!("alone/{standard}-{compiler}-{}", file.replace('/', "-")), &text));
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{compiler} {standard}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn no_name_in_a_prototype_begins_or_ends_with_an_underscore() {
    for (file, text) in for_c() {
        let code = text.lines().filter(|line| !line.trim_start().starts_with(['*', '#', '/']));
        for word in code.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_')) {
            let fine = !word.starts_with('_') && !word.ends_with('_');
            assert!(fine || ["_pad", "__asm__"].contains(&word), "{file}: {word}");
        }
    }
}

#[test]
fn php_reads_every_function_and_constant() {
    let header = for_php();
    let (file, library) = (scratch(PHP, &header), library());
    let mut script = format!("$c = FFI::cdef(file_get_contents('{}'), '{}');\n", file.display(), library.display());
    for function in functions() {
        script += &format!("$c->{function};\n");
    }
    for (name, value) in php_constants(&header) {
        script += &format!("if ($c->{name} !== {value}) throw new Exception('{name}');\n");
    }
    script += "$state = $c->new('secenv_generichash_state');\n";
    script += "if (FFI::sizeof($state) !== 384) throw new Exception('size');\n";
    script += "if (FFI::alignof($state) !== 64) throw new Exception('alignment');\necho 'read';\n";
    let script = scratch("read.php", &format!("<?php\n{script}"));
    let output = Command::new("php").args(["-d", "ffi.enable=1"]).arg(script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said == "read", "{said} {}", String::from_utf8_lossy(&output.stderr));
}

/// A header: what it is made of, and what it needs.
struct Resource {
    name: String,
    /// What it is for.
    about: String,
    sections: Vec<Section>,
}

/// What a file of `crates/capi/src` exports.
struct Section {
    file: String,
    /// What it is for.
    about: String,
    constants: &'static [Constant],
    /// The exports, in Rust.
    rust: PathBuf,
    defines: BTreeSet<String>,
    uses: BTreeSet<String>,
}

/// Every header but the umbrella, in its order.
fn resources() -> &'static [Resource] {
    static RESOURCES: OnceLock<Vec<Resource>> = OnceLock::new();
    RESOURCES.get_or_init(|| {
        let aliases = Aliases::read(&format!("{SOURCE}/boundary.rs"));
        let read = |file: &str| {
            Section::new(file, &fs::read_to_string(path(&format!("{SOURCE}/{file}.rs"))).unwrap(), &aliases)
        };
        let own = HEADERS.iter().map(|(name, files)| {
            let sections: Vec<_> = files.iter().map(|file| read(file)).collect();
            let named = sections.iter().find(|section| section.file == *name).unwrap_or(&sections[0]);
            Resource { name: (*name).to_owned(), about: named.about.clone(), sections }
        });
        let mut compat = vec![read("compat/states"), read("compat/init")];
        for family in families() {
            let file = format!("compat/generated/{}", family.name);
            compat.push(Section { constants: &family.constants, ..Section::new(&file, &family.rust, &aliases) });
            let by_hand = format!("compat/{}", family.name);
            if path(&format!("{SOURCE}/{by_hand}.rs")).exists() {
                compat.push(read(&by_hand));
            }
        }
        let about = read("compat/mod").about;
        own.chain([Resource { name: "compat".to_owned(), about, sections: compat }]).collect()
    })
}

impl Section {
    fn new(file: &str, source: &str, aliases: &Aliases) -> Self {
        let mut tree = syn::parse_file(source).unwrap_or_else(|error| panic!("{file}: {error}"));
        let documentation = tree.attrs.iter().filter_map(documentation).take_while(|line| !line.is_empty());
        let about = documentation.collect::<Vec<_>>().join("\n").replace("[`", "`").replace("`]", "`");
        tree.attrs.clear();
        tree.items.retain(is_exported);
        ForC { aliases }.visit_file_mut(&mut tree);
        let mut names = Names::default();
        names.visit_file(&tree);
        let rust = format!("exports/{}.rs", file.replace('/', "-"));
        let rust = scratch(&rust, &tree.to_token_stream().to_string());
        Self { file: file.to_owned(), about, constants: &[], rust, defines: names.defines, uses: names.uses }
    }

    /// The text of the section in C.
    fn print(&self, config: &cbindgen::Config) -> String {
        let mut config = config.clone();
        config.export.include = self.defines.iter().cloned().collect();
        let mut text = Vec::new();
        cbindgen::Builder::new().with_config(config).with_src(&self.rust).generate().unwrap().write(&mut text);
        String::from_utf8(text).unwrap()
    }
}

fn documentation(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value else { return None };
    pair.path.is_ident("doc").then(|| text.value().trim().to_owned())
}

fn is_exported(item: &syn::Item) -> bool {
    let public = |visibility: &syn::Visibility| matches!(visibility, syn::Visibility::Public(_));
    match item {
        syn::Item::Fn(item) => public(&item.vis) && item.sig.abi.is_some(),
        syn::Item::Struct(item) => public(&item.vis),
        syn::Item::Enum(item) => public(&item.vis),
        syn::Item::Type(item) => public(&item.vis),
        syn::Item::Const(item) => public(&item.vis),
        _ => false,
    }
}

/// The names that a section defines, and those of ours that it mentions.
#[derive(Default)]
struct Names {
    defines: BTreeSet<String>,
    uses: BTreeSet<String>,
}

impl<'a> Visit<'a> for Names {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let name = match item {
            syn::Item::Struct(item) => &item.ident,
            syn::Item::Enum(item) => &item.ident,
            syn::Item::Type(item) => &item.ident,
            syn::Item::Const(item) => &item.ident,
            _ => return syn::visit::visit_item(self, item),
        };
        self.defines.insert(name.to_string());
        syn::visit::visit_item(self, item);
    }

    fn visit_path_segment(&mut self, segment: &'a syn::PathSegment) {
        self.uses.insert(segment.ident.to_string());
        syn::visit::visit_path_segment(self, segment);
    }

    fn visit_block(&mut self, _: &'a syn::Block) {}
}

/// Writes exports as cbindgen can print them: aliases of pointers written out, parameters that Rust does not use under
/// their plain names, `must_use` said at each function, because in C a type cannot say it.
struct ForC<'a> {
    aliases: &'a Aliases,
}

impl VisitMut for ForC<'_> {
    fn visit_item_fn_mut(&mut self, function: &mut syn::ItemFn) {
        syn::visit_mut::visit_item_fn_mut(self, function);
        if function.sig.output.to_token_stream().to_string().ends_with("secenv_status") {
            function.attrs.push(syn::parse_quote!(#[must_use]));
        }
        function.block = syn::parse_quote!({});
    }

    fn visit_fn_arg_mut(&mut self, argument: &mut syn::FnArg) {
        syn::visit_mut::visit_fn_arg_mut(self, argument);
        if let syn::FnArg::Typed(argument) = argument
            && let syn::Pat::Ident(name) = &mut *argument.pat
            && let Some(plain) = name.ident.to_string().strip_prefix('_')
        {
            name.ident = syn::Ident::new(plain, name.ident.span());
        }
    }

    fn visit_type_mut(&mut self, kind: &mut syn::Type) {
        syn::visit_mut::visit_type_mut(self, kind);
        if let Some(written_out) = self.aliases.write_out(kind) {
            *kind = written_out;
        }
    }
}

/// The aliases with a type parameter `T` that the boundary has for pointers to results.
struct Aliases(Vec<syn::ItemType>);

impl Aliases {
    fn read(file: &str) -> Self {
        let items = syn::parse_file(&fs::read_to_string(path(file)).unwrap()).unwrap().items.into_iter();
        let aliases = items.filter_map(|item| if let syn::Item::Type(item) = item { Some(item) } else { None });
        Self(aliases.filter(|alias| alias.generics.type_params().count() == 1).collect())
    }

    fn write_out(&self, kind: &syn::Type) -> Option<syn::Type> {
        struct Put<'a>(&'a syn::Type);
        impl VisitMut for Put<'_> {
            fn visit_type_mut(&mut self, kind: &mut syn::Type) {
                syn::visit_mut::visit_type_mut(self, kind);
                if kind.to_token_stream().to_string() == "T" {
                    *kind = self.0.clone();
                }
            }
        }
        let syn::Type::Path(path) = kind else { return None };
        let last = path.path.segments.last()?;
        let alias = self.0.iter().find(|alias| alias.ident == last.ident)?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        let result = arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(result) => Some(result),
            _ => None,
        })?;
        let mut written_out = (*alias.ty).clone();
        Put(result).visit_type_mut(&mut written_out);
        Some(written_out)
    }
}

/// The headers for C and C++: their places and texts.
fn for_c() -> &'static [(String, String)] {
    static TEXTS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let config = config();
        let header =
            |resource: &Resource| (format!("include/secenv/{}.h", resource.name), header_of(resource, &config));
        let mut texts: Vec<_> = resources().iter().map(header).collect();
        let line = |resource: &Resource| {
            format!("/* {} */\n#include \"secenv/{}.h\"\n", resource.about.replace('\n', "\n * "), resource.name)
        };
        let includes: String = resources().iter().map(line).collect();
        texts.push(("include/secenv.h".to_owned(), template("secenv", &[("@INCLUDES@", &includes)])));
        texts.push(("include/secenv/base.h".to_owned(), template("base", &[("@VERSION@", &versions())])));
        texts.push(("include/secenv/sodium.h".to_owned(), for_sodium()));
        texts
    })
}

fn header_of(resource: &Resource, config: &cbindgen::Config) -> String {
    let guard = format!("SECENV_{}_H", resource.name.to_uppercase());
    let mut text =
        format!("/* Generated by `make header` from {SOURCE}. Do not edit. */\n\n#ifndef {guard}\n#define {guard}\n\n");
    text += "#include \"base.h\"\n";
    let needs = |other: &&Resource| {
        let mut pairs = resource.sections.iter().flat_map(|user| other.sections.iter().map(move |part| (user, part)));
        other.name != resource.name && pairs.any(|(user, part)| !user.uses.is_disjoint(&part.defines))
    };
    for other in resources().iter().filter(needs) {
        text += &format!("#include \"{}.h\"\n", other.name);
    }
    if resource.name == "compat" {
        text += &format!("\n{}", template("compat", &[]));
    }
    text += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
    for section in &resource.sections {
        text += &format!("\n/*\n * {}\n */\n\n", section.about.replace('\n', "\n * "));
        for Constant { theirs, value } in section.constants {
            text += &format!("#define {} {value}\n", ours(theirs));
        }
        text += &format!("\n{}\n", section.print(config).trim());
    }
    text.replace("\n\n\n", "\n\n") + &format!("\n#ifdef __cplusplus\n}}\n#endif\n\n#endif /* {guard} */\n")
}

/// A text of `crates/capi/headers`, with what is generated in its place.
fn template(name: &str, generated: &[(&str, &str)]) -> String {
    let text = fs::read_to_string(path(&format!("crates/capi/headers/{name}.h"))).unwrap();
    generated.iter().fold(text, |text, (place, generated)| text.replace(place, generated.trim_end()))
}

fn versions() -> String {
    let mut numbers = env!("CARGO_PKG_VERSION").split(['.', '-']);
    let mut text = format!("#define SECENV_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"));
    for part in ["MAJOR", "MINOR", "PATCH"] {
        text += &format!("#define SECENV_VERSION_{part} {}\n", numbers.next().unwrap());
    }
    text
}

fn for_sodium() -> String {
    let names: String = names().iter().map(|(theirs, ours)| format!("#define {theirs} {ours}\n")).collect();
    let mut constants = String::new();
    for theirs in families().iter().flat_map(|family| &family.constants).map(|constant| &constant.theirs) {
        // libsodium has a second spelling for one family.
        for spelling in BTreeSet::from([theirs.clone(), theirs.replace("_ietf_", "_IETF_")]) {
            constants += &format!("#define {spelling} {}\n", ours(theirs));
        }
    }
    template("sodium", &[("@NAMES@", &names), ("@CONSTANTS@", &constants)])
}

/// What libsodium calls the types and functions of `compat.h`, and what we do.
pub fn names() -> Vec<(String, String)> {
    let compat = resources().last().unwrap();
    let types = compat.sections.iter().flat_map(|section| section.defines.iter().cloned());
    let functions = functions_in(&text_of("compat"));
    types.chain(functions).map(|ours| (theirs(&ours), ours)).collect()
}

/// The types of `compat.h`.
pub fn states() -> Vec<(String, String)> {
    names().into_iter().filter(|(theirs, _)| theirs.ends_with("_state")).collect()
}

/// The functions of `compat.h` without its types.
pub fn compat_without_states() -> String {
    let compat = resources().last().unwrap();
    let sections = compat.sections.iter().filter(|section| section.defines.is_empty());
    sections.map(|section| section.print(&config())).collect()
}

/// The names of all functions in the headers.
pub fn functions() -> Vec<String> {
    for_c().iter().flat_map(|(_, text)| functions_in(text)).collect()
}

/// The text of a header of `include/secenv`.
pub fn text_of(resource: &str) -> String {
    header_of(resources().iter().find(|other| other.name == resource).unwrap(), &config())
}

fn functions_in(header: &str) -> Vec<String> {
    let code = header.lines().filter(|line| !line.starts_with([' ', '#', '/', '}', '{']));
    let before = code.filter_map(|line| line.split_once('(')).map(|(before, _)| before);
    let names = before.filter_map(|before| before.rsplit([' ', '*']).next());
    names.filter(|name| name.starts_with("secenv_")).map(str::to_owned).collect()
}

/// PHP's FFI has no preprocessor, and passes a PHP string by address only to a `void *` or `char *`. So: no macros,
/// inputs that are bytes as `const void *`, constants as an enum. Outputs stay typed, because C would otherwise write
/// into a PHP string; results stay typed, because PHP would turn a `char *` into a string that ends at the first zero
/// byte.
fn for_php() -> String {
    let mut config = config();
    config.documentation = false;
    config.function.must_use = None;
    config.function.args = cbindgen::Layout::Horizontal;
    config.line_length = 100_000;
    config.layout.aligned_n = Some("__attribute__((aligned".to_owned());
    let sections = || resources().iter().flat_map(|resource| &resource.sections);
    let (mut constants, mut code) = (String::new(), String::new());
    for Constant { theirs, value } in sections().flat_map(|section| section.constants) {
        if let Ok(number) = value.trim_end_matches('U').parse::<i32>() {
            constants += &format!("  {} = {number},\n", ours(theirs));
        }
    }
    for line in sections().map(|section| section.print(&config)).collect::<String>().lines() {
        if let Some(constant) = line.strip_prefix("#define ") {
            constants += &format!("  {},\n", constant.replacen(' ', " = ", 1));
        } else if let Some((before, parameters)) = line.split_once('(').filter(|_| line.ends_with(");")) {
            let parameters = parameters.replace("const uint8_t *", "const void *");
            code += &format!("{before}({}\n", parameters.replace("const unsigned char *", "const void *"));
        } else if let Some((before, after)) = line.split_once("((aligned(") {
            code += &format!("{before}((aligned({}\n", after.replacen(')', ")))", 1));
        } else if !line.is_empty() {
            code += &format!("{line}\n");
        }
    }
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

/// The place of a file of this repository.
pub fn path(file: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(file)
}

/// The headers as the source says they are, in a folder of the tests.
pub fn printed() -> &'static Path {
    static PRINTED: OnceLock<PathBuf> = OnceLock::new();
    PRINTED.get_or_init(|| {
        for (file, text) in for_c() {
            scratch(file, text);
        }
        scratch("README", "Headers for the tests alone.\n").with_file_name("")
    })
}

/// Writes a file that only the tests use and gives its place.
pub fn scratch(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("consistency").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    file
}

/// Compares a generated file with what stands in the repository, and writes it if that is asked for.
pub fn up_to_date(file: &str, text: &str) {
    let place = path(file);
    if std::env::var_os("SECENV_BLESS").is_some() {
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, text).unwrap();
    }
    let committed = fs::read_to_string(&place).unwrap_or_default();
    assert!(committed == text, "{file} is not what its source says: run `make header`");
}
