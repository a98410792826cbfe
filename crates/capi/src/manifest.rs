//! Manifests: which parcels are current.

use crate::boundary::{
    Exclusive, Out, array_in, array_or_null, bytes_in, guard, required, text_in, write_array, write_out,
};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::status::secenv_status;
use secenv_core::Error;
use secenv_core::manifest::{self, Entry, Manifest, Terms};

/// More than any manifest names.
const ENTRIES_MAX: usize = 1_000_000;

/// A manifest in the making.
pub struct secenv_manifest(Exclusive<(Terms, Vec<Entry>)>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_manifest>();
};

/// Begins a manifest, which names all current parcels, each time. Times are in seconds since 1970, all numbers below 2^63.
///
/// - `vault16`: the id of the keyring, 16 bytes.
/// - `version`: counts the manifests, from 1.
/// - `issued`: now.
/// - `expires`: when it holds last.
/// - `previous32`: the chain value of the manifest before, 32 bytes; NULL for the first, or if it is not known.
/// - `out`: the manifest; free it with `secenv_manifest_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_start(
    vault16: *const u8,
    version: u64,
    issued: u64,
    expires: u64,
    previous32: *const u8,
    out: Out<'_, secenv_manifest>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (vault16, 16).
        let vault = *unsafe { array_in(vault16) }?;
        // SAFETY: P1 (previous32, 32), or NULL.
        let previous = unsafe { array_or_null(previous32) }.copied().unwrap_or_default();
        let terms = Terms { vault, version, issued, expires, previous };
        Ok(secenv_manifest((terms, Vec::new()).into()))
    })
}

/// Names a parcel, as `secenv_parcel_inspect_file` says it.
///
/// - `manifest`: changed.
/// - `id`, `id_len`: the document's id, UTF-8.
/// - `revision`: its revision.
/// - `root32`: the root of the parcel's tree, 32 bytes.
/// - `length`: the length of the document in bytes.
///
/// `TOO_LARGE` over 1,000,000 parcels; `CLOSED` after `secenv_manifest_issue` or a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_add(
    manifest: Option<&mut secenv_manifest>,
    id: *const u8,
    id_len: usize,
    revision: u64,
    root32: *const u8,
    length: u64,
) -> secenv_status {
    guard(|| {
        let manifest = required(manifest)?;
        // SAFETY: P1 (id, id_len).
        let id = unsafe { text_in(id, id_len) }?.to_owned();
        // SAFETY: P1 (root32, 32).
        let root = *unsafe { array_in(root32) }?;
        manifest.0.change(|(_, entries)| {
            if entries.len() >= ENTRIES_MAX {
                return Err(Error::TooLarge);
            }
            entries.push(Entry { id, revision, root, length });
            Ok(())
        })
    })
}

/// Signs the manifest, and closes it.
///
/// - `manifest`: changed.
/// - `signer`: borrowed; the server's identity.
/// - `out`: the manifest; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for terms that cannot be, an id twice, or an entry that no parcel can be; `CLOSED` when called twice.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_manifest_issue(
    manifest: Option<&mut secenv_manifest>,
    signer: Option<&secenv_identity>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let (manifest, signer) = (required(manifest)?, required(signer)?);
        let (terms, entries) = manifest.0.consume()?;
        Ok(secenv_bytes::from(manifest::issue(&signer.0, &terms, entries)?))
    })
}

/// Gives the chain value of a manifest, which the next one names.
///
/// - `in`, `in_len`: the manifest.
/// - `out32`: 32 bytes; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no manifest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_chain(r#in: *const u8, in_len: usize, out32: *mut u8) -> secenv_status {
    let chain = || {
        // SAFETY: P1 (in, in_len).
        let file = unsafe { bytes_in(r#in, in_len) }?;
        Ok(*Manifest::parse(file.to_vec())?.chain())
    };
    // SAFETY: P4 (out32, 32).
    unsafe { write_array(out32, chain) }
}

/// Frees the manifest. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_manifest_free(_manifest: Option<Box<secenv_manifest>>) {}
