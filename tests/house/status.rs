//! The list of failures and its three dresses: Rust, C, PHP.

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::fs;
use std::path::Path;

use secenv::Error;
use secenv::ffi::status::{secenv_status, secenv_status_message};

fn message(status: i32) -> String {
    // SAFETY: static text, NUL-terminated.
    #[expect(unsafe_code, reason = "reads a C string")]
    unsafe { CStr::from_ptr(secenv_status_message(status)) }.to_str().unwrap().to_owned()
}

#[test]
fn every_failure_has_a_status_of_its_own_in_its_family() {
    let mut numbers = BTreeSet::new();
    for error in Error::ALL {
        let status = secenv_status::from(error) as i32;
        assert!(numbers.insert(status), "{error:?} shares {status}");
        let family = match status {
            10..=19 => secenv::Family::Misuse,
            20..=29 => secenv::Family::Rejected,
            30..=39 => secenv::Family::Unavailable,
            _ => panic!("{error:?} is {status}"),
        };
        assert_eq!(error.family(), family);
        assert_eq!(message(status), error.message());
    }
}

#[test]
fn every_status_says_something_of_its_own() {
    let texts: BTreeSet<String> = secenv_status::ALL.iter().map(|status| message(*status as i32)).collect();
    assert_eq!(texts.len(), secenv_status::ALL.len());
    assert!(texts.iter().all(|text| text.len() > 8));
    assert_eq!(message(12_345), message(-1));
}

#[test]
fn the_header_and_php_know_the_same_statuses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header = fs::read_to_string(root.join("include/secenv.h")).unwrap();
    let php = fs::read_to_string(root.join("bindings/php/src/Status.php")).unwrap();
    let php: BTreeSet<(String, i32)> = php
        .lines()
        .filter_map(|line| line.trim().strip_prefix("case ")?.strip_suffix(';')?.split_once(" = "))
        .map(|(name, number)| (name.to_owned(), number.parse().unwrap()))
        .collect();
    assert_eq!(php.len(), secenv_status::ALL.len());
    for status in secenv_status::ALL {
        let name = format!("{status:?}");
        let number = status as i32;
        assert!(php.contains(&(name.clone(), number)), "PHP lacks {name} = {number}");
        let mut screaming = String::new();
        for c in name.chars() {
            if c.is_uppercase() {
                screaming.push('_');
            }
            screaming.push(c.to_ascii_uppercase());
        }
        assert!(header.contains(&format!("SECENV_STATUS{screaming} = {number},")), "the header lacks {screaming}");
    }
}
