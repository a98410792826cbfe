//! Pins, ids and times, as people write them.

use std::fs::File;
use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use secenv::encoding::{base64_decode, base64_encode, hex_decode};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::failure::Failure;

const SHA256: &str = "sha256//";

/// `sha256//BASE64`.
pub fn pin(pin: &[u8; 32]) -> String {
    let mut text = [0; 44];
    let length = base64_encode(pin, &mut text).unwrap_or_default();
    format!("{SHA256}{}", String::from_utf8_lossy(text.get(..length).unwrap_or_default()))
}

pub fn parse_pin(text: &str) -> Result<[u8; 32], String> {
    let mut pin = [0; 32];
    match text.strip_prefix(SHA256).map(|text| base64_decode(text.as_bytes(), &mut pin)) {
        Some(Ok(32)) => Ok(pin),
        _ => Err(format!("a pin is {SHA256} and 44 characters of base64, as keygen prints it")),
    }
}

pub fn parse_id(text: &str) -> Result<[u8; 16], String> {
    hex_decode(text).ok_or_else(|| "an id is 32 hex digits".to_owned())
}

/// Seconds since 1970.
pub fn parse_time(text: &str) -> Result<u64, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .ok()
        .and_then(|time| u64::try_from(time.unix_timestamp()).ok())
        .ok_or_else(|| "a time is written as in RFC 3339: 2027-01-31T12:00:00Z".to_owned())
}

pub fn time(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_else(|| format!("second {seconds}"))
}

/// The system's clock.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// The standard output, without a buffer and without a look for ends of lines.
pub fn raw_output() -> io::Result<File> {
    #[cfg(unix)]
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(File::from(output))
}

/// Lines on the standard output.
pub fn say(text: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_ref().as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(Failure::output)
}

/// JSON on the standard output.
pub fn say_json(value: &Value) -> Result<(), Failure> {
    say(format!("{value:#}"))
}
