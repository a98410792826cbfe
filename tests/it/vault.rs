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
use secenv::vault::{Flaw, NewVault, Outcome, ReadRequest, Vault};
use secenv::{Anchor, Digest, Error, Pin, RunOptions, SecretArray, Timestamp, grant, manifest, trust};

const NOW: u64 = 1_000_000;

struct World {
    folder: tempfile::TempDir,
    ring: Keyring,
    signer: Identity,
    device: DeviceKey,
    entries: Vec<Entry>,
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

fn statement(version: u64, issued: u64, server: &Identity) -> trust::Statement {
    trust::Statement { version, issued: time(issued), pins: vec![pin(server)] }
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
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    fn create(&self, root_pin: Option<Pin>) -> Vault {
        self.create_in("vault", root_pin).unwrap()
    }

    fn create_in(&self, name: &str, root_pin: Option<Pin>) -> Result<Vault, Error> {
        let (unlock, pins, device) = (&key(), &[pin(&self.signer)], &self.device);
        Vault::create(&self.path(name), &NewVault { unlock, cost: COST, pins, root_pin, device }, time(NOW))
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
            issued: time(NOW + sequence),
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
fn the_root_wins_over_a_thief_of_the_server_key() {
    let mut world = World::new();
    let root = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create(Some(pin(&root)));
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1 << 62)];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    let thief = Identity::generate(Keys::Ed25519).unwrap();
    let stolen = trust::issue(&world.signer, &statement(1 << 62, 1, &thief)).unwrap();
    let stolen = world.write("stolen.trust", &stolen);
    assert_eq!(apply(&mut vault, std::slice::from_ref(&stolen)), [Ok(Outcome::Taken)]);
    assert_eq!(read(&mut vault, "a", NOW).err(), Some(Error::NoKey));
    let next = Identity::generate(Keys::Ed25519).unwrap();
    let saved = trust::issue(&root, &statement(1, 2, &next)).unwrap();
    let saved = world.write("saved.trust", &saved);
    assert_eq!(apply(&mut vault, std::slice::from_ref(&saved)), [Ok(Outcome::Taken)]);
    assert_eq!(apply(&mut vault, &[saved]), [Ok(Outcome::Same)]);
    assert_eq!(apply(&mut vault, &[stolen]), [Err(Error::Rejected)]);
    world.signer = next;
    // The parcel is still the old server's; the new manifest vouches for it.
    let again = [world.grant(1, None), world.manifest(1), files[0].clone()];
    assert_eq!(apply(&mut vault, &again), [Ok(Outcome::Taken), Ok(Outcome::Taken), Ok(Outcome::Same)]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
}

#[test]
fn no_flipped_bit_in_the_folder_gives_a_wrong_byte() {
    let mut world = World::new();
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
    let wrong = UnlockSecret::Raw(SecretArray::from(&[8; 32]));
    let path = world.path("vault");
    assert_eq!(Vault::unlock(&path, &wrong, None, time(NOW)).err(), Some(Error::Rejected));
    vault.change_unlock(&wrong, COST).unwrap();
    assert_eq!(world.unlock(None).err(), Some(Error::Rejected));
    assert!(Vault::unlock(&path, &wrong, None, time(NOW)).is_ok());
    let again = world.create_in("vault", None);
    assert_eq!(again.err(), Some(Error::Exists));
    assert_eq!(Vault::unlock(&world.path("none"), &key(), None, time(NOW)).err(), Some(Error::NotFound));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_not_followed() {
    let mut world = World::new();
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
fn a_thief_cannot_silence_the_root_with_many_pins() {
    let world = World::new();
    let root = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create(Some(pin(&root)));
    for version in 1..40_u64 {
        let mut pins = vec![pin(&world.signer)];
        for at in 0..15 {
            let mut bytes = [version as u8; 32];
            bytes[0] = at;
            pins.push(Pin::from_bytes(bytes));
        }
        let stolen = trust::issue(&world.signer, &trust::Statement { version, issued: time(1), pins }).unwrap();
        assert_eq!(take(&mut vault, world.write("stolen", &stolen)), Ok(Outcome::Taken));
    }
    let next = Identity::generate(Keys::Ed25519).unwrap();
    let saved = trust::issue(&root, &statement(1, 2, &next)).unwrap();
    assert_eq!(take(&mut vault, world.write("saved", &saved)), Ok(Outcome::Taken));
    assert_eq!(vault.status(time(NOW)).unwrap().pins, [pin(&next)]);
}

#[test]
fn a_folder_that_is_put_back_under_a_running_vault_is_refused() {
    let world = World::new();
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
    let files = [world.grant(1, None), world.manifest(1), parcel];
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    assert_eq!(read(&mut vault, "a", NOW).unwrap(), b"document");
    assert_eq!(vault.verify(&one_thread()).unwrap(), []);
}

#[test]
fn a_grant_or_manifest_whose_file_was_lost_or_damaged_is_applied_again() {
    let mut world = World::new();
    let mut vault = world.create(None);
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
    let mut vault = world.create(None);
    apply(&mut vault, &[world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)]);
    let writer = fs::OpenOptions::new().write(true).open(world.path("vault/lock")).unwrap();
    writer.lock().unwrap();
    assert_eq!(read(&mut vault, "a", NOW + 1000).unwrap(), b"document");
    assert_eq!(read(&mut world.unlock(None).unwrap(), "a", NOW + 1000).unwrap(), b"document");
}

#[test]
fn what_was_issued_before_the_root_spoke_is_stale_although_its_signer_is_still_named() {
    let mut world = World::new();
    let root = Identity::generate(Keys::Ed25519).unwrap();
    let mut vault = world.create(Some(pin(&root)));
    let (first, honest) = (world.grant(1, None), world.manifest(1));
    let thief = Identity::generate(Keys::Ed25519).unwrap();
    let both = {
        let pins = vec![pin(&world.signer), pin(&thief)];
        trust::issue(&world.signer, &trust::Statement { pins, ..statement(2, NOW, &thief) }).unwrap()
    };
    let both = world.write("both.trust", &both);
    assert_eq!(apply(&mut vault, &[both.clone(), first.clone(), honest.clone()]), [Ok(Outcome::Taken); 3]);
    let honest_signer = std::mem::replace(&mut world.signer, thief);
    let stolen = [world.grant(50, None), world.manifest(50)];
    assert_eq!(apply(&mut vault, &stolen), [Ok(Outcome::Taken); 2]);
    world.signer = honest_signer;
    let saved = trust::issue(&root, &statement(1, NOW + 100, &world.signer)).unwrap();
    assert_eq!(take(&mut vault, world.write("saved.trust", &saved)), Ok(Outcome::Taken));
    assert_eq!(take(&mut vault, both), Err(Error::Stale));
    assert_eq!(apply(&mut vault, &[first, honest]), [Err(Error::Stale), Err(Error::OutOfOrder)]);
}

#[test]
fn only_a_grant_says_which_vault_this_is() {
    let mut world = World::new();
    let mut vault = world.create(None);
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
    drop(world.create(None));
    fs::remove_dir(world.path("vault/parcels")).unwrap();
    assert!(world.unlock(None).is_ok());
    let again = world.create_in("vault", None);
    assert_eq!(again.err(), Some(Error::Exists));
}

#[cfg(unix)]
#[test]
fn a_pipe_among_the_files_is_refused_and_nobody_waits() {
    let world = World::new();
    let mut vault = world.create(None);
    assert!(std::process::Command::new("mkfifo").arg(world.path("pipe")).status().unwrap().success());
    assert_eq!(take(&mut vault, world.path("pipe")), Err(Error::InvalidArgument));
}

#[test]
fn what_the_state_does_not_name_is_removed_by_the_next_writer_and_what_cannot_be_removed_does_no_harm() {
    let mut world = World::new();
    let mut vault = world.create(None);
    let files = [world.parcel("a", 1, b"document"), world.grant(1, None), world.manifest(1)];
    let left = ["grant-00", "manifest-00", ".tmp-1", "parcels/.tmp-2", "parcels/odd"];
    left.iter().for_each(|name| fs::write(world.path("vault").join(name), b"x").unwrap());
    fs::create_dir(world.path("vault/parcels/stray")).unwrap();
    fs::create_dir(world.path("vault/.tmp-stray")).unwrap();
    assert_eq!(apply(&mut vault, &files), [Ok(Outcome::Taken); 3]);
    left.iter().for_each(|name| assert!(!world.path("vault").join(name).exists(), "{name}"));
}
