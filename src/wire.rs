//! How formats are read and written: one field after the other, numbers big-endian, lengths in front.
//!
//! Each format has its encoder beside its decoder; both go through here, so that they agree on what a field is.

use crate::types::{Digest, Timestamp};
use crate::{Error, SecretBytes};

/// The longest field `extensions`.
const EXTENSIONS_MAX: usize = 4096;
/// The longest document id.
pub(crate) const DOCUMENT_ID_MAX: usize = 128;

/// Reads fields from the front of bytes that came from outside.
pub struct Reader<'a> {
    whole: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { whole: bytes, rest: bytes }
    }

    /// Reads after the format's magic bytes.
    pub(crate) fn after(magic: &[u8], bytes: &'a [u8]) -> Result<Self, Error> {
        let rest = bytes.strip_prefix(magic).ok_or(Error::Malformed)?;
        Ok(Self { whole: bytes, rest })
    }

    /// What was read so far, from the first byte on.
    pub(crate) fn read_so_far(&self) -> &'a [u8] {
        self.whole.split_at(self.whole.len() - self.rest.len()).0
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn bytes(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (field, rest) = self.rest.split_at_checked(len).ok_or(Error::Malformed)?;
        self.rest = rest;
        Ok(field)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (field, rest) = self.rest.split_first_chunk().ok_or(Error::Malformed)?;
        self.rest = rest;
        Ok(field)
    }

    /// A fixed number of bytes as one of the types in [`crate::types`].
    pub(crate) fn value<const N: usize, T: From<[u8; N]>>(&mut self) -> Result<T, Error> {
        self.array().map(|bytes| T::from(*bytes))
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

    pub(crate) fn time(&mut self) -> Result<Timestamp, Error> {
        self.u64().and_then(|seconds| Timestamp::from_secs(seconds).map_err(|_| Error::Malformed))
    }

    /// A value that may be absent: a byte 1 and the value, or a byte 0 and zeros.
    pub(crate) fn optional<const N: usize, T: From<[u8; N]>>(&mut self) -> Result<Option<T>, Error> {
        match (self.u8()?, self.array::<N>()?) {
            (1, value) => Ok(Some(T::from(*value))),
            (0, value) if *value == [0; N] => Ok(None),
            _ => Err(Error::Malformed),
        }
    }

    /// A digest, or zeros for none.
    pub(crate) fn digest_or_zeros(&mut self) -> Result<Option<Digest>, Error> {
        self.array().map(|bytes| (*bytes != [0; 32]).then(|| Digest::from_bytes(*bytes)))
    }

    /// A field with its length in front, in two bytes.
    pub(crate) fn lp16(&mut self) -> Result<&'a [u8], Error> {
        let len = usize::from(self.u16()?);
        self.bytes(len)
    }

    /// As [`Reader::lp16`], of at most `max` bytes.
    pub(crate) fn lp16_up_to(&mut self, max: usize) -> Result<&'a [u8], Error> {
        self.lp16().and_then(|field| if field.len() <= max { Ok(field) } else { Err(Error::Malformed) })
    }

    /// A field with its length in front, in four bytes.
    pub(crate) fn lp32(&mut self) -> Result<&'a [u8], Error> {
        let len = usize::try_from(self.u32()?).map_err(|_| Error::TooLarge)?;
        self.bytes(len)
    }

    /// The id of a document, with its length in front.
    pub(crate) fn document_id(&mut self) -> Result<&'a str, Error> {
        document_id(self.lp16()?)
    }

    /// A field `extensions` (`docs/parcel.md`): none is known, so none may be critical.
    pub(crate) fn extensions(&mut self) -> Result<(), Error> {
        let field = self.lp16()?;
        if field.len() > EXTENSIONS_MAX {
            return Err(Error::TooLarge);
        }
        let (mut fields, mut before) = (Reader::new(field), None);
        while !fields.rest.is_empty() {
            let kind = fields.u16()?;
            if kind >= 0x8000 || before.is_some_and(|before| before >= kind) {
                return Err(Error::Malformed);
            }
            before = Some(kind);
            fields.lp16()?;
        }
        Ok(())
    }

    /// Checks that nothing is left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(Error::Malformed) }
    }
}

/// Checks the id of a document by the rule in `docs/parcel.md`: fit to be a relative path, although it is never used as one here.
pub(crate) fn document_id(field: &[u8]) -> Result<&str, Error> {
    let id = str::from_utf8(field).map_err(|_| Error::Malformed)?;
    let forbidden = |c: char| c.is_control() || c == '\\';
    let segment = |segment: &str| matches!(segment, "" | "." | "..");
    if field.len() > DOCUMENT_ID_MAX || id.contains(forbidden) || id.split('/').any(segment) {
        return Err(Error::Malformed);
    }
    Ok(id)
}

/// Where fields are written.
pub trait Sink {
    /// Appends bytes.
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// Secret bytes that are written once, into memory of the right size: it never moves, so no copy is left behind.
struct Fixed {
    bytes: SecretBytes,
    filled: usize,
}

impl Sink for Fixed {
    fn put(&mut self, bytes: &[u8]) {
        let end = self.filled.saturating_add(bytes.len());
        // What does not fit is only counted; `secret` finds it.
        if let Some(place) = self.bytes.expose_secret_mut().get_mut(self.filled..end) {
            place.copy_from_slice(bytes);
        }
        self.filled = end;
    }
}

/// Counts what would be written.
struct Count(usize);

impl Sink for Count {
    fn put(&mut self, bytes: &[u8]) {
        self.0 = self.0.saturating_add(bytes.len());
    }
}

/// Writes fields one after the other.
pub struct Writer<'a>(&'a mut dyn Sink);

/// What `write` writes, after `magic`.
pub(crate) fn public(magic: &[u8], write: impl FnOnce(&mut Writer<'_>) -> Result<(), Error>) -> Result<Vec<u8>, Error> {
    let mut bytes = magic.to_vec();
    write(&mut Writer(&mut bytes))?;
    Ok(bytes)
}

/// What `write` writes, as a secret: once to count, once into memory of that size.
pub(crate) fn secret(write: impl Fn(&mut Writer<'_>) -> Result<(), Error>) -> Result<SecretBytes, Error> {
    let mut count = Count(0);
    write(&mut Writer(&mut count))?;
    let mut fixed = Fixed { bytes: SecretBytes::zeroed(count.0), filled: 0 };
    write(&mut Writer(&mut fixed))?;
    if fixed.filled == count.0 { Ok(fixed.bytes) } else { Err(Error::Internal) }
}

impl Writer<'_> {
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.put(bytes);
    }

    pub(crate) fn u8(&mut self, number: u8) {
        self.bytes(&[number]);
    }

    pub(crate) fn u16(&mut self, number: u16) {
        self.bytes(&number.to_be_bytes());
    }

    pub(crate) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_be_bytes());
    }

    pub(crate) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_be_bytes());
    }

    pub(crate) fn time(&mut self, time: Timestamp) {
        self.u64(time.as_secs());
    }

    /// See [`Reader::optional`].
    pub(crate) fn optional<const N: usize>(&mut self, value: Option<&[u8; N]>) {
        self.u8(value.is_some().into());
        self.bytes(value.unwrap_or(&[0; N]));
    }

    /// See [`Reader::digest_or_zeros`].
    pub(crate) fn digest_or_zeros(&mut self, digest: Option<&Digest>) {
        self.bytes(digest.map_or(&[0; Digest::BYTES], |digest| digest.as_bytes()));
    }

    /// # Errors
    /// [`Error::TooLarge`] for a field that two bytes cannot count.
    pub(crate) fn lp16(&mut self, field: &[u8]) -> Result<(), Error> {
        self.u16(u16::try_from(field.len()).map_err(|_| Error::TooLarge)?);
        self.bytes(field);
        Ok(())
    }

    /// # Errors
    /// [`Error::TooLarge`] for a field that four bytes cannot count.
    pub(crate) fn lp32(&mut self, field: &[u8]) -> Result<(), Error> {
        self.u32(u32::try_from(field.len()).map_err(|_| Error::TooLarge)?);
        self.bytes(field);
        Ok(())
    }

    /// A field `extensions` with none in it.
    pub(crate) fn no_extensions(&mut self) {
        self.u16(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written_and_nothing_more() {
        let write = |writer: &mut Writer<'_>| {
            writer.u8(1);
            writer.u16(2);
            writer.u32(3);
            writer.u64(4);
            writer.time(Timestamp::from_secs(5)?);
            writer.optional(Some(&[6; 2]));
            writer.optional::<2>(None);
            writer.lp16(b"seven")?;
            writer.lp32(b"eight")?;
            writer.no_extensions();
            Ok(())
        };
        let bytes = public(b"magic", write).unwrap();
        assert_eq!(secret(write).unwrap().expose_secret(), &bytes[5..]);
        let mut reader = Reader::after(b"magic", &bytes).unwrap();
        assert_eq!((reader.u8(), reader.u16(), reader.u32(), reader.u63()), (Ok(1), Ok(2), Ok(3), Ok(4)));
        assert_eq!(reader.time(), Timestamp::from_secs(5));
        assert_eq!((reader.optional(), reader.optional::<2, [u8; 2]>()), (Ok(Some([6; 2])), Ok(None)));
        assert_eq!((reader.lp16(), reader.lp32()), (Ok(b"seven".as_slice()), Ok(b"eight".as_slice())));
        assert_eq!(reader.extensions(), Ok(()));
        assert_eq!((reader.read_so_far(), reader.rest()), (bytes.as_slice(), [].as_slice()));
        assert_eq!(reader.u8(), Err(Error::Malformed));
        assert_eq!(reader.end(), Ok(()));
        assert_eq!(Reader::new(b"x").end(), Err(Error::Malformed));
        assert_eq!(Reader::new(&[0xff; 8]).time(), Err(Error::Malformed));
        assert_eq!(Reader::new(&[0, 1, 0]).optional::<2, [u8; 2]>(), Err(Error::Malformed));
        assert_eq!(Reader::new(b"\0\x02ab").lp16_up_to(1), Err(Error::Malformed));
        assert_eq!(public(b"", |writer| writer.lp16(&[0; 65_536])), Err(Error::TooLarge));
    }

    #[test]
    fn an_id_is_fit_to_be_a_relative_path() {
        for good in ["a", "contracts/2026/1", "..a", "世界", &"x".repeat(128)] {
            assert_eq!(document_id(good.as_bytes()), Ok(good));
        }
        for bad in ["", ".", "..", "/a", "a/", "a//b", "a/../b", "a\\b", "a\nb", "\u{9b}", &"x".repeat(129)] {
            assert_eq!(document_id(bad.as_bytes()), Err(Error::Malformed), "{bad:?}");
        }
        assert_eq!(document_id(b"\xff"), Err(Error::Malformed));
    }

    #[test]
    fn extensions_ascend_and_a_critical_one_is_refused() {
        let read = |field: &[u8]| {
            let bytes = public(b"", |writer| writer.lp16(field)).unwrap();
            Reader::new(&bytes).extensions()
        };
        assert_eq!(read(b""), Ok(()));
        assert_eq!(read(b"\0\x01\0\0\0\x02\0\x01a"), Ok(()));
        for bad in [b"\0\x02\0\0\0\x01\0\0".as_slice(), b"\0\x01\0\0\0\x01\0\0", b"\x80\0\0\0", b"\0\x01\0\x01", b"\0"]
        {
            assert_eq!(read(bad), Err(Error::Malformed));
        }
        assert_eq!(read(&[0; 4097]), Err(Error::TooLarge));
    }
}
