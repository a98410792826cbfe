//! `secenv trust`.

use std::path::PathBuf;

use clap::Subcommand;
use secenv::Pin;
use secenv::trust::{self, Statement};

use crate::failure::Failure;
use crate::{files, text};

#[derive(Subcommand)]
pub enum Trust {
    /// Names who the server is from now on, signed by who it is now or by the offline root
    Issue {
        /// The identity that signs
        #[arg(long, value_name = "KEY.pem")]
        sign: PathBuf,
        /// Counts the statements, from 1
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
        version: u64,
        /// The server from now on; up to 16
        #[arg(long, value_name = "PIN", required = true, value_parser = text::parse_pin)]
        pin: Vec<Pin>,
        /// The statement
        #[arg(long, value_name = "OUT.trust", value_parser = text::parse_output)]
        out: PathBuf,
    },
}

impl Trust {
    pub fn run(self) -> Result<(), Failure> {
        let Trust::Issue { sign, version, pin, out } = self;
        let count = text::count(pin.len() as u64, "pin");
        let statement = Statement { version, issued: text::now()?, pins: pin };
        let file = trust::issue(&files::identity(&sign)?, &statement).map_err(|error| match error {
            secenv::Error::InvalidArgument => Failure::misuse("a statement names 1 to 16 pins, none twice"),
            error => Failure::of(out.display(), error),
        })?;
        files::write_over(&out, &file)?;
        text::print(format!("statement {version} names {count}"))
    }
}
