//! `secenv trust`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use secenv::trust::{self, CHAIN_BYTES_MAX, Role, RolePin, Roots, Statement, TrustInfo, Trusted};
use secenv::{Error, Pin, Timestamp};
use serde::Serialize;

use crate::failure::Failure;
use crate::{files, text};

#[derive(Subcommand)]
pub enum Trust {
    Issue(Box<Issue>),
    /// Adds a root's signature to a statement, in its file; works on a machine without a network
    Sign {
        /// The root that signs
        #[arg(long, value_name = "ROOT.pem")]
        sign: PathBuf,
        /// The statement before, if the root is one of that and not of this
        #[arg(long, value_name = "FILE")]
        previous: Option<PathBuf>,
        /// The statement
        #[arg(value_name = "FILE.trust", value_parser = text::parse_output)]
        statement: PathBuf,
    },
    /// Shows what a statement says, and whose signatures it has
    Inspect {
        /// The statement
        #[arg(value_name = "FILE.trust")]
        statement: PathBuf,
        /// For scripts
        #[arg(long)]
        json: bool,
    },
    /// Follows statements as a client does, and shows who holds which role now; exit status 3 if one is refused, or
    /// over
    Verify {
        #[command(flatten)]
        beginning: Beginning,
        /// For scripts
        #[arg(long)]
        json: bool,
        /// The statements, or files with several of them, in their order
        #[arg(value_name = "FILE.trust", required = true)]
        chain: Vec<PathBuf>,
    },
}

/// Writes a statement that says who holds which role from now on; nobody has signed it yet
#[derive(Args)]
pub struct Issue {
    /// Counts the statements, from 1, and leaves none out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..1 << 63))]
    version: u64,
    /// A key that lies offline and signs this statement and the next; up to 8
    #[arg(long, value_name = "PIN", required = true, value_parser = text::parse_pin)]
    root: Vec<Pin>,
    /// How many of the roots must sign
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=8))]
    threshold: u8,
    /// Who shakes hands: up to 4, the one to prefer first, older ones with an end: PIN or PIN@2027-01-31
    #[arg(long, value_name = "PIN[@TIME]", required = true, value_parser = parse_role_pin)]
    sessions: Vec<RolePin>,
    /// Who signs grants; up to 4
    #[arg(long, value_name = "PIN[@TIME]", required = true, value_parser = parse_role_pin)]
    grants: Vec<RolePin>,
    /// Who signs manifests; up to 4
    #[arg(long, value_name = "PIN[@TIME]", required = true, value_parser = parse_role_pin)]
    manifests: Vec<RolePin>,
    /// When it is over: from then on nothing new is taken under it, but the next statement; by default never
    #[arg(long, value_name = "TIME", value_parser = text::parse_time)]
    expires: Option<Timestamp>,
    /// Let a pin of the sessions stand in another role
    #[arg(long)]
    allow_shared: bool,
    /// The statement
    #[arg(long, value_name = "OUT.trust", value_parser = text::parse_output)]
    out: PathBuf,
}

/// What a holder of statements begins with
#[derive(Args)]
pub struct Beginning {
    /// A root that signs trust statements; up to 8
    #[arg(long, value_name = "PIN", group = "begin", requires = "threshold", value_parser = text::parse_pin)]
    root_pin: Vec<Pin>,
    /// How many of the roots must sign
    #[arg(long, value_name = "N", requires = "root_pin", value_parser = clap::value_parser!(u8).range(1..=8))]
    threshold: Option<u8>,
    /// A trust statement to begin with: it is believed
    #[arg(long, value_name = "FILE", group = "begin")]
    trust: Option<PathBuf>,
}

impl Beginning {
    /// What is trusted; nothing if neither was given.
    pub fn read(&self) -> Result<Option<Trusted>, Failure> {
        if let Some(path) = &self.trust {
            let refused = |error| match error {
                Error::Rejected => {
                    Failure::rejected(format!("{}: too few of its own roots signed this", path.display()))
                }
                error => Failure::not_a("trust statement", path, error),
            };
            return Trusted::from_statement(files::read(path)?.expose_secret()).map(Some).map_err(refused);
        }
        let Some(threshold) = self.threshold else { return Ok(None) };
        let roots = Roots { pins: self.root_pin.clone(), threshold };
        let refused =
            |_| Failure::misuse("there are 1 to 8 roots, none twice, and no more of them must sign than there are");
        Trusted::from_roots(roots).map(Some).map_err(refused)
    }
}

/// A pin, and when it ends.
fn parse_role_pin(text: &str) -> Result<RolePin, String> {
    let (pin, until) = text.split_once('@').map_or((text, None), |(pin, until)| (pin, Some(until)));
    Ok(RolePin { pin: text::parse_pin(pin)?, until: until.map(text::parse_time).transpose()? })
}

impl Trust {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Trust::Issue(issue) => issue.run(),
            Trust::Sign { sign, previous, statement } => add_signature(&sign, previous.as_deref(), &statement),
            Trust::Inspect { statement, json } => inspect(&statement, json),
            Trust::Verify { beginning, json, chain } => verify(&beginning, &chain, json),
        }
    }
}

impl Issue {
    fn run(self) -> Result<(), Failure> {
        let statement = Statement {
            version: self.version,
            issued: text::now()?,
            expires: self.expires,
            allow_shared: self.allow_shared,
            roots: Roots { pins: self.root, threshold: self.threshold },
            sessions: self.sessions,
            grants: self.grants,
            manifests: self.manifests,
        };
        if let Some(why) = impossible(&statement) {
            return Err(Failure::misuse(why));
        }
        let file = trust::issue(&statement).map_err(|error| Failure::of(self.out.display(), error))?;
        files::write_over(&self.out, &file)?;
        let roots = &statement.roots;
        text::print(format!("statement {} is to be signed by {} of {}", statement.version, roots.threshold, {
            text::count(roots.pins.len() as u64, "root")
        }))?;
        let lasting = statement.sessions.iter().skip(1).filter(|one| one.until.is_none());
        for RolePin { pin, .. } in lasting {
            let why = "whoever steals its key and holds back statements keeps it";
            text::print(format!("{pin} is not the first of the sessions and has no end: {why}"))?;
        }
        Ok(())
    }
}

/// Why no reader would take this.
fn impossible(statement: &Statement) -> Option<String> {
    let roots = &statement.roots.pins;
    let role = |role: Role| statement.role(role).iter().map(|one| one.pin).collect::<Vec<_>>();
    let twice = |pins: &[Pin]| pins.iter().enumerate().any(|(at, pin)| pins.iter().take(at).any(|other| other == pin));
    let all = Role::ALL.map(role);
    let others = all.iter().skip(1).flatten().copied().collect::<Vec<_>>();
    if roots.len() > trust::ROOTS_MAX || all.iter().any(|pins| pins.len() > trust::ROLE_PINS_MAX) {
        return Some("a statement names 1 to 8 roots, and 1 to 4 pins in each role".to_owned());
    }
    if twice(roots) || all.iter().any(|pins| twice(pins)) {
        return Some("a pin stands twice among the roots or in a role".to_owned());
    }
    if usize::from(statement.roots.threshold) > roots.len() {
        return Some("more roots must sign than there are".to_owned());
    }
    if statement.expires.is_some_and(|expires| expires < statement.issued) {
        return Some("the statement would be over already".to_owned());
    }
    if let Some(pin) = all.iter().flatten().find(|pin| roots.contains(pin)) {
        return Some(format!("{pin} is a root and stands in a role: roots lie offline and sign statements alone"));
    }
    let shared = role(Role::Sessions).into_iter().find(|pin| others.contains(pin) && !statement.allow_shared);
    shared.map(|pin| {
        format!("{pin} shakes hands and signs what lies on disks; use another key for that, or say --allow-shared")
    })
}

fn read(path: &Path) -> Result<trust::Trust, Failure> {
    let file = files::read(path)?;
    trust::Trust::parse(file.expose_secret()).map_err(|error| Failure::not_a("trust statement", path, error))
}

fn add_signature(sign: &Path, previous: Option<&Path>, path: &Path) -> Result<(), Failure> {
    let (root, before) = (files::identity(sign)?, read(path)?);
    let pin = *root.public().pin();
    let roots = &before.statement().roots;
    let outgoing = previous.map(read).transpose()?;
    let is_root = |roots: &Roots| roots.pins.contains(&pin);
    if !is_root(roots) && !outgoing.as_ref().is_some_and(|previous| is_root(&previous.statement().roots)) {
        let more = if outgoing.is_none() { "; a root of the statement before signs with --previous" } else { "" };
        return Err(Failure::misuse(format!("{}: {pin} is no root of this statement{more}", sign.display())));
    }
    let failed = |error| Failure::of(path.display(), error);
    let file = trust::sign(&root, before.as_bytes()).map_err(failed)?;
    let after = trust::Trust::parse(&file).map_err(failed)?;
    files::write_over(path, &file)?;
    let signed = after.signers().iter().filter(|signer| roots.pins.contains(signer)).count();
    let version = after.statement().version;
    let total = text::count(roots.pins.len() as u64, "root");
    text::print(format!("statement {version}: signed by {signed} of its {total}; {} must sign", roots.threshold))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Sessions => "sessions",
        Role::Grants => "grants",
        Role::Manifests => "manifests",
    }
}

fn end(time: Option<Timestamp>) -> String {
    time.map_or_else(|| "no end".to_owned(), |time| format!("until {}", text::time(time)))
}

fn inspect(path: &Path, as_json: bool) -> Result<(), Failure> {
    let trust = read(path)?;
    if as_json {
        return text::print_json(&TrustInfo::from(&trust));
    }
    let statement = trust.statement();
    text::print(format!("version    {}, issued {}", statement.version, text::time(statement.issued)))?;
    text::print(format!("holds      {}", end(statement.expires)))?;
    text::print(format!("threshold  {} of {}", statement.roots.threshold, statement.roots.pins.len()))?;
    for pin in &statement.roots.pins {
        text::print(format!("root       {pin}"))?;
    }
    for role in Role::ALL {
        for RolePin { pin, until } in statement.role(role) {
            text::print(format!("{:<10} {pin}  {}", role_name(role), end(*until)))?;
        }
    }
    for pin in trust.signers() {
        let whose = if statement.roots.pins.contains(pin) { "" } else { "  (no root of this statement)" };
        text::print(format!("signed by  {pin}{whose}"))?;
    }
    text::print("Nothing of this is verified: secenv trust verify.")
}

/// What `verify --json` prints.
#[derive(Serialize)]
struct Verified {
    /// How many statements were new.
    taken: usize,
    #[serde(flatten)]
    statement: TrustInfo,
    /// Who holds which role now.
    in_force: InForce,
}

#[derive(Serialize)]
struct InForce {
    sessions: Vec<Pin>,
    grants: Vec<Pin>,
    manifests: Vec<Pin>,
}

fn verify(beginning: &Beginning, paths: &[PathBuf], as_json: bool) -> Result<(), Failure> {
    let mut trusted = beginning.read()?.ok_or_else(|| Failure::usage("say what to begin with"))?;
    let now = text::now()?;
    let mut taken = 0;
    for path in paths {
        let chain = files::read_up_to(path, CHAIN_BYTES_MAX as u64)?;
        let before = trusted.version();
        let followed = trusted.follow(chain.expose_secret(), |_| {});
        taken += followed.map_err(|error| refused(path, error, before.max(trusted.version())))?;
    }
    let statement = trusted.statement().map(TrustInfo::from).ok_or_else(|| Failure::of("trust", Error::Internal))?;
    let version = trusted.version();
    let pins = |role| {
        trusted.pins(role, now).map_err(|_| {
            let what = if statement.statement.is_over(now) { "it is over" } else { "each of its pins has ended" };
            Failure::rejected(format!("statement {version} gives nobody for {} now: {what}", role_name(role)))
        })
    };
    let (sessions, grants, manifests) = (pins(Role::Sessions)?, pins(Role::Grants)?, pins(Role::Manifests)?);
    let in_force = InForce { sessions, grants, manifests };
    if as_json {
        return text::print_json(&Verified { taken, statement, in_force });
    }
    text::print(format!("statement {version} holds, {}", end(statement.statement.expires)))?;
    let InForce { sessions, grants, manifests } = &in_force;
    for (role, pins) in Role::ALL.into_iter().zip([sessions, grants, manifests]) {
        for pin in pins {
            text::print(format!("{:<10} {pin}", role_name(role)))?;
        }
    }
    Ok(())
}

/// Why a statement is refused, in the words of whoever keeps the chain.
fn refused(path: &Path, error: Error, version: u64) -> Failure {
    let next = version.saturating_add(1);
    let why = match error {
        Error::Stale => format!("statement {version} was taken before, and this is older"),
        Error::OutOfOrder => format!("statement {next} is missing"),
        Error::Rejected if version == 0 => "too few of the roots to begin with, or of its own, signed it".to_owned(),
        Error::Rejected => format!(
            "refused after statement {version}: too few of the roots of that, or of its own, signed it, or it is \
             another statement {version}"
        ),
        error => return Failure::not_a("trust statement", path, error),
    };
    Failure::rejected(format!("{}: {why}", path.display()))
}
