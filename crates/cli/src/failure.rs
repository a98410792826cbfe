//! What goes wrong, as a person reads it, and as a script does.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use secenv::{Error, Family};
use secenv_primitives::pem;

use crate::text;

/// A sentence, and the exit status.
pub struct Failure {
    text: String,
    status: u8,
}

impl Failure {
    /// The program was called wrongly.
    pub fn usage(text: impl Display) -> Self {
        Self { text: text.to_string(), status: 2 }
    }

    /// What was asked for cannot be.
    pub fn misuse(text: impl Display) -> Self {
        Self { text: text.to_string(), status: 1 }
    }

    /// Something is not to be trusted.
    pub fn rejected(text: impl Display) -> Self {
        Self { text: text.to_string(), status: 3 }
    }

    /// The machine is not as it has to be.
    pub fn unavailable(text: impl Display) -> Self {
        Self { text: text.to_string(), status: 4 }
    }

    /// A failure of the library, and what it was about.
    pub fn of(what: impl Display, error: Error) -> Self {
        Self { text: format!("{what}: {error}"), status: status(error) }
    }

    /// A failure at a file or folder.
    pub fn at(path: &Path, error: Error) -> Self {
        match error {
            Error::NotAFile => Self::misuse(format!("{}: {}", path.display(), not_a_file(path))),
            error => Self::of(path.display(), error),
        }
    }

    /// A failure to read a file as what it should be.
    pub fn not_a(what: &str, path: &Path, error: Error) -> Self {
        match error {
            Error::Malformed | Error::TooLarge | Error::Damaged => {
                Self::rejected(format!("{}: this is no {what}, or it is damaged or cut short", path.display()))
            }
            Error::NotFound => Self::misuse(format!("{}: there is no such file", path.display())),
            error => Self::at(path, error),
        }
    }

    /// As [`Failure::not_a`], for what opens with a secret.
    pub fn locked(what: &str, path: &Path, error: Error) -> Self {
        match error {
            Error::Rejected => {
                Self::rejected(format!("{}: the unlock secret is wrong, or this {what} was changed", path.display()))
            }
            error => Self::not_a(what, path, error),
        }
    }

    /// A failure to read a file as a key, and what the file looks like instead.
    pub fn key(what: &str, path: &Path, content: &[u8], error: Error) -> Self {
        let text = format!("{}: this cannot be read as {what}: {}", path.display(), pem::diagnose(content));
        Self { text, status: status(error) }
    }

    /// A failure to write a file.
    pub fn written(path: &Path, error: Error) -> Self {
        match error {
            Error::NotFound => Self::misuse(format!("{}: there is no such folder to put it in", path.display())),
            error => Self::at(path, error),
        }
    }

    /// Whoever read our output has gone.
    fn closed(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::BrokenPipe
    }

    /// A failure to write what was asked for to the standard output.
    pub fn output(error: io::Error) -> Self {
        let text = if Self::closed(&error) { String::new() } else { format!("standard output: {error}") };
        Self { text, status: 4 }
    }

    /// A failure of the file system, in its own words.
    pub fn io(path: &Path, error: io::Error) -> Self {
        let text = format!("{}: {error}", path.display());
        match Error::from(error) {
            Error::NotAFile => Self::at(path, Error::NotAFile),
            error => Self { text, status: status(error) },
        }
    }

    /// Writes it to the standard error.
    pub fn report(self) -> ExitCode {
        if !self.text.is_empty() {
            complain(&self.text);
        }
        ExitCode::from(self.status)
    }
}

/// Which of the two it is.
pub fn not_a_file(path: &Path) -> &'static str {
    if path.is_dir() { "this is a folder, not a file" } else { "what should be a folder on this path is a file" }
}

/// Writes what is wrong to the standard error, if that can be written to.
pub fn complain(text: impl AsRef<str>) {
    writeln!(io::stderr(), "secenv: {}", text::escape(text.as_ref())).ok();
}

/// The exit status for a failure of the library.
pub fn status(error: Error) -> u8 {
    match error.family() {
        // Nobody is to rely on a damaged file, whoever wrote it.
        _ if error == Error::Damaged => 3,
        Family::Misuse => 1,
        Family::Rejected => 3,
        Family::Unavailable => 4,
    }
}
