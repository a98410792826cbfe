//! The two slots with the wraps: one is in force, and a re-wrap writes the other.

use crate::aead;
use crate::encoding::Reader;
use crate::keyring::{Key, State};
use crate::sodium::hash;
use crate::{Error, SecretArray, SecretBytes};

/// The most wraps in a slot.
pub(super) const WRAPS_MAX: usize = 64;
const WRAP: usize = 16 + 32 + aead::OVERHEAD;

/// How long a slot is.
pub(super) fn len(capacity: u8) -> usize {
    22 + WRAP * usize::from(capacity)
}

/// A slot that is good.
pub(super) struct Slot<'a> {
    pub(super) sequence: u32,
    wraps: Vec<(&'a [u8; 16], &'a [u8])>,
}

/// A slot with one wrap.
pub(super) fn write(
    header: &[u8],
    capacity: u8,
    sequence: u32,
    key: &Key,
    content: &[u8; 32],
) -> Result<Vec<u8>, Error> {
    let mut slot = [sequence.to_be_bytes().as_slice(), &[1, 0], key.id()].concat();
    slot.extend_from_slice(&aead::seal_with_random_nonce(&wrap_key(key)?, header, &[], content)?);
    slot.resize(len(capacity) - 16, 0);
    let check = check(header, &slot)?;
    slot.extend_from_slice(&check);
    Ok(slot)
}

impl<'a> Slot<'a> {
    /// The slot, if it is good.
    fn read(header: &[u8], slot: &'a [u8]) -> Option<Self> {
        let (fields, stored) = slot.split_last_chunk::<16>()?;
        if check(header, fields).ok()? != *stored {
            return None;
        }
        let mut fields = Reader(fields);
        let (sequence, count, zero) = (fields.u32().ok()?, fields.u8().ok()?, fields.u8().ok()?);
        let mut wraps = Vec::with_capacity(usize::from(count).min(WRAPS_MAX));
        for _ in 0..count {
            wraps.push((fields.array().ok()?, fields.take(WRAP - 16).ok()?));
        }
        let good = zero == 0 && count > 0 && sequence > 0 && fields.0.iter().all(|byte| *byte == 0);
        good.then_some(Self { sequence, wraps })
    }

    /// The slot in force, and whether it is the second.
    pub(super) fn in_force(header: &[u8], slots: &'a [u8]) -> Result<(Self, bool), Error> {
        let (first, second) = slots.split_at_checked(slots.len() / 2).ok_or(Error::Malformed)?;
        match (Self::read(header, first), Self::read(header, second)) {
            (Some(first), Some(second)) if second.sequence > first.sequence => Ok((second, true)),
            (Some(first), _) => Ok((first, false)),
            (None, Some(second)) => Ok((second, true)),
            (None, None) => Err(Error::Rejected),
        }
    }

    /// The names of the keys.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a [u8; 16]> {
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
            for key in keys.iter().filter(|key| key.id() == *id && key.state() != State::Destroyed) {
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
fn check(header: &[u8], slot: &[u8]) -> Result<[u8; 16], Error> {
    let digest = hash::fields::<32>(&[], &[b"secenv parcel 1 slot", header, slot])?;
    digest.expose_secret().first_chunk().copied().ok_or(Error::Unavailable)
}
