//! Files that claim too much, under a limit of 64 MiB of address space: refused at once.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::desk::{Desk, Said};

/// As [`Desk::run`], in 64 MiB.
fn run(desk: &Desk, line: &str) -> Said {
    let start = Instant::now();
    let said = Command::new("prlimit")
        .args(["--as=67108864", env!("CARGO_BIN_EXE_secenv")])
        .args(line.split(' '))
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir(desk.0.path())
        .output()
        .unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "{line}");
    said.into()
}

fn refused(desk: &Desk, line: &str) {
    let said = run(desk, line);
    assert_eq!(said.status, 3, "{line}: {}", said.err);
    assert_eq!(said.out, "", "{line}");
}

/// A copy of a file with other bytes at a place; from the end if it is negative.
fn put(desk: &Desk, from: &str, to: &str, at: isize, new: &[u8]) {
    let mut bytes = fs::read(desk.path(from)).unwrap();
    let at = if at < 0 { bytes.len().checked_add_signed(at).unwrap() } else { at as usize };
    bytes[at..at + new.len()].copy_from_slice(new);
    fs::write(desk.path(to), bytes).unwrap();
}

fn full() -> Desk {
    let desk = Desk::furnished();
    desk.seal("a", 1, b"document", "a.parcel");
    desk.grant(1, "");
    desk.manifest(1, "a.parcel");
    desk.ok("vault apply v --unlock-key-file raw a.parcel 1.grant 1.manifest");
    desk
}

#[test]
fn what_is_honest_fits_into_64_mib() {
    let desk = full();
    assert_eq!(run(&desk, "vault cat v --unlock-key-file raw --threads 1 a").out, "document");
    assert_eq!(run(&desk, "vault apply v --unlock-key-file raw --threads 1 a.parcel 1.grant 1.manifest").status, 0);
}

#[test]
fn files_that_claim_too_much_are_refused() {
    let desk = full();
    let length = |name: &str, length: u64| put(&desk, "a.parcel", name, -10, &length.to_be_bytes());
    length("b1", 1 << 63);
    length("b2", u64::MAX);
    length("b3", 1 << 48);
    length("b4", (1 << 32) * 65_536); // 2^32 chunks
    put(&desk, "a.parcel", "b5", 10, &[255]); // wraps
    put(&desk, "a.parcel", "b6", 137, &[255]); // wraps in use
    put(&desk, "a.parcel", "b7", -2, &[255, 255]); // footer
    put(&desk, "a.parcel", "b8", 100, &[255, 255]); // id
    put(&desk, "a.parcel", "b9", 9, &[63]); // chunks of 2^63 bytes
    put(&desk, "1.manifest", "m1", 114, &[255; 4]);
    put(&desk, "1.manifest", "m2", 114, &1_000_000_u32.to_be_bytes());
    put(&desk, "1.manifest", "m3", 118, &[255, 255]);
    put(&desk, "1.grant", "g1", 147 + 1120, &[255; 4]);
    put(&desk, "1.grant", "g2", 145, &[255, 255]);
    for name in ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "m1", "m2", "m3", "g1", "g2"] {
        refused(&desk, &format!("vault apply v --unlock-key-file raw --threads 1 {name}"));
    }
    for name in ["b1", "b2", "b3", "b4", "b5", "b7", "b8", "b9"] {
        refused(&desk, &format!("parcel inspect {name}"));
    }
    for name in ["b5", "b6", "b8", "b9"] {
        refused(&desk, &format!("parcel rewrap --keyring ring --unlock-key-file raw {name}"));
    }
    // 1 TiB of Argon2id, or 2^32 - 1 passes.
    for (file, copy, line) in
        [("ring", "ring2", "keyring list ring2 --unlock-file pw"), ("v/head", "v/head", "vault ls v --unlock-file pw")]
    {
        put(&desk, file, copy, 8, &[1]);
        put(&desk, copy, copy, 9, &3_u32.to_be_bytes());
        put(&desk, copy, copy, 13, &(1_u64 << 40).to_be_bytes());
        refused(&desk, line);
        put(&desk, copy, copy, 9, &[255; 4]);
        refused(&desk, line);
    }
}

#[test]
fn a_tebibyte_of_zeros_behind_an_honest_beginning_is_refused() {
    let desk = full();
    for name in ["a.parcel", "1.grant", "1.manifest", "ring", "dev.pub", "key.pem"] {
        fs::copy(desk.path(name), desk.path("huge")).unwrap();
        File::options().write(true).open(desk.path("huge")).unwrap().set_len(1 << 40).unwrap();
        let line = match name {
            "ring" => "keyring list huge --unlock-key-file raw",
            "dev.pub" => "device id huge",
            "key.pem" => "pin huge",
            _ => "vault apply v --unlock-key-file raw --threads 1 huge",
        };
        let said = run(&desk, line);
        assert!(said.status == 3, "{name}: {} {}", said.status, said.err);
    }
}

#[test]
fn links_in_the_folder_are_not_followed() {
    let desk = full();
    let kept = fs::read(desk.path("pw")).unwrap();
    let parcel = fs::read_dir(desk.path("v/parcels")).unwrap().next().unwrap().unwrap().path();
    for name in ["v/head", "v/state", "v/lock"].map(|name| desk.path(name)).into_iter().chain([parcel]) {
        let aside = desk.path("aside");
        fs::rename(&name, &aside).unwrap();
        symlink(desk.path("pw"), &name).unwrap();
        let said = run(&desk, "vault cat v --unlock-key-file raw --threads 1 a");
        let wrote = run(&desk, "vault apply v --unlock-key-file raw --threads 1 1.grant");
        assert!(said.status == 3 || wrote.status == 3, "{name:?}: {} {}", said.err, wrote.err);
        assert_ne!(said.out.as_bytes(), kept, "{name:?}");
        assert_eq!(fs::read(desk.path("pw")).unwrap(), kept);
        fs::remove_file(&name).unwrap();
        fs::rename(aside, name).unwrap();
    }
    assert_eq!(desk.cat("a"), "document");
}
