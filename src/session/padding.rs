//! How records hide the lengths of their messages: Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
//! Communication with PURBs", 2019).

use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::{Error, SecretBytes};

/// The shortest padded message.
const SHORTEST: usize = 256;

/// Whether records hide the lengths of their messages. Both sides of a session say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// A record is as long as its message, and 67 or 83 bytes more.
    #[default]
    None = 0,
    /// 256 bytes at least; above, at most 12 per cent more.
    Padme = 1,
}

impl TryFrom<u8> for Padding {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        match number {
            0 => Ok(Self::None),
            1 => Ok(Self::Padme),
            _ => Err(Error::Malformed),
        }
    }
}

/// What lengths near `len` are a multiple of: 2^(E - s), E being floor(log2 `len`) and s floor(log2 E) + 1.
const fn step(len: usize) -> usize {
    let exponent = len.ilog2();
    1 << (exponent - (exponent.ilog2() + 1))
}

/// How long a message of this length is with its padding.
pub(super) const fn padded_len(len: usize) -> usize {
    if len < SHORTEST { SHORTEST } else { (len + 1).next_multiple_of(step(len + 1)) }
}

/// `message || 0x80 || zeros`
pub(super) fn pad(message: &[u8]) -> Result<SecretBytes, Error> {
    let mut padded = SecretBytes::zeroed(padded_len(message.len()));
    let (text, rest) = padded.expose_secret_mut().split_at_mut_checked(message.len()).ok_or(Error::Internal)?;
    text.copy_from_slice(message);
    *rest.first_mut().ok_or(Error::Internal)? = 0x80;
    Ok(padded)
}

/// The message in what [`pad`] made; anything else is refused. Where the message ends shows in no time or branch before it is
/// known that the padding is right.
pub(super) fn unpad(mut padded: SecretBytes) -> Result<SecretBytes, Error> {
    let bytes = padded.expose_secret();
    let before = bytes.len().checked_sub(1).ok_or(Error::Rejected)?;
    if padded_len(before) != bytes.len() {
        return Err(Error::Rejected);
    }
    // Of all messages that are padded to this length, the shortest ends here.
    let first = if bytes.len() == SHORTEST { 0 } else { bytes.len() - step(before) };
    let (mut end, mut marker) = (0_u64, 0_u8);
    for (at, byte) in (0_u64..).zip(bytes).skip(first) {
        let last_yet = !byte.ct_eq(&0);
        end.conditional_assign(&at, last_yet);
        marker.conditional_assign(byte, last_yet);
    }
    if !bool::from(marker.ct_eq(&0x80)) {
        return Err(Error::Rejected);
    }
    padded.truncate(usize::try_from(end).map_err(|_| Error::Internal)?);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padme_is_the_paper_s() {
        // Figures worked out by hand, for a message and the byte after it.
        for (len, padded) in [(0, 256), (255, 256), (256, 272), (999, 1024), (1024, 1088), (65_536, 67_584)] {
            assert_eq!(padded_len(len), padded, "{len}");
        }
        assert_eq!(padded_len(1 << 24), (1 << 24) + (1 << 19));
    }

    proptest! {
        #[test]
        fn what_was_padded_is_unpadded(message in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let padded = pad(&message).unwrap();
            prop_assert!(padded.len() >= SHORTEST && padded.len() <= SHORTEST.max((message.len() + 1) * 112 / 100 + 1));
            let message_again = unpad(padded).unwrap();
            prop_assert_eq!(message_again.expose_secret(), message.as_slice());
        }
    }

    #[test]
    fn other_padding_is_refused() {
        let good = pad(b"meet at noon").unwrap().expose_secret().to_vec();
        let change = |work: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            work(&mut bytes);
            unpad(bytes.into()).map(|_| ()).unwrap_err()
        };
        assert_eq!(change(&|bytes| bytes.clear()), Error::Rejected);
        assert_eq!(change(&|bytes| bytes.fill(0)), Error::Rejected);
        assert_eq!(change(&|bytes| bytes[12] = 0x81), Error::Rejected);
        assert_eq!(change(&|bytes| bytes[255] = 1), Error::Rejected);
        assert_eq!(change(&|bytes| bytes.push(0)), Error::Rejected, "longer than its message asks for");
        assert_eq!(change(&|bytes| bytes.truncate(255)), Error::Rejected, "and shorter");
        let long = |end: usize, len: usize| {
            let mut bytes = vec![7; end];
            bytes.push(0x80);
            bytes.resize(len, 0);
            unpad(bytes.into()).map(|message| message.len()).ok()
        };
        // 1,024 and 1,088 are neighbours: what ends before the first of them belongs to that.
        assert_eq!((long(1023, 1024), long(1024, 1088), long(1087, 1088)), (Some(1023), Some(1024), Some(1087)));
        assert_eq!((long(1023, 1088), long(500, 1088), long(1024, 1087)), (None, None, None));
    }
}
