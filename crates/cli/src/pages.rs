//! `secenv completions`, `secenv man`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
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
        let mut command = examples::command().disable_help_subcommand(true);
        command.build();
        fs::create_dir_all(&self.folder)
            .and_then(|()| write_pages(command, &self.folder))
            .map_err(|error| Failure::io(&self.folder, error))
    }
}

/// Writes the page of a command and of those below it.
fn write_pages(command: Command, folder: &Path) -> io::Result<()> {
    command.get_subcommands().try_for_each(|below| write_pages(below.clone(), folder))?;
    let man = clap_mangen::Man::new(command);
    let mut page = Vec::new();
    man.render(&mut page)?;
    // What a command's help ends with stands in one section, and its lines are to stay lines.
    let page = String::from_utf8_lossy(&page)
        .replace(".SH EXTRA\nEXAMPLES\n", ".SH EXAMPLES\n.nf\n")
        .replace("\nEXIT STATUS\n", "\n.fi\n.SH \"EXIT STATUS\"\n.nf\n");
    fs::write(folder.join(man.get_filename()), page)
}
