//! A keyring: one data key for each epoch, and what becomes of them.

use serde::Serialize;
use subtle::ConstantTimeEq;

use crate::key_protection::KeyProtection;
use crate::sodium::random;
use crate::types::{KeyId, Timestamp, VaultId};
use crate::wire::{Reader, Writer};
use crate::{Error, SecretArray};

/// The length of a key in a keyring or a grant.
pub(crate) const KEY_BYTES: usize = 16 + 8 + 1 + 8 + 32;
/// The most keys in a ring: a new one each day for 179 years.
pub(super) const KEYS_MAX: usize = 65_536;

/// What a key may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// Seals and opens.
    Active = 1,
    /// Opens what was sealed.
    DecryptOnly = 2,
    /// Is gone; its id stays, so that no copy brings it back.
    Destroyed = 3,
}

/// A data key.
pub struct Key {
    id: KeyId,
    epoch: u64,
    state: KeyState,
    created: Timestamp,
    material: SecretArray<32>,
}

impl Key {
    fn generate(epoch: u64, now: Timestamp) -> Self {
        let mut id = [0; 16];
        random::fill(&mut id);
        Self { id: KeyId::from_bytes(id), epoch, state: KeyState::Active, created: now, material: random::secret() }
    }

    /// Its id: a hint which key sealed what.
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Which epoch it is the key of, from 1.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// What it may still do.
    pub fn state(&self) -> KeyState {
        self.state
    }

    /// When it was made.
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The key itself; zeros if it is destroyed.
    pub fn expose_secret(&self) -> &[u8; 32] {
        self.material.expose_secret()
    }

    fn destroy(&mut self) {
        self.state = KeyState::Destroyed;
        self.material = SecretArray::zeroed();
    }

    fn encode(&self, writer: &mut Writer<'_>) {
        writer.bytes(self.id.as_bytes());
        writer.u64(self.epoch);
        writer.u8(self.state as u8);
        writer.time(self.created);
        writer.bytes(self.expose_secret());
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (id, epoch) = (reader.value()?, reader.u63()?);
        let state = match reader.u8()? {
            1 => KeyState::Active,
            2 => KeyState::DecryptOnly,
            3 => KeyState::Destroyed,
            _ => return Err(Error::Malformed),
        };
        let key = Self { id, epoch, state, created: reader.time()?, material: reader.array()?.into() };
        let tombstone = bool::from(key.material.ct_eq(&SecretArray::zeroed()));
        if epoch == 0 || tombstone != (state == KeyState::Destroyed) {
            return Err(Error::Malformed);
        }
        Ok(key)
    }
}

/// What a key says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its id.
    pub id: KeyId,
    /// Which epoch it is the key of, from 1.
    pub epoch: u64,
    /// What it may still do.
    pub state: KeyState,
    /// When it was made.
    pub created: Timestamp,
}

impl From<&Key> for KeyInfo {
    fn from(key: &Key) -> Self {
        Self { id: key.id, epoch: key.epoch, state: key.state, created: key.created }
    }
}

/// `u32(count)` and the keys, as they stand in keyrings and grants.
pub(crate) fn write_keys<'a>(
    keys: impl ExactSizeIterator<Item = &'a Key>,
    writer: &mut Writer<'_>,
) -> Result<(), Error> {
    writer.u32(u32::try_from(keys.len()).map_err(|_| Error::TooLarge)?);
    keys.for_each(|key| key.encode(writer));
    Ok(())
}

/// What [`write_keys`] wrote: ascending, ids different, at most one active, and nothing after it.
pub(crate) fn read_keys(bytes: &[u8], max: usize) -> Result<Vec<Key>, Error> {
    let mut reader = Reader::new(bytes);
    let count = usize::try_from(reader.u32()?).map_err(|_| Error::TooLarge)?;
    if count > max {
        return Err(Error::TooLarge);
    }
    if reader.rest().len() != count * KEY_BYTES {
        return Err(Error::Malformed);
    }
    let mut keys = Vec::<Key>::with_capacity(count);
    for _ in 0..count {
        let key = Key::decode(&mut reader)?;
        if keys.last().is_some_and(|before| (before.epoch, before.id) >= (key.epoch, key.id)) {
            return Err(Error::Malformed);
        }
        keys.push(key);
    }
    let mut ids = keys.iter().map(|key| key.id).collect::<Vec<_>>();
    ids.sort_unstable();
    ids.dedup();
    let active = keys.iter().filter(|key| key.state == KeyState::Active).count();
    if ids.len() == keys.len() && active <= 1 { Ok(keys) } else { Err(Error::Malformed) }
}

/// Data keys by epoch, and what protects them at rest.
pub struct Keyring {
    pub(super) id: VaultId,
    pub(super) keys: Vec<Key>,
    pub(super) master: SecretArray<32>,
    pub(super) protection: Option<KeyProtection>,
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Keyring>();
};

impl Keyring {
    /// A new ring with one active key, of epoch 1.
    pub fn generate(now: Timestamp) -> Self {
        let mut id = [0; 16];
        random::fill(&mut id);
        let id = VaultId::from_bytes(id);
        Self { id, keys: vec![Key::generate(1, now)], master: random::secret(), protection: None }
    }

    /// The id of the ring, which is that of the vaults that its grants open.
    pub fn id(&self) -> &VaultId {
        &self.id
    }

    /// All keys, oldest first, tombstones too.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The key that seals.
    pub fn active(&self) -> Option<&Key> {
        self.keys.iter().find(|key| key.state == KeyState::Active)
    }

    /// The active key becomes decrypt-only, and a new one with the next epoch is active.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over 65,536 keys.
    pub fn rotate(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.keys.len() >= KEYS_MAX {
            return Err(Error::TooLarge);
        }
        let epoch = self.keys.last().map_or(0, |key| key.epoch).checked_add(1).ok_or(Error::TooLarge)?;
        let next = Key::generate(epoch, now);
        for key in self.keys.iter_mut().filter(|key| key.state == KeyState::Active) {
            key.state = KeyState::DecryptOnly;
        }
        self.keys.push(next);
        Ok(())
    }

    /// The key may open and no longer seal.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such key, or it is destroyed.
    pub fn retire(&mut self, id: &KeyId) -> Result<(), Error> {
        let key = self.keys.iter_mut().find(|key| key.id == *id && key.state != KeyState::Destroyed);
        key.ok_or(Error::NotFound)?.state = KeyState::DecryptOnly;
        Ok(())
    }

    /// The key is wiped. What is wrapped under it alone can be read no more.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such key.
    pub fn destroy_key(&mut self, id: &KeyId) -> Result<(), Error> {
        self.keys.iter_mut().find(|key| key.id == *id).ok_or(Error::NotFound)?.destroy();
        Ok(())
    }

    /// Takes over what another copy of this ring knows: keys that are missing here, and states that are further along. No key
    /// comes back. Of several active keys the newest stays active. Changes nothing if it fails.
    ///
    /// # Errors
    /// [`Error::Foreign`] for another ring; [`Error::Rejected`] if a key has another epoch or material there;
    /// [`Error::TooLarge`] over 65,536 keys.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.id != other.id {
            return Err(Error::Foreign);
        }
        let known = |id| self.keys.iter().find(|key: &&Key| key.id == id);
        let mut missing = 0;
        for theirs in &other.keys {
            let Some(ours) = known(theirs.id) else {
                missing += 1;
                continue;
            };
            let gone = ours.state == KeyState::Destroyed || theirs.state == KeyState::Destroyed;
            if ours.epoch != theirs.epoch || !(gone || bool::from(ours.material.ct_eq(&theirs.material))) {
                return Err(Error::Rejected);
            }
        }
        if self.keys.len() + missing > KEYS_MAX {
            return Err(Error::TooLarge);
        }
        for theirs in &other.keys {
            match self.keys.iter_mut().find(|key| key.id == theirs.id) {
                Some(ours) if theirs.state == KeyState::Destroyed => ours.destroy(),
                Some(ours) => ours.state = ours.state.max(theirs.state),
                None => self.keys.push(Key { material: theirs.expose_secret().into(), ..*theirs }),
            }
        }
        self.keys.sort_unstable_by_key(|key| (key.epoch, key.id));
        let mut newest = true;
        for key in self.keys.iter_mut().rev().filter(|key| key.state == KeyState::Active) {
            if !std::mem::take(&mut newest) {
                key.state = KeyState::DecryptOnly;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_protection::{COST, UnlockSecret};
    use crate::wire;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::from_secs(seconds).unwrap()
    }

    fn copy(ring: &mut Keyring) -> Keyring {
        let unlock = UnlockSecret::Raw(SecretArray::from(&[1; 32]));
        ring.change_unlock(&unlock, COST).unwrap();
        Keyring::parse(&ring.encode().unwrap(), &unlock).unwrap()
    }

    fn states(ring: &Keyring) -> Vec<KeyState> {
        ring.keys().iter().map(Key::state).collect()
    }

    #[test]
    fn rotates_to_the_next_epoch() {
        let mut ring = Keyring::generate(time(5));
        ring.rotate(time(6)).unwrap();
        assert_eq!(states(&ring), [KeyState::DecryptOnly, KeyState::Active]);
        assert_eq!(ring.active().map(|key| (key.epoch(), key.created())), Some((2, time(6))));
    }

    #[test]
    fn a_merge_brings_no_key_back_and_leaves_one_active() {
        let mut ring = Keyring::generate(time(5));
        let first = *ring.keys()[0].id();
        let mut backup = copy(&mut ring);
        let mut elsewhere = copy(&mut ring);
        ring.rotate(time(6)).unwrap();
        ring.destroy_key(&first).unwrap();
        elsewhere.rotate(time(7)).unwrap();
        ring.merge(&backup).unwrap();
        assert_eq!(states(&ring), [KeyState::Destroyed, KeyState::Active]);
        assert_eq!(ring.keys()[0].expose_secret(), &[0; 32]);
        ring.merge(&elsewhere).unwrap();
        assert_eq!(ring.keys().len(), 3);
        assert_eq!(states(&ring).iter().filter(|state| **state == KeyState::Active).count(), 1);
        backup.merge(&ring).unwrap();
        assert_eq!(states(&backup), states(&ring));
        assert_eq!(ring.merge(&Keyring::generate(time(5))), Err(Error::Foreign));
        backup.keys[2].material = SecretArray::from(&[9; 32]);
        assert_eq!(ring.merge(&backup), Err(Error::Rejected));
    }

    #[test]
    fn impossible_lists_of_keys_are_refused() {
        let mut ring = Keyring::generate(time(5));
        ring.rotate(time(6)).unwrap();
        let good = wire::secret(|writer| write_keys(ring.keys().iter(), writer)).unwrap();
        let good = good.expose_secret();
        assert_eq!(read_keys(good, 2).unwrap().len(), 2);
        assert_eq!(read_keys(good, 1).err(), Some(Error::TooLarge));
        let change = |place: usize, byte: u8| {
            let mut bad = good.to_vec();
            bad[place] = byte;
            read_keys(&bad, 9).err()
        };
        assert_eq!(change(3, 3), Some(Error::Malformed)); // one more than there are
        assert_eq!(change(0, 255), Some(Error::TooLarge));
        assert_eq!(change(4 + 16 + 8, 1), Some(Error::Malformed)); // two active
        assert_eq!(change(4 + 16 + 8, 3), Some(Error::Malformed)); // a tombstone with a key
        assert_eq!(change(4 + 16 + 7, 2), Some(Error::Malformed).filter(|_| good[4..20] >= good[69..85])); // not ascending
        assert_eq!(change(4 + 16 + 7, 0), Some(Error::Malformed)); // no epoch
        let twice = [&2u32.to_be_bytes(), &good[4..69], &good[4..69]].concat();
        assert_eq!(read_keys(&twice, 9).err(), Some(Error::Malformed));
    }
}
