//! `secenv device`.

use std::path::PathBuf;

use clap::Subcommand;
use secenv::device::{DeviceKey, DevicePublic};

use crate::failure::Failure;
use crate::{files, text};

#[derive(Subcommand)]
pub enum Device {
    /// Makes a device key, and prints the device's id
    New {
        /// Where the secret half goes: it stays on the device; nothing may be there
        #[arg(long, value_name = "DEVICE.key", value_parser = text::parse_output)]
        out: PathBuf,
        /// Where the public half goes: it is for the server; nothing may be there
        #[arg(long, value_name = "DEVICE.pub", value_parser = text::parse_output)]
        public: PathBuf,
    },
    /// Prints the id of a device
    Id {
        /// Either half of its key
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

impl Device {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Device::New { out, public } => {
                let generated = DeviceKey::generate().and_then(|key| Ok((key.public()?, key)));
                let (half, key) = generated.map_err(|error| Failure::of(out.display(), error))?;
                files::require_vacant(&out)?;
                files::write_new(&public, &half.encode())?;
                files::write_new(&out, key.encode_secret().expose_secret())
                    .inspect_err(|_| std::fs::remove_file(&public).unwrap_or_default())?;
                text::print(format!("device {}", half.id()))
            }
            Device::Id { file } => {
                let content = files::read(&file)?;
                let content = content.expose_secret();
                let public = DevicePublic::parse(content)
                    .or_else(|_| DeviceKey::parse(content).and_then(|key| key.public()))
                    .map_err(|error| Failure::not_a("device key", &file, error))?;
                text::print(public.id().to_string())
            }
        }
    }
}
