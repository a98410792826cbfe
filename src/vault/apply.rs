//! Applying what the server sent: each file is taken or refused for itself, in the order that makes sense.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::disk::{self, Incoming};
use super::state::{FORMER_MAX, Mark, State};
use super::vault::{Vault, grant_name, manifest_name};
use crate::encoding::hex_encode;
use crate::grant::{self, Grant};
use crate::keyring::Key;
use crate::manifest::{self, Manifest};
use crate::parcel::{self, Info, Parcel};
use crate::trust::{self, Trust};
use crate::{Error, Family};

/// How many parcels are made durable together.
const GROUP: usize = 512;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A trust statement.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is in force, or in its place.
    Taken,
    /// It was there already.
    Same,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Kind,
    /// Whether it was taken.
    pub result: Result<Outcome, Error>,
}

impl Vault {
    /// Applies trust statements, grants, manifests and parcels, in this order whatever theirs is. What was taken is durable. The answers
    /// stand in the order in which they were worked on. `progress` is told how many files are done.
    ///
    /// # Errors
    /// What the disk fails with before a file was looked at.
    pub fn apply(
        &mut self,
        paths: &[PathBuf],
        now: u64,
        threads: usize,
        progress: &dyn Fn(usize),
    ) -> Result<Vec<Applied>, Error> {
        let _held = self.writing()?;
        let (mut trusts, mut grants, mut manifests, mut parcels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut done = Vec::with_capacity(paths.len());
        let failed = |path: &Path, kind, error| Applied { path: path.to_path_buf(), kind, result: Err(error) };
        for path in paths {
            // Parcels are many: they are opened again when their turn comes.
            let read = disk::given(path).and_then(|(file, magic)| match magic.as_slice() {
                magic if magic == trust::MAGIC => {
                    let trust = Trust::parse(&disk::whole(file, trust::BYTES_MAX)?);
                    Ok((Kind::Trust, trust.map(|trust| trusts.push((path, trust))).err()))
                }
                magic if magic == grant::MAGIC => {
                    let grant = Grant::parse(&disk::whole(file, grant::BYTES_MAX)?);
                    Ok((Kind::Grant, grant.map(|grant| grants.push((path, grant))).err()))
                }
                magic if magic == manifest::MAGIC => {
                    let manifest = Manifest::parse(disk::whole(file, manifest::BYTES_MAX)?);
                    Ok((Kind::Manifest, manifest.map(|manifest| manifests.push((path, manifest))).err()))
                }
                magic if magic == parcel::MAGIC => {
                    parcels.push(path);
                    Ok((Kind::Parcel, None))
                }
                _ => Err(Error::Malformed),
            });
            match read {
                Ok((_, None)) => {}
                Ok((kind, Some(error))) => done.push(failed(path, kind, error)),
                Err(error) => done.push(failed(path, Kind::Unknown, error)),
            }
        }
        trusts.sort_by_key(|(_, trust)| trust.version());
        grants.sort_by_key(|(_, grant)| grant.terms().sequence);
        manifests.sort_by_key(|(_, manifest)| manifest.terms().version);
        let unavailable =
            |result: &Result<Outcome, Error>| result.err().filter(|error| error.family() == Family::Unavailable);
        let unread = done.iter().find_map(|one| unavailable(&one.result));
        let mut say = |path: &Path, kind, result| {
            done.push(Applied { path: path.to_path_buf(), kind, result });
            progress(done.len());
        };
        for (path, trust) in trusts {
            say(path, Kind::Trust, self.take_trust(&trust));
        }
        for (path, grant) in grants {
            say(path, Kind::Grant, self.take_grant(&grant));
        }
        // The last manifest that holds comes into force when its parcels are in their places: readers see the documents before it or
        // those after it.
        let (mut before, mut vault, mut next) = (self.state.manifest, self.state.vault, None);
        let mut answers = Vec::with_capacity(manifests.len());
        for (path, manifest) in manifests {
            let answer = self.check_manifest(&manifest, before, vault, now);
            if answer == Ok(Outcome::Taken) {
                vault = Some(manifest.terms().vault);
                before = Mark { number: manifest.terms().version, chain: *manifest.chain() };
                next = Some(Arc::new(manifest));
            }
            answers.push((path, answer));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| Error::Unavailable)?;
        let current = next.clone().or_else(|| self.manifest.clone());
        let before_parcels = paths.len() - parcels.len();
        let mut placed = Vec::with_capacity(parcels.len());
        for group in parcels.chunks(GROUP) {
            placed.extend(self.take_parcels(&pool, group, current.as_deref()));
            progress(before_parcels + placed.len());
        }
        // A disk that fails must not cost the documents of the manifest that is in force.
        let broken = unread.or_else(|| placed.iter().find_map(unavailable));
        let taken = match (next, broken) {
            (Some(_), Some(error)) => Err(error),
            (Some(manifest), None) => self.take_manifest(&manifest),
            (None, _) => Ok(()),
        };
        // The same manifest again as well: a writer may have been killed before it came to this.
        let ours = answers.iter().any(|(_, answer)| answer.is_ok());
        let failed = taken.and_then(|()| if ours { self.prune() } else { Ok(()) }).err();
        let after = |result: Result<Outcome, Error>| result.and_then(|outcome| failed.map_or(Ok(outcome), Err));
        for (path, answer) in answers {
            say(path, Kind::Manifest, after(answer));
        }
        for (path, result) in parcels.into_iter().zip(placed) {
            say(path, Kind::Parcel, after(result));
        }
        Ok(done)
    }

    fn take_trust(&mut self, trust: &Trust) -> Result<Outcome, Error> {
        let old = &self.state;
        let by_root = old.root.as_ref() == Some(trust.signer());
        // What was taken is taken again, whoever the server is since.
        let before = if by_root { old.root_trust } else { old.server_trust };
        if before.number == trust.version() && before.chain == *trust.chain() {
            return Ok(Outcome::Same);
        }
        trust.verify(&[old.pins.as_slice(), old.root.as_slice()].concat())?;
        if trust.version() < before.number {
            return Err(Error::Stale);
        }
        if trust.version() == before.number {
            return Err(Error::Rejected);
        }
        let mut state = old.clone();
        let mark = Mark { number: trust.version(), chain: *trust.chain() };
        state.server_trust = mark;
        if by_root {
            state.root_trust = mark;
        }
        for pin in &old.pins {
            if !trust.pins().contains(pin) && !state.former.contains(pin) {
                state.former.push(*pin);
            }
        }
        if state.former.len() > FORMER_MAX {
            return Err(Error::TooLarge);
        }
        state.pins = trust.pins().to_vec();
        let gone = |signer: Option<&[u8; 32]>| signer.is_some_and(|signer| !state.pins.contains(signer));
        let (grant, manifest) = (
            gone(self.grant.as_ref().map(Grant::signer)),
            gone(self.manifest.as_ref().map(|manifest| manifest.signer())),
        );
        if grant {
            state.grant = Mark::default();
        }
        if manifest {
            state.manifest = Mark::default();
        }
        self.commit(state).map(|()| Outcome::Taken)
    }

    fn take_grant(&mut self, grant: &Grant) -> Result<Outcome, Error> {
        if grant.device() != self.device.public()?.id() {
            return Err(Error::Foreign);
        }
        if self.state.vault.is_some_and(|vault| vault != *grant.vault()) {
            return Err(Error::Foreign);
        }
        grant.verify(&self.state.pins)?;
        let (terms, before) = (grant.terms(), self.state.grant);
        if before.number > 0 && before.chain == *grant.chain() {
            return Ok(Outcome::Same);
        }
        if terms.sequence <= before.number {
            return Err(Error::Stale);
        }
        if before.number > 0 && terms.previous != [0; 32] && terms.previous != before.chain {
            return Err(Error::OutOfOrder);
        }
        grant.open(&self.device)?;
        self.folder.write(&grant_name(grant.chain()), grant.as_bytes())?;
        let taken = Mark { number: terms.sequence, chain: *grant.chain() };
        self.commit(State { vault: Some(*grant.vault()), grant: taken, mark: terms.issued, ..self.state.clone() })?;
        Ok(Outcome::Taken)
    }

    /// Whether this manifest may follow the one that `before` names.
    fn check_manifest(
        &self,
        manifest: &Manifest,
        before: Mark,
        vault: Option<[u8; 16]>,
        now: u64,
    ) -> Result<Outcome, Error> {
        let terms = manifest.terms();
        if vault.is_some_and(|vault| vault != terms.vault) {
            return Err(Error::Foreign);
        }
        manifest.verify(&self.state.pins)?;
        if before.number > 0 && before.chain == *manifest.chain() {
            return Ok(Outcome::Same);
        }
        if terms.version < before.number {
            return Err(Error::Stale);
        }
        let next = before.number > 0 && terms.version == before.number + 1;
        if terms.version == before.number || (next && terms.previous != [0; 32] && terms.previous != before.chain) {
            return Err(Error::Rejected);
        }
        if now > terms.expires {
            return Err(Error::Expired);
        }
        Ok(Outcome::Taken)
    }

    /// Brings a manifest into force that was checked.
    fn take_manifest(&mut self, manifest: &Manifest) -> Result<(), Error> {
        self.folder.write(&manifest_name(manifest.chain()), manifest.as_bytes())?;
        let taken = Mark { number: manifest.terms().version, chain: *manifest.chain() };
        let vault = Some(manifest.terms().vault);
        self.commit(State { vault, manifest: taken, ..self.state.clone() })
    }

    /// Removes the parcels that the manifest does not name.
    fn prune(&self) -> Result<(), Error> {
        let Some(manifest) = &self.manifest else { return Ok(()) };
        let mut named = manifest.entries().iter().map(|entry| hex_encode(&entry.root)).collect::<Vec<_>>();
        named.sort_unstable();
        for name in self.folder.parcels_there()? {
            if named.binary_search(&name).is_err() {
                self.folder.remove_parcel(&name)?;
            }
        }
        Ok(())
    }

    /// Takes parcels that become durable together, those that the manifest names.
    fn take_parcels(
        &self,
        pool: &rayon::ThreadPool,
        paths: &[&PathBuf],
        manifest: Option<&Manifest>,
    ) -> Vec<Result<Outcome, Error>> {
        let signers = self.state.signers();
        let keys = match self.grant.as_ref().map(|grant| grant.open(&self.device)).transpose() {
            Ok(keys) => keys.unwrap_or_default(),
            Err(error) => return vec![Err(error); paths.len()],
        };
        let keys = keys.iter().collect::<Vec<_>>();
        let check = |path: &&PathBuf| self.check_parcel(path, manifest, &signers, &keys);
        let checked: Vec<_> = pool.install(|| paths.par_iter().map(check).collect());
        let mut named = Vec::with_capacity(checked.len());
        for checked in checked {
            named.push(match checked {
                Ok(Some((incoming, name))) => self.folder.name(incoming, &name).map(|()| Outcome::Taken),
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

    /// A copy of the parcel that holds, durable, and the name that it gets; nothing if the very same is there.
    fn check_parcel(
        &self,
        path: &Path,
        manifest: Option<&Manifest>,
        signers: &[[u8; 32]],
        keys: &[&Key],
    ) -> Result<Option<(Incoming, String)>, Error> {
        let (file, _) = disk::given(path)?;
        let vault = self.state.vault.or_else(|| manifest.map(|manifest| manifest.terms().vault));
        named_by(Parcel::read_any(&file)?.info(), vault, manifest)?;
        let incoming = self.folder.incoming(&file)?;
        let parcel = Parcel::read(incoming.file(), signers)?;
        let info = parcel.info();
        named_by(info, vault, manifest)?;
        let name = hex_encode(&info.root);
        let there = self.folder.parcel(&name).and_then(|there| Parcel::read(there, signers));
        let there = there.ok().filter(|there| there.whole(1, &|_| ()).is_ok());
        if there.as_ref().is_some_and(|there| there.info() == info) {
            return Ok(None);
        }
        parcel.whole(1, &|_| ())?;
        // The wraps are not signed: those that cannot be read must not replace those that are here.
        match parcel.unlock(keys) {
            Err(Error::NoKey) if there.is_none() => {}
            opened => drop(opened?),
        }
        drop(parcel);
        incoming.sync()?;
        Ok(Some((incoming, name)))
    }
}

/// Whether the manifest names this parcel.
fn named_by(info: &Info, vault: Option<[u8; 16]>, manifest: Option<&Manifest>) -> Result<(), Error> {
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
