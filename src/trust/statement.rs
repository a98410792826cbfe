//! One statement: what it says, how it is written, and who signed it.

use serde::Serialize;

use crate::Error;
use crate::identity::Identity;
use crate::signed_file::{self, Signature};
use crate::sodium::hash;
use crate::types::{Digest, Pin, Timestamp};
use crate::wire::{self, Reader, Writer};

const MAGIC: &[u8; 8] = b"secenvT\x02";
const SIGN: &str = "secenv trust 2";
const DIGEST: &str = "secenv trust 2 digest";
const BYTES_MAX: usize = 16 << 10;
/// The flag that lets a pin of the sessions stand in another role.
const SHARED: u8 = 1;

/// The most roots of a statement.
pub const ROOTS_MAX: usize = 8;
/// The most pins of a role.
pub const ROLE_PINS_MAX: usize = 4;
/// The most signatures under a statement: all roots of the one before, and all of its own.
pub const SIGNATURES_MAX: usize = 2 * ROOTS_MAX;
/// The most statements in a chain.
pub const CHAIN_MAX: usize = 64;
/// The longest chain in bytes.
pub const CHAIN_BYTES_MAX: usize = CHAIN_MAX * BYTES_MAX;

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Be the server in a handshake.
    Sessions,
    /// Sign grants.
    Grants,
    /// Sign manifests.
    Manifests,
}

impl Role {
    /// All of them, in the order in which a statement has them.
    pub const ALL: [Self; 3] = [Self::Sessions, Self::Grants, Self::Manifests];
}

/// A pin in a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RolePin {
    /// The pin.
    pub pin: Pin,
    /// The last second in which something new by it is taken; `None`: no end.
    pub until: Option<Timestamp>,
}

impl RolePin {
    /// Whether something new by it is taken at `now`.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now <= until)
    }
}

/// Who signs statements, and how many of them must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Roots {
    /// 1 to 8 pins, none twice; of a statement that was read, ascending.
    pub pins: Vec<Pin>,
    /// How many of them must sign: 1 to their number.
    pub threshold: u8,
}

impl Roots {
    pub(crate) fn is_valid(&self) -> bool {
        let ascending = self.pins.is_sorted_by(|before, pin| before < pin);
        let possible = 1..=self.pins.len();
        ascending && self.pins.len() <= ROOTS_MAX && possible.contains(&usize::from(self.threshold))
    }
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Counts the statements, from 1; below 2^63.
    pub version: u64,
    /// When it was made; for people to read.
    pub issued: Timestamp,
    /// The last second in which something new is taken under it; `None`: no end.
    pub expires: Option<Timestamp>,
    /// Whether a pin of `sessions` may stand in another role.
    pub allow_shared: bool,
    /// Who signs the next one, and this one.
    pub roots: Roots,
    /// Who shakes hands: 1 to 4, in order of preference.
    pub sessions: Vec<RolePin>,
    /// Who signs grants.
    pub grants: Vec<RolePin>,
    /// Who signs manifests.
    pub manifests: Vec<RolePin>,
}

impl Statement {
    /// The pins of a role, in order of preference, those that have ended among them.
    pub fn role(&self, role: Role) -> &[RolePin] {
        match role {
            Role::Sessions => &self.sessions,
            Role::Grants => &self.grants,
            Role::Manifests => &self.manifests,
        }
    }

    /// Whether nothing new is taken under it any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| now > expires)
    }

    fn is_valid(&self) -> bool {
        let is_number = self.version > 0 && self.version >> 63 == 0;
        let is_time = self.expires.is_none_or(|expires| self.issued <= expires && expires > Timestamp::default());
        let roles = Role::ALL.map(|role| self.role(role));
        let named = |role: &[RolePin], pin: &Pin| role.iter().filter(|other| other.pin == *pin).count();
        let is_role = |role: &&[RolePin]| {
            let is_alone = |one: &RolePin| named(role, &one.pin) == 1 && !self.roots.pins.contains(&one.pin);
            let is_end = |one: &RolePin| one.until.is_none_or(|until| until > Timestamp::default());
            (1..=ROLE_PINS_MAX).contains(&role.len()) && role.iter().all(|one| is_alone(one) && is_end(one))
        };
        let is_shared = |one: &RolePin| named(&self.grants, &one.pin) > 0 || named(&self.manifests, &one.pin) > 0;
        let apart = self.allow_shared || !self.sessions.iter().any(is_shared);
        is_number && is_time && self.roots.is_valid() && roles.iter().all(is_role) && apart
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.u64(self.version);
        writer.time(self.issued);
        writer.time(self.expires.unwrap_or_default());
        writer.u8(if self.allow_shared { SHARED } else { 0 });
        writer.u8(self.roots.threshold);
        count(writer, self.roots.pins.len())?;
        self.roots.pins.iter().for_each(|pin| writer.bytes(pin.as_bytes()));
        for role in Role::ALL {
            let role = self.role(role);
            count(writer, role.len())?;
            for RolePin { pin, until } in role {
                writer.bytes(pin.as_bytes());
                writer.time(until.unwrap_or_default());
            }
        }
        writer.no_extensions();
        Ok(())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (version, issued, expires) = (reader.u63()?, reader.time()?, end(reader)?);
        let (flags, threshold) = (reader.u8()?, reader.u8()?);
        let pins = list(reader, ROOTS_MAX, Reader::value)?;
        let mut role =
            || list(reader, ROLE_PINS_MAX, |reader| Ok(RolePin { pin: reader.value()?, until: end(reader)? }));
        let (sessions, grants, manifests) = (role()?, role()?, role()?);
        reader.extensions()?;
        let roots = Roots { pins, threshold };
        let allow_shared = flags == SHARED;
        let statement = Self { version, issued, expires, allow_shared, roots, sessions, grants, manifests };
        if flags & !SHARED == 0 && statement.is_valid() { Ok(statement) } else { Err(Error::Malformed) }
    }
}

/// A time, or 0 for none.
fn end(reader: &mut Reader<'_>) -> Result<Option<Timestamp>, Error> {
    reader.time().map(|time| Some(time).filter(|time| *time > Timestamp::default()))
}

fn count(writer: &mut Writer<'_>, number: usize) -> Result<(), Error> {
    writer.u8(u8::try_from(number).map_err(|_| Error::TooLarge)?);
    Ok(())
}

fn list<'a, T>(
    reader: &mut Reader<'a>,
    max: usize,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let number = usize::from(reader.u8()?);
    if number > max { Err(Error::TooLarge) } else { (0..number).map(|_| item(reader)).collect() }
}

/// A statement whose fields were read, and nothing more: see [`Trusted`](super::Trusted).
#[derive(Clone, PartialEq, Eq)]
pub struct Trust {
    file: Vec<u8>,
    signed: usize,
    statement: Statement,
    signers: Vec<Pin>,
    digest: Digest,
}

impl Trust {
    /// Reads the fields of a statement, signed or not. No key is involved.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::TooLarge`] over the limits.
    pub fn parse(file: &[u8]) -> Result<Self, Error> {
        if file.len() > BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let trust = Self::read(file)?;
        if trust.file.len() == file.len() { Ok(trust) } else { Err(Error::Malformed) }
    }

    /// The statement that `bytes` begin with.
    fn read(bytes: &[u8]) -> Result<Self, Error> {
        let mut fields = Reader::after(MAGIC, bytes)?;
        let statement = Statement::decode(&mut fields)?;
        let signed = fields.read_so_far();
        let signers = signatures(&mut fields)?.iter().map(Signature::pin).collect::<Vec<_>>();
        if !signers.is_sorted_by(|before, pin| before < pin) {
            return Err(Error::Malformed);
        }
        let file = fields.read_so_far().to_vec();
        if file.len() > BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let digest = Digest::from_bytes(*hash::fields::<32>(&[], &[DIGEST.as_bytes(), signed])?.expose_secret());
        Ok(Self { signed: signed.len(), statement, signers, digest, file })
    }

    /// The version that a statement or a chain claims to begin with, from its first bytes; `None` for a file of another
    /// kind.
    pub(crate) fn peek(head: &[u8]) -> Option<Result<u64, Error>> {
        Some(Reader::after(MAGIC, head).ok()?.u63())
    }

    /// What it says.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// What names what it says, whoever signed it.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The pins whose signatures it has, ascending. Whether those hold, and whose pins they are, is not said.
    pub fn signers(&self) -> &[Pin] {
        &self.signers
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.file
    }

    fn parts(&self) -> Result<(&[u8], &[u8]), Error> {
        self.file.split_at_checked(self.signed).ok_or(Error::Internal)
    }

    /// Checks that a threshold of `roots` signed it, each counted once.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not.
    pub fn verify(&self, roots: &Roots) -> Result<(), Error> {
        let (signed, rest) = self.parts()?;
        let mut valid = 0;
        for signature in signatures(&mut Reader::new(rest))? {
            let pin = signature.pin();
            if !roots.pins.contains(&pin) {
                continue;
            }
            match signature.verify(SIGN, signed, &pin, &roots.pins) {
                Ok(()) => valid += 1,
                // It does not count.
                Err(Error::Rejected) => {}
                Err(error) => return Err(error),
            }
        }
        if valid >= usize::from(roots.threshold).max(1) { Ok(()) } else { Err(Error::Rejected) }
    }
}

fn signatures<'a>(fields: &mut Reader<'a>) -> Result<Vec<Signature<'a>>, Error> {
    list(fields, SIGNATURES_MAX, Signature::read)
}

/// Writes a statement that nobody has signed yet. The order of the roots does not matter; that of a role's pins does.
///
/// # Errors
/// [`Error::InvalidArgument`] for what no reader would take.
pub fn issue(statement: &Statement) -> Result<Vec<u8>, Error> {
    let mut statement = statement.clone();
    statement.roots.pins.sort_unstable();
    if !statement.is_valid() {
        return Err(Error::InvalidArgument);
    }
    wire::public(MAGIC, |writer| {
        statement.encode(writer)?;
        count(writer, 0)
    })
}

/// Adds a root's signature to a statement, in the place of one that it made before. The other signatures stay.
///
/// # Errors
/// As [`Trust::parse`]; [`Error::TooLarge`] over 16 signatures or 16 KiB; [`Error::Unavailable`] if the system has no
/// randomness.
pub fn sign(root: &Identity, file: &[u8]) -> Result<Vec<u8>, Error> {
    let trust = Trust::parse(file)?;
    let (signed, rest) = trust.parts()?;
    let mine = signed_file::sign(SIGN, signed, root)?;
    let mine = Signature::decode(Reader::new(&mine))?;
    let mut all = signatures(&mut Reader::new(rest))?;
    all.retain(|signature| signature.pin() != mine.pin());
    all.push(mine);
    all.sort_unstable_by_key(Signature::pin);
    if all.len() > SIGNATURES_MAX {
        return Err(Error::TooLarge);
    }
    let file = wire::public(signed, |writer| {
        count(writer, all.len())?;
        all.iter().try_for_each(|signature| signature.write(writer))
    })?;
    if file.len() > BYTES_MAX { Err(Error::TooLarge) } else { Ok(file) }
}

/// Reads a chain: statements, one after the other. No key is involved.
///
/// # Errors
/// [`Error::Malformed`], also for none; [`Error::TooLarge`] over 64 statements or 1 MiB.
pub fn parse_chain(mut bytes: &[u8]) -> Result<Vec<Trust>, Error> {
    if bytes.len() > CHAIN_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    let mut chain = Vec::new();
    while !bytes.is_empty() || chain.is_empty() {
        if chain.len() == CHAIN_MAX {
            return Err(Error::TooLarge);
        }
        let trust = Trust::read(bytes)?;
        bytes = bytes.split_at_checked(trust.file.len()).ok_or(Error::Internal)?.1;
        chain.push(trust);
    }
    Ok(chain)
}

/// What a statement says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrustInfo {
    /// What it says.
    #[serde(flatten)]
    pub statement: Statement,
    /// What names it.
    pub digest: Digest,
    /// The pins whose signatures it has, ascending.
    pub signers: Vec<Pin>,
}

impl From<&Trust> for TrustInfo {
    fn from(trust: &Trust) -> Self {
        Self { statement: trust.statement.clone(), digest: trust.digest, signers: trust.signers.clone() }
    }
}
