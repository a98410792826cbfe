//! The vault's folder: its files by name, its lock, its parcels.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::fs::{
    LEFTOVER, folder_of, ignore_not_found, open_own, private, read_up_to, remove_matching, sync_folder, unnamed,
    write_atomic,
};

/// The vault's folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new one, for our user alone, and its lock. What somebody began here and did not end is begun anew.
    pub(super) fn create(path: &Path) -> Result<(Self, File), Error> {
        let mut maker = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        match maker.create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => done?,
        }
        let folder = Self(path.to_path_buf());
        let ours = |name: &str| ["lock", "state", "parcels"].contains(&name) || name.starts_with(LEFTOVER);
        for entry in fs::read_dir(path)? {
            if !ours(&entry?.file_name().to_string_lossy()) {
                return Err(Error::Exists);
            }
        }
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        match maker.create(folder.parcels()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => done?,
        }
        let held = folder.lock()?;
        if fs::symlink_metadata(path.join("head")).is_ok() || !folder.parcels_there()?.is_empty() {
            return Err(Error::Exists);
        }
        sync_folder(folder_of(path))?;
        Ok((folder, held))
    }

    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let folder = Self(path.to_path_buf());
        match fs::symlink_metadata(folder.parcels()) {
            // Who backs up files alone loses an empty folder.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(path.join("head")).is_err() {
                    return Err(Error::NotFound);
                }
                fs::create_dir(folder.parcels())?;
            }
            found => {
                if !found?.is_dir() {
                    return Err(Error::Rejected);
                }
            }
        }
        Ok(folder)
    }

    fn parcels(&self) -> PathBuf {
        self.0.join("parcels")
    }

    fn lock_file(&self) -> Result<File, Error> {
        let path = self.0.join("lock");
        if let Ok(found) = fs::symlink_metadata(&path)
            && !found.is_file()
        {
            return Err(Error::Rejected);
        }
        Ok(private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?)
    }

    /// Holds the writers' lock until what is returned is dropped.
    pub(super) fn lock(&self) -> Result<File, Error> {
        let file = self.lock_file()?;
        file.lock()?;
        Ok(file)
    }

    /// As [`Folder::lock`], but nothing if somebody has it.
    pub(super) fn try_lock(&self) -> Result<Option<File>, Error> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Removes what killed writers left. Only whoever has the lock may. What cannot be removed stays.
    pub(super) fn remove_leftovers(&self) {
        for folder in [&self.0, &self.parcels()] {
            remove_matching(folder, |name| name.starts_with(LEFTOVER));
        }
    }

    /// Removes grants and manifests but for those named.
    pub(super) fn remove_superseded(&self, named: &[String]) {
        let ours = |name: &str| name.starts_with("grant-") || name.starts_with("manifest-");
        remove_matching(&self.0, |name| ours(name) && !named.iter().any(|named| named == name));
    }

    /// All of a small file; nothing if it is not there.
    pub(super) fn read(&self, name: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        match open_own(&self.0.join(name)) {
            Ok(file) => read_up_to(file, max).map(Some),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file: after a crash all of either the old or the new one is there.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        write_atomic(&self.0.join(name), content)
    }

    pub(super) fn parcel(&self, name: &str) -> Result<File, Error> {
        open_own(&self.parcels().join(name))
    }

    /// Whether there is a file of this name among the parcels, whatever it is.
    pub(super) fn has_parcel(&self, name: &str) -> bool {
        fs::symlink_metadata(self.parcels().join(name)).is_ok()
    }

    /// The names of all that lies among the parcels.
    pub(super) fn parcels_there(&self) -> Result<Vec<String>, Error> {
        fs::read_dir(self.parcels())?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    pub(super) fn remove_parcel(&self, name: &str) -> Result<(), Error> {
        ignore_not_found(fs::remove_file(self.parcels().join(name)))
    }

    /// A copy of a file among the parcels that has no name yet.
    pub(super) fn incoming(&self, from: &File) -> Result<Incoming, Error> {
        let mut part = unnamed(&self.parcels())?;
        let mut from = from;
        io::Seek::rewind(&mut from)?;
        io::copy(&mut from, part.as_file_mut())?;
        Ok(Incoming(part))
    }

    /// Makes the names in the folder of parcels durable.
    pub(super) fn sync_parcels(&self) -> Result<(), Error> {
        sync_folder(&self.parcels())
    }

    /// Makes the names in the vault's folder durable.
    pub(super) fn sync(&self) -> Result<(), Error> {
        sync_folder(&self.0)
    }

    /// Gives a parcel its name. It is durable after [`Folder::sync_parcels`].
    pub(super) fn name(&self, placed: Placed, name: &str) -> Result<(), Error> {
        placed.0.persist(self.parcels().join(name)).map_err(|failed| failed.error)?;
        Ok(())
    }
}

/// A file that has no name yet.
pub(super) struct Incoming(tempfile::NamedTempFile);

impl Incoming {
    pub(super) fn file(&self) -> &File {
        self.0.as_file()
    }

    /// Makes it durable, and closes it.
    pub(super) fn sync(self) -> Result<Placed, Error> {
        self.0.as_file().sync_all()?;
        Ok(Placed(self.0.into_temp_path()))
    }
}

/// A durable file that has no name yet.
pub(super) struct Placed(tempfile::TempPath);
