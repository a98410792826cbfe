//! What the help of each command ends with: examples, and the exit status.

use clap::CommandFactory;

use crate::Secenv;

const STATUS: &str = "
EXIT STATUS
  0  it is done
  1  misuse: it cannot be done this way
  2  usage: the command line is wrong
  3  rejected: do not trust what was read
  4  unavailable: look at the machine";

/// Examples by command. Together they lead from nothing to a document that is read offline.
const EXAMPLES: &[(&str, &str)] = &[
    ("keygen", "secenv keygen --kind ed25519 --out identity.pem"),
    ("pin", "secenv pin identity.pem"),
    ("device new", "secenv device new --out device.key --public device.pub"),
    ("device id", "secenv device id device.pub"),
    ("keyring new", "secenv keyring new --out ring --unlock-file passphrase"),
    ("keyring rotate", "secenv keyring rotate ring --unlock-file passphrase"),
    ("keyring list", "secenv keyring list ring --unlock-file passphrase --json"),
    ("keyring retire", "secenv keyring retire ring 00112233445566778899aabbccddeeff --unlock-file passphrase"),
    ("keyring destroy", "secenv keyring destroy ring 00112233445566778899aabbccddeeff --unlock-file passphrase"),
    ("keyring merge", "secenv keyring merge ring backup/ring --unlock-file passphrase"),
    ("keyring passwd", "secenv keyring passwd ring --unlock-file passphrase --new-unlock-file new-passphrase"),
    (
        "parcel seal",
        r"secenv parcel seal --keyring ring --unlock-file passphrase --sign identity.pem \
      --id contracts/2026 --revision 1 contract.pdf contract.parcel
  pg_dump shop | secenv parcel seal --keyring ring --unlock-file passphrase --sign identity.pem \
      --id shop --revision 1 - shop.parcel",
    ),
    ("parcel inspect", "secenv parcel inspect contract.parcel"),
    ("parcel rewrap", "secenv parcel rewrap --keyring ring --unlock-file passphrase contract.parcel shop.parcel"),
    (
        "grant issue",
        r"secenv grant issue --keyring ring --unlock-file passphrase --sign identity.pem \
      --device device.pub --seq 1 --not-after 2027-01-01 --max-offline 7d device.grant",
    ),
    ("grant inspect", "secenv grant inspect device.grant"),
    (
        "manifest issue",
        r"secenv manifest issue --sign identity.pem --version 1 --expires 2027-01-01 \
      --out 1.manifest contract.parcel shop.parcel
  secenv manifest issue --sign identity.pem --version 2 --expires 2027-01-15 \
      --previous 1.manifest --out 2.manifest contract.parcel",
    ),
    ("manifest inspect", "secenv manifest inspect 1.manifest"),
    (
        "trust issue",
        r"secenv trust issue --version 2 --expires 2028-01-01 --out 2.trust \
      --root sha256//AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= \
      --root sha256//AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI= --threshold 2 \
      --sessions sha256//BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU= \
      --sessions sha256//BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ=@2027-01-31 \
      --grants sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c= \
      --manifests sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=",
    ),
    (
        "trust sign",
        r"secenv trust sign 2.trust --sign ann.pem
  secenv trust sign 2.trust --sign former-root.pem --previous 1.trust",
    ),
    ("trust inspect", "secenv trust inspect 2.trust"),
    (
        "trust verify",
        r"secenv trust verify 1.trust 2.trust --threshold 2 \
      --root-pin sha256//AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= \
      --root-pin sha256//AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=
  secenv trust verify 2.trust --trust 1.trust",
    ),
    (
        "vault init",
        r"secenv vault init vault --device device.key --unlock-file passphrase \
      --server-pin sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=
  secenv vault init vault --device device.key --unlock-file passphrase --threshold 1 \
      --root-pin sha256//AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
    ),
    (
        "vault apply",
        r"secenv vault apply vault inbox --unlock-file passphrase
  secenv vault apply vault device.grant 1.manifest contract.parcel --unlock-file passphrase",
    ),
    ("vault ls", "secenv vault ls vault --unlock-file passphrase"),
    (
        "vault cat",
        r"secenv vault cat vault contracts/2026 --unlock-file passphrase > contract.pdf
  secenv vault cat vault contracts/2026 --unlock-file passphrase --offset 4096 --length 512",
    ),
    ("vault verify", "secenv vault verify vault --unlock-file passphrase"),
    ("vault status", "secenv vault status vault --unlock-file passphrase"),
    ("vault passwd", "secenv vault passwd vault --unlock-file passphrase --new-unlock-file new-passphrase"),
    ("completions", "secenv completions bash > /etc/bash_completion.d/secenv"),
    ("man", "secenv man /usr/local/share/man/man1"),
];

/// The command line, with examples.
pub fn command() -> clap::Command {
    EXAMPLES.iter().fold(Secenv::command(), |command, (name, examples)| {
        let help = format!("EXAMPLES\n  {examples}\n{STATUS}");
        match name.split_once(' ') {
            Some((group, name)) => {
                command.mut_subcommand(group, |group| group.mut_subcommand(name, |leaf| leaf.after_help(help)))
            }
            None => command.mut_subcommand(name, |leaf| leaf.after_help(help)),
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_examples_that_parse() {
        let mut leaves = Vec::new();
        for group in Secenv::command().get_subcommands() {
            let inside = group.get_subcommands().map(|leaf| format!("{} {}", group.get_name(), leaf.get_name()));
            let inside: Vec<_> = inside.collect();
            leaves.extend(if inside.is_empty() { vec![group.get_name().to_owned()] } else { inside });
        }
        let named: Vec<_> = EXAMPLES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(named, leaves);
        for (name, examples) in EXAMPLES {
            for line in examples.replace(" \\\n     ", "").lines() {
                let line = line.split(" > ").next().unwrap().rsplit(" | ").next().unwrap();
                assert!(line.trim().starts_with(&format!("secenv {name} ")), "{line}");
                command().try_get_matches_from(line.split_whitespace()).unwrap();
            }
        }
    }
}
