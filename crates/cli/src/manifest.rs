//! `secenv manifest`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::manifest::{self, Entry, ManifestInfo, Terms};
use secenv::{Pin, Timestamp, VaultId};
use serde::Serialize;

use crate::failure::Failure;
use crate::parcel::inspect_file;
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

/// Names the parcels that are current: all of them, each time
#[derive(Args)]
pub struct Issue {
    /// The identity that signs
    #[arg(long, value_name = "KEY.pem")]
    sign: PathBuf,
    /// Counts the manifests, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
    version: u64,
    /// When it holds last: a date such as 2027-01-31 (its first second, UTC), or 2027-01-31T12:00:00Z
    #[arg(long, value_name = "TIME", value_parser = text::parse_time)]
    expires: Timestamp,
    /// The vault, if there are no parcels to tell it
    #[arg(long, value_name = "ID", value_parser = text::parse_vault_id)]
    vault: Option<VaultId>,
    /// The manifest before, which this one then names
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// A former identity that parcels may be signed by
    #[arg(long, value_name = "PIN", value_parser = text::parse_pin)]
    signer: Vec<Pin>,
    /// The manifest
    #[arg(long, value_name = "OUT.manifest", value_parser = text::parse_output)]
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
            let info = inspect_file(path)?;
            if !signers.contains(&info.signer) {
                let signed = format!("{}: signed by {}, not by this key", path.display(), info.signer);
                return Err(Failure::rejected(signed));
            }
            let vault = *vault.get_or_insert(info.vault);
            if vault != info.vault {
                let other = format!("{}: of vault {}, not of {vault}", path.display(), info.vault);
                return Err(Failure::rejected(other));
            }
            entries.push(Entry { id: info.id, revision: info.revision, root: info.root, length: info.length });
            bar.inc(1);
        }
        bar.finish_and_clear();
        let vault = vault.ok_or_else(|| Failure::usage("without parcels, --vault tells which vault it is for"))?;
        let previous = self.previous.as_deref().map(read).transpose()?;
        let terms = Terms {
            vault,
            version: self.version,
            issued: text::now()?,
            expires: self.expires,
            previous: previous.map(|previous| *previous.digest()),
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
        let parcels = text::count(entries.len() as u64, "parcel");
        let file = manifest::issue(&signer, &terms, entries).map_err(|error| Failure::of(self.out.display(), error))?;
        files::write_over(&self.out, &file)?;
        text::print(format!("manifest {} names {parcels}, until {}", self.version, text::time(self.expires)))
    }
}

/// What `inspect --json` prints.
#[derive(Serialize)]
struct Listing<'a> {
    #[serde(flatten)]
    info: ManifestInfo,
    entries: &'a [Entry],
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
        .map_err(|error| Failure::not_a("manifest", path, error))
}

fn inspect(manifest: &manifest::Manifest, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return text::print_json(&Listing { info: manifest.into(), entries: manifest.entries() });
    }
    let terms = manifest.terms();
    text::print(format!("vault    {}", terms.vault))?;
    text::print(format!("version  {}, issued {}", terms.version, text::time(terms.issued)))?;
    text::print(format!("expires  {}", text::time(terms.expires)))?;
    text::print(format!("signer   {}", manifest.signer()))?;
    for entry in manifest.entries() {
        text::print(format!("{:>14}  revision {:<6} {}", entry.length, entry.revision, entry.id))?;
    }
    text::print(text::UNTRUSTED)
}
