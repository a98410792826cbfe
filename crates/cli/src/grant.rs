//! `secenv grant`.

use core::time::Duration;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::device::DevicePublic;
use secenv::grant::{self, GrantInfo, Terms};
use secenv::{DeviceId, Digest, Error, Timestamp};

use crate::failure::Failure;
use crate::parcel::Ring;
use crate::{files, text};

#[derive(Subcommand)]
pub enum Grant {
    Issue(Box<Issue>),
    /// Shows a grant's device, number and times, not its keys; takes no key
    Inspect {
        /// The grant
        grant: PathBuf,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
}

/// Grants a device all keys of the keyring that are not destroyed
///
/// Each grant names the one before to the same device, which is remembered in RING.grants: a device that missed one
/// refuses the next.
#[derive(Args)]
pub struct Issue {
    #[command(flatten)]
    ring: Ring,
    /// The identity that signs
    #[arg(long, value_name = "KEY.pem")]
    sign: PathBuf,
    /// The device's public half
    #[arg(long, value_name = "DEVICE.pub")]
    device: PathBuf,
    /// Counts the grants to this device, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
    seq: u64,
    /// When the keys may be used first: a date such as 2027-01-31 (its first second, UTC), or 2027-01-31T12:00:00Z; by
    /// default now
    #[arg(long, value_name = "TIME", value_parser = text::parse_time)]
    not_before: Option<Timestamp>,
    /// When the keys may be used last
    #[arg(long, value_name = "TIME", value_parser = text::parse_time)]
    not_after: Timestamp,
    /// How long the device may go without hearing from the server: 7d, 12h, or a number of seconds
    #[arg(long, value_name = "DURATION", value_parser = text::parse_duration)]
    max_offline: Duration,
    /// Name no grant before: for a device that missed some
    #[arg(long)]
    unchained: bool,
    /// The grant
    #[arg(value_name = "OUT.grant", value_parser = text::parse_output)]
    out: PathBuf,
}

/// The digests of the grants that were issued, by device and sequence.
#[derive(Default)]
struct Issued(BTreeMap<String, BTreeMap<u64, String>>);

impl Issued {
    fn read(path: &Path) -> Result<Self, Failure> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(Self::default());
        }
        let issued = serde_json::from_slice(files::read(path)?.expose_secret());
        issued.map(Self).map_err(|_| Failure::misuse(format!("{}: not what secenv wrote there", path.display())))
    }

    /// The grant before `sequence`.
    fn before(&self, device: &DeviceId, sequence: u64) -> Option<Digest> {
        self.0.get(&device.to_string())?.range(..sequence).next_back().and_then(|(_, digest)| digest.parse().ok())
    }
}

impl Grant {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Grant::Issue(issue) => issue.run(),
            Grant::Inspect { grant, json } => inspect(&grant, json),
        }
    }
}

impl Issue {
    fn run(self) -> Result<(), Failure> {
        // A key that is destroyed meanwhile must not be granted.
        let _lock = files::lock(&self.ring.path)?;
        let (keyring, signer) = (self.ring.open()?, files::identity(&self.sign)?);
        let device = DevicePublic::parse(files::read(&self.device)?.expose_secret())
            .map_err(|error| Failure::not_a("public half of a device", &self.device, error))?;
        let id = *device.id();
        let book = files::beside(&self.ring.path, "grants");
        let mut issued = Issued::read(&book)?;
        if issued.0.get(&id.to_string()).is_some_and(|grants| grants.contains_key(&self.seq)) {
            return Err(Failure::misuse(format!("grant {} was issued to device {id} before", self.seq)));
        }
        let now = text::now()?;
        let terms = Terms {
            sequence: self.seq,
            issued: now,
            not_before: self.not_before.unwrap_or(now),
            not_after: self.not_after,
            max_offline: self.max_offline,
            previous: if self.unchained { None } else { issued.before(&id, self.seq) },
        };
        if terms.not_after < terms.not_before {
            return Err(Failure::misuse(format!(
                "the grant would end ({}) before it begins ({})",
                text::time(terms.not_after),
                text::time(terms.not_before)
            )));
        }
        let failed = |error| Failure::of(self.out.display(), error);
        let file = grant::issue(&keyring, &signer, &device, &terms).map_err(failed)?;
        let digest = grant::Grant::parse(file.as_slice()).map_err(failed)?.digest().to_string();
        issued.0.entry(id.to_string()).or_default().insert(self.seq, digest);
        let issued = serde_json::to_vec(&issued.0).map_err(|_| failed(Error::Internal))?;
        files::write_over(&self.out, &file)?;
        // A grant that is in no book would be missing in the next one's chain.
        files::write(&book, &issued).inspect_err(|_| std::fs::remove_file(&self.out).unwrap_or_default())?;
        text::print(format!("granted to device {id}, number {}, until {}", self.seq, text::time(self.not_after)))
    }
}

fn inspect(path: &Path, as_json: bool) -> Result<(), Failure> {
    let grant = grant::Grant::parse(files::read(path)?.expose_secret())
        .and_then(|grant| grant.verify(&[*grant.signer()]).map(|()| grant))
        .map_err(|error| Failure::not_a("grant", path, error))?;
    if as_json {
        return text::print_json(&GrantInfo::from(&grant));
    }
    let terms = grant.terms();
    text::print(format!("device       {}", grant.device()))?;
    text::print(format!("vault        {}", grant.vault()))?;
    text::print(format!("number       {}, issued {}", terms.sequence, text::time(terms.issued)))?;
    text::print(format!("valid        {} to {}", text::time(terms.not_before), text::time(terms.not_after)))?;
    text::print(format!("max offline  {}", text::duration(terms.max_offline)))?;
    text::print(format!("signer       {}", grant.signer()))?;
    text::print(text::UNTRUSTED)
}
