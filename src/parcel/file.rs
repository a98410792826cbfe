//! Parcels in files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use super::format::{MAGIC, fill};
use super::{Parcel, ParcelInfo, SealRequest, rewrap, seal};
use crate::Error;
use crate::fs::{ReadAt as _, folder_of, open_input, persist, unnamed};
use crate::keyring::Keyring;
use crate::types::Pin;

/// Seals whatever can be read to its end into a file that appears under its name when it is whole. The progress is how
/// many bytes of the document are done.
///
/// # Errors
/// As [`seal`].
pub fn seal_to_file(
    request: &SealRequest<'_>,
    from: &mut (dyn Read + Send),
    to: &Path,
    progress: &dyn Fn(u64),
) -> Result<ParcelInfo, Error> {
    let mut file = unnamed(folder_of(to))?;
    let info = seal(request, from, file.as_file_mut(), progress)?;
    persist(file, to)?;
    Ok(info)
}

/// Seals one file into another, as [`seal_to_file`]. It replaces a parcel or an empty file, and nothing else.
///
/// # Errors
/// [`Error::Exists`] if `to` is `from`, or holds something else than a parcel; as [`seal`].
pub fn seal_file(request: &SealRequest<'_>, from: &Path, to: &Path) -> Result<ParcelInfo, Error> {
    let mut source = File::open(from)?;
    may_replace(from, to)?;
    seal_to_file(request, &mut source, to, &|_| ())
}

/// Whether sealing `from` loses nothing that stands in the place of the parcel.
fn may_replace(from: &Path, to: &Path) -> Result<(), Error> {
    let there = match open_input(to) {
        Err(Error::NotFound) => return Ok(()),
        there => there?,
    };
    let mut head = [0; MAGIC.len()];
    let parcel = match fill(&there, &mut head, 0) {
        Ok(()) => head == *MAGIC,
        Err(Error::Malformed) => there.size()? == 0,
        Err(error) => return Err(error),
    };
    let to = to.canonicalize()?;
    // A pipe has no such path, and is no parcel.
    let same = from.canonicalize().is_ok_and(|from| from == to);
    if parcel && !same { Ok(()) } else { Err(Error::Exists) }
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
    fn sealing_replaces_a_parcel_or_an_empty_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let keyring = Keyring::generate(Timestamp::default()).unwrap();
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let seal = |from: &str, to: &str| {
            seal_file(&SealRequest::new(&keyring, &signer, "a", 1), &at(from), &at(to)).map(|info| info.length)
        };
        fs::write(at("text"), "the contract").unwrap();
        fs::write(at("empty"), "").unwrap();
        fs::write(at("short"), "secenv").unwrap();
        fs::write(at("precious"), "what nobody wants to lose").unwrap();
        for to in ["new", "new", "empty"] {
            assert_eq!(seal("text", to), Ok(12), "{to}");
        }
        for to in ["text", "short", "precious"] {
            let before = fs::read(at(to)).unwrap();
            assert_eq!(seal("text", to), Err(Error::Exists), "{to}");
            assert_eq!(fs::read(at(to)).unwrap(), before);
        }
        // A parcel may be sealed as any document is, but not onto itself.
        assert_eq!(seal("new", "new"), Err(Error::Exists));
        assert!(seal("new", "other").is_ok());
        assert_eq!(seal("nothing", "new"), Err(Error::NotFound));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 6);
    }
}
