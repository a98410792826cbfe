//! `secenv keyring`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::KeyId;
use secenv::key_protection::COST;
use secenv::keyring::{KeyInfo, KeyState, Keyring};

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
        #[arg(long, value_name = "RING", value_parser = text::parse_output)]
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
        #[arg(value_name = "KEY-ID", value_parser = text::parse_key_id)]
        key: KeyId,
    },
    /// Wipes a key: nothing that only it opens can be read again
    Destroy {
        #[command(flatten)]
        existing: Existing,
        /// The key
        #[arg(value_name = "KEY-ID", value_parser = text::parse_key_id)]
        key: KeyId,
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

    /// Changes the keyring in its file.
    fn change(&self, change: impl FnOnce(&mut Keyring) -> Result<(), Failure>) -> Result<Keyring, Failure> {
        let _lock = files::lock(&self.ring)?;
        let mut keyring = self.open()?;
        change(&mut keyring)?;
        files::write(&self.ring, &encode(&self.ring, &keyring)?)?;
        Ok(keyring)
    }

    fn failed(&self) -> impl Fn(secenv::Error) -> Failure {
        |error| Failure::of(self.ring.display(), error)
    }
}

fn encode(path: &Path, keyring: &Keyring) -> Result<Vec<u8>, Failure> {
    keyring.encode().map_err(|error| Failure::of(path.display(), error))
}

fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::DecryptOnly => "decrypt-only",
        KeyState::Destroyed => "destroyed",
    }
}

fn print_epoch(keyring: &Keyring) -> Result<(), Failure> {
    match keyring.active() {
        Some(key) => text::print(format!("epoch {} is active", key.epoch())),
        None => text::print("no key is active: rotate before you seal"),
    }
}

impl Ring {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Ring::New { out, unlocking } => {
                let failed = |error| Failure::of(out.display(), error);
                let mut keyring = Keyring::generate(text::now()?);
                keyring.change_unlock(&unlocking.read_new()?, COST).map_err(failed)?;
                files::write_new(&out, &encode(&out, &keyring)?)?;
                text::print(format!("vault {}", keyring.id()))
            }
            Ring::Rotate { existing } => {
                let now = text::now()?;
                print_epoch(&existing.change(|keyring| keyring.rotate(now).map_err(existing.failed()))?)
            }
            Ring::List { existing, json } => list(&existing.open()?, json),
            Ring::Retire { existing, key } => {
                let keyring = existing.change(|keyring| change_key(keyring, &key, Keyring::retire))?;
                text::print(format!("key {key} seals no more"))?;
                print_epoch(&keyring)
            }
            Ring::Destroy { existing, key } => {
                let keyring = existing.change(|keyring| change_key(keyring, &key, Keyring::destroy_key))?;
                text::print(format!("key {key} is destroyed; older copies of the keyring still have it"))?;
                print_epoch(&keyring)
            }
            Ring::Merge { existing, other } => {
                let other = files::keyring(&other, &existing.unlocking.read()?)?;
                print_epoch(&existing.change(|keyring| keyring.merge(&other).map_err(existing.failed()))?)
            }
            Ring::Passwd { existing, new } => {
                let new = new.read()?;
                existing.change(|keyring| keyring.change_unlock(&new, COST).map_err(existing.failed()))?;
                text::print("the unlock secret was changed; older copies of the keyring still open with the old one")
            }
        }
    }
}

fn change_key(
    keyring: &mut Keyring,
    key: &KeyId,
    change: impl FnOnce(&mut Keyring, &KeyId) -> Result<(), secenv::Error>,
) -> Result<(), Failure> {
    change(keyring, key).map_err(|error| match error {
        secenv::Error::NotFound => Failure::misuse(format!("key {key}: there is no such key; secenv keyring list")),
        error => Failure::of(format!("key {key}"), error),
    })
}

fn list(keyring: &Keyring, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return text::print_json(&keyring.keys().iter().map(KeyInfo::from).collect::<Vec<_>>());
    }
    for key in keyring.keys() {
        text::print(format!(
            "epoch {:<5} {:<12} {} {}",
            key.epoch(),
            state(key.state()),
            key.id(),
            text::time(key.created())
        ))?;
    }
    Ok(())
}
