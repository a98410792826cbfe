//! Any sequence of operations on a vault comes out as a simple model says.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use secenv::Error;
use secenv::keyring::Keyring;
use secenv::manifest::Entry;
use secenv::parcel::ParcelInfo;
use secenv::vault::{Outcome, ReadRequest, Vault};
use secenv_fuzz::random::fixed;
use secenv_fuzz::stored::{AT, FILES, granted, named_in, one_thread, sealed, unlock, vault_in};

const IDS: [&str; 3] = ["a", "b", "b/c"];

/// What the vault has to know, and no more.
#[derive(Default)]
struct Model {
    granted: Option<(u64, bool)>,
    manifest: Option<(u64, u8)>,
    /// By document: which revision lies here.
    here: BTreeMap<usize, u64>,
}

impl Model {
    fn grant(&mut self, number: u64, both: bool) -> Result<Outcome, Error> {
        match self.granted {
            Some(now) if now == (number, both) => return Ok(Outcome::Same),
            Some((now, _)) if number <= now => return Err(Error::Stale),
            _ => self.granted = Some((number, both)),
        }
        Ok(Outcome::Taken)
    }

    fn manifest(&mut self, version: u64, names: u8) -> Result<Outcome, Error> {
        match self.manifest {
            _ if self.granted.is_none() => return Err(Error::OutOfOrder),
            Some(now) if now == (version, names) => return Ok(Outcome::Same),
            Some((now, _)) if version < now => return Err(Error::Stale),
            Some((now, _)) if version == now => return Err(Error::Rejected),
            _ => self.manifest = Some((version, names)),
        }
        self.here.retain(|document, revision| named(names, *document) == Some(*revision));
        Ok(Outcome::Taken)
    }

    fn parcel(&mut self, document: usize, revision: u64) -> Result<Outcome, Error> {
        let current = self.manifest.and_then(|(_, names)| named(names, document)).ok_or(Error::OutOfOrder)?;
        match revision.cmp(&current) {
            std::cmp::Ordering::Less => Err(Error::Stale),
            std::cmp::Ordering::Greater => Err(Error::OutOfOrder),
            std::cmp::Ordering::Equal if self.here.insert(document, revision).is_some() => Ok(Outcome::Same),
            std::cmp::Ordering::Equal => Ok(Outcome::Taken),
        }
    }

    fn read(&self, document: usize) -> Result<Vec<u8>, Error> {
        let (_, both) = self.granted.ok_or(Error::NoKey)?;
        self.manifest.ok_or(Error::NotFound)?;
        let revision = *self.here.get(&document).ok_or(Error::NotFound)?;
        // Revision 2 is sealed under the second epoch.
        if revision == 2 && !both { Err(Error::NoKey) } else { Ok(content(document, revision)) }
    }
}

/// Two bits for each document: 0 not named, else its revision, of which 3 is 1.
fn named(names: u8, document: usize) -> Option<u64> {
    match names >> (2 * document) & 3 {
        0 => None,
        3 => Some(1),
        revision => Some(revision.into()),
    }
}

fn content(document: usize, revision: u64) -> Vec<u8> {
    format!("{} {revision}", IDS[document]).into_bytes()
}

struct Server {
    rings: [Keyring; 2],
    parcels: BTreeMap<(usize, u64), (Vec<u8>, ParcelInfo)>,
}

static SERVER: std::sync::LazyLock<Server> = std::sync::LazyLock::new(|| fixed(2, server));

fn server() -> Server {
    let copy = || Keyring::parse(&FILES.keyring, &unlock()).unwrap();
    let mut second = copy();
    second.rotate(AT).unwrap();
    let rings = [copy(), second];
    let each = (0..IDS.len()).flat_map(|document| [1, 2].map(|revision| (document, revision)));
    let seal = |(document, revision): (usize, u64)| {
        let ring = &rings[revision as usize - 1];
        ((document, revision), sealed(ring, &FILES.signer, IDS[document], revision, &content(document, revision)))
    };
    let parcels = each.map(seal).collect();
    Server { rings, parcels }
}

fn write(desk: &Path, bytes: &[u8]) -> PathBuf {
    let path = desk.join("file");
    fs::write(&path, bytes).unwrap();
    path
}

secenv_fuzz::law!(|data| {
    let desk = tempfile::tempdir().unwrap();
    let folder = desk.path().join("vault");
    let mut vault = vault_in(&folder);
    let (mut model, mut made) = (Model::default(), BTreeMap::new());
    for operation in data.as_chunks::<2>().0.iter().take(40) {
        let [what, with] = *operation;
        let (number, rest) = (u64::from(what >> 3) % 6 + 1, with);
        let document = usize::from(rest) % IDS.len();
        let mut apply = |bytes: &[u8]| {
            let paths = [write(desk.path(), bytes)];
            vault.apply(&paths, AT, &one_thread()).unwrap()[0].result
        };
        match what & 7 {
            0 => {
                let both = rest & 1 == 1;
                // Issued once: a grant with the same number and other bytes is another one.
                let file = made
                    .entry((0, number, u8::from(both)))
                    .or_insert_with(|| granted(&SERVER.rings[usize::from(both)], &FILES.signer, &FILES.device, number));
                assert_eq!(apply(file), model.grant(number, both));
            }
            1 | 2 => {
                let names = rest & 0x3f;
                let entries = (0..IDS.len()).filter_map(|at| Some((at, named(names, at)?)));
                let entries = entries.map(|at| {
                    let info = &SERVER.parcels[&at].1;
                    Entry { id: info.id.clone(), revision: info.revision, root: info.root, length: info.length }
                });
                let canonical =
                    (0..IDS.len()).fold(0, |all, at| all | (named(names, at).unwrap_or(0) as u8) << (2 * at));
                let file = made
                    .entry((1, number, canonical))
                    .or_insert_with(|| named_in(&SERVER.rings[0], &FILES.signer, number, entries.collect()));
                assert_eq!(apply(file), model.manifest(number, canonical));
            }
            3 | 4 => {
                let revision = number % 2 + 1;
                assert_eq!(apply(&SERVER.parcels[&(document, revision)].0), model.parcel(document, revision));
            }
            5 => vault = Vault::unlock(&folder, &unlock(), Some(&vault.anchor().unwrap()), AT).unwrap(),
            _ => {
                let mut plain = vec![0; 100];
                let read = vault.read_at(&ReadRequest { id: IDS[document], revision: None, offset: 0 }, &mut plain, AT);
                assert_eq!(read.map(|len| plain[..len].to_vec()), model.read(document));
            }
        }
    }
    assert!(vault.verify(&one_thread()).unwrap().iter().all(|one| one.flaw == secenv::vault::Flaw::Missing));
});
