//! How far a clock may be off.

use crate::types::Timestamp;

/// How far a clock may be set back, in seconds.
const BACK: u64 = 300;

/// Whether `now` is more than `limit` seconds after `since`, or the clock was set back too far.
pub(super) fn is_outside(since: Timestamp, now: Timestamp, limit: u64) -> bool {
    now.seconds_since(since) > limit || since.seconds_since(now) > BACK
}
