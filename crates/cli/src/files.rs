//! What the commands read from files: unlock secrets, identities, keyrings; and what they write.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use secenv::fs::write_atomic;
use secenv::identity::{self, Identity, PublicIdentity};
use secenv::key_protection::UnlockSecret;
use secenv::keyring::Keyring;
use secenv::{Error, Pin, SecretArray, SecretBytes, rsa};

use crate::failure::Failure;
use crate::passphrase;

/// More than any file that is read whole, manifests apart.
const BYTES_MAX: u64 = 8 << 20;

/// What unlocks a keyring or a vault.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Unlocking {
    /// The file that holds the passphrase, in UTF-8; a newline at its end does not count
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
    /// The file that holds the new passphrase, in UTF-8
    #[arg(long, value_name = "FILE")]
    new_unlock_file: Option<PathBuf>,
    /// The file that holds a new key of 32 bytes instead
    #[arg(long, value_name = "FILE")]
    new_unlock_key_file: Option<PathBuf>,
}

impl Unlocking {
    /// What unlocks something that is there.
    pub fn read(&self) -> Result<UnlockSecret, Failure> {
        unlock_secret(self.unlock_file.as_deref(), self.unlock_key_file.as_deref(), false)
    }

    /// What will unlock something new.
    pub fn read_new(&self) -> Result<UnlockSecret, Failure> {
        unlock_secret(self.unlock_file.as_deref(), self.unlock_key_file.as_deref(), true)
    }
}

impl NewUnlocking {
    pub fn read(&self) -> Result<UnlockSecret, Failure> {
        unlock_secret(self.new_unlock_file.as_deref(), self.new_unlock_key_file.as_deref(), true)
    }
}

fn unlock_secret(passphrase: Option<&Path>, key: Option<&Path>, new: bool) -> Result<UnlockSecret, Failure> {
    match (passphrase, key) {
        (_, Some(path)) => {
            let key = read(path)?;
            let key: &[u8; 32] = key
                .expose_secret()
                .try_into()
                .map_err(|_| Failure::misuse(format!("{}: a key has 32 bytes, no more and no less", path.display())))?;
            Ok(UnlockSecret::Raw(SecretArray::from(key)))
        }
        (Some(path), None) => Ok(UnlockSecret::Passphrase(passphrase::read(path, new)?)),
        (None, None) => Err(Failure::usage("neither a passphrase file nor a key file is named")),
    }
}

/// Reads a file whole; its content is wiped when it goes.
pub fn read(path: &Path) -> Result<SecretBytes, Failure> {
    read_up_to(path, BYTES_MAX)
}

/// Reads a file whole, if it is not longer than `max` bytes.
pub fn read_up_to(path: &Path, max: u64) -> Result<SecretBytes, Failure> {
    let failed = |error| Failure::io(path, error);
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let huge = || Failure::rejected(format!("{}: longer than any file of its kind", path.display()));
    if length > max {
        return Err(huge());
    }
    // Space for all of it from the start: a vector that grows leaves copies behind.
    let mut content = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1024);
    let read = file.take(max + 1).read_to_end(&mut content);
    let content = SecretBytes::from(content);
    read.map_err(failed)?;
    if content.len() as u64 > max {
        return Err(huge());
    }
    Ok(content)
}

/// What a link leads to: a file is replaced there, not the link.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Writes a file for our user alone; what was there is replaced in one step.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    write_atomic(&target(path), content).map_err(|error| Failure::written(path, error))
}

/// Refuses a name that something has.
pub fn require_vacant(path: &Path) -> Result<(), Failure> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(Failure::misuse(format!("{}: this exists already; it is not replaced", path.display())));
    }
    Ok(())
}

/// As [`write`], under a name that nothing has.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    require_vacant(path)?;
    write(path, content)
}

/// Refuses a name that something has which does not begin as `like`: two arguments in the wrong order must not cost a key.
pub fn require_replaceable(path: &Path, like: &[u8; 8]) -> Result<(), Failure> {
    secenv::fs::require_replaceable(path, like).map_err(|error| match error {
        Error::Exists => Failure::misuse(format!(
            "{}: this exists already and is something else; it is not replaced",
            path.display()
        )),
        error => Failure::at(path, error),
    })
}

/// As [`write`], over nothing but a file of the same kind.
pub fn write_over(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let like = content.first_chunk().ok_or(Error::Internal).map_err(|error| Failure::at(path, error))?;
    require_replaceable(path, like)?;
    write(path, content)
}

pub fn identity(path: &Path) -> Result<Identity, Failure> {
    let file = read(path)?;
    let content = file.expose_secret();
    Identity::parse(content).map_err(|error| {
        if PublicIdentity::parse(content).is_ok() {
            return Failure::misuse(format!("{}: this is a public key; its secret half signs", path.display()));
        }
        Failure::key("a secret RSA or Ed25519 key", path, content, error)
    })
}

/// The pin of the key in a file, whichever half it holds.
pub fn pin(path: &Path) -> Result<Pin, Failure> {
    let file = read(path)?;
    let content = file.expose_secret();
    let public = || PublicIdentity::parse(content).map(|public| *public.pin());
    let secret = || Identity::parse(content).map(|identity| *identity.public().pin());
    // PKCS#1, which is not canonical; its pin is that of the same key in SPKI.
    let rsa = || rsa::PublicKey::parse(content).and_then(|key| identity::pin(&key.encode_der()?));
    public()
        .or_else(|_| secret())
        .or_else(|_| rsa())
        .map_err(|error| Failure::key("an RSA or Ed25519 key", path, content, error))
}

pub fn keyring(path: &Path, unlock: &UnlockSecret) -> Result<Keyring, Failure> {
    Keyring::parse(read(path)?.expose_secret(), unlock).map_err(|error| Failure::locked("keyring", path, error))
}

/// Keeps others from working on the same file, until what is returned goes.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let path = beside(path, "lock");
    let failed = |error| Failure::io(&path, error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// The file of this name with something after it.
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = target(path).into_os_string();
    name.push(".");
    name.push(end);
    name.into()
}
