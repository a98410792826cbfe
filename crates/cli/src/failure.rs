//! What goes wrong, as a person reads it, and as a script does.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use secenv::{Error, Family};

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

    /// A failure of the library, and what it was about.
    pub fn of(what: impl Display, error: Error) -> Self {
        Self { text: format!("{what}: {error}"), status: status(error) }
    }

    /// A failure to read a file as what it should be.
    pub fn no(what: &str, path: &Path, error: Error) -> Self {
        let path = path.display();
        match error {
            Error::Malformed | Error::TooLarge => {
                Self::rejected(format!("{path}: this is no {what}, or it is damaged"))
            }
            Error::NotFound => Self::misuse(format!("{path}: there is no such file")),
            error => Self::of(path, error),
        }
    }

    /// As [`Failure::no`], for what opens with a secret.
    pub fn locked(what: &str, path: &Path, error: Error) -> Self {
        match error {
            Error::Rejected => Self::rejected(format!("{}: the secret is wrong, or it was changed", path.display())),
            error => Self::no(what, path, error),
        }
    }

    /// A failure to make a file.
    pub fn made(path: &Path, error: Error) -> Self {
        match error {
            Error::NotFound => Self::misuse(format!("{}: there is no such folder to put it in", path.display())),
            error => Self::of(path.display(), error),
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
        let misuse = matches!(
            error.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::AlreadyExists
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
        );
        Self { text: format!("{}: {error}", path.display()), status: if misuse { 1 } else { 4 } }
    }

    /// Says it on the standard error.
    pub fn report(self) -> ExitCode {
        if !self.text.is_empty() {
            complain(&self.text);
        }
        ExitCode::from(self.status)
    }
}

/// Says what is wrong on the standard error, if that can be written to.
pub fn complain(text: impl Display) {
    writeln!(io::stderr(), "secenv: {text}").ok();
}

/// The exit status for a failure of the library.
pub fn status(error: Error) -> u8 {
    match error.family() {
        Family::Misuse => 1,
        Family::Rejected => 3,
        Family::Unavailable => 4,
    }
}
