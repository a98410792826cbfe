//! `secenv keyring`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::encoding::hex_encode;
use secenv::keyring::{COST, Keyring, State};
use serde_json::json;

use crate::failure::Failure;
use crate::files::{self, NewUnlocking, Unlocking};
use crate::text;

/// A keyring that is there.
#[derive(Args)]
pub struct Existing {
    /// The keyring
    #[arg(value_name = "RING")]
    ring: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
}

#[derive(Subcommand)]
pub enum Ring {
    /// Makes a keyring with a key of epoch 1
    New {
        /// Where it goes; nothing may be there
        #[arg(long, value_name = "RING")]
        out: PathBuf,
        #[command(flatten)]
        unlocking: Unlocking,
    },
    /// Begins the next epoch: what is sealed from now on is under a new key
    Rotate {
        #[command(flatten)]
        existing: Existing,
    },
    /// Lists the keys
    #[command(alias = "ls")]
    List {
        #[command(flatten)]
        existing: Existing,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Lets a key open what it sealed, and seal no more
    Retire {
        #[command(flatten)]
        existing: Existing,
        /// The key
        #[arg(value_name = "KEY-ID", value_parser = text::parse_id)]
        key: [u8; 16],
    },
    /// Wipes a key: nothing that only it opens can be read again
    Destroy {
        #[command(flatten)]
        existing: Existing,
        /// The key
        #[arg(value_name = "KEY-ID", value_parser = text::parse_id)]
        key: [u8; 16],
    },
    /// Takes what another copy of the same keyring has; destroyed keys stay destroyed
    Merge {
        #[command(flatten)]
        existing: Existing,
        /// The other copy, under the same unlock secret
        #[arg(value_name = "OTHER")]
        other: PathBuf,
    },
    /// Changes what unlocks the keyring
    Passwd {
        #[command(flatten)]
        existing: Existing,
        #[command(flatten)]
        new: NewUnlocking,
    },
}

impl Existing {
    fn open(&self) -> Result<Keyring, Failure> {
        files::keyring(&self.ring, &self.unlocking.read()?)
    }

    /// Changes the keyring and keeps it.
    fn change(&self, change: impl FnOnce(&mut Keyring) -> Result<(), Failure>) -> Result<Keyring, Failure> {
        let _held = files::hold(&self.ring)?;
        let mut keyring = self.open()?;
        change(&mut keyring)?;
        files::keep(&self.ring, &encode(&self.ring, &keyring)?)?;
        Ok(keyring)
    }

    fn failed(&self) -> impl Fn(secenv::Error) -> Failure {
        |error| Failure::of(self.ring.display(), error)
    }
}

fn encode(path: &Path, keyring: &Keyring) -> Result<Vec<u8>, Failure> {
    keyring.encode().map_err(|error| Failure::of(path.display(), error))
}

fn state(state: State) -> &'static str {
    match state {
        State::Active => "active",
        State::DecryptOnly => "decrypt-only",
        State::Destroyed => "destroyed",
    }
}

fn say_epoch(keyring: &Keyring) -> Result<(), Failure> {
    match keyring.active() {
        Some(key) => text::say(format!("epoch {} is active", key.epoch())),
        None => text::say("no key is active: rotate before you seal"),
    }
}

impl Ring {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Ring::New { out, unlocking } => {
                let failed = |error| Failure::of(out.display(), error);
                let mut keyring = Keyring::generate(text::now()).map_err(failed)?;
                keyring.lock(&unlocking.read()?, COST).map_err(failed)?;
                files::keep_new(&out, &encode(&out, &keyring)?)?;
                text::say(format!("vault {}", hex_encode(keyring.id())))
            }
            Ring::Rotate { existing } => {
                say_epoch(&existing.change(|keyring| keyring.rotate(text::now()).map_err(existing.failed()))?)
            }
            Ring::List { existing, json } => list(&existing.open()?, json),
            Ring::Retire { existing, key } => {
                let keyring = existing.change(|keyring| known(keyring, &key, Keyring::retire))?;
                text::say(format!("key {} seals no more", hex_encode(&key)))?;
                say_epoch(&keyring)
            }
            Ring::Destroy { existing, key } => {
                let keyring = existing.change(|keyring| known(keyring, &key, Keyring::destroy))?;
                text::say(format!("key {} is destroyed; older copies of the keyring still have it", hex_encode(&key)))?;
                say_epoch(&keyring)
            }
            Ring::Merge { existing, other } => {
                let other = files::keyring(&other, &existing.unlocking.read()?)?;
                say_epoch(&existing.change(|keyring| keyring.merge(&other).map_err(existing.failed()))?)
            }
            Ring::Passwd { existing, new } => {
                let new = new.read()?;
                existing.change(|keyring| keyring.lock(&new, COST).map_err(existing.failed()))?;
                text::say("the unlock secret was changed; older copies of the keyring still open with the old one")
            }
        }
    }
}

fn known(
    keyring: &mut Keyring,
    key: &[u8; 16],
    change: impl FnOnce(&mut Keyring, &[u8; 16]) -> Result<(), secenv::Error>,
) -> Result<(), Failure> {
    change(keyring, key).map_err(|error| Failure::of(format!("key {}", hex_encode(key)), error))
}

fn list(keyring: &Keyring, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let keys = keyring.keys().iter().map(|key| {
            json!({
                "id": hex_encode(key.id()),
                "epoch": key.epoch(),
                "state": state(key.state()),
                "created": key.created(),
            })
        });
        return text::say_json(&keys.collect());
    }
    for key in keyring.keys() {
        text::say(format!(
            "epoch {:<5} {:<12} {} {}",
            key.epoch(),
            state(key.state()),
            hex_encode(key.id()),
            text::time(key.created())
        ))?;
    }
    Ok(())
}
