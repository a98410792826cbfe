//! The vault: the client's folder with what the server sealed. Paths are UTF-8; times are in seconds since 1970.

use core::ffi::c_char;
use core::mem::MaybeUninit;
use std::path::PathBuf;

use crate::apply_report::secenv_apply_report;
use crate::boundary::{
    Exclusive, Out, array_or_null, guard, list_in, list_out, path_in, pins_in, required, struct_in, text_in, write,
    write_array, write_out,
};
use crate::bytes::secenv_bytes;
use crate::device::secenv_device;
use crate::documents::{secenv_document, secenv_documents};
use crate::keyring::{secenv_unlock_secret, unlock_in};
use crate::parcel::read;
use crate::problems::secenv_problems;
use crate::status::secenv_status;
use crate::trust::secenv_trust;
use crate::trust_statement::SECENV_ROLE_PINS_MAX;
use secenv_core::key_protection::COST;
use secenv_core::vault::{NewVault, ReadRequest, Signers, Status, Vault};
use secenv_core::{Anchor, Error, RunOptions, Timestamp};

/// What a vault begins with.
#[repr(C)]
pub struct secenv_vault_config {
    /// `sizeof(secenv_vault_config)`.
    pub size: usize,
    /// What will unlock it; borrowed.
    pub unlock: *const secenv_unlock_secret,
    /// Who signs its grants and manifests, for good: pins of `SECENV_PIN_BYTES` bytes, one after the other; or NULL, if
    /// trust statements say who.
    pub pins: *const u8,
    /// How many there are: 1 to `SECENV_ROLE_PINS_MAX`, or 0.
    pub pin_count: usize,
    /// The roots or the trust statement that it begins with; borrowed. NULL if there are pins.
    pub trust: *const secenv_trust,
    /// Borrowed; the vault keeps a copy.
    pub device: *const secenv_device,
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// What to read of a document.
#[repr(C)]
pub struct secenv_read {
    /// `sizeof(secenv_read)`.
    pub size: usize,
    /// The document's id.
    pub id: *const c_char,
    /// As `secenv_vault_find` said it, so that all parts are of the same; 0 for whichever is current.
    pub revision: u64,
    /// The first byte.
    pub offset: u64,
    /// How many bytes, at most 64 MiB.
    pub len: usize,
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// How a vault stands.
#[repr(C)]
pub struct secenv_vault_info {
    /// Whether a grant has said which vault this is.
    pub has_vault: bool,
    /// The id of the vault and its keyring.
    pub vault: [u8; 16],
    /// The id of this device.
    pub device: [u8; 16],
    /// Counts the changes.
    pub generation: u64,
    /// The high-water mark: the latest time that was seen.
    pub latest_time: u64,
    /// How many of `pins` there are; 0 if trust statements say who signs: see `secenv_vault_trust`.
    pub pin_count: usize,
    /// Who signs its grants and manifests, for good, ascending.
    pub pins: [[u8; 32]; SECENV_ROLE_PINS_MAX],
    /// The version of the trust statement in force; 0 for none.
    pub trust_version: u64,
    /// Whether there is a grant in force; the members up to `epoch_count` are its.
    pub has_grant: bool,
    /// Counts the grants to this device.
    pub grant_sequence: u64,
    /// When the server made it.
    pub grant_issued: u64,
    /// When its keys may be used first.
    pub grant_not_before: u64,
    /// When its keys may be used last.
    pub grant_not_after: u64,
    /// How many seconds the device may go without hearing from the server.
    pub grant_max_offline: u64,
    /// How many epochs its keys are of: see `secenv_vault_epoch_at`. 0 while documents may not be read.
    pub epoch_count: usize,
    /// Whether there is a manifest in force; the members up to `manifest_expires` are its.
    pub has_manifest: bool,
    /// Counts the manifests.
    pub manifest_version: u64,
    /// When the server made it.
    pub manifest_issued: u64,
    /// When it holds last.
    pub manifest_expires: u64,
    /// Whether documents may be read now: 0, or the `secenv_status` that reading has.
    pub lease: i32,
}

/// A vault that is unlocked. Other processes may use the same folder. Wiped when freed. `docs/vault.md`.
pub struct secenv_vault(Exclusive<Vault>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_vault>();
};

/// Makes an empty vault in a folder that is not there, or empty.
///
/// - `path`: the folder.
/// - `config`: what it begins with; borrowed.
/// - `out`: the vault, unlocked; free it with `secenv_vault_free`.
///
/// `EXISTS` if the folder is not empty; `INVALID_ARGUMENT` or `INVALID_LENGTH` for a secret or pins that cannot be, or
/// for both pins and `trust`; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_create(
    path: *const c_char,
    config: *const secenv_vault_config,
    out: Out<'_, secenv_vault>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path).
        let path = unsafe { path_in(path) }?;
        // SAFETY: P1 (config).
        let config = unsafe { struct_in(config) }?;
        // SAFETY: P1 (unlock).
        let unlock = &unsafe { unlock_in(config.unlock) }?;
        // SAFETY: P1 (pins, pin_count).
        let pins = &unsafe { pins_in(config.pins, config.pin_count) }?;
        // SAFETY: P2 (trust), or NULL.
        let signers = match unsafe { config.trust.as_ref() } {
            Some(_) if !pins.is_empty() => return Err(secenv_status::InvalidArgument),
            Some(trust) => Signers::Trust(trust.0.get()?),
            None => Signers::Pins(pins),
        };
        // SAFETY: P2 (device).
        let device = &required(unsafe { config.device.as_ref() })?.0;
        let new = NewVault { unlock, cost: COST, signers, device };
        Ok(secenv_vault(Vault::create(path, &new, Timestamp::from_secs(config.now)?)?.into()))
    })
}

/// Unlocks a vault.
///
/// - `path`: the folder.
/// - `unlock`: what unlocks it; borrowed.
/// - `anchor`: what `secenv_vault_anchor` gave last, `SECENV_ANCHOR_BYTES` bytes kept elsewhere; NULL for none: then a
///   folder that was put back whole is not noticed.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the vault; free it with `secenv_vault_free`.
///
/// `NOT_FOUND` if there is none; `REJECTED` for another secret, another vault's anchor, or if anything was changed;
/// `STALE` if the folder is older than the anchor; as the file system says. A lease that does not hold is no failure
/// here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_unlock(
    path: *const c_char,
    unlock: *const secenv_unlock_secret,
    anchor: *const u8,
    now: u64,
    out: Out<'_, secenv_vault>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path).
        let path = unsafe { path_in(path) }?;
        // SAFETY: P1 (unlock).
        let unlock = unsafe { unlock_in(unlock) }?;
        // SAFETY: P1 (anchor, 16), or NULL.
        let anchor = unsafe { array_or_null(anchor) }.copied().map(Anchor::from_bytes);
        Ok(secenv_vault(Vault::unlock(path, &unlock, anchor.as_ref(), Timestamp::from_secs(now)?)?.into()))
    })
}

/// Gives what is to be kept elsewhere, such as in the system's key store, after each call that may have changed the
/// vault: with it a folder that was put back is noticed. It is no secret.
///
/// - `vault`: borrowed.
/// - `out`: `SECENV_ANCHOR_BYTES` bytes; not touched after a failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_anchor(vault: Option<&secenv_vault>, out: *mut u8) -> secenv_status {
    // SAFETY: P4 (out, 16).
    unsafe { write_array(out, || Ok(*required(vault)?.0.get()?.anchor()?.as_bytes())) }
}

/// Applies trust statements, grants, manifests and parcels, in this order whatever theirs is. Each is taken or refused
/// for itself; what was taken is on the disk. The very same again is taken and changes nothing.
///
/// - `vault`: changed.
/// - `paths`, `path_count`: the files, each NUL-terminated.
/// - `now`: the time, in seconds since 1970.
/// - `threads`: how many work; 0 for one on each core.
/// - `out`: what became of each file; free it with `secenv_apply_report_free`.
///
/// `INVALID_ARGUMENT` if a path is none; `CLOSED` after `secenv_vault_lock` or an internal error; as the file system
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_apply(
    vault: Option<&mut secenv_vault>,
    paths: *const *const c_char,
    path_count: usize,
    now: u64,
    threads: u32,
    out: Out<'_, secenv_apply_report>,
) -> secenv_status {
    write_out(out, || {
        let vault = required(vault)?;
        // SAFETY: P1 (paths, path_count).
        let paths = unsafe { list_in(paths, path_count) }?;
        // SAFETY: P1 (each path).
        let path = |path: &*const c_char| unsafe { path_in(*path) }.map(PathBuf::from);
        let paths = paths.iter().map(path).collect::<Result<Vec<_>, _>>()?;
        let (now, run) = (Timestamp::from_secs(now)?, run_options(threads));
        vault.0.change(|vault| vault.apply(&paths, now, &run))?.try_into()
    })
}

fn run_options(threads: u32) -> RunOptions<'static> {
    RunOptions { threads: threads as usize, ..RunOptions::default() }
}

/// Lists the documents that the manifest names. Takes no lease.
///
/// - `vault`: changed.
/// - `out`: the documents, ascending by id; free it with `secenv_documents_free`.
///
/// `CLOSED` after `secenv_vault_lock` or an internal error; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_list(vault: Option<&mut secenv_vault>, out: Out<'_, secenv_documents>) -> secenv_status {
    write_out(out, || Ok(secenv_documents(required(vault)?.0.change(Vault::list)?)))
}

/// Finds a document that the manifest names. Takes no lease.
///
/// - `vault`: changed.
/// - `id`: the document.
/// - `out`: the document; not touched after a failure.
///
/// `NOT_FOUND` if the manifest does not name it; `CLOSED` after `secenv_vault_lock` or an internal error; as the file
/// system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_find(
    vault: Option<&mut secenv_vault>,
    id: *const c_char,
    out: Option<&mut MaybeUninit<secenv_document>>,
) -> secenv_status {
    write(out, || {
        let vault = required(vault)?;
        // SAFETY: P1 (id).
        let id = unsafe { text_in(id) }?;
        (&vault.0.change(|vault| vault.find(id))?).try_into()
    })
}

/// Reads a part of a document, each chunk checked before it is given.
///
/// - `vault`: changed.
/// - `request`: what to read; borrowed.
/// - `out`: the bytes, fewer than asked for only at the end of the document; free it with `secenv_bytes_free`.
///
/// `NOT_FOUND` if the manifest does not name it, or its parcel is not here; `STALE` if it names another revision;
/// `EXPIRED`, `CLOCK` or `NO_KEY` if it may not be read now; `REJECTED` or `MALFORMED` if it was changed; `TOO_LARGE`
/// over 64 MiB; `CLOSED` after `secenv_vault_lock` or an internal error; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_read(
    vault: Option<&mut secenv_vault>,
    request: *const secenv_read,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let vault = required(vault)?;
        // SAFETY: P1 (request).
        let request = unsafe { struct_in(request) }?;
        // SAFETY: P1 (id).
        let id = unsafe { text_in(request.id) }?;
        let (len, now) = (request.len, Timestamp::from_secs(request.now)?);
        let request =
            ReadRequest { id, revision: (request.revision > 0).then_some(request.revision), offset: request.offset };
        let there = match vault.0.change(|vault| vault.find(id)) {
            Ok(found) => found.length.saturating_sub(request.offset),
            // Whether it may be read comes before whether it is there.
            Err(secenv_status::NotFound) => 0,
            Err(status) => return Err(status),
        };
        read(len, there, |buffer| {
            vault.0.change(|vault| Ok(vault.read_at(&request, buffer, now))).unwrap_or(Err(Error::Closed))
        })
    })
}

/// Finds what is wrong with the parcels. Takes no lease.
///
/// - `vault`: changed.
/// - `threads`: how many work; 0 for one on each core.
/// - `out`: the problems, none if nothing is wrong; free it with `secenv_problems_free`.
///
/// `CLOSED` after `secenv_vault_lock` or an internal error; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_verify(
    vault: Option<&mut secenv_vault>,
    threads: u32,
    out: Out<'_, secenv_problems>,
) -> secenv_status {
    write_out(out, || required(vault)?.0.change(|vault| vault.verify(&run_options(threads)))?.try_into())
}

/// Says how the vault stands.
///
/// - `vault`: changed.
/// - `now`: the time, in seconds since 1970.
/// - `out`: how it stands; not touched after a failure.
///
/// `CLOSED` after `secenv_vault_lock` or an internal error; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_status(
    vault: Option<&mut secenv_vault>,
    now: u64,
    out: Option<&mut MaybeUninit<secenv_vault_info>>,
) -> secenv_status {
    write(out, || {
        let now = Timestamp::from_secs(now)?;
        let status = required(vault)?.0.change(|vault| vault.status(now))?;
        described(&status)
    })
}

fn described(status: &Status) -> Result<secenv_vault_info, secenv_status> {
    let trust = status.trust.as_ref().and_then(|trust| trust.statement.as_ref());
    let grant = status.grant.as_ref();
    let of_grant = |number: fn(&secenv_core::grant::Terms) -> u64| grant.map_or(0, number);
    let manifest = status.manifest.as_ref();
    let of_manifest = |number: fn(&secenv_core::manifest::Terms) -> u64| manifest.map_or(0, number);
    Ok(secenv_vault_info {
        has_vault: status.vault.is_some(),
        vault: status.vault.map_or([0; 16], |vault| *vault.as_bytes()),
        device: *status.device.as_bytes(),
        generation: status.generation,
        latest_time: status.latest_time.as_secs(),
        pin_count: status.pins.len(),
        pins: list_out(&status.pins, |pin| *pin.as_bytes())?,
        trust_version: trust.map_or(0, |trust| trust.statement.version),
        has_grant: grant.is_some(),
        grant_sequence: of_grant(|terms| terms.sequence),
        grant_issued: of_grant(|terms| terms.issued.as_secs()),
        grant_not_before: of_grant(|terms| terms.not_before.as_secs()),
        grant_not_after: of_grant(|terms| terms.not_after.as_secs()),
        grant_max_offline: of_grant(|terms| terms.max_offline.as_secs()),
        epoch_count: status.epochs.len(),
        has_manifest: manifest.is_some(),
        manifest_version: of_manifest(|terms| terms.version),
        manifest_issued: of_manifest(|terms| terms.issued.as_secs()),
        manifest_expires: of_manifest(|terms| terms.expires.as_secs()),
        lease: status.lease.map_or_else(secenv_status::from, |()| secenv_status::Ok) as i32,
    })
}

/// Gives the roots or the trust statement that the vault goes by, as it saw them last: a copy.
///
/// - `vault`: borrowed.
/// - `out`: what is trusted; free it with `secenv_trust_free`.
///
/// `NOT_FOUND` if the vault was made with pins, for good; `CLOSED` after `secenv_vault_lock` or an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_trust(vault: Option<&secenv_vault>, out: Out<'_, secenv_trust>) -> secenv_status {
    write_out(out, || {
        let trusted = required(vault)?.0.get()?.trust().ok_or(secenv_status::NotFound)?;
        Ok(secenv_trust(trusted.clone().into()))
    })
}

/// Gives an epoch that the vault holds a key of, as `secenv_vault_status` counted them last.
///
/// - `vault`: borrowed.
/// - `index`: from 0, ascending.
/// - `out`: the epoch; not touched after a failure.
///
/// `NOT_FOUND` for an index that is not there; `CLOSED` after `secenv_vault_lock` or an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_epoch_at(
    vault: Option<&secenv_vault>,
    index: usize,
    out: Option<&mut MaybeUninit<u64>>,
) -> secenv_status {
    write(out, || required(vault)?.0.get()?.epochs().nth(index).ok_or(secenv_status::NotFound))
}

/// Changes what unlocks the vault. Older copies of the folder keep their secret.
///
/// - `vault`: changed.
/// - `unlock`: the new secret; borrowed.
///
/// `INVALID_ARGUMENT` or `INVALID_LENGTH` for a secret that cannot be; `CLOSED` after `secenv_vault_lock` or an
/// internal error; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_change_unlock(
    vault: Option<&mut secenv_vault>,
    unlock: *const secenv_unlock_secret,
) -> secenv_status {
    guard(|| {
        let vault = required(vault)?;
        // SAFETY: P1 (unlock).
        let unlock = unsafe { unlock_in(unlock) }?;
        vault.0.change(|vault| vault.change_unlock(&unlock, COST))
    })
}

/// Wipes the vault's keys from memory. The handle is closed then; unlock again, and free this one.
///
/// - `vault`: changed.
///
/// `CLOSED` if it was locked already.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_lock(vault: Option<&mut secenv_vault>) -> secenv_status {
    guard(|| required(vault)?.0.consume().map(drop))
}

/// Wipes and frees the vault; its folder stays. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_free(_vault: Option<Box<secenv_vault>>) {}
