//! The command line tool, as a person and as a script use it: scenarios. What it says to a single command is in `cmd/`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;
#[cfg(target_os = "linux")]
mod hostile;
mod json;
mod messages;
mod said;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use desk::Desk;

#[test]
fn a_document_goes_from_the_server_into_the_vault_and_is_read_whole_and_in_part() {
    let desk = Desk::furnished();
    let big = (0..300_000_u32).map(|at| b'a' + (at % 23) as u8).collect::<Vec<_>>();
    desk.seal("big", 1, &big, "big.parcel");
    desk.seal("a/b", 7, b"", "empty.parcel");
    desk.grant(1, "");
    desk.manifest(1, "big.parcel empty.parcel");
    desk.ok("vault apply v --unlock-key-file raw big.parcel empty.parcel 1.manifest 1.grant");
    assert_eq!(desk.cat("big").as_bytes(), big);
    assert_eq!(desk.cat("a/b"), "");
    let part = desk.ok("vault cat v --unlock-key-file raw big --offset 65530 --length 100");
    assert_eq!(part.as_bytes(), &big[65_530..65_630]);
    assert_eq!(desk.ok("vault cat v --unlock-key-file raw big --offset 300000"), "");
    assert_eq!(desk.ok("vault cat v --unlock-key-file raw big --offset 299999 --length 9").len(), 1);
    let list = desk.json("vault ls v --unlock-key-file raw --json");
    assert_eq!(list[0]["id"], "a/b");
    assert_eq!((list[1]["length"].as_u64(), list[1]["is_here"].as_bool()), (Some(300_000), Some(true)));
    assert!(desk.ok("vault verify v --unlock-key-file raw").starts_with("2 documents"));
    let status = desk.json("vault status v --unlock-key-file raw --json");
    assert_eq!((status["lease"].as_str(), status["epochs"][0].as_u64()), (Some("holds"), Some(1)));
    assert_eq!(status["device"], desk.ok("device id dev.pub"));
    assert_eq!(status["device"], desk.ok("device id dev.key"));
    // Again is a no-op, and a folder stands for what is in it.
    fs::create_dir(desk.path("inbox")).unwrap();
    for name in ["big.parcel", "1.grant"] {
        fs::copy(desk.path(name), desk.path("inbox").join(name)).unwrap();
    }
    let again = desk.json("vault apply v --unlock-key-file raw inbox --json");
    assert_eq!(again.as_array().unwrap().len(), 2);
    assert!(again.as_array().unwrap().iter().all(|one| one["result"] == "same" && one["why"].is_null()));
}

#[test]
fn a_parcel_is_sealed_from_a_pipe_and_inspected_without_a_key() {
    let desk = Desk::furnished();
    let line = "parcel seal --keyring ring --unlock-key-file raw --sign key.pem --id piped --revision 3 - out.parcel";
    let mut child = desk.command(line).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&vec![7; 1 << 20]).unwrap();
    assert!(child.wait().unwrap().success());
    let info = desk.json("parcel inspect out.parcel --json");
    assert_eq!((info["id"].as_str(), info["revision"].as_u64()), (Some("piped"), Some(3)));
    assert_eq!((info["length"].as_u64(), info["signer"].as_str()), (Some(1 << 20), Some(&*desk.ok("pin key.pem"))));
    assert_eq!(info["keys"][0], desk.json("keyring list ring --unlock-key-file raw --json")[0]["id"]);
    desk.ok("keyring rotate ring --unlock-key-file raw");
    desk.ok("parcel rewrap --keyring ring --unlock-key-file raw out.parcel");
    let after = desk.json("parcel inspect out.parcel --json");
    assert_eq!(after["keys"][0], desk.json("keyring list ring --unlock-key-file raw --json")[1]["id"]);
    assert_eq!((&after["root"], &after["length"]), (&info["root"], &info["length"]));
}

#[test]
fn what_is_made_replaces_nothing_but_its_like() {
    let desk = Desk::furnished();
    desk.seal("a", 1, b"document", "a.parcel");
    desk.seal("a", 2, b"document", "a.parcel");
    let kept = ["ring", "key.pem", "dev.pub", "dev.key", "in"];
    let before = kept.map(|name| fs::read(desk.path(name)).unwrap());
    for name in kept {
        let lines = [
            format!("parcel seal --keyring ring --unlock-key-file raw --sign key.pem --id a --revision 1 in {name}"),
            format!("manifest issue --sign key.pem --version 1 --expires 2199-01-01T00:00:00Z --out {name} a.parcel"),
            format!(
                "grant issue --keyring ring --unlock-key-file raw --sign key.pem --device dev.pub --seq 1 \
                 --not-after 2199-01-01T00:00:00Z --max-offline 1 {name}"
            ),
            issue_trust(&"aa".repeat(32), &desk.ok("pin key.pem"), 1, name),
            format!("device new --out new.key --public {name}"),
        ];
        for line in lines {
            let said = desk.fails(1, &line);
            assert!(said.contains("this exists already"), "{line}: {said}");
        }
    }
    assert_eq!(kept.map(|name| fs::read(desk.path(name)).unwrap()), before);
    assert!(!desk.path("new.key").exists());
    desk.fails(1, "device new --out both --public both");
    assert!(!desk.path("both").exists());
    desk.fails(1, "device new --out new.key --public no/new.pub");
    desk.ok("device new --out new.key --public new.pub");
    desk.grant(1, "");
}

#[cfg(unix)]
#[test]
fn a_keyring_behind_a_link_is_changed_where_it_lies() {
    let desk = Desk::furnished();
    std::os::unix::fs::symlink("ring", desk.path("link")).unwrap();
    desk.ok("keyring rotate link --unlock-key-file raw");
    assert!(fs::symlink_metadata(desk.path("link")).unwrap().is_symlink());
    assert_eq!(desk.json("keyring list ring --unlock-key-file raw --json").as_array().unwrap().len(), 2);
    assert!(!desk.path("link.lock").exists());
}

#[test]
fn a_parcel_that_was_cut_is_not_wrapped_again() {
    let desk = Desk::furnished();
    desk.seal("a", 1, &[7; 200_000], "a.parcel");
    let cut = fs::read(desk.path("a.parcel")).unwrap();
    fs::write(desk.path("cut"), &cut[..150_000]).unwrap();
    desk.ok("keyring rotate ring --unlock-key-file raw");
    let said = desk.fails(3, "parcel rewrap --keyring ring --unlock-key-file raw cut");
    assert!(said.contains("cut: this is no parcel"), "{said}");
    assert_eq!(fs::read(desk.path("cut")).unwrap(), &cut[..150_000]);
}

#[test]
fn secrets_are_for_our_user_alone_and_never_on_the_screen_and_never_overwritten() {
    let desk = Desk::new();
    let mut said = String::new();
    for line in [
        "keygen --kind ed25519 --out key.pem",
        "keygen --kind rsa --out rsa.pem",
        "device new --out dev.key --public dev.pub",
        "keyring new --out ring --unlock-file pw",
        "keyring list ring --unlock-file pw",
        "keyring list ring --unlock-file pw --json",
    ] {
        said += &desk.ok(line);
    }
    for name in ["key.pem", "rsa.pem", "dev.key", "ring"] {
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(desk.path(name)).unwrap().permissions()) & 0o77,
            0
        );
        let secret = fs::read(desk.path(name)).unwrap();
        for piece in secret.windows(16) {
            assert!(!said.as_bytes().windows(16).any(|shown| shown == piece), "{name}");
        }
    }
    let seed = &fs::read(desk.path("dev.key")).unwrap()[9..];
    assert!(!said.contains(&secenv::encoding::hex_encode(seed)));
    for line in [
        "keygen --kind ed25519 --out key.pem",
        "keyring new --out ring --unlock-key-file raw",
        "device new --out dev.key --public other.pub",
    ] {
        assert!(desk.fails(1, line).contains("this exists already; it is not replaced"));
    }
    assert!(!desk.path("other.pub").exists());
}

#[test]
fn a_grant_for_another_device_says_for_whom_it_is_and_who_we_are() {
    let desk = Desk::furnished();
    let ours = desk.ok("device id dev.pub");
    fs::remove_file(desk.path("dev.pub")).unwrap();
    desk.ok("device new --out other.key --public dev.pub");
    let other = desk.ok("device id dev.pub");
    desk.grant(1, "");
    let said = desk.fails(3, "vault apply v --unlock-key-file raw 1.grant");
    assert!(said.ends_with(&format!("this grant is for device {other}, you are {ours}")), "{said}");
    let inspected = desk.json("grant inspect 1.grant --json");
    assert_eq!((inspected["device"].as_str(), inspected["sequence"].as_u64()), (Some(&*other), Some(1)));
}

#[test]
fn a_missed_grant_is_noticed_unless_the_next_one_was_issued_for_that() {
    let desk = Desk::furnished();
    for number in 1..=3 {
        desk.grant(number, "");
    }
    desk.ok("vault apply v --unlock-key-file raw 1.grant");
    assert!(
        desk.fails(3, "vault apply v --unlock-key-file raw 3.grant").contains("a grant before this one is missing")
    );
    desk.ok("vault apply v --unlock-key-file raw 3.grant 2.grant");
    assert!(desk.fails(3, "vault apply v --unlock-key-file raw 2.grant").contains("older than what was taken"));
    desk.grant(4, "");
    desk.grant(5, " --unchained");
    let again = "grant issue --keyring ring --unlock-key-file raw --sign key.pem --device dev.pub --seq 5 \
                 --not-after 2199-01-01T00:00:00Z --max-offline 3600 again.grant";
    assert!(desk.fails(1, again).contains("was issued to device"));
    desk.ok("vault apply v --unlock-key-file raw 5.grant");
}

#[test]
fn with_an_anchor_a_vault_that_was_put_back_is_refused() {
    let desk = Desk::furnished();
    desk.grant(1, "");
    desk.grant(2, "");
    // A slip in its name must not switch it off.
    assert!(
        desk.fails(1, "vault apply v --unlock-key-file raw 1.grant --anchor anchor").contains("there is no anchor")
    );
    fs::write(desk.path("anchor"), "").unwrap();
    desk.ok("vault apply v --unlock-key-file raw 1.grant --anchor anchor");
    let copy = |from: &str, to: &str| {
        assert!(Command::new("cp").args(["-r", from, to]).current_dir(desk.0.path()).status().unwrap().success());
    };
    copy("v", "old");
    desk.ok("vault apply v --unlock-key-file raw 2.grant --anchor anchor");
    desk.ok("vault ls v --unlock-key-file raw --anchor anchor");
    fs::remove_dir_all(desk.path("v")).unwrap();
    copy("old", "v");
    desk.ok("vault ls v --unlock-key-file raw");
    assert!(desk.fails(3, "vault ls v --unlock-key-file raw --anchor anchor").contains("put back from an older copy"));
    let pin = desk.ok("pin key.pem");
    let init = format!("vault init w --server-pin {pin} --device dev.key --unlock-key-file raw");
    assert!(desk.fails(1, &format!("{init} --anchor anchor")).contains("another vault's anchor"));
    desk.ok(&format!("{init} --anchor new"));
    desk.ok("vault status w --unlock-key-file raw --anchor new");
    fs::write(desk.path("odd"), "x").unwrap();
    desk.fails(1, "vault ls v --unlock-key-file raw --anchor odd");
}

#[test]
fn the_unlock_secret_of_a_vault_and_of_a_keyring_can_be_changed() {
    let desk = Desk::furnished();
    desk.ok("vault passwd v --unlock-key-file raw --new-unlock-file pw");
    desk.fails(3, "vault ls v --unlock-key-file raw");
    desk.fails(3, "vault ls v --unlock-file pw2");
    desk.ok("vault passwd v --unlock-file pw --new-unlock-file pw2");
    desk.ok("vault ls v --unlock-file pw2");
    desk.ok("keyring passwd ring --unlock-key-file raw --new-unlock-file pw");
    desk.fails(3, "keyring list ring --unlock-key-file raw");
    desk.ok("keyring list ring --unlock-file pw");
}

#[test]
fn keys_are_retired_destroyed_and_merged_and_never_come_back() {
    let desk = Desk::furnished();
    desk.seal("a", 1, b"document", "a.parcel");
    fs::copy(desk.path("ring"), desk.path("backup")).unwrap();
    desk.ok("keyring rotate ring --unlock-key-file raw");
    let first = desk.json("keyring list ring --unlock-key-file raw --json")[0]["id"].as_str().unwrap().to_owned();
    desk.ok(&format!("keyring destroy ring {first} --unlock-key-file raw"));
    desk.ok("keyring merge ring backup --unlock-key-file raw");
    let states = |ring: &str| {
        let keys = desk.json(&format!("keyring list {ring} --unlock-key-file raw --json"));
        keys.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states("ring"), ["destroyed", "active"]);
    desk.ok("keyring merge backup ring --unlock-key-file raw");
    assert_eq!(states("backup"), ["destroyed", "active"]);
    desk.fails(3, "parcel rewrap --keyring ring --unlock-key-file raw a.parcel");
    desk.fails(1, "keyring destroy ring 00000000000000000000000000000000 --unlock-key-file raw");
    let second = desk.json("keyring list ring --unlock-key-file raw --json")[1]["id"].as_str().unwrap().to_owned();
    assert!(desk.ok(&format!("keyring retire ring {second} --unlock-key-file raw")).contains("rotate before you seal"));
    let line = "parcel seal --keyring ring --unlock-key-file raw --sign key.pem --id a --revision 2 pw out";
    assert!(desk.fails(1, line).contains("secenv keyring rotate"));
    desk.ok("keyring new --out other --unlock-key-file raw");
    desk.fails(3, "keyring merge ring other --unlock-key-file raw");
}

/// The command that issues a statement with one root, and a server's key that signs grants and manifests.
fn issue_trust(root: &str, server: &str, version: u64, out: &str) -> String {
    format!(
        "trust issue --version {version} --root {root} --threshold 1 --sessions {} --grants {server} \
         --manifests {server} --out {out}",
        "ee".repeat(32)
    )
}

#[test]
fn offline_roots_say_who_signs_and_one_that_is_missing_or_not_signed_is_refused() {
    let desk = Desk::furnished();
    let root = desk.ok("keygen --kind ed25519 --out root.pem");
    let init = "--device dev.key --unlock-key-file raw";
    desk.ok(&format!("vault init w --root-pin {root} --threshold 1 {init}"));
    desk.grant(1, "");
    let said = desk.fails(3, "vault apply w --unlock-key-file raw 1.grant");
    assert!(said.contains("no trust statement is in force yet"), "{said}");
    let server = desk.ok("pin key.pem");
    for version in 1..=3 {
        desk.ok(&issue_trust(&root, &server, version, &format!("{version}.trust")));
    }
    assert!(desk.fails(3, "vault apply w --unlock-key-file raw 1.trust").contains("too few roots signed"));
    let said = desk.ok("trust sign 1.trust --sign root.pem");
    assert_eq!(said, "statement 1: signed by 1 of its 1 root; 1 must sign");
    desk.ok("trust sign 3.trust --sign root.pem");
    desk.ok("vault apply w --unlock-key-file raw 1.grant 1.trust");
    let said = desk.fails(3, "vault apply w --unlock-key-file raw 3.trust");
    assert!(said.contains("a trust statement before this one is missing"), "{said}");
    desk.ok("trust sign 2.trust --sign root.pem");
    let chain = ["1.trust", "2.trust", "3.trust"].map(|name| fs::read(desk.path(name)).unwrap()).concat();
    fs::write(desk.path("chain"), chain).unwrap();
    desk.ok("vault apply w --unlock-key-file raw chain");
    let status = desk.json("vault status w --unlock-key-file raw --json");
    assert_eq!(status["trust"]["statement"]["version"], 3);
    assert_eq!(status["trust"]["roots"], serde_json::json!({ "pins": [root], "threshold": 1 }));
    assert_eq!(status["pins"], serde_json::json!([]));
    assert!(desk.ok("vault status w --unlock-key-file raw").contains("trust     statement 3, no end"));
    assert!(desk.fails(3, "vault apply v --unlock-key-file raw 1.trust").contains("this vault takes none"));
    desk.ok(&format!("vault init x --trust 2.trust {init}"));
    desk.ok("vault apply x --unlock-key-file raw 3.trust 1.grant");
    desk.fails(2, &format!("vault init y {init}"));
    desk.fails(2, &format!("vault init y --server-pin {server} --root-pin {root} --threshold 1 {init}"));
    desk.fails(2, &format!("vault init y --root-pin {root} {init}"));
    assert!(desk.fails(1, &format!("vault init y --root-pin {root} --threshold 2 {init}")).contains("1 to 8 roots"));
    desk.ok(&issue_trust(&root, &server, 4, "4.trust"));
    assert!(desk.fails(3, &format!("vault init y --trust 4.trust {init}")).contains("too few of its own roots"));
}

#[test]
fn a_change_of_roots_is_signed_by_both_and_each_key_that_is_no_root_is_told() {
    let desk = Desk::furnished();
    let (old, new) = (desk.ok("keygen --kind ed25519 --out old.pem"), desk.ok("keygen --kind rsa --out new.pem"));
    let server = desk.ok("pin key.pem");
    desk.ok(&issue_trust(&old, &server, 1, "1.trust"));
    desk.ok("trust sign 1.trust --sign old.pem");
    desk.ok(&issue_trust(&new, &server, 2, "2.trust"));
    let said = desk.fails(1, "trust sign 2.trust --sign old.pem");
    assert!(said.contains("is no root of this statement; a root of the statement before signs with --previous"));
    desk.fails(1, "trust sign 2.trust --sign key.pem --previous 1.trust");
    let verify = format!("trust verify --root-pin {old} --threshold 1 1.trust 2.trust");
    for (signer, what) in [("new.pem", "the new root alone"), ("old.pem --previous 1.trust", "then the old one")] {
        assert!(desk.fails(3, &verify).contains("too few of the roots"), "before {what}");
        desk.ok(&format!("trust sign 2.trust --sign {signer}"));
    }
    assert!(desk.ok(&verify).starts_with("statement 2 holds, no end"));
    let said = desk.json(&format!("{verify} --json"));
    assert_eq!((&said["taken"], &said["version"]), (&2.into(), &2.into()));
    assert_eq!(said["in_force"]["grants"], serde_json::json!([server]));
    assert_eq!(desk.json("trust verify --trust 1.trust 2.trust --json")["taken"], 1);
    assert!(desk.fails(3, "trust verify --trust 2.trust 1.trust").contains("this is older"));
    let shown = desk.json("trust inspect 2.trust --json");
    assert_eq!((shown["signers"].as_array().unwrap().len(), &shown["expires"]), (2, &serde_json::Value::Null));
    assert!(desk.ok("trust inspect 2.trust").contains("(no root of this statement)"));
}

#[test]
fn a_statement_that_no_reader_would_take_is_explained_and_an_end_is_shown() {
    let desk = Desk::furnished();
    let (root, server) = ("aa".repeat(32), desk.ok("pin key.pem"));
    let line = issue_trust(&root, &server, 1, "t");
    for (more, why) in [
        (format!("--root {root}"), "stands twice"),
        (format!("--sessions {root}"), "is a root and stands in a role"),
        (format!("--sessions {server}"), "--allow-shared"),
        ("--expires 1999-01-01".to_owned(), "over already"),
        (["11", "22", "33", "44"].map(|pin| format!("--grants {}", pin.repeat(32))).join(" "), "1 to 4 pins"),
    ] {
        let said = desk.fails(1, &format!("{line} {more}"));
        assert!(said.contains(why), "{more}: {said}");
    }
    desk.fails(2, &format!("{line} --sessions {}@soon", "11".repeat(32)));
    desk.ok(&format!("{line} --sessions {server} --allow-shared"));
    let older = "11".repeat(32);
    let said = desk.ok(&format!("{line} --sessions {older}"));
    assert!(said.contains("whoever steals its key and holds back statements keeps it"), "{said}");
    let said = desk.ok(&format!("{line} --sessions {older}@2199-01-31 --expires 2199-01-01"));
    assert_eq!(said, "statement 1 is to be signed by 1 of 1 root");
    let said = desk.ok("trust inspect t");
    assert!(said.contains("  until 2199-01-31T00:00:00Z") && said.contains("holds      until 2199-01-01"), "{said}");
}

#[test]
fn verify_names_what_is_missing_extra_stale_and_damaged() {
    let desk = Desk::furnished();
    for id in ["a", "b", "c"] {
        desk.seal(id, 1, id.as_bytes(), &format!("{id}.parcel"));
    }
    desk.seal("a", 2, b"newer", "a2.parcel");
    desk.grant(1, "");
    desk.manifest(1, "a2.parcel b.parcel c.parcel");
    desk.ok("vault apply v --unlock-key-file raw 1.grant 1.manifest b.parcel c.parcel");
    let root = |name: &str| desk.json(&format!("parcel inspect {name} --json"))["root"].as_str().unwrap().to_owned();
    let inside = |name: &str| desk.path("v/parcels").join(name);
    let damaged = inside(&root("b.parcel"));
    let mut bytes = fs::read(&damaged).unwrap();
    let at = bytes.len() - 200;
    bytes[at] ^= 1;
    fs::write(damaged, bytes).unwrap();
    fs::copy(desk.path("a.parcel"), inside(&root("a.parcel"))).unwrap();
    fs::write(inside("odd"), "x").unwrap();
    let said = desk.run("vault verify v --unlock-key-file raw");
    assert_eq!(said.status, 3);
    let mut lines = said.out.lines().collect::<Vec<_>>();
    lines.sort_unstable();
    assert_eq!(lines, ["damaged  b", "extra    odd", "missing  a", "stale    a"]);
    assert!(said.err.contains("and 3 more"));
    assert!(desk.fails(3, "vault cat v --unlock-key-file raw b").contains("not what the server signed"));
    assert!(desk.fails(1, "vault cat v --unlock-key-file raw a").contains("its parcel is missing"));
    assert_eq!(desk.cat("c"), "c");
}

#[test]
fn a_manifest_takes_parcels_of_one_vault_and_of_known_signers_alone() {
    let desk = Desk::furnished();
    desk.seal("a", 1, b"a", "a.parcel");
    desk.seal("a", 2, b"a", "a2.parcel");
    let line = "manifest issue --version 1 --expires 2199-01-01T00:00:00Z --out m.manifest --sign";
    assert!(desk.fails(1, &format!("{line} key.pem a.parcel a2.parcel")).contains("two of the parcels are of a"));
    let old = desk.ok("pin key.pem");
    desk.ok("keygen --kind ed25519 --out next.pem");
    assert!(desk.fails(3, &format!("{line} next.pem a.parcel")).contains("signed by"));
    desk.ok(&format!("{line} next.pem a.parcel --signer {old}"));
    fs::remove_file(desk.path("ring")).unwrap();
    desk.ok("keyring new --out ring --unlock-key-file raw");
    desk.seal("b", 1, b"b", "b.parcel");
    assert!(desk.fails(3, &format!("{line} key.pem a.parcel b.parcel")).contains("of vault"));
    let past = "manifest issue --version 1 --expires 1999-01-01T00:00:00Z --out m.manifest --sign key.pem b.parcel";
    assert!(desk.fails(1, past).contains("expired already"));
    desk.ok("manifest issue --version 2 --expires 2199-01-01T00:00:00Z --out n.manifest --sign next.pem --previous m.manifest --signer OLD b.parcel".replace("OLD", &old).as_str());
    let (first, second) =
        (desk.json("manifest inspect m.manifest --json"), desk.json("manifest inspect n.manifest --json"));
    assert_eq!(first["digest"], second["previous"]);
    assert_eq!(second["entries"][0]["id"], "b");
}

#[test]
fn pages_and_completions_exist_for_every_command() {
    let desk = Desk::new();
    desk.ok("man pages");
    for page in
        ["secenv.1", "secenv-vault-cat.1", "secenv-parcel-seal.1", "secenv-grant-issue.1", "secenv-trust-sign.1"]
    {
        let text = fs::read_to_string(desk.path("pages").join(page)).unwrap();
        assert!(text.contains(".SH OPTIONS"), "{page}");
        assert_eq!(page != "secenv.1", text.contains(".SH EXAMPLES\n.nf\n  secenv "), "{page}");
        assert_eq!(page != "secenv.1", text.contains(".SH \"EXIT STATUS\"\n.nf\n  0  it is done"), "{page}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(desk.ok(&format!("completions {shell}")).contains("rewrap"), "{shell}");
    }
}
