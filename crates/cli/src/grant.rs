//! `secenv grant`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::encoding::{hex_decode, hex_encode};
use secenv::grant::{self, Terms};
use secenv::keyring::DevicePublic;
use serde_json::json;

use crate::failure::Failure;
use crate::parcel::Ring;
use crate::{files, text};

#[derive(Subcommand)]
pub enum Grant {
    Issue(Box<Issue>),
    /// Says what a grant says of itself, its keys apart; takes no key
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
/// Each grant names the one before to the same device, which is remembered in RING.grants: a device that missed one refuses the next.
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
    /// When the keys may be used first, such as 2027-01-31T12:00:00Z; now unless given
    #[arg(long, value_name = "RFC3339", value_parser = text::parse_time)]
    not_before: Option<u64>,
    /// When the keys may be used last
    #[arg(long, value_name = "RFC3339", value_parser = text::parse_time)]
    not_after: u64,
    /// How long the device may go without hearing from the server
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(..1 << 63))]
    max_offline: u64,
    /// Name no grant before: for a device that missed some
    #[arg(long)]
    unchained: bool,
    /// The grant
    #[arg(value_name = "OUT.grant")]
    out: PathBuf,
}

/// The chain values of the grants that were issued, by device and sequence.
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
    fn before(&self, device: &str, sequence: u64) -> Option<[u8; 32]> {
        self.0.get(device)?.range(..sequence).next_back().and_then(|(_, chain)| hex_decode(chain))
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
        let _held = files::hold(&self.ring.path)?;
        let (keyring, signer) = (self.ring.open()?, files::identity(&self.sign)?);
        let device = DevicePublic::parse(files::read(&self.device)?.expose_secret())
            .map_err(|error| Failure::no("public half of a device", &self.device, error))?;
        let device_id = hex_encode(device.id());
        let book = files::beside(&self.ring.path, "grants");
        let mut issued = Issued::read(&book)?;
        if issued.0.get(&device_id).is_some_and(|grants| grants.contains_key(&self.seq)) {
            return Err(Failure::misuse(format!("grant {} was issued to device {device_id} before", self.seq)));
        }
        let now = text::now();
        let terms = Terms {
            sequence: self.seq,
            issued: now,
            not_before: self.not_before.unwrap_or(now),
            not_after: self.not_after,
            max_offline: self.max_offline,
            previous: if self.unchained { [0; 32] } else { issued.before(&device_id, self.seq).unwrap_or_default() },
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
        let chain = hex_encode(grant::Grant::parse(&file).map_err(failed)?.chain());
        issued.0.entry(device_id.clone()).or_default().insert(self.seq, chain);
        files::keep_over(&self.out, &file)?;
        // A grant that is in no book would be missing in the next one's chain.
        files::keep(&book, json!(issued.0).to_string().as_bytes())
            .inspect_err(|_| std::fs::remove_file(&self.out).unwrap_or_default())?;
        text::say(format!("granted to device {device_id}, number {}, until {}", self.seq, text::time(self.not_after)))
    }
}

fn inspect(path: &Path, as_json: bool) -> Result<(), Failure> {
    let grant = grant::Grant::parse(files::read(path)?.expose_secret())
        .and_then(|grant| grant.verify(&[*grant.signer()]).map(|()| grant))
        .map_err(|error| Failure::no("grant", path, error))?;
    let terms = grant.terms();
    if as_json {
        return text::say_json(&json!({
            "vault": hex_encode(grant.vault()),
            "device": hex_encode(grant.device()),
            "sequence": terms.sequence,
            "issued": terms.issued,
            "not_before": terms.not_before,
            "not_after": terms.not_after,
            "max_offline": terms.max_offline,
            "previous": hex_encode(&terms.previous),
            "chain": hex_encode(grant.chain()),
            "signer": text::pin(grant.signer()),
        }));
    }
    text::say(format!("device       {}", hex_encode(grant.device())))?;
    text::say(format!("vault        {}", hex_encode(grant.vault())))?;
    text::say(format!("number       {}, issued {}", terms.sequence, text::time(terms.issued)))?;
    text::say(format!("holds        {} to {}", text::time(terms.not_before), text::time(terms.not_after)))?;
    text::say(format!("max offline  {} seconds", terms.max_offline))?;
    text::say(format!("signer       {}", text::pin(grant.signer())))?;
    text::say("The signature holds; whether its signer is the server is yours to compare.")
}
