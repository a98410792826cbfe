//! A server's files at rest, made once for each process, and the same edited and signed again.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use secenv::device::DeviceKey;
use secenv::grant::{self, Grant};
use secenv::identity::{Identity, Kind};
use secenv::key_protection::{COST, UnlockSecret};
use secenv::keyring::Keyring;
use secenv::manifest::{self, Entry};
use secenv::parcel::{self, ParcelInfo, SealOptions, SealRequest};
use secenv::trust::{self, RolePin, Roots, Statement};
use secenv::vault::{NewVault, Signers, Vault};
use secenv::{Error, Pin, RunOptions, SecretArray, Timestamp};

use crate::random::fixed;

/// When all of it was made.
pub const AT: Timestamp = crate::session::NOW;

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
    /// Two of them sign trust statements.
    pub roots: [Identity; 3],
    /// A statement that two roots signed.
    pub trust: Vec<u8>,
}

pub static FILES: LazyLock<Files> = LazyLock::new(|| fixed(1, files));

fn files() -> Files {
    let (mut ring, signer) = (Keyring::generate(AT), Identity::generate(Kind::Ed25519).unwrap());
    ring.change_unlock(&unlock(), COST).unwrap();
    let device = DeviceKey::generate().unwrap();
    let plain = (0..9000_u32).map(|at| (at % 251) as u8).collect::<Vec<_>>();
    let (parcel, info) = sealed(&ring, &signer, "a/b", 3, &plain);
    let roots = [(); 3].map(|()| Identity::generate(Kind::Ed25519).unwrap());
    let statement = stated(&roots, pin(&signer));
    let named = Entry { id: info.id, revision: 3, root: info.root, length: info.length };
    Files {
        grant: granted(&ring, &signer, &device, 1),
        manifest: named_in(&ring, &signer, 1, vec![named]),
        trust: two_of(&roots)
            .iter()
            .fold(trust::issue(&statement).unwrap(), |file, root| trust::sign(root, &file).unwrap()),
        roots,
        keyring: ring.encode().unwrap(),
        ring,
        signer,
        device,
        plain,
        parcel,
    }
}

/// The roots that sign.
pub fn two_of(roots: &[Identity; 3]) -> [&Identity; 2] {
    [&roots[0], &roots[2]]
}

pub fn trust_roots(roots: &[Identity; 3]) -> Roots {
    Roots { pins: roots.iter().map(pin).collect(), threshold: 2 }
}

fn stated(roots: &[Identity; 3], signer: Pin) -> Statement {
    let one = |pin| RolePin { pin, until: None };
    Statement {
        version: 1,
        issued: AT,
        expires: Some(AT.saturating_add(5000)),
        allow_shared: false,
        roots: trust_roots(roots),
        sessions: vec![one(Pin::from_bytes([1; 32])), RolePin { until: Some(AT), ..one(Pin::from_bytes([2; 32])) }],
        grants: vec![one(signer)],
        manifests: vec![one(signer)],
    }
}

pub fn unlock() -> UnlockSecret {
    UnlockSecret::Raw(SecretArray::from(&[7; 32]))
}

pub fn pin(identity: &Identity) -> Pin {
    *identity.public().pin()
}

/// A vault of the device in an empty folder.
pub fn vault_in(folder: &Path) -> Vault {
    let (unlock, device) = (&unlock(), &FILES.device);
    let signers = Signers::Pins(&[pin(&FILES.signer)]);
    Vault::create(folder, &NewVault { unlock, cost: COST, signers, device }, AT).unwrap()
}

pub fn one_thread() -> RunOptions<'static> {
    RunOptions { threads: 1, ..RunOptions::default() }
}

pub fn sealed(ring: &Keyring, signer: &Identity, id: &str, revision: u64, plain: &[u8]) -> (Vec<u8>, ParcelInfo) {
    let options = SealOptions { chunk_log: 12, wrap_capacity: 1, threads: 1 };
    let request = SealRequest { options, ..SealRequest::new(ring, signer, id, revision) };
    let mut out = Vec::new();
    let info = parcel::seal(&request, &mut &*plain, &mut out, &|_| ()).unwrap();
    (out, info)
}

pub fn granted(ring: &Keyring, signer: &Identity, device: &DeviceKey, sequence: u64) -> Vec<u8> {
    let terms = grant::Terms {
        sequence,
        issued: AT,
        not_before: AT,
        not_after: AT.saturating_add(5000),
        max_offline: Duration::from_secs(3000),
        previous: None,
    };
    grant::issue(ring, signer, &device.public().unwrap(), &terms).unwrap()
}

pub fn named_in(ring: &Keyring, signer: &Identity, version: u64, entries: Vec<Entry>) -> Vec<u8> {
    let terms =
        manifest::Terms { vault: *ring.id(), version, issued: AT, expires: AT.saturating_add(10_000), previous: None };
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
