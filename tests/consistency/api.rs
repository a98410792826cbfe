//! One API in three languages: what C has, C++ and PHP have too, with arguments in the same order and constants of the
//! same value. Exceptions stand in `api.toml`, each with its reason, and one that is no longer needed is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::Table;

use crate::compat::runs;
use crate::header::path;

const C: &str = "include/secenv";
const CPP: &str = "bindings/cpp/include/secenv";
const PHP: &str = "bindings/php/src";
/// PHP's list of what each function takes, which is no use of one.
const SIGNATURES: &str = "Signatures.php";

#[test]
fn every_function_of_c_is_in_cpp_and_those_for_servers_are_in_php() {
    let functions = functions();
    assert!(functions.len() > 100, "only {} functions", functions.len());
    let (cpp, php) = (calls(CPP, "hpp"), calls(PHP, "php"));
    let types: String = sources(PHP, "php").into_iter().map(|(_, code)| code).collect();
    let (mut in_cpp, mut in_php) = (Exceptions::read("cpp"), Exceptions::read("php"));
    let mut missing = Vec::new();
    for name in functions.keys() {
        let is_called = |calls: &[Call]| calls.iter().any(|call| call.function == *name);
        // PHP puts the names of these together.
        let is_freed = name.strip_suffix("_free").is_some_and(|kind| types.contains(&format!("'{kind}'")));
        let is_timed = name.strip_suffix("_at").is_some_and(|now| types.contains(&format!("->timed('{now}'")));
        missing.extend(in_cpp.unless(name, is_called(&cpp), "is in no header of C++"));
        missing.extend(in_php.unless(name, is_called(&php) || is_freed || is_timed, "is in no class of PHP"));
    }
    missing.extend(in_cpp.unneeded().chain(in_php.unneeded()));
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn arguments_come_in_cs_order_in_every_language() {
    let functions = functions();
    let names = Names::read();
    let mut wrong = Vec::new();
    for (language, folder, ext) in [("order_cpp", CPP, "hpp"), ("order_php", PHP, "php")] {
        let (mut exceptions, mut compared) = (Exceptions::read(language), 0);
        for call in calls(folder, ext) {
            let Some(in_c) = functions.get(&call.function) else { continue };
            let Some(wrapper) = &call.wrapper else { continue };
            let places: Vec<_> = wrapper.parameters.iter().filter_map(|name| names.place(name, in_c)).collect();
            compared += usize::from(places.len() > 1);
            let what = format!("{}: {}({})", call.file, wrapper.name, wrapper.parameters.join(", "));
            let why = format!("{what} has another order than C's ({})", in_c.join(", "));
            wrong.extend(exceptions.unless(&call.function, places.is_sorted(), &why));
            for name in wrapper.parameters.iter().filter(|name| !names.is_known(name, &functions)) {
                wrong.push(format!("{what}: `{name}` is no parameter's name in C: name it so, or add it to [names]"));
            }
        }
        assert!(compared > 20, "{folder}: only {compared} wrappers have arguments that C names so");
        wrong.extend(exceptions.unneeded());
    }
    wrong.extend(names.unneeded(&functions));
    let wrong: BTreeSet<_> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn every_status_has_a_name_and_a_text_and_is_in_php_and_rust() {
    let statuses = statuses();
    assert!(statuses.len() > 20, "only {} statuses", statuses.len());
    let mut text = "#include <assert.h>\n#include <string.h>\n#include \"secenv.h\"\nint main(void) {\n".to_owned();
    for (name, number) in &statuses {
        writeln!(text, "assert(strcmp(secenv_status_name({number}), \"{name}\") == 0);").unwrap();
        writeln!(text, "assert(strcmp(secenv_status_message({number}), secenv_status_message(-1)) != 0);").unwrap();
        writeln!(text, "assert(strlen(secenv_status_message({number})) > 8);").unwrap();
    }
    text += "return 0; }\n";
    runs("statuses", &text);

    let plain = |statuses: &[(String, i64)]| -> BTreeMap<String, i64> {
        statuses.iter().map(|(name, number)| (letters(name), *number)).collect()
    };
    let php: Vec<_> = constants_of_php().into_iter().filter(|(name, _)| name.starts_with("Status::")).collect();
    let php: Vec<_> = php.iter().map(|(name, value)| (name["Status::".len()..].to_owned(), number(value))).collect();
    assert_eq!(plain(&php), plain(&statuses), "PHP's Status");

    let rust: BTreeSet<_> = secenv_core::Error::ALL.iter().map(|error| format!("{error:?}").to_lowercase()).collect();
    // The pointers and lengths of C, and what is no failure, are nothing that Rust can say.
    let failures = statuses.iter().filter(|(_, number)| *number >= 10).map(|(name, _)| letters(name));
    assert_eq!(rust, failures.collect(), "Rust's Error");
}

#[test]
fn constants_have_the_same_value_in_every_language() {
    let constants = constants_of_c();
    let php = constants_of_php();
    let table = table();
    let mut twins: BTreeSet<&str> = BTreeSet::new();
    let mut wrong = Vec::new();
    for (c, twin) in table["twins"].as_table().unwrap() {
        for twin in twin.as_array().map_or(std::slice::from_ref(twin), Vec::as_slice) {
            let twin = twin.as_str().unwrap();
            twins.insert(twin);
            match (constants.get(c), php.get(twin)) {
                (Some(one), Some(other)) if one == other => {}
                (one, other) => wrong.push(format!("{c} is {one:?}, {twin} is {other:?}")),
            }
        }
    }
    let own = table["php_only"].as_table().unwrap();
    for name in php.keys().filter(|name| !name.starts_with("Status::")) {
        if twins.contains(name.as_str()) == own.contains_key(name) {
            wrong.push(format!("{name} of PHP is to be in one of [twins] and [php_only]"));
        }
    }
    for name in own.keys().filter(|name| !php.contains_key(*name)) {
        wrong.push(format!("{name} in [php_only] is no constant of PHP"));
    }
    let (mut compared, mut other_names) = (0, Exceptions::read("enumerators"));
    for (file, code) in sources(CPP, "hpp") {
        for body in code.split("enum class ").skip(1).filter_map(|rest| rest.split_once('{')?.1.split_once('}')) {
            for (name, constant) in body.0.split(',').filter_map(|entry| entry.split_once('=')) {
                let (name, constant) = (name.trim(), constant.trim());
                let same = constants.contains_key(constant) && constant.to_lowercase().ends_with(&format!("_{name}"));
                wrong.extend(other_names.unless(name, same, &format!("in {file} is {constant}")));
                compared += 1;
            }
        }
    }
    assert!(compared > 15, "only {compared} enumerators of C++");
    wrong.extend(other_names.unneeded());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_function_of_c_has_more_than_six_parameters() {
    let mut exceptions = Exceptions::read("parameters");
    let mut wrong = Vec::new();
    for (_, text) in headers() {
        for (name, parameters) in prototypes(&text) {
            let count = parameters.len();
            wrong.extend(exceptions.unless(&name, count <= 6, &format!("has {count} parameters")));
        }
    }
    wrong.extend(exceptions.unneeded());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn table() -> Table {
    fs::read_to_string(path("tests/consistency/api.toml")).unwrap().parse().unwrap()
}

/// A table of exceptions: a function, or the beginning of several and a `*`, and why.
struct Exceptions {
    table: String,
    entries: Vec<(String, bool)>,
}

impl Exceptions {
    fn read(name: &str) -> Self {
        let table = table();
        let entries = table[name].as_table().unwrap().iter().map(|(function, why)| {
            assert!(why.as_str().unwrap().len() > 8, "[{name}] {function}: no reason");
            (function.clone(), false)
        });
        Self { table: name.to_owned(), entries: entries.collect() }
    }

    /// What is wrong with `name`, unless it `holds` or is an exception.
    fn unless(&mut self, name: &str, holds: bool, why: &str) -> Option<String> {
        let fits = |entry: &str| entry.strip_suffix('*').map_or(entry == name, |begin| name.starts_with(begin));
        if holds {
            return None;
        }
        let mut excepted = false;
        for (_, is_needed) in self.entries.iter_mut().filter(|(entry, _)| fits(entry)) {
            (excepted, *is_needed) = (true, true);
        }
        (!excepted).then(|| format!("{name} {why}"))
    }

    fn unneeded(&self) -> impl Iterator<Item = String> {
        let unneeded = self.entries.iter().filter(|(_, is_needed)| !is_needed);
        unneeded.map(|(entry, _)| format!("[{}] {entry} is no exception any more", self.table))
    }
}

/// Other names that wrappers have for C's parameters.
struct Names {
    aliases: BTreeMap<String, Vec<String>>,
    own: BTreeSet<String>,
}

impl Names {
    fn read() -> Self {
        let table = table();
        let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (c, others) in table["names"].as_table().unwrap() {
            for other in others.as_array().unwrap() {
                aliases.entry(other.as_str().unwrap().to_owned()).or_default().push(c.clone());
            }
        }
        Self { aliases, own: table["own"].as_table().unwrap().keys().cloned().collect() }
    }

    /// Where in C's parameters this one stands, if it is one of them.
    fn place(&self, name: &str, in_c: &[String]) -> Option<usize> {
        let aliases = self.aliases.get(name).into_iter().flatten();
        let mut names = aliases.map(String::as_str).chain([name]);
        names.find_map(|name| in_c.iter().position(|other| other == name))
    }

    fn is_known(&self, name: &str, functions: &BTreeMap<String, Vec<String>>) -> bool {
        let in_c = |name: &str| functions.values().flatten().any(|other| other == name);
        self.own.contains(name) || self.aliases.contains_key(name) || in_c(name)
    }

    fn unneeded(&self, functions: &BTreeMap<String, Vec<String>>) -> Vec<String> {
        let all: BTreeSet<_> = [(CPP, "hpp"), (PHP, "php")]
            .into_iter()
            .flat_map(|(folder, ext)| calls(folder, ext))
            .filter(|call| functions.contains_key(&call.function))
            .flat_map(|call| call.wrapper.map(|wrapper| wrapper.parameters).unwrap_or_default())
            .collect();
        let unneeded = self.aliases.keys().chain(&self.own).filter(|name| !all.contains(*name));
        unneeded.map(|name| format!("[names] or [own]: nothing is called `{name}`")).collect()
    }
}

/// The headers of C but the compatible API, without comments.
fn headers() -> Vec<(String, String)> {
    let all = sources(C, "h").into_iter();
    all.filter(|(file, _)| !["compat.h", "sodium.h"].contains(&file.as_str())).collect()
}

/// Each function and its parameters; where one is a struct that begins with its size, its members come before it.
fn functions() -> BTreeMap<String, Vec<String>> {
    let headers = headers();
    let structs: BTreeMap<_, _> = headers.iter().flat_map(|(_, text)| structs(text)).collect();
    let functions = headers.iter().flat_map(|(_, text)| prototypes(text)).map(|(name, parameters)| {
        let mut names = Vec::new();
        for parameter in parameters {
            flatten(&parameter, &structs, &mut names);
        }
        (name, names)
    });
    functions.collect()
}

fn flatten(declaration: &str, structs: &BTreeMap<String, Vec<String>>, names: &mut Vec<String>) {
    let words = words(declaration);
    let members = words.iter().find_map(|word| structs.get(*word)).into_iter().flatten();
    members.for_each(|member| flatten(member, structs, names));
    names.push((*words.last().unwrap()).to_owned());
}

/// The structs that callers fill in, and the declarations of their members.
fn structs(text: &str) -> Vec<(String, Vec<String>)> {
    let bodies = text.split("typedef struct {").skip(1).filter_map(|rest| rest.split_once('}'));
    let all = bodies.map(|(body, rest)| {
        let name = rest.split_once(';').unwrap().0.trim().to_owned();
        let members = body.split(';').map(|member| member.split('[').next().unwrap().trim().to_owned());
        (name, members.filter(|member| !member.is_empty()).collect::<Vec<_>>())
    });
    all.filter(|(_, members)| members.first().is_some_and(|first| first == "size_t size")).collect()
}

/// Each function and the declarations of its parameters.
fn prototypes(text: &str) -> Vec<(String, Vec<String>)> {
    let statements = text.split(';').filter_map(|statement| statement.trim_end().strip_suffix(')')?.split_once('('));
    let named = statements.filter_map(|(before, parameters)| {
        let name = words(before).last().filter(|name| name.starts_with("secenv_"))?.to_string();
        let parameters = parameters.split(',').map(str::trim).filter(|one| *one != "void" && !one.is_empty());
        Some((name, parameters.map(str::to_owned).collect()))
    });
    named.collect()
}

fn statuses() -> Vec<(String, i64)> {
    let text = fs::read_to_string(path(&format!("{C}/status.h"))).unwrap();
    let entries = text.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("SECENV_STATUS_")?.split_once(" = ")?;
        Some((name.to_owned(), number(value.trim_end_matches(','))))
    });
    entries.collect()
}

/// All constants of C, the compatible API's too.
fn constants_of_c() -> BTreeMap<String, String> {
    let texts = fs::read_dir(path(C)).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let mut constants = BTreeMap::new();
    for text in texts {
        for (name, value) in text.lines().filter_map(|line| line.strip_prefix("#define ")?.split_once(' ')) {
            constants.insert(name.to_owned(), plain(value));
        }
    }
    constants
}

/// All constants and cases of PHP that have a number or a text, as `Folder/Class::NAME`.
fn constants_of_php() -> BTreeMap<String, String> {
    let mut constants = BTreeMap::new();
    for (file, code) in sources(PHP, "php") {
        for line in code.lines().map(str::trim) {
            let rest = line.strip_prefix("case ").or_else(|| line.split_once("const ").map(|(_, rest)| rest));
            let Some((name, value)) = rest.and_then(|rest| rest.strip_suffix(';')?.split_once(" = ")) else { continue };
            let value = plain(value);
            if value.parse::<i64>().is_ok() || name == "VERSION" {
                constants.insert(format!("{}::{name}", file.trim_end_matches(".php")), value);
            }
        }
    }
    constants
}

fn plain(value: &str) -> String {
    let digits = value.replace('_', "");
    let digits = digits.trim_end_matches('U');
    if digits.parse::<i64>().is_ok() { digits.to_owned() } else { value.trim_matches(['"', '\'']).to_owned() }
}

fn number(value: &str) -> i64 {
    value.trim().parse().unwrap()
}

/// A name without what sets its words apart.
fn letters(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

/// A place where a function of C is named, and the function that does it.
struct Call {
    function: String,
    file: String,
    wrapper: Option<Wrapper>,
}

#[derive(Clone)]
struct Wrapper {
    name: String,
    parameters: Vec<String>,
}

fn calls(folder: &str, ext: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for (file, code) in sources(folder, ext).into_iter().filter(|(file, _)| file != SIGNATURES) {
        let mut scopes = vec![Scope { is_block: true, start: 0, wrapper: None }];
        let mut word_start = None;
        for (at, c) in code.char_indices() {
            let in_word = c.is_alphanumeric() || c == '_';
            match (word_start, in_word) {
                (None, true) => word_start = Some(at),
                (Some(start), false) => {
                    let word = &code[start..at];
                    if word.starts_with("secenv_") {
                        let wrapper = scopes.iter().rev().find_map(|scope| scope.wrapper.clone());
                        calls.push(Call { function: word.to_owned(), file: file.clone(), wrapper });
                    }
                    word_start = None;
                }
                _ => {}
            }
            let top = scopes.last_mut().unwrap();
            match c {
                '(' | '[' => scopes.push(Scope { is_block: false, start: at, wrapper: None }),
                '{' => {
                    let wrapper = if top.is_block { wrapper(&code[top.start..at]) } else { None };
                    scopes.push(Scope { is_block: true, start: at + 1, wrapper });
                }
                ')' | ']' => drop(scopes.pop()),
                '}' => {
                    scopes.pop();
                    scopes.last_mut().unwrap().start = at + 1;
                }
                ';' => top.start = at + 1,
                _ => {}
            }
        }
        assert_eq!(scopes.len(), 1, "{folder}/{file}: brackets that are not closed");
    }
    calls
}

/// What is between two brackets.
struct Scope {
    is_block: bool,
    /// Where its present statement begins.
    start: usize,
    wrapper: Option<Wrapper>,
}

/// The function that a block belongs to, if what stands before it is the head of one.
fn wrapper(head: &str) -> Option<Wrapper> {
    const BLOCKS: [&str; 9] = ["if", "for", "foreach", "while", "switch", "catch", "match", "function", "fn"];
    let mut from = 0;
    while let Some(open) = head[from..].find('(').map(|at| from + at) {
        let before = head[..open].trim_end();
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        if BLOCKS.contains(&name) {
            return None;
        }
        if !["", "noexcept", "decltype"].contains(&name) {
            let parameters = split(&head[open + 1..]).into_iter().filter_map(|one| parameter(&one));
            return Some(Wrapper { name: name.to_owned(), parameters: parameters.collect() });
        }
        from = open + 1;
    }
    None
}

/// The parameters up to the bracket that closes their list.
fn split(list: &str) -> Vec<String> {
    let (mut depth, mut all) = (0, vec![String::new()]);
    for c in list.chars() {
        match c {
            ')' if depth == 0 => break,
            '(' | '<' | '[' | '{' => depth += 1,
            ')' | '>' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().unwrap().push(c);
    }
    all
}

/// A parameter's name as C spells it: `$stateKey` and `state_key` are one.
fn parameter(declaration: &str) -> Option<String> {
    let declaration = declaration.split(" = ").next().unwrap();
    let name =
        declaration.rsplit_once('$').map_or_else(|| words(declaration).last().copied(), |(_, name)| Some(name))?;
    let mut snake = String::new();
    for c in name.trim().chars() {
        if c.is_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    Some(snake)
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect()
}

/// The files of a folder and those below it: their names in it and their code.
fn sources(folder: &str, ext: &str) -> Vec<(String, String)> {
    let root = path(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|other| other == ext) {
                let name = file.strip_prefix(&root).unwrap_or(Path::new("")).to_str().unwrap().to_owned();
                found.push((name, code(&fs::read_to_string(&file).unwrap())));
            }
        }
    }
    assert!(found.len() > 5, "{folder}: only {} files", found.len());
    found.sort();
    found
}

/// Whether the preprocessor's line begins here; PHP's attributes begin with `#[`.
fn is_directive(before: &str, rest: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap();
    rest.starts_with('#') && !rest.starts_with("#[") && line.trim().is_empty()
}

/// A text in C, C++ or PHP without its comments, and without what looks like code inside its strings.
fn code(text: &str) -> String {
    let (mut code, mut rest) = (String::new(), text);
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match quote {
            Some(open) => {
                let is_code = c == '\\' || "{}()[];,".contains(c);
                code.push(if is_code { ' ' } else { c });
                if c == '\\' {
                    len += rest[len..].chars().next().map_or(0, char::len_utf8);
                } else if c == open {
                    quote = None;
                }
            }
            None if rest.starts_with("//") => len = rest.find('\n').unwrap_or(rest.len()),
            None if is_directive(&code, rest) => len = rest.find('\n').unwrap_or(rest.len()),
            None if rest.starts_with("/*") => len = rest.find("*/").map_or(rest.len(), |end| end + 2),
            None => {
                // `1'000` is a number.
                let is_number = c == '\'' && code.ends_with(|before: char| before.is_ascii_digit());
                quote = Some(c).filter(|c| (*c == '"' || *c == '\'') && !is_number);
                code.push(c);
            }
        }
        rest = &rest[len..];
    }
    code
}
