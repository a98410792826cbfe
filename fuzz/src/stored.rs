//! A server's files at rest, made once for each process, and the same edited and signed again.

use std::sync::LazyLock;

use secenv::grant::{self, Grant};
use secenv::identity::{Identity, Kind};
use secenv::keyring::{COST, DeviceKey, Keyring, Unlock};
use secenv::manifest::{self, Entry};
use secenv::parcel::{self, Info, Options};
use secenv::{Error, SecretArray, trust};

use crate::random::fixed;

/// When all of it was made.
pub const AT: u64 = 1_800_000_000;

/// One of each.
pub struct Files {
    pub ring: Keyring,
    pub signer: Identity,
    pub device: DeviceKey,
    pub plain: Vec<u8>,
    pub parcel: Vec<u8>,
    pub keyring: Vec<u8>,
    pub grant: Vec<u8>,
    pub manifest: Vec<u8>,
    pub trust: Vec<u8>,
}

pub static FILES: LazyLock<Files> = LazyLock::new(|| fixed(1, files));

fn files() -> Files {
    let (mut ring, signer) = (Keyring::generate(AT).unwrap(), Identity::generate(Kind::Ed25519).unwrap());
    ring.lock(&unlock(), COST).unwrap();
    let device = DeviceKey::generate().unwrap();
    let plain = (0..9000_u32).map(|at| (at % 251) as u8).collect::<Vec<_>>();
    let (parcel, info) = sealed(&ring, &signer, "a/b", 3, &plain);
    let named = Entry { id: info.id, revision: 3, root: info.root, length: info.length };
    Files {
        grant: granted(&ring, &signer, &device, 1),
        manifest: named_in(&ring, &signer, 1, vec![named]),
        trust: trust::issue(&signer, 1, AT, &[pin(&signer)]).unwrap(),
        keyring: ring.encode().unwrap(),
        ring,
        signer,
        device,
        plain,
        parcel,
    }
}

pub fn unlock() -> Unlock {
    Unlock::Raw(SecretArray::from(&[7; 32]))
}

pub fn pin(identity: &Identity) -> [u8; 32] {
    *identity.public().pin()
}

pub fn sealed(ring: &Keyring, signer: &Identity, id: &str, revision: u64, plain: &[u8]) -> (Vec<u8>, Info) {
    let options = Options { chunk_log: 12, capacity: 1, threads: 1 };
    let mut out = Vec::new();
    let info = parcel::seal(ring, signer, id, revision, &options, &mut &*plain, &mut out, &|_| ()).unwrap();
    (out, info)
}

pub fn granted(ring: &Keyring, signer: &Identity, device: &DeviceKey, sequence: u64) -> Vec<u8> {
    let terms = grant::Terms {
        sequence,
        issued: AT,
        not_before: AT,
        not_after: AT + 5000,
        max_offline: 3000,
        previous: [0; 32],
    };
    grant::issue(ring, signer, &device.public().unwrap(), &terms).unwrap()
}

pub fn named_in(ring: &Keyring, signer: &Identity, version: u64, entries: Vec<Entry>) -> Vec<u8> {
    let terms = manifest::Terms { vault: *ring.id(), version, issued: AT, expires: AT + 10_000, previous: [0; 32] };
    manifest::issue(signer, &terms, entries).unwrap()
}

/// The keys of a grant as bytes that can be compared.
pub fn keys(grant: &Grant) -> Result<Vec<[u8; 32]>, Error> {
    Ok(grant.open(&FILES.device)?.iter().map(|key| *key.expose_secret()).collect())
}

/// A signed file whose content was edited and signed again, as a server with a bug would make it.
pub fn signed_again(file: &[u8], context: &str, edit: &[u8]) -> Vec<u8> {
    let spki = FILES.signer.public().spki();
    let content = crate::edited(&file[..file.len() - 2 - spki.len() - 2 - 64], edit);
    let mut text = Vec::new();
    for field in [context.as_bytes(), &content] {
        text.extend_from_slice(&(field.len() as u32).to_be_bytes());
        text.extend_from_slice(field);
    }
    let signature = FILES.signer.sign(&text).unwrap();
    let mut again = content;
    for field in [spki, &signature] {
        again.extend_from_slice(&(field.len() as u16).to_be_bytes());
        again.extend_from_slice(field);
    }
    again
}

/// Whether an answer to something at rest is one that such a thing gets.
pub fn is_refusal(error: Error) -> bool {
    crate::is_refusal(error) || matches!(error, Error::NoKey | Error::Foreign)
}
