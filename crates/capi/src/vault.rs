//! The vault: the client's folder with what the server sealed. Paths are UTF-8; times are in seconds since 1970.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::boundary::{
    Exclusive, Out, array_or_null, guard, json, path_in, pins_in, required, text_in, write_array, write_out,
};
use crate::bytes::secenv_bytes;
use crate::device::secenv_device;
use crate::keyring::unlock_in;
use crate::parcel::read;
use crate::status::secenv_status;
use secenv_core::encoding::hex_encode;
use secenv_core::keyring::COST;
use secenv_core::vault::{Flaw, Kind, Outcome, Vault};
use secenv_core::{Error, vault};

/// A vault that is unlocked. Other processes may use the same folder. Wiped when freed. `docs/vault.md`.
pub struct secenv_vault(Exclusive<Vault>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_vault>();
};

/// Makes an empty vault in a folder that is not there, or empty.
///
/// - `path`, `path_len`: the folder.
/// - `kind`, `secret`, `secret_len`: what will unlock it: one of `SECENV_UNLOCK_*`.
/// - `pins`, `pins_len`: who the server is: 1 to 16 pins of 32 bytes, one behind the other.
/// - `root_pin32`: an offline root that may say who the server is, 32 bytes; NULL for none.
/// - `device`: borrowed; the vault keeps a copy.
/// - `now`: the time.
/// - `out`: the vault, unlocked; free it with `secenv_vault_free`.
///
/// `EXISTS` if the folder is not empty; `INVALID_ARGUMENT` or `INVALID_LENGTH` for a secret or pins that cannot be; as the file
/// system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_create(
    path: *const u8,
    path_len: usize,
    kind: i32,
    secret: *const u8,
    secret_len: usize,
    pins: *const u8,
    pins_len: usize,
    root_pin32: *const u8,
    device: Option<&secenv_device>,
    now: u64,
    out: Out<'_, secenv_vault>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path, path_len).
        let path = unsafe { path_in(path, path_len) }?;
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
        // SAFETY: P1 (pins, pins_len).
        let pins = unsafe { pins_in(pins, pins_len) }?;
        // SAFETY: P1 (root_pin32, 32), or NULL.
        let root = unsafe { array_or_null(root_pin32) }.copied();
        let device = required(device)?;
        Ok(secenv_vault(Vault::create(path, &unlock, COST, pins, root, &device.0, now)?.into()))
    })
}

/// Unlocks a vault.
///
/// - `path`, `path_len`: the folder.
/// - `kind`, `secret`, `secret_len`: what unlocks it.
/// - `anchor16`: what `secenv_vault_anchor` gave last, 16 bytes kept elsewhere; NULL for none: then a folder that was put back whole
///   is not noticed.
/// - `now`: the time.
/// - `out`: the vault; free it with `secenv_vault_free`.
///
/// `NOT_FOUND` if there is none; `REJECTED` for another secret, another vault's anchor, or if anything was changed; `STALE` if
/// the folder is older than the anchor; as the file system says. A lease that does not hold is no failure here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_unlock(
    path: *const u8,
    path_len: usize,
    kind: i32,
    secret: *const u8,
    secret_len: usize,
    anchor16: *const u8,
    now: u64,
    out: Out<'_, secenv_vault>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (path, path_len).
        let path = unsafe { path_in(path, path_len) }?;
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
        // SAFETY: P1 (anchor16, 16), or NULL.
        let anchor = unsafe { array_or_null(anchor16) };
        Ok(secenv_vault(Vault::unlock(path, &unlock, anchor, now)?.into()))
    })
}

/// Gives 16 bytes to be kept elsewhere, such as in the system's key store, after each call that may have changed the vault:
/// with them a folder that was put back is noticed. They are no secret.
///
/// - `vault`: borrowed.
/// - `out16`: 16 bytes; not touched after a failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_anchor(vault: Option<&secenv_vault>, out16: *mut u8) -> secenv_status {
    // SAFETY: P4 (out16, 16).
    unsafe { write_array(out16, || Ok(required(vault)?.0.get()?.anchor()?)) }
}

/// Applies trust statements, grants, manifests and parcels, in this order whatever theirs is. Each is taken or refused for
/// itself; what was taken is on the disk. The very same again is taken and changes nothing.
///
/// - `vault`: changed.
/// - `paths`, `paths_len`: the files; each path ends with a NUL.
/// - `now`: the time.
/// - `threads`: how many work; 0 for one on each core.
/// - `out`: JSON: `[{"path", "kind": "trust" | "grant" | "manifest" | "parcel" | "unknown", "status": a secenv_status, "new": whether
///   it was not there before}]`, one for each file; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` if the paths are none; `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_apply(
    vault: Option<&mut secenv_vault>,
    paths: *const u8,
    paths_len: usize,
    now: u64,
    threads: u32,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let vault = required(vault)?;
        // SAFETY: P1 (paths, paths_len).
        let paths = unsafe { text_in(paths, paths_len) }?;
        let paths = paths.split_terminator('\0').map(PathBuf::from).collect::<Vec<_>>();
        if paths.iter().any(|path| path.as_os_str().is_empty()) {
            return Err(secenv_status::InvalidArgument);
        }
        let applied = vault.0.change(|vault| vault.apply(&paths, now, threads as usize, &|_| ()))?;
        let list = applied.iter().map(|one| {
            let kind = match one.kind {
                Kind::Trust => "trust",
                Kind::Grant => "grant",
                Kind::Manifest => "manifest",
                Kind::Parcel => "parcel",
                Kind::Unknown => "unknown",
            };
            json!({
                "path": one.path.to_string_lossy(),
                "kind": kind,
                "status": one.result.map_or_else(secenv_status::from, |_| secenv_status::Ok) as i32,
                "new": one.result == Ok(Outcome::Taken),
            })
        });
        Ok(json(&list.collect()))
    })
}

/// Lists the documents that the manifest names: `[{"id", "revision", "length", "here": whether its parcel is in the vault}]`,
/// ascending by id. Takes no lease.
///
/// - `vault`: changed.
/// - `out`: JSON; free it with `secenv_bytes_free`.
///
/// `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_list(vault: Option<&mut secenv_vault>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || {
        let items = required(vault)?.0.change(Vault::list)?;
        let list = items
            .iter()
            .map(|item| json!({ "id": item.id, "revision": item.revision, "length": item.length, "here": item.here }));
        Ok(json(&list.collect()))
    })
}

/// Finds a document that the manifest names. Takes no lease.
///
/// - `vault`: changed.
/// - `id`, `id_len`: the document.
/// - `revision`, `length`: its revision, and its length in bytes; not touched after a failure.
///
/// `NOT_FOUND` if the manifest does not name it; `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_find(
    vault: Option<&mut secenv_vault>,
    id: *const u8,
    id_len: usize,
    revision: *mut u64,
    length: *mut u64,
) -> secenv_status {
    guard(|| {
        if revision.is_null() || length.is_null() {
            return Err(secenv_status::NullPointer);
        }
        let vault = required(vault)?;
        // SAFETY: P1 (id, id_len).
        let id = unsafe { text_in(id, id_len) }?;
        let found = vault.0.change(|vault| vault.find(id))?;
        // SAFETY: P4 (revision, length); they are not NULL.
        unsafe {
            revision.write(found.revision);
            length.write(found.length);
        }
        Ok(())
    })
}

/// Reads a part of a document, each chunk checked before it is given.
///
/// - `vault`: changed.
/// - `id`, `id_len`: the document.
/// - `revision`: as `secenv_vault_find` said it, so that all parts are of the same; 0 for whichever is current.
/// - `offset`: the first byte.
/// - `len`: how many bytes, at most 64 MiB.
/// - `now`: the time.
/// - `out`: the bytes, fewer than asked for only at the end of the document; free it with `secenv_bytes_free`.
///
/// `NOT_FOUND` if the manifest does not name it, or its parcel is not here; `STALE` if it names another revision; `EXPIRED`, `CLOCK` or `NO_KEY` if it may not be read now; `REJECTED`
/// or `MALFORMED` if it was changed; `TOO_LARGE` over 64 MiB; `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_read(
    vault: Option<&mut secenv_vault>,
    id: *const u8,
    id_len: usize,
    revision: u64,
    offset: u64,
    len: usize,
    now: u64,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let vault = required(vault)?;
        // SAFETY: P1 (id, id_len).
        let id = unsafe { text_in(id, id_len) }?;
        let revision = (revision > 0).then_some(revision);
        let there = match vault.0.change(|vault| vault.find(id)) {
            Ok(found) => found.length.saturating_sub(offset),
            // Whether it may be read comes before whether it is there.
            Err(secenv_status::NotFound) => 0,
            Err(status) => return Err(status),
        };
        read(len, there, |buffer| {
            vault.0.change(|vault| Ok(vault.read_at(id, revision, offset, buffer, now))).unwrap_or(Err(Error::Closed))
        })
    })
}

/// Finds what is wrong with the parcels: `[{"flaw": "missing" | "extra" | "stale" | "damaged", "name": the document, or the file if it
/// names none}]`. Takes no lease.
///
/// - `vault`: changed.
/// - `threads`: how many work; 0 for one on each core.
/// - `out`: JSON, `[]` if nothing is wrong; free it with `secenv_bytes_free`.
///
/// `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_verify(
    vault: Option<&mut secenv_vault>,
    threads: u32,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let problems = required(vault)?.0.change(|vault| vault.verify(threads as usize, &|_| ()))?;
        let list = problems.iter().map(|problem| {
            let flaw = match problem.flaw {
                Flaw::Missing => "missing",
                Flaw::Extra => "extra",
                Flaw::Stale => "stale",
                Flaw::Damaged => "damaged",
            };
            json!({ "flaw": flaw, "name": problem.name })
        });
        Ok(json(&list.collect()))
    })
}

/// Says how the vault stands: `{"vault": hex | null, "device": hex, "generation", "mark": the latest time that was seen,
/// "server": [hex], "root": hex | null, "grant": {"sequence", "issued", "not_before", "not_after", "max_offline", "epochs": [1]} | null,
/// "manifest": {"version", "issued", "expires"} | null, "lease": the status that reading has now}`.
///
/// - `vault`: changed.
/// - `now`: the time.
/// - `out`: JSON; free it with `secenv_bytes_free`.
///
/// `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_vault_status(
    vault: Option<&mut secenv_vault>,
    now: u64,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(json(&described(&required(vault)?.0.change(|vault| vault.status(now))?))))
}

fn described(status: &vault::Status) -> Value {
    let grant = status.grant.as_ref().map(|terms| {
        json!({
            "sequence": terms.sequence,
            "issued": terms.issued,
            "not_before": terms.not_before,
            "not_after": terms.not_after,
            "max_offline": terms.max_offline,
            "epochs": status.epochs,
        })
    });
    let manifest = status
        .manifest
        .as_ref()
        .map(|terms| json!({ "version": terms.version, "issued": terms.issued, "expires": terms.expires }));
    json!({
        "vault": status.vault.map(|vault| hex_encode(&vault)),
        "device": hex_encode(&status.device),
        "generation": status.generation,
        "mark": status.mark,
        "server": status.pins.iter().map(|pin| hex_encode(pin)).collect::<Vec<_>>(),
        "root": status.root.map(|root| hex_encode(&root)),
        "grant": grant,
        "manifest": manifest,
        "lease": status.lease.map_or_else(secenv_status::from, |()| secenv_status::Ok) as i32,
    })
}

/// Changes what unlocks the vault. Older copies of the folder keep their secret.
///
/// - `vault`: changed.
/// - `kind`, `secret`, `secret_len`: the new secret.
///
/// `INVALID_ARGUMENT` or `INVALID_LENGTH` for a secret that cannot be; `CLOSED` after `secenv_vault_lock` or a panic; as the file system says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_vault_relock(
    vault: Option<&mut secenv_vault>,
    kind: i32,
    secret: *const u8,
    secret_len: usize,
) -> secenv_status {
    guard(|| {
        let vault = required(vault)?;
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
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
