//! Parcels in files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use super::{Parcel, ParcelInfo, SealRequest, rewrap, seal};
use crate::Error;
use crate::fs::{folder_of, persist, unnamed};
use crate::keyring::Keyring;
use crate::types::Pin;

/// Seals whatever can be read to its end into a file that appears under its name when it is whole. The progress is how many
/// bytes of the document are done.
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

/// Seals one file into another, as [`seal_to_file`].
///
/// # Errors
/// As [`seal`].
pub fn seal_file(request: &SealRequest<'_>, from: &Path, to: &Path) -> Result<ParcelInfo, Error> {
    seal_to_file(request, &mut File::open(from)?, to, &|_| ())
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
