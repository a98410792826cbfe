//! Parcels in files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use super::{MAGIC, Parcel, ParcelInfo, SealRequest, rewrap, seal};
use crate::Error;
use crate::fs::{folder_of, is_same_file, persist, require_replaceable, unnamed};
use crate::keyring::Keyring;
use crate::types::Pin;

/// Seals whatever can be read to its end into a file that appears under its name when it is complete. The progress is
/// how many bytes of the document are done.
///
/// # Errors
/// As [`seal`]; [`Error::Exists`] if `to` is neither empty nor a parcel, which would be lost.
pub fn seal_to_file(
    request: &SealRequest<'_>,
    from: &mut (dyn Read + Send),
    to: &Path,
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
    require_replaceable(to, MAGIC)?;
    let mut file = unnamed(folder_of(to))?;
    let info = seal(request, from, file.as_file_mut(), progress)?;
    persist(file, to)?;
    Ok(info)
}

/// Seals one file into another, as [`seal_to_file`]. It replaces a parcel or an empty file, and nothing else.
///
/// # Errors
/// As [`seal_to_file`]; [`Error::Exists`] if both are the same file.
pub fn seal_file(
    request: &SealRequest<'_>,
    from: &Path,
    to: &Path,
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
    if is_same_file(from, to)? {
        return Err(Error::Exists);
    }
    seal_to_file(request, &mut File::open(from)?, to, progress)
}

/// Opens a parcel that one of `trusted` signed.
///
/// # Errors
/// As [`Parcel::open`].
pub fn open_file(path: &Path, trusted: &[Pin]) -> Result<Parcel<File>, Error> {
    Parcel::open(File::open(path)?, trusted)
}

/// What a parcel says of itself, whoever signed it.
///
/// # Errors
/// As [`Parcel::open_untrusted`].
pub fn inspect_file(path: &Path) -> Result<ParcelInfo, Error> {
    Ok(Parcel::open_untrusted(File::open(path)?)?.info().clone())
}

/// Re-wraps a parcel in its place.
///
/// # Errors
/// As [`rewrap`], and as [`inspect_file`]: what was cut off is not worth a new wrap.
pub fn rewrap_file(path: &Path, keyring: &Keyring) -> Result<(), Error> {
    inspect_file(path)?;
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    file.lock()?;
    let change = rewrap(&file, keyring)?;
    for (at, bytes) in [(change.at, change.slot), (change.before, change.empty)] {
        io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::identity::{Identity, Kind};
    use crate::types::Timestamp;

    #[test]
    fn a_parcel_replaces_a_parcel_and_nothing_else() {
        let keyring = Keyring::generate(Timestamp::default());
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let request = SealRequest::new(&keyring, &signer, "a", 1);
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let seal = |from: &str, to: &str| seal_file(&request, &path(from), &path(to), &|_| ()).map(|info| info.length);
        fs::write(path("document"), b"meet at noon").unwrap();
        fs::write(path("key.pem"), b"-----BEGIN PRIVATE KEY-----").unwrap();
        fs::write(path("short"), b"key").unwrap();
        fs::write(path("empty"), b"").unwrap();
        fs::create_dir(path("folder")).unwrap();
        for there in ["new", "new", "empty", "empty"] {
            assert_eq!(seal("document", there), Ok(12));
        }
        for (to, why) in [
            ("document", Error::Exists),
            ("folder/../document", Error::Exists),
            ("key.pem", Error::Exists),
            ("short", Error::Exists),
            ("folder", Error::NotAFile),
            ("nowhere/parcel", Error::NotFound),
        ] {
            assert_eq!(seal("document", to), Err(why), "{to}");
        }
        // Nor does a parcel replace itself.
        assert_eq!(seal("new", "new"), Err(Error::Exists));
        assert_eq!(fs::read(path("document")).unwrap(), b"meet at noon");
        assert_eq!(fs::read(path("key.pem")).unwrap(), b"-----BEGIN PRIVATE KEY-----");
    }

    #[cfg(unix)]
    #[test]
    fn a_document_is_not_sealed_over_itself_by_another_name() {
        let keyring = Keyring::generate(Timestamp::default());
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let request = SealRequest::new(&keyring, &signer, "a", 1);
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("document"), b"").unwrap();
        fs::hard_link(path("document"), path("hard")).unwrap();
        std::os::unix::fs::symlink(path("document"), path("soft")).unwrap();
        std::os::unix::fs::symlink(path("nothing"), path("dangling")).unwrap();
        for to in ["document", "hard", "soft", "dangling"] {
            assert_eq!(seal_file(&request, &path("document"), &path(to), &|_| ()).err(), Some(Error::Exists), "{to}");
        }
    }
}
