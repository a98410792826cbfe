//! Strict base64 (RFC 4648, section 4: standard alphabet, padded, canonical), at the speed of SIMD.
//!
//! For what is not secret: ciphertext, public keys. The scalar engine looks characters up in a table.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::Simd;
use base64::engine::general_purpose::PAD;

use crate::Error;

static BASE64: LazyLock<Simd> = LazyLock::new(|| Simd::standard(PAD));

/// The number of characters that `len` bytes become; `None` if it cannot be counted.
pub const fn base64_len(len: usize) -> Option<usize> {
    match len.div_ceil(3).checked_mul(4) {
        Some(characters) if characters <= isize::MAX as usize => Some(characters),
        _ => None,
    }
}

/// Writes `bytes` in base64 to the start of `out` and gives the number of characters.
///
/// # Errors
/// [`Error::TooLarge`] if `out` is shorter than [`base64_len`].
pub fn base64_encode(bytes: &[u8], out: &mut [u8]) -> Result<usize, Error> {
    BASE64.encode_slice(bytes, out).map_err(|_| Error::TooLarge)
}

/// Writes the bytes behind base64 `text` to the start of `out` and gives their number.
///
/// # Errors
/// [`Error::Malformed`] for any other character, missing padding, stray bits, or a shorter `out`.
pub fn base64_decode(text: &[u8], out: &mut [u8]) -> Result<usize, Error> {
    BASE64.decode_slice(text, out).map_err(|_| Error::Malformed)
}

/// The bytes behind hex digits of either case.
pub fn hex_decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Bytes that are not secret as lower-case hex digits.
pub fn hex_encode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Vec<u8>, Error> {
        let mut out = vec![0; text.len()];
        let len = base64_decode(text.as_bytes(), &mut out)?;
        out.truncate(len);
        Ok(out)
    }

    #[test]
    fn decodes_what_it_encoded() {
        for len in 0..300 {
            let bytes = (0..len).map(|at| (at * 7) as u8).collect::<Vec<u8>>();
            let mut text = vec![0; base64_len(len).unwrap()];
            assert_eq!(base64_encode(&bytes, &mut text), Ok(text.len()));
            assert_eq!(decode(std::str::from_utf8(&text).unwrap()), Ok(bytes));
        }
    }

    #[test]
    fn refuses_what_is_not_canonical() {
        assert_eq!(decode("AAECAw=="), Ok(vec![0, 1, 2, 3]));
        for text in ["AAECAw", "AAECAw=", "AAECAx==", "AAEC Aw==", "AAECAw==\n", "AAEC-w==", "=", "AAECAw==AAAA", "A"] {
            assert_eq!(decode(text), Err(Error::Malformed), "{text}");
        }
    }

    #[test]
    fn hex_is_read_back_and_nothing_else_is() {
        assert_eq!(hex_decode(&hex_encode(&[0, 1, 254])), Some([0, 1, 254]));
        assert_eq!(hex_decode::<2>("0g00"), None);
        assert_eq!(hex_decode::<2>("000"), None);
        assert_eq!(hex_decode::<2>("+1+1"), None);
    }
}
