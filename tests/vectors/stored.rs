//! `{parcel,keyring,grant,manifest}_v1.json` and `trust_v2.json`: what a reader finds in each file.

use secenv::device::DeviceKey;
use secenv::encoding::hex_decode;
use secenv::grant::Grant;
use secenv::key_protection::UnlockSecret;
use secenv::keyring::{Key, KeyState, Keyring};
use secenv::manifest::Manifest;
use secenv::parcel::Parcel;
use secenv::sodium::random::fixed;
use secenv::trust::{Role, Roots, Trusted};
use secenv::{Digest, Error, Pin, RunOptions, SecretArray};
use serde_json::{Value, json};

use crate::{bless, bytes, file, hex, make_stored, status, time};

/// Each file, and how many cases it has: one that goes missing is a failure.
const FILES: [(&str, usize); 5] =
    [("parcel_v1", 75), ("keyring_v1", 40), ("grant_v1", 40), ("manifest_v1", 48), ("trust_v2", 113)];

fn state(state: KeyState) -> &'static str {
    ["active", "decrypt-only", "destroyed"][state as usize - 1]
}

pub fn described(keys: &[Key]) -> Value {
    let keys = keys.iter().map(|key| {
        json!({
            "id": key.id().to_string(), "epoch": key.epoch(), "state": state(key.state()),
            "created": key.created().as_secs(), "material": hex(key.expose_secret()),
        })
    });
    keys.collect()
}

fn pins(group: &Value) -> Vec<Pin> {
    listed_pins(&group["pins"])
}

fn listed_pins(list: &Value) -> Vec<Pin> {
    list.as_array().unwrap().iter().map(|pin| Pin::from_bytes(hex_decode(pin.as_str().unwrap()).unwrap())).collect()
}

/// Our keyring as the group of a parcel has it: the keys that are held.
pub fn ring() -> Keyring {
    let mut call = 0;
    let mut ring = first(&mut call);
    fixed::with(b"ring", &mut call, || ring.rotate(time(1_800_000_100)).unwrap());
    ring
}

/// The ring as it was before its first rotation.
pub fn first(call: &mut u64) -> Keyring {
    fixed::with(b"ring", call, || Keyring::generate(time(1_800_000_000)))
}

/// The device with this seed.
pub fn device(seed: &[u8]) -> DeviceKey {
    DeviceKey::parse(&[b"secenvD\x01\x01", seed].concat()).unwrap()
}

fn previous(digest: Option<Digest>) -> String {
    hex(digest.unwrap_or(Digest::from_bytes([0; 32])).as_bytes())
}

/// What a reader makes of a file.
pub fn outcome(kind: &str, group: &Value, file: &[u8]) -> Result<Value, Error> {
    match kind {
        "Parcel" => {
            let (pins, ring) = (pins(group), ring());
            let held = group["keys"].as_array().unwrap().iter().map(|key| bytes(&key["id"])).collect::<Vec<_>>();
            let keys =
                ring.keys().iter().filter(|key| held.iter().any(|id| *id == key.id().as_bytes())).collect::<Vec<_>>();
            let parcel = Parcel::open(file, &pins)?;
            let content = parcel.unlock(&keys)?;
            let mut plain = Vec::new();
            parcel.copy(&content, 0..u64::MAX, &mut plain, &RunOptions::default())?;
            let info = parcel.info();
            Ok(json!({
                "id": info.id, "revision": info.revision, "length": info.length, "root": info.root.to_string(),
                "vault": info.vault.to_string(), "plain": hex(&plain),
            }))
        }
        "Keyring" => {
            let secret = bytes(&group["secret"]);
            let unlock = match group["kind"].as_str().unwrap() {
                "passphrase" => UnlockSecret::Passphrase(secret.into()),
                _ => UnlockSecret::Raw(SecretArray::from(<&[u8; 32]>::try_from(secret.as_slice()).unwrap())),
            };
            let ring = Keyring::parse(file, &unlock)?;
            Ok(json!({ "ring": ring.id().to_string(), "keys": described(ring.keys()) }))
        }
        "Grant" => {
            let device = device(&bytes(&group["seed"]));
            let grant = Grant::parse(file)?;
            grant.verify(&pins(group))?;
            let keys = grant.open(&device)?;
            let terms = grant.terms();
            Ok(json!({
                "vault": grant.vault().to_string(), "device": grant.device().to_string(), "sequence": terms.sequence,
                "issued": terms.issued, "not_before": terms.not_before, "not_after": terms.not_after,
                "max_offline": terms.max_offline.as_secs(), "previous": previous(terms.previous),
                "chain": grant.digest().to_string(),
                "keys": described(&keys),
            }))
        }
        "Trust" => {
            let mut trusted = match &group["statement"] {
                Value::Null => {
                    let threshold = u8::try_from(group["threshold"].as_u64().unwrap()).unwrap();
                    Trusted::from_roots(Roots { pins: listed_pins(&group["roots"]), threshold })?
                }
                statement => Trusted::from_statement(&bytes(statement))?,
            };
            let taken = trusted.follow(file, |_| {})?;
            let now = time(group["now"].as_u64().unwrap());
            let in_force = |role| -> Result<Vec<String>, Error> {
                Ok(trusted.pins(role, now)?.iter().map(|pin| hex(pin.as_bytes())).collect())
            };
            let digest = trusted.statement().unwrap().digest();
            Ok(json!({
                "taken": taken, "version": trusted.version(), "digest": digest.to_string(),
                "sessions": in_force(Role::Sessions)?, "grants": in_force(Role::Grants)?,
                "manifests": in_force(Role::Manifests)?,
            }))
        }
        _ => {
            let manifest = Manifest::parse(file.to_vec())?;
            manifest.verify(&pins(group))?;
            let terms = manifest.terms();
            let entries = manifest.entries().iter().map(|entry| {
                json!({
                    "id": entry.id, "revision": entry.revision, "root": entry.root.to_string(), "length": entry.length,
                })
            });
            Ok(json!({
                "vault": terms.vault.to_string(), "version": terms.version, "issued": terms.issued,
                "expires": terms.expires, "previous": previous(terms.previous),
                "chain": manifest.digest().to_string(),
                "entries": entries.collect::<Vec<_>>(),
            }))
        }
    }
}

#[test]
fn every_vector_of_data_at_rest_comes_out_as_its_file_says() {
    for (name, cases) in FILES {
        if bless() {
            std::fs::write(file(name), serde_json::to_string_pretty(&make_stored::make(name)).unwrap() + "\n").unwrap();
        }
        let vectors: Value = serde_json::from_slice(&std::fs::read(file(name)).unwrap()).unwrap();
        let mut ran = 0;
        for group in vectors["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let found = outcome(group["type"].as_str().unwrap(), group, &bytes(&test["file"]));
                let said = status(&found);
                assert_eq!(test["status"], said, "{name} {}: {}", test["tcId"], test["comment"]);
                assert_eq!(test["result"] == "valid", said == "OK", "{name} {}", test["tcId"]);
                for (member, value) in found.as_ref().ok().and_then(Value::as_object).into_iter().flatten() {
                    assert_eq!(test[member], *value, "{name} {}: {member}", test["tcId"]);
                }
                ran += 1;
            }
        }
        assert_eq!((ran, &vectors["numberOfTests"]), (cases, &json!(cases)), "{name}");
    }
}
