//! Manifests: which parcels are current.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use crate::boundary::{Exclusive, Out, array_in, bytes_in, guard, required, struct_in, text_in, write, write_out};
use crate::bytes::secenv_bytes;
use crate::grant::{digest_or_null, digest_or_zeros};
use crate::identity::secenv_identity;
use crate::status::secenv_status;
use secenv_core::manifest::{Builder, Entry, Manifest, Terms};
use secenv_core::{Digest, Timestamp, VaultId};

/// What a manifest says beside its parcels. Times are in seconds since 1970, all numbers below 2^63.
#[repr(C)]
pub struct secenv_manifest_terms {
    /// `sizeof(secenv_manifest_terms)`.
    pub size: usize,
    /// The id of the keyring and its vault, `SECENV_VAULT_ID_BYTES` bytes.
    pub vault: *const u8,
    /// Counts the manifests, from 1.
    pub version: u64,
    /// When the server makes it: now.
    pub issued: u64,
    /// When it holds last.
    pub expires: u64,
    /// The digest of the manifest before, `SECENV_DIGEST_BYTES` bytes; NULL for the first, or if it is not known.
    pub previous: *const u8,
}

/// What a manifest says of itself, its parcels apart. Times are in seconds since 1970.
#[repr(C)]
pub struct secenv_manifest_info {
    /// The id of the vault that it is for.
    pub vault: [u8; 16],
    /// Counts the manifests, from 1.
    pub version: u64,
    /// When the server made it.
    pub issued: u64,
    /// When it holds last.
    pub expires: u64,
    /// The digest of the manifest before; zeros for none.
    pub previous: [u8; 32],
    /// Its own digest, which the next manifest names.
    pub digest: [u8; 32],
    /// The pin of who signed it.
    pub signer: [u8; 32],
    /// How many parcels it names.
    pub entry_count: usize,
}

/// A manifest in the making.
pub struct secenv_manifest(Exclusive<Builder>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_manifest>();
};

/// Begins a manifest, which names all current parcels, each time.
///
/// - `terms`: what it says beside its parcels; borrowed.
/// - `out`: the manifest; free it with `secenv_manifest_free`.
///
/// `INVALID_ARGUMENT` for terms that cannot be.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_start(
    terms: *const secenv_manifest_terms,
    out: Out<'_, secenv_manifest>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (terms).
        let terms = unsafe { struct_in(terms) }?;
        let terms = Terms {
            // SAFETY: P1 (vault, 16).
            vault: VaultId::from_bytes(*unsafe { array_in(terms.vault) }?),
            version: terms.version,
            issued: Timestamp::from_secs(terms.issued)?,
            expires: Timestamp::from_secs(terms.expires)?,
            // SAFETY: P1 (previous, 32), or NULL.
            previous: unsafe { digest_or_null(terms.previous) },
        };
        Ok(secenv_manifest(Builder::new(terms)?.into()))
    })
}

/// Names a parcel, as `secenv_parcel_inspect_file` says it. An entry that is refused changes nothing.
///
/// - `manifest`: changed.
/// - `id`: the document's id.
/// - `revision`: its revision.
/// - `root`: the root of the parcel's tree, `SECENV_DIGEST_BYTES` bytes.
/// - `length`: the length of the document in bytes.
///
/// `INVALID_ARGUMENT` for what no parcel can be, or a document that is named already; `TOO_LARGE` over 1,000,000
/// parcels; `CLOSED` after `secenv_manifest_issue` or an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_add(
    manifest: Option<&mut secenv_manifest>,
    id: *const c_char,
    revision: u64,
    root: *const u8,
    length: u64,
) -> secenv_status {
    guard(|| {
        let manifest = required(manifest)?;
        // SAFETY: P1 (id).
        let id = unsafe { text_in(id) }?.to_owned();
        // SAFETY: P1 (root, 32).
        let root = Digest::from_bytes(*unsafe { array_in(root) }?);
        manifest.0.change(|manifest| manifest.add(Entry { id, revision, root, length }))
    })
}

/// Signs the manifest, and closes it.
///
/// - `manifest`: changed.
/// - `signer`: borrowed; the server's identity.
/// - `out`: the manifest; free it with `secenv_bytes_free`.
///
/// `CLOSED` when called twice, or after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_manifest_issue(
    manifest: Option<&mut secenv_manifest>,
    signer: Option<&secenv_identity>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let (manifest, signer) = (required(manifest)?, required(signer)?);
        Ok(secenv_bytes::from(manifest.0.consume()?.issue(&signer.0)?))
    })
}

/// Says what a manifest says of itself, its parcels apart. Nothing of it is verified.
///
/// - `in`, `in_len`: the manifest.
/// - `out`: what it says; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no manifest.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_manifest_inspect(
    r#in: *const u8,
    in_len: usize,
    out: Option<&mut MaybeUninit<secenv_manifest_info>>,
) -> secenv_status {
    write(out, || {
        // SAFETY: P1 (in, in_len).
        let manifest = Manifest::parse(unsafe { bytes_in(r#in, in_len) }?)?;
        let terms = manifest.terms();
        Ok(secenv_manifest_info {
            vault: *terms.vault.as_bytes(),
            version: terms.version,
            issued: terms.issued.as_secs(),
            expires: terms.expires.as_secs(),
            previous: digest_or_zeros(terms.previous),
            digest: *manifest.digest().as_bytes(),
            signer: *manifest.signer().as_bytes(),
            entry_count: manifest.entries().len(),
        })
    })
}

/// Frees the manifest. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_manifest_free(_manifest: Option<Box<secenv_manifest>>) {}
