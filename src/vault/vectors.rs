//! The vectors of `tests/vectors/secenv/{parcel,keyring,grant,manifest}_v1.json`. `SECENV_BLESS=1 cargo test --lib
//! vectors` writes them anew, with a fixed random source, which exists in test builds only.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::device::DeviceKey;
use crate::encoding::{hex_decode, hex_encode as hex};
use crate::grant::{self, Grant};
use crate::identity::{Identity, Kind};
use crate::key_protection::{KeyProtection, UnlockSecret};
use crate::keyring::{Key, KeyState, Keyring};
use crate::manifest::{self, Entry, Manifest};
use crate::parcel::{self, Parcel, SealOptions, SealRequest};
use crate::signed_file;
use crate::sodium::hash;
use crate::sodium::password::Cost;
use crate::sodium::random::fixed;
use crate::types::{Digest, Pin, Timestamp, VaultId};
use crate::{Error, RunOptions, SecretArray, aead};

/// Each file, and how many cases it has: one that goes missing is a failure.
const FILES: [(&str, usize); 4] = [("parcel", 75), ("keyring", 40), ("grant", 40), ("manifest", 48)];
const SECRET: [u8; 32] = [7; 32];
const CHEAP: Cost = Cost::new(1, 8192);

type Cases = Vec<(String, &'static str, Vec<u8>)>;

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/secenv/{name}_v1.json"))
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// An error as the documents write it.
fn status(error: Error) -> String {
    let mut name = String::new();
    for letter in format!("{error:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_uppercase());
    }
    name
}

fn state(state: KeyState) -> &'static str {
    ["active", "decrypt-only", "destroyed"][state as usize - 1]
}

fn described(keys: &[Key]) -> Value {
    let keys = keys.iter().map(|key| {
        json!({
            "id": key.id().to_string(), "epoch": key.epoch(), "state": state(key.state()), "created": key.created().as_secs(),
            "material": hex(key.expose_secret()),
        })
    });
    keys.collect()
}

fn pins(group: &Value) -> Vec<Pin> {
    group["pins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pin| Pin::from_bytes(hex_decode(pin.as_str().unwrap()).unwrap()))
        .collect()
}

/// Our keyring as the group of a parcel has it: the keys that are held.
fn ring() -> Keyring {
    let mut call = 0;
    fixed::with(b"ring", &mut call, || {
        let mut ring = Keyring::generate(time(1_800_000_000)).unwrap();
        ring.rotate(time(1_800_000_100)).unwrap();
        ring
    })
}

/// What a reader makes of a file.
fn outcome(kind: &str, group: &Value, file: &[u8]) -> Result<Value, Error> {
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
            let seed: [u8; 32] = bytes(&group["seed"]).try_into().unwrap();
            let device = DeviceKey::from_seed(SecretArray::from(&seed)).unwrap();
            let grant = Grant::parse(file)?;
            grant.verify(&pins(group))?;
            let keys = grant.open(&device)?;
            let terms = grant.terms();
            Ok(json!({
                "vault": grant.vault().to_string(), "device": grant.device().to_string(), "sequence": terms.sequence,
                "issued": terms.issued, "not_before": terms.not_before, "not_after": terms.not_after,
                "max_offline": terms.max_offline.as_secs(), "previous": hex(terms.previous.map_or([0; 32], |digest| *digest.as_bytes()).as_slice()), "chain": grant.digest().to_string(),
                "keys": described(&keys),
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
                "expires": terms.expires, "previous": hex(terms.previous.map_or([0; 32], |digest| *digest.as_bytes()).as_slice()), "chain": manifest.digest().to_string(),
                "entries": entries.collect::<Vec<_>>(),
            }))
        }
    }
}

#[test]
fn every_vector_of_data_at_rest_comes_out_as_its_file_says() {
    for (name, cases) in FILES {
        if std::env::var_os("SECENV_BLESS").is_some() {
            std::fs::write(file(name), serde_json::to_string_pretty(&make(name)).unwrap() + "\n").unwrap();
        }
        let vectors: Value = serde_json::from_slice(&std::fs::read(file(name)).unwrap()).unwrap();
        let mut ran = 0;
        for group in vectors["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let found = outcome(group["type"].as_str().unwrap(), group, &bytes(&test["file"]));
                let said = found.as_ref().err().map_or("OK".to_owned(), |error| status(*error));
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

/// The groups of a file, while they are made.
struct Maker {
    groups: Vec<Value>,
    next: usize,
    wrong: Vec<String>,
}

impl Maker {
    /// What is expected is said by who makes the case, not taken from what the code does.
    fn group(&mut self, kind: &str, mut group: Value, cases: Cases) {
        let tests = cases.into_iter().map(|(comment, expected, file)| {
            self.next += 1;
            let found = outcome(kind, &group, &file);
            let said = found.as_ref().err().map_or("OK".to_owned(), |error| status(*error));
            if said != expected {
                self.wrong.push(format!("{kind}: {comment}: {said}, not {expected}"));
            }
            let mut test = found.unwrap_or_else(|_| json!({}));
            test["tcId"] = self.next.into();
            test["comment"] = comment.into();
            test["file"] = hex(&file).into();
            test["status"] = expected.into();
            test["result"] = if expected == "OK" { "valid" } else { "invalid" }.into();
            test
        });
        group["tests"] = tests.collect();
        group["type"] = kind.into();
        self.groups.push(group);
    }
}

fn ed25519(seed: u8) -> Identity {
    let head = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    Identity::parse(&[head.as_slice(), &[seed; 32]].concat()).unwrap()
}

/// A file with a bit changed at each of these places, cut, and with a byte more.
fn changed(good: &[u8], cut: [&'static str; 4], places: &[(&str, usize, &'static str)]) -> Cases {
    let mut cases = vec![("as it was made".to_owned(), "OK", good.to_vec()), ("empty".to_owned(), cut[0], vec![])];
    for (name, at, expected) in places {
        let mut bad = good.to_vec();
        bad[*at] ^= 1;
        cases.push((format!("{name} changed"), expected, bad));
    }
    for (len, expected) in [(9, cut[0]), (good.len() / 2, cut[1]), (good.len() - 1, cut[2])] {
        cases.push((format!("cut to {len} bytes"), expected, good[..len].to_vec()));
    }
    cases.push(("one byte more".to_owned(), cut[3], [good, &[0]].concat()));
    cases
}

fn put(good: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad[at..at + new.len()].copy_from_slice(new);
    bad
}

/// The bytes of `spki` and `signature` with their lengths, for Ed25519.
const SIGNED_BY: usize = 2 + 44 + 2 + 64;

/// A signed file with something else in it, signed again.
fn signed_again(context: &str, content: &[u8], signer: &Identity) -> Vec<u8> {
    [content, &signed_file::sign(context, content, signer).unwrap()].concat()
}

fn make(name: &str) -> Value {
    let mut maker = Maker { groups: Vec::new(), next: 0, wrong: Vec::new() };
    let mut call = 0;
    fixed::with(name.as_bytes(), &mut call, || match name {
        "parcel" => parcels(&mut maker),
        "keyring" => keyrings(&mut maker),
        "grant" => grants(&mut maker),
        _ => manifests(&mut maker),
    });
    assert!(maker.wrong.is_empty(), "{:#?}", maker.wrong);
    json!({
        "algorithm": format!("secenv {name} 1"), "numberOfTests": maker.next, "testGroups": maker.groups,
        "source": "src/vault/vectors.rs",
    })
}

fn seal(ring: &Keyring, signer: &Identity, id: &str, plain: &[u8]) -> Vec<u8> {
    let options = SealOptions { chunk_log: 12, wrap_capacity: 1, threads: 1 };
    let mut out = Vec::new();
    let request = SealRequest { options, ..SealRequest::new(ring, signer, id, 3) };
    parcel::seal(&request, &mut &*plain, &mut out, &|_| ()).unwrap();
    out
}

fn parcels(maker: &mut Maker) {
    let signer = ed25519(1);
    let ring = ring();
    let group = |keys: &[Key]| json!({ "pins": [hex(&[9; 32]), hex(signer.public().pin().as_bytes())], "keys": described(keys) });
    let small = seal(&ring, &signer, "contracts/2026", b"meet at noon");
    // magic 8, suite, chunk, capacity, flags, revision 8, vault 16, salt 32, signer 32, id 2 + 14, extensions 2,
    // commitment 32
    let (header, slot) = (150, 22 + 88);
    let body = header + 2 * slot;
    let end = small.len();
    let footer = end - 10 - SIGNED_BY;
    let mut cases = changed(
        &small,
        ["MALFORMED"; 4],
        &[
            ("magic", 0, "MALFORMED"),
            ("version", 7, "MALFORMED"),
            ("suite", 8, "MALFORMED"),
            ("chunk size", 9, "REJECTED"),
            ("flags", 11, "MALFORMED"),
            ("revision", 19, "REJECTED"),
            ("first bit of the vault", 20, "REJECTED"),
            ("salt", 36, "REJECTED"),
            ("signer", 68, "REJECTED"),
            ("id", 102, "REJECTED"),
            ("commitment", 118, "REJECTED"),
            ("slot: sequence", header + 3, "REJECTED"),
            ("slot: count", header + 4, "REJECTED"),
            ("slot: zero", header + 5, "REJECTED"),
            ("slot: key id", header + 6, "REJECTED"),
            ("slot: nonce of the wrap", header + 22, "REJECTED"),
            ("slot: wrap", header + 60, "REJECTED"),
            ("slot: check", header + slot - 1, "REJECTED"),
            ("a bit of the empty slot", header + slot + 9, "OK"),
            ("first byte of the chunk", body, "REJECTED"),
            ("last byte of the chunk's tag", body + 27, "REJECTED"),
            ("leaf", body + 28, "REJECTED"),
            ("node", body + 60, "REJECTED"),
            ("spki: algorithm", footer + 2, "REJECTED"),
            ("spki: key", footer + 40, "REJECTED"),
            ("signature", footer + 48, "REJECTED"),
            ("length", end - 3, "MALFORMED"),
            ("first byte of the length", end - 10, "MALFORMED"),
            ("size of the footer", end - 1, "MALFORMED"),
        ],
    );
    let checked = |bad: Vec<u8>| {
        let sum = hash::fields::<32>(&[], &[b"secenv parcel 1 slot", &bad[..header], &bad[header..header + slot - 16]]);
        put(&bad, header + slot - 16, &sum.unwrap().expose_secret()[..16])
    };
    let mut add = |comment: &str, expected, file| cases.push((comment.to_owned(), expected, file));
    add("chunk size 2^11", "MALFORMED", put(&small, 9, &[11]));
    add("chunk size 2^21", "MALFORMED", put(&small, 9, &[21]));
    add("capacity 0", "MALFORMED", put(&small, 10, &[0]));
    add("capacity 65", "TOO_LARGE", put(&small, 10, &[65]));
    add("revision 0", "MALFORMED", put(&small, 12, &[0; 8]));
    add("revision 2^63", "MALFORMED", put(&small, 12, &[0x80]));
    add("an empty id", "MALFORMED", put(&small, 100, &[0, 0]));
    add("an id with an empty segment", "MALFORMED", put(&small, 110, b"/"));
    add("an id with a segment ..", "MALFORMED", put(&small, 112, b"../a"));
    add("an id with a control character", "MALFORMED", put(&small, 104, &[7]));
    add("an id with a backslash", "MALFORMED", put(&small, 104, b"\\"));
    add("an id that is no UTF-8", "MALFORMED", put(&small, 104, &[0xff]));
    add("an extension that is critical", "MALFORMED", {
        let extension = [0, 4, 0x80, 0, 0, 0];
        [&small[..116], &extension, &small[118..]].concat()
    });
    add("the wrap's box changed, and the check made again", "REJECTED", checked(put(&small, header + 60, &[1])));
    add("another key id, and the check made again", "NO_KEY", checked(put(&small, header + 6, &[1; 16])));
    add("no wrap at all, and the check made again", "REJECTED", checked(put(&small, header + 4, &[0])));
    let moved = [&small[..header], &small[header + slot..body], &small[header..header + slot], &small[body..]].concat();
    add("the slot in the second place", "OK", moved);
    add("both slots empty", "REJECTED", put(&small, header, &vec![0; slot]));
    let both = put(&small, header + slot, &small[header..header + slot]);
    add("the same slot twice", "OK", both.clone());
    add("the first of two slots torn", "OK", put(&both, header + 30, &[0; 20]));
    add("a length of 2^48 + 1", "MALFORMED", put(&small, end - 10, &((1_u64 << 48) + 1).to_be_bytes()));
    add("a length of 2^63", "MALFORMED", put(&small, end - 10, &(1_u64 << 63).to_be_bytes()));
    add("another document of the same key behind this header", "REJECTED", {
        let other = seal(&ring, &signer, "contracts/2026", b"meet at nine");
        [&small[..header + 2 * slot], &other[body..]].concat()
    });
    add("signed by one who is not trusted", "REJECTED", seal(&ring, &ed25519(2), "contracts/2026", b"meet at noon"));
    let forged = signed_again("secenv parcel 1", &[0; 32], &signer);
    add("the signature of another root", "REJECTED", {
        [&small[..footer], &forged[32..], &small[end - 10..]].concat()
    });
    add("a first epoch's parcel under a second epoch's wrap", "OK", {
        let mut old = self::ring();
        let second = *old.active().unwrap().id();
        old.destroy_key(&second).unwrap();
        let before = fixed_first();
        let sealed = seal(&before, &signer, "contracts/2026", b"meet at noon");
        let change = parcel::rewrap(&sealed, &self::ring()).unwrap();
        let moved = put(&sealed, usize::try_from(change.at).unwrap(), &change.slot);
        put(&moved, usize::try_from(change.before).unwrap(), &change.empty)
    });
    maker.group("Parcel", group(ring.keys()), cases);

    let no_key = vec![("no key is held for it".to_owned(), "NO_KEY", small)];
    maker.group("Parcel", group(&ring.keys()[..1]), no_key);

    let chunks = [0_usize, 1, 4095, 4096, 4097, 12_288].map(|len| {
        let plain = (0..len).map(|at| (at % 251) as u8).collect::<Vec<_>>();
        (format!("{len} bytes in chunks of 4,096"), "OK", seal(&ring, &signer, "many", &plain))
    });
    let three = chunks[5].2.clone();
    let start = 140 + 2 * slot;
    let chunk = |number: usize| start + number * 4112..start + (number + 1) * 4112;
    let [first, second, third] = [0, 1, 2].map(|number| three[chunk(number)].to_vec());
    let rest = three[chunk(2).end..].to_vec();
    let front = three[..start].to_vec();
    let mut cases = chunks.to_vec();
    let mut add = |comment: &str, expected, parts: &[&[u8]]| {
        cases.push((comment.to_owned(), expected, parts.concat()));
    };
    add("two chunks swapped", "REJECTED", &[&front, &second, &first, &third, &rest]);
    add("a chunk repeated in another's place", "REJECTED", &[&front, &first, &first, &third, &rest]);
    add("a chunk dropped", "MALFORMED", &[&front, &first, &third, &rest]);
    add("a chunk added", "MALFORMED", &[&front, &first, &second, &third, &third, &rest]);
    let leaves = [&rest[32..64], &rest[..32], &rest[64..]].concat();
    add("two chunks and their leaves swapped", "REJECTED", &[&front, &second, &first, &third, &leaves]);
    maker.group("Parcel", group(ring.keys()), cases);

    let rsa = Identity::generate(Kind::Rsa).unwrap();
    let group = json!({ "pins": [hex(rsa.public().pin().as_bytes())], "keys": described(ring.keys()) });
    let sealed = seal(&ring, &rsa, "signed by RSA", b"meet at noon");
    let at = sealed.len() - 20;
    let cases = vec![
        ("signed by RSA with PSS".to_owned(), "OK", sealed.clone()),
        ("signature changed".to_owned(), "REJECTED", put(&sealed, at, &[sealed[at] ^ 1])),
    ];
    maker.group("Parcel", group, cases);
}

/// The ring as it was before its first rotation.
fn fixed_first() -> Keyring {
    let mut ring = ring();
    let [first, second] = [0, 1].map(|at| *ring.keys()[at].id());
    ring.destroy_key(&second).unwrap();
    ring.reactivate(&first);
    ring
}

fn keyrings(maker: &mut Maker) {
    let mut ring = ring();
    ring.rotate(time(1_800_000_200)).unwrap();
    let first = *ring.keys()[0].id();
    ring.destroy_key(&first).unwrap();
    ring.change_unlock(&UnlockSecret::Raw(SecretArray::from(&SECRET)), CHEAP).unwrap();
    let file = ring.encode().unwrap();
    // magic 8, kind, operations 4, memory 8, salt 16, commitment 32, wrap 72; then the body
    let lock = 8 + 133;
    let mut cases = changed(
        &file,
        ["DAMAGED", "REJECTED", "REJECTED", "REJECTED"],
        &[
            ("magic", 6, "DAMAGED"),
            ("version", 7, "DAMAGED"),
            ("operations", 12, "DAMAGED"),
            ("memory", 20, "DAMAGED"),
            ("salt", 21, "REJECTED"),
            ("commitment", 37, "REJECTED"),
            ("nonce of the wrap", 69, "REJECTED"),
            ("wrap", 100, "REJECTED"),
            ("wrap's tag", lock - 1, "REJECTED"),
            ("nonce of the body", lock, "REJECTED"),
            ("body", lock + 40, "REJECTED"),
            ("body's tag", file.len() - 1, "REJECTED"),
        ],
    );
    let master = KeyProtection::parse(file[8..lock].try_into().unwrap())
        .and_then(|lock| lock.open(b"secenvK\x01", &UnlockSecret::Raw(SecretArray::from(&SECRET))))
        .unwrap();
    let body = hash::fields(master.expose_secret(), &[b"secenv keyring 1 body", b""]).unwrap();
    let plain = aead::open_with_nonce_prefix(&body, b"secenvK\x01", &file[lock..]).unwrap().expose_secret().to_vec();
    let sealed = |plain: &[u8]| aead::seal_with_random_nonce(&body, b"secenvK\x01", &file[..lock], plain).unwrap();
    let key = |number: usize| 16 + 2 + 4 + number * 65;
    let mut add = |comment: &str, expected, plain: Vec<u8>| {
        cases.push((format!("inside: {comment}"), expected, sealed(&plain)));
    };
    add("sealed again", "OK", plain.clone());
    add("no keys", "OK", put(&plain[..key(0)], 18, &[0; 4]));
    add("one key less than counted", "REJECTED", plain[..key(2)].to_vec());
    add("one byte more", "REJECTED", [plain.as_slice(), &[0]].concat());
    add("a count of 2^32 - 1", "REJECTED", put(&plain, 18, &[0xff; 4]));
    add("epoch 0", "REJECTED", put(&plain, key(0) + 16, &[0; 8]));
    add("state 0", "REJECTED", put(&plain, key(1) + 24, &[0]));
    add("state 4", "REJECTED", put(&plain, key(1) + 24, &[4]));
    add("two active keys", "REJECTED", put(&plain, key(1) + 24, &[1]));
    add("a destroyed key with material", "REJECTED", put(&plain, key(0) + 33, &[1]));
    add("an active key of zeros", "REJECTED", put(&plain, key(2) + 33, &[0; 32]));
    add("keys out of order", "REJECTED", {
        [&plain[..key(0)], &plain[key(1)..key(2)], &plain[key(0)..key(1)], &plain[key(2)..]].concat()
    });
    add("one id twice", "REJECTED", put(&plain, key(1), &plain[key(0)..key(0) + 16]));
    add("an epoch of 2^63", "REJECTED", put(&plain, key(2) + 16, &[0x80]));
    add("an extension that is not critical", "OK", {
        [&plain[..16], &[0, 5, 0, 1, 0, 1, 0x55], &plain[18..]].concat()
    });
    add("an extension that is critical", "REJECTED", {
        [&plain[..16], &[0, 5, 0x80, 1, 0, 1, 0x55], &plain[18..]].concat()
    });
    maker.group("Keyring", json!({ "kind": "raw", "secret": hex(&SECRET) }), cases);

    let phrase = "correct horse battery staple";
    ring.change_unlock(&UnlockSecret::Passphrase(phrase.as_bytes().to_vec().into()), CHEAP).unwrap();
    let locked = ring.encode().unwrap();
    let cases = vec![
        ("under a passphrase".to_owned(), "OK", locked.clone()),
        ("under a key, opened with a passphrase".to_owned(), "REJECTED", file),
        ("11 passes".to_owned(), "DAMAGED", put(&locked, 9, &11_u32.to_be_bytes())),
        ("no pass".to_owned(), "DAMAGED", put(&locked, 9, &[0; 4])),
        ("2^30 + 1 bytes of memory".to_owned(), "DAMAGED", put(&locked, 13, &((1_u64 << 30) + 1).to_be_bytes())),
        ("kind 3".to_owned(), "DAMAGED", put(&locked, 8, &[3])),
    ];
    maker.group("Keyring", json!({ "kind": "passphrase", "secret": hex(phrase.as_bytes()) }), cases);
}

fn grants(maker: &mut Maker) {
    let (signer, ring) = (ed25519(1), ring());
    let device = DeviceKey::from_seed(SecretArray::from(&[3; 32])).unwrap();
    let terms = grant::Terms {
        sequence: 5,
        issued: time(1_800_000_000),
        not_before: time(1_799_999_000),
        not_after: time(1_810_000_000),
        max_offline: Duration::from_secs(604_800),
        previous: Some(Digest::from_bytes([6; 32])),
    };
    let good = grant::issue(&ring, &signer, &device.public().unwrap(), &terms).unwrap();
    let group = json!({ "pins": [hex(signer.public().pin().as_bytes())], "seed": hex(&[3; 32]) });
    // magic 8, suite, vault 16, device 16, sequence, issued, not_before, not_after, max_offline, previous 32, signer
    // 32, extensions 2
    let (kem, end) = (147, good.len() - SIGNED_BY);
    let keys = kem + 1120;
    let mut cases = changed(
        &good,
        ["MALFORMED"; 4],
        &[
            ("magic", 6, "MALFORMED"),
            ("version", 7, "MALFORMED"),
            ("suite", 8, "MALFORMED"),
            ("vault", 9, "REJECTED"),
            ("device", 25, "REJECTED"),
            ("sequence", 48, "REJECTED"),
            ("issued", 56, "REJECTED"),
            ("not_before", 64, "REJECTED"),
            ("not_after", 72, "REJECTED"),
            ("max_offline", 80, "REJECTED"),
            ("previous", 81, "REJECTED"),
            ("signer", 113, "REJECTED"),
            ("kem", kem + 5, "REJECTED"),
            ("length of the keys", keys + 3, "MALFORMED"),
            ("keys", keys + 50, "REJECTED"),
            ("spki", end + 40, "REJECTED"),
            ("signature", end + 48, "REJECTED"),
            ("signature's last byte", good.len() - 1, "REJECTED"),
        ],
    );
    let again = |content: &[u8]| signed_again("secenv grant 1", content, &signer);
    let content = &good[..end];
    let mut add = |comment: &str, expected, content: Vec<u8>| {
        cases.push((format!("signed again: {comment}"), expected, again(&content)));
    };
    add("as it was", "OK", content.to_vec());
    add("sequence 0", "MALFORMED", put(content, 41, &[0; 8]));
    add("a sequence of 2^63", "MALFORMED", put(content, 41, &[0x80]));
    add("not_before after not_after", "MALFORMED", put(content, 57, &1_810_000_001_u64.to_be_bytes()));
    add("another device", "FOREIGN", put(content, 25, &[1; 16]));
    add("another vault", "REJECTED", put(content, 9, &[1; 16]));
    add("another last second", "REJECTED", put(content, 72, &[0xff]));
    add("another kem", "REJECTED", put(content, kem + 5, &[1]));
    add("a point of low order in the kem", "REJECTED", put(content, kem + 1088, &[0; 32]));
    add("other keys", "REJECTED", put(content, keys + 50, &[1, 2]));
    add("an extension that is critical", "MALFORMED", {
        [&content[..145], &[0, 4, 0x80, 0, 0, 0], &content[147..]].concat()
    });
    add("an extension that is not, which its box does not know", "REJECTED", {
        [&content[..145], &[0, 4, 0x7f, 0, 0, 0], &content[147..]].concat()
    });
    add("extensions that do not ascend", "MALFORMED", {
        [&content[..145], &[0, 8, 0, 2, 0, 0, 0, 2, 0, 0], &content[147..]].concat()
    });
    let other = ed25519(2);
    cases.push(("signed by another".to_owned(), "REJECTED", signed_again("secenv grant 1", content, &other)));
    cases.push(("signed as a manifest".to_owned(), "REJECTED", signed_again("secenv manifest 1", content, &signer)));
    let stranger = DeviceKey::from_seed(SecretArray::from(&[4; 32])).unwrap().public().unwrap();
    let foreign = grant::issue(&ring, &signer, &stranger, &terms).unwrap();
    cases.push(("for another device".to_owned(), "FOREIGN", foreign));
    maker.group("Grant", group, cases);
}

fn manifests(maker: &mut Maker) {
    let signer = ed25519(1);
    let entry = |id: &str, number: u8| Entry {
        id: id.to_owned(),
        revision: number.into(),
        root: Digest::from_bytes([number; 32]),
        length: 1000 * u64::from(number),
    };
    let terms = manifest::Terms {
        vault: VaultId::from_bytes([5; 16]),
        version: 9,
        issued: time(1_800_000_000),
        expires: time(1_810_000_000),
        previous: Some(Digest::from_bytes([6; 32])),
    };
    let entries = vec![entry("a", 1), entry("a/b", 2), entry("b", 3)];
    let good = manifest::issue(&signer, &terms, entries).unwrap();
    let group = json!({ "pins": [hex(signer.public().pin().as_bytes())] });
    // magic 8, vault 16, version, issued, expires, previous 32, signer 32, extensions 2, count 4; entries of 50 and the
    // id
    let (count, end) = (114, good.len() - SIGNED_BY);
    let first = count + 4;
    let mut cases = changed(
        &good,
        ["MALFORMED"; 4],
        &[
            ("magic", 6, "MALFORMED"),
            ("version of the format", 7, "MALFORMED"),
            ("vault", 8, "REJECTED"),
            ("version", 31, "REJECTED"),
            ("issued", 39, "REJECTED"),
            ("expires", 47, "REJECTED"),
            ("previous", 48, "REJECTED"),
            ("signer", 80, "REJECTED"),
            ("count", count + 3, "MALFORMED"),
            ("id", first + 2, "REJECTED"),
            ("revision of an entry", first + 10, "MALFORMED"),
            ("root of an entry", first + 11, "REJECTED"),
            ("length of an entry", first + 50, "REJECTED"),
            ("spki", end + 40, "REJECTED"),
            ("signature", end + 48, "REJECTED"),
        ],
    );
    let content = &good[..end];
    let again = |content: &[u8]| signed_again("secenv manifest 1", content, &signer);
    let mut add = |comment: &str, expected, content: Vec<u8>| {
        cases.push((format!("signed again: {comment}"), expected, again(&content)));
    };
    add("as it was", "OK", content.to_vec());
    add("no entries", "OK", put(&content[..first], count, &[0; 4]));
    add("version 0", "MALFORMED", put(content, 24, &[0; 8]));
    add("a version of 2^63", "MALFORMED", put(content, 24, &[0x80]));
    add("issued after it expires", "MALFORMED", put(content, 32, &1_810_000_001_u64.to_be_bytes()));
    add("a count of 2^32 - 1", "TOO_LARGE", put(content, count, &[0xff; 4]));
    add("a count of 1,000,000", "MALFORMED", put(content, count, &1_000_000_u32.to_be_bytes()));
    add("an entry more than counted", "MALFORMED", put(content, count + 3, &[2]));
    add("one id twice", "MALFORMED", {
        [&content[..count], &2_u32.to_be_bytes(), &content[first..first + 51], &content[first..first + 51]].concat()
    });
    add("ids that do not ascend", "MALFORMED", put(content, first + 2, b"c"));
    add("an id that is a dot", "MALFORMED", put(content, first + 2, b"."));
    add("a control character in an id", "MALFORMED", put(content, first + 2, &[0x1f]));
    add("an empty id", "MALFORMED", {
        [&content[..count], &1_u32.to_be_bytes(), &[0, 0], &content[first + 3..first + 51]].concat()
    });
    add("a revision of 0", "MALFORMED", put(content, first + 3, &[0; 8]));
    add("a revision of 2^63", "MALFORMED", put(content, first + 3, &[0x80]));
    add("a length of 2^48", "OK", put(content, first + 43, &(1_u64 << 48).to_be_bytes()));
    add("a length of 2^63", "MALFORMED", put(content, first + 43, &[0x80]));
    add("an extension that is not critical", "OK", {
        [&content[..112], &[0, 4, 0x7f, 0xff, 0, 0], &content[114..]].concat()
    });
    add("an extension that is critical", "MALFORMED", {
        [&content[..112], &[0, 4, 0x80, 0, 0, 0], &content[114..]].concat()
    });
    add("an extension that is cut", "MALFORMED", [&content[..112], &[0, 4, 0, 1, 0, 1], &content[114..]].concat());
    cases.push(("signed by another".to_owned(), "REJECTED", signed_again("secenv manifest 1", content, &ed25519(2))));
    cases.push(("signed as a grant".to_owned(), "REJECTED", signed_again("secenv grant 1", content, &signer)));
    maker.group("Manifest", group, cases);

    let rsa = Identity::generate(Kind::Rsa).unwrap();
    let file = manifest::issue(&rsa, &terms, vec![entry("a", 1)]).unwrap();
    let group = json!({ "pins": [hex(rsa.public().pin().as_bytes())] });
    let bad = put(&file, file.len() - 1, &[file[file.len() - 1] ^ 1]);
    let cases =
        vec![("signed by RSA with PSS".to_owned(), "OK", file), ("signature changed".to_owned(), "REJECTED", bad)];
    maker.group("Manifest", group, cases);

    let group = json!({ "pins": [hex(signer.public().pin().as_bytes())] });
    let cases = [
        ("neither spki nor signature", [content, &[0; 4]].concat()),
        ("an spki of 43 bytes", [content, &[0, 43], &[0; 43], &good[end + 46..]].concat()),
        ("a signature of 63 bytes", [&good[..end + 46], &[0, 63], &[0; 63]].concat()),
    ];
    maker.group("Manifest", group, cases.map(|(comment, bad)| (comment.to_owned(), "MALFORMED", bad)).into());
}
