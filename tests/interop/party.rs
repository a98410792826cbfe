//! A participant: a process at the other end of a pipe. libsecenv's Rust is one too, in this process.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::library::library;
use crate::{prepare, through};

/// What a request is made of, and its answer.
pub type Fields = Vec<Vec<u8>>;

/// Who takes part.
pub struct Party {
    /// As the table calls it.
    pub name: &'static str,
    line: Line,
}

enum Line {
    Pipe(RefCell<Process>),
    Here(fn(&str) -> String),
}

struct Process {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Party {
    /// Starts everyone.
    pub fn all() -> [Party; 8] {
        let made = prepare::all();
        let php = |script: &str| {
            let mut php = Command::new("php");
            php.arg(prepare::root().join(script)).env("SECENV_LIBRARY", library());
            php
        };
        let mut node = Command::new("node");
        node.arg(prepare::root().join("tests/peers/node/peer.js"));
        [
            Party { name: "secenv rust", line: Line::Here(through::rust::answer) },
            Self::start("secenv c", &mut Command::new(&made.c)),
            Self::start("secenv c++", &mut Command::new(&made.cpp)),
            Self::start("secenv php", &mut php("tests/interop/through/php.php")),
            Self::start("php", &mut php("tests/peers/php/peer.php")),
            Self::start("c++", &mut Command::new(&made.cpp_peer)),
            Self::start("rust", &mut Command::new(&made.rust_peer)),
            Self::start("node", &mut node),
        ]
    }

    fn start(name: &'static str, command: &mut Command) -> Self {
        let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = started.unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { name, line: Line::Pipe(RefCell::new(Process { child, input, output })) }
    }

    /// Sends a line as it is and gives the answer.
    pub fn says(&self, request: &str) -> String {
        match &self.line {
            Line::Here(answer) => answer(request),
            Line::Pipe(process) => {
                let process = &mut *process.borrow_mut();
                let mut answer = String::new();
                writeln!(process.input, "{request}").and_then(|()| process.input.flush()).expect(self.name);
                process.output.read_line(&mut answer).expect(self.name);
                assert!(answer.ends_with('\n'), "{} died of: {:.60}", self.name, request);
                answer.truncate(answer.len() - 1);
                answer
            }
        }
    }

    /// Asks for something: its fields, or `None` if it is refused.
    pub fn ask(&self, verb: &str, fields: &[&[u8]]) -> Option<Fields> {
        let request = fields.iter().fold(verb.to_owned(), |line, field| line + " " + &to_hex(field));
        let answer = self.says(&request);
        let mut words = answer.split(' ');
        match words.next() {
            Some("ok") => Some(words.map(|word| from_hex(word).expect(self.name)).collect()),
            Some("no") => None,
            _ => panic!("{} answered to {verb}: {answer:.60}", self.name),
        }
    }

    /// Asks for one field.
    pub fn makes(&self, verb: &str, fields: &[&[u8]]) -> Result<Vec<u8>, String> {
        let mut answer = self.ask(verb, fields).ok_or_else(|| format!("{} refused {verb}", self.name))?;
        if answer.len() == 1 { Ok(answer.remove(0)) } else { Err(format!("{verb} gave {} fields", answer.len())) }
    }

    /// Asks for something that is known.
    pub fn gives(&self, verb: &str, fields: &[&[u8]], expected: &[&[u8]]) -> Result<(), String> {
        match self.ask(verb, fields) {
            None => Err(format!("{} refused {verb}", self.name)),
            Some(answer) if answer == expected => Ok(()),
            Some(_) => Err(format!("{} gave something else to {verb}", self.name)),
        }
    }

    /// Asks for something that must be refused.
    pub fn refuses(&self, verb: &str, fields: &[&[u8]]) -> Result<(), String> {
        self.ask(verb, fields).map_or(Ok(()), |_| Err(format!("{} took a changed {verb}", self.name)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A field as the lines spell it.
pub fn to_hex(field: &[u8]) -> String {
    if field.is_empty() {
        return "-".to_owned();
    }
    let mut text = String::with_capacity(2 * field.len());
    for byte in field {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The reverse, `None` for anything else.
pub fn from_hex(field: &str) -> Option<Vec<u8>> {
    if field == "-" {
        return Some(Vec::new());
    }
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = field.as_bytes().as_chunks::<2>();
    let mut bytes = Vec::with_capacity(pairs.len());
    for [high, low] in pairs {
        bytes.push(value(*high)? << 4 | value(*low)?);
    }
    (!bytes.is_empty() && rest.is_empty()).then_some(bytes)
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";
