//! What a vault remembers, sealed under its master key.

use crate::sodium::hash;
use crate::types::{Anchor, Digest, Pin, Timestamp, VaultId};
use crate::wire::{self, Reader, Writer};
use crate::{Error, SecretArray, aead};

pub(super) const MAGIC: &[u8; 8] = b"secenvS\x01";
/// More than any state needs.
pub(super) const BYTES_MAX: usize = 32 << 10;

/// Which of a sequence of signed files was taken last: its number, which only grows, and its digest. Number 0 is none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) number: u64,
    pub(super) digest: Digest,
}

impl Version {
    pub(super) const NONE: Self = Self { number: 0, digest: Digest::from_bytes([0; 32]) };

    fn encode(self, writer: &mut Writer<'_>) {
        writer.u64(self.number);
        writer.bytes(self.digest.as_bytes());
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { number: reader.u63()?, digest: reader.value()? })
    }
}

/// What a vault remembers.
pub(super) struct State {
    pub(super) generation: u64,
    /// The seed of the device key.
    pub(super) device: SecretArray<32>,
    /// The high-water mark: the latest time that was seen.
    pub(super) latest_time: Timestamp,
    pub(super) server_trust: Version,
    pub(super) root_trust: Version,
    /// What was issued before this time counts no more.
    pub(super) not_before_issued: Timestamp,
    pub(super) root: Option<Pin>,
    pub(super) pins: Vec<Pin>,
    pub(super) vault: Option<VaultId>,
    pub(super) grant: Version,
    pub(super) manifest: Version,
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self { device: self.device.expose_secret().into(), pins: self.pins.clone(), ..*self }
    }
}

impl State {
    pub(super) fn seal(&self, master: &SecretArray<32>) -> Result<Vec<u8>, Error> {
        let plain = wire::secret(|writer| self.encode(writer))?;
        // What could not be read again would be lost with all that is in it.
        Self::decode(plain.expose_secret()).map_err(|_| Error::InvalidArgument)?;
        aead::seal_with_random_nonce(&key(master)?, MAGIC, MAGIC, plain.expose_secret())
    }

    pub(super) fn open(file: &[u8], master: &SecretArray<32>) -> Result<Self, Error> {
        let sealed = file.strip_prefix(MAGIC).ok_or(Error::Malformed)?;
        let plain = aead::open_with_nonce_prefix(&key(master)?, MAGIC, sealed)?;
        Self::decode(plain.expose_secret()).map_err(|_| Error::Rejected)
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.u64(self.generation);
        writer.bytes(self.device.expose_secret());
        writer.time(self.latest_time);
        self.server_trust.encode(writer);
        self.root_trust.encode(writer);
        writer.time(self.not_before_issued);
        writer.optional(self.root.as_ref().map(Pin::as_bytes));
        writer.u8(u8::try_from(self.pins.len()).map_err(|_| Error::TooLarge)?);
        self.pins.iter().for_each(|pin| writer.bytes(pin.as_bytes()));
        writer.optional(self.vault.as_ref().map(VaultId::as_bytes));
        self.grant.encode(writer);
        self.manifest.encode(writer);
        writer.no_extensions();
        Ok(())
    }

    fn decode(plain: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let (generation, device, latest_time) = (reader.u63()?, reader.array()?.into(), reader.time()?);
        let (server_trust, root_trust) = (Version::decode(&mut reader)?, Version::decode(&mut reader)?);
        let (not_before_issued, root) = (reader.time()?, reader.optional()?);
        let count = reader.u8()?;
        let pins = (0..count).map(|_| reader.value()).collect::<Result<Vec<_>, _>>()?;
        let vault = reader.optional()?;
        let (grant, manifest) = (Version::decode(&mut reader)?, Version::decode(&mut reader)?);
        reader.extensions()?;
        reader.end()?;
        if !(1..=16).contains(&pins.len()) {
            return Err(Error::Malformed);
        }
        Ok(Self {
            generation,
            device,
            latest_time,
            server_trust,
            root_trust,
            not_before_issued,
            root,
            pins,
            vault,
            grant,
            manifest,
        })
    }
}

fn key(master: &SecretArray<32>) -> Result<SecretArray<32>, Error> {
    hash::fields(master.expose_secret(), &[b"secenv vault 1 state", b""])
}

/// The anchor of a generation.
pub(super) fn anchor(master: &SecretArray<32>, generation: u64) -> Result<Anchor, Error> {
    let number = generation.to_be_bytes();
    let proof = hash::fields::<32>(master.expose_secret(), &[b"secenv vault 1 anchor", &number])?;
    let mut anchor = [0; Anchor::BYTES];
    anchor[..8].copy_from_slice(&number);
    anchor[8..].copy_from_slice(&proof.expose_secret()[..8]);
    Ok(Anchor::from_bytes(anchor))
}
