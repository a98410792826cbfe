//! The disk: the only file that does input and output.

pub use std::fs::File;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::Error;
use crate::identity::Identity;
use crate::keyring::Keyring;
use crate::types::Pin;
use crate::parcel::{self, ParcelInfo, Options, Parcel, ReadAt};

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
        let ours = |name: &str| ["lock", "state", "parcels"].contains(&name) || name.starts_with(PART);
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

    /// Holds the writers' lock until what is given goes.
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

    /// Removes what writers left behind that were killed. Only who has the lock may. What cannot be removed stays.
    pub(super) fn sweep(&self) {
        for folder in [&self.0, &self.parcels()] {
            remove(folder, |name| name.starts_with(PART));
        }
    }

    /// Removes grants and manifests but for those named.
    pub(super) fn tidy(&self, named: &[String]) {
        let ours = |name: &str| name.starts_with("grant-") || name.starts_with("manifest-");
        remove(&self.0, |name| ours(name) && !named.iter().any(|named| named == name));
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

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn part(folder: &Path) -> Result<tempfile::NamedTempFile, Error> {
    Ok(tempfile::Builder::new().prefix(PART).tempfile_in(folder)?)
}

/// Removes the files in a folder whose name is to go; what cannot be removed stays.
fn remove(folder: &Path, goes: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if goes(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// That something is gone already is no failure.
fn gone(removed: io::Result<()>) -> Result<(), Error> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => Ok(done?),
    }
}

/// Opens a file to be read, and does not wait for the other end of a pipe.
fn open(path: &Path, follow: bool) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | if follow { 0 } else { libc::O_NOFOLLOW },
    );
    if !follow && !fs::symlink_metadata(path)?.is_file() {
        return Err(Error::Rejected);
    }
    let file = options.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false if follow => Err(Error::InvalidArgument),
        false => Err(Error::Rejected),
    }
}

/// A regular file, not one that a link leads to.
fn regular(path: &Path) -> Result<File, Error> {
    open(path, false)
}

fn bounded(file: File, max: usize) -> Result<Vec<u8>, Error> {
    if file.metadata()?.len() > max as u64 {
        return Err(Error::TooLarge);
    }
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

/// Opens a file that somebody wants to have applied, and tells its first bytes, up to 49.
pub(super) fn given(path: &Path) -> Result<(File, Vec<u8>), Error> {
    let file = open(path, true)?;
    let mut head = vec![0; 49];
    let read = ReadAt::read_at(&file, &mut head, 0)?;
    head.truncate(read);
    Ok((file, head))
}

/// A file that somebody wants to have applied, whole.
pub(super) fn read(path: &Path, max: usize) -> Result<Vec<u8>, Error> {
    bounded(open(path, true)?, max)
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
    from: &mut (dyn Read + Send),
    to: &Path,
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
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
) -> Result<ParcelInfo, Error> {
    seal_file(keyring, signer, id, revision, options, &mut File::open(from)?, to, &|_| ())
}

/// Opens a parcel that one of `trusted` signed.
///
/// # Errors
/// As [`Parcel::read`].
pub fn open_file(path: &Path, trusted: &[Pin]) -> Result<Parcel<File>, Error> {
    Parcel::read(File::open(path)?, trusted)
}

/// What a parcel says of itself, whoever signed it.
///
/// # Errors
/// As [`Parcel::read_any`].
pub fn inspect_file(path: &Path) -> Result<ParcelInfo, Error> {
    Ok(Parcel::read_any(File::open(path)?)?.info().clone())
}

/// Re-wraps a parcel in its place.
///
/// # Errors
/// As [`parcel::rewrap`], and as [`inspect_file`]: what was cut off is not worth a new wrap.
pub fn rewrap_file(path: &Path, keyring: &Keyring) -> Result<(), Error> {
    inspect_file(path)?;
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
