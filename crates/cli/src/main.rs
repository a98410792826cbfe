//! The command line tool: `secenv --help`. Exit status 0 ok, 2 usage, 3 rejected, 4 unavailable, 1 other misuse.

mod failure;
mod files;
mod passphrase;
mod text;
mod progress;
mod identity;
mod device;
mod keyring;
mod parcel;
mod grant;
mod manifest;
mod trust;
mod vault;
mod pages;
mod examples;

use std::env;
use std::io::{self, Write};
use std::process::{self, ExitCode};

use clap::{FromArgMatches, Parser, Subcommand};

use crate::failure::Failure;

/// Seals documents for devices that read them offline, and keeps them there.
///
/// The server's side: keygen, keyring, parcel, grant, manifest, trust. The client's side: device, vault.
/// Secrets come from files and go to files, never from or to the command line.
///
/// Exit status: 0 ok; 1 misuse; 2 usage; 3 rejected: do not trust it; 4 unavailable: look at the machine.
#[derive(Parser)]
#[command(name = "secenv", version, arg_required_else_help = true, max_term_width = 110)]
struct Secenv {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Keygen(identity::Keygen),
    Pin(identity::Pin),
    /// The key that a device receives grants with
    #[command(subcommand)]
    Device(device::Device),
    /// The server's data keys, one for each epoch
    #[command(subcommand)]
    Keyring(keyring::Ring),
    /// Documents, sealed and signed
    #[command(subcommand)]
    Parcel(parcel::Parcel),
    /// The data keys that a device may hold
    #[command(subcommand)]
    Grant(grant::Grant),
    /// Which parcels are current
    #[command(subcommand)]
    Manifest(manifest::Manifest),
    /// Who holds which role from now on, signed by offline roots
    #[command(subcommand)]
    Trust(trust::Trust),
    /// The client's folder
    #[command(subcommand)]
    Vault(vault::Vault),
    Completions(pages::Completions),
    Man(pages::Man),
}

fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Keygen(command) => command.run(),
        Command::Pin(command) => command.run(),
        Command::Device(command) => command.run(),
        Command::Keyring(command) => command.run(),
        Command::Parcel(command) => command.run(),
        Command::Grant(command) => command.run(),
        Command::Manifest(command) => command.run(),
        Command::Trust(command) => command.run(),
        Command::Vault(command) => command.run(),
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(),
    }
}

/// A file that grows over the system's size limit is an error like a full disk, not a signal that ends us.
fn survive_size_limit() {
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default()).ok();
}

/// Prints the help that was asked for, or what is wrong with the command line, and ends.
fn usage(error: &clap::Error) -> ! {
    if env::args_os().map(|one| one.to_string_lossy().into_owned()).all(|one| text::escape(&one) == one) {
        error.exit();
    }
    // An argument is a name from outside. Without styles clap leaves sequences of ESC out; the rest is escaped here.
    for line in error.to_string().lines() {
        writeln!(io::stderr(), "{}", text::escape(line)).ok();
    }
    process::exit(error.exit_code());
}

fn main() -> ExitCode {
    survive_size_limit();
    let mut matches = examples::command().try_get_matches().unwrap_or_else(|error| usage(&error));
    let secenv = Secenv::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.exit());
    match run(secenv.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
