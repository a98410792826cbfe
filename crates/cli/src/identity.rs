//! `secenv keygen`, `secenv pin`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use secenv::identity::{self, Identity};

use crate::failure::Failure;
use crate::{files, text};

/// Makes an identity that signs, and prints its pin
#[derive(Args)]
pub struct Keygen {
    /// What kind of key: ed25519, or rsa with 3,072 bits
    #[arg(long, value_enum)]
    kind: Kind,
    /// Where the secret key goes, as PKCS#8 in PEM; nothing may be there
    #[arg(long, value_name = "KEY.pem", value_parser = text::parse_output)]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Rsa,
    Ed25519,
}

impl Keygen {
    pub fn run(self) -> Result<(), Failure> {
        let kind = match self.kind {
            Kind::Rsa => identity::Kind::Rsa,
            Kind::Ed25519 => identity::Kind::Ed25519,
        };
        let failed = |error| Failure::of(self.out.display(), error);
        let identity = Identity::generate(kind).map_err(failed)?;
        files::write_new(&self.out, identity.encode_secret().map_err(failed)?.expose_secret())?;
        text::print(identity.public().pin().to_string())
    }
}

/// Prints the pin of a secret or public key
#[derive(Args)]
pub struct Pin {
    /// The key, in PEM or DER
    #[arg(value_name = "FILE.pem")]
    file: PathBuf,
}

impl Pin {
    pub fn run(self) -> Result<(), Failure> {
        text::print(files::pin(&self.file)?.to_string())
    }
}
