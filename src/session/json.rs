//! The JSON encoding of protocol 2's messages, for where only text passes: `{"v":2,"data":"BASE64"}`. It is not
//! authenticated; what it carries is.

use std::borrow::Cow;

use serde::Deserialize;

use crate::Error;
use crate::encoding::{base64_decode, base64_encode, base64_len};

/// The longest JSON text: the longest record in base64, and what else stands in the object.
const JSON_MAX: usize = 24 * 1024 * 1024;

const BEFORE: &[u8] = br#"{"v":2,"data":""#;
const AFTER: &[u8] = br#""}"#;

#[derive(Deserialize)]
struct Encoded<'a> {
    v: u8,
    #[serde(borrow)]
    data: Cow<'a, str>,
}

/// The JSON text that carries `message`.
///
/// # Errors
/// [`Error::TooLarge`] if the text would be longer than [`parse`] reads.
pub fn encode(message: &[u8]) -> Result<Vec<u8>, Error> {
    let text = base64_len(message.len()).filter(|len| *len <= JSON_MAX - BEFORE.len() - AFTER.len());
    let mut json = BEFORE.to_vec();
    json.resize(BEFORE.len() + text.ok_or(Error::TooLarge)?, 0);
    base64_encode(message, json.split_at_mut(BEFORE.len()).1)?;
    json.extend_from_slice(AFTER);
    Ok(json)
}

/// The message in a JSON text.
///
/// # Errors
/// [`Error::TooLarge`] for a text over 24 MiB; [`Error::Malformed`] if it is no such object of version 2.
pub fn parse(json: &[u8]) -> Result<Vec<u8>, Error> {
    if json.len() > JSON_MAX {
        return Err(Error::TooLarge);
    }
    // serde's derived reader would take an array of the two values as well.
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Error::Malformed);
    }
    let json = str::from_utf8(json).map_err(|_| Error::Malformed)?;
    let encoded: Encoded<'_> = serde_json::from_str(json).map_err(|_| Error::Malformed)?;
    if encoded.v != 2 {
        return Err(Error::Malformed);
    }
    let mut message = vec![0; encoded.data.len()];
    let len = base64_decode(encoded.data.as_bytes(), &mut message)?;
    message.truncate(len);
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::MESSAGE_MAX;

    #[test]
    fn reads_back_what_it_wrote() {
        for len in [0, 1, 2, 3, 100, 5000] {
            let message = vec![0xFB; len];
            assert_eq!(parse(&encode(&message).unwrap()).unwrap(), message);
        }
        assert_eq!(encode(b"\xFB\xFF").unwrap(), br#"{"v":2,"data":"+/8="}"#);
    }

    #[test]
    fn reads_other_writers_and_ignores_other_members() {
        for json in [r#" {"data" : "+\/8=", "v":2} "#, r#"{"v":2,"data":"\u002b/8=","more":[{"a":null}]}"#] {
            assert_eq!(parse(json.as_bytes()).unwrap(), b"\xFB\xFF", "{json}");
        }
    }

    #[test]
    fn refuses_what_is_no_carrier() {
        for json in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"v":2}"#,
            r#"{"data":""}"#,
            r#"{"v":1,"data":""}"#,
            r#"{"v":"2","data":""}"#,
            r#"{"v":2.0,"data":""}"#,
            r#"{"v":258,"data":""}"#,
            r#"{"v":2,"v":2,"data":""}"#,
            r#"{"v":2,"data":"","data":""}"#,
            r#"{"v":2,"data":"+_8="}"#,
            r#"{"v":2,"data":"+/8"}"#,
            r#"{"v":2,"data":"+/9="}"#,
            r#"{"v":2,"data":"+/8=\n"}"#,
            r#"{"v":2,"data":""}{}"#,
            r#"{"v":2,"data":7}"#,
        ] {
            assert_eq!(parse(json.as_bytes()), Err(Error::Malformed), "{json}");
        }
        assert_eq!(parse(b"{\"v\":2,\"data\":\"\",\"x\":\"\xff\"}"), Err(Error::Malformed));
        assert_eq!(parse(&vec![b' '; JSON_MAX + 1]), Err(Error::TooLarge));
    }

    #[test]
    fn carries_the_longest_record() {
        assert!(parse(&encode(&vec![1; MESSAGE_MAX + 67]).unwrap()).is_ok());
        assert_eq!(encode(&vec![1; JSON_MAX / 4 * 3]), Err(Error::TooLarge));
    }
}
