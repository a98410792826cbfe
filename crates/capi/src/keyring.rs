//! Keyrings: the server's data keys, one for each epoch.

use serde_json::json;

use crate::boundary::{Exclusive, Out, array_in, bytes_in, guard, json, required, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::encoding::hex_encode;
use secenv_core::keyring::{COST, Keyring, State, Unlock};
use secenv_core::{SecretArray, SecretBytes};

/// The secret is a passphrase of 1 byte to 1 MiB: Argon2id, 3 passes over 64 MiB, about 0.15 s.
pub const SECENV_UNLOCK_PASSPHRASE: i32 = 1;
/// The secret is a key of 32 bytes.
pub const SECENV_UNLOCK_RAW: i32 = 2;

/// The data keys of a server, whose id names the vault that it seals for. Wiped when freed. `docs/vault.md`.
pub struct secenv_keyring(pub(crate) Exclusive<Keyring>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_keyring>();
};

/// What unlocks a keyring or a vault.
///
/// # Safety
/// P1 (`secret`, `secret_len`).
pub(crate) unsafe fn unlock_in(kind: i32, secret: *const u8, secret_len: usize) -> Result<Unlock, secenv_status> {
    // SAFETY: P1 (secret, secret_len).
    let secret = unsafe { bytes_in(secret, secret_len) }?;
    match kind {
        SECENV_UNLOCK_PASSPHRASE => Ok(Unlock::Passphrase(SecretBytes::from(secret.to_vec()))),
        SECENV_UNLOCK_RAW => {
            let key = <&[u8; 32]>::try_from(secret).map_err(|_| secenv_status::InvalidLength)?;
            Ok(Unlock::Raw(SecretArray::from(key)))
        }
        _ => Err(secenv_status::InvalidArgument),
    }
}

/// Makes a keyring with one active key, of epoch 1.
///
/// - `kind`, `secret`, `secret_len`: what will unlock it: one of `SECENV_UNLOCK_*`.
/// - `now`: seconds since 1970.
/// - `out`: the keyring; free it with `secenv_keyring_free`.
///
/// `INVALID_ARGUMENT` for another kind or an empty passphrase; `INVALID_LENGTH` for a key that has not 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_generate(
    kind: i32,
    secret: *const u8,
    secret_len: usize,
    now: u64,
    out: Out<'_, secenv_keyring>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
        let mut keyring = Keyring::generate(now)?;
        keyring.lock(&unlock, COST)?;
        Ok(secenv_keyring(keyring.into()))
    })
}

/// Unlocks a keyring.
///
/// - `in`, `in_len`: what `secenv_keyring_seal` gave.
/// - `kind`, `secret`, `secret_len`: what unlocks it.
/// - `out`: the keyring; free it with `secenv_keyring_free`.
///
/// `MALFORMED` or `TOO_LARGE` if it is no keyring, or asks for more than 10 passes or 1 GiB of Argon2id; `REJECTED` for
/// another secret, or if anything was changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_parse(
    r#in: *const u8,
    in_len: usize,
    kind: i32,
    secret: *const u8,
    secret_len: usize,
    out: Out<'_, secenv_keyring>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let file = unsafe { bytes_in(r#in, in_len) }?;
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
        Ok(secenv_keyring(Keyring::parse(file, &unlock)?.into()))
    })
}

/// Gives the keyring as it is to be stored: sealed under its unlock secret.
///
/// - `keyring`: borrowed.
/// - `out`: the file; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_seal(keyring: Option<&secenv_keyring>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(keyring)?.0.get()?.encode()?)))
}

/// Changes what unlocks the keyring. The next `secenv_keyring_seal` gives it so; older copies keep their secret.
///
/// - `keyring`: changed.
/// - `kind`, `secret`, `secret_len`: the new secret.
///
/// The statuses are those of `secenv_keyring_generate`; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_relock(
    keyring: Option<&mut secenv_keyring>,
    kind: i32,
    secret: *const u8,
    secret_len: usize,
) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (secret, secret_len).
        let unlock = unsafe { unlock_in(kind, secret, secret_len) }?;
        keyring.0.change(|keyring| keyring.lock(&unlock, COST))
    })
}

/// Begins the next epoch: the active key becomes decrypt-only, and a new one is active.
///
/// - `keyring`: changed; store it.
/// - `now`: seconds since 1970.
///
/// `TOO_LARGE` over 65,536 keys; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_rotate(keyring: Option<&mut secenv_keyring>, now: u64) -> secenv_status {
    guard(|| required(keyring)?.0.change(|keyring| keyring.rotate(now)))
}

/// Lets a key open what it sealed, and seal no more.
///
/// - `keyring`: changed; store it.
/// - `id16`: the key's id, 16 bytes.
///
/// `NOT_FOUND` if there is no such key, or it was destroyed; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_retire(keyring: Option<&mut secenv_keyring>, id16: *const u8) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (id16, 16).
        let id = unsafe { array_in(id16) }?;
        keyring.0.change(|keyring| keyring.retire(id))
    })
}

/// Wipes a key, whose tombstone stays: what only it opens can never be read again.
///
/// - `keyring`: changed; store it, and every copy.
/// - `id16`: the key's id, 16 bytes.
///
/// `NOT_FOUND` if there is no such key; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_wipe_key(
    keyring: Option<&mut secenv_keyring>,
    id16: *const u8,
) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (id16, 16).
        let id = unsafe { array_in(id16) }?;
        keyring.0.change(|keyring| keyring.destroy(id))
    })
}

/// Takes what another copy of the same keyring has: each key in the state that is furthest along, none brought back.
///
/// - `keyring`: changed; store it.
/// - `other`: borrowed; another handle.
///
/// `FOREIGN` for another keyring; `REJECTED` for a copy that contradicts; `CLOSED` after a panic.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_merge(
    keyring: Option<&mut secenv_keyring>,
    other: Option<&secenv_keyring>,
) -> secenv_status {
    guard(|| {
        let (keyring, other) = (required(keyring)?, required(other)?.0.get()?);
        keyring.0.change(|keyring| keyring.merge(other))
    })
}

/// Gives the keyring's id, which is that of its vault.
///
/// - `keyring`: borrowed.
/// - `out16`: 16 bytes; not touched after a failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_id(keyring: Option<&secenv_keyring>, out16: *mut u8) -> secenv_status {
    // SAFETY: P4 (out16, 16).
    unsafe { write_array(out16, || Ok(*required(keyring)?.0.get()?.id())) }
}

/// Lists the keys, but for what is secret: `[{"id": hex, "epoch": 1, "state": "active" | "decrypt-only" | "destroyed",
/// "created": seconds since 1970}]`, ascending by epoch.
///
/// - `keyring`: borrowed.
/// - `out`: JSON; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_list(keyring: Option<&secenv_keyring>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || {
        let keys = required(keyring)?.0.get()?.keys().iter().map(|key| {
            let state = match key.state() {
                State::Active => "active",
                State::DecryptOnly => "decrypt-only",
                State::Destroyed => "destroyed",
            };
            json!({ "id": hex_encode(key.id()), "epoch": key.epoch(), "state": state, "created": key.created() })
        });
        Ok(json(&keys.collect()))
    })
}

/// Wipes and frees the keyring. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_free(_keyring: Option<Box<secenv_keyring>>) {}
