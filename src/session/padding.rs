//! How records hide the lengths of their messages: Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
//! Communication with PURBs", 2019).

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

/// The length that `len` bytes are padded to.
const fn padme(len: usize) -> usize {
    if len < 2 {
        return len;
    }
    let exponent = len.ilog2();
    let free = exponent - (exponent.ilog2() + 1);
    let mask = (1 << free) - 1;
    (len + mask) & !mask
}

/// How long a message of this length is with its padding.
pub(super) const fn padded_len(len: usize) -> usize {
    let padded = padme(len + 1);
    if padded < SHORTEST { SHORTEST } else { padded }
}

/// `message || 0x80 || zeros`
pub(super) fn pad(message: &[u8]) -> Result<SecretBytes, Error> {
    let mut padded = SecretBytes::zeroed(padded_len(message.len()));
    let (text, rest) = padded.expose_secret_mut().split_at_mut_checked(message.len()).ok_or(Error::Internal)?;
    text.copy_from_slice(message);
    *rest.first_mut().ok_or(Error::Internal)? = 0x80;
    Ok(padded)
}

/// The message in what [`pad`] made; anything else is refused.
pub(super) fn unpad(mut padded: SecretBytes) -> Result<SecretBytes, Error> {
    let bytes = padded.expose_secret();
    let len = bytes.iter().rposition(|byte| *byte != 0).ok_or(Error::Rejected)?;
    if bytes.get(len) != Some(&0x80) || bytes.len() != padded_len(len) {
        return Err(Error::Rejected);
    }
    padded.truncate(len);
    Ok(padded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn padme_is_the_paper_s() {
        // The paper's own example: lengths 9 to 10 need a bit less; and figures worked out by hand.
        for (len, padded) in
            [(2, 2), (8, 8), (9, 10), (10, 10), (257, 272), (1000, 1024), (1025, 1088), (65_537, 67_584)]
        {
            assert_eq!(padme(len), padded, "{len}");
        }
        assert_eq!(padme((1 << 24) + 1), (1 << 24) + (1 << 19));
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
    }
}
