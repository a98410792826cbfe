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

/// `{"data":"...","nonce":"..."}`
pub(super) fn write(data: &[u8], nonce: &[u8]) -> Result<Vec<u8>, Error> {
    let values = base64_len(data.len()).zip(base64_len(nonce.len()));
    let len = values.and_then(|(data, nonce)| data.checked_add(nonce)?.checked_add(br#"{"data":"","nonce":""}"#.len()));
    let len = len.filter(|len| *len <= JSON_MAX).ok_or(Error::TooLarge)?;
    let mut json = vec![0; len];
    let mut at = 0;
    for (before, value) in [(br#"{"data":""#.as_slice(), data), (br#"","nonce":""#, nonce), (br#""}"#, &[])] {
        let rest = json.get_mut(at..).ok_or(Error::TooLarge)?;
        let (text, rest) = rest.split_at_mut_checked(before.len()).ok_or(Error::TooLarge)?;
        text.copy_from_slice(before);
        at += before.len() + base64_encode(value, rest)?;
    }
    Ok(json)
}

/// An envelope whose two values are still JSON strings in base64.
pub(super) struct Envelope<'a> {
    data: &'a RawValue,
    nonce: &'a RawValue,
}

impl<'a> Envelope<'a> {
    /// Reads an object with the members `data` and `nonce`, each once, in any order; others are ignored.
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, Error> {
        if json.len() > JSON_MAX {
            return Err(Error::TooLarge);
        }
        serde_json::from_slice(json).map_err(|_| Error::Malformed)
    }

    /// The ciphertext and its tag.
    pub(super) fn data(&self) -> Result<SecretBytes, Error> {
        decode(self.data.get())
    }

    /// The encrypted nonce.
    pub(super) fn nonce(&self) -> Result<SecretBytes, Error> {
        decode(self.nonce.get())
    }
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
            if value.replace(members.next_value::<&RawValue>()?).is_some() {
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

/// The bytes behind a JSON string in base64. Escapes (`\/` from PHP, `\u002B` from .NET) are resolved piece by piece on the
/// way to the decoder.
fn decode(json: &str) -> Result<SecretBytes, Error> {
    let text = json.as_bytes().strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).ok_or(Error::Malformed)?;
    let mut bytes = SecretBytes::zeroed(text.len() / 4 * 3 + 3);
    let out = bytes.expose_secret_mut();
    let mut len = 0;
    if memchr::memchr(b'\\', text).is_some() {
        let mut piece = [0; PIECE];
        let mut characters = Unescaped(text);
        let mut padded = false;
        loop {
            let filled = characters.fill(&mut piece)?;
            let piece = piece.get(..filled).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            // Padding may only stand at the very end.
            if padded {
                return Err(Error::Malformed);
            }
            padded = piece.ends_with(b"=");
            len += base64_decode(piece, out.get_mut(len..).unwrap_or_default())?;
        }
    } else {
        len = base64_decode(text, out)?;
    }
    bytes.truncate(len);
    Ok(bytes)
}

/// The characters of a JSON string (RFC 8259, section 7) that serde_json has found to be well formed.
struct Unescaped<'a>(&'a [u8]);

impl Unescaped<'_> {
    /// Fills `piece` as far as there are characters.
    fn fill(&mut self, piece: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while let Some(space) = piece.get_mut(filled..).filter(|space| !space.is_empty()) {
            let next = self.0.get(..space.len()).unwrap_or(self.0);
            let plain = memchr::memchr(b'\\', next).unwrap_or(next.len());
            let (run, rest) = self.0.split_at_checked(plain).ok_or(Error::Malformed)?;
            let (to, space) = space.split_at_mut_checked(plain).ok_or(Error::Malformed)?;
            to.copy_from_slice(run);
            self.0 = rest;
            filled += plain;
            let (Some(space), Some(b'\\')) = (space.first_mut(), self.0.first()) else {
                if self.0.is_empty() {
                    break;
                }
                continue;
            };
            *space = self.escape()?;
            filled += 1;
        }
        Ok(filled)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(json: &str) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let envelope = Envelope::parse(json.as_bytes())?;
        Ok((envelope.data()?.expose_secret().to_vec(), envelope.nonce()?.expose_secret().to_vec()))
    }

    #[test]
    fn parses_what_it_wrote() {
        for len in [0, 1, 2, 3, 100, 20_000, 100_000] {
            let data = (0..len).map(|at| (at * 5 / 3) as u8).collect::<Vec<u8>>();
            let json = String::from_utf8(write(&data, b"nonce").unwrap()).unwrap();
            assert_eq!(parsed(&json), Ok((data.clone(), b"nonce".to_vec())));
            let escaped = json.replace('/', r"\/").replace('+', r"\u002B");
            assert_eq!(parsed(&escaped), Ok((data, b"nonce".to_vec())));
        }
    }

    #[test]
    fn writes_exactly_the_deployed_text() {
        assert_eq!(write(&[0xFF, 0xFF, 0xFE], b"abcd").unwrap(), br#"{"data":"///+","nonce":"YWJjZA=="}"#);
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
        assert!(matches!(write(&vec![0; JSON_MAX / 4 * 3], b""), Err(Error::TooLarge)));
    }
}
