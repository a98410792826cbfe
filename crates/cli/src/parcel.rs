//! `secenv parcel`.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::encoding::hex_encode;
use secenv::parcel::{Info, Options};
use secenv::vault;
use serde_json::json;

use crate::failure::Failure;
use crate::files::{self, Unlocking};
use crate::{progress, text};

/// The keyring behind a flag.
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
        /// The parcel, which appears when it is whole
        #[arg(value_name = "OUT.parcel")]
        to: PathBuf,
    },
    /// Says what a parcel says of itself; takes no key
    Inspect {
        /// The parcel
        parcel: PathBuf,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Wraps the keys of parcels under the active key; their content stays
    Rewrap {
        #[command(flatten)]
        ring: Ring,
        /// The parcels
        #[arg(value_name = "OUT.parcel", required = true)]
        parcels: Vec<PathBuf>,
    },
}

impl Parcel {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Parcel::Seal { ring, sign, id, revision, threads, from, to } => {
                let (keyring, signer) = (ring.open()?, files::identity(&sign)?);
                let (mut input, length) = open(&from)?;
                files::replaceable(&to, secenv::parcel::MAGIC)?;
                let bar = progress::bytes("sealing", length);
                let options = Options { threads, ..Options::default() };
                let sealed = vault::seal_file(&keyring, &signer, &id, revision, &options, &mut input, &to, &|done| {
                    bar.set_position(done);
                });
                bar.finish_and_clear();
                let info = sealed.map_err(|error| match error {
                    secenv::Error::InvalidArgument => Failure::misuse(format!(
                        "{id:?} is no id: 1 to 128 bytes without control characters or backslash, no part empty, . or .."
                    )),
                    secenv::Error::NoKey => Failure::misuse(format!(
                        "{}: no key is active: secenv keyring rotate makes one",
                        ring.path.display()
                    )),
                    error => Failure::made(&to, error),
                })?;
                text::say(format!("sealed {} revision {}: {} bytes", info.id, info.revision, info.length))
            }
            Parcel::Inspect { parcel, json } => {
                let info = vault::inspect_file(&parcel).map_err(|error| Failure::no("parcel", &parcel, error))?;
                inspect(&info, json)
            }
            Parcel::Rewrap { ring, parcels } => {
                let keyring = ring.open()?;
                let bar = progress::count("re-wrapping", parcels.len());
                for parcel in &parcels {
                    vault::rewrap_file(parcel, &keyring).map_err(|error| Failure::no("parcel", parcel, error))?;
                    bar.inc(1);
                }
                bar.finish_and_clear();
                let epoch = keyring.active().map(secenv::keyring::Key::epoch).unwrap_or_default();
                text::say(format!("re-wrapped {} under epoch {epoch}", parcels.len()))
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
        return Err(Failure::misuse(format!("{}: a folder cannot be sealed", path.display())));
    }
    Ok((Box::new(file), found.is_file().then_some(found.len())))
}

fn inspect(info: &Info, as_json: bool) -> Result<(), Failure> {
    let keys = info.keys.iter().map(|key| hex_encode(key)).collect::<Vec<_>>();
    if as_json {
        return text::say_json(&json!({
            "id": info.id,
            "revision": info.revision,
            "length": info.length,
            "vault": hex_encode(&info.vault),
            "signer": text::pin(&info.signer),
            "root": hex_encode(&info.root),
            "chunk": info.chunk,
            "keys": keys,
        }));
    }
    text::say(format!("id        {}", info.id))?;
    text::say(format!("revision  {}", info.revision))?;
    text::say(format!("length    {} bytes, in chunks of {}", info.length, info.chunk))?;
    text::say(format!("vault     {}", hex_encode(&info.vault)))?;
    text::say(format!("signer    {}", text::pin(&info.signer)))?;
    text::say(format!("root      {}", hex_encode(&info.root)))?;
    text::say(format!("keys      {}", keys.join(" ")))?;
    text::say("The signature holds; whether its signer is the server is yours to compare.")
}
