//! The matrix: libsecenv through four languages, and four peers without it. Everyone makes, everyone opens.
//!
//! Each participant speaks the lines of `tests/peers/README.md`; `through/` has libsecenv's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod known;
#[path = "../shared/library.rs"]
mod library;
mod party;
mod prepare;
mod through;
mod work;

use std::io::{Write, stdout};

use party::Party;
use work::WORKS;

/// Makers by openers by works.
const CELLS: usize = 8 * 8 * 10;

#[test]
fn everyone_opens_what_anyone_made_and_refuses_it_changed() {
    let parties = Party::all();
    let mut failures = Vec::new();
    let (mut cells, mut messages) = (0, 0);
    let names = parties.iter().map(|opener| format!("{:>15}", opener.name));
    let mut table = format!("{:<15}{}\n", "maker \\ opener", names.collect::<String>());
    for maker in &parties {
        table += &format!("{:<15}", maker.name);
        for opener in &parties {
            let mut passed = 0;
            for work in WORKS {
                cells += 1;
                match (work.run)(maker, opener) {
                    Ok(ran) => (passed, messages) = (passed + 1, messages + ran),
                    Err(why) => failures.push(format!("{} -> {}, {}: {why}", maker.name, opener.name, work.name)),
                }
            }
            table += &format!("{:>15}", format!("{passed} of {}", WORKS.len()));
        }
        table += "\n";
    }
    let works = WORKS.map(|work| work.name).join(", ");
    // Not `println!`, whose text the test harness keeps to itself when all is well.
    writeln!(stdout(), "\n{table}each cell: {works}\n{cells} cells ran, {messages} messages").unwrap();
    assert!(failures.is_empty(), "{} cells failed:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(cells, CELLS);
    assert!(messages > 3 * CELLS, "only {messages} messages");
}

#[test]
fn everyone_computes_the_known_answers() {
    for party in Party::all() {
        known::check(&party).unwrap();
    }
}

#[test]
fn everyone_refuses_what_is_no_request() {
    for party in Party::all() {
        for refused in ["kx-public", "kx-public 00", "kx-public zz", "kx-client - -", "stream-make", "proof-open - -"] {
            assert_eq!(party.says(refused), "no", "{}: {refused}", party.name);
        }
        assert_eq!(party.says("conjure 00"), "what", "{}", party.name);
    }
}
