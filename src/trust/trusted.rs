//! What a holder trusts, and how it takes the next statement.

use core::cmp::Ordering;

use serde::Serialize;

use super::statement::{Role, Roots, Trust, TrustInfo, parse_chain};
use crate::Error;
use crate::types::{Pin, Timestamp};

/// What a holder trusts: the roots that it began with, or the statement in force.
#[derive(Clone, PartialEq, Eq)]
pub enum Trusted {
    /// The roots that its program gives; no pin is in force yet.
    Roots(Roots),
    /// A statement that was taken, or that the program came with.
    Statement(Box<Trust>),
}

impl Trusted {
    /// Begins with root pins and a threshold. The order of the pins does not matter.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for no pin, one twice, more than 8, or a threshold that cannot be.
    pub fn from_roots(mut roots: Roots) -> Result<Self, Error> {
        roots.pins.sort_unstable();
        if roots.is_valid() { Ok(Self::Roots(roots)) } else { Err(Error::InvalidArgument) }
    }

    /// Begins with a statement that came with the program or was stored. Whoever can replace it is believed.
    ///
    /// # Errors
    /// As [`Trust::parse`]; [`Error::Rejected`] unless a threshold of its own roots signed it.
    pub fn from_statement(file: &[u8]) -> Result<Self, Error> {
        let trust = Trust::parse(file)?;
        trust.verify(&trust.statement().roots)?;
        Ok(Self::Statement(Box::new(trust)))
    }

    /// The statement in force.
    pub fn statement(&self) -> Option<&Trust> {
        match self {
            Self::Roots(_) => None,
            Self::Statement(trust) => Some(trust),
        }
    }

    /// The version of the statement in force; 0 for none.
    pub fn version(&self) -> u64 {
        self.statement().map_or(0, |trust| trust.statement().version)
    }

    /// Who signs the next statement.
    pub fn roots(&self) -> &Roots {
        match self {
            Self::Roots(roots) => roots,
            Self::Statement(trust) => &trust.statement().roots,
        }
    }

    /// What is trusted if `next` follows. A statement that is over is a step like any other: see [`Trusted::pins`].
    ///
    /// # Errors
    /// [`Error::Stale`] for a lower version, [`Error::OutOfOrder`] for one that is more than one above,
    /// [`Error::Rejected`] for the same version with another content, or unless a threshold of the roots in force and
    /// one of its own signed it.
    pub fn verify_next(&self, next: &Trust) -> Result<Self, Error> {
        let statement = next.statement();
        match statement.version.cmp(&self.version()) {
            Ordering::Less => return Err(Error::Stale),
            Ordering::Equal if self.statement().is_some_and(|trust| trust.digest() == next.digest()) => {
                return Ok(self.clone());
            }
            Ordering::Equal => return Err(Error::Rejected),
            Ordering::Greater if statement.version - self.version() > 1 => return Err(Error::OutOfOrder),
            Ordering::Greater => {}
        }
        next.verify(self.roots())?;
        next.verify(&statement.roots)?;
        Ok(Self::Statement(Box::new(next.clone())))
    }

    /// Takes what of a chain is new, statement by statement, and returns how many were; `taken` hears of each. What
    /// held stays taken if a later one is refused. Store the statement in force before using its pins.
    ///
    /// # Errors
    /// As [`parse_chain`], before anything is taken, and as [`Trusted::verify_next`]; [`Error::Stale`] if all of it is
    /// older.
    pub fn follow(&mut self, chain: &[u8], mut taken: impl FnMut(&Trust)) -> Result<usize, Error> {
        let mut count = 0;
        let chain = parse_chain(chain)?;
        if chain.iter().all(|trust| trust.statement().version < self.version()) {
            return Err(Error::Stale);
        }
        for next in &chain {
            if next.statement().version < self.version() {
                continue;
            }
            let before = self.version();
            *self = self.verify_next(next)?;
            if self.version() > before {
                taken(next);
                count += 1;
            }
        }
        Ok(count)
    }

    /// The pins of a role that are in force at `now`, in order of preference; never none.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] without a statement; [`Error::Expired`] if it is over, or each of the pins.
    pub fn pins(&self, role: Role, now: Timestamp) -> Result<Vec<Pin>, Error> {
        let statement = self.statement().ok_or(Error::OutOfOrder)?.statement();
        let in_force = statement.role(role).iter().filter(|one| one.is_in_force(now) && !statement.is_over(now));
        let pins = in_force.map(|one| one.pin).collect::<Vec<_>>();
        if pins.is_empty() { Err(Error::Expired) } else { Ok(pins) }
    }

    /// Whether something new by `signer` is taken in this role at `now`.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] without a statement; [`Error::Rejected`] if it is not named; [`Error::Expired`] if the
    /// statement is over, or the pin.
    pub fn check(&self, role: Role, signer: &Pin, now: Timestamp) -> Result<(), Error> {
        let statement = self.statement().ok_or(Error::OutOfOrder)?.statement();
        let one = statement.role(role).iter().find(|one| one.pin == *signer).ok_or(Error::Rejected)?;
        if one.is_in_force(now) && !statement.is_over(now) { Ok(()) } else { Err(Error::Expired) }
    }
}

/// What a holder trusts, to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrustedInfo {
    /// Who signs the next statement.
    pub roots: Roots,
    /// The statement in force.
    pub statement: Option<TrustInfo>,
}

impl From<&Trusted> for TrustedInfo {
    fn from(trusted: &Trusted) -> Self {
        Self { roots: trusted.roots().clone(), statement: trusted.statement().map(TrustInfo::from) }
    }
}
