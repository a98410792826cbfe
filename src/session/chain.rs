//! The chain of record keys of one number space: the messages of one side, and the replies to them.

use crate::sodium::hash;
use crate::{Error, SecretArray};

/// How many numbers a generation has.
pub(super) const GENERATION: u64 = 1024;

/// A generation's key of the chain, and the two that records are under.
struct Generation {
    chain: SecretArray<32>,
    messages: SecretArray<32>,
    replies: SecretArray<32>,
}

/// The generation of the highest number, and the one before it. What is older is gone.
pub(super) struct Chain {
    generation: u64,
    present: Generation,
    previous: Option<Generation>,
}

fn derive(key: &SecretArray<32>, label: &[u8]) -> Result<SecretArray<32>, Error> {
    hash::fields(key.expose_secret(), &[label, b""])
}

impl Generation {
    fn new(chain: SecretArray<32>) -> Result<Self, Error> {
        let (messages, replies) = (derive(&chain, b"secenv 2 message")?, derive(&chain, b"secenv 2 reply")?);
        Ok(Self { chain, messages, replies })
    }
}

impl Chain {
    /// Generation 0.
    pub(super) fn start(key: SecretArray<32>) -> Result<Self, Error> {
        Ok(Self { generation: 0, present: Generation::new(key)?, previous: None })
    }

    /// The chain of which `count` numbers were used, from what [`Chain::to_keys`] gave.
    pub(super) fn from_keys(count: u64, present: &[u8; 32], previous: &[u8; 32]) -> Result<Self, Error> {
        let generation = count.saturating_sub(1) / GENERATION;
        let previous = match generation {
            0 if *previous != [0; 32] => return Err(Error::Malformed),
            0 => None,
            _ => Some(Generation::new(previous.into())?),
        };
        Ok(Self { generation, present: Generation::new(present.into())?, previous })
    }

    /// The keys of the present generation and of the one before it; zeros if there is none.
    pub(super) fn to_keys(&self) -> (&[u8; 32], &[u8; 32]) {
        let previous = self.previous.as_ref().map_or(&[0; 32], |generation| generation.chain.expose_secret());
        (self.present.chain.expose_secret(), previous)
    }

    /// The key of message `number` or of the reply to it, if its generation is held.
    pub(super) fn key(&self, number: u64, reply: bool) -> Option<&SecretArray<32>> {
        let generation = match self.generation.checked_sub(number / GENERATION)? {
            0 => &self.present,
            1 => self.previous.as_ref()?,
            _ => return None,
        };
        Some(if reply { &generation.replies } else { &generation.messages })
    }

    /// The chain moved on to the generation of `number`, if that is above the present one. Whoever calls bounds the steps.
    pub(super) fn moved_to(&self, number: u64) -> Result<Option<Self>, Error> {
        let (mut at, target) = (self.generation, number / GENERATION);
        if target <= at {
            return Ok(None);
        }
        let mut before = SecretArray::from(self.present.chain.expose_secret());
        let mut key = derive(&before, b"secenv 2 step")?;
        at += 1;
        while at < target {
            let next = derive(&key, b"secenv 2 step")?;
            before = core::mem::replace(&mut key, next);
            at += 1;
        }
        Ok(Some(Self { generation: target, present: Generation::new(key)?, previous: Some(Generation::new(before)?) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain() -> Chain {
        Chain::start(SecretArray::from(&[7; 32])).unwrap()
    }

    #[test]
    fn the_way_to_a_generation_does_not_matter() {
        let far = chain().moved_to(5 * 1024).unwrap().unwrap();
        let mut stepwise = chain();
        for generation in 1..=5 {
            stepwise = stepwise.moved_to(generation * 1024 + 17).unwrap().unwrap();
        }
        assert_eq!(far.to_keys(), stepwise.to_keys());
        assert!(far.moved_to(5 * 1024 + 1023).unwrap().is_none() && far.moved_to(0).unwrap().is_none());
    }

    #[test]
    fn it_holds_its_generation_and_the_one_before_it() {
        let moved = chain().moved_to(3 * 1024).unwrap().unwrap();
        for (number, held) in
            [(0, false), (2047, false), (2048, true), (3071, true), (3072, true), (4095, true), (4096, false)]
        {
            assert_eq!(
                (moved.key(number, false).is_some(), moved.key(number, true).is_some()),
                (held, held),
                "{number}"
            );
        }
        assert_ne!(moved.key(3072, false).unwrap().expose_secret(), moved.key(3072, true).unwrap().expose_secret());
    }

    #[test]
    fn what_was_stored_is_the_same_chain_and_no_chain_has_a_generation_before_the_first() {
        let moved = chain().moved_to(1024).unwrap().unwrap();
        let (present, previous) = moved.to_keys();
        let again = Chain::from_keys(1025, present, previous).unwrap();
        assert_eq!(again.to_keys(), moved.to_keys());
        assert_eq!(Chain::from_keys(1024, present, previous).err(), Some(Error::Malformed));
        let first = Chain::from_keys(1024, &[7; 32], &[0; 32]).unwrap();
        assert_eq!(first.to_keys(), chain().to_keys());
    }
}
