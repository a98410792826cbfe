//! Parcels in files: documents that the server sealed and signed.

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::fs::File;

use crate::boundary::{
    Out, guard, list_out, path_in, pins_in, required, struct_in, text_in, text_out, write, write_out,
};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::keyring::secenv_keyring;
use crate::status::secenv_status;
use secenv_core::parcel::{self, Content, Parcel, ParcelInfo, SealOptions, SealRequest};
use secenv_core::{Error, SecretBytes};

/// The size of a document's id: up to 128 bytes of UTF-8, and a NUL.
pub const SECENV_DOCUMENT_ID_SIZE: usize = 129;
/// The most keys under which a parcel's key is wrapped.
pub const SECENV_WRAPS_MAX: usize = 64;

/// The most that one call reads.
const READ_MAX: usize = 64 << 20;

/// What to seal a document as.
#[repr(C)]
pub struct secenv_parcel_config {
    /// `sizeof(secenv_parcel_config)`.
    pub size: usize,
    /// Borrowed: its active key seals.
    pub keyring: *const secenv_keyring,
    /// Borrowed: the server's identity.
    pub signer: *const secenv_identity,
    /// The document's id, UTF-8: 1 to 128 bytes, parts set apart by `/`, none empty, `.` or `..`, no control character
    /// or backslash.
    pub id: *const c_char,
    /// 1 or more, and more than that of the parcel before.
    pub revision: u64,
    /// How many threads work; 0 for one on each core.
    pub threads: u32,
}

/// What a parcel says of itself.
#[repr(C)]
pub struct secenv_parcel_info {
    /// The document's id, UTF-8, NUL-terminated.
    pub id: [c_char; SECENV_DOCUMENT_ID_SIZE],
    /// Its revision, from 1.
    pub revision: u64,
    /// The id of the vault that it is for.
    pub vault: [u8; 16],
    /// The pin of who signed it.
    pub signer: [u8; 32],
    /// The length of the document in bytes.
    pub length: u64,
    /// The root of its tree, which the manifest names.
    pub root: [u8; 32],
    /// The length of a chunk in bytes.
    pub chunk_bytes: u32,
    /// How many of `keys` there are.
    pub key_count: usize,
    /// The ids of the data keys under which its key is wrapped.
    pub keys: [[u8; 16]; SECENV_WRAPS_MAX],
}

/// A parcel that the server itself opened. Threads may share it; it is wiped when freed.
pub struct secenv_parcel {
    parcel: Parcel<File>,
    content: Content,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_parcel>();
};

impl TryFrom<&ParcelInfo> for secenv_parcel_info {
    type Error = secenv_status;

    fn try_from(info: &ParcelInfo) -> Result<Self, secenv_status> {
        Ok(Self {
            id: text_out(&info.id)?,
            revision: info.revision,
            vault: *info.vault.as_bytes(),
            signer: *info.signer.as_bytes(),
            length: info.length,
            root: *info.root.as_bytes(),
            chunk_bytes: info.chunk_bytes,
            key_count: info.keys.len(),
            keys: list_out(&info.keys, |key| *key.as_bytes())?,
        })
    }
}

/// What to seal a document as.
///
/// # Safety
/// P1 (`config`, its `id`), P2 (its handles).
pub(crate) unsafe fn request_in<'a>(config: *const secenv_parcel_config) -> Result<SealRequest<'a>, secenv_status> {
    // SAFETY: P1 (config).
    let config = unsafe { struct_in(config) }?;
    // SAFETY: P2 (keyring, signer).
    let (keyring, signer) = unsafe { (config.keyring.as_ref(), config.signer.as_ref()) };
    // SAFETY: P1 (id).
    let id = unsafe { text_in(config.id) }?;
    let mut request = SealRequest::new(required(keyring)?.0.get()?, &required(signer)?.0, id, config.revision);
    request.options = SealOptions { threads: config.threads as usize, ..SealOptions::default() };
    Ok(request)
}

/// Seals a file into a parcel, which appears under its name when it is whole and on the disk.
///
/// - `config`: what to seal it as; borrowed.
/// - `from`: the document's path.
/// - `to`: the parcel's path; a parcel that is there is replaced.
/// - `info`: what the parcel says of itself, for the manifest; NULL if it is not wanted.
///
/// `INVALID_ARGUMENT` for an id, revision or path that cannot be; `NO_KEY` if no key is active; `EXISTS` if `to` is
/// `from`, or something else than a parcel; `NOT_FOUND`, `NOT_A_FILE`, `DISK`, `FULL`, `DENIED` as the file system
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_seal_file(
    config: *const secenv_parcel_config,
    from: *const c_char,
    to: *const c_char,
    info: Option<&mut MaybeUninit<secenv_parcel_info>>,
) -> secenv_status {
    guard(|| {
        // SAFETY: P1, P2 (config).
        let request = unsafe { request_in(config) }?;
        // SAFETY: P1 (from), (to).
        let (from, to) = unsafe { (path_in(from)?, path_in(to)?) };
        let sealed = parcel::seal_file(&request, from, to, &|_| ())?;
        if let Some(info) = info {
            info.write((&sealed).try_into()?);
        }
        Ok(())
    })
}

/// Says what a parcel says of itself, without a key. Its signature holds; whether its signer is the server is the
/// caller's to compare.
///
/// - `path`: the parcel.
/// - `out`: what it says; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no parcel; `REJECTED` if its signature does not hold; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_inspect_file(
    path: *const c_char,
    out: Option<&mut MaybeUninit<secenv_parcel_info>>,
) -> secenv_status {
    write(out, || {
        // SAFETY: P1 (path).
        let path = unsafe { path_in(path) }?;
        (&parcel::inspect_file(path)?).try_into()
    })
}

/// Wraps a parcel's key under the keyring's active key, in its place. Its content, root and signature stay.
///
/// - `path`: the parcel.
/// - `keyring`: borrowed; of the same vault, with a key that opens it.
///
/// `FOREIGN` for another vault; `NO_KEY` if no key opens it, or none is active; `MALFORMED`, `TOO_LARGE`, `REJECTED` as
/// for opening; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_rewrap_file(
    path: *const c_char,
    keyring: Option<&secenv_keyring>,
) -> secenv_status {
    guard(|| {
        // SAFETY: P1 (path).
        let path = unsafe { path_in(path) }?;
        Ok(parcel::rewrap_file(path, required(keyring)?.0.get()?)?)
    })
}

/// Opens a parcel with the keyring, as a server does; a client reads through its vault.
///
/// - `path`: the parcel.
/// - `pins`, `pin_count`: who may have signed it: pins of `SECENV_PIN_BYTES` bytes, one after the other.
/// - `keyring`: borrowed.
/// - `out`: the parcel; free it with `secenv_parcel_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no parcel; `REJECTED` if somebody else signed it, or it was changed; `NO_KEY` if
/// the keyring has no key for it; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_open_file(
    path: *const c_char,
    pins: *const u8,
    pin_count: usize,
    keyring: Option<&secenv_keyring>,
    out: Out<'_, secenv_parcel>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path).
        let path = unsafe { path_in(path) }?;
        // SAFETY: P1 (pins, pin_count).
        let pins = unsafe { pins_in(pins, pin_count) }?;
        let keyring = required(keyring)?.0.get()?;
        let parcel = parcel::open_file(path, &pins)?;
        let content = parcel.unlock(&keyring.keys().iter().collect::<Vec<_>>())?;
        Ok(secenv_parcel { parcel, content })
    })
}

/// Says what an open parcel says of itself.
///
/// - `parcel`: borrowed.
/// - `out`: what it says; not touched after a failure.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_inspect(
    parcel: Option<&secenv_parcel>,
    out: Option<&mut MaybeUninit<secenv_parcel_info>>,
) -> secenv_status {
    write(out, || required(parcel)?.parcel.info().try_into())
}

/// Reads a part of the document, each chunk checked before it is given.
///
/// - `parcel`: borrowed.
/// - `offset`: the first byte.
/// - `len`: how many bytes, at most 64 MiB.
/// - `out`: the bytes, fewer than asked for only at the end; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over 64 MiB; `REJECTED` if it was changed; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_read(
    parcel: Option<&secenv_parcel>,
    offset: u64,
    len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let secenv_parcel { parcel, content } = required(parcel)?;
        read(len, parcel.info().length.saturating_sub(offset), |buffer| parcel.read_at(content, offset, buffer))
    })
}

/// What `read` reads of `len` bytes, of which so many are there.
pub(crate) fn read(
    len: usize,
    there: u64,
    read: impl FnOnce(&mut [u8]) -> Result<usize, Error>,
) -> Result<secenv_bytes, secenv_status> {
    if len > READ_MAX {
        return Err(secenv_status::TooLarge);
    }
    let mut plain = SecretBytes::zeroed(usize::try_from(there).unwrap_or(len).min(len));
    let done = read(plain.expose_secret_mut())?;
    plain.truncate(done);
    Ok(secenv_bytes::from(plain))
}

/// Wipes and frees the parcel. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_free(_parcel: Option<Box<secenv_parcel>>) {}
