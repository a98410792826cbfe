//! What a vault remembers, sealed under its master key.

use crate::aead;
use crate::encoding::{self, Reader};
use crate::manifest::Manifest;
use crate::sodium::hash;
use crate::{Error, SecretArray, SecretBytes};

pub(super) const MAGIC: &[u8; 8] = b"secenvS\x01";
/// More than any state needs.
pub(super) const BYTES_MAX: usize = 32 << 10;
/// A number that only grows, and the name of what it counts.
#[derive(Clone, Copy, Default)]
pub(super) struct Mark {
    pub(super) number: u64,
    pub(super) chain: [u8; 32],
}

/// What a vault remembers.
pub(super) struct State {
    pub(super) generation: u64,
    pub(super) device: SecretArray<32>,
    pub(super) mark: u64,
    pub(super) server_trust: Mark,
    pub(super) root_trust: Mark,
    /// What was issued before this time counts no more.
    pub(super) floor: u64,
    pub(super) root: Option<[u8; 32]>,
    pub(super) pins: Vec<[u8; 32]>,
    pub(super) vault: Option<[u8; 16]>,
    pub(super) grant: Mark,
    pub(super) manifest: Mark,
}

impl Mark {
    pub(super) fn of(manifest: &Manifest) -> Self {
        Self { number: manifest.terms().version, chain: *manifest.chain() }
    }
}

/// A time that can be written: below 2^63.
pub(super) fn time(now: u64) -> Result<u64, Error> {
    if now >> 63 == 0 { Ok(now) } else { Err(Error::InvalidArgument) }
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self { device: self.device.expose_secret().into(), pins: self.pins.clone(), ..*self }
    }
}

impl State {
    pub(super) fn seal(&self, master: &SecretArray<32>) -> Result<Vec<u8>, Error> {
        let mut plain = Vec::with_capacity(BYTES_MAX);
        plain.extend_from_slice(&self.generation.to_be_bytes());
        plain.extend_from_slice(self.device.expose_secret());
        plain.extend_from_slice(&self.mark.to_be_bytes());
        for mark in [self.server_trust, self.root_trust] {
            plain.extend_from_slice(&mark.number.to_be_bytes());
            plain.extend_from_slice(&mark.chain);
        }
        plain.extend_from_slice(&self.floor.to_be_bytes());
        plain.push(self.root.is_some().into());
        plain.extend_from_slice(&self.root.unwrap_or_default());
        plain.push(u8::try_from(self.pins.len()).map_err(|_| Error::TooLarge)?);
        plain.extend_from_slice(self.pins.as_flattened());
        plain.push(self.vault.is_some().into());
        plain.extend_from_slice(&self.vault.unwrap_or_default());
        for mark in [self.grant, self.manifest] {
            plain.extend_from_slice(&mark.number.to_be_bytes());
            plain.extend_from_slice(&mark.chain);
        }
        plain.extend_from_slice(&[0, 0]);
        let plain = SecretBytes::from(plain);
        // What could not be read again would be lost with all that is in it.
        Self::read(plain.expose_secret()).map_err(|_| Error::InvalidArgument)?;
        aead::seal_with_random_nonce(&key(master)?, MAGIC, MAGIC, plain.expose_secret())
    }

    pub(super) fn open(file: &[u8], master: &SecretArray<32>) -> Result<Self, Error> {
        let sealed = file.strip_prefix(MAGIC).ok_or(Error::Malformed)?;
        let plain = aead::open_with_nonce_prefix(&key(master)?, MAGIC, sealed)?;
        Self::read(plain.expose_secret()).map_err(|_| Error::Rejected)
    }

    fn read(plain: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader(plain);
        let (generation, device, mark) = (fields.u63()?, fields.array()?.into(), fields.u63()?);
        let server_trust = counted(&mut fields)?;
        let root_trust = counted(&mut fields)?;
        let floor = fields.u63()?;
        let root = optional(&mut fields)?;
        let count = usize::from(fields.u8()?);
        let pins = list(&mut fields, count)?;
        let vault = optional(&mut fields)?;
        let (grant, manifest) = (counted(&mut fields)?, counted(&mut fields)?);
        encoding::extensions(fields.lp16()?)?;
        fields.end()?;
        if !(1..=16).contains(&pins.len()) {
            return Err(Error::Malformed);
        }
        Ok(Self { generation, device, mark, server_trust, root_trust, root, pins, floor, vault, grant, manifest })
    }
}

fn counted(fields: &mut Reader<'_>) -> Result<Mark, Error> {
    Ok(Mark { number: fields.u63()?, chain: *fields.array()? })
}

fn optional<const N: usize>(fields: &mut Reader<'_>) -> Result<Option<[u8; N]>, Error> {
    match (fields.u8()?, fields.array::<N>()?) {
        (1, value) => Ok(Some(*value)),
        (0, value) if *value == [0; N] => Ok(None),
        _ => Err(Error::Malformed),
    }
}

fn list(fields: &mut Reader<'_>, count: usize) -> Result<Vec<[u8; 32]>, Error> {
    (0..count).map(|_| fields.array().copied()).collect()
}

fn key(master: &SecretArray<32>) -> Result<SecretArray<32>, Error> {
    hash::fields(master.expose_secret(), &[b"secenv vault 1 state", b""])
}

/// The anchor of a generation.
pub(super) fn anchor(master: &SecretArray<32>, generation: u64) -> Result<[u8; 16], Error> {
    let number = generation.to_be_bytes();
    let proof = hash::fields::<32>(master.expose_secret(), &[b"secenv vault 1 anchor", &number])?;
    let mut anchor = [0; 16];
    for (to, from) in anchor.iter_mut().zip(number.iter().chain(proof.expose_secret())) {
        *to = *from;
    }
    Ok(anchor)
}
