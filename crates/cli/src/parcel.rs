//! `secenv parcel`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::Error;
use secenv::parcel::{self, ParcelInfo, SealOptions, SealRequest};

use crate::failure::Failure;
use crate::files::{self, Unlocking};
use crate::{progress, text};

/// What a parcel begins with.
const MAGIC: &[u8; 8] = b"secenvP\x01";

/// The keyring that a flag names.
#[derive(Args)]
pub struct Ring {
    /// The keyring
    #[arg(long = "keyring", value_name = "RING")]
    pub path: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
}

impl Ring {
    pub fn open(&self) -> Result<secenv::keyring::Keyring, Failure> {
        files::keyring(&self.path, &self.unlocking.read()?)
    }
}

#[derive(Subcommand)]
pub enum Parcel {
    /// Seals a document under the active key, and signs it
    Seal {
        #[command(flatten)]
        ring: Ring,
        /// The identity that signs
        #[arg(long, value_name = "KEY.pem")]
        sign: PathBuf,
        /// The document's id, such as contracts/2026: 1 to 128 bytes, parts set apart by /
        #[arg(long)]
        id: String,
        /// The document's revision, from 1: more than that of the parcel before
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
        revision: u64,
        /// How many threads work; 0: one for each core
        #[arg(long, value_name = "N", default_value_t = 0)]
        threads: usize,
        /// The document; - is the standard input
        #[arg(value_name = "IN")]
        from: PathBuf,
        /// The parcel, which appears when it is complete
        #[arg(value_name = "OUT.parcel", value_parser = text::parse_output)]
        to: PathBuf,
    },
    /// Shows a parcel's id, revision, length and signer; takes no key
    Inspect {
        /// The parcel
        parcel: PathBuf,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Wraps the keys of parcels under the active key, in place; their content stays as it is
    Rewrap {
        #[command(flatten)]
        ring: Ring,
        /// The parcels
        #[arg(value_name = "PARCEL", required = true)]
        parcels: Vec<PathBuf>,
    },
}

impl Parcel {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Parcel::Seal { ring, sign, id, revision, threads, from, to } => {
                let (keyring, signer) = (ring.open()?, files::identity(&sign)?);
                let (mut input, length) = open(&from)?;
                files::require_replaceable(&to, MAGIC)?;
                let bar = progress::bytes("sealing", length);
                let options = SealOptions { threads, ..SealOptions::default() };
                let request = SealRequest { options, ..SealRequest::new(&keyring, &signer, &id, revision) };
                let sealed = parcel::seal_to_file(&request, &mut input, &to, &|done| bar.set_position(done));
                bar.finish_and_clear();
                let info = sealed.map_err(|error| match error {
                    Error::InvalidArgument => Failure::misuse(format!(
                        "{id:?} is no id: 1 to 128 bytes without control characters or backslash, no part empty, \
                         . or .."
                    )),
                    Error::NoKey => Failure::misuse(format!(
                        "{}: no key is active: secenv keyring rotate makes one",
                        ring.path.display()
                    )),
                    error => Failure::written(&to, error),
                })?;
                let length = text::count(info.length, "byte");
                text::print(format!("sealed {} revision {}: {length}", info.id, info.revision))
            }
            Parcel::Inspect { parcel, json } => {
                let info = inspect_file(&parcel)?;
                print(&info, json)
            }
            Parcel::Rewrap { ring, parcels } => {
                let keyring = ring.open()?;
                let bar = progress::count("re-wrapping", parcels.len());
                for parcel in &parcels {
                    parcel::rewrap_file(parcel, &keyring).map_err(|error| Failure::not_a("parcel", parcel, error))?;
                    bar.inc(1);
                }
                bar.finish_and_clear();
                let epoch = keyring.active().map(secenv::keyring::Key::epoch).unwrap_or_default();
                text::print(format!("re-wrapped {} under epoch {epoch}", text::count(parcels.len() as u64, "parcel")))
            }
        }
    }
}

/// What to seal, and how long it is if that is known.
fn open(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    }
    let failed = |error| Failure::io(path, error);
    let file = File::open(path).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    if found.is_dir() {
        return Err(Failure::at(path, Error::NotAFile));
    }
    Ok((Box::new(file), found.is_file().then_some(found.len())))
}

/// What a parcel says of itself, whoever signed it.
pub fn inspect_file(path: &Path) -> Result<ParcelInfo, Failure> {
    parcel::inspect_file(path).map_err(|error| Failure::not_a("parcel", path, error))
}

fn print(info: &ParcelInfo, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return text::print_json(info);
    }
    let keys = info.keys.iter().map(ToString::to_string).collect::<Vec<_>>();
    text::print(format!("id        {}", info.id))?;
    text::print(format!("revision  {}", info.revision))?;
    text::print(format!("length    {}, in chunks of {}", text::count(info.length, "byte"), info.chunk_bytes))?;
    text::print(format!("vault     {}", info.vault))?;
    text::print(format!("signer    {}", info.signer))?;
    text::print(format!("root      {}", info.root))?;
    text::print(format!("keys      {}", keys.join(" ")))?;
    text::print(text::UNTRUSTED)
}
