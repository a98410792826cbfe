//! What the commands read from files: unlock secrets, identities, keyrings; and what they keep.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use secenv::identity::{Identity, PublicIdentity};
use secenv::keyring::{Keyring, Unlock};
use secenv::{SecretArray, SecretBytes, vault};

use crate::failure::Failure;

/// More than any file that is read whole, manifests apart.
const BYTES_MAX: u64 = 8 << 20;

/// What unlocks a keyring or a vault.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Unlocking {
    /// The file that holds the passphrase; a newline at its end does not count
    #[arg(long, value_name = "FILE")]
    unlock_file: Option<PathBuf>,
    /// The file that holds a key of 32 bytes instead
    #[arg(long, value_name = "FILE")]
    unlock_key_file: Option<PathBuf>,
}

/// What is to unlock it from now on.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct NewUnlocking {
    /// The file that holds the new passphrase
    #[arg(long, value_name = "FILE")]
    new_unlock_file: Option<PathBuf>,
    /// The file that holds a new key of 32 bytes instead
    #[arg(long, value_name = "FILE")]
    new_unlock_key_file: Option<PathBuf>,
}

impl Unlocking {
    pub fn read(&self) -> Result<Unlock, Failure> {
        unlock(self.unlock_file.as_deref(), self.unlock_key_file.as_deref())
    }
}

impl NewUnlocking {
    pub fn read(&self) -> Result<Unlock, Failure> {
        unlock(self.new_unlock_file.as_deref(), self.new_unlock_key_file.as_deref())
    }
}

fn unlock(passphrase: Option<&Path>, key: Option<&Path>) -> Result<Unlock, Failure> {
    if let Some(path) = key {
        let key = read(path)?;
        let key: &[u8; 32] = key
            .expose_secret()
            .try_into()
            .map_err(|_| Failure::misuse(format!("{}: a key has 32 bytes, no more and no less", path.display())))?;
        return Ok(Unlock::Raw(SecretArray::from(key)));
    }
    let path = passphrase.unwrap_or(Path::new("-"));
    let mut passphrase = read(path)?;
    for end in [b'\n', b'\r'] {
        if passphrase.expose_secret().last() == Some(&end) {
            passphrase.truncate(passphrase.expose_secret().len() - 1);
        }
    }
    if passphrase.expose_secret().is_empty() {
        return Err(Failure::misuse(format!("{}: the passphrase is empty", path.display())));
    }
    Ok(Unlock::Passphrase(passphrase))
}

/// A file, whole, wiped when it goes.
pub fn read(path: &Path) -> Result<SecretBytes, Failure> {
    read_up_to(path, BYTES_MAX)
}

/// A file, whole, if it is not longer than `max` bytes.
pub fn read_up_to(path: &Path, max: u64) -> Result<SecretBytes, Failure> {
    let failed = |error| Failure::io(path, error);
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let huge = || Failure::rejected(format!("{}: longer than any file of its kind", path.display()));
    if length > max {
        return Err(huge());
    }
    // Room for all of it from the start: a vector that grows leaves copies behind.
    let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1024);
    let read = file.take(max + 1).read_to_end(&mut content);
    let content = SecretBytes::from(content);
    read.map_err(failed)?;
    if content.expose_secret().len() as u64 > max {
        return Err(huge());
    }
    Ok(content)
}

/// What a link leads to: a file is replaced there, not the link.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Keeps a file for our user alone; what was there is replaced in one step.
pub fn keep(path: &Path, content: &[u8]) -> Result<(), Failure> {
    vault::keep(&real(path), content).map_err(|error| Failure::made(path, error))
}

/// Refuses a place where there is something.
pub fn vacant(path: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(Failure::misuse(format!("{}: there is something in this place already", path.display())));
    }
    Ok(())
}

/// As [`keep`], where nothing may be there before.
pub fn keep_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    vacant(path)?;
    keep(path, content)
}

/// Refuses a place where there is something that does not begin as `like`: two arguments in the wrong order must not cost a key.
pub fn replaceable(path: &Path, like: &[u8]) -> Result<(), Failure> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    let same = || {
        let mut start = [0; 8];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && like.starts_with(&start)
    };
    if found.is_file() && (found.len() == 0 || same()) {
        return Ok(());
    }
    Err(Failure::misuse(format!("{}: there is something else in this place already: it stays", path.display())))
}

/// As [`keep`], over nothing but a file of the same kind.
pub fn keep_over(path: &Path, content: &[u8]) -> Result<(), Failure> {
    replaceable(path, content)?;
    keep(path, content)
}

pub fn identity(path: &Path) -> Result<Identity, Failure> {
    Identity::parse(read(path)?.expose_secret()).map_err(|error| Failure::no("key that signs", path, error))
}

/// The pin of the key in a file, whichever half it holds.
pub fn pin(path: &Path) -> Result<[u8; 32], Failure> {
    let file = read(path)?;
    PublicIdentity::parse(file.expose_secret())
        .map(|public| *public.pin())
        .or_else(|_| Identity::parse(file.expose_secret()).map(|identity| *identity.public().pin()))
        .map_err(|error| Failure::no("RSA or Ed25519 key in PEM", path, error))
}

pub fn keyring(path: &Path, unlock: &Unlock) -> Result<Keyring, Failure> {
    Keyring::parse(read(path)?.expose_secret(), unlock).map_err(|error| Failure::locked("keyring", path, error))
}

/// Keeps others from working on the same file, until what is given goes.
pub fn hold(path: &Path) -> Result<File, Failure> {
    let path = beside(path, "lock");
    let failed = |error| Failure::io(&path, error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// The file of this name with something behind it.
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = real(path).into_os_string();
    name.push(".");
    name.push(end);
    name.into()
}
