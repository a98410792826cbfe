//! Re-wrapping: the content key under the active key alone. Nothing but a slot changes.

use super::format::{Header, fill};
use super::open::content_key;
use super::slot::Slot;
use crate::Error;
use crate::fs::ReadAt;
use crate::keyring::{Key, KeyState, Keyring};

/// What to write: first `slot` at `at`; when that is on the disk, `empty` at `before`.
pub struct Rewrap {
    /// Where the new slot goes.
    pub at: u64,
    /// The new slot.
    pub slot: Vec<u8>,
    /// Where the slot was that is in force until then.
    pub before: u64,
    /// Zeros.
    pub empty: Vec<u8>,
}

/// Wraps a parcel's key under the keyring's active key.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::TooLarge`] if it is no parcel, or was re-wrapped too often; [`Error::Foreign`] if
/// it is of another keyring; [`Error::NoKey`] if the keyring has no key that opens it, or none that is active;
/// [`Error::Rejected`] if it was changed.
pub fn rewrap(source: &(impl ReadAt + ?Sized), keyring: &Keyring) -> Result<Rewrap, Error> {
    let header = Header::read(source)?;
    if header.fields.vault != *keyring.id() {
        return Err(Error::Foreign);
    }
    let mut slots = vec![0; 2 * header.slot_len()];
    fill(source, &mut slots, header.bytes.len() as u64)?;
    let (slot, second) = Slot::in_force(&header.bytes, &slots)?;
    let keys = keyring.keys().iter().filter(|key| key.state() != KeyState::Destroyed).collect::<Vec<&Key>>();
    let (content, _) = content_key(&header, &slot, &keys)?;
    let active = keyring.active().ok_or(Error::NoKey)?;
    let sequence = slot.sequence.checked_add(1).ok_or(Error::TooLarge)?;
    let slot = Slot::seal(&header, sequence, active, &content)?;
    let places = [header.bytes.len() as u64, (header.bytes.len() + header.slot_len()) as u64];
    let [at, before] = if second { places } else { [places[1], places[0]] };
    let empty = vec![0; header.slot_len()];
    Ok(Rewrap { at, slot, before, empty })
}
