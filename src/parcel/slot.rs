//! The two slots with the wraps: one is in force, and a re-wrap writes the other.

use super::format::Header;
use crate::aead;
use crate::keyring::{Key, KeyState};
use crate::sodium::hash;
use crate::types::KeyId;
use crate::wire::{self, Reader};
use crate::{Error, SecretArray, SecretBytes};

/// The most wraps in a slot.
pub(super) const WRAPS_MAX: usize = 64;
const WRAP: usize = KeyId::BYTES + 32 + aead::OVERHEAD;
const CHECK: usize = 16;

/// How long a slot is.
pub(super) fn len(capacity: u8) -> usize {
    4 + 1 + 1 + WRAP * usize::from(capacity) + CHECK
}

/// A slot that is good.
pub(super) struct Slot<'a> {
    pub(super) sequence: u32,
    wraps: Vec<(KeyId, &'a [u8])>,
}

impl<'a> Slot<'a> {
    /// The bytes of a slot with one wrap.
    pub(super) fn seal(header: &Header, sequence: u32, key: &Key, content: &SecretArray<32>) -> Result<Vec<u8>, Error> {
        let wrap = aead::seal_with_random_nonce(&wrap_key(key)?, &header.bytes, &[], content.expose_secret())?;
        Slot { sequence, wraps: vec![(*key.id(), &wrap)] }.encode(header)
    }

    fn encode(&self, header: &Header) -> Result<Vec<u8>, Error> {
        let mut fields = wire::public(&[], |writer| {
            writer.u32(self.sequence);
            writer.u8(u8::try_from(self.wraps.len()).map_err(|_| Error::Internal)?);
            writer.u8(0);
            for (id, wrap) in &self.wraps {
                writer.bytes(id.as_bytes());
                writer.bytes(wrap);
            }
            Ok(())
        })?;
        fields.resize(header.slot_len() - CHECK, 0);
        let check = check(&header.bytes, &fields)?;
        Ok([fields.as_slice(), &check].concat())
    }

    /// The slot, if it is good.
    fn decode(header: &[u8], slot: &'a [u8]) -> Option<Self> {
        let (fields, stored) = slot.split_last_chunk::<CHECK>()?;
        if check(header, fields).ok()? != *stored {
            return None;
        }
        let mut reader = Reader::new(fields);
        let (sequence, count, zero) = (reader.u32().ok()?, reader.u8().ok()?, reader.u8().ok()?);
        let wrap = |_| Some((reader.value().ok()?, reader.bytes(WRAP - KeyId::BYTES).ok()?));
        let wraps = (0..count).map(wrap).collect::<Option<Vec<_>>>()?;
        let good = zero == 0 && count > 0 && sequence > 0 && reader.rest().iter().all(|byte| *byte == 0);
        good.then_some(Self { sequence, wraps })
    }

    /// The slot in force, and whether it is the second.
    pub(super) fn in_force(header: &[u8], slots: &'a [u8]) -> Result<(Self, bool), Error> {
        let (first, second) = slots.split_at_checked(slots.len() / 2).ok_or(Error::Malformed)?;
        match (Self::decode(header, first), Self::decode(header, second)) {
            (Some(first), Some(second)) if second.sequence > first.sequence => Ok((second, true)),
            (Some(first), _) => Ok((first, false)),
            (None, Some(second)) => Ok((second, true)),
            (None, None) => Err(Error::Rejected),
        }
    }

    /// The ids of the keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = KeyId> {
        self.wraps.iter().map(|(id, _)| *id)
    }

    /// What `holds` accepts of what the wraps contain that these keys open.
    pub(super) fn unwrap<T>(
        &self,
        header: &[u8],
        keys: &[&Key],
        holds: impl Fn(&[u8; 32]) -> Option<T>,
    ) -> Result<T, Error> {
        let mut failure = Error::NoKey;
        for (id, wrap) in &self.wraps {
            for key in keys.iter().filter(|key| key.id() == id && key.state() != KeyState::Destroyed) {
                failure = Error::Rejected;
                let opened = aead::open_with_nonce_prefix(&wrap_key(key)?, header, wrap);
                let content =
                    opened.as_ref().ok().map(SecretBytes::expose_secret).and_then(|plain| plain.try_into().ok());
                if let Some(found) = content.and_then(&holds) {
                    return Ok(found);
                }
            }
        }
        Err(failure)
    }
}

fn wrap_key(key: &Key) -> Result<SecretArray<32>, Error> {
    hash::fields(key.expose_secret(), &[b"secenv parcel 1 wrap", b""])
}

/// Against torn writes; it is no secret.
fn check(header: &[u8], slot: &[u8]) -> Result<[u8; CHECK], Error> {
    let digest = hash::fields::<32>(&[], &[b"secenv parcel 1 slot", header, slot])?;
    digest.expose_secret().first_chunk().copied().ok_or(Error::Internal)
}
