//! Applying what the server sent: each file is taken or refused for itself, in the order that makes sense.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::folder::Placed;
use super::state::{Authority, Memory, State, Version};
use super::store::{Vault, grant_name, manifest_name};
use crate::fs::{ReadAt, open_input, read_up_to};
use crate::grant::Grant;
use crate::keyring::Key;
use crate::manifest::Manifest;
use crate::ordered_pipeline;
use crate::parcel::{self, Parcel, ParcelInfo};
use crate::trust::{CHAIN_BYTES_MAX, Role, Trust};
use crate::types::{Timestamp, VaultId};
use crate::{Error, Family, RunOptions};

/// How many parcels are made durable together.
const GROUP: usize = 512;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FileKind {
    /// A trust statement, or a chain of them.
    Trust,
    /// A grant.
    Grant,
    /// A manifest.
    Manifest,
    /// A parcel.
    Parcel,
    /// None of ours, or it could not be read.
    Unknown,
}

/// What became of a file that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is in force, or in its place.
    Taken,
    /// It was there already.
    Same,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Applied {
    /// The file.
    #[serde(serialize_with = "display")]
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// Whether it was taken.
    #[serde(serialize_with = "super::serialize_result")]
    pub result: Result<Outcome, Error>,
}

/// A path that is not UTF-8 is shown as far as it can be.
fn display<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// The files of one call, by kind and in order, and the answers.
struct Work<'a> {
    trusts: Vec<(u64, &'a Path)>,
    grants: Vec<(u64, &'a Path)>,
    manifests: Vec<(u64, &'a Path)>,
    parcels: Vec<&'a Path>,
    done: Vec<Applied>,
    progress: &'a dyn Fn(u64),
}

impl<'a> Work<'a> {
    /// Looks at the first bytes of each file: which kind it is, and which number it claims. It is read when its turn
    /// comes.
    fn sort(paths: &'a [PathBuf], progress: &'a dyn Fn(u64)) -> Self {
        let (trusts, grants, manifests) = Default::default();
        let mut work = Self { trusts, grants, manifests, parcels: Vec::new(), done: Vec::new(), progress };
        for path in paths {
            let sorted = peek(path).and_then(|head| {
                if let Some(number) = Trust::peek(&head) {
                    work.trusts.push((number?, path));
                } else if let Some(number) = Grant::peek(&head) {
                    work.grants.push((number?, path));
                } else if let Some(number) = Manifest::peek(&head) {
                    work.manifests.push((number?, path));
                } else if head.starts_with(parcel::MAGIC) {
                    work.parcels.push(path);
                } else {
                    return Err(Error::Malformed);
                }
                Ok(())
            });
            if let Err(error) = sorted {
                work.record(path, FileKind::Unknown, Err(error));
            }
        }
        for numbered in [&mut work.trusts, &mut work.grants, &mut work.manifests] {
            numbered.sort_by_key(|(number, _)| *number);
        }
        work
    }

    fn record(&mut self, path: &Path, kind: FileKind, result: Result<Outcome, Error>) {
        self.done.push(Applied { path: path.to_path_buf(), kind, result });
        (self.progress)(self.done.len() as u64);
    }
}

fn unavailable(result: &Result<Outcome, Error>) -> Option<Error> {
    result.err().filter(|error| error.family() == Family::Unavailable)
}

impl Vault {
    /// Applies trust statements, grants, manifests and parcels, in this order whatever theirs is. What was taken is
    /// durable. The answers stand in the order in which they were worked on. The progress is how many files are done.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a time that cannot be; what the disk fails with before a file was looked at.
    pub fn apply(&mut self, paths: &[PathBuf], now: Timestamp, run: &RunOptions<'_>) -> Result<Vec<Applied>, Error> {
        let progress = run.progress;
        let _held = self.writing()?;
        let mut work = Work::sort(paths, progress);
        for (_, path) in std::mem::take(&mut work.trusts) {
            let applied = read_input(path, CHAIN_BYTES_MAX).and_then(|file| self.apply_trust(&file));
            work.record(path, FileKind::Trust, applied);
        }
        for (_, path) in std::mem::take(&mut work.grants) {
            let applied =
                read_input(path, Grant::BYTES_MAX).and_then(|file| self.apply_grant(&Grant::parse(file)?, now));
            work.record(path, FileKind::Grant, applied);
        }
        // The last manifest that holds comes into force when its parcels are in their places: readers see the documents
        // before it or those after it.
        let mut next = None::<Arc<Manifest>>;
        let mut answers = Vec::with_capacity(work.manifests.len());
        for (_, path) in std::mem::take(&mut work.manifests) {
            let checked = read_input(path, Manifest::BYTES_MAX).and_then(|file| {
                let manifest = Manifest::parse(file)?;
                let before = next.as_ref().map_or(self.state.manifest, |next| version_of(next));
                Ok((self.check_manifest(&manifest, before, now)?, manifest))
            });
            answers.push((
                path,
                checked.map(|(outcome, manifest)| {
                    if outcome == Outcome::Taken {
                        next = Some(Arc::new(manifest));
                    }
                    outcome
                }),
            ));
        }
        let current = next.clone().or_else(|| self.manifest.clone());
        self.remove_unnamed(next.as_deref());
        let mut broken = work.done.iter().find_map(|one| unavailable(&one.result));
        let parcels = std::mem::take(&mut work.parcels);
        let mut placed = Vec::with_capacity(parcels.len());
        for group in parcels.chunks(GROUP) {
            placed.extend(self.apply_parcels(group, current.as_deref(), run));
            progress((paths.len() - parcels.len() + placed.len()) as u64);
        }
        // A disk that fails must not cost the documents of the manifest that is in force.
        broken = broken.or_else(|| placed.iter().find_map(unavailable));
        let failed = match (next, broken) {
            (Some(manifest), None) => self.apply_manifest(&manifest).err(),
            (next, broken) => broken.filter(|_| next.is_some()),
        };
        // After a commit that failed nobody knows which manifest is in force once the power has gone.
        if failed == broken {
            self.remove_unnamed(None);
        }
        let after = |result: Result<Outcome, Error>| result.and_then(|outcome| failed.map_or(Ok(outcome), Err));
        for (path, answer) in answers {
            work.record(path, FileKind::Manifest, after(answer));
        }
        for (path, result) in parcels.into_iter().zip(placed) {
            work.record(path, FileKind::Parcel, after(result));
        }
        Ok(work.done)
    }

    /// Takes what of a chain is new. What held is taken, even if a later statement is refused.
    fn apply_trust(&mut self, chain: &[u8]) -> Result<Outcome, Error> {
        let mut state = self.state.clone();
        let Authority::Trust(trusted) = &mut state.authority else { return Err(Error::Rejected) };
        // What a dropped signer signed goes, at each statement in its turn.
        let (grants, manifests) = (&mut state.grants, &mut state.manifests);
        let followed = trusted.follow(chain, |trust| {
            let named = |role| trust.statement().role(role).iter().map(|one| one.pin).collect::<Vec<_>>();
            state.grant = grants.keep(&named(Role::Grants), state.grant);
            state.manifest = manifests.keep(&named(Role::Manifests), state.manifest);
        });
        if state.authority != self.state.authority {
            self.commit(state)?;
        }
        followed.map(|count| if count > 0 { Outcome::Taken } else { Outcome::Same })
    }

    fn apply_grant(&mut self, grant: &Grant, now: Timestamp) -> Result<Outcome, Error> {
        if grant.device() != self.device.public()?.id() {
            return Err(Error::Foreign);
        }
        let state = &self.state;
        if !state.authority.is_known() {
            return Err(Error::OutOfOrder);
        }
        // Which vault this is holds as long as somebody who is named has granted it.
        let is_foreign = state.vault.is_some_and(|vault| vault != *grant.vault());
        if is_foreign && !state.grants.is_empty() {
            return Err(Error::Foreign);
        }
        grant.verify(&state.authority.named(Role::Grants))?;
        let (terms, before) = (grant.terms(), state.grant);
        if before.number > 0 && before.digest == *grant.digest() {
            if self.grant.is_some() {
                return Ok(Outcome::Same);
            }
            // Its file was lost or damaged.
            self.folder.write(&grant_name(grant.digest()), grant.as_bytes())?;
            return self.reload().map(|()| Outcome::Taken);
        }
        let version = Version { number: terms.sequence, digest: *grant.digest() };
        if terms.sequence <= state.grants.highest() && !state.grants.is_newest(grant.signer(), version) {
            return Err(Error::Stale);
        }
        if before.number > 0 && terms.previous.is_some_and(|previous| previous != before.digest) {
            return Err(Error::OutOfOrder);
        }
        state.authority.check(Role::Grants, grant.signer(), now)?;
        grant.open(&self.device)?;
        let mut state = state.clone();
        if is_foreign {
            (state.manifests, state.manifest) = (Memory::default(), Version::NONE);
        }
        state.vault = Some(*grant.vault());
        state.grant = version;
        state.grants.record(grant.signer(), version);
        state.latest_time = terms.issued;
        self.folder.write(&grant_name(grant.digest()), grant.as_bytes())?;
        self.commit(state)?;
        Ok(Outcome::Taken)
    }

    /// Whether this manifest may follow the one that `before` names.
    fn check_manifest(&self, manifest: &Manifest, before: Version, now: Timestamp) -> Result<Outcome, Error> {
        let (terms, state) = (manifest.terms(), &self.state);
        // A grant names the device, a manifest does not: only a grant says which vault this is.
        if state.grants.is_empty() {
            return Err(Error::OutOfOrder);
        }
        if state.vault.ok_or(Error::OutOfOrder)? != terms.vault {
            return Err(Error::Foreign);
        }
        manifest.verify(&state.authority.named(Role::Manifests))?;
        let version = version_of(manifest);
        if before.number > 0 && before == version {
            // Unless its file was lost or damaged.
            let there = self.manifest.is_some() || before.digest != state.manifest.digest;
            return Ok(if there { Outcome::Same } else { Outcome::Taken });
        }
        let highest = before.number.max(state.manifests.highest());
        if terms.version < highest {
            return Err(Error::Stale);
        }
        let next = before.number > 0 && terms.version == before.number + 1;
        let is_other = terms.version == highest && !state.manifests.is_newest(manifest.signer(), version);
        if is_other || (next && terms.previous.is_some_and(|previous| previous != before.digest)) {
            return Err(Error::Rejected);
        }
        if now > terms.expires {
            return Err(Error::Expired);
        }
        state.authority.check(Role::Manifests, manifest.signer(), now)?;
        Ok(Outcome::Taken)
    }

    /// Brings a manifest into force that was checked.
    fn apply_manifest(&mut self, manifest: &Manifest) -> Result<(), Error> {
        self.folder.write(&manifest_name(manifest.digest()), manifest.as_bytes())?;
        let taken = version_of(manifest);
        if taken.digest == self.state.manifest.digest {
            return self.reload();
        }
        let mut state = State { manifest: taken, ..self.state.clone() };
        state.manifests.record(manifest.signer(), taken);
        self.commit(state)
    }

    /// Removes the parcels that neither the manifest in force nor the next one names. What cannot be removed stays.
    fn remove_unnamed(&self, next: Option<&Manifest>) {
        // Without a manifest nobody knows what the next one names.
        if self.manifest.is_none() && (next.is_none() || self.state.manifest.number > 0) {
            return;
        }
        let Ok(there) = self.folder.parcels_there() else { return };
        let entries = [self.manifest.as_deref(), next].into_iter().flatten().flat_map(Manifest::entries);
        let named = entries.map(|entry| entry.root.to_string()).collect::<HashSet<_>>();
        for name in there {
            if !named.contains(&name) {
                self.folder.remove_parcel(&name).ok();
            }
        }
    }

    /// Applies parcels that become durable together, those that the manifest names.
    fn apply_parcels(
        &self,
        paths: &[&Path],
        manifest: Option<&Manifest>,
        run: &RunOptions<'_>,
    ) -> Vec<Result<Outcome, Error>> {
        let threads = run.for_pieces(paths.len() as u64).threads;
        let checked = self.granted_keys().and_then(|keys| {
            let keys: Vec<_> = keys.iter().flatten().collect();
            ordered_pipeline::map(threads, paths.iter(), |path| self.check_parcel(path, manifest, &keys))
        });
        let checked = match checked {
            Ok(checked) => checked,
            Err(error) => return vec![Err(error); paths.len()],
        };
        let mut opened = HashSet::new();
        let mut named = Vec::with_capacity(checked.len());
        for checked in checked {
            named.push(match checked {
                Ok(Some(Checked { readable: false, name, .. })) if opened.contains(&name) => Err(Error::NoKey),
                Ok(Some(parcel)) => {
                    if parcel.readable {
                        opened.insert(parcel.name.clone());
                    }
                    self.folder.name(parcel.placed, &parcel.name).map(|()| Outcome::Taken)
                }
                Ok(None) => Ok(Outcome::Same),
                Err(error) => Err(error),
            });
        }
        if named.contains(&Ok(Outcome::Taken))
            && let Err(error) = self.folder.sync_parcels()
        {
            return named.into_iter().map(|result| result.and(Err(error))).collect();
        }
        named
    }

    /// A copy of the parcel that holds, durable; nothing if the very same is there.
    fn check_parcel(&self, path: &Path, manifest: Option<&Manifest>, keys: &[&Key]) -> Result<Option<Checked>, Error> {
        let file = open_input(path)?;
        named_by(Parcel::open_untrusted(&file)?.info(), self.state.vault, manifest)?;
        let incoming = self.folder.incoming(&file)?;
        // Its signer is whoever the header names, which the root covers, for which the manifest vouches.
        let parcel = Parcel::open_untrusted(incoming.file())?;
        named_by(parcel.info(), self.state.vault, manifest)?;
        let name = parcel.info().root.to_string();
        let there = self.folder.parcel(&name).and_then(Parcel::open_untrusted);
        let there = there.ok().filter(|there| there.verify_integrity(&RunOptions::SINGLE).is_ok());
        if there.as_ref().is_some_and(|there| there.is_same(&parcel)) {
            return Ok(None);
        }
        parcel.verify_integrity(&RunOptions::SINGLE)?;
        // The wraps are not signed: those that cannot be read must not replace those that are here.
        let readable = match parcel.unlock(keys) {
            Err(Error::NoKey) if there.is_none() => false,
            opened => opened.map(|_| true)?,
        };
        drop(parcel);
        Ok(Some(Checked { placed: incoming.sync()?, name, readable }))
    }
}

/// The first bytes of a file: enough to see what it is, and which number it claims.
fn peek(path: &Path) -> Result<Vec<u8>, Error> {
    let mut head = vec![0; 64];
    let read = ReadAt::read_at(&open_input(path)?, &mut head, 0)?;
    head.truncate(read);
    Ok(head)
}

fn read_input(path: &Path, max: usize) -> Result<Vec<u8>, Error> {
    read_up_to(open_input(path)?, max)
}

/// Which manifest this is.
fn version_of(manifest: &Manifest) -> Version {
    Version { number: manifest.terms().version, digest: *manifest.digest() }
}

/// A parcel that may get its name.
struct Checked {
    placed: Placed,
    name: String,
    /// Whether a key that is held opens it.
    readable: bool,
}

/// Whether the manifest names this parcel.
fn named_by(info: &ParcelInfo, vault: Option<VaultId>, manifest: Option<&Manifest>) -> Result<(), Error> {
    if vault.is_some_and(|vault| vault != info.vault) {
        return Err(Error::Foreign);
    }
    let entry = manifest.and_then(|manifest| manifest.find(&info.id)).ok_or(Error::OutOfOrder)?;
    match info.revision.cmp(&entry.revision) {
        std::cmp::Ordering::Less => Err(Error::Stale),
        std::cmp::Ordering::Greater => Err(Error::OutOfOrder),
        std::cmp::Ordering::Equal if info.root == entry.root && info.length == entry.length => Ok(()),
        std::cmp::Ordering::Equal => Err(Error::Rejected),
    }
}
