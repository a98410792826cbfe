//! The vault: created, unlocked, read.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use subtle::ConstantTimeEq;

use super::folder::Folder;
use super::lease;
use super::state::{self, Authority, Memory, State, Version};
use crate::device::DeviceKey;
use crate::fs::File;
use crate::grant::{self, Grant};
use crate::key_protection::{KeyProtection, UnlockSecret};
use crate::keyring::Key;
use crate::manifest::{self, Entry, Manifest};
use crate::parcel::{Content, Parcel};
use crate::sodium::password::Cost;
use crate::sodium::random;
use crate::trust::{ROLE_PINS_MAX, Role, Trusted, TrustedInfo};
use crate::types::{Anchor, DeviceId, Digest, Pin, Timestamp, VaultId};
use crate::wire::Reader;
use crate::{Error, RunOptions, SecretArray};

const MAGIC: &[u8; 8] = b"secenvV\x01";
/// How often a reader starts again when a writer changes things under it.
const TRIES: usize = 10;
/// How far the high-water mark of time may lag on the disk, in seconds.
const LATEST_TIME_LAG: u64 = 60;

/// A vault that is unlocked. Other processes may read and write the same folder.
pub struct Vault {
    pub(super) folder: Folder,
    pub(super) master: SecretArray<32>,
    pub(super) device: DeviceKey,
    pub(super) state: State,
    /// The file `state` as it was read last.
    sealed: Vec<u8>,
    pub(super) grant: Option<Grant>,
    /// The keys of the grant; none while the lease does not hold.
    keys: Option<Vec<Key>>,
    pub(super) manifest: Option<Arc<Manifest>>,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Vault>();
};

/// What a vault begins with.
pub struct NewVault<'a> {
    /// What will unlock it.
    pub unlock: &'a UnlockSecret,
    /// What a passphrase costs.
    pub cost: Cost,
    /// Who signs its grants and manifests.
    pub signers: Signers<'a>,
    /// The device's key, of which the vault keeps a copy.
    pub device: &'a DeviceKey,
}

/// Who signs the grants and manifests of a new vault.
#[derive(Clone, Copy)]
pub enum Signers<'a> {
    /// These pins, for good: 1 to 4. It takes no trust statement.
    Pins(&'a [Pin]),
    /// Whom trust statements name (`docs/trust.md`).
    Trust(&'a Trusted),
}

impl Signers<'_> {
    fn authority(self) -> Result<Authority, Error> {
        match self {
            Self::Trust(trusted) => Ok(Authority::Trust(trusted.clone())),
            Self::Pins(pins) => {
                let mut pins = pins.to_vec();
                pins.sort_unstable();
                pins.dedup();
                let is_valid = (1..=ROLE_PINS_MAX).contains(&pins.len());
                if is_valid { Ok(Authority::Pins(pins)) } else { Err(Error::InvalidArgument) }
            }
        }
    }
}

/// What to read of a document.
#[derive(Clone, Copy, Debug)]
pub struct ReadRequest<'a> {
    /// The document.
    pub id: &'a str,
    /// Its revision, so that all parts are of the same; `None` for whichever is current.
    pub revision: Option<u64>,
    /// The first byte.
    pub offset: u64,
}

/// A document that the manifest names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Document {
    /// The document.
    pub id: String,
    /// Its revision.
    pub revision: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Whether its parcel is here.
    pub is_here: bool,
}

/// How a vault stands.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The vault's id, once a grant or manifest has said it.
    pub vault: Option<VaultId>,
    /// This device.
    pub device: DeviceId,
    /// Counts the changes.
    pub generation: u64,
    /// The high-water mark: the latest time that was seen.
    pub latest_time: Timestamp,
    /// Who signs grants and manifests for good; none if trust statements say who.
    pub pins: Vec<Pin>,
    /// The roots, and the trust statement in force; nothing if the pins are for good.
    pub trust: Option<TrustedInfo>,
    /// The grant in force.
    pub grant: Option<grant::Terms>,
    /// The epochs of its keys.
    pub epochs: Vec<u64>,
    /// The manifest in force.
    pub manifest: Option<manifest::Terms>,
    /// Whether documents may be read now.
    #[serde(serialize_with = "serialize_lease")]
    pub lease: Result<(), Error>,
}

fn serialize_lease<S: serde::Serializer>(lease: &Result<(), Error>, serializer: S) -> Result<S::Ok, S::Error> {
    super::serialize_result(&lease.map(|()| "holds"), serializer)
}

pub(super) fn grant_name(digest: &Digest) -> String {
    format!("grant-{digest}")
}

pub(super) fn manifest_name(digest: &Digest) -> String {
    format!("manifest-{digest}")
}

/// A link in the place of a file is no file.
fn absent(file: Result<Option<Vec<u8>>, Error>) -> Result<Option<Vec<u8>>, Error> {
    match file {
        Err(Error::Rejected | Error::TooLarge) => Ok(None),
        file => file,
    }
}

impl Vault {
    /// Makes an empty vault in `path`, which must not be there or be an empty folder.
    ///
    /// # Errors
    /// [`Error::Exists`]; [`Error::InvalidArgument`] for no or more than 4 pins, or a bad passphrase; what the disk
    /// fails with.
    pub fn create(path: &Path, new: &NewVault<'_>, now: Timestamp) -> Result<Self, Error> {
        let authority = new.signers.authority()?;
        let master = random::secret();
        let protection = KeyProtection::of(MAGIC, &master, new.unlock, new.cost)?;
        let state = State {
            generation: 1,
            device: new.device.expose_secret_seed().expose_secret().into(),
            latest_time: now,
            authority,
            grants: Memory::default(),
            manifests: Memory::default(),
            vault: None,
            grant: Version::NONE,
            manifest: Version::NONE,
        };
        let (folder, held) = Folder::create(path)?;
        folder.write("state", &state.seal(&master)?)?;
        // The head comes last: without it there is no vault here.
        folder.write("head", &[MAGIC.as_slice(), protection.as_bytes()].concat())?;
        drop(held);
        Self::unlock(path, new.unlock, None, now)
    }

    /// Unlocks the vault in `path`. With an anchor, it must be the vault that gave it, in that state or a later one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none; [`Error::Rejected`] for a wrong secret or another vault's anchor, or if
    /// something was changed; [`Error::Stale`] if the folder is older than the anchor; what the disk fails with.
    pub fn unlock(path: &Path, unlock: &UnlockSecret, anchor: Option<&Anchor>, now: Timestamp) -> Result<Self, Error> {
        let folder = Folder::open(path)?;
        let head = folder.read("head", 8 + KeyProtection::BYTES)?.ok_or(Error::NotFound)?;
        let mut fields = Reader::after(MAGIC, &head)?;
        let protection = KeyProtection::parse(fields.array()?)?;
        fields.end()?;
        let master = protection.open(MAGIC, unlock)?;
        let sealed = folder.read("state", state::BYTES_MAX)?.ok_or(Error::Rejected)?;
        let state = State::open(&sealed, &master)?;
        let device = DeviceKey::from_seed(state.device.expose_secret().into())?;
        let (grant, manifest) = (None, None);
        let sealed = Vec::new();
        let mut vault = Self { folder, master, device, state, sealed, grant, keys: None, manifest };
        vault.refresh()?;
        if let Some(anchor) = anchor {
            vault.check_anchor(anchor)?;
        }
        vault.lease(now)?.ok();
        Ok(vault)
    }

    fn check_anchor(&self, anchor: &Anchor) -> Result<(), Error> {
        let generation = Reader::new(anchor.as_bytes()).u63().map_err(|_| Error::Rejected)?;
        let own = state::anchor(&self.master, generation)?;
        if !bool::from(own.as_bytes().ct_eq(anchor.as_bytes())) {
            return Err(Error::Rejected);
        }
        if self.state.generation < generation { Err(Error::Stale) } else { Ok(()) }
    }

    /// 16 bytes to be stored outside of the folder after each call: with them a folder that was put back is known.
    ///
    /// # Errors
    /// None.
    pub fn anchor(&self) -> Result<Anchor, Error> {
        state::anchor(&self.master, self.state.generation)
    }

    /// Wraps the vault's key under another unlock secret.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a bad passphrase; what the disk fails with.
    pub fn change_unlock(&mut self, unlock: &UnlockSecret, cost: Cost) -> Result<(), Error> {
        let protection = KeyProtection::of(MAGIC, &self.master, unlock, cost)?;
        let _held = self.writing()?;
        self.folder.write("head", &[MAGIC.as_slice(), protection.as_bytes()].concat())
    }

    /// Takes the writers' lock, sees what others wrote, and removes what killed writers left.
    pub(super) fn writing(&mut self) -> Result<File, Error> {
        let held = self.folder.lock()?;
        self.refresh()?;
        // A state that may be lost with the power must not cost what the one before it names.
        self.folder.sync()?;
        self.remove_superseded();
        self.folder.remove_leftovers();
        Ok(held)
    }

    /// Removes grants and manifests that are not in force.
    fn remove_superseded(&self) {
        let named = [grant_name(&self.state.grant.digest), manifest_name(&self.state.manifest.digest)];
        self.folder.remove_superseded(&named);
    }

    /// Sees what others wrote. A state that is older than the one that was seen is refused: the folder was put back.
    pub(super) fn refresh(&mut self) -> Result<(), Error> {
        let mut before = None;
        for _ in 0..TRIES {
            let sealed = self.folder.read("state", state::BYTES_MAX)?.ok_or(Error::Rejected)?;
            if sealed == self.sealed {
                return Ok(());
            }
            let state = State::open(&sealed, &self.master)?;
            if !self.sealed.is_empty() && state.generation <= self.state.generation {
                return Err(Error::Stale);
            }
            let (grant, manifest) = (self.load_grant(&state)?, self.load_manifest(&state)?);
            let is_complete =
                grant.is_some() == (state.grant.number > 0) && manifest.is_some() == (state.manifest.number > 0);
            // A writer replaces them meanwhile, or they were lost: then the state stays as it is.
            if is_complete || before.as_ref() == Some(&sealed) {
                (self.grant, self.manifest, self.keys) = (grant, manifest, None);
                (self.state, self.sealed) = (state, sealed);
                return Ok(());
            }
            before = Some(sealed);
        }
        Err(Error::Rejected)
    }

    /// Loads again what is in force.
    pub(super) fn reload(&mut self) -> Result<(), Error> {
        self.sealed.clear();
        self.refresh()
    }

    /// The grant that the state names, if its file is there and what it was.
    fn load_grant(&self, state: &State) -> Result<Option<Grant>, Error> {
        if state.grant.number == 0 {
            return Ok(None);
        }
        let file = self.folder.read(&grant_name(&state.grant.digest), Grant::BYTES_MAX);
        let grant = absent(file)?.and_then(|file| Grant::parse(file).ok());
        let named = state.authority.named(Role::Grants);
        Ok(grant.filter(|grant| *grant.digest() == state.grant.digest && grant.verify(&named).is_ok()))
    }

    fn load_manifest(&self, state: &State) -> Result<Option<Arc<Manifest>>, Error> {
        if state.manifest.number == 0 {
            return Ok(None);
        }
        if let Some(manifest) = &self.manifest
            && *manifest.digest() == state.manifest.digest
        {
            return Ok(Some(Arc::clone(manifest)));
        }
        let file = self.folder.read(&manifest_name(&state.manifest.digest), Manifest::BYTES_MAX);
        let manifest = absent(file)?.and_then(|file| Manifest::parse(file).ok());
        let held = |manifest: &Manifest| *manifest.digest() == state.manifest.digest;
        let named = state.authority.named(Role::Manifests);
        Ok(manifest.filter(|manifest| held(manifest) && manifest.verify(&named).is_ok()).map(Arc::new))
    }

    /// Makes another state the one in force. Only whoever has the lock may.
    pub(super) fn commit(&mut self, mut state: State) -> Result<(), Error> {
        state.generation = self.state.generation.checked_add(1).ok_or(Error::TooLarge)?;
        let written = self.folder.write("state", &state.seal(&self.master)?);
        self.refresh()?;
        written?;
        self.remove_superseded();
        Ok(())
    }

    /// Whether reading is allowed now: the inner result. Keys come and go with it, and the high-water mark moves.
    fn lease(&mut self, now: Timestamp) -> Result<Result<(), Error>, Error> {
        if now > self.state.latest_time.saturating_add(LATEST_TIME_LAG) {
            // A disk that is full or read-only, or a writer at work, must not lock an honest user out.
            self.move_latest_time(now).ok();
        }
        self.state.latest_time = self.state.latest_time.max(now);
        let grant = self.grant.as_ref().map(Grant::terms);
        let manifest = self.manifest.as_ref().map(|manifest| manifest.terms());
        let lost =
            (self.state.grant.number > 0 && grant.is_none()) || (self.state.manifest.number > 0 && manifest.is_none());
        let held = if lost { Err(Error::Rejected) } else { lease::check(now, self.state.latest_time, grant, manifest) };
        if held.is_err() {
            self.keys = None;
        } else if self.keys.is_none() {
            self.keys = self.granted_keys()?;
        }
        Ok(held)
    }

    /// The keys of the grant in force.
    pub(super) fn granted_keys(&self) -> Result<Option<Vec<Key>>, Error> {
        self.grant.as_ref().map(|grant| grant.open(&self.device)).transpose()
    }

    fn move_latest_time(&mut self, now: Timestamp) -> Result<(), Error> {
        let Some(_held) = self.folder.try_lock()? else { return Ok(()) };
        self.refresh()?;
        if now > self.state.latest_time {
            self.commit(State { latest_time: now, ..self.state.clone() })
        } else {
            Ok(())
        }
    }

    /// Sees what others wrote, and refuses what may not be read now.
    fn reading(&mut self, now: Timestamp) -> Result<(), Error> {
        self.refresh()?;
        self.lease(now)?
    }

    /// The documents that the manifest names, ascending by id.
    ///
    /// # Errors
    /// What the disk fails with.
    pub fn list(&mut self) -> Result<Vec<Document>, Error> {
        self.refresh()?;
        let mut there = self.folder.parcels_there()?;
        there.sort_unstable();
        let document = |entry: &Entry| Document {
            id: entry.id.clone(),
            revision: entry.revision,
            length: entry.length,
            is_here: there.binary_search(&entry.root.to_string()).is_ok(),
        };
        Ok(self.manifest.iter().flat_map(|manifest| manifest.entries()).map(document).collect())
    }

    /// A document that the manifest names.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not named; what the disk fails with.
    pub fn find(&mut self, id: &str) -> Result<Document, Error> {
        self.refresh()?;
        let entry = self.manifest.as_ref().and_then(|manifest| manifest.find(id)).ok_or(Error::NotFound)?;
        Ok(Document {
            id: entry.id.clone(),
            revision: entry.revision,
            length: entry.length,
            is_here: self.folder.has_parcel(&entry.root.to_string()),
        })
    }

    /// The parcel of a document, and its key. The manifest names both.
    fn open(&mut self, id: &str, revision: Option<u64>, now: Timestamp) -> Result<(Parcel<File>, Content), Error> {
        for _ in 0..TRIES {
            self.reading(now)?;
            let generation = self.state.generation;
            let opened = self.open_once(id, revision);
            // A writer may have brought another manifest into force, and removed what the one before named.
            if opened.is_ok() || self.refresh().is_err() || self.state.generation == generation {
                return opened;
            }
        }
        Err(Error::Rejected)
    }

    fn open_once(&self, id: &str, revision: Option<u64>) -> Result<(Parcel<File>, Content), Error> {
        let entry = self.manifest.as_ref().and_then(|manifest| manifest.find(id)).ok_or(Error::NotFound)?.clone();
        if revision.is_some_and(|revision| revision != entry.revision) {
            return Err(Error::Stale);
        }
        // Its signer is whoever the header names, which the root covers, for which the manifest vouches.
        let parcel = Parcel::open_untrusted(self.folder.parcel(&entry.root.to_string())?)?;
        let info = parcel.info();
        if Some(info.vault) != self.state.vault || info.root != entry.root || info.id != entry.id {
            return Err(Error::Rejected);
        }
        let content = parcel.unlock(&self.keys.iter().flatten().collect::<Vec<_>>())?;
        Ok((parcel, content))
    }

    /// Reads a part of a document into `buffer`, and returns how many bytes; fewer than `buffer` has only at its end.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not named or not here; [`Error::Stale`] if the manifest names another revision;
    /// [`Error::Expired`], [`Error::Clock`], [`Error::NoKey`] if it may not be read; [`Error::Rejected`] or
    /// [`Error::Malformed`] if it was changed; what the disk fails with.
    pub fn read_at(&mut self, request: &ReadRequest<'_>, buffer: &mut [u8], now: Timestamp) -> Result<usize, Error> {
        let (parcel, content) = self.open(request.id, request.revision, now)?;
        parcel.read_at(&content, request.offset, buffer)
    }

    /// Writes `length` bytes of a document to `out`, or what there is of them, and returns how many. Nothing is written
    /// before its chunk held. The progress is how many bytes are done.
    ///
    /// # Errors
    /// As [`Vault::read_at`]; what writing fails with.
    #[expect(clippy::too_many_arguments, reason = "five beside `self`")]
    pub fn copy(
        &mut self,
        request: &ReadRequest<'_>,
        length: u64,
        out: &mut (dyn Write + Send),
        now: Timestamp,
        run: &RunOptions<'_>,
    ) -> Result<u64, Error> {
        let (parcel, content) = self.open(request.id, request.revision, now)?;
        let end = request.offset.saturating_add(length);
        parcel.copy(&content, request.offset..end, out, run)
    }

    /// The epochs that a key is held of, ascending: none while documents may not be read.
    pub fn epochs(&self) -> impl Iterator<Item = u64> {
        self.keys.iter().flatten().map(Key::epoch)
    }

    /// The roots or the trust statement that the vault goes by, as it saw them last; `None` if its signers are for
    /// good.
    pub fn trust(&self) -> Option<&Trusted> {
        match &self.state.authority {
            Authority::Trust(trusted) => Some(trusted),
            Authority::Pins(_) => None,
        }
    }

    /// How the vault stands.
    ///
    /// # Errors
    /// What the disk fails with.
    pub fn status(&mut self, now: Timestamp) -> Result<Status, Error> {
        self.refresh()?;
        let lease = self.lease(now)?;
        Ok(Status {
            vault: self.state.vault,
            device: *self.device.public()?.id(),
            generation: self.state.generation,
            latest_time: self.state.latest_time,
            pins: match &self.state.authority {
                Authority::Pins(pins) => pins.clone(),
                Authority::Trust(_) => Vec::new(),
            },
            trust: self.trust().map(TrustedInfo::from),
            grant: self.grant.as_ref().map(|grant| grant.terms().clone()),
            epochs: self.epochs().collect(),
            manifest: self.manifest.as_ref().map(|manifest| manifest.terms().clone()),
            lease,
        })
    }
}
