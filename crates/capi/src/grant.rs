//! Grants: the data keys that a device may hold.

use serde_json::json;

use crate::boundary::{Out, array_or_null, bytes_in, json, required, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::keyring::secenv_keyring;
use crate::status::secenv_status;
use secenv_core::encoding::hex_encode;
use secenv_core::grant::{self, Grant, Terms};
use secenv_core::keyring::DevicePublic;

/// Grants a device all keys of the keyring that are not destroyed. Times are in seconds since 1970, all numbers below 2^63.
///
/// - `keyring`: borrowed.
/// - `signer`: borrowed; the server's identity.
/// - `device`, `device_len`: the device's public half.
/// - `sequence`: counts the grants to this device, from 1.
/// - `issued`: now.
/// - `not_before`, `not_after`: when the keys may be used.
/// - `max_offline`: how many seconds the device may go without hearing from the server.
/// - `previous32`: the chain value of the grant before, 32 bytes; NULL for the first, or if it is not known.
/// - `out`: the grant; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for terms that cannot be; `MALFORMED` if `device` is no public half; `TOO_LARGE` over 4,096 keys.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_grant_issue(
    keyring: Option<&secenv_keyring>,
    signer: Option<&secenv_identity>,
    device: *const u8,
    device_len: usize,
    sequence: u64,
    issued: u64,
    not_before: u64,
    not_after: u64,
    max_offline: u64,
    previous32: *const u8,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let (keyring, signer) = (required(keyring)?.0.get()?, required(signer)?);
        // SAFETY: P1 (device, device_len).
        let device = DevicePublic::parse(unsafe { bytes_in(device, device_len) }?)?;
        // SAFETY: P1 (previous32, 32), or NULL.
        let previous = unsafe { array_or_null(previous32) }.copied().unwrap_or_default();
        let terms = Terms { sequence, issued, not_before, not_after, max_offline, previous };
        Ok(secenv_bytes::from(grant::issue(keyring, &signer.0, &device, &terms)?))
    })
}

/// Gives the chain value of a grant, which the next one names.
///
/// - `in`, `in_len`: the grant.
/// - `out32`: 32 bytes; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no grant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_grant_chain(r#in: *const u8, in_len: usize, out32: *mut u8) -> secenv_status {
    let chain = || {
        // SAFETY: P1 (in, in_len).
        Ok(*Grant::parse(unsafe { bytes_in(r#in, in_len) }?)?.chain())
    };
    // SAFETY: P4 (out32, 32).
    unsafe { write_array(out32, chain) }
}

/// Says what a grant says of itself, its keys apart: `{"vault": hex, "device": hex, "sequence", "issued", "not_before",
/// "not_after", "max_offline", "previous": hex, "chain": hex, "signer": hex}`. Nothing of it is verified.
///
/// - `in`, `in_len`: the grant.
/// - `out`: JSON; free it with `secenv_bytes_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no grant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_grant_inspect(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let grant = Grant::parse(unsafe { bytes_in(r#in, in_len) }?)?;
        let terms = grant.terms();
        Ok(json(&json!({
            "vault": hex_encode(grant.vault()),
            "device": hex_encode(grant.device()),
            "sequence": terms.sequence,
            "issued": terms.issued,
            "not_before": terms.not_before,
            "not_after": terms.not_after,
            "max_offline": terms.max_offline,
            "previous": hex_encode(&terms.previous),
            "chain": hex_encode(grant.chain()),
            "signer": hex_encode(grant.signer()),
        })))
    })
}
