//! What the library's byte strings and numbers mean, as types: a pin cannot be passed for a digest, nor an epoch for a time.

use core::fmt;
use core::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::encoding::{base64_decode, base64_encode, hex_decode, hex_encode};
use crate::sodium::hash;
use crate::{Error, SecretArray};

/// A public byte string of a fixed length: compared, ordered and hashed by its bytes.
macro_rules! bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Its length in bytes.
            pub const BYTES: usize = $len;

            /// The value with these bytes.
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    };
}

/// As [`bytes`], written as hex digits.
macro_rules! hex_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        bytes!($(#[$doc])* $name, $len);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex_encode(&self.0))
            }
        }

        /// Reads hex digits of either case; anything else is [`Error::Malformed`].
        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                hex_decode(text).map(Self).ok_or(Error::Malformed)
            }
        }
    };
}

bytes!(
    /// SHA-256 of a public key's SubjectPublicKeyInfo in DER, which curl's `--pinnedpubkey` writes as `sha256//BASE64`.
    Pin,
    32
);
hex_bytes!(
    /// A digest that names content: the root of a parcel's tree, or a signed file that the next one refers to.
    Digest,
    32
);
hex_bytes!(
    /// The id of a keyring and of the vault that it seals for.
    VaultId,
    16
);
hex_bytes!(
    /// The id of a device, which follows from its public key.
    DeviceId,
    16
);
hex_bytes!(
    /// The id of a data key.
    KeyId,
    16
);
hex_bytes!(
    /// The id of a session, which stands in the clear in its records.
    SessionId,
    16
);
hex_bytes!(
    /// The id of a server's store of sessions: random, made once in the store itself.
    StoreId,
    16
);
hex_bytes!(
    /// What a vault gives to be kept elsewhere, so that a folder that was put back is noticed.
    Anchor,
    16
);

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 44];
        base64_encode(&self.0, &mut text).map_err(|_| fmt::Error)?;
        write!(f, "sha256//{}", str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Reads `sha256//BASE64` or 64 hex digits of either case; anything else is [`Error::Malformed`].
impl FromStr for Pin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(base64) = text.strip_prefix("sha256//") else {
            return hex_decode(text).map(Self).ok_or(Error::Malformed);
        };
        // Three spare bytes, as base64 is decoded in blocks.
        let mut bytes = [0; 33];
        match base64_decode(base64.as_bytes(), &mut bytes)? {
            32 => bytes.first_chunk().copied().map(Self).ok_or(Error::Internal),
            _ => Err(Error::Malformed),
        }
    }
}

impl StoreId {
    /// A client's, which has no store that others create sessions in: zeros.
    pub const CLIENT: Self = Self::from_bytes([0; 16]);
}

/// 32 random bytes that seal what a server forgets. Wiped when dropped, never printed.
macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(SecretArray<32>);

        impl $name {
            /// The key.
            pub fn expose_secret(&self) -> &[u8; 32] {
                self.0.expose_secret()
            }

            /// The key of the next period, for hosts that move on without talking (`docs/protocol-2.md`, "The server's keys").
            ///
            /// # Errors
            /// None for any key.
            pub fn next(&self, next_period: u64) -> Result<Self, Error> {
                // derive(K, "secenv 2 rotate", u64(p + 1))
                hash::fields(self.expose_secret(), &[b"secenv 2 rotate", &next_period.to_be_bytes()]).map(Self)
            }
        }

        impl From<&[u8; 32]> for $name {
            fn from(bytes: &[u8; 32]) -> Self {
                Self(bytes.into())
            }
        }

        impl From<$name> for SecretArray<32> {
            fn from(key: $name) -> Self {
                key.0
            }
        }

        impl From<SecretArray<32>> for $name {
            fn from(bytes: SecretArray<32>) -> Self {
                Self(bytes)
            }
        }
    };
}

secret_key!(
    /// 32 random bytes under which sessions are stored. Wiped when dropped, never printed.
    StateKey
);
secret_key!(
    /// 32 random bytes under which a server seals its cookies. Wiped when dropped, never printed.
    CookieKey
);

/// A time: seconds since 1970, below 2^63, which is what PHP can count to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The time so many seconds after the beginning of 1970.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for 2^63 or more.
    pub const fn from_secs(seconds: u64) -> Result<Self, Error> {
        if seconds >> 63 == 0 { Ok(Self(seconds)) } else { Err(Error::InvalidArgument) }
    }

    /// The system's clock.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if it stands before 1970.
    pub fn now() -> Result<Self, Error> {
        let age = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| Error::Unavailable)?;
        Self::from_secs(age.as_secs())
    }

    /// Seconds since 1970.
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The time so many seconds later, or the latest there is.
    pub const fn saturating_add(self, seconds: u64) -> Self {
        let sum = self.0.saturating_add(seconds);
        Self(if sum >> 63 == 0 { sum } else { (1 << 63) - 1 })
    }

    /// How many seconds lie between `earlier` and this time; 0 if it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_curl_writes_it_and_as_hex_and_as_nothing_else() {
        let pin = Pin::from_bytes([0xa7; 32]);
        let text = pin.to_string();
        assert_eq!(text, "sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=");
        assert_eq!(text.parse(), Ok(pin));
        assert_eq!("A7".repeat(32).parse(), Ok(pin));
        for bad in ["", "sha256//", "sha256/p6c=", &text[1..], &text[..text.len() - 1], &format!("{text} "), "a7"] {
            assert_eq!(bad.parse::<Pin>(), Err(Error::Malformed), "{bad:?}");
        }
        for bytes in [31, 33] {
            let mut out = vec![0; 64];
            let len = base64_encode(&vec![1; bytes], &mut out).unwrap();
            let text = format!("sha256//{}", str::from_utf8(&out[..len]).unwrap());
            assert_eq!(text.parse::<Pin>(), Err(Error::Malformed), "{bytes} bytes");
        }
    }

    #[test]
    fn an_id_is_written_as_hex_and_read_back() {
        let id = VaultId::from_bytes([0xab; 16]);
        assert_eq!((id.to_string(), format!("{id:?}")), ("ab".repeat(16), format!("VaultId({})", "ab".repeat(16))));
        assert_eq!("Ab".repeat(16).parse(), Ok(id));
        assert_eq!("ab".parse::<VaultId>(), Err(Error::Malformed));
    }

    #[test]
    fn a_time_stays_below_what_php_can_count_to() {
        let last = Timestamp::from_secs((1 << 63) - 1).unwrap();
        assert_eq!(Timestamp::from_secs(1 << 63), Err(Error::InvalidArgument));
        assert_eq!((last.saturating_add(1), Timestamp::default().seconds_since(last)), (last, 0));
    }

    #[test]
    fn a_state_key_prints_a_length_and_nothing_else() {
        assert_eq!(format!("{:?}", StateKey::from(&[7; 32])), "StateKey(SecretArray(32 bytes))");
    }
}
