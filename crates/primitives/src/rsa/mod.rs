//! RSA as protocol 1 uses it: keys in PEM or DER, wrapping short secrets, PSS signatures, and OpenSSL's "private encrypt".
//!
//! The arithmetic is aws-lc's: constant time and blinded. Keys have 2,048 to 8,192 bits, two primes, and an odd public
//! exponent from 3 to 2^33; that is checked here, because aws-lc alone takes 1,024-bit secret and 16,384-bit public keys.
//!
//! Why unsafe is allowed here: aws-lc is C. S1: every pointer comes with a length
//! that describes it. S2: outputs are as long as the C function writes. S3: a key's pointer is valid until its drop, and
//! aws-lc locks what it caches inside a key, so that threads may share one.
#![expect(unsafe_code, reason = "aws-lc is C: S1-S3")]

mod key;
mod wrap;
mod sign;
mod pkcs1_type1;

pub use key::{PublicKey, SecretKey};
pub use wrap::Padding;
