//! The JSON around the two values: written in one go, and read without a tree of values or a copy of the payload.

use core::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::JSON_MAX;
use crate::encoding::{base64_decode, base64_encode, base64_len};
use crate::{Error, SecretBytes};

/// How deep arrays and objects may nest, the envelope itself being the first.
const DEPTH: u8 = 4;

/// Characters that are decoded in one go; a multiple of four, so that only the last piece is padded.
const PIECE: usize = 16 * 1024;

/// Characters that are looked through for escapes in one go.
const BLOCK: usize = 32;

/// Bytes that are encoded in one go; a multiple of three, so that only the last run is padded.
const RUN: usize = PIECE / 4 * 3;

/// `{"data":"...","nonce":"..."}`, where `write_data` writes the `len` bytes behind `data`.
///
/// They are written to the end of the text's own memory, and their base64 grows towards them from the front. The space
/// before them is what base64 adds to all of them, so that it never overtakes what is not yet encoded.
pub(super) fn write(
    len: usize,
    nonce: &[u8],
    write_data: impl FnOnce(&mut [u8]) -> Result<(), Error>,
) -> Result<Vec<u8>, Error> {
    const BEFORE: &[u8] = br#"{"data":""#;
    const BETWEEN: &[u8] = br#"","nonce":""#;
    const AFTER: &[u8] = br#""}"#;
    let values = base64_len(len).zip(base64_len(nonce.len()));
    let total = values
        .and_then(|(data, nonce)| data.checked_add(nonce)?.checked_add(BEFORE.len() + BETWEEN.len() + AFTER.len()));
    let total = total.filter(|total| *total <= JSON_MAX).ok_or(Error::TooLarge)?;

    let mut json = vec![0; total];
    let mut unread = total - len;
    write_data(json.get_mut(unread..).ok_or(Error::Internal)?)?;
    let mut at = put(&mut json, 0, BEFORE)?;
    let mut run = [0; RUN];
    while let Some(bytes) = json.get(unread..).filter(|bytes| !bytes.is_empty()) {
        let bytes = bytes.get(..RUN).unwrap_or(bytes);
        let run = run.get_mut(..bytes.len()).ok_or(Error::TooLarge)?;
        run.copy_from_slice(bytes);
        unread += run.len();
        at += base64_encode(run, json.get_mut(at..).ok_or(Error::Internal)?)?;
    }
    at = put(&mut json, at, BETWEEN)?;
    at += base64_encode(nonce, json.get_mut(at..).ok_or(Error::Internal)?)?;
    put(&mut json, at, AFTER)?;
    Ok(json)
}

/// Copies `text` to `json` and gives where it ends.
fn put(json: &mut [u8], at: usize, text: &[u8]) -> Result<usize, Error> {
    let end = at + text.len();
    json.get_mut(at..end).ok_or(Error::TooLarge)?.copy_from_slice(text);
    Ok(end)
}

/// An envelope whose two values are still base64, with JSON's escapes in it.
pub(super) struct Envelope<'a> {
    data: &'a [u8],
    nonce: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Reads an object with the members `data` and `nonce`, each once, in any order; others are ignored.
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, Error> {
        if json.len() > JSON_MAX {
            return Err(Error::TooLarge);
        }
        Self::parse_usual(json).map_or_else(|| serde_json::from_slice(json).map_err(|_| Error::Malformed), Ok)
    }

    /// The shortcut for the text that every deployed writer writes, at the speed of `memchr`. What lies between its
    /// quotes is base64 and escapes of it, or `decode` refuses it; so the shortcut takes nothing that serde_json would
    /// read otherwise.
    fn parse_usual(json: &'a [u8]) -> Option<Self> {
        let (data, rest) = until_quote(json.strip_prefix(br#"{"data":""#)?)?;
        let (nonce, rest) = until_quote(rest.strip_prefix(br#","nonce":""#)?)?;
        (rest == b"}").then_some(Envelope { data, nonce })
    }

    /// The ciphertext and its tag.
    pub(super) fn data(&self) -> Result<SecretBytes, Error> {
        decode(self.data)
    }

    /// The encrypted nonce.
    pub(super) fn nonce(&self) -> Result<SecretBytes, Error> {
        decode(self.nonce)
    }
}

/// What stands before the first quote and behind it.
fn until_quote(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, quote_and_rest) = text.split_at_checked(memchr::memchr(b'"', text)?)?;
    Some((before, quote_and_rest.get(1..)?))
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with data and nonce")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<Envelope<'de>, M::Error> {
        let (mut data, mut nonce) = (None, None);
        while let Some(name) = members.next_key::<Name>()? {
            let value = match name {
                Name::Data => &mut data,
                Name::Nonce => &mut nonce,
                Name::Other => {
                    members.next_value_seed(Shallow(DEPTH - 1))?;
                    continue;
                }
            };
            let text =
                members.next_value::<&RawValue>()?.get().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            let text = text.ok_or_else(|| M::Error::custom("data and nonce are strings"))?;
            if value.replace(text.as_bytes()).is_some() {
                return Err(M::Error::duplicate_field("data or nonce"));
            }
        }
        match (data, nonce) {
            (Some(data), Some(nonce)) => Ok(Envelope { data, nonce }),
            _ => Err(M::Error::missing_field("data or nonce")),
        }
    }
}

/// The name of a member, escapes resolved.
enum Name {
    Data,
    Nonce,
    Other,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Spelled;
        impl Visitor<'_> for Spelled {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_str<E>(self, name: &str) -> Result<Name, E> {
                Ok(match name {
                    "data" => Name::Data,
                    "nonce" => Name::Nonce,
                    _ => Name::Other,
                })
            }
        }
        deserializer.deserialize_str(Spelled)
    }
}

/// Reads past a value that nests no deeper than this.
#[derive(Clone, Copy)]
struct Shallow(u8);

impl Shallow {
    fn within<E: serde::de::Error>(self) -> Result<Shallow, E> {
        self.0.checked_sub(1).map(Shallow).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Shallow {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Shallow {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<(), S::Error> {
        let inner = self.within()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(self, mut members: M) -> Result<(), M::Error> {
        let inner = self.within()?;
        while members.next_key::<IgnoredAny>()?.is_some() {
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}

/// The bytes behind the base64 in a JSON string. Escapes (`\/` from PHP, `\u002B` from .NET) are resolved piece by
/// piece on the way to the decoder.
fn decode(text: &[u8]) -> Result<SecretBytes, Error> {
    let mut bytes = SecretBytes::zeroed(text.len() / 4 * 3 + 3);
    let out = bytes.expose_secret_mut();
    let mut len = 0;
    if memchr::memchr(b'\\', text).is_some() {
        let mut piece = [0; PIECE];
        let mut characters = Unescaped(text);
        let mut padded = false;
        loop {
            let filled = characters.fill(&mut piece)?;
            let piece = piece.get(..filled).ok_or(Error::Internal)?;
            if piece.is_empty() {
                break;
            }
            // Padding may only stand at the very end.
            if padded {
                return Err(Error::Malformed);
            }
            padded = piece.ends_with(b"=");
            len += base64_decode(piece, out.get_mut(len..).ok_or(Error::Internal)?)?;
        }
    } else {
        len = base64_decode(text, out)?;
    }
    bytes.truncate(len);
    Ok(bytes)
}

/// The characters of a JSON string (RFC 8259, section 7).
struct Unescaped<'a>(&'a [u8]);

impl Unescaped<'_> {
    /// Fills `piece` as far as there are characters.
    fn fill(&mut self, piece: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while let Some(space) = piece.get_mut(filled..).filter(|space| !space.is_empty()) {
            // PHP escapes about every 64th character, too close together for `memchr`: so whole blocks are copied, and
            // what comes next overwrites what stood behind an escape.
            let plain = match (self.0.first_chunk(), space.first_chunk_mut()) {
                (Some(from), Some(to)) => {
                    *to = *from;
                    until_escape(from)
                }
                _ => 0,
            };
            self.0 = self.0.get(plain..).ok_or(Error::Internal)?;
            filled += plain;
            if plain == BLOCK {
                continue;
            }
            // An escape, or one of the last few characters.
            let (Some(to), Some(character)) = (space.get_mut(plain), self.next()?) else { break };
            *to = character;
            filled += 1;
        }
        Ok(filled)
    }

    /// The next character, if there is one.
    fn next(&mut self) -> Result<Option<u8>, Error> {
        match self.0.split_first() {
            None => Ok(None),
            Some((b'\\', _)) => self.escape().map(Some),
            Some((character, rest)) => {
                self.0 = rest;
                Ok(Some(*character))
            }
        }
    }

    /// The character behind the escape at the start. Of the short escapes only `\/` can stand for one of base64.
    fn escape(&mut self) -> Result<u8, Error> {
        let (character, rest) = match *self.0 {
            [_, b'/', ref rest @ ..] => (b'/', rest),
            [_, b'u', b'0', b'0', high, low, ref rest @ ..] => {
                let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(Error::Malformed);
                (u8::try_from(digit(high)? * 16 + digit(low)?).map_err(|_| Error::Malformed)?, rest)
            }
            _ => return Err(Error::Malformed),
        };
        self.0 = rest;
        Ok(character)
    }
}

/// How many characters stand before the first backslash.
fn until_escape(block: &[u8; BLOCK]) -> usize {
    let (words, _) = block.as_chunks();
    let mut len = 0;
    for word in words {
        // The lowest byte that is zero is the lowest whose top bit this sets (Hacker's Delight, 6-1).
        let word = u64::from_le_bytes(*word) ^ u64::from_le_bytes([b'\\'; 8]);
        let zeros = word.wrapping_sub(u64::from_le_bytes([0x01; 8])) & !word & u64::from_le_bytes([0x80; 8]);
        if zeros != 0 {
            return len + zeros.trailing_zeros() as usize / 8;
        }
        len += 8;
    }
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(json: &str) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let envelope = Envelope::parse(json.as_bytes())?;
        Ok((envelope.data()?.expose_secret().to_vec(), envelope.nonce()?.expose_secret().to_vec()))
    }

    fn written(data: &[u8], nonce: &[u8]) -> Result<Vec<u8>, Error> {
        write(data.len(), nonce, |out| {
            out.copy_from_slice(data);
            Ok(())
        })
    }

    #[test]
    fn parses_what_it_wrote() {
        for len in [0, 1, 2, 3, 100, RUN - 1, RUN, RUN + 1, 20_000, 100_000] {
            let data = (0..len).map(|at| (at * 5 / 3) as u8).collect::<Vec<u8>>();
            let json = String::from_utf8(written(&data, b"nonce").unwrap()).unwrap();
            assert_eq!(parsed(&json), Ok((data.clone(), b"nonce".to_vec())));
            let escaped = json.replace('/', r"\/").replace('+', r"\u002B");
            assert_eq!(parsed(&escaped), Ok((data, b"nonce".to_vec())));
        }
    }

    #[test]
    fn writes_exactly_the_deployed_text() {
        assert_eq!(written(&[0xFF, 0xFF, 0xFE], b"abcd").unwrap(), br#"{"data":"///+","nonce":"YWJjZA=="}"#);
    }

    #[test]
    fn parses_what_other_writers_write() {
        let expected = Ok((vec![0xFF, 0xFF, 0xFE], b"abcd".to_vec()));
        for json in [
            r#"{"data":"\/\/\/+","nonce":"YWJjZA=="}"#,
            r#"{"nonce":"YWJjZA==","data":"///+"}"#,
            " {\r\n\t\"data\" : \"///+\" , \"nonce\" : \"YWJjZA\\u003d=\" } \n",
            r#"{"d\u0061ta":"\u002f\u002F/+","nonce":"YWJjZA=="}"#,
            r#"{"v":1,"x":[{"y":[]}],"z":null,"f":1.5,"n":-1,"s":"\n","data":"///+","nonce":"YWJjZA=="}"#,
        ] {
            assert_eq!(parsed(json), expected, "{json}");
        }
    }

    #[test]
    fn refuses_what_is_no_envelope() {
        for json in [
            "",
            "null",
            "[]",
            "{}",
            r#"["///+","YWJjZA=="]"#,
            r#"{"data":"///+"}"#,
            r#"{"nonce":"YWJjZA=="}"#,
            r#"{"data":"///+","nonce":"YWJjZA=="}x"#,
            r#"{"data":"///+","nonce":"YWJjZA=="}{}"#,
            r#"{"data":"///+","nonce":"YWJjZA==","data":"///+"}"#,
            r#"{"data":"///+","nonce":"YWJjZA==","d\u0061ta":"///+"}"#,
            r#"{"data":1,"nonce":"YWJjZA=="}"#,
            r#"{"data":null,"nonce":"YWJjZA=="}"#,
            r#"{"data":["///+"],"nonce":"YWJjZA=="}"#,
            r#"{"data":"///+","nonce":"YWJjZA="}"#,
            r#"{"data":"///+","nonce":"YWJjZA"}"#,
            r#"{"data":"///+","nonce":"YWJjZB=="}"#,
            r#"{"data":"///+","nonce":"YWJj ZA=="}"#,
            r#"{"data":"///+","nonce":"YWJjZA==\n"}"#,
            r#"{"data":"///+","nonce":"YWJjZA\u013d="}"#,
            r#"{"data":"___-","nonce":"YWJjZA=="}"#,
            r#"{"data":"///+","nonce":"YWJjZA=="},"#,
            r#"{"data":"///+","nonce":"YWJjZA==",}"#,
            r#"{"data":"///+\","nonce":"YWJjZA=="}"#,
            r#"{"data":"///+","nonce":"YWJjZA==\"}"#,
            r#"{"data":"///+","nonce":"YWJjZA\u00==","}"#,
            "{\"data\":\"//\n/+\",\"nonce\":\"YWJjZA==\"}",
            r#"{"x":[[[[]]]],"data":"///+","nonce":"YWJjZA=="}"#,
            "\u{feff}{\"data\":\"///+\",\"nonce\":\"YWJjZA==\"}",
        ] {
            assert_eq!(parsed(json), Err(Error::Malformed), "{json}");
        }
    }

    #[test]
    fn refuses_padding_in_the_middle_of_a_long_escaped_text() {
        let mut text = vec![b'A'; PIECE - 1];
        text.extend_from_slice(b"=AAA\\/");
        let json = format!(r#"{{"data":"{}","nonce":""}}"#, String::from_utf8(text).unwrap());
        assert_eq!(parsed(&json), Err(Error::Malformed));
    }

    #[test]
    fn refuses_over_64_mib_unread() {
        assert!(matches!(Envelope::parse(&vec![b' '; JSON_MAX + 1]), Err(Error::TooLarge)));
        assert!(matches!(write(JSON_MAX / 4 * 3, b"", |_| Ok(())), Err(Error::TooLarge)));
    }
}
