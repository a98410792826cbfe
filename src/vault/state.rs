//! What a vault remembers, sealed under its master key.

use crate::sodium::hash;
use crate::trust::{ROLE_PINS_MAX, Role, Roots, Trusted};
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

/// Who may sign what a vault takes.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Authority {
    /// These, for good: 1 to 4, ascending.
    Pins(Vec<Pin>),
    /// Whom the roots name.
    Trust(Trusted),
}

impl Authority {
    /// What the byte in front of each stands for.
    const PINS: u8 = 1;
    const ROOTS: u8 = 2;
    const STATEMENT: u8 = 3;

    /// All who are named in a role, those whose time is over among them: what they signed before stays in force.
    pub(super) fn named(&self, role: Role) -> Vec<Pin> {
        match self {
            Self::Pins(pins) => pins.clone(),
            Self::Trust(trusted) => {
                let role = trusted.statement().map(|trust| trust.statement().role(role));
                role.into_iter().flatten().map(|one| one.pin).collect()
            }
        }
    }

    /// Whether something new by `signer` is taken at `now`: see [`Trusted::check`].
    pub(super) fn check(&self, role: Role, signer: &Pin, now: Timestamp) -> Result<(), Error> {
        match self {
            Self::Pins(pins) if pins.contains(signer) => Ok(()),
            Self::Pins(_) => Err(Error::Rejected),
            Self::Trust(trusted) => trusted.check(role, signer, now),
        }
    }

    /// Whether anybody is named yet.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Trust(Trusted::Roots(_)))
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let pins = |writer: &mut Writer<'_>, pins: &[Pin]| -> Result<(), Error> {
            writer.u8(u8::try_from(pins.len()).map_err(|_| Error::TooLarge)?);
            pins.iter().for_each(|pin| writer.bytes(pin.as_bytes()));
            Ok(())
        };
        match self {
            Self::Pins(all) => {
                writer.u8(Self::PINS);
                pins(writer, all)
            }
            Self::Trust(Trusted::Roots(roots)) => {
                writer.u8(Self::ROOTS);
                writer.u8(roots.threshold);
                pins(writer, &roots.pins)
            }
            Self::Trust(Trusted::Statement(trust)) => {
                writer.u8(Self::STATEMENT);
                writer.lp16(trust.as_bytes())
            }
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let pins = |reader: &mut Reader<'_>| -> Result<Vec<Pin>, Error> {
            let count = reader.u8()?;
            (0..count).map(|_| reader.value()).collect()
        };
        match reader.u8()? {
            Self::PINS => {
                let all = pins(reader)?;
                let is_valid = (1..=ROLE_PINS_MAX).contains(&all.len()) && all.is_sorted_by(|before, pin| before < pin);
                if is_valid { Ok(Self::Pins(all)) } else { Err(Error::Malformed) }
            }
            Self::ROOTS => {
                let threshold = reader.u8()?;
                Ok(Self::Trust(Trusted::from_roots(Roots { threshold, pins: pins(reader)? })?))
            }
            Self::STATEMENT => Ok(Self::Trust(Trusted::from_statement(reader.lp16()?)?)),
            _ => Err(Error::Malformed),
        }
    }
}

/// The newest that each signer of a role signed, ascending by pin. It goes with its signer.
#[derive(Clone, Default)]
pub(super) struct Memory(Vec<(Pin, Version)>);

impl Memory {
    /// The highest number that anybody signed; 0 for none.
    pub(super) fn highest(&self) -> u64 {
        self.0.iter().map(|(_, version)| version.number).max().unwrap_or_default()
    }

    /// Whether this very file is the newest of its signer, and of all.
    pub(super) fn is_newest(&self, signer: &Pin, version: Version) -> bool {
        version.number == self.highest() && self.0.contains(&(*signer, version))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Remembers what a signer signed.
    pub(super) fn record(&mut self, signer: &Pin, version: Version) {
        self.0.retain(|(pin, _)| pin != signer);
        self.0.push((*signer, version));
        self.0.sort_unstable_by_key(|(pin, _)| *pin);
    }

    /// Forgets whoever is not named any more. What is left in force of `current`: nothing if its signer went.
    pub(super) fn keep(&mut self, named: &[Pin], current: Version) -> Version {
        self.0.retain(|(pin, _)| named.contains(pin));
        if self.0.iter().any(|(_, version)| *version == current) { current } else { Version::NONE }
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.u8(u8::try_from(self.0.len()).map_err(|_| Error::TooLarge)?);
        for (pin, version) in &self.0 {
            writer.bytes(pin.as_bytes());
            version.encode(writer);
        }
        Ok(())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let count = usize::from(reader.u8()?);
        let mut all = Vec::new();
        for _ in 0..count {
            all.push((reader.value()?, Version::decode(reader)?));
        }
        let is_valid =
            count <= ROLE_PINS_MAX && all.is_sorted_by(|(before, _): &(Pin, Version), (pin, _)| before < pin);
        if is_valid { Ok(Self(all)) } else { Err(Error::Malformed) }
    }
}

/// What a vault remembers.
pub(super) struct State {
    pub(super) generation: u64,
    /// The seed of the device key.
    pub(super) device: SecretArray<32>,
    /// The high-water mark: the latest time that was seen.
    pub(super) latest_time: Timestamp,
    pub(super) authority: Authority,
    /// What was heard from each signer of grants.
    pub(super) grants: Memory,
    /// What was heard from each signer of manifests.
    pub(super) manifests: Memory,
    pub(super) vault: Option<VaultId>,
    pub(super) grant: Version,
    pub(super) manifest: Version,
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self {
            device: self.device.expose_secret().into(),
            authority: self.authority.clone(),
            grants: self.grants.clone(),
            manifests: self.manifests.clone(),
            ..*self
        }
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
        self.authority.encode(writer)?;
        self.grants.encode(writer)?;
        self.manifests.encode(writer)?;
        writer.optional(self.vault.as_ref().map(VaultId::as_bytes));
        self.grant.encode(writer);
        self.manifest.encode(writer);
        writer.no_extensions();
        Ok(())
    }

    fn decode(plain: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(plain);
        let (generation, device, latest_time) = (reader.u63()?, reader.array()?.into(), reader.time()?);
        let authority = Authority::decode(&mut reader)?;
        let (grants, manifests) = (Memory::decode(&mut reader)?, Memory::decode(&mut reader)?);
        let vault = reader.optional()?;
        let (grant, manifest) = (Version::decode(&mut reader)?, Version::decode(&mut reader)?);
        reader.extensions()?;
        reader.end()?;
        Ok(Self { generation, device, latest_time, authority, grants, manifests, vault, grant, manifest })
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
