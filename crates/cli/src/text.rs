//! Text: times, durations and ids as people write them, and what is printed.

use core::time::Duration;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo};
use secenv::{KeyId, Pin, Timestamp, VaultId};
use serde::Serialize;

use crate::failure::Failure;

/// What is printed with what anybody may have signed.
pub const UNTRUSTED: &str =
    "The signature is valid. Whether this signer is your server, only you can tell: compare the pin.";

pub fn parse_pin(text: &str) -> Result<Pin, String> {
    text.parse().map_err(|_| "a pin is sha256// and 44 characters of base64, as keygen prints it".to_owned())
}

fn parse_id<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "an id is 32 hex digits".to_owned())
}

pub fn parse_key_id(text: &str) -> Result<KeyId, String> {
    parse_id(text)
}

pub fn parse_vault_id(text: &str) -> Result<VaultId, String> {
    parse_id(text)
}

/// A time as in RFC 3339, or a date, which stands for its first second in UTC.
pub fn parse_time(text: &str) -> Result<Timestamp, String> {
    // A date is as long as this. jiff takes longer ones too, and ignores the time in them.
    let date = || text.parse::<Date>().ok().filter(|_| text.len() == "2027-01-31".len());
    let midnight = || TimeZone::UTC.to_timestamp(date()?.at(0, 0, 0, 0)).ok();
    let time = text.parse::<jiff::Timestamp>().ok().or_else(midnight);
    time.and_then(|time| Timestamp::from_secs(u64::try_from(time.as_second()).ok()?).ok()).ok_or_else(|| {
        "a time is a date such as 2027-01-31 (its first second, UTC), or as in RFC 3339: 2027-01-31T12:00:00Z"
            .to_owned()
    })
}

/// A number of seconds, or such as `7d` or `1d 12h`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let span = || text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok();
    let seconds = || span().filter(|span| span.subsec_nanos() == 0).and_then(|span| u64::try_from(span.as_secs()).ok());
    let seconds = text.parse::<u64>().ok().or_else(seconds).filter(|seconds| seconds >> 63 == 0);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| "a duration is a number of seconds, or such as 7d, 12h or 90m".to_owned())
}

/// A file that is written under its name: nothing is written to the standard output.
pub fn parse_output(text: &str) -> Result<PathBuf, String> {
    match text {
        "-" => Err("this goes to a file, never to the standard output; a file of this name is ./-".to_owned()),
        path => Ok(path.into()),
    }
}

pub fn time(time: Timestamp) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let time_of_day = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time_of_day.map_or_else(|| format!("second {}", time.as_secs()), |time| time.to_string())
}

/// `7 days`, `90 seconds`: in the largest unit that leaves nothing over.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute")];
    let (unit, name) =
        units.into_iter().find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit)).unwrap_or((1, "second"));
    count(seconds / unit, name)
}

/// `1 parcel`, `2 parcels`.
pub fn count(number: u64, name: &str) -> String {
    if number == 1 { format!("1 {name}") } else { format!("{number} {name}s") }
}

/// `epoch 1`, `epochs 1, 2`.
pub fn epochs(epochs: &[u64]) -> String {
    let list = epochs.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    if epochs.len() == 1 { format!("epoch {list}") } else { format!("epochs {list}") }
}

/// The system's clock.
pub fn now() -> Result<Timestamp, Failure> {
    Timestamp::now().map_err(|_| Failure::unavailable("the clock stands before 1970"))
}

/// What is obeyed rather than shown: control characters, marks that turn the direction of text, and what Unicode gives
/// no width (`Default_Ignorable_Code_Point`), with which one id looks as another.
fn is_hidden(c: char) -> bool {
    let marks = [
        '\u{ad}'..='\u{ad}',
        '\u{34f}'..='\u{34f}',
        '\u{61c}'..='\u{61c}',
        '\u{115f}'..='\u{1160}',
        '\u{17b4}'..='\u{17b5}',
        '\u{180b}'..='\u{180f}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{3164}'..='\u{3164}',
        '\u{fe00}'..='\u{fe0f}',
        '\u{feff}'..='\u{feff}',
        '\u{ffa0}'..='\u{ffa0}',
        '\u{fff0}'..='\u{fffb}',
        '\u{1bca0}'..='\u{1bca3}',
        '\u{1d173}'..='\u{1d17a}',
        '\u{e0000}'..='\u{e0fff}',
    ];
    c.is_control() || marks.iter().any(|range| range.contains(&c))
}

/// The text with `\u{1b}` and the like for what a terminal would obey: names come from outside.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out.into()
}

/// The standard output, without a buffer and without a look for ends of lines.
pub fn raw_output() -> io::Result<File> {
    #[cfg(unix)]
    let output = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned()?;
    #[cfg(windows)]
    let output = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned()?;
    Ok(File::from(output))
}

fn write(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(Failure::output)
}

/// A line on the standard output.
pub fn print(line: impl AsRef<str>) -> Result<(), Failure> {
    write(&escape(line.as_ref()))
}

/// JSON without what is hidden. What it escapes beyond the rules of JSON can only stand in its strings.
fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").unwrap_or_default();
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// JSON on the standard output.
pub fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(|error| Failure::misuse(format!("JSON: {error}")))?;
    write(&escape_json(&json))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_date_or_as_in_rfc_3339_and_nothing_else() {
        let seconds = |text: &str| parse_time(text).map(Timestamp::as_secs).ok();
        assert_eq!(seconds("1970-01-02"), Some(86_400));
        assert_eq!(seconds("2027-01-31T12:00:00Z"), seconds("2027-01-31T13:00:00+01:00"));
        assert_eq!(parse_time("2027-01-31T12:00:00Z").map(time).unwrap(), "2027-01-31T12:00:00Z");
        for bad in ["", "tomorrow", "2027", "2027-01", "2027-02-30", "2027-01-31T12:00:00", "1969-12-31", "20270131"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_duration_is_seconds_or_has_units_of_a_fixed_length() {
        let seconds = |text: &str| parse_duration(text).map(|duration| duration.as_secs()).ok();
        assert_eq!(seconds("3600"), Some(3600));
        assert_eq!(seconds("0"), Some(0));
        assert_eq!(seconds("7d"), Some(604_800));
        assert_eq!(seconds("1d 12h"), Some(129_600));
        assert_eq!(seconds("90m"), Some(5400));
        for bad in ["", "d", "-1", "-7d", "1.5s", "1month", "1y", "9223372036854775808", "7 days ago"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_duration_is_written_in_the_largest_unit_that_fits() {
        let text = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(
            [0, 1, 90, 120, 7200, 86_400, 604_800].map(text),
            ["0 seconds", "1 second", "90 seconds", "2 minutes", "2 hours", "1 day", "7 days"]
        );
    }

    #[test]
    fn json_means_the_same_without_what_is_hidden() {
        let id = "a\u{1b}\u{202e}\u{e0061}\u{1f511}\n";
        let json = escape_json(&serde_json::to_string(id).unwrap());
        assert_eq!(json, r#""a\u001b\u202e\udb40\udc61\u{1f511}\n""#.replace(r"\u{1f511}", "\u{1f511}"));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), id);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(escape("contracts/2026 \u{e4}\u{4e2d}"), "contracts/2026 \u{e4}\u{4e2d}");
        for hidden in ['\u{ad}', '\u{180e}', '\u{2028}', '\u{3164}', '\u{fe0f}', '\u{feff}', '\u{fffb}', '\u{e0061}'] {
            assert_eq!(escape(&format!("a{hidden}")), format!("a{}", hidden.escape_unicode()));
        }
        assert_eq!(escape("a\u{1b}[31m\u{202e}b\u{9b}\n\u{200b}"), r"a\u{1b}[31m\u{202e}b\u{9b}\u{a}\u{200b}");
    }
}
