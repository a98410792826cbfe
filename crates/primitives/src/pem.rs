//! PEM (RFC 7468), read as leniently as OpenSSL and PHP read it, without a table lookup on secret characters.
//!
//! Why unsafe is allowed here: libsodium is C. S1: every pointer comes with a length that describes it. S2: outputs are as long
//! as libsodium writes.
#![expect(unsafe_code, reason = "libsodium is C: S1, S2")]

use core::ffi::c_int;
use core::ptr;

use libsodium_sys as sodium;

use crate::{Error, SecretBytes};

/// How PEM writes bytes: 64 characters a line.
const LINE: usize = 64;

/// A block between two `-----` lines.
pub struct Block<'a> {
    /// What stands behind `BEGIN` and `END`; empty if the two differ.
    pub label: &'a [u8],
    body: &'a [u8],
}

/// The blocks of `text` in their order. Text before, between and behind them is skipped.
pub fn blocks(mut text: &[u8]) -> impl Iterator<Item = Block<'_>> {
    core::iter::from_fn(move || {
        let (_, rest) = split_once(text, b"-----BEGIN ")?;
        let (label, rest) = split_once(rest, b"-----")?;
        let (body, rest) = split_once(rest, b"-----END ")?;
        let (end, rest) = split_once(rest, b"-----")?;
        text = rest;
        Some(Block { label: if label == end { label } else { b"" }, body })
    })
}

impl Block<'_> {
    /// Whether the block says that its content is encrypted (RFC 1421 headers, or PKCS#8's label).
    pub fn is_encrypted(&self) -> bool {
        self.label == b"ENCRYPTED PRIVATE KEY" || split_once(self.body, b"Proc-Type: 4,ENCRYPTED").is_some()
    }

    /// The DER inside.
    ///
    /// # Errors
    /// [`Error::Malformed`] if it is not base64.
    pub fn decode(&self) -> Result<SecretBytes, Error> {
        let mut der = SecretBytes::zeroed(self.body.len());
        let (mut len, mut end) = (0, ptr::null());
        // SAFETY: S1 for the body and the NUL-terminated list; S2: base64 decodes to no more bytes than it has characters.
        let code = unsafe {
            sodium::sodium_base642bin(
                der.expose_secret_mut().as_mut_ptr(),
                self.body.len(),
                self.body.as_ptr().cast(),
                self.body.len(),
                c" \t\r\n".as_ptr(),
                &raw mut len,
                &raw mut end,
                sodium::sodium_base64_VARIANT_ORIGINAL as c_int,
            )
        };
        let whole = end.cast::<u8>() == self.body.as_ptr_range().end;
        der.truncate(len);
        if code == 0 && whole { Ok(der) } else { Err(Error::Malformed) }
    }
}

/// `der` as one PEM block.
pub fn encode(label: &str, der: &[u8]) -> SecretBytes {
    let mut text = Vec::with_capacity(der.len() * 4 / 3 + der.len() / 24 + 2 * label.len() + 48);
    text.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for bytes in der.chunks(LINE / 4 * 3) {
        let mut line = [0_u8; LINE + 1];
        // SAFETY: S1 for the bytes; S2: 48 bytes make 64 characters and a NUL.
        unsafe {
            sodium::sodium_bin2base64(
                line.as_mut_ptr().cast(),
                line.len(),
                bytes.as_ptr(),
                bytes.len(),
                sodium::sodium_base64_VARIANT_ORIGINAL as c_int,
            )
        };
        text.extend(line.iter().take_while(|character| **character != 0));
        text.push(b'\n');
        zeroize::Zeroize::zeroize(&mut line);
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text.into()
}

fn split_once<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &[u8]) -> Option<Vec<u8>> {
        blocks(text).next().and_then(|block| block.decode().ok()).map(|der| der.expose_secret().to_vec())
    }

    #[test]
    fn decodes_what_it_encoded() {
        for len in [0, 1, 2, 3, 47, 48, 49, 96, 1000] {
            let der = vec![0xA5; len];
            let text = encode("PUBLIC KEY", &der);
            assert_eq!(decoded(text.expose_secret()), Some(der));
        }
    }

    #[test]
    fn encodes_without_growing_so_that_no_copy_stays_behind() {
        for len in [0, 1, 47, 48, 49, 1216, 5000] {
            let text = encode("PRIVATE KEY", &vec![1; len]).expose_secret().len();
            assert!(text <= len * 4 / 3 + len / 24 + 2 * "PRIVATE KEY".len() + 48, "{len}");
        }
    }

    #[test]
    fn reads_what_openssl_reads() {
        for text in [
            "-----BEGIN A-----\r\nAAECAw==\r\n-----END A-----\r\n",
            "-----BEGIN A-----\nAAECAw==\n-----END A-----",
            "-----BEGIN A-----\nAA\nEC\nAw==\n\n\n-----END A-----\n\nsome text\0",
            "a preamble\n-----BEGIN A-----\n  AAECAw== \t\n-----END A-----",
        ] {
            assert_eq!(decoded(text.as_bytes()), Some(vec![0, 1, 2, 3]), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_not_base64_or_not_ended() {
        for text in [
            "",
            "-----BEGIN A-----",
            "-----BEGIN A-----\nAAECAw==\n",
            "-----BEGIN A-----\nAAEC*w==\n-----END A-----",
            "-----BEGIN A-----\nAAECAw=\n-----END A-----",
            "-----BEGIN A-----\nAAECAw\n-----END A-----",
            "-----BEGIN A-----\nAAECAx==\n-----END A-----",
        ] {
            assert_eq!(decoded(text.as_bytes()), None, "{text:?}");
        }
    }
}
