//! Makes `{parcel,keyring,grant,manifest}_v1.json` and `trust_v2.json`. What is expected is said here, not taken from what the code does.

use std::time::Duration;

use secenv::identity::{Identity, Kind};
use secenv::key_protection::UnlockSecret;
use secenv::keyring::{Key, Keyring};
use secenv::manifest::{self, Entry};
use secenv::parcel::{self, SealOptions, SealRequest};
use secenv::sodium::hash;
use secenv::sodium::password::Cost;
use secenv::sodium::random::fixed;
use secenv::trust::{self, Role, RolePin, Roots, Statement};
use secenv::{Digest, Pin, SecretArray, VaultId, aead, grant};
use serde_json::{Value, json};

use crate::stored::{described, device, first, outcome, ring};
use crate::{ed25519, hex, status, time};

const SECRET: [u8; 32] = [7; 32];
const CHEAP: Cost = Cost::new(1, 8192);

type Cases = Vec<(String, &'static str, Vec<u8>)>;

/// The groups of a file, while they are made.
struct Maker {
    groups: Vec<Value>,
    next: usize,
    wrong: Vec<String>,
}

impl Maker {
    fn group(&mut self, kind: &str, mut group: Value, cases: Cases) {
        let tests = cases.into_iter().map(|(comment, expected, file)| {
            self.next += 1;
            let found = outcome(kind, &group, &file);
            let said = status(&found);
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
    let lp32 = |field: &[u8]| [&(field.len() as u32).to_be_bytes(), field].concat();
    let lp16 = |field: &[u8]| [&(field.len() as u16).to_be_bytes(), field].concat();
    let signature = signer.sign(&[lp32(context.as_bytes()), lp32(content)].concat()).unwrap();
    [content, &lp16(signer.public().spki()), &lp16(&signature)].concat()
}

pub fn make(name: &str) -> Value {
    let (kind, version) = name.split_once("_v").unwrap();
    let mut maker = Maker { groups: Vec::new(), next: 0, wrong: Vec::new() };
    let mut call = 0;
    fixed::with(kind.as_bytes(), &mut call, || match name {
        "parcel_v1" => parcels(&mut maker),
        "keyring_v1" => keyrings(&mut maker),
        "grant_v1" => grants(&mut maker),
        "trust_v2" => trusts(&mut maker),
        _ => manifests(&mut maker),
    });
    assert!(maker.wrong.is_empty(), "{:#?}", maker.wrong);
    json!({
        "algorithm": format!("secenv {kind} {version}"), "numberOfTests": maker.next, "testGroups": maker.groups,
        "source": "tests/vectors/make_stored.rs",
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
    let pin = hex(signer.public().pin().as_bytes());
    let group = |keys: &[Key]| json!({ "pins": [hex(&[9; 32]), pin], "keys": described(keys) });
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
        let sealed = seal(&first(&mut 0), &signer, "contracts/2026", b"meet at noon");
        let change = parcel::rewrap(&sealed, &ring).unwrap();
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
    let wrapping = hash::fields(&SECRET, &[b"secenv lock 1 wrap", b"secenvK\x01"]).unwrap();
    let master = aead::open_with_nonce_prefix(&wrapping, &file[..69], &file[69..lock]).unwrap();
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
    let (device, stranger) = (device(&[3; 32]), device(&[4; 32]));
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
    // magic 8, suite, vault 16, device 16, sequence, issued, not_before, not_after, max_offline, previous 32,
    // signer 32, extensions 2
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
    let foreign = grant::issue(&ring, &signer, &stranger.public().unwrap(), &terms).unwrap();
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
    // magic 8, vault 16, version, issued, expires, previous 32, signer 32, extensions 2, count 4;
    // entries of 50 and the id
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

/// Who signs trust statements, and what the pins of the roles are.
const ROOTS: [u8; 3] = [21, 22, 23];
const STATED: u64 = 1_800_000_000;

fn trust_pin(byte: u8, until: u64) -> RolePin {
    RolePin { pin: Pin::from_bytes([byte; 32]), until: (until > 0).then(|| time(until)) }
}

fn roots(seeds: &[u8], threshold: u8) -> Roots {
    let mut pins: Vec<_> = seeds.iter().map(|seed| *ed25519(*seed).public().pin()).collect();
    pins.sort_unstable();
    Roots { pins, threshold }
}

fn statement(version: u64, roots: Roots) -> Statement {
    Statement {
        version,
        issued: time(STATED),
        expires: Some(time(STATED + 1001)),
        allow_shared: false,
        roots,
        sessions: vec![trust_pin(0x51, 0), trust_pin(0x41, STATED + 501)],
        grants: vec![trust_pin(0x61, 0)],
        manifests: vec![trust_pin(0x71, STATED + 801)],
    }
}

/// The body of a statement.
fn stated(statement: &Statement) -> Vec<u8> {
    let mut issued = trust::issue(statement).unwrap();
    assert_eq!(issued.pop(), Some(0));
    issued
}

/// A signature over a body, in a context.
fn trust_signature(context: &str, body: &[u8], seed: u8) -> (Pin, Vec<u8>) {
    let signer = ed25519(seed);
    (*signer.public().pin(), signed_again(context, body, &signer)[body.len()..].to_vec())
}

/// A body and the signatures of these, in their order.
fn trust_signed(body: &[u8], seeds: &[u8]) -> Vec<u8> {
    with_signatures(body, seeds.iter().map(|seed| trust_signature("secenv trust 2", body, *seed)).collect())
}

fn with_signatures(body: &[u8], mut signatures: Vec<(Pin, Vec<u8>)>) -> Vec<u8> {
    signatures.sort();
    in_this_order(body, &signatures)
}

fn in_this_order(body: &[u8], signatures: &[(Pin, Vec<u8>)]) -> Vec<u8> {
    let list = signatures.iter().flat_map(|(_, signature)| signature.iter().copied());
    [body, &[u8::try_from(signatures.len()).unwrap()]].concat().into_iter().chain(list).collect()
}

fn trusts(maker: &mut Maker) {
    first_statements(maker);
    next_statements(maker);
}

fn first_statements(maker: &mut Maker) {
    let known = roots(&ROOTS, 2);
    let pins: Vec<_> = known.pins.iter().map(|pin| hex(pin.as_bytes())).collect();
    let group = json!({ "roots": pins, "threshold": 2, "now": STATED + 500 });
    let two = [ROOTS[0], ROOTS[2]];
    let body = stated(&statement(1, known.clone()));
    let good = trust_signed(&body, &two);
    // magic 8, version, issued, expires, flags, threshold, roots 1 + 96, sessions 1 + 80, grants 1 + 40,
    // manifests 1 + 40, extensions 2, signatures 1
    let (flags, first_root, sessions, grants, manifests, extensions) = (32, 35, 131, 212, 253, 294);
    let end = extensions + 2;
    assert_eq!(body.len(), end);
    let mut cases = changed(
        &good,
        ["MALFORMED"; 4],
        &[
            ("magic", 6, "MALFORMED"),
            ("version of the format", 7, "MALFORMED"),
            ("version", 14, "OUT_OF_ORDER"),
            ("last bit of the version", 15, "MALFORMED"),
            ("issued", 23, "REJECTED"),
            ("expires", 31, "REJECTED"),
            ("flags", flags, "REJECTED"),
            ("threshold", 33, "REJECTED"),
            ("a root", first_root + 31, "REJECTED"),
            ("a pin of the sessions", sessions + 1, "REJECTED"),
            ("the end of a pin of the sessions", sessions + 80, "REJECTED"),
            ("number of the grants' pins", grants, "TOO_LARGE"),
            ("a pin of the grants", grants + 1, "REJECTED"),
            ("a pin of the manifests", manifests + 1, "REJECTED"),
            ("the end of a pin of the manifests", manifests + 40, "REJECTED"),
            ("extensions", extensions + 1, "MALFORMED"),
            ("number of signatures", end, "MALFORMED"),
            ("a signature", end + 1 + 48, "REJECTED"),
            ("a signature's last byte", good.len() - 1, "REJECTED"),
        ],
    );
    let mut add = |comment: &str, expected, file: Vec<u8>| cases.push((comment.to_owned(), expected, file));
    let with = |change: &dyn Fn(&mut Statement)| {
        let mut statement = statement(1, known.clone());
        change(&mut statement);
        stated(&statement)
    };
    add("all three roots signed", "OK", trust_signed(&body, &ROOTS));
    add("strangers signed as well", "OK", trust_signed(&body, &[ROOTS[0], 1, 2, ROOTS[1], 3]));
    add("nobody signed", "REJECTED", trust_signed(&body, &[]));
    add("one root signed", "REJECTED", trust_signed(&body, &ROOTS[..1]));
    add("one root and a stranger signed", "REJECTED", trust_signed(&body, &[ROOTS[0], 1]));
    let signature = |seed| trust_signature("secenv trust 2", &body, seed);
    let spoiled = |seed| {
        let (pin, mut signature) = signature(seed);
        *signature.last_mut().unwrap() ^= 1;
        (pin, signature)
    };
    add("a root's signature that does not hold, beside two that do", "OK", {
        with_signatures(&body, vec![signature(ROOTS[0]), signature(ROOTS[1]), spoiled(ROOTS[2])])
    });
    add("a root's signature that does not hold, beside one that does", "REJECTED", {
        with_signatures(&body, vec![signature(ROOTS[0]), spoiled(ROOTS[2])])
    });
    add("one root signed twice", "MALFORMED", with_signatures(&body, vec![signature(ROOTS[0]), signature(ROOTS[0])]));
    add("two of three signatures are of one root", "MALFORMED", {
        with_signatures(&body, vec![signature(ROOTS[0]), signature(ROOTS[0]), signature(ROOTS[1])])
    });
    let mut falling = vec![signature(ROOTS[0]), signature(ROOTS[2])];
    falling.sort_by(|a, b| b.cmp(a));
    add("signatures that descend", "MALFORMED", in_this_order(&body, &falling));
    add("16 signatures", "OK", {
        let many: Vec<u8> = (1..=14).chain(two).collect();
        trust_signed(&body, &many)
    });
    add("17 signatures", "TOO_LARGE", {
        let many: Vec<u8> = (1..=15).chain(two).collect();
        trust_signed(&body, &many)
    });
    for context in ["secenv trust 1", "secenv grant 1", "secenv 2 server"] {
        add(&format!("signed as `{context}`"), "REJECTED", {
            with_signatures(&body, two.map(|seed| trust_signature(context, &body, seed)).to_vec())
        });
    }
    let short = |length: u8, end: &[u8]| [&body[..], &[1, 0, length], &vec![7; length.into()], end].concat();
    add("an spki of 43 bytes", "MALFORMED", short(43, &[[0, 64].as_slice(), &[7; 64]].concat()));
    add("a signature of 63 bytes", "MALFORMED", short(44, &[[0, 63].as_slice(), &[7; 63]].concat()));
    add("an spki that is no key", "REJECTED", short(44, &[[0, 64].as_slice(), &[7; 64]].concat()));
    add("an spki of 2,049 bytes", "TOO_LARGE", [&body[..], &[1, 8, 1], &[7; 2049], &[0, 64], &[7; 64]].concat());
    add("a longer statement than any", "TOO_LARGE", {
        let long = |byte: u8| {
            (Pin::from_bytes(hash::sha256(&[byte; 2048])), {
                [[8, 0].as_slice(), &[byte; 2048], &[4, 0], &[byte; 1024]].concat()
            })
        };
        with_signatures(&body, (0..6).map(long).collect())
    });

    let again = |body: &[u8]| trust_signed(body, &two);
    add("no end", "OK", again(&with(&|one| one.expires = None)));
    add("the last second", "OK", again(&with(&|one| one.expires = Some(time(STATED + 500)))));
    add("over by a second", "EXPIRED", again(&with(&|one| one.expires = Some(time(STATED + 499)))));
    add("the only pin of the grants has ended", "EXPIRED", again(&with(&|one| one.grants[0].until = Some(time(9)))));
    add("a pin of the sessions has ended", "OK", again(&with(&|one| one.sessions[1].until = Some(time(STATED + 499)))));
    add("a pin of the sessions that signs grants", "MALFORMED", again(&put(&body, grants + 1, &[0x41; 32])));
    add("a pin of the sessions that signs manifests", "MALFORMED", again(&put(&body, manifests + 1, &[0x51; 32])));
    add("the same, allowed", "OK", {
        again(&with(&|one| {
            one.allow_shared = true;
            one.manifests[0] = trust_pin(0x51, 0);
        }))
    });
    add("grants and manifests share a pin", "OK", again(&with(&|one| one.manifests[0] = trust_pin(0x61, 0))));
    add("a flag that is not known", "MALFORMED", again(&put(&body, flags, &[2])));
    for role in Role::ALL {
        let place = [sessions, grants, manifests][role as usize];
        add(
            "a root in a role",
            "MALFORMED",
            again(&put(&put(&body, flags, &[1]), place + 1, known.pins[1].as_bytes())),
        );
        add("a role with nobody", "MALFORMED", {
            let count = usize::from(body[place]);
            again(&[&body[..place], &[0], &body[place + 1 + 40 * count..]].concat())
        });
        add("a role with four pins", "OK", {
            let four: Vec<_> = (0xa0..0xa4).map(|byte| trust_pin(byte, 0)).collect();
            again(&with(&|one| match role {
                Role::Sessions => one.sessions.clone_from(&four),
                Role::Grants => one.grants.clone_from(&four),
                Role::Manifests => one.manifests.clone_from(&four),
            }))
        });
        add("a role with five pins", "TOO_LARGE", {
            let five = (0xa0..0xa5).flat_map(|byte| [[byte; 40]]).flatten().collect::<Vec<u8>>();
            let count = usize::from(body[place]);
            again(&[&body[..place], &[5], &five, &body[place + 1 + 40 * count..]].concat())
        });
    }
    add("a pin twice in a role", "MALFORMED", again(&put(&body, sessions + 41, &[0x51; 32])));
    add("a version of 2^63", "MALFORMED", again(&put(&body, 8, &[0x80])));
    add("issued at 2^63", "MALFORMED", again(&put(&body, 16, &[0x80])));
    add("over before it was issued", "MALFORMED", again(&put(&body, 24, &(STATED - 1).to_be_bytes())));
    add("an end of 2^63", "MALFORMED", again(&put(&body, sessions + 33, &[0x80])));
    add("a threshold of 0", "MALFORMED", again(&put(&body, 33, &[0])));
    add("a threshold above the number of roots", "MALFORMED", again(&put(&body, 33, &[4])));
    add("a threshold of its own that is not reached", "REJECTED", again(&put(&body, 33, &[3])));
    add("roots that descend", "MALFORMED", {
        let swapped = [known.pins[1].as_bytes().as_slice(), known.pins[0].as_bytes()].concat();
        again(&put(&body, first_root, &swapped))
    });
    add("no roots", "MALFORMED", again(&[&body[..33], &[0, 0], &body[sessions..]].concat()));
    add("nine roots", "TOO_LARGE", {
        let nine: Vec<_> = (1..=9).flat_map(|byte| [byte; 32]).collect();
        again(&[&body[..33], &[1, 9], &nine, &body[sessions..]].concat())
    });
    add("eight roots, of whom two signed", "OK", {
        let eight: Vec<u8> = (1..=5).chain(ROOTS).collect();
        again(&with(&|one| one.roots = roots(&eight, 2)))
    });
    let extended = |field: &[u8]| again(&[&body[..extensions], field].concat());
    add("an extension that is not critical", "OK", extended(&[0, 5, 0x7f, 0xff, 0, 1, 9]));
    add("an extension that is critical", "MALFORMED", extended(&[0, 4, 0x80, 0, 0, 0]));
    add("extensions that do not ascend", "MALFORMED", extended(&[0, 8, 0, 2, 0, 0, 0, 2, 0, 0]));
    add("extensions of 4,097 bytes", "TOO_LARGE", extended(&[[0x10, 1].as_slice(), &[0; 4097]].concat()));

    let later = |version| trust_signed(&stated(&statement(version, known.clone())), &two);
    add("a chain of three", "OK", [good.clone(), later(2), later(3)].concat());
    add("a chain in which one comes twice", "OK", [good.clone(), good.clone(), later(2)].concat());
    add("a chain that begins with version 2", "OUT_OF_ORDER", [later(2), later(3)].concat());
    add("a chain that leaves one out", "OUT_OF_ORDER", [good.clone(), later(3)].concat());
    add("a chain that ends in the middle", "MALFORMED", [good.as_slice(), &good[..200]].concat());
    add("a chain with something else in it", "MALFORMED", [good.as_slice(), b"x", &later(2)].concat());
    add("a chain of 64", "OK", (1..=64).flat_map(later).collect());
    add("a chain of 65", "TOO_LARGE", (1..=65).flat_map(later).collect());
    add("an over one is a step of a chain", "OK", {
        let over = trust_signed(&with(&|one| one.expires = Some(time(STATED))), &two);
        [over, later(2)].concat()
    });
    maker.group("Trust", group, cases);

    let rsa = Identity::generate(Kind::Rsa).unwrap();
    let pin = *rsa.public().pin();
    let body = stated(&statement(1, Roots { pins: vec![pin], threshold: 1 }));
    let file = [body.as_slice(), &[1], &signed_again("secenv trust 2", &body, &rsa)[body.len()..]].concat();
    let bad = put(&file, file.len() - 1, &[file[file.len() - 1] ^ 1]);
    let group = json!({ "roots": [hex(pin.as_bytes())], "threshold": 1, "now": STATED });
    let cases =
        vec![("signed by RSA with PSS".to_owned(), "OK", file), ("signature changed".to_owned(), "REJECTED", bad)];
    maker.group("Trust", group, cases);
}

fn next_statements(maker: &mut Maker) {
    let old = roots(&ROOTS, 2);
    let new = roots(&[ROOTS[2], 24, 25], 2);
    let of = |version, roots: &Roots, seeds: &[u8]| trust_signed(&stated(&statement(version, roots.clone())), seeds);
    let two = &ROOTS[..2];
    let held = of(5, &old, two);
    let group = json!({ "statement": hex(&held), "now": STATED });
    let twin = Statement { expires: None, ..statement(5, old.clone()) };
    let cases = [
        ("the one in force", "OK", held.clone()),
        ("the one in force, signed by others", "OK", of(5, &old, &ROOTS[1..])),
        ("the one in force, signed by nobody", "OK", of(5, &old, &[])),
        ("another one of the same version", "REJECTED", trust_signed(&stated(&twin), &ROOTS)),
        ("an older one", "STALE", of(4, &old, &ROOTS)),
        ("older ones", "STALE", [of(3, &old, two), of(4, &old, two)].concat()),
        ("the next one", "OK", of(6, &old, two)),
        ("the next but one", "OUT_OF_ORDER", of(7, &old, two)),
        ("the whole chain", "OK", [of(4, &old, two), held, of(6, &old, two), of(7, &old, two)].concat()),
        ("other roots, signed by both sides", "OK", of(6, &new, &[ROOTS[0], ROOTS[1], 24, 25])),
        ("other roots, and one stands on both sides", "OK", of(6, &new, &[ROOTS[0], ROOTS[2], 24])),
        ("other roots, signed by the new ones alone", "REJECTED", of(6, &new, &[ROOTS[2], 24, 25])),
        ("other roots, signed by the old ones alone", "REJECTED", of(6, &new, &[ROOTS[0], ROOTS[1]])),
        ("other roots, and one of the new is missing", "REJECTED", of(6, &new, &[ROOTS[0], ROOTS[1], 24])),
        ("what follows is signed by the new roots", "OK", {
            [of(6, &new, &[ROOTS[0], ROOTS[2], 24]), of(7, &new, &[24, 25])].concat()
        }),
        ("what follows is signed by roots that were dropped", "REJECTED", {
            [of(6, &new, &[ROOTS[0], ROOTS[2], 24]), of(7, &new, two)].concat()
        }),
        ("a lower threshold, signed by one", "REJECTED", of(6, &roots(&ROOTS, 1), &ROOTS[..1])),
        ("a lower threshold, signed by two", "OK", of(6, &roots(&ROOTS, 1), two)),
    ];
    maker.group("Trust", group, cases.map(|(comment, said, file)| (comment.to_owned(), said, file)).into());
    let unsigned = json!({ "statement": hex(&of(5, &old, &ROOTS[..1])), "now": STATED });
    let cases = vec![("begun with one that too few signed".to_owned(), "REJECTED", of(6, &old, two))];
    maker.group("Trust", unsigned, cases);
}
