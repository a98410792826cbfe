//! `secenv vault`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::encoding::{hex_decode, hex_encode};
use secenv::keyring::{COST, DeviceKey};
use secenv::vault::{Applied, Flaw, Kind, Outcome, Problem};
use secenv::{Error, grant, vault};
use serde_json::json;

use crate::failure::{self, Failure};
use crate::files::{self, NewUnlocking, Unlocking};
use crate::{progress, text};

/// A vault that is there.
#[derive(Args)]
pub struct Existing {
    /// The vault
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
    /// A file, kept elsewhere than the vault, that remembers its state: with it a vault that was put back is refused; init makes it,
    /// an empty one begins it later
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Vault {
    /// Makes an empty vault for this device
    Init {
        #[command(flatten)]
        existing: Existing,
        /// Who the server is; up to 16
        #[arg(long, value_name = "PIN", required = true, value_parser = text::parse_pin)]
        server_pin: Vec<[u8; 32]>,
        /// An offline root that may say who the server is, should its key be lost or stolen
        #[arg(long, value_name = "PIN", value_parser = text::parse_pin)]
        root_pin: Option<[u8; 32]>,
        /// The device's secret half: the vault takes it in
        #[arg(long, value_name = "DEVICE.key")]
        device: PathBuf,
    },
    /// Takes trust statements, grants, manifests and parcels, whatever their order; exit status 3 if any was refused
    Apply {
        #[command(flatten)]
        existing: Existing,
        /// How many threads work; 0: one for each core
        #[arg(long, value_name = "N", default_value_t = 0)]
        threads: usize,
        /// For scripts
        #[arg(long)]
        json: bool,
        /// The files; a folder stands for the files in it
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Lists the documents
    #[command(alias = "list")]
    Ls {
        #[command(flatten)]
        existing: Existing,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Writes a document to the standard output, each piece after it was checked
    Cat {
        #[command(flatten)]
        existing: Existing,
        /// The document
        id: String,
        /// The first byte
        #[arg(long, value_name = "N", default_value_t = 0)]
        offset: u64,
        /// How many bytes; all that follow unless given
        #[arg(long, value_name = "N")]
        length: Option<u64>,
        /// How many threads work; 0: one for each core
        #[arg(long, value_name = "N", default_value_t = 0)]
        threads: usize,
    },
    /// Finds parcels that are missing, extra, stale or damaged; exit status 3 if there are any
    Verify {
        #[command(flatten)]
        existing: Existing,
        /// How many threads work; 0: one for each core
        #[arg(long, value_name = "N", default_value_t = 0)]
        threads: usize,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Says how the vault stands, and whether its lease holds
    Status {
        #[command(flatten)]
        existing: Existing,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Changes what unlocks the vault
    Passwd {
        #[command(flatten)]
        existing: Existing,
        #[command(flatten)]
        new: NewUnlocking,
    },
}

impl Existing {
    fn failed(&self) -> impl Fn(Error) -> Failure {
        |error| match error {
            Error::NotFound => Failure::misuse(format!("{}: there is no vault here", self.folder.display())),
            Error::Stale => Failure::of(format!("{}: put back from an older copy", self.folder.display()), error),
            error => Failure::locked("vault", &self.folder, error),
        }
    }

    /// Unlocks the vault, does something with it, and remembers its state.
    fn with<T>(&self, work: impl FnOnce(&mut vault::Vault) -> Result<T, Failure>) -> Result<T, Failure> {
        if let Some(path) = self.anchor.as_deref().filter(|path| !path.exists()) {
            return Err(Failure::misuse(format!(
                "{}: there is no anchor here: vault init makes one, and an empty file begins one",
                path.display()
            )));
        }
        let anchor = self.anchor.as_deref().map(anchor).transpose()?.flatten();
        let unlock = self.unlocking.read()?;
        let mut vault =
            vault::Vault::unlock(&self.folder, &unlock, anchor.as_ref(), text::now()).map_err(self.failed())?;
        let done = work(&mut vault);
        self.remember(&vault)?;
        done
    }

    /// Keeps the anchor, unless another process has kept a later one.
    fn remember(&self, vault: &vault::Vault) -> Result<(), Failure> {
        let Some(path) = &self.anchor else { return Ok(()) };
        let _held = files::hold(path)?;
        let now = vault.anchor().map_err(self.failed())?;
        // It begins with a number that grows, in bytes that sort as the number does.
        if anchor(path)?.is_some_and(|before| before.get(..8) >= now.get(..8)) {
            return Ok(());
        }
        files::keep(path, format!("{}\n", hex_encode(&now)).as_bytes())
    }
}

/// The anchor in a file; nothing if there is no such file yet, or nothing in it.
fn anchor(path: &Path) -> Result<Option<[u8; 16]>, Failure> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = files::read(path)?;
    if text.expose_secret().is_empty() {
        return Ok(None);
    }
    let anchor = hex_decode(String::from_utf8_lossy(text.expose_secret()).trim());
    anchor.map(Some).ok_or_else(|| Failure::misuse(format!("{}: this is no anchor", path.display())))
}

impl Vault {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Vault::Init { existing, server_pin, root_pin, device } => {
                let key = DeviceKey::parse(files::read(&device)?.expose_secret())
                    .map_err(|error| Failure::no("device key", &device, error))?;
                let unlock = existing.unlocking.read()?;
                if let Some(path) = &existing.anchor
                    && anchor(path)?.is_some()
                {
                    return Err(Failure::misuse(format!("{}: this is another vault's anchor", path.display())));
                }
                let mut made =
                    vault::Vault::create(&existing.folder, &unlock, COST, &server_pin, root_pin, &key, text::now())
                        .map_err(|error| match error {
                            Error::NotFound => {
                                Failure::misuse(format!("{}: its folder is not there", existing.folder.display()))
                            }
                            error => Failure::of(existing.folder.display(), error),
                        })?;
                existing.remember(&made)?;
                let status = made.status(text::now()).map_err(existing.failed())?;
                text::say(format!("vault made for device {}", hex_encode(&status.device)))
            }
            Vault::Apply { existing, threads, json, files } => {
                let files = expand(files)?;
                existing.with(|vault| apply(vault, &existing, &files, threads, json))
            }
            Vault::Ls { existing, json } => existing.with(|vault| {
                let items = vault.list().map_err(existing.failed())?;
                if json {
                    let items = items.iter().map(|item| {
                        json!({ "id": item.id, "revision": item.revision, "length": item.length, "here": item.here })
                    });
                    return text::say_json(&items.collect());
                }
                let lines = items.iter().map(|item| {
                    let missing = if item.here { "" } else { "  (missing)" };
                    format!("{:>14}  revision {:<6} {}{missing}\n", item.length, item.revision, item.id)
                });
                let lines: String = lines.collect();
                if lines.is_empty() { text::say("no documents") } else { text::say(lines.trim_end()) }
            }),
            Vault::Cat { existing, id, offset, length, threads } => existing.with(|vault| {
                let items = vault.list().map_err(existing.failed())?;
                let all = items.iter().find(|item| item.id == id).map(|item| item.length.saturating_sub(offset));
                let length = length.unwrap_or(u64::MAX);
                let bar = progress::bytes("reading", all.map(|all| all.min(length)));
                let mut out = Output { out: text::raw_output().map_err(Failure::output)?, failure: None };
                let copied =
                    vault.copy(&id, offset, length, text::now(), threads, &mut out, &|done| bar.set_position(done));
                bar.finish_and_clear();
                out.flush().ok(); // it remembers
                match (copied, out.failure) {
                    (_, Some(failure)) => Err(Failure::output(failure)),
                    (Err(Error::NotFound), _) if all.is_some() => {
                        Err(Failure::misuse(format!("{id}: its parcel is missing; apply it")))
                    }
                    (Err(error), None) => Err(unread(vault, &id, error)),
                    (Ok(_), None) => Ok(()),
                }
            }),
            Vault::Verify { existing, threads, json } => existing.with(|vault| verify(vault, &existing, threads, json)),
            Vault::Status { existing, json } => existing.with(|vault| status(vault, &existing, json)),
            Vault::Passwd { existing, new } => {
                let new = new.read()?;
                existing.with(|vault| vault.change_unlock(&new, COST).map_err(existing.failed()))?;
                text::say("the unlock secret was changed; older copies of the vault still open with the old one")
            }
        }
    }
}

/// The standard output, which remembers why it failed.
struct Output<W> {
    out: W,
    failure: Option<io::Error>,
}

impl<W> Output<W> {
    fn remember(&mut self, error: io::Error) -> io::Error {
        let kind = error.kind();
        if kind != io::ErrorKind::Interrupted {
            self.failure = Some(error);
        }
        kind.into()
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| self.remember(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(|error| self.remember(error))
    }
}

/// Files, where folders stand for the files in them.
fn expand(paths: Vec<PathBuf>) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        if !path.is_dir() {
            files.push(path);
            continue;
        }
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut inside = entries.map_err(|error| Failure::io(&path, error))?;
        inside.retain(|entry| entry.path().is_file());
        files.extend(inside.into_iter().map(|entry| entry.path()));
    }
    Ok(files)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Trust => "trust statement",
        Kind::Grant => "grant",
        Kind::Manifest => "manifest",
        Kind::Parcel => "parcel",
        Kind::Unknown => "file",
    }
}

fn apply(
    vault: &mut vault::Vault,
    existing: &Existing,
    paths: &[PathBuf],
    threads: usize,
    as_json: bool,
) -> Result<(), Failure> {
    let bar = progress::count("applying", paths.len());
    let applied = vault.apply(paths, text::now(), threads, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    let applied = applied.map_err(existing.failed())?;
    let device = vault.status(text::now()).map_err(existing.failed())?.device;
    let refused = applied.iter().filter_map(|one| one.result.err().map(|error| (one, error))).collect::<Vec<_>>();
    if as_json {
        let list = applied.iter().map(|one| {
            let why = one.result.err().map(|error| why(one, error, &device));
            json!({
                "file": one.path.display().to_string(),
                "kind": kind(one.kind),
                "taken": one.result.is_ok(),
                "new": one.result == Ok(Outcome::Taken),
                "why": why,
            })
        });
        text::say_json(&list.collect())?;
    } else {
        for one in &applied {
            let word = match one.result {
                Ok(Outcome::Taken) => "taken  ",
                Ok(Outcome::Same) => "same   ",
                Err(_) => continue,
            };
            text::say(format!("{word} {:<15} {}", kind(one.kind), one.path.display()))?;
        }
    }
    // The worst decides: a file that is refused weighs more than one that cannot be kept, and that more than what only follows from it.
    let weight = |error: Error| match (error, failure::status(error)) {
        (Error::OutOfOrder, _) => 1,
        (_, 3) => 3,
        (_, 4) => 2,
        _ => 0,
    };
    let Some((worst, error)) = refused.iter().max_by_key(|(_, error)| weight(*error)) else {
        return Ok(());
    };
    for (one, error) in refused.iter().filter(|(one, _)| one.path != worst.path) {
        failure::complain(format!("{}: {}", one.path.display(), why(one, *error, &device)));
    }
    let text = format!("{}: {}", worst.path.display(), why(worst, *error, &device));
    Err(match failure::status(*error) {
        3 => Failure::rejected(text),
        4 => Failure::of(worst.path.display(), *error),
        _ => Failure::misuse(text),
    })
}

/// Why a file was refused, with what a person needs to know.
fn why(one: &Applied, error: Error, device: &[u8; 16]) -> String {
    match (one.kind, error) {
        (Kind::Grant, Error::Foreign) => match granted_to(&one.path) {
            Some(other) if other != *device => {
                format!("this grant is for device {}, you are {}", hex_encode(&other), hex_encode(device))
            }
            _ => "this grant is for another vault".to_owned(),
        },
        (Kind::Unknown, Error::NotFound) => "there is no such file".to_owned(),
        (Kind::Unknown, Error::Malformed) => "neither a grant nor a manifest, parcel or trust statement".to_owned(),
        (kind, Error::Foreign) => format!("this {} is for another vault", self::kind(kind)),
        (Kind::Grant, Error::OutOfOrder) => {
            "a grant before this one is missing (if it is lost: grant issue --unchained)".to_owned()
        }
        (Kind::Parcel, Error::OutOfOrder) => "the manifest in force does not name this parcel".to_owned(),
        (kind, error) => format!("this {} was refused: {error}", self::kind(kind)),
    }
}

fn granted_to(path: &Path) -> Option<[u8; 16]> {
    let file = files::read(path).ok()?;
    grant::Grant::parse(file.expose_secret()).ok().map(|grant| *grant.device())
}

fn verify(vault: &mut vault::Vault, existing: &Existing, threads: usize, as_json: bool) -> Result<(), Failure> {
    let number = vault.list().map_err(existing.failed())?.len();
    let bar = progress::count("verifying", number);
    let problems = vault.verify(threads, &|done| bar.set_position(done as u64));
    bar.finish_and_clear();
    let problems = problems.map_err(existing.failed())?;
    let flaw = |problem: &Problem| match problem.flaw {
        Flaw::Missing => "missing",
        Flaw::Extra => "extra",
        Flaw::Stale => "stale",
        Flaw::Damaged => "damaged",
    };
    if as_json {
        let list = problems.iter().map(|problem| json!({ "flaw": flaw(problem), "name": problem.name }));
        text::say_json(&list.collect())?;
    } else {
        for problem in &problems {
            text::say(format!("{:<8} {}", flaw(problem), problem.name))?;
        }
        if problems.is_empty() {
            text::say(format!("{number} documents, each whole and as the manifest names it"))?;
        }
    }
    match problems.as_slice() {
        [] => Ok(()),
        [first, rest @ ..] => {
            let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
            let text = format!("{}: {} {}{more}", existing.folder.display(), flaw(first), first.name);
            Err(Failure::rejected(text))
        }
    }
}

fn status(vault: &mut vault::Vault, existing: &Existing, as_json: bool) -> Result<(), Failure> {
    let status = vault.status(text::now()).map_err(existing.failed())?;
    let reading = match status.lease {
        Ok(()) => "allowed".to_owned(),
        Err(error) => format!("refused: {}", lease(error, &status)),
    };
    if as_json {
        let why = status.lease.err().map(|error| lease(error, &status));
        let grant = status.grant.map(|terms| {
            json!({
                "sequence": terms.sequence,
                "issued": terms.issued,
                "not_before": terms.not_before,
                "not_after": terms.not_after,
                "max_offline": terms.max_offline,
                "epochs": status.epochs,
            })
        });
        let manifest = status
            .manifest
            .map(|terms| json!({ "version": terms.version, "issued": terms.issued, "expires": terms.expires }));
        return text::say_json(&json!({
            "vault": status.vault.map(|vault| hex_encode(&vault)),
            "device": hex_encode(&status.device),
            "generation": status.generation,
            "mark": status.mark,
            "server": status.pins.iter().map(text::pin).collect::<Vec<_>>(),
            "root": status.root.as_ref().map(text::pin),
            "grant": grant,
            "manifest": manifest,
            "reading": status.lease.is_ok(),
            "why": why,
        }));
    }
    let vault = status.vault.map_or_else(|| "not known before the first grant".to_owned(), |id| hex_encode(&id));
    text::say(format!("vault     {vault}"))?;
    text::say(format!("device    {}", hex_encode(&status.device)))?;
    for pin in &status.pins {
        text::say(format!("server    {}", text::pin(pin)))?;
    }
    if let Some(root) = &status.root {
        text::say(format!("root      {}", text::pin(root)))?;
    }
    match status.grant {
        Some(terms) => {
            let epochs = status.epochs.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
            let epochs = if epochs.is_empty() { String::new() } else { format!(", epochs {epochs}") };
            let (first, last) = (text::time(terms.not_before), text::time(terms.not_after));
            text::say(format!("grant     number {}{epochs}, {first} to {last}", terms.sequence))?;
            text::say(format!("offline   {} seconds at most", terms.max_offline))?;
        }
        None => text::say("grant     none")?,
    }
    match status.manifest {
        Some(terms) => text::say(format!("manifest  version {}, until {}", terms.version, text::time(terms.expires)))?,
        None => text::say("manifest  none")?,
    }
    text::say(format!("reading   {reading}"))
}

/// Why a document cannot be read.
fn unread(vault: &mut vault::Vault, id: &str, error: Error) -> Failure {
    let text = match (error, vault.status(text::now())) {
        (Error::NotFound, _) => return Failure::misuse(format!("{id}: there is no such document; secenv vault ls")),
        (Error::Rejected | Error::Malformed, _) => {
            format!("{id}: what lies here is not what the server signed: {error}")
        }
        (Error::Expired | Error::Clock | Error::NoKey, Ok(status)) => format!("{id}: {}", lease(error, &status)),
        (error, _) => return Failure::of(id, error),
    };
    Failure::rejected(text)
}

/// Why the lease does not hold, in the words of its owner.
fn lease(error: Error, status: &vault::Status) -> String {
    let now = text::now();
    match (error, &status.grant, &status.manifest) {
        (Error::NoKey, None, _) => "no grant is in force".to_owned(),
        (Error::NotFound, ..) => "no manifest is in force".to_owned(),
        (Error::Clock, ..) => format!(
            "the clock was turned back: it says {}, and {} was seen before; set it, or take a newer grant",
            text::time(now),
            text::time(status.mark)
        ),
        (Error::Expired, Some(grant), _) if now > grant.not_after => {
            format!("the grant ended {}: sync with the server", text::time(grant.not_after))
        }
        (Error::Expired, Some(grant), _) if now < grant.not_before => {
            format!("the grant begins {}", text::time(grant.not_before))
        }
        (Error::Expired, _, Some(manifest)) if now > manifest.expires => {
            format!("the manifest expired {}: sync with the server", text::time(manifest.expires))
        }
        (Error::Expired, Some(grant), _) => {
            format!(
                "offline for longer than the {} seconds that the grant allows: sync with the server",
                grant.max_offline
            )
        }
        _ => error.to_string(),
    }
}
