//! `secenv manifest`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::encoding::hex_encode;
use secenv::manifest::{self, Entry, Terms};
use secenv::vault;
use serde_json::json;

use crate::failure::Failure;
use crate::{files, progress, text};

/// More than any manifest.
const BYTES_MAX: u64 = 1 << 30;

#[derive(Subcommand)]
pub enum Manifest {
    Issue(Issue),
    /// Lists what a manifest names; takes no key
    Inspect {
        /// The manifest
        manifest: PathBuf,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
}

/// Says which parcels are current: all of them, each time
#[derive(Args)]
pub struct Issue {
    /// The identity that signs
    #[arg(long, value_name = "KEY.pem")]
    sign: PathBuf,
    /// Counts the manifests, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
    version: u64,
    /// When it holds last, such as 2027-01-31T12:00:00Z
    #[arg(long, value_name = "RFC3339", value_parser = text::parse_time)]
    expires: u64,
    /// The vault, if there are no parcels to say it
    #[arg(long, value_name = "ID", value_parser = text::parse_id)]
    vault: Option<[u8; 16]>,
    /// The manifest before, which this one then names
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// A former identity that parcels may be signed by
    #[arg(long, value_name = "PIN", value_parser = text::parse_pin)]
    signer: Vec<[u8; 32]>,
    /// The manifest
    #[arg(long, value_name = "OUT.manifest")]
    out: PathBuf,
    /// The parcels
    #[arg(value_name = "PARCEL")]
    parcels: Vec<PathBuf>,
}

impl Manifest {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Manifest::Issue(issue) => issue.run(),
            Manifest::Inspect { manifest, json } => inspect(&read(&manifest)?, json),
        }
    }
}

impl Issue {
    fn run(self) -> Result<(), Failure> {
        let signer = files::identity(&self.sign)?;
        let signers = [self.signer.as_slice(), &[*signer.public().pin()]].concat();
        let mut vault = self.vault;
        let mut entries = Vec::with_capacity(self.parcels.len());
        let bar = progress::count("reading", self.parcels.len());
        for path in &self.parcels {
            let info = vault::inspect_file(path).map_err(|error| Failure::no("parcel", path, error))?;
            if !signers.contains(&info.signer) {
                let signer = text::pin(&info.signer);
                return Err(Failure::rejected(format!("{}: signed by {signer}, not by this key", path.display())));
            }
            if *vault.get_or_insert(info.vault) != info.vault {
                return Err(Failure::rejected(format!(
                    "{}: of vault {}, not of {}",
                    path.display(),
                    hex_encode(&info.vault),
                    hex_encode(&vault.unwrap_or_default())
                )));
            }
            entries.push(Entry { id: info.id, revision: info.revision, root: info.root, length: info.length });
            bar.inc(1);
        }
        bar.finish_and_clear();
        let vault = vault.ok_or_else(|| Failure::usage("without parcels, --vault says which vault it is for"))?;
        let previous = self.previous.as_deref().map(read).transpose()?;
        let terms = Terms {
            vault,
            version: self.version,
            issued: text::now(),
            expires: self.expires,
            previous: previous.map(|previous| *previous.chain()).unwrap_or_default(),
        };
        if terms.expires < terms.issued {
            return Err(Failure::misuse(format!(
                "the manifest would have expired already: {}",
                text::time(self.expires)
            )));
        }
        if let Some(twice) = twice(&entries) {
            return Err(Failure::misuse(format!("two of the parcels are of {twice}: name the current one")));
        }
        let number = entries.len();
        let file = manifest::issue(&signer, &terms, entries).map_err(|error| Failure::of(self.out.display(), error))?;
        files::keep_over(&self.out, &file)?;
        text::say(format!("manifest {} names {number} parcels, until {}", self.version, text::time(self.expires)))
    }
}

/// An id that stands there twice.
fn twice(entries: &[Entry]) -> Option<&str> {
    let mut ids = entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>();
    ids.sort_unstable();
    ids.array_windows().find(|[a, b]| a == b).map(|[a, _]| *a)
}

fn read(path: &Path) -> Result<manifest::Manifest, Failure> {
    let content = files::read_up_to(path, BYTES_MAX)?;
    manifest::Manifest::parse(content.expose_secret().to_vec())
        .and_then(|manifest| manifest.verify(&[*manifest.signer()]).map(|()| manifest))
        .map_err(|error| Failure::no("manifest", path, error))
}

fn inspect(manifest: &manifest::Manifest, as_json: bool) -> Result<(), Failure> {
    let terms = manifest.terms();
    if as_json {
        let entries = manifest.entries().iter().map(|entry| {
            json!({
                "id": entry.id,
                "revision": entry.revision,
                "root": hex_encode(&entry.root),
                "length": entry.length,
            })
        });
        return text::say_json(&json!({
            "vault": hex_encode(&terms.vault),
            "version": terms.version,
            "issued": terms.issued,
            "expires": terms.expires,
            "previous": hex_encode(&terms.previous),
            "chain": hex_encode(manifest.chain()),
            "signer": text::pin(manifest.signer()),
            "entries": entries.collect::<Vec<_>>(),
        }));
    }
    text::say(format!("vault    {}", hex_encode(&terms.vault)))?;
    text::say(format!("version  {}, issued {}", terms.version, text::time(terms.issued)))?;
    text::say(format!("expires  {}", text::time(terms.expires)))?;
    text::say(format!("signer   {}", text::pin(manifest.signer())))?;
    for entry in manifest.entries() {
        text::say(format!("{:>14}  revision {:<6} {}", entry.length, entry.revision, entry.id))?;
    }
    text::say("The signature holds; whether its signer is the server is yours to compare.")
}
