//! A folder in which the tool runs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a space in its name, and what runs in it.
pub struct Desk(pub TempDir);

pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).trim_end().to_owned();
        Self { status: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

impl Desk {
    pub fn new() -> Self {
        let desk = Self(tempfile::Builder::new().prefix("secenv tool ").tempdir().unwrap());
        fs::write(desk.path("pw"), "correct horse\n").unwrap();
        fs::write(desk.path("pw2"), "battery staple\r\n").unwrap();
        // A key costs no time, unlike a passphrase.
        fs::write(desk.path("raw"), [9; 32]).unwrap();
        desk
    }

    /// With an identity, a keyring, a device and its vault.
    pub fn furnished() -> Self {
        let desk = Self::new();
        let pin = desk.ok("keygen --kind ed25519 --out key.pem");
        desk.ok("keyring new --out ring --unlock-key-file raw");
        desk.ok("device new --out dev.key --public dev.pub");
        desk.ok(&format!("vault init v --server-pin {pin} --device dev.key --unlock-key-file raw"));
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_secenv"));
        command.args(line.split(' ')).current_dir(self.0.path());
        command
    }

    pub fn run(&self, line: &str) -> Said {
        self.command(line).output().unwrap().into()
    }

    pub fn ok(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{line}");
        said.out
    }

    /// What is said when it fails with this status.
    pub fn fails(&self, status: i32, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.status, status, "{line}: {}", said.err);
        said.err
    }

    pub fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.ok(line)).unwrap()
    }

    pub fn seal(&self, id: &str, revision: u64, content: &[u8], to: &str) {
        fs::write(self.path("in"), content).unwrap();
        self.ok(&format!(
            "parcel seal --keyring ring --unlock-key-file raw --sign key.pem --id {id} --revision {revision} in {to}"
        ));
    }

    pub fn grant(&self, number: u64, more: &str) {
        self.ok(&format!(
            "grant issue --keyring ring --unlock-key-file raw --sign key.pem --device dev.pub --seq {number} \
             --not-after 2199-01-01T00:00:00Z --max-offline 3600 {number}.grant{more}"
        ));
    }

    pub fn manifest(&self, version: u64, parcels: &str) {
        self.ok(&format!(
            "manifest issue --sign key.pem --version {version} --expires 2199-01-01T00:00:00Z --out {version}.manifest {parcels}"
        ));
    }

    pub fn cat(&self, id: &str) -> String {
        self.ok(&format!("vault cat v --unlock-key-file raw {id}"))
    }
}
