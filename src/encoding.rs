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

/// Takes fields from the front of bytes that came from outside. Numbers are big-endian.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (field, rest) = self.0.split_at_checked(len).ok_or(Error::Malformed)?;
        self.0 = rest;
        Ok(field)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (field, rest) = self.0.split_first_chunk().ok_or(Error::Malformed)?;
        self.0 = rest;
        Ok(field)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.array::<1>().map(|[byte]| *byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(|bytes| u16::from_be_bytes(*bytes))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(|bytes| u32::from_be_bytes(*bytes))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(|bytes| u64::from_be_bytes(*bytes))
    }

    /// A number below 2^63, which is what PHP can count to.
    pub(crate) fn u63(&mut self) -> Result<u64, Error> {
        self.u64().and_then(|number| if number >> 63 == 0 { Ok(number) } else { Err(Error::Malformed) })
    }

    /// A field with its length in front.
    pub(crate) fn lp16(&mut self) -> Result<&'a [u8], Error> {
        let len = usize::from(self.u16()?);
        self.take(len)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Malformed) }
    }
}

/// Checks the content of a field `extensions` (`docs/parcel.md`): none is known, so none may be critical.
pub(crate) fn extensions(field: &[u8]) -> Result<(), Error> {
    if field.len() > 4096 {
        return Err(Error::TooLarge);
    }
    let (mut fields, mut before) = (Reader(field), None);
    while !fields.0.is_empty() {
        let kind = fields.u16()?;
        if kind >= 0x8000 || before.is_some_and(|before| before >= kind) {
            return Err(Error::Malformed);
        }
        before = Some(kind);
        fields.lp16()?;
    }
    Ok(())
}

/// The name of a document, by the rule in `docs/parcel.md`: fit to be a relative path, although it is never used as one here.
pub(crate) fn id(field: &[u8]) -> Result<&str, Error> {
    let id = str::from_utf8(field).map_err(|_| Error::Malformed)?;
    let forbidden = |c: char| c.is_control() || c == '\\';
    let segment = |segment: &str| matches!(segment, "" | "." | "..");
    if field.len() > 128 || id.contains(forbidden) || id.split('/').any(segment) {
        return Err(Error::Malformed);
    }
    Ok(id)
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
    fn an_id_is_fit_to_be_a_relative_path() {
        for good in ["a", "contracts/2026/1", "..a", "世界", &"x".repeat(128)] {
            assert_eq!(id(good.as_bytes()), Ok(good));
        }
        for bad in ["", ".", "..", "/a", "a/", "a//b", "a/../b", "a\\b", "a\nb", "\u{9b}", &"x".repeat(129)] {
            assert_eq!(id(bad.as_bytes()), Err(Error::Malformed), "{bad:?}");
        }
        assert_eq!(id(b"\xff"), Err(Error::Malformed));
    }

    #[test]
    fn extensions_ascend_and_a_critical_one_is_refused() {
        assert_eq!(extensions(b""), Ok(()));
        assert_eq!(extensions(b"\0\x01\0\0\0\x02\0\x01a"), Ok(()));
        for bad in [b"\0\x02\0\0\0\x01\0\0".as_slice(), b"\0\x01\0\0\0\x01\0\0", b"\x80\0\0\0", b"\0\x01\0\x01", b"\0"]
        {
            assert_eq!(extensions(bad), Err(Error::Malformed));
        }
        assert_eq!(extensions(&[0; 4097]), Err(Error::TooLarge));
    }

    #[test]
    fn hex_is_read_back_and_nothing_else_is() {
        assert_eq!(hex_decode(&hex_encode(&[0, 1, 254])), Some([0, 1, 254]));
        assert_eq!(hex_decode::<2>("0g00"), None);
        assert_eq!(hex_decode::<2>("000"), None);
        assert_eq!(hex_decode::<2>("+1+1"), None);
    }
}
