//! Secrets: bytes that are wiped when they go, never printed, never cloned, compared in constant time.

use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroize;

/// Secret bytes of any length.
pub struct SecretBytes(Vec<u8>);

/// Secret bytes of a length that is known at compile time. They live on the heap, so that moving the owner leaves no copy.
pub struct SecretArray<const N: usize>(Box<[u8; N]>);

impl SecretBytes {
    /// `len` zero bytes, to be written through [`SecretBytes::expose_secret_mut`].
    pub fn zeroed(len: usize) -> Self {
        Self(vec![0; len])
    }

    /// Returns how many bytes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes.
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, to be written.
    pub fn expose_secret_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Keeps the first `len` bytes. The rest is wiped when they are, with the capacity.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}

impl<const N: usize> SecretArray<N> {
    /// `N` zero bytes, to be written through [`SecretArray::expose_secret_mut`].
    pub fn zeroed() -> Self {
        Self(Box::new([0; N]))
    }

    /// The bytes.
    pub fn expose_secret(&self) -> &[u8; N] {
        &self.0
    }

    /// The bytes, to be written.
    pub fn expose_secret_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

/// Takes over a vector whose bytes are secret from now on; its capacity is wiped with it.
impl From<Vec<u8>> for SecretBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// Copies bytes that somebody else keeps.
impl<const N: usize> From<&[u8; N]> for SecretArray<N> {
    fn from(bytes: &[u8; N]) -> Self {
        let mut secret = Self::zeroed();
        secret.0.copy_from_slice(bytes);
        secret
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        // `Vec`'s own `zeroize` stores byte by byte, which costs a fifth of sealing a megabyte; a slice's is `memset`.
        self.0.as_mut_slice().zeroize();
        self.0.spare_capacity_mut().zeroize();
    }
}

impl<const N: usize> Drop for SecretArray<N> {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl ConstantTimeEq for SecretBytes {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl<const N: usize> ConstantTimeEq for SecretArray<N> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretBytes({} bytes)", self.0.len())
    }
}

impl<const N: usize> fmt::Debug for SecretArray<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretArray({N} bytes)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_a_length_and_nothing_else() {
        assert_eq!(format!("{:?}", SecretBytes::from(b"swordfish".to_vec())), "SecretBytes(9 bytes)");
        assert_eq!(format!("{:?}", SecretArray::from(b"swordfish")), "SecretArray(9 bytes)");
    }

    #[test]
    fn compares_by_content() {
        assert!(bool::from(SecretArray::from(b"abc").ct_eq(&SecretArray::from(b"abc"))));
        assert!(!bool::from(SecretArray::from(b"abc").ct_eq(&SecretArray::from(b"abd"))));
        assert!(!bool::from(SecretBytes::from(vec![1]).ct_eq(&SecretBytes::from(vec![1, 2]))));
    }

    #[test]
    fn truncates_and_never_grows() {
        let mut secret = SecretBytes::from(b"swordfish".to_vec());
        secret.truncate(5);
        assert_eq!(secret.expose_secret(), b"sword");
        secret.truncate(50);
        assert_eq!(secret.expose_secret(), b"sword");
    }
}
