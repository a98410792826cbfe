//! Keyrings: the server's data keys, one for each epoch.

use core::mem::MaybeUninit;
use core::ptr;

use crate::boundary::{Exclusive, Out, array_in, bytes_in, guard, required, struct_in, write, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::key_protection::{COST, UnlockSecret};
use secenv_core::keyring::{KeyState, Keyring};
use secenv_core::{KeyId, SecretArray, SecretBytes, Timestamp};

/// The secret is a passphrase of 1 byte to 1 MiB: Argon2id, 3 passes over 64 MiB, about 0.15 s. Bytes count as they
/// are: normalise text to NFC (RFC 8265) first, as the same passphrase is typed as other bytes on other systems.
pub const SECENV_UNLOCK_PASSPHRASE: i32 = 1;
/// The secret is a key of `SECENV_UNLOCK_KEY_BYTES` bytes.
pub const SECENV_UNLOCK_RAW: i32 = 2;

/// The key seals and opens.
pub const SECENV_KEY_ACTIVE: i32 = 1;
/// The key opens what it sealed, and seals no more.
pub const SECENV_KEY_DECRYPT_ONLY: i32 = 2;
/// The key is gone; its id stays.
pub const SECENV_KEY_DESTROYED: i32 = 3;

/// What unlocks a keyring or a vault.
#[repr(C)]
pub struct secenv_unlock_secret {
    /// `sizeof(secenv_unlock_secret)`.
    pub size: usize,
    /// One of `SECENV_UNLOCK_*`.
    pub kind: i32,
    /// The secret's bytes.
    pub secret: *const u8,
    /// How many there are.
    pub secret_len: usize,
}

/// What a data key says of itself.
#[repr(C)]
pub struct secenv_key_info {
    /// Its id.
    pub id: [u8; 16],
    /// Which epoch it is the key of, from 1.
    pub epoch: u64,
    /// What it may still do: one of `SECENV_KEY_*`.
    pub state: i32,
    /// When it was made, in seconds since 1970.
    pub created: u64,
}

/// The data keys of a server, whose id names the vault that it seals for. Wiped when freed. `docs/vault.md`.
pub struct secenv_keyring(pub(crate) Exclusive<Keyring>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_keyring>();
};

/// What unlocks a keyring or a vault.
///
/// # Safety
/// P1 (`unlock`, and its `secret`).
pub(crate) unsafe fn unlock_in(unlock: *const secenv_unlock_secret) -> Result<UnlockSecret, secenv_status> {
    // SAFETY: P1 (unlock).
    let unlock = unsafe { struct_in(unlock) }?;
    // SAFETY: P1 (secret, secret_len).
    let secret = unsafe { bytes_in(unlock.secret, unlock.secret_len) }?;
    match unlock.kind {
        SECENV_UNLOCK_PASSPHRASE => Ok(UnlockSecret::Passphrase(SecretBytes::from(secret.to_vec()))),
        SECENV_UNLOCK_RAW => {
            let key = <&[u8; 32]>::try_from(secret).map_err(|_| secenv_status::InvalidLength)?;
            Ok(UnlockSecret::Raw(SecretArray::from(key)))
        }
        _ => Err(secenv_status::InvalidArgument),
    }
}

/// Makes a keyring with one active key, of epoch 1.
///
/// - `unlock`: what will unlock it.
/// - `now`: the time, in seconds since 1970.
/// - `out`: the keyring; free it with `secenv_keyring_free`.
///
/// `INVALID_ARGUMENT` for another kind or an empty passphrase; `INVALID_LENGTH` for a key that has not 32 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_generate(
    unlock: *const secenv_unlock_secret,
    now: u64,
    out: Out<'_, secenv_keyring>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (unlock).
        let unlock = unsafe { unlock_in(unlock) }?;
        let mut keyring = Keyring::generate(Timestamp::from_secs(now)?);
        keyring.change_unlock(&unlock, COST)?;
        Ok(secenv_keyring(keyring.into()))
    })
}

/// Unlocks a keyring.
///
/// - `in`, `in_len`: what `secenv_keyring_encode` gave.
/// - `unlock`: what unlocks it.
/// - `out`: the keyring; free it with `secenv_keyring_free`.
///
/// `DAMAGED` if it is no keyring, or asks for more than 10 passes or 1 GiB of Argon2id; `REJECTED` for another secret,
/// or if anything was changed; `UNAVAILABLE` if Argon2id's memory is not to be had.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_parse(
    r#in: *const u8,
    in_len: usize,
    unlock: *const secenv_unlock_secret,
    out: Out<'_, secenv_keyring>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let file = unsafe { bytes_in(r#in, in_len) }?;
        // SAFETY: P1 (unlock).
        let unlock = unsafe { unlock_in(unlock) }?;
        Ok(secenv_keyring(Keyring::parse(file, &unlock)?.into()))
    })
}

/// Gives the keyring as it is to be stored: sealed under its unlock secret.
///
/// - `keyring`: borrowed.
/// - `out`: the file; free it with `secenv_bytes_free`.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_encode(keyring: Option<&secenv_keyring>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(keyring)?.0.get()?.encode()?)))
}

/// Changes what unlocks the keyring. The next `secenv_keyring_encode` gives it so; older copies keep their secret.
///
/// - `keyring`: changed.
/// - `unlock`: the new secret.
///
/// The statuses are those of `secenv_keyring_generate`; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_change_unlock(
    keyring: Option<&mut secenv_keyring>,
    unlock: *const secenv_unlock_secret,
) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (unlock).
        let unlock = unsafe { unlock_in(unlock) }?;
        keyring.0.change(|keyring| keyring.change_unlock(&unlock, COST))
    })
}

/// Begins the next epoch: the active key becomes decrypt-only, and a new one is active.
///
/// - `keyring`: changed; store it.
/// - `now`: the time, in seconds since 1970.
///
/// `TOO_LARGE` over 65,536 keys; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_rotate(keyring: Option<&mut secenv_keyring>, now: u64) -> secenv_status {
    guard(|| {
        let now = Timestamp::from_secs(now)?;
        required(keyring)?.0.change(|keyring| keyring.rotate(now))
    })
}

/// Lets a key open what it sealed, and seal no more.
///
/// - `keyring`: changed; store it.
/// - `key_id`: the key's id, `SECENV_KEY_ID_BYTES` bytes.
///
/// `NOT_FOUND` if there is no such key, or it was destroyed; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_retire(
    keyring: Option<&mut secenv_keyring>,
    key_id: *const u8,
) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (key_id, 16).
        let id = KeyId::from_bytes(*unsafe { array_in(key_id) }?);
        keyring.0.change(|keyring| keyring.retire(&id))
    })
}

/// Wipes a key, whose id stays: what only it opens can never be read again.
///
/// - `keyring`: changed; store it, and every copy.
/// - `key_id`: the key's id, `SECENV_KEY_ID_BYTES` bytes.
///
/// `NOT_FOUND` if there is no such key; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_destroy_key(
    keyring: Option<&mut secenv_keyring>,
    key_id: *const u8,
) -> secenv_status {
    guard(|| {
        let keyring = required(keyring)?;
        // SAFETY: P1 (key_id, 16).
        let id = KeyId::from_bytes(*unsafe { array_in(key_id) }?);
        keyring.0.change(|keyring| keyring.destroy_key(&id))
    })
}

/// Takes what another copy of the same keyring has: each key in the state that is furthest along, none brought back.
///
/// - `keyring`: changed; store it.
/// - `other`: borrowed; another handle.
///
/// `INVALID_ARGUMENT` if both are one handle; `FOREIGN` for another keyring; `REJECTED` for a copy that contradicts;
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_merge(
    keyring: *mut secenv_keyring,
    other: *const secenv_keyring,
) -> secenv_status {
    guard(|| {
        // Before there are references, of which these two may not be one place.
        if ptr::addr_eq(keyring, other) && !keyring.is_null() {
            return Err(secenv_status::InvalidArgument);
        }
        // SAFETY: P2, P3 (keyring); P2 (other); they are two places.
        let (keyring, other) = unsafe { (keyring.as_mut(), other.as_ref()) };
        let (keyring, other) = (required(keyring)?, required(other)?.0.get()?);
        keyring.0.change(|keyring| keyring.merge(other))
    })
}

/// Gives the keyring's id, which is that of its vault.
///
/// - `keyring`: borrowed.
/// - `out`: `SECENV_VAULT_ID_BYTES` bytes; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_keyring_id(keyring: Option<&secenv_keyring>, out: *mut u8) -> secenv_status {
    // SAFETY: P4 (out, 16).
    unsafe { write_array(out, || Ok(*required(keyring)?.0.get()?.id().as_bytes())) }
}

/// Gives the number of keys, destroyed ones too.
///
/// - `keyring`: borrowed.
/// - `out`: the number; not touched after a failure.
///
/// `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_key_count(
    keyring: Option<&secenv_keyring>,
    out: Option<&mut MaybeUninit<usize>>,
) -> secenv_status {
    write(out, || Ok(required(keyring)?.0.get()?.keys().len()))
}

/// Says what a key is, but for what is secret.
///
/// - `keyring`: borrowed.
/// - `index`: from 0, ascending by epoch.
/// - `out`: the key; not touched after a failure.
///
/// `NOT_FOUND` for an index that is not there; `CLOSED` after an internal error.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_key_at(
    keyring: Option<&secenv_keyring>,
    index: usize,
    out: Option<&mut MaybeUninit<secenv_key_info>>,
) -> secenv_status {
    write(out, || {
        let key = required(keyring)?.0.get()?.keys().get(index).ok_or(secenv_status::NotFound)?;
        let state = match key.state() {
            KeyState::Active => SECENV_KEY_ACTIVE,
            KeyState::DecryptOnly => SECENV_KEY_DECRYPT_ONLY,
            KeyState::Destroyed => SECENV_KEY_DESTROYED,
        };
        Ok(secenv_key_info { id: *key.id().as_bytes(), epoch: key.epoch(), state, created: key.created().as_secs() })
    })
}

/// Wipes and frees the keyring. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_keyring_free(_keyring: Option<Box<secenv_keyring>>) {}
