//! The lease: whether what is here may be read now. Policy on an honest machine, not cryptography.

use crate::types::Timestamp;
use crate::{Error, grant, manifest};

/// How far clocks may be apart, in seconds.
const TOLERANCE: u64 = 300;

/// Whether grant and manifest allow reading at `now`, if `latest_time` is the high-water mark.
pub(super) fn check(
    now: Timestamp,
    latest_time: Timestamp,
    grant: Option<&grant::Terms>,
    manifest: Option<&manifest::Terms>,
) -> Result<(), Error> {
    let grant = grant.ok_or(Error::NoKey)?;
    let manifest = manifest.ok_or(Error::NotFound)?;
    let later = now.saturating_add(TOLERANCE);
    if later < latest_time {
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
    use core::time::Duration;

    use super::*;
    use crate::types::VaultId;

    fn time(seconds: u64) -> Timestamp {
        Timestamp::from_secs(seconds).unwrap()
    }

    #[test]
    fn a_lease_holds_between_its_times_and_not_a_second_longer() {
        let grant = grant::Terms {
            sequence: 1,
            issued: time(1000),
            not_before: time(2000),
            not_after: time(9000),
            max_offline: Duration::from_secs(6000),
            previous: None,
        };
        let manifest = manifest::Terms {
            vault: VaultId::from_bytes([0; 16]),
            version: 1,
            issued: time(1500),
            expires: time(8000),
            previous: None,
        };
        let at = |now, latest| check(time(now), time(latest), Some(&grant), Some(&manifest));
        assert_eq!(at(2000, 0), Ok(()));
        assert_eq!(at(1700, 0), Ok(()));
        assert_eq!(at(1699, 0), Err(Error::Expired));
        assert_eq!(at(7500, 0), Ok(())); // 1500 + 6000: heard last
        assert_eq!(at(7501, 0), Err(Error::Expired));
        let long = grant::Terms { max_offline: Duration::from_secs(u64::MAX >> 1), ..grant.clone() };
        assert_eq!(check(time(8000), time(0), Some(&long), Some(&manifest)), Ok(()));
        assert_eq!(check(time(8001), time(0), Some(&long), Some(&manifest)), Err(Error::Expired));
        let for_ever = manifest::Terms { expires: time(1 << 40), ..manifest.clone() };
        assert_eq!(check(time(9000), time(0), Some(&long), Some(&for_ever)), Ok(()));
        assert_eq!(check(time(9001), time(0), Some(&long), Some(&for_ever)), Err(Error::Expired));
        assert_eq!(at(3000, 3300), Ok(()));
        assert_eq!(at(3000, 3301), Err(Error::Clock));
        assert_eq!(check(time(3000), time(0), None, Some(&manifest)), Err(Error::NoKey));
        assert_eq!(check(time(3000), time(0), Some(&grant), None), Err(Error::NotFound));
    }
}
