//! A vault whose files were edited gives its document or nothing, and nothing panics.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use secenv::vault::{ReadRequest, Vault};
use secenv_fuzz::edited;
use secenv_fuzz::random::fixed;
use secenv_fuzz::stored::{AT, FILES, one_thread, unlock, vault_in};

type Inside = Vec<(PathBuf, Vec<u8>)>;

static VAULT: LazyLock<(tempfile::TempDir, Inside)> = LazyLock::new(|| fixed(2, vault));

fn vault() -> (tempfile::TempDir, Inside) {
    let desk = tempfile::tempdir().unwrap();
    let files = [("p", &FILES.parcel), ("g", &FILES.grant), ("m", &FILES.manifest)];
    let files = files.map(|(name, content)| {
        fs::write(desk.path().join(name), content).unwrap();
        desk.path().join(name)
    });
    let folder = desk.path().join("vault");
    let mut vault = vault_in(&folder);
    assert!(vault.apply(&files, AT, &one_thread()).unwrap().iter().all(|one| one.result.is_ok()));
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
        let read = vault.read_at(&ReadRequest { id: "a/b", revision: None, offset: 0 }, &mut plain, AT)?;
        vault.verify(&one_thread())?;
        Ok(plain[..read].to_vec())
    });
    assert!(opened.is_err() || opened.as_ref() == Ok(&FILES.plain));
    fs::write(path, good).unwrap();
});
