//! A vault whose files were edited gives its document or nothing, and nothing panics.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use secenv::keyring::COST;
use secenv::vault::Vault;
use secenv_fuzz::edited;
use secenv_fuzz::random::fixed;
use secenv_fuzz::stored::{AT, FILES, pin, unlock};

type Inside = Vec<(PathBuf, Vec<u8>)>;

static VAULT: LazyLock<(tempfile::TempDir, Inside)> = LazyLock::new(|| fixed(2, vault));

fn vault() -> (tempfile::TempDir, Inside) {
    let threads = || fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    let before = threads();
    let desk = tempfile::tempdir().unwrap();
    let files = [("p", &FILES.parcel), ("g", &FILES.grant), ("m", &FILES.manifest)];
    let files = files.map(|(name, content)| {
        fs::write(desk.path().join(name), content).unwrap();
        desk.path().join(name)
    });
    let folder = desk.path().join("vault");
    let mut vault = Vault::create(&folder, &unlock(), COST, &[pin(&FILES.signer)], None, &FILES.device, AT).unwrap();
    assert!(vault.apply(&files, AT, 1, &|_| ()).unwrap().iter().all(|one| one.result.is_ok()));
    // What a thread of the pool does while it ends would count as the first input's.
    while threads() > before {
        std::thread::yield_now();
    }
    let mut inside = Vec::new();
    for folder in [folder.clone(), folder.join("parcels")] {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
        inside.extend(paths.map(|path| (path.clone(), fs::read(path).unwrap())));
    }
    inside.sort();
    (desk, inside)
}

secenv_fuzz::law!(|data| {
    let (desk, inside) = &*VAULT;
    let Some((which, edit)) = data.split_first() else { return };
    let (path, good) = &inside[usize::from(*which) % inside.len()];
    fs::write(path, edited(good, edit)).unwrap();
    let opened = Vault::unlock(&desk.path().join("vault"), &unlock(), None, AT).and_then(|mut vault| {
        let mut plain = vec![0; 10_000];
        let read = vault.read_at("a/b", None, 0, &mut plain, AT)?;
        vault.verify(1, &|_| ())?;
        Ok(plain[..read].to_vec())
    });
    assert!(opened.is_err() || opened.as_ref() == Ok(&FILES.plain));
    fs::write(path, good).unwrap();
});
