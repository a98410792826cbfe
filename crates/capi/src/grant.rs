//! Grants: the data keys that a device may hold.

use core::mem::MaybeUninit;
use core::time::Duration;

use crate::boundary::{Out, array_or_null, bytes_in, required, struct_in, write, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::keyring::secenv_keyring;
use crate::status::secenv_status;
use secenv_core::device::DevicePublic;
use secenv_core::grant::{self, Grant, Terms};
use secenv_core::{Digest, Timestamp};

/// What a grant says beside the keys. Times are in seconds since 1970, all numbers below 2^63.
#[repr(C)]
pub struct secenv_grant_terms {
    /// `sizeof(secenv_grant_terms)`.
    pub size: usize,
    /// Counts the grants to this device, from 1.
    pub sequence: u64,
    /// When the server makes it: now.
    pub issued: u64,
    /// When the keys may be used first.
    pub not_before: u64,
    /// When the keys may be used last.
    pub not_after: u64,
    /// How many seconds the device may go without hearing from the server.
    pub max_offline: u64,
    /// The digest of the grant before, `SECENV_DIGEST_BYTES` bytes; NULL for the first, or if it is not known.
    pub previous: *const u8,
}

/// What a grant says of itself, its keys apart. Times are in seconds since 1970.
#[repr(C)]
pub struct secenv_grant_info {
    /// The id of the vault that it is for.
    pub vault: [u8; 16],
    /// The id of the device that it is for.
    pub device: [u8; 16],
    /// Counts the grants to this device, from 1.
    pub sequence: u64,
    /// When the server made it.
    pub issued: u64,
    /// When the keys may be used first.
    pub not_before: u64,
    /// When the keys may be used last.
    pub not_after: u64,
    /// How many seconds the device may go without hearing from the server.
    pub max_offline: u64,
    /// The digest of the grant before; zeros for none.
    pub previous: [u8; 32],
    /// Its own digest, which the next grant names.
    pub digest: [u8; 32],
    /// The pin of who signed it.
    pub signer: [u8; 32],
}

/// The digest of what came before, or `None` for NULL.
///
/// # Safety
/// P1 (`digest`, 32), or NULL.
pub(crate) unsafe fn digest_or_null(digest: *const u8) -> Option<Digest> {
    // SAFETY: P1 (digest, 32), or NULL.
    unsafe { array_or_null(digest) }.copied().map(Digest::from_bytes)
}

/// The bytes of a digest, or zeros for none.
pub(crate) fn digest_or_zeros(digest: Option<Digest>) -> [u8; 32] {
    digest.map_or([0; 32], |digest| *digest.as_bytes())
}

/// Grants a device all keys of the keyring that are not destroyed.
///
/// - `keyring`: borrowed.
/// - `signer`: borrowed; the server's identity.
/// - `device`, `device_len`: the device's public half.
/// - `terms`: what the grant says; borrowed.
/// - `out`: the grant; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for terms that cannot be; `MALFORMED` if `device` is no public half; `TOO_LARGE` over 4,096 keys.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_grant_issue(
    keyring: Option<&secenv_keyring>,
    signer: Option<&secenv_identity>,
    device: *const u8,
    device_len: usize,
    terms: *const secenv_grant_terms,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let (keyring, signer) = (required(keyring)?.0.get()?, required(signer)?);
        // SAFETY: P1 (device, device_len).
        let device = DevicePublic::parse(unsafe { bytes_in(device, device_len) }?)?;
        // SAFETY: P1 (terms).
        let terms = unsafe { struct_in(terms) }?;
        let terms = Terms {
            sequence: terms.sequence,
            issued: Timestamp::from_secs(terms.issued)?,
            not_before: Timestamp::from_secs(terms.not_before)?,
            not_after: Timestamp::from_secs(terms.not_after)?,
            max_offline: Duration::from_secs(terms.max_offline),
            // SAFETY: P1 (previous, 32), or NULL.
            previous: unsafe { digest_or_null(terms.previous) },
        };
        Ok(secenv_bytes::from(grant::issue(keyring, &signer.0, &device, &terms)?))
    })
}

/// Says what a grant says of itself, its keys apart. Nothing of it is verified.
///
/// - `in`, `in_len`: the grant.
/// - `out`: what it says; not touched after a failure.
///
/// `MALFORMED` or `TOO_LARGE` if it is no grant.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_grant_inspect(
    r#in: *const u8,
    in_len: usize,
    out: Option<&mut MaybeUninit<secenv_grant_info>>,
) -> secenv_status {
    write(out, || {
        // SAFETY: P1 (in, in_len).
        let grant = Grant::parse(unsafe { bytes_in(r#in, in_len) }?)?;
        let terms = grant.terms();
        Ok(secenv_grant_info {
            vault: *grant.vault().as_bytes(),
            device: *grant.device().as_bytes(),
            sequence: terms.sequence,
            issued: terms.issued.as_secs(),
            not_before: terms.not_before.as_secs(),
            not_after: terms.not_after.as_secs(),
            max_offline: terms.max_offline.as_secs(),
            previous: digest_or_zeros(terms.previous),
            digest: *grant.digest().as_bytes(),
            signer: *grant.signer().as_bytes(),
        })
    })
}
