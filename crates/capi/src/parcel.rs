//! Parcels in files. Paths are UTF-8.

use core::mem::MaybeUninit;

use serde_json::{Value, json};

use crate::boundary::{Out, guard, json, path_in, pins_in, required, text_in, write, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::keyring::secenv_keyring;
use crate::status::secenv_status;
use secenv_core::encoding::hex_encode;
use secenv_core::parcel::{Content, Info, Options, Parcel};
use secenv_core::{SecretBytes, vault};

/// The most that one call reads.
pub(crate) const READ_MAX: usize = 64 << 20;

/// A parcel that the server itself opened. Threads may share it; it is wiped when freed.
pub struct secenv_parcel {
    parcel: Parcel<vault::File>,
    content: Content,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_parcel>();
};

/// What a parcel says of itself.
pub(crate) fn described(info: &Info) -> Value {
    json!({
        "id": info.id,
        "revision": info.revision,
        "vault": hex_encode(&info.vault),
        "signer": hex_encode(&info.signer),
        "length": info.length,
        "root": hex_encode(&info.root),
        "chunk": info.chunk,
        "keys": info.keys.iter().map(|key| hex_encode(key)).collect::<Vec<_>>(),
    })
}

/// Seals a file into a parcel, which appears under its name when it is whole and on the disk.
///
/// - `keyring`: borrowed; its active key.
/// - `signer`: borrowed; the server's identity.
/// - `id`, `id_len`, `revision`: as for `secenv_sealer_start`.
/// - `from`, `from_len`: the document's path.
/// - `to`, `to_len`: the parcel's path; what was there is replaced.
/// - `threads`: how many work; 0 for one on each core.
/// - `info`: JSON as of `secenv_parcel_inspect_file`; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for an id, revision or path that cannot be; `NO_KEY` if no key is active; `NOT_FOUND`, `DISK`, `FULL`,
/// `DENIED` as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_seal_file(
    keyring: Option<&secenv_keyring>,
    signer: Option<&secenv_identity>,
    id: *const u8,
    id_len: usize,
    revision: u64,
    from: *const u8,
    from_len: usize,
    to: *const u8,
    to_len: usize,
    threads: u32,
    info: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(info, || {
        let (keyring, signer) = (required(keyring)?.0.get()?, required(signer)?);
        // SAFETY: P1 (id, id_len).
        let id = unsafe { text_in(id, id_len) }?;
        // SAFETY: P1 (from, from_len), (to, to_len).
        let (from, to) = unsafe { (path_in(from, from_len)?, path_in(to, to_len)?) };
        let options = Options { threads: threads as usize, ..Options::default() };
        Ok(json(&described(&vault::seal_path(keyring, &signer.0, id, revision, &options, from, to)?)))
    })
}

/// Says what a parcel says of itself, without a key: `{"id", "revision", "vault": hex, "signer": hex, "length", "root": hex,
/// "chunk": bytes, "keys": [hex]}`. Its signature holds; whether its signer is the server is the caller's to compare.
///
/// - `path`, `path_len`: the parcel.
/// - `out`: JSON; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no parcel; `REJECTED` if its signature does not hold; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_inspect_file(
    path: *const u8,
    path_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path, path_len).
        let path = unsafe { path_in(path, path_len) }?;
        Ok(json(&described(&vault::inspect_file(path)?)))
    })
}

/// Wraps a parcel's key under the keyring's active key, in its place. Its content, root and signature stay.
///
/// - `path`, `path_len`: the parcel.
/// - `keyring`: borrowed; of the same vault, with a key that opens it.
///
/// `FOREIGN` for another vault; `NO_KEY` if no key opens it, or none is active; `MALFORMED`, `TOO_LARGE`, `REJECTED` as for
/// opening; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_rewrap_file(
    path: *const u8,
    path_len: usize,
    keyring: Option<&secenv_keyring>,
) -> secenv_status {
    guard(|| {
        // SAFETY: P1 (path, path_len).
        let path = unsafe { path_in(path, path_len) }?;
        Ok(vault::rewrap_file(path, required(keyring)?.0.get()?)?)
    })
}

/// Opens a parcel with the keyring, as a server does; a client reads through its vault.
///
/// - `path`, `path_len`: the parcel.
/// - `pins`, `pins_len`: who may have signed it: pins of 32 bytes, one behind the other.
/// - `keyring`: borrowed.
/// - `out`: the parcel; free it with `secenv_parcel_free`.
///
/// `INVALID_LENGTH` if `pins_len` is no multiple of 32; `MALFORMED` or `TOO_LARGE` if it is no parcel; `REJECTED` if somebody else
/// signed it, or it was changed; `NO_KEY` if the keyring has no key for it; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_open_file(
    path: *const u8,
    path_len: usize,
    pins: *const u8,
    pins_len: usize,
    keyring: Option<&secenv_keyring>,
    out: Out<'_, secenv_parcel>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path, path_len).
        let path = unsafe { path_in(path, path_len) }?;
        // SAFETY: P1 (pins, pins_len).
        let pins = unsafe { pins_in(pins, pins_len) }?;
        let keyring = required(keyring)?.0.get()?;
        let parcel = vault::open_file(path, pins)?;
        let content = parcel.unlock(&keyring.keys().iter().collect::<Vec<_>>())?;
        Ok(secenv_parcel { parcel, content })
    })
}

/// Gives the length of the document in bytes.
///
/// - `parcel`: borrowed.
/// - `out`: the number; not touched after a failure.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_length(
    parcel: Option<&secenv_parcel>,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || Ok(required(parcel)?.parcel.info().length))
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

/// Room for what is there of `len` bytes, and what `read` puts into it.
pub(crate) fn read(
    len: usize,
    there: u64,
    read: impl FnOnce(&mut [u8]) -> Result<usize, secenv_core::Error>,
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
