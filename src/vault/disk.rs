//! The disk: the only file that does input and output.

pub use std::fs::File;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::identity::Identity;
use crate::keyring::Keyring;
use crate::parcel::{self, Info, Options, Parcel, ReadAt};

const PART: &str = ".tmp-";

#[cfg(unix)]
impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

#[cfg(windows)]
impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

/// The vault's folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new one, for our user alone.
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let mut maker = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
        match maker.create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read_dir(path)?.next().is_some() {
                    return Err(Error::Exists);
                }
            }
            done => done?,
        }
        match maker.create(path.join("parcels")) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => done?,
        }
        Self::open(path)
    }

    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let folder = Self(path.to_path_buf());
        if !fs::symlink_metadata(folder.0.join("parcels"))?.is_dir() {
            return Err(Error::Rejected);
        }
        Ok(folder)
    }

    fn parcels(&self) -> PathBuf {
        self.0.join("parcels")
    }

    /// Holds the writers' lock until what is given goes.
    pub(super) fn lock(&self) -> Result<File, Error> {
        let path = self.0.join("lock");
        if let Ok(found) = fs::symlink_metadata(&path)
            && !found.is_file()
        {
            return Err(Error::Rejected);
        }
        let file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(path)?;
        file.lock()?;
        Ok(file)
    }

    /// Removes what writers left behind that were killed. Only who has the lock may.
    pub(super) fn sweep(&self) -> Result<(), Error> {
        for folder in [&self.0, &self.parcels()] {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().starts_with(PART) {
                    gone(fs::remove_file(entry.path()))?;
                }
            }
        }
        Ok(())
    }

    /// A small file, whole; nothing if it is not there.
    pub(super) fn read(&self, name: &str, max: usize) -> Result<Option<Vec<u8>>, Error> {
        match regular(&self.0.join(name)) {
            Ok(file) => bounded(file, max).map(Some),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file: after a crash either the old or the new one is there, whole.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        keep(&self.0.join(name), content)
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        gone(fs::remove_file(self.0.join(name)))
    }

    pub(super) fn parcel(&self, name: &str) -> Result<File, Error> {
        regular(&self.parcels().join(name))
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
        gone(fs::remove_file(self.parcels().join(name)))
    }

    /// A copy of a file among the parcels that has no name yet.
    pub(super) fn incoming(&self, from: &File) -> Result<Incoming, Error> {
        let mut part = part(&self.parcels())?;
        let mut from = from;
        io::Seek::rewind(&mut from)?;
        io::copy(&mut from, part.as_file_mut())?;
        Ok(Incoming(part))
    }

    /// Makes the names in the folder of parcels durable.
    pub(super) fn sync_parcels(&self) -> Result<(), Error> {
        sync_folder(&self.parcels())
    }

    /// Gives a parcel its name. It is durable after [`Folder::sync_parcels`].
    pub(super) fn name(&self, incoming: Incoming, name: &str) -> Result<(), Error> {
        incoming.0.persist(self.parcels().join(name)).map_err(|failed| failed.error)?;
        Ok(())
    }
}

/// A file that has no name yet.
pub(super) struct Incoming(tempfile::NamedTempFile);

impl Incoming {
    pub(super) fn file(&self) -> &File {
        self.0.as_file()
    }

    pub(super) fn sync(&self) -> Result<(), Error> {
        Ok(self.0.as_file().sync_all()?)
    }
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn part(folder: &Path) -> Result<tempfile::NamedTempFile, Error> {
    Ok(tempfile::Builder::new().prefix(PART).tempfile_in(folder)?)
}

/// That something is gone already is no failure.
fn gone(removed: io::Result<()>) -> Result<(), Error> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => Ok(done?),
    }
}

/// A regular file, not one that a link leads to.
fn regular(path: &Path) -> Result<File, Error> {
    if fs::symlink_metadata(path)?.is_file() { Ok(File::open(path)?) } else { Err(Error::Rejected) }
}

fn bounded(file: File, max: usize) -> Result<Vec<u8>, Error> {
    let mut content = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut content)?;
    if content.len() > max { Err(Error::TooLarge) } else { Ok(content) }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), Error> {
    Ok(File::open(path)?.sync_all()?)
}

/// NTFS journals names by itself, and a folder cannot be opened to be flushed.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> Result<(), Error> {
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Opens a file that somebody wants to have applied, and tells its first bytes.
pub(super) fn given(path: &Path) -> Result<(File, Vec<u8>), Error> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(Error::InvalidArgument);
    }
    let mut magic = vec![0; 8];
    let read = ReadAt::read_at(&file, &mut magic, 0)?;
    magic.truncate(read);
    Ok((file, magic))
}

/// A file, whole.
pub(super) fn whole(mut file: File, max: usize) -> Result<Vec<u8>, Error> {
    io::Seek::rewind(&mut file)?;
    bounded(file, max)
}

/// Writes a file for our user alone: after a crash either the old or the new one is there, whole.
///
/// # Errors
/// What the file system says.
pub fn keep(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut part = part(folder_of(path))?;
    part.write_all(content)?;
    part.as_file().sync_all()?;
    part.persist(path).map_err(|failed| failed.error)?;
    sync_folder(folder_of(path))
}

/// Seals a file, or whatever else can be read to its end, into a file that appears under its name when it is whole.
///
/// # Errors
/// As [`parcel::seal`].
#[expect(clippy::too_many_arguments, reason = "what a parcel is made of")]
pub fn seal_file(
    keyring: &Keyring,
    signer: &Identity,
    id: &str,
    revision: u64,
    options: &Options,
    from: &mut dyn Read,
    to: &Path,
    progress: &dyn Fn(u64),
) -> Result<Info, Error> {
    let mut part = part(folder_of(to))?;
    let info = parcel::seal(keyring, signer, id, revision, options, from, part.as_file_mut(), progress)?;
    part.as_file().sync_all()?;
    part.persist(to).map_err(|failed| failed.error)?;
    sync_folder(folder_of(to))?;
    Ok(info)
}

/// Seals one file into another, as [`seal_file`].
///
/// # Errors
/// As [`parcel::seal`].
pub fn seal_path(
    keyring: &Keyring,
    signer: &Identity,
    id: &str,
    revision: u64,
    options: &Options,
    from: &Path,
    to: &Path,
) -> Result<Info, Error> {
    seal_file(keyring, signer, id, revision, options, &mut File::open(from)?, to, &|_| ())
}

/// Opens a parcel that one of `trusted` signed.
///
/// # Errors
/// As [`Parcel::read`].
pub fn open_file(path: &Path, trusted: &[[u8; 32]]) -> Result<Parcel<File>, Error> {
    Parcel::read(File::open(path)?, trusted)
}

/// What a parcel says of itself, whoever signed it.
///
/// # Errors
/// As [`Parcel::read_any`].
pub fn inspect_file(path: &Path) -> Result<Info, Error> {
    Ok(Parcel::read_any(File::open(path)?)?.info().clone())
}

/// Re-wraps a parcel in its place.
///
/// # Errors
/// As [`parcel::rewrap`].
pub fn rewrap_file(path: &Path, keyring: &Keyring) -> Result<(), Error> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.lock()?;
    let change = parcel::rewrap(&file, keyring)?;
    for (at, bytes) in [(change.at, change.slot), (change.before, change.empty)] {
        io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
    }
    Ok(())
}
