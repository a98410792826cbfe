//! `--json` has the members that `docs/json.md` lists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::desk::Desk;

/// The members in the table below the heading that begins with this command.
fn documented(page: &str, command: &str) -> BTreeSet<String> {
    let section = page.split(&format!("\n## `{command}`")).nth(1).unwrap_or_else(|| panic!("nothing about {command}"));
    let section = section.split("\n## ").next().unwrap();
    let members = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned));
    members.collect()
}

fn members(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn json_has_the_members_that_its_page_lists() {
    let desk = Desk::furnished();
    desk.seal("a", 1, b"document", "a.parcel");
    desk.seal("b", 1, b"document", "b.parcel");
    desk.grant(1, "");
    desk.manifest(1, "a.parcel b.parcel");
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/json.md")).unwrap();
    let unlock = "--unlock-key-file raw --json";
    let apply = desk.json(&format!("vault apply v a.parcel 1.grant 1.manifest {unlock}"));
    let verified = desk.run(&format!("vault verify v {unlock}"));
    assert_eq!(verified.status, 3, "b is missing");
    let status = desk.json(&format!("vault status v {unlock}"));
    let manifest = desk.json("manifest inspect 1.manifest --json");
    let parcel = desk.json("parcel inspect a.parcel --json");
    let grant = desk.json("grant inspect 1.grant --json");
    let pin = desk.ok("pin key.pem");
    let root = desk.ok("keygen --kind ed25519 --out root.pem");
    desk.ok(&format!(
        "trust issue --version 1 --root {root} --threshold 1 --sessions {} --grants {pin} --manifests {pin} \
         --out 1.trust",
        "ee".repeat(32)
    ));
    desk.ok("trust sign 1.trust --sign root.pem");
    let trust = desk.json("trust inspect 1.trust --json");
    let trusted = desk.json("trust verify --trust 1.trust 1.trust --json");
    desk.ok("vault init w --trust 1.trust --device dev.key --unlock-key-file raw");
    let rooted = desk.json(&format!("vault status w {unlock}"));
    assert_eq!(members(&rooted["trust"]["statement"]), members(&trust));
    assert_eq!(rooted["trust"]["roots"], trust["roots"]);
    assert_eq!(members(&trusted), documented(&page, "trust verify").union(&members(&trust)).cloned().collect());
    for (command, value) in [
        ("trust inspect", &trust),
        ("vault status", &rooted),
        ("keyring list", &desk.json(&format!("keyring list ring {unlock}"))[0]),
        ("parcel inspect", &parcel),
        ("grant inspect", &grant),
        ("manifest inspect", &manifest),
        ("vault apply", &apply[0]),
        ("vault ls", &desk.json(&format!("vault ls v {unlock}"))[0]),
        ("vault verify", &serde_json::from_str::<Value>(&verified.out).unwrap()[0]),
        ("vault status", &status),
    ] {
        assert_eq!(members(value), documented(&page, command), "{command}");
    }
    assert_eq!(page.matches("\n## `").count(), 10, "each section has its command here");
    // What stands inside of others is the same.
    assert!(members(&manifest["entries"][0]).is_subset(&members(&parcel)));
    assert!(members(&status["grant"]).is_subset(&members(&grant)));
    assert!(members(&status["manifest"]).is_subset(&members(&manifest)));
}

#[test]
fn a_result_is_what_came_of_it_or_the_name_of_its_failure() {
    let desk = Desk::furnished();
    desk.grant(1, "");
    fs::write(desk.path("x"), "x").unwrap();
    let applied = desk.run("vault apply v --unlock-key-file raw --json x 1.grant");
    assert_eq!(applied.status, 3);
    let applied: Value = serde_json::from_str(&applied.out).unwrap();
    let told = |at: usize| {
        (applied[at]["path"].as_str().unwrap(), applied[at]["kind"].as_str().unwrap(), &applied[at]["result"])
    };
    assert_eq!(told(0), ("x", "unknown", &serde_json::json!({ "error": "Malformed" })));
    assert_eq!(applied[0]["why"], "neither a grant nor a manifest, parcel or trust statement");
    assert_eq!(told(1), ("1.grant", "grant", &"taken".into()));
    let status = desk.json("vault status v --unlock-key-file raw --json");
    assert_eq!(
        (&status["lease"], &status["why"]),
        (&serde_json::json!({ "error": "NotFound" }), &"no manifest is in force".into())
    );
    assert_eq!(status["manifest"], Value::Null);
}
