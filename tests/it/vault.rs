//! A server and a vault, through a life together and everything that must be refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secenv::device::DeviceKey;
use secenv::identity::{Identity, Kind as Keys};
use secenv::key_protection::{COST, UnlockSecret};
use secenv::keyring::Keyring;
use secenv::manifest::Entry;
use secenv::parcel::{SealOptions, SealRequest, rewrap_file, seal_to_file};
use secenv::trust::{Role, RolePin, Roots, Statement, Trusted};
use secenv::vault::{Flaw, NewVault, Outcome, ReadRequest, Signers, Vault};
use secenv::{Anchor, Digest, Error, Pin, RunOptions, SecretArray, Timestamp, grant, manifest, trust};

const NOW: u64 = 1_000_000;

struct World {
    folder: tempfile::TempDir,
    ring: Keyring,
    /// Who signs everything.
    signer: Identity,
    device: DeviceKey,
    entries: Vec<Entry>,
    /// Who signs trust statements.
    root: Identity,
}

fn key() -> UnlockSecret {
    UnlockSecret::Raw(SecretArray::from(&[7; 32]))
}

fn pin(identity: &Identity) -> Pin {
    *identity.public().pin()
}

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn no_end(identity: &Identity) -> RolePin {
    RolePin { pin: pin(identity), until: None }
}

/// What a statement says beside its version and roots: who signs grants, and manifests.
struct Named<'a> {
    grants: &'a [&'a Identity],
    manifests: &'a [&'a Identity],
}

impl<'a> Named<'a> {
    /// The same for both.
    fn both(signers: &'a [&'a Identity]) -> Self {
        Self { grants: signers, manifests: signers }
    }
}

fn one_thread() -> RunOptions<'static> {
    RunOptions { threads: 1, ..RunOptions::default() }
}

impl World {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            ring: Keyring::generate(time(1)),
            signer: Identity::generate(Keys::Ed25519).unwrap(),
            device: DeviceKey::generate().unwrap(),
            entries: Vec::new(),
            root: Identity::generate(Keys::Ed25519).unwrap(),
        }
    }

    fn roots(&self) -> Roots {
        Roots { pins: vec![pin(&self.root)], threshold: 1 }
    }

    fn statement(&self, version: u64, named: &Named<'_>) -> Statement {
        let pins = |of: &[&Identity]| of.iter().map(|one| no_end(one)).collect();
        Statement {
            version,
            issued: time(NOW - 10),
            expires: None,
            allow_shared: false,
            roots: self.roots(),
            sessions: vec![RolePin { pin: Pin::from_bytes([0xee; 32]), until: None }],
            grants: pins(named.grants),
            manifests: pins(named.manifests),
        }
    }

    /// The file of a statement that the root signed.
    fn signed(&self, statement: &Statement) -> PathBuf {
        let file = trust::sign(&self.root, &trust::issue(statement).unwrap()).unwrap();
        self.write(&format!("{}.trust", statement.version), &file)
    }

    fn trust(&self, version: u64, named: &Named<'_>) -> PathBuf {
        self.signed(&self.statement(version, named))
    }

    /// A vault that goes by trust statements, with one that names our signer.
    fn create_with_roots(&self) -> Vault {
        let mut vault = self.create_for(Signers::Trust(&Trusted::from_roots(self.roots()).unwrap())).unwrap();
        assert_eq!(take(&mut vault, self.trust(1, &Named::both(&[&self.signer]))), Ok(Outcome::Taken));
        vault
    }

    /// Runs with another signer in the place of ours.
    fn signed_by<T>(&mut self, signer: &mut Identity, work: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.signer, signer);
        let made = work(self);
        std::mem::swap(&mut self.signer, signer);
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn create(&self) -> Vault {
        self.create_for(Signers::Pins(&[pin(&self.signer)])).unwrap()
    }

    fn create_for(&self, signers: Signers<'_>) -> Result<Vault, Error> {
        let (unlock, device) = (&key(), &self.device);
        Vault::create(&self.path("vault"), &NewVault { unlock, cost: COST, signers, device }, time(NOW))
    }

    fn unlock(&self, anchor: Option<&Anchor>) -> Result<Vault, Error> {
        Vault::unlock(&self.path("vault"), &key(), anchor, time(NOW))
    }

    fn parcel(&mut self, id: &str, revision: u64, plain: &[u8]) -> PathBuf {
        let path = self.path(&format!("{}-{revision}.parcel", id.replace('/', "_")));
        let mut request = SealRequest::new(&self.ring, &self.signer, id, revision);
        request.options = SealOptions { threads: 1, ..SealOptions::default() };
        let info = seal_to_file(&request, &mut &*plain, &path, &|_| ()).unwrap();
        self.entries.retain(|entry| entry.id != id);
        self.entries.push(Entry { id: id.to_owned(), revision, root: info.root, length: info.length });
        path
    }

    fn manifest(&self, version: u64) -> PathBuf {
        let terms = manifest::Terms {
            vault: *self.ring.id(),
            version,
            issued: time(NOW + version.min(50)),
            expires: time(NOW + 10_000),
            previous: None,
        };
        let file = manifest::issue(&self.signer, &terms, self.entries.clone()).unwrap();
        self.write(&format!("{version}.manifest"), &file)
    }

    fn grant(&self, sequence: u64, previous: Option<Digest>) -> PathBuf {
        let terms = grant::Terms {
            sequence,
            issued: time(NOW + sequence.min(50)),
            not_before: time(NOW),
            not_after: time(NOW + 5000),
            max_offline: Duration::from_secs(3000),
            previous,
        };
        let file = grant::issue(&self.ring, &self.signer, &self.device.public().unwrap(), &terms).unwrap();
        self.write(&format!("{sequence}.grant"), &file)
    }
}

fn digest(grant: &Path) -> Option<Digest> {
    Some(*grant::Grant::parse(fs::read(grant).unwrap()).unwrap().digest())
}

fn apply(vault: &mut Vault, paths: &[PathBuf]) -> Vec<Result<Outcome, Error>> {
    vault
        .apply(paths, time(NOW), &RunOptions { threads: 2, ..RunOptions::default() })
        .unwrap()
        .into_iter()
        .map(|applied| applied.result)
        .collect()
}

fn read(vault: &mut Vault, id: &str, now: u64) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let request = ReadRequest { id, revision: None, offset: 0 };
    vault.copy(&request, u64::MAX, &mut out, time(now), &one_thread())?;
    Ok(out)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn reads_offline_what_the_server_sealed_in_whatever_order_it_came() {
    let mut world = World::new();
    let big = vec![9; 300_000];
    let paths = [world.parcel("a/b", 1, b"meet at noon"), world.parcel("big", 4, &big)];
    let paths = [paths[0].clone(), world.manifest(1), paths[1].clone(), world.grant(1, None)];
    let mut vault = world.create();
    assert_eq!(read(&mut vault, "a/b", NOW).err(), Some(Error::NoKey));
    assert_eq!(apply(&mut vault, &paths), [Ok(Outcome::Taken); 4]);
    assert_eq!(apply(&mut vault, &paths), [Ok(Outcome::Same); 4]);
    drop(vault);
    let mut vault = world.unlock(None).unwrap();
    assert_eq!(read(&mut vault, "a/b", NOW).unwrap(), b"meet at noon");
    assert_eq!(read(&mut vault, "big", NOW).unwrap(), big);
    let mut part = [0; 5];
    assert_eq!(
        (vault.read_at(&ReadRequest { id: "a/b", revision: Some(1), offset: 8 }, &mut part, time(NOW)), &part[..4]),
        (Ok(4), b"noon".as_slice())
    );
    assert_eq!(
        vault.read_at(&ReadRequest { id: "a/b", revision: Some(2), offset: 8 }, &mut part, time(NOW)),
        Err(Error::Stale)
    );
    assert_eq!(read(&mut vault, "c", NOW).err(), Some(Error::NotFound));
    assert_eq!(vault.list().unwrap().iter().map(|item| item.is_here).collect::<Vec<_>>(), [true, true]);
    assert_eq!(vault.verify(&one_thread()).unwrap(), []);
    assert_eq!(vault.status(time(NOW)).unwrap().epochs, [1]);
}

#[test]
fn old_foreign_and_forged_files_are_refused_each_for_its_reason() {
    let mut world = World::new();
    let mut vault = world.create();
    let old = world.parcel("a", 1, b"old");
    let first = [world.grant(1, None), world.manifest(1), old.clone()];
    assert_eq!(apply(&mut vault, &first), [Ok(Outcome::Taken); 3]);
    let new = world.parcel("a", 2, b"new");
    assert_eq!(apply(&mut vault, std::slice::from_ref(&new)), [Err(Error::OutOfOrder)]);
    let second = world.manifest(2);
    assert_eq!(apply(&mut vault, &[second, new]), [Ok(Outcome::Taken); 2]);
    assert_eq!(apply(&mut vault, &first[1..2]), [Err(Error::Stale)]);
    assert_eq!(apply(&mut vault, &[old]), [Err(Error::Stale)]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"new");
    // The same revision, sealed again by someone who holds the key and even the server's identity.
    let twin = world.parcel("a", 2, b"twin");
    assert_eq!(apply(&mut vault, &[twin]), [Err(Error::Rejected)]);
    let twin = world.manifest(2);
    assert_eq!(apply(&mut vault, &[twin]), [Err(Error::Rejected)]);
    // Grants: skipped, replayed, of another device, of another vault, of another server.
    let grants = [world.grant(2, digest(&first[0])), world.grant(3, Some(Digest::from_bytes([1; 32])))];
    assert_eq!(apply(&mut vault, &grants[1..]), [Err(Error::OutOfOrder)]);
    assert_eq!(apply(&mut vault, &[grants[0].clone()]), [Ok(Outcome::Taken)]);
    assert_eq!(apply(&mut vault, &[first[0].clone()]), [Err(Error::Stale)]);
    let mut other = World::new();
    assert_eq!(apply(&mut vault, &[other.grant(9, None)]), [Err(Error::Foreign)]);
    let device = std::mem::replace(&mut other.device, DeviceKey::generate().unwrap());
    other.device = DeviceKey::parse(world.device.encode_secret().expose_secret()).unwrap();
    drop(device);
    assert_eq!(apply(&mut vault, &[other.grant(9, None)]), [Err(Error::Foreign)]);
    let stranger = Identity::generate(Keys::Ed25519).unwrap();
    let honest = std::mem::replace(&mut world.signer, stranger);
    assert_eq!(apply(&mut vault, &[world.grant(9, None), world.manifest(9)]), [Err(Error::Rejected); 2]);
    world.signer = honest;
    let foreign = other.parcel("a", 2, b"foreign");
    assert_eq!(apply(&mut vault, &[foreign, other.manifest(9)]), [Err(Error::Foreign); 2]);
    let nothing = world.write("nothing", b"hello");
    assert_eq!(apply(&mut vault, &[nothing, world.path("absent")]), [Err(Error::Malformed), Err(Error::NotFound)]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"new");
}

#[test]
fn the_lease_ends_reading_and_a_newer_grant_forgives_a_clock_that_ran_ahead() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    assert!(read(&mut vault, "a", NOW + 3001).is_ok());
    assert_eq!(read(&mut vault, "a", NOW + 3002).err(), Some(Error::Expired));
    assert_eq!(vault.status(time(NOW + 3002)).unwrap().epochs, [] as [u64; 0]);
    assert_eq!(read(&mut vault, "a", NOW + 2701).err(), Some(Error::Clock));
    drop(vault);
    let mut vault = world.unlock(None).unwrap();
    assert_eq!(read(&mut vault, "a", NOW + 100).err(), Some(Error::Clock));
    let grant = world.grant(2, digest(&files[1]));
    assert_eq!(apply(&mut vault, &[grant]), [Ok(Outcome::Taken)]);
    assert_eq!(read(&mut vault, "a", NOW + 100).unwrap(), b"document");
}

#[test]
fn a_revoked_epoch_is_gone_with_the_next_grant() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    let first = *world.ring.keys()[0].id();
    world.ring.rotate(time(2)).unwrap();
    world.ring.destroy_key(&first).unwrap();
    assert_eq!(apply(&mut vault, &[world.grant(2, digest(&files[1]))]), [Ok(Outcome::Taken)]);
    assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::NoKey));
}

#[test]
fn a_folder_that_was_put_back_is_known_by_its_anchor_alone() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"old"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    copy_folder(&world.path("vault"), &world.path("backup"));
    let early = vault.anchor().unwrap();
    let later = [world.parcel("a", 2, b"new"), world.manifest(2)];
    apply(&mut vault, &later);
    let anchor = vault.anchor().unwrap();
    drop(vault);
    assert!(world.unlock(Some(&anchor)).is_ok());
    assert!(world.unlock(Some(&early)).is_ok());
    fs::remove_dir_all(world.path("vault")).unwrap();
    copy_folder(&world.path("backup"), &world.path("vault"));
    assert_eq!(world.unlock(Some(&anchor)).err(), Some(Error::Stale));
    assert_eq!(world.unlock(Some(&Anchor::from_bytes([0; 16]))).err(), Some(Error::Rejected));
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW).unwrap(), b"old");
}

#[test]
fn no_flipped_bit_in_the_folder_gives_a_wrong_byte() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    let mut names = fs::read_dir(world.path("vault")).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    names.extend(fs::read_dir(world.path("vault/parcels")).unwrap().map(|entry| entry.unwrap().path()));
    let mut seen = 0;
    for name in names.iter().filter(|name| name.is_file() && !name.ends_with("lock")) {
        let good = fs::read(name).unwrap();
        let ours = name.ends_with("head") || name.ends_with("state");
        let mut opened = |bad: &[u8], what: &str| {
            fs::write(name, bad).unwrap();
            let opened = world.unlock(None).and_then(|mut vault| read(&mut vault, "a", NOW));
            // The wraps of a parcel are not signed: one that is not in use may change.
            let good = !ours && opened.as_deref() == Ok(b"document");
            let refused = matches!(opened, Err(Error::Rejected | Error::Malformed | Error::TooLarge));
            assert!(good && what != "cut" || refused, "{name:?} {what}: {opened:?}");
            seen += 1;
        };
        // Every bit of what the vault itself writes; the other formats flip theirs in their own tests.
        for bit in (0..8 * good.len()).filter(|bit| ours || bit % 9 == 0) {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            opened(&bad, &format!("bit {bit}"));
        }
        for len in (0..good.len()).filter(|len| ours || len % 5 == 0) {
            opened(&good[..len], "cut");
        }
        fs::write(name, &good).unwrap();
    }
    assert!(seen > 7000, "{seen}");
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW).unwrap(), b"document");
}

#[test]
fn verify_says_what_is_missing_extra_stale_and_damaged() {
    let mut world = World::new();
    let mut vault = world.create();
    let stale = world.parcel("a", 1, b"old");
    let files = [world.parcel("a", 2, b"new"), world.parcel("b", 1, b"b"), world.parcel("c", 1, b"c")];
    apply(&mut vault, &[world.grant(1, None), world.manifest(1)]);
    apply(&mut vault, &files);
    let place = |entry: &Entry| world.path("vault/parcels").join(entry.root.to_string());
    fs::remove_file(place(&world.entries[1])).unwrap();
    let damaged = place(&world.entries[2]);
    let mut bytes = fs::read(&damaged).unwrap();
    let at = bytes.len() - 190; // the chunk
    bytes[at] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    fs::copy(stale, world.path("vault/parcels/0")).unwrap();
    fs::write(world.path("vault/parcels/1"), "x").unwrap();
    let mut found = vault.verify(&RunOptions::default()).unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let found = found.iter().map(|problem| (problem.flaw, problem.name.as_str())).collect::<Vec<_>>();
    assert_eq!(found, [(Flaw::Extra, "1"), (Flaw::Stale, "a"), (Flaw::Missing, "b"), (Flaw::Damaged, "c")]);
}

#[test]
fn opens_for_its_secret_alone_and_for_the_new_one_after_a_change() {
    let world = World::new();
    let mut vault = world.create();
    let wrong = UnlockSecret::Raw(SecretArray::from(&[8; 32]));
    let path = world.path("vault");
    assert_eq!(Vault::unlock(&path, &wrong, None, time(NOW)).err(), Some(Error::Rejected));
    vault.change_unlock(&wrong, COST).unwrap();
    assert_eq!(world.unlock(None).err(), Some(Error::Rejected));
    assert!(Vault::unlock(&path, &wrong, None, time(NOW)).is_ok());
    let again = world.create_for(Signers::Pins(&[pin(&world.signer)]));
    assert_eq!(again.err(), Some(Error::Exists));
    assert_eq!(Vault::unlock(&world.path("none"), &key(), None, time(NOW)).err(), Some(Error::NotFound));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_not_followed() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    let place = world.path("vault/parcels").join(world.entries[0].root.to_string());
    fs::rename(&place, world.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(world.path("elsewhere"), &place).unwrap();
    assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::Rejected));
    assert_eq!(vault.verify(&one_thread()).unwrap()[0].flaw, Flaw::Damaged);
}

#[test]
fn wraps_that_no_granted_key_opens_do_not_replace_those_that_are_here() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    world.ring.rotate(time(NOW)).unwrap();
    rewrap_file(&files[0], &world.ring).unwrap();
    assert_eq!(apply(&mut vault, &files[..1]), [Err(Error::NoKey)]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    let next = world.grant(2, digest(&files[1]));
    assert_eq!(apply(&mut vault, &[next, files[0].clone()]), [Ok(Outcome::Taken); 2]);
    assert_eq!(apply(&mut vault, &files[..1]), [Ok(Outcome::Same)]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

fn take(vault: &mut Vault, path: PathBuf) -> Result<Outcome, Error> {
    apply(vault, &[path])[0]
}

#[test]
fn a_folder_that_is_put_back_under_a_running_vault_is_refused() {
    let world = World::new();
    let mut vault = world.create();
    let first = world.grant(1, None);
    assert_eq!(take(&mut vault, first.clone()), Ok(Outcome::Taken));
    copy_folder(&world.path("vault"), &world.path("old"));
    assert_eq!(take(&mut vault, world.grant(2, digest(&first))), Ok(Outcome::Taken));
    let anchor = vault.anchor().unwrap();
    copy_folder(&world.path("old"), &world.path("vault"));
    assert_eq!(vault.list().err(), Some(Error::Stale));
    assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::Stale));
    assert_eq!(vault.anchor().unwrap(), anchor);
}

#[test]
fn wraps_that_were_spoiled_on_the_way_are_repaired_by_good_ones() {
    let mut world = World::new();
    let mut vault = world.create();
    let parcel = world.parcel("a", 1, b"document");
    let good = fs::read(&parcel).unwrap();
    // A mirror changes the wrap behind the genuine key id, and the slot's check, which is no secret.
    let header = good.windows(32).position(|at| at == pin(&world.signer).as_bytes()).unwrap() + 32 + 2 + 1 + 2 + 32;
    let slot = 22 + 88 * 4;
    let mut bad = good.clone();
    bad[header + 6 + 20] ^= 1;
    let checked = [&bad[..header], &bad[header..header + slot - 16]];
    let check = secenv::sodium::hash::fields::<32>(&[], &[b"secenv parcel 1 slot", checked[0], checked[1]]).unwrap();
    bad[header + slot - 16..header + slot].copy_from_slice(&check.expose_secret()[..16]);
    let bad = world.write("bad.parcel", &bad);
    // The device knows the vault, and has no key yet.
    let id = *world.ring.active().unwrap().id();
    let whole = Keyring::parse(
        &{
            world.ring.change_unlock(&key(), COST).unwrap();
            world.ring.encode().unwrap()
        },
        &key(),
    )
    .unwrap();
    world.ring.rotate(time(NOW)).unwrap();
    world.ring.destroy_key(&id).unwrap();
    let first = world.grant(1, None);
    assert_eq!(apply(&mut vault, &[first.clone(), world.manifest(1), bad.clone()]), [Ok(Outcome::Taken); 3]);
    world.ring = whole;
    let second = world.grant(2, digest(&first));
    assert_eq!(apply(&mut vault, &[second, parcel.clone(), bad.clone()])[..2], [Ok(Outcome::Taken); 2]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    assert!(take(&mut vault, bad).is_err());
    assert_eq!(take(&mut vault, parcel), Ok(Outcome::Same));
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn a_new_vault_after_a_change_of_the_server_key_reads_older_parcels() {
    let mut world = World::new();
    let parcel = world.parcel("a", 1, b"document");
    world.signer = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create();
    let files = [world.grant(1, None), world.manifest(1), parcel];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    assert_eq!(vault.verify(&one_thread()).unwrap(), []);
}

#[test]
fn a_grant_or_manifest_whose_file_was_lost_or_damaged_is_applied_again() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    apply(&mut vault, &files);
    drop(vault);
    for damage in [|path: &Path| fs::remove_file(path).unwrap(), |path: &Path| fs::write(path, b"x").unwrap()] {
        for (kind, file) in [("grant-", &files[1]), ("manifest-", &files[2])] {
            let names = fs::read_dir(world.path("vault")).unwrap().map(|entry| entry.unwrap());
            let name = names.into_iter().find(|name| name.file_name().to_string_lossy().starts_with(kind)).unwrap();
            damage(&name.path());
            let mut vault = world.unlock(None).unwrap();
            assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::Rejected), "{kind}");
            assert_eq!(take(&mut vault, file.clone()), Ok(Outcome::Taken), "{kind}");
            assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document", "{kind}");
        }
    }
}

#[test]
fn a_reader_does_not_wait_for_a_writer_at_work() {
    let mut world = World::new();
    let mut vault = world.create();
    apply(&mut vault, &[world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)]);
    let writer = fs::OpenOptions::new().write(true).open(world.path("vault/lock")).unwrap();
    writer.lock().unwrap();
    assert_eq!(read(&mut vault, "a", NOW + 1000).unwrap(), b"document");
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW + 1000).unwrap(), b"document");
}

#[test]
fn only_a_grant_says_which_vault_this_is() {
    let mut world = World::new();
    let mut vault = world.create();
    let other = Keyring::generate(time(1));
    let ours = std::mem::replace(&mut world.ring, other);
    let foreign = world.manifest(7);
    world.ring = ours;
    assert_eq!(take(&mut vault, foreign.clone()), Err(Error::OutOfOrder));
    assert_eq!(apply(&mut vault, &[foreign, world.grant(1, None)]), [Ok(Outcome::Taken), Err(Error::Foreign)]);
}

#[test]
fn a_vault_that_was_begun_and_not_ended_is_begun_anew_and_a_lost_folder_is_made_again() {
    let world = World::new();
    fs::create_dir(world.path("vault")).unwrap();
    fs::create_dir(world.path("vault/parcels")).unwrap();
    fs::write(world.path("vault/state"), b"half").unwrap();
    drop(world.create());
    fs::remove_dir(world.path("vault/parcels")).unwrap();
    assert!(world.unlock(None).is_ok());
    let again = world.create_for(Signers::Pins(&[pin(&world.signer)]));
    assert_eq!(again.err(), Some(Error::Exists));
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_files_is_refused_and_nobody_waits() {
    let world = World::new();
    let mut vault = world.create();
    assert!(std::process::Command::new("mkfifo").arg(world.path("pipe")).status().unwrap().success());
    assert_eq!(take(&mut vault, world.path("pipe")), Err(Error::InvalidArgument));
}

#[test]
fn what_the_state_does_not_name_is_removed_by_the_next_writer_and_what_cannot_be_removed_does_no_harm() {
    let mut world = World::new();
    let mut vault = world.create();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    let left = ["grant-00", "manifest-00", ".tmp-1", "parcels/.tmp-2", "parcels/odd"];
    left.iter().for_each(|name| fs::write(world.path("vault").join(name), b"x").unwrap());
    fs::create_dir(world.path("vault/parcels/stray")).unwrap();
    fs::create_dir(world.path("vault/.tmp-stray")).unwrap();
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    left.iter().for_each(|name| assert!(!world.path("vault").join(name).exists(), "{name}"));
}

#[test]
fn a_vault_with_roots_takes_nothing_before_its_first_statement_and_each_signer_has_one_role() {
    let mut world = World::new();
    let mut other = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create_for(Signers::Trust(&Trusted::from_roots(world.roots()).unwrap())).unwrap();
    let files = [world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Err(Error::OutOfOrder); 2]);
    let first = world.trust(1, &Named { grants: &[&world.signer], manifests: &[&other] });
    assert_eq!(
        apply(&mut vault, &[files[0].clone(), files[1].clone(), first]),
        [Ok(Outcome::Taken), Ok(Outcome::Taken), Err(Error::Rejected)]
    );
    let grant = world.signed_by(&mut other, |world| world.grant(2, None));
    assert_eq!(take(&mut vault, grant), Err(Error::Rejected));
    let manifest = world.signed_by(&mut other, |world| world.manifest(1));
    assert_eq!(take(&mut vault, manifest), Ok(Outcome::Taken));
    let status = vault.status(time(NOW)).unwrap();
    assert_eq!((status.pins.len(), status.trust.unwrap().statement.unwrap().statement.version), (0, 1));
}

#[test]
fn a_statement_that_skips_goes_back_or_was_signed_by_another_is_refused_and_the_same_is_taken_again() {
    let world = World::new();
    let thief = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create_with_roots();
    let ours = [&world.signer];
    let both = Named::both(&ours);
    assert_eq!(take(&mut vault, world.trust(3, &both)), Err(Error::OutOfOrder));
    let (first, second) = (world.trust(1, &both), world.trust(2, &both));
    assert_eq!(take(&mut vault, first.clone()), Ok(Outcome::Same));
    let stolen = trust::sign(&thief, &trust::issue(&world.statement(2, &Named::both(&[&thief]))).unwrap()).unwrap();
    assert_eq!(take(&mut vault, world.write("stolen", &stolen)), Err(Error::Rejected));
    let server = trust::sign(&world.signer, &trust::issue(&world.statement(2, &both)).unwrap()).unwrap();
    assert_eq!(take(&mut vault, world.write("server", &server)), Err(Error::Rejected));
    assert_eq!(take(&mut vault, second.clone()), Ok(Outcome::Taken));
    assert_eq!(take(&mut vault, first.clone()), Err(Error::Stale));
    let twin = Statement { expires: Some(time(NOW)), ..world.statement(2, &both) };
    assert_eq!(take(&mut vault, world.signed(&twin)), Err(Error::Rejected));
    drop(vault);
    let chain = [first, world.trust(2, &both), world.trust(3, &both)].map(|path| fs::read(path).unwrap()).concat();
    let chain = world.write("chain", &chain);
    let mut vault = world.unlock(None).unwrap();
    assert_eq!(take(&mut vault, chain.clone()), Ok(Outcome::Taken));
    assert_eq!(take(&mut vault, chain), Ok(Outcome::Same));
    assert_eq!(vault.trust().unwrap().version(), 3);
}

#[test]
fn a_vault_with_fixed_pins_takes_no_statement() {
    let world = World::new();
    let mut vault = world.create();
    assert_eq!(take(&mut vault, world.trust(1, &Named::both(&[&world.signer]))), Err(Error::Rejected));
    assert_eq!(vault.status(time(NOW)).unwrap().pins, [pin(&world.signer)]);
    assert!(vault.trust().is_none());
}

#[test]
fn a_vault_begins_with_a_statement_that_came_with_the_program() {
    let mut world = World::new();
    let shipped = fs::read(world.trust(7, &Named::both(&[&world.signer]))).unwrap();
    let mut vault = world.create_for(Signers::Trust(&Trusted::from_statement(&shipped).unwrap())).unwrap();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(take(&mut vault, world.trust(8, &Named::both(&[&world.signer]))), Ok(Outcome::Taken));
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn over_the_end_of_the_statement_nothing_new_is_taken_and_reading_goes_on() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let both = [&world.signer];
    let over = Statement { expires: Some(time(NOW - 1)), ..world.statement(2, &Named::both(&both)) };
    let over = world.signed(&over);
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    // It is a step all the same: what it drops would be dropped.
    assert_eq!(take(&mut vault, over), Ok(Outcome::Taken));
    let first = digest(&files[1]);
    assert_eq!(apply(&mut vault, &[world.grant(2, first), world.manifest(2)]), [Err(Error::Expired); 2]);
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Same); 3]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    assert_eq!(vault.trust().unwrap().pins(Role::Sessions, time(NOW)), Err(Error::Expired));
    let renewed = world.trust(3, &Named::both(&[&world.signer]));
    assert_eq!(apply(&mut vault, &[renewed, world.grant(2, first), world.manifest(2)]), [Ok(Outcome::Taken); 3]);
}

#[test]
fn a_signer_beyond_its_end_signs_nothing_new_and_what_it_signed_stays() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut statement = world.statement(2, &Named::both(&[&world.signer]));
    statement.grants[0].until = Some(time(NOW - 1));
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(take(&mut vault, world.signed(&statement)), Ok(Outcome::Taken));
    assert_eq!(
        apply(&mut vault, &[world.grant(2, None), world.manifest(2)]),
        [Err(Error::Expired), Ok(Outcome::Taken)]
    );
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW).unwrap(), b"document");
}

#[test]
fn what_a_dropped_signer_signed_goes_with_its_high_numbers_and_parcels_stay() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut next = Identity::generate(Keys::Ed25519).unwrap();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    // A thief of the server's key.
    let stolen = [world.grant((1 << 63) - 1, None), world.manifest((1 << 63) - 1)];
    assert_eq!(apply(&mut vault, &stolen), [Ok(Outcome::Taken); 2]);
    let saved = world.trust(2, &Named::both(&[&next]));
    assert_eq!(take(&mut vault, saved), Ok(Outcome::Taken));
    assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::NoKey));
    assert_eq!(apply(&mut vault, &stolen), [Err(Error::Rejected), Err(Error::OutOfOrder)]);
    let again = world.signed_by(&mut next, |world| [world.grant(1, None), world.manifest(1)]);
    // The parcel is still the old server's; the new manifest vouches for it.
    let again = [again[0].clone(), again[1].clone(), files[0].clone()];
    assert_eq!(apply(&mut vault, &again), [Ok(Outcome::Taken), Ok(Outcome::Taken), Ok(Outcome::Same)]);
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW).unwrap(), b"document");
}

#[test]
fn a_dropped_signer_does_not_take_the_memory_of_the_others_with_it() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut thief = Identity::generate(Keys::Ed25519).unwrap();
    assert_eq!(take(&mut vault, world.trust(2, &Named::both(&[&world.signer, &thief]))), Ok(Outcome::Taken));
    let old = [world.grant(1, None), world.manifest(1)];
    let files = [world.parcel("a", 1, b"document"), world.grant(2, None), world.manifest(2)];
    assert_eq!(apply(&mut vault, &old), [Ok(Outcome::Taken); 2]);
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    let stolen = world.signed_by(&mut thief, |world| {
        world.entries.clear();
        [world.grant(50, None), world.manifest(50)]
    });
    assert_eq!(apply(&mut vault, &stolen), [Ok(Outcome::Taken); 2]);
    assert_eq!(take(&mut vault, world.trust(3, &Named::both(&[&world.signer]))), Ok(Outcome::Taken));
    // Older ones of the honest signer are not taken again; its newest are.
    assert_eq!(apply(&mut vault, &old), [Err(Error::Stale); 2]);
    let parcels = [files[0].clone(), files[1].clone(), files[2].clone()];
    assert_eq!(apply(&mut vault, &parcels), [Ok(Outcome::Taken); 3]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Same); 3]);
}

#[test]
fn a_planned_change_of_the_signer_never_closes_a_document() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut next = Identity::generate(Keys::Ed25519).unwrap();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(take(&mut vault, world.trust(2, &Named::both(&[&next, &world.signer]))), Ok(Outcome::Taken));
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    let again = world.signed_by(&mut next, |world| [world.grant(2, None), world.manifest(2)]);
    assert_eq!(apply(&mut vault, &again), [Ok(Outcome::Taken); 2]);
    assert_eq!(take(&mut vault, world.trust(3, &Named::both(&[&next]))), Ok(Outcome::Taken));
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn a_device_that_missed_a_whole_planned_change_takes_all_of_it_at_once() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut next = Identity::generate(Keys::Ed25519).unwrap();
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    let both = [world.trust(2, &Named::both(&[&next, &world.signer])), world.trust(3, &Named::both(&[&next]))];
    let again = world.signed_by(&mut next, |world| [world.manifest(2), world.grant(2, None)]);
    let [second, third] = both;
    let [manifest, grant] = again;
    assert_eq!(apply(&mut vault, &[third, manifest, grant, second]), [Ok(Outcome::Taken); 4]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn which_vault_this_is_may_change_once_all_who_said_so_were_dropped() {
    let mut world = World::new();
    let mut vault = world.create_with_roots();
    let mut thief = Identity::generate(Keys::Ed25519).unwrap();
    assert_eq!(take(&mut vault, world.trust(2, &Named::both(&[&world.signer, &thief]))), Ok(Outcome::Taken));
    // A new device hears of the thief first, who names another vault of the same server.
    let ours = std::mem::replace(&mut world.ring, Keyring::generate(time(1)));
    let foreign = world.manifest(9);
    let stolen = world.signed_by(&mut thief, |world| world.grant(9, None));
    assert_eq!(apply(&mut vault, &[stolen, foreign.clone()]), [Ok(Outcome::Taken); 2]);
    world.ring = ours;
    let files = [world.parcel("a", 1, b"document"), world.grant(10, None), world.manifest(1)];
    assert_eq!(apply(&mut vault, &files[1..]), [Err(Error::Foreign); 2]);
    assert_eq!(take(&mut vault, world.trust(3, &Named::both(&[&world.signer]))), Ok(Outcome::Taken));
    assert_eq!(take(&mut vault, foreign.clone()), Err(Error::OutOfOrder));
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(take(&mut vault, foreign), Err(Error::Foreign));
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn a_signer_that_one_statement_drops_and_the_next_names_again_begins_anew() {
    let world = World::new();
    let mut vault = world.create_with_roots();
    let other = Identity::generate(Keys::Ed25519).unwrap();
    let grant = world.grant(5, None);
    assert_eq!(take(&mut vault, grant.clone()), Ok(Outcome::Taken));
    let steps = [world.trust(2, &Named::both(&[&other])), world.trust(3, &Named::both(&[&world.signer]))];
    let chain = world.write("chain", &steps.map(|path| fs::read(path).unwrap()).concat());
    assert_eq!(take(&mut vault, chain), Ok(Outcome::Taken));
    assert!(vault.status(time(NOW)).unwrap().grant.is_none());
    assert_eq!(take(&mut vault, world.grant(1, None)), Ok(Outcome::Taken));
}

#[test]
fn one_to_four_pins_sign_for_a_vault_for_good() {
    let world = World::new();
    let pins: Vec<_> = (0..5).map(|byte| Pin::from_bytes([byte; 32])).collect();
    assert_eq!(world.create_for(Signers::Pins(&[])).err(), Some(Error::InvalidArgument));
    assert_eq!(world.create_for(Signers::Pins(&pins)).err(), Some(Error::InvalidArgument));
    let mut vault = world.create_for(Signers::Pins(&[pins[3], pins[0], pins[3], pins[1], pins[2]])).unwrap();
    assert_eq!(vault.status(time(NOW)).unwrap().pins, pins[..4]);
}
