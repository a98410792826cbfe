//! A passphrase in a file: the same bytes whichever system and editor wrote it.

use std::path::Path;

use secenv::SecretBytes;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::failure::Failure;
use crate::files;

const UTF_8_MARK: &[u8] = &[0xef, 0xbb, 0xbf];
const UTF_16_MARKS: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// Reads a passphrase: without a mark of UTF-8 at its beginning and a newline at its end, and in NFC (RFC 8265). What
/// is not UTF-8 is taken as it is where something was locked with it, and refused where something `new` would be.
pub fn read(path: &Path, new: bool) -> Result<SecretBytes, Failure> {
    let file = files::read(path)?;
    let refused = |why: &str| Err(Failure::misuse(format!("{}: {why}", path.display())));
    if is_utf_16(file.expose_secret()) {
        return refused("this looks like UTF-16; save it as UTF-8");
    }
    let bytes = file.expose_secret();
    let bytes = bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    if bytes.is_empty() {
        return refused("the passphrase is empty");
    }
    match str::from_utf8(bytes) {
        Ok(text) if !is_nfc(text) => Ok(normalize(text)),
        Err(_) if new => refused("a passphrase is text in UTF-8; for other bytes there are keys of 32 bytes"),
        _ => Ok(bytes.to_vec().into()),
    }
}

/// Text in UTF-16 begins with a mark, or much of it is zeros.
fn is_utf_16(bytes: &[u8]) -> bool {
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || (zeros > 0 && zeros >= bytes.len() / 4)
}

/// The text in NFC, which is at most three times as long in UTF-8: the vector never grows, which would leave copies
/// behind.
fn normalize(text: &str) -> SecretBytes {
    let mut out = Vec::with_capacity(3 * text.len());
    for c in text.nfc() {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    out.into()
}
