//! Verifying: whether what lies here is what the manifest names. Takes no keys, and no lease.

use std::collections::HashSet;

use serde::Serialize;

use super::store::Vault;
use crate::fs::LEFTOVER;
use crate::parcel::Parcel;
use crate::{Error, RunOptions};

/// What is wrong with a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Flaw {
    /// The manifest names it, and it is not here.
    Missing,
    /// It is here, and no manifest names it.
    Extra,
    /// It is another revision of a document that the manifest names.
    Stale,
    /// It is not what was signed.
    Damaged,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// What it is.
    pub flaw: Flaw,
    /// The document, or the file if it names none.
    pub name: String,
}

impl Vault {
    /// Everything that is wrong with the parcels. The progress is how many parcels are done.
    ///
    /// # Errors
    /// What the disk fails with.
    pub fn verify(&mut self, run: &RunOptions<'_>) -> Result<Vec<Problem>, Error> {
        self.refresh()?;
        let manifest = self.manifest.clone();
        let entries = manifest.iter().flat_map(|manifest| manifest.entries());
        let named = entries.clone().map(|entry| entry.root.to_string()).collect::<HashSet<_>>();
        let mut problems = Vec::new();
        let mut record = |flaw, name: &str| problems.push(Problem { flaw, name: name.to_owned() });
        for (entry, done) in entries.zip(1..) {
            let name = entry.root.to_string();
            let is_signed = |file| -> Result<bool, Error> {
                let parcel = Parcel::open_untrusted(file)?;
                parcel.verify_integrity(&RunOptions { threads: run.threads, ..RunOptions::SINGLE })?;
                Ok(parcel.info().root == entry.root && parcel.info().id == entry.id)
            };
            match self.folder.parcel(&name).map(is_signed) {
                Ok(Ok(true)) => {}
                Err(Error::NotFound) if !self.folder.has_parcel(&name) => record(Flaw::Missing, &entry.id),
                Ok(Ok(false) | Err(_)) | Err(Error::Rejected | Error::NotFound) => record(Flaw::Damaged, &entry.id),
                Err(error) => return Err(error),
            }
            (run.progress)(done);
        }
        for name in self.folder.parcels_there()? {
            if named.contains(&name) || name.starts_with(LEFTOVER) {
                continue;
            }
            let parcel = self.folder.parcel(&name).and_then(Parcel::open_untrusted);
            let info = parcel.as_ref().map(Parcel::info).ok();
            match info.filter(|info| manifest.as_ref().is_some_and(|manifest| manifest.find(&info.id).is_some())) {
                Some(info) => record(Flaw::Stale, &info.id),
                None => record(Flaw::Extra, &name),
            }
        }
        Ok(problems)
    }
}
