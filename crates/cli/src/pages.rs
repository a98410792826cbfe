//! `secenv completions`, `secenv man`.

use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use crate::examples;
use crate::failure::Failure;

/// Prints what a shell needs to complete our commands
#[derive(Args)]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<(), Failure> {
        clap_complete::generate(self.shell, &mut examples::command(), "secenv", &mut io::stdout());
        Ok(())
    }
}

/// Writes a man page for each command
#[derive(Args)]
pub struct Man {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Man {
    pub fn run(self) -> Result<(), Failure> {
        fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(examples::command(), &self.folder))
            .map_err(|error| Failure::io(&self.folder, error))
    }
}
