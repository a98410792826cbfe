//! What the tool says when a file is not what it should be: which file, what is wrong with it, and what helps.

use std::fs;
use std::path::Path;

use crate::desk::Desk;

const UNLOCK: &str = "--unlock-key-file raw";

/// A vault with one document, and its files.
fn full() -> Desk {
    let desk = Desk::furnished();
    desk.seal("a", 1, &[b'x'; 200_000], "a.parcel");
    desk.grant(1, "");
    desk.manifest(1, "a.parcel");
    desk.ok("vault apply v --unlock-key-file raw a.parcel 1.grant 1.manifest");
    desk
}

fn leftovers(desk: &Desk) -> usize {
    let names = fs::read_dir(desk.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(".tmp-")).count()
}

#[test]
fn a_damaged_parcel_is_called_so_wherever_it_is_met() {
    let desk = full();
    let parcel = fs::read(desk.path("a.parcel")).unwrap();
    let length = parcel.len();
    let stored = fs::read_dir(desk.path("v/parcels")).unwrap().next().unwrap().unwrap().path();
    let crlf = parcel.iter().flat_map(|byte| if *byte == b'\n' { vec![b'\r', b'\n'] } else { vec![*byte] });
    let damaged = [
        parcel[..length - 1].to_vec(),
        [&parcel[..], b"xx"].concat(),
        crlf.collect(),
        parcel[..length / 2].to_vec(),
        parcel[..40].to_vec(),
    ];
    for (at, bytes) in damaged.iter().enumerate() {
        fs::write(desk.path("bad"), bytes).unwrap();
        fs::write(&stored, bytes).unwrap();
        for line in [
            "parcel inspect bad".to_owned(),
            format!("parcel rewrap --keyring ring {UNLOCK} bad"),
            format!("vault apply v {UNLOCK} bad"),
            format!("vault cat v {UNLOCK} a"),
        ] {
            let said = desk.fails(3, &line);
            assert!(said.contains("damaged or cut short"), "{at}: {line}: {said}");
        }
        assert_eq!(desk.run(&format!("vault verify v {UNLOCK}")).out, "damaged  a");
    }
}

#[test]
fn a_manifest_that_was_lost_is_not_called_a_damaged_parcel() {
    let desk = full();
    for entry in fs::read_dir(desk.path("v")).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.file_name().unwrap().to_str().unwrap().starts_with("manifest-") {
            fs::remove_file(entry).unwrap();
        }
    }
    let said = desk.fails(3, &format!("vault cat v {UNLOCK} a"));
    assert_eq!(said, "secenv: a: the grant or the manifest in force is damaged or lost: apply it again");
    desk.ok(&format!("vault apply v {UNLOCK} 1.manifest"));
    desk.ok(&format!("vault cat v {UNLOCK} a"));
}

#[test]
fn a_folder_for_a_file_and_a_file_for_a_folder_are_named() {
    let desk = full();
    fs::create_dir(desk.path("folder")).unwrap();
    let (folder, file) = ("this is a folder, not a file", "what should be a folder on this path is a file");
    for (line, said) in [
        (
            format!("vault ls ring {UNLOCK}"),
            "secenv: ring: there is no vault here: a vault is a folder, and this is a file".into(),
        ),
        (format!("keyring list folder {UNLOCK}"), format!("secenv: folder: {folder}")),
        (format!("keyring list ring/x {UNLOCK}"), format!("secenv: ring/x: {file}")),
        ("pin folder".to_owned(), format!("secenv: folder: {folder}")),
        ("parcel inspect folder".to_owned(), format!("secenv: folder: {folder}")),
        ("parcel inspect ring/x".to_owned(), format!("secenv: ring/x: {file}")),
        (format!("vault apply v {UNLOCK} ring/x"), format!("secenv: ring/x: {file}")),
        (
            format!("parcel seal --keyring ring {UNLOCK} --sign key.pem --id a --revision 1 folder out"),
            format!("secenv: folder: {folder}"),
        ),
        (
            format!("parcel seal --keyring ring {UNLOCK} --sign key.pem --id a --revision 1 in folder"),
            format!("secenv: folder: {folder}"),
        ),
        (format!("keyring new {UNLOCK} --out ring/x"), format!("secenv: ring/x: {file}")),
    ] {
        assert_eq!(desk.fails(1, &line), said, "{line}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn too_many_open_files_are_no_failing_disk() {
    let desk = full();
    let limited = |files: u32, line: &str| {
        let line = format!("ulimit -n {files} && exec \"$0\" {line}");
        let output = std::process::Command::new("sh")
            .args(["-c", &line, env!("CARGO_BIN_EXE_secenv")])
            .current_dir(desk.0.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    // How many the system's own libraries need is not ours to say.
    let said = (4..8).map(|files| limited(files, &format!("vault cat v {UNLOCK} a"))).collect::<Vec<_>>();
    let refused = |(status, text): &(_, String)| *status == Some(4) && text.contains("too many files open");
    assert!(said.iter().any(refused), "{said:?}");
    assert!(!said.iter().any(|(_, text)| text.contains("the file system failed")), "{said:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_over_the_systems_limit_is_a_full_disk_and_leaves_nothing_behind() {
    let desk = full();
    fs::write(desk.path("big"), vec![7; 1 << 20]).unwrap();
    let line = format!("parcel seal --keyring ring {UNLOCK} --sign key.pem --id b --revision 1 big b.parcel");
    let output = std::process::Command::new("prlimit")
        .args(["--fsize=102400", env!("CARGO_BIN_EXE_secenv")])
        .args(line.split(' '))
        .current_dir(desk.0.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        (output.status.code(), said.as_str()),
        (Some(4), "secenv: b.parcel: there is no space left on the disk\n")
    );
    assert!(!desk.path("b.parcel").exists());
    assert_eq!(leftovers(&desk), 0);
}

#[test]
fn a_passphrase_is_the_same_whichever_system_wrote_it() {
    let desk = Desk::new();
    let composed = "Z\u{fc}rich caf\u{e9} \u{1e69}";
    let same: [(&str, Vec<u8>); 5] = [
        ("composed", composed.into()),
        ("decomposed", "Zu\u{308}rich cafe\u{301} s\u{323}\u{307}\n".into()),
        ("marks in another order", "Zu\u{308}rich cafe\u{301} s\u{307}\u{323}".into()),
        ("mark of UTF-8", format!("\u{feff}{composed}\r\n").into()),
        ("line end", format!("{composed}\n").into()),
    ];
    for (made, (_, bytes)) in same.iter().enumerate() {
        fs::write(desk.path("new"), bytes).unwrap();
        desk.ok(&format!("keyring new --out ring{made} --unlock-file new"));
    }
    for (name, bytes) in &same {
        fs::write(desk.path("typed"), bytes).unwrap();
        for made in 0..same.len() {
            assert_eq!(
                desk.run(&format!("keyring list ring{made} --unlock-file typed")).status,
                0,
                "{name}, ring {made}"
            );
        }
    }
    // Compatibility characters are other passphrases, and so is a space.
    for other in ["Z\u{fc}rich caf\u{e9} \u{1e69} ", "Z\u{fc}rich caf\u{e9} s"] {
        fs::write(desk.path("typed"), other).unwrap();
        desk.fails(3, "keyring list ring0 --unlock-file typed");
    }
}

#[test]
fn a_passphrase_in_utf_16_is_refused_before_it_locks_anything() {
    let desk = Desk::furnished();
    let utf_16 = |text: &str, big: bool| {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    for (text, big) in
        [("\u{feff}correct horse\r\n", false), ("\u{feff}correct horse", true), ("correct horse\r\n", false)]
    {
        fs::write(desk.path("u16"), utf_16(text, big)).unwrap();
        for line in [
            "keyring new --out other --unlock-file u16".to_owned(),
            format!("keyring passwd ring {UNLOCK} --new-unlock-file u16"),
            format!("vault passwd v {UNLOCK} --new-unlock-file u16"),
            "keyring list ring --unlock-file u16".to_owned(),
        ] {
            assert_eq!(desk.fails(1, &line), "secenv: u16: this looks like UTF-16; save it as UTF-8", "{line}");
        }
        assert!(!desk.path("other").exists());
    }
    fs::write(desk.path("latin"), b"Z\xfcrich").unwrap();
    assert!(desk.fails(1, "keyring new --out other --unlock-file latin").contains("a passphrase is text in UTF-8"));
    // Something may have been locked with it elsewhere.
    desk.fails(3, "keyring list ring --unlock-file latin");
    fs::write(desk.path("mark"), "\u{feff}\n").unwrap();
    assert!(desk.fails(1, "keyring new --out other --unlock-file mark").contains("the passphrase is empty"));
}

#[test]
fn an_output_is_never_the_standard_output() {
    let desk = full();
    let pin = desk.ok("pin key.pem");
    for line in [
        "keygen --kind ed25519 --out -".to_owned(),
        "device new --out - --public new.pub".to_owned(),
        "device new --out new.key --public -".to_owned(),
        format!("keyring new {UNLOCK} --out -"),
        format!("parcel seal --keyring ring {UNLOCK} --sign key.pem --id a --revision 2 in -"),
        format!(
            "grant issue --keyring ring {UNLOCK} --sign key.pem --device dev.pub --seq 2 --not-after 2199-01-01 \
             --max-offline 1 -"
        ),
        "manifest issue --sign key.pem --version 2 --expires 2199-01-01 --out - a.parcel".to_owned(),
        format!(
            "trust issue --version 1 --root {pin} --threshold 1 --sessions {pin} --grants {pin} --manifests {pin} \
             --out -"
        ),
        "trust sign - --sign key.pem".to_owned(),
    ] {
        let said = desk.fails(2, &line);
        assert!(said.contains("this goes to a file, never to the standard output"), "{line}: {said}");
    }
    assert!(!desk.path("-").exists());
    desk.ok("keygen --kind ed25519 --out ./-");
    assert!(desk.path("-").exists());
}

#[cfg(unix)]
#[test]
fn what_a_terminal_would_obey_is_printed_as_an_escape() {
    let desk = full();
    desk.seal("evil\u{202e}\u{200b}id", 1, b"x", "evil.parcel");
    let said = desk.ok("parcel inspect evil.parcel");
    assert!(said.contains(r"evil\u{202e}\u{200b}id") && !said.contains('\u{202e}'), "{said}");
    let json = desk.ok("parcel inspect evil.parcel --json");
    assert!(json.contains(r"evil\u202e\u200bid") && json.is_ascii(), "{json}");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["id"], "evil\u{202e}\u{200b}id");
    desk.manifest(2, "evil.parcel a.parcel");
    desk.ok(&format!("vault apply v {UNLOCK} evil.parcel 2.manifest"));
    assert!(desk.ok(&format!("vault ls v {UNLOCK}")).contains(r"evil\u{202e}\u{200b}id"));
    let name = "e\u{1b}[31m\nname";
    fs::write(desk.path(name), "x").unwrap();
    let said = desk.fails(3, &format!("parcel inspect {name}"));
    assert_eq!(said, r"secenv: e\u{1b}[31m\u{a}name: this is no parcel, or it is damaged or cut short");
    fs::rename(desk.path("evil.parcel"), desk.path("e\u{1b}]0;x\u{7}")).unwrap();
    let said = desk.ok(&format!("vault apply v {UNLOCK} e\u{1b}]0;x\u{7}"));
    assert_eq!(said, r"same    parcel          e\u{1b}]0;x\u{7}");
    let said = desk.fails(2, "pin key.pem e\u{1b}[31m\u{202e}x");
    assert!(said.starts_with(r"error: unexpected argument 'e\u{202e}x' found"), "{said}");
}

#[test]
fn a_key_in_another_wrapping_is_told_apart() {
    let desk = Desk::new();
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/keys/other");
    for (status, name, part) in [
        (1, "openssh.pem", "ssh-keygen -p -m PEM"),
        (3, "literal-backslash-n.pem", "a backslash and an n"),
        (1, "certificate.pem", "this is a certificate"),
        (3, "utf16.pem", "UTF-16"),
    ] {
        fs::copy(keys.join(name), desk.path("key")).unwrap();
        let said = desk.fails(status, "pin key");
        assert!(said.contains(part), "{name}: {said}");
        let said = desk.fails(status, "trust sign t --sign key");
        assert!(said.contains(part), "{name}: {said}");
    }
    fs::copy(keys.join("1024-secret.pem"), desk.path("key")).unwrap();
    assert!(desk.fails(1, "pin key").contains("fewer than 2,048 bits"));
}

#[test]
fn a_public_key_in_pkcs1_has_the_pin_of_the_same_key() {
    let desk = Desk::new();
    let pin = desk.ok("keygen --kind rsa --out key.pem");
    let key = secenv::rsa::SecretKey::parse(&fs::read(desk.path("key.pem")).unwrap()).unwrap().public().unwrap();
    let spki = key.encode_der().unwrap();
    // 24 bytes that say RSA, before the key itself.
    fs::write(desk.path("pkcs1.der"), &spki[24..]).unwrap();
    fs::write(desk.path("spki.der"), &spki).unwrap();
    assert_eq!(desk.ok("pin pkcs1.der"), pin);
    assert_eq!(desk.ok("pin spki.der"), pin);
    assert_eq!(
        desk.fails(1, "trust sign t --sign spki.der"),
        "secenv: spki.der: this is a public key; its secret half signs"
    );
}

#[test]
fn times_are_dates_and_durations_have_units() {
    let desk = full();
    desk.ok(&format!(
        "grant issue --keyring ring {UNLOCK} --sign key.pem --device dev.pub --seq 2 --not-before 2026-01-01 \
         --not-after 2199-01-01 --max-offline 7d 2.grant"
    ));
    let grant = desk.json("grant inspect 2.grant --json");
    assert_eq!((&grant["max_offline"], &grant["not_before"]), (&604_800.into(), &1_767_225_600.into()));
    assert!(desk.ok("grant inspect 2.grant").contains("max offline  7 days"));
    desk.ok("manifest issue --sign key.pem --version 2 --expires 2199-01-01 --out 2.manifest a.parcel");
    assert_eq!(desk.json("manifest inspect 2.manifest --json")["expires"], 7_226_582_400_u64);
    let line = format!(
        "grant issue --keyring ring {UNLOCK} --sign key.pem --device dev.pub --seq 3 --not-after 2199-01-01 \
         --max-offline soon 3.grant"
    );
    assert!(desk.fails(2, &line).contains("a duration is a number of seconds, or such as 7d, 12h or 90m"));
}

#[test]
fn one_is_one() {
    let desk = full();
    let said = desk.ok("manifest issue --sign key.pem --version 2 --expires 2199-01-01 --out 2.manifest a.parcel");
    assert_eq!(said, "manifest 2 names 1 parcel, until 2199-01-01T00:00:00Z");
    assert!(desk.ok(&format!("vault status v {UNLOCK}")).contains("number 1, epoch 1,"));
    assert!(desk.ok(&format!("vault verify v {UNLOCK}")).starts_with("1 document:"));
}
