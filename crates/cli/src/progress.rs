//! Bars on the standard error while it is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

const BYTES: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
const ENDLESS: &str = "{msg} {spinner} {bytes} {bytes_per_sec}";
const COUNT: &str = "{msg} {wide_bar} {pos}/{len} {eta}";

fn styled(bar: ProgressBar, template: &str, message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_message(message.to_owned())
}

/// For so many bytes, or for what ends when it ends.
pub fn bytes(message: &str, length: Option<u64>) -> ProgressBar {
    match length {
        Some(length) => styled(ProgressBar::new(length), BYTES, message),
        None => styled(ProgressBar::new_spinner(), ENDLESS, message),
    }
}

/// For so many files.
pub fn count(message: &str, length: usize) -> ProgressBar {
    styled(ProgressBar::new(length as u64), COUNT, message)
}
