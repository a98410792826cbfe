//! Files: opened without waiting or following a link, written atomically, made durable. Platforms differ here alone.

pub use std::fs::File;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::Error;

/// How the names of files begin that have no name of their own yet; a killed writer leaves them.
pub(crate) const LEFTOVER: &str = ".tmp-";

/// A file or a slice: what can be read at any place.
pub trait ReadAt: Sync {
    /// Reads into the front of `buffer` from `offset`, and returns how many bytes; 0 at the end.
    ///
    /// # Errors
    /// What the file system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// How long it is.
    ///
    /// # Errors
    /// What the file system says.
    fn size(&self) -> io::Result<u64>;
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        // There is nothing after the end.
        let Some(mut rest) = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)) else { return Ok(0) };
        rest.read(buffer)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        self.as_slice().size()
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }
}

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

/// Lets a file that is made be for our user alone.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// A new file for our user alone that has no name yet; it goes unless it gets one.
pub(crate) fn unnamed(folder: &Path) -> Result<tempfile::NamedTempFile, Error> {
    Ok(tempfile::Builder::new().prefix(LEFTOVER).tempfile_in(folder)?)
}

/// Removes the files in a folder whose name is to go; what cannot be removed stays.
pub(crate) fn remove_matching(folder: &Path, goes: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if goes(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// Removing what is not there is no failure.
pub(crate) fn ignore_not_found(removed: io::Result<()>) -> Result<(), Error> {
    if_there(removed).map(drop)
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
    let metadata = file.metadata()?;
    match metadata.is_file() {
        true => Ok(file),
        false if !follow => Err(Error::Rejected),
        false if metadata.is_dir() => Err(Error::NotAFile),
        false => Err(Error::InvalidArgument),
    }
}

/// Opens a file of our own, to be read: not one that a link leads to.
pub(crate) fn open_own(path: &Path) -> Result<File, Error> {
    open(path, false)
}

/// Reads all of a file, unless it is longer than `max`.
pub(crate) fn read_up_to(file: File, max: usize) -> Result<Vec<u8>, Error> {
    if file.metadata()?.len() > max as u64 {
        return Err(Error::TooLarge);
    }
    let mut content = Vec::new();
    file.take(max as u64 + 1).read_to_end(&mut content)?;
    if content.len() > max { Err(Error::TooLarge) } else { Ok(content) }
}

/// Makes the names in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), Error> {
    Ok(File::open(path)?.sync_all()?)
}

/// NTFS journals names by itself, and a folder cannot be opened to be flushed.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_path: &Path) -> Result<(), Error> {
    Ok(())
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Opens a file that somebody else wrote, to be read; a link may lead to it.
pub(crate) fn open_input(path: &Path) -> Result<File, Error> {
    open(path, true)
}

/// Refuses a name that something has which is neither empty nor begins as `like`: arguments in the wrong order must not
/// cost a key or a document.
///
/// # Errors
/// [`Error::Exists`] for such a file; [`Error::NotAFile`] for a folder; what the file system says.
pub fn require_replaceable(path: &Path, like: &[u8; 8]) -> Result<(), Error> {
    let Some(found) = if_there(fs::symlink_metadata(path))? else { return Ok(()) };
    let begins_alike = || {
        let mut start = [0; 8];
        File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *like
    };
    match found.is_file() {
        true if found.len() == 0 || begins_alike() => Ok(()),
        false if found.is_dir() => Err(Error::NotAFile),
        _ => Err(Error::Exists),
    }
}

/// Whether two names lead to one file.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> Result<bool, Error> {
    #[cfg(unix)]
    let id = |path| {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).map(|found| (found.dev(), found.ino()))
    };
    #[cfg(not(unix))]
    let id = fs::canonicalize;
    Ok(match (if_there(id(one))?, if_there(id(other))?) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    })
}

/// `None` for what is not there.
fn if_there<T>(found: io::Result<T>) -> Result<Option<T>, Error> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => Ok(Some(found?)),
    }
}

/// Writes a file for our user alone: after a crash all of either the old or the new one is there.
///
/// # Errors
/// What the file system says.
pub fn write_atomic(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut file = unnamed(folder_of(path))?;
    file.write_all(content)?;
    persist(file, path)
}

/// Makes a new file durable, and gives it its name.
pub(crate) fn persist(file: tempfile::NamedTempFile, path: &Path) -> Result<(), Error> {
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    sync_folder(folder_of(path))
}
