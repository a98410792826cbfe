//! `secenv vault`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, Subcommand};
use secenv::device::DeviceKey;
use secenv::grant::Grant;
use secenv::key_protection::COST;
use secenv::trust::TrustInfo;
use secenv::vault::{self, Applied, FileKind, Flaw, NewVault, Outcome, Problem, ReadRequest};
use secenv::{Anchor, DeviceId, Error, Pin, RunOptions};
use serde::Serialize;

use crate::failure::{self, Failure};
use crate::files::{self, NewUnlocking, Unlocking};
use crate::trust::Beginning;
use crate::{progress, text};

/// A vault that is there.
#[derive(Args)]
pub struct Existing {
    /// The vault
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    unlocking: Unlocking,
    /// A file outside of the vault that remembers its state: with it a vault that was put back from an older copy is
    /// refused; init makes it, an empty one begins it later
    #[arg(long, value_name = "FILE", value_parser = text::parse_output)]
    anchor: Option<PathBuf>,
}

/// Who signs the grants and manifests of a new vault.
#[derive(Args)]
#[group(skip)]
#[command(group(ArgGroup::new("begin").required(true)))]
pub struct Signers {
    /// Who signs grants and manifests, for good: the vault takes no trust statement then; up to 4
    #[arg(long, value_name = "PIN", group = "begin", value_parser = text::parse_pin)]
    server_pin: Vec<Pin>,
    #[command(flatten)]
    beginning: Beginning,
}

#[derive(Subcommand)]
pub enum Vault {
    /// Makes an empty vault for this device
    Init {
        #[command(flatten)]
        existing: Existing,
        #[command(flatten)]
        signers: Signers,
        /// The device's secret half, of which the vault keeps a copy
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
    /// Shows what is in force, and whether documents may be read
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
            Error::NotAFile => {
                let text = "there is no vault here: a vault is a folder, and this is a file";
                Failure::misuse(format!("{}: {text}", self.folder.display()))
            }
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
            vault::Vault::unlock(&self.folder, &unlock, anchor.as_ref(), text::now()?).map_err(self.failed())?;
        let result = work(&mut vault);
        self.remember(&vault)?;
        result
    }

    /// Writes the anchor, unless another process has written a later one.
    fn remember(&self, vault: &vault::Vault) -> Result<(), Failure> {
        let Some(path) = &self.anchor else { return Ok(()) };
        let _lock = files::lock(path)?;
        let now = vault.anchor().map_err(self.failed())?;
        // It begins with a number that grows, in bytes that sort as the number does.
        if anchor(path)?.is_some_and(|before| before >= now) {
            return Ok(());
        }
        files::write(path, format!("{now}\n").as_bytes())
    }
}

/// The anchor in a file; nothing if there is no such file yet, or nothing in it.
fn anchor(path: &Path) -> Result<Option<Anchor>, Failure> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let text = files::read(path)?;
    if text.expose_secret().is_empty() {
        return Ok(None);
    }
    let anchor = String::from_utf8_lossy(text.expose_secret()).trim().parse();
    anchor.map(Some).map_err(|_| Failure::misuse(format!("{}: this is no anchor", path.display())))
}

impl Vault {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Vault::Init { existing, signers, device } => init(&existing, &signers, &device),
            Vault::Apply { existing, threads, json, files } => {
                let files = expand(files)?;
                existing.with(|vault| apply(vault, &existing, &files, threads, json))
            }
            Vault::Ls { existing, json } => existing.with(|vault| {
                let documents = vault.list().map_err(existing.failed())?;
                if json {
                    return text::print_json(&documents);
                }
                for document in &documents {
                    let missing = if document.is_here { "" } else { "  (missing)" };
                    let (length, revision) = (document.length, document.revision);
                    text::print(format!("{length:>14}  revision {revision:<6} {}{missing}", document.id))?;
                }
                if documents.is_empty() { text::print("no documents") } else { Ok(()) }
            }),
            Vault::Cat { existing, id, offset, length, threads } => {
                let request = ReadRequest { id: &id, revision: None, offset };
                existing.with(|vault| cat(vault, &existing, &request, length.unwrap_or(u64::MAX), threads))
            }
            Vault::Verify { existing, threads, json } => existing.with(|vault| verify(vault, &existing, threads, json)),
            Vault::Status { existing, json } => existing.with(|vault| status(vault, &existing, json)),
            Vault::Passwd { existing, new } => {
                let new = new.read()?;
                existing.with(|vault| vault.change_unlock(&new, COST).map_err(existing.failed()))?;
                text::print("the unlock secret was changed; older copies of the vault still open with the old one")
            }
        }
    }
}

fn init(existing: &Existing, signers: &Signers, device: &Path) -> Result<(), Failure> {
    let device = &DeviceKey::parse(files::read(device)?.expose_secret())
        .map_err(|error| Failure::not_a("device key", device, error))?;
    let unlock = &existing.unlocking.read_new()?;
    if let Some(path) = &existing.anchor
        && anchor(path)?.is_some()
    {
        return Err(Failure::misuse(format!("{}: this is another vault's anchor", path.display())));
    }
    let trusted = signers.beginning.read()?;
    let pins = &signers.server_pin;
    let signers = trusted.as_ref().map_or(vault::Signers::Pins(pins), vault::Signers::Trust);
    let new = NewVault { unlock, cost: COST, signers, device };
    let folder = &existing.folder;
    let vault = vault::Vault::create(folder, &new, text::now()?).map_err(|error| match error {
        Error::NotFound => Failure::misuse(format!("{}: there is no such folder to put it in", folder.display())),
        Error::Exists | Error::NotAFile => Failure::misuse(format!("{}: this exists already", folder.display())),
        Error::InvalidArgument => Failure::misuse(format!("1 to 4 sign for a vault, not {}", pins.len())),
        error => Failure::of(folder.display(), error),
    })?;
    existing.remember(&vault)?;
    let id = *device.public().map_err(existing.failed())?.id();
    text::print(format!("vault made for device {id}"))
}

fn cat(
    vault: &mut vault::Vault,
    existing: &Existing,
    request: &ReadRequest<'_>,
    length: u64,
    threads: usize,
) -> Result<(), Failure> {
    let document = match vault.find(request.id) {
        Err(Error::NotFound) => None,
        found => Some(found.map_err(existing.failed())?),
    };
    let all = document.as_ref().map(|document| document.length.saturating_sub(request.offset));
    let bar = progress::bytes("reading", all.map(|all| all.min(length)));
    let mut out = Output { out: text::raw_output().map_err(Failure::output)?, failure: None };
    let run = RunOptions { threads, progress: &|done| bar.set_position(done) };
    let copied = vault.copy(request, length, &mut out, text::now()?, &run);
    bar.finish_and_clear();
    out.flush().ok(); // it remembers
    match (copied, out.failure) {
        (_, Some(failure)) => Err(Failure::output(failure)),
        (Err(Error::NotFound), None) if document.is_some_and(|document| !document.is_here) => {
            Err(Failure::misuse(format!("{}: its parcel is missing; apply it", request.id)))
        }
        (Err(error), None) => Err(unreadable(vault, request.id, error)),
        (Ok(_), None) => Ok(()),
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

fn kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Trust => "trust statement",
        FileKind::Grant => "grant",
        FileKind::Manifest => "manifest",
        FileKind::Parcel => "parcel",
        _ => "file",
    }
}

/// What `apply --json` prints of a file.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    applied: &'a Applied,
    /// Why it was refused, for a person.
    why: Option<String>,
}

fn apply(
    vault: &mut vault::Vault,
    existing: &Existing,
    paths: &[PathBuf],
    threads: usize,
    as_json: bool,
) -> Result<(), Failure> {
    let bar = progress::count("applying", paths.len());
    let run = RunOptions { threads, progress: &|done| bar.set_position(done) };
    let applied = vault.apply(paths, text::now()?, &run);
    bar.finish_and_clear();
    let applied = applied.map_err(existing.failed())?;
    let status = vault.status(text::now()?).map_err(existing.failed())?;
    let (device, trusts_nobody) = (status.device, status.trust.is_some_and(|trust| trust.statement.is_none()));
    let refused = applied.iter().filter_map(|one| one.result.err().map(|error| (one, error))).collect::<Vec<_>>();
    if as_json {
        let why = |one: &Applied| one.result.err().map(|error| why(one, error, &device, trusts_nobody));
        let answers = applied.iter().map(|applied| Answer { applied, why: why(applied) });
        text::print_json(&answers.collect::<Vec<_>>())?;
    } else {
        for one in &applied {
            let word = match one.result {
                Ok(Outcome::Taken) => "taken  ",
                Ok(Outcome::Same) => "same   ",
                Err(_) => continue,
            };
            text::print(format!("{word} {:<15} {}", kind(one.kind), one.path.display()))?;
        }
    }
    // The worst decides: a file that is refused weighs more than one that cannot be stored, and that more than what
    // only follows from it.
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
        failure::complain(format!("{}: {}", one.path.display(), why(one, *error, &device, trusts_nobody)));
    }
    let text = format!("{}: {}", worst.path.display(), why(worst, *error, &device, trusts_nobody));
    Err(match failure::status(*error) {
        3 => Failure::rejected(text),
        4 => Failure::unavailable(text),
        _ => Failure::misuse(text),
    })
}

/// Why a file was refused, with what a person needs to know.
fn why(one: &Applied, error: Error, device: &DeviceId, trusts_nobody: bool) -> String {
    let kind = kind(one.kind);
    match (one.kind, error) {
        (_, Error::NotFound) => "there is no such file".to_owned(),
        (_, Error::NotAFile) => failure::not_a_file(&one.path).to_owned(),
        (FileKind::Unknown, Error::Malformed) => "neither a grant nor a manifest, parcel or trust statement".to_owned(),
        (FileKind::Unknown, error) => error.to_string(),
        (_, Error::Malformed | Error::TooLarge) => format!("this {kind} is damaged or cut short"),
        (FileKind::Trust, Error::Rejected) => {
            let why = "too few roots signed this trust statement, or it is another one of the same version";
            format!("{why}; or this vault takes none")
        }
        (_, Error::Rejected) => format!("this {kind} was changed, or somebody else than the server signed it"),
        (FileKind::Grant, Error::Foreign) => match granted_to(&one.path) {
            Some(other) if other != *device => format!("this grant is for device {other}, you are {device}"),
            _ => "this grant is for another vault".to_owned(),
        },
        (_, Error::Foreign) => format!("this {kind} is for another vault"),
        (FileKind::Trust, Error::OutOfOrder) => "a trust statement before this one is missing".to_owned(),
        (FileKind::Grant, Error::OutOfOrder) if trusts_nobody => {
            "no trust statement is in force yet: apply the first".to_owned()
        }
        (FileKind::Grant, Error::OutOfOrder) => {
            "a grant before this one is missing (if it is lost: grant issue --unchained)".to_owned()
        }
        (FileKind::Parcel, Error::OutOfOrder) => "the manifest in force does not name this parcel".to_owned(),
        (_, error) if failure::status(error) == 4 => error.to_string(),
        (_, error) => format!("this {kind} was refused: {error}"),
    }
}

fn granted_to(path: &Path) -> Option<DeviceId> {
    let file = files::read(path).ok()?;
    Grant::parse(file.expose_secret()).ok().map(|grant| *grant.device())
}

fn flaw(problem: &Problem) -> &'static str {
    match problem.flaw {
        Flaw::Missing => "missing",
        Flaw::Extra => "extra",
        Flaw::Stale => "stale",
        _ => "damaged",
    }
}

fn verify(vault: &mut vault::Vault, existing: &Existing, threads: usize, as_json: bool) -> Result<(), Failure> {
    let number = vault.list().map_err(existing.failed())?.len();
    let bar = progress::count("verifying", number);
    let problems = vault.verify(&RunOptions { threads, progress: &|done| bar.set_position(done) });
    bar.finish_and_clear();
    let problems = problems.map_err(existing.failed())?;
    if as_json {
        text::print_json(&problems)?;
    } else {
        for problem in &problems {
            text::print(format!("{:<8} {}", flaw(problem), problem.name))?;
        }
        if problems.is_empty() {
            let documents = text::count(number as u64, "document");
            text::print(format!("{documents}: all complete, and as the manifest names them"))?;
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

/// What `status --json` prints.
#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    status: &'a vault::Status,
    /// Why documents may not be read, for a person.
    why: Option<String>,
}

fn status(vault: &mut vault::Vault, existing: &Existing, as_json: bool) -> Result<(), Failure> {
    let status = &vault.status(text::now()?).map_err(existing.failed())?;
    let why = status.lease.err().map(|error| lease(error, status)).transpose()?;
    if as_json {
        return text::print_json(&Report { status, why });
    }
    let vault = status.vault.map_or_else(|| "not known before the first grant".to_owned(), |id| id.to_string());
    text::print(format!("vault     {vault}"))?;
    text::print(format!("device    {}", status.device))?;
    for pin in &status.pins {
        text::print(format!("server    {pin}"))?;
    }
    if let Some(trust) = &status.trust {
        let roots = &trust.roots;
        text::print(format!("roots     {} of {} must sign", roots.threshold, roots.pins.len()))?;
        text::print(match &trust.statement {
            Some(TrustInfo { statement, .. }) if statement.is_over(text::now()?) => {
                format!("trust     statement {} is over: nothing new is taken but the next one", statement.version)
            }
            Some(TrustInfo { statement, .. }) => {
                let end =
                    statement.expires.map_or_else(|| "no end".to_owned(), |time| format!("until {}", text::time(time)));
                format!("trust     statement {}, {end}", statement.version)
            }
            None => "trust     no statement yet".to_owned(),
        })?;
    }
    match &status.grant {
        Some(terms) => {
            let epochs =
                if status.epochs.is_empty() { String::new() } else { format!(", {}", text::epochs(&status.epochs)) };
            let (first, last) = (text::time(terms.not_before), text::time(terms.not_after));
            text::print(format!("grant     number {}{epochs}, {first} to {last}", terms.sequence))?;
            text::print(format!("offline   {} at most", text::duration(terms.max_offline)))?;
        }
        None => text::print("grant     none")?,
    }
    match &status.manifest {
        Some(terms) => {
            text::print(format!("manifest  version {}, until {}", terms.version, text::time(terms.expires)))?;
        }
        None => text::print("manifest  none")?,
    }
    text::print(why.map_or_else(|| "reading   allowed".to_owned(), |why| format!("reading   refused: {why}")))
}

/// Why a document cannot be read.
fn unreadable(vault: &mut vault::Vault, id: &str, error: Error) -> Failure {
    let status = text::now().and_then(|now| vault.status(now).map_err(|error| Failure::of(id, error)));
    let status = match status {
        Ok(status) => status,
        Err(failure) => return failure,
    };
    match error {
        // What refuses everything comes first.
        error if status.lease == Err(error) => match lease(error, &status) {
            Ok(why) => Failure::rejected(format!("{id}: {why}")),
            Err(failure) => failure,
        },
        Error::NotFound => Failure::misuse(format!("{id}: there is no such document; secenv vault ls")),
        Error::Rejected | Error::Malformed | Error::TooLarge => Failure::rejected(format!(
            "{id}: its parcel is damaged or cut short, or not what the server signed; apply it again"
        )),
        error => Failure::of(id, error),
    }
}

/// Why the lease does not hold, in the words of its owner.
fn lease(error: Error, status: &vault::Status) -> Result<String, Failure> {
    let now = text::now()?;
    Ok(match (error, &status.grant, &status.manifest) {
        (Error::NoKey, None, _) => "no grant is in force".to_owned(),
        (Error::NotFound, ..) => "no manifest is in force".to_owned(),
        (Error::Rejected, ..) => "the grant or the manifest in force is damaged or lost: apply it again".to_owned(),
        (Error::Clock, ..) => format!(
            "the clock was turned back: it says {}, and {} was seen before; set it, or take a newer grant",
            text::time(now),
            text::time(status.latest_time)
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
            let allowed = text::duration(grant.max_offline);
            format!("offline for longer than the {allowed} that the grant allows: sync with the server")
        }
        _ => error.to_string(),
    })
}
