//! The lease: whether what is here may be read now. Policy on an honest machine, not cryptography.

use crate::types::Timestamp;
use crate::{Error, grant, manifest};

/// How far clocks may be apart, in seconds.
const TOLERANCE: u64 = 300;

/// Whether grant and manifest allow reading at `now`, if `mark` is the latest time that was seen.
pub(super) fn check(
    now: Timestamp,
    mark: Timestamp,
    grant: Option<&grant::Terms>,
    manifest: Option<&manifest::Terms>,
) -> Result<(), Error> {
    let grant = grant.ok_or(Error::NoKey)?;
    let manifest = manifest.ok_or(Error::NotFound)?;
    let later = now.saturating_add(TOLERANCE);
    if later < mark {
        return Err(Error::Clock);
    }
    let heard = grant.issued.max(manifest.issued);
    let held = later >= grant.not_before
        && now <= grant.not_after
        && now <= heard.saturating_add(grant.max_offline.as_secs())
        && now <= manifest.expires;
    if held { Ok(()) } else { Err(Error::Expired) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_holds_between_its_times_and_not_a_second_longer() {
        let grant = grant::Terms {
            sequence: 1,
            issued: 1000,
            not_before: 2000,
            not_after: 9000,
            max_offline: 6000,
            previous: [0; 32],
        };
        let manifest = manifest::Terms { vault: [0; 16], version: 1, issued: 1500, expires: 8000, previous: [0; 32] };
        let at = |now, mark| check(now, mark, Some(&grant), Some(&manifest));
        assert_eq!(at(2000, 0), Ok(()));
        assert_eq!(at(1700, 0), Ok(()));
        assert_eq!(at(1699, 0), Err(Error::Expired));
        assert_eq!(at(7500, 0), Ok(())); // 1500 + 6000: heard last
        assert_eq!(at(7501, 0), Err(Error::Expired));
        let long = grant::Terms { max_offline: u64::MAX >> 1, ..grant.clone() };
        assert_eq!(check(8000, 0, Some(&long), Some(&manifest)), Ok(()));
        assert_eq!(check(8001, 0, Some(&long), Some(&manifest)), Err(Error::Expired));
        let for_ever = manifest::Terms { expires: 1 << 40, ..manifest.clone() };
        assert_eq!(check(9000, 0, Some(&long), Some(&for_ever)), Ok(()));
        assert_eq!(check(9001, 0, Some(&long), Some(&for_ever)), Err(Error::Expired));
        assert_eq!(at(3000, 3300), Ok(()));
        assert_eq!(at(3000, 3301), Err(Error::Clock));
        assert_eq!(check(3000, 0, None, Some(&manifest)), Err(Error::NoKey));
        assert_eq!(check(3000, 0, Some(&grant), None), Err(Error::NotFound));
    }
}
