//! A manifest: which parcels are current, signed, with a version that only grows (`docs/vault.md`).

use crate::Error;
use crate::encoding::{self, Reader};
use crate::identity::Identity;
use crate::identity::signed::{self, Signature};

/// What a manifest begins with.
pub const MAGIC: &[u8; 8] = b"secenvM\x01";
/// The longest manifest: a million entries with the longest ids.
pub const BYTES_MAX: usize = 200 << 20;

const ENTRIES_MAX: usize = 1_000_000;
/// The shortest entry.
const ENTRY_MIN: usize = 2 + 1 + 8 + 32 + 8;
const SIGN: &str = "secenv manifest 1";
const CHAIN: &str = "secenv manifest 1 chain";

/// A parcel that is current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The document.
    pub id: String,
    /// Its revision, from 1.
    pub revision: u64,
    /// The root of the parcel's tree.
    pub root: [u8; 32],
    /// The length of the document in bytes.
    pub length: u64,
}

/// What a manifest says beside its entries. Times are in seconds since 1970, all numbers below 2^63.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The vault that it is for.
    pub vault: [u8; 16],
    /// Counts the manifests, from 1.
    pub version: u64,
    /// When the server made it.
    pub issued: u64,
    /// When it holds last.
    pub expires: u64,
    /// The chain value of the manifest before; zeros if it is not known.
    pub previous: [u8; 32],
}

impl Terms {
    fn hold(&self) -> bool {
        let numbers = [self.version, self.issued, self.expires];
        self.version > 0 && self.issued <= self.expires && numbers.iter().all(|number| number >> 63 == 0)
    }
}

/// Issues a manifest. The order of the entries does not matter.
///
/// # Errors
/// [`Error::InvalidArgument`] for terms that cannot be, an id twice, or an entry that no parcel can be; [`Error::TooLarge`]
/// over 1,000,000 entries.
pub fn issue(signer: &Identity, terms: &Terms, mut entries: Vec<Entry>) -> Result<Vec<u8>, Error> {
    if entries.len() > ENTRIES_MAX {
        return Err(Error::TooLarge);
    }
    entries.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let twice = entries.windows(2).any(|pair| matches!(pair, [a, b] if a.id == b.id));
    let sound = |entry: &Entry| {
        encoding::id(entry.id.as_bytes()).is_ok() && (1..1 << 63).contains(&entry.revision) && entry.length >> 63 == 0
    };
    if !terms.hold() || twice || !entries.iter().all(sound) {
        return Err(Error::InvalidArgument);
    }
    let mut out = [MAGIC.as_slice(), &terms.vault].concat();
    for number in [terms.version, terms.issued, terms.expires] {
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&terms.previous);
    out.extend_from_slice(signer.public().pin());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&u32::try_from(entries.len()).map_err(|_| Error::TooLarge)?.to_be_bytes());
    for entry in &entries {
        out.extend_from_slice(&u16::try_from(entry.id.len()).map_err(|_| Error::TooLarge)?.to_be_bytes());
        out.extend_from_slice(entry.id.as_bytes());
        out.extend_from_slice(&entry.revision.to_be_bytes());
        out.extend_from_slice(&entry.root);
        out.extend_from_slice(&entry.length.to_be_bytes());
    }
    let signature = signed::sign(SIGN, &out, signer)?;
    out.extend_from_slice(&signature);
    Ok(out)
}

/// A manifest whose fields were read, and nothing more: see [`Manifest::verify`].
pub struct Manifest {
    file: Vec<u8>,
    signed: usize,
    terms: Terms,
    signer: [u8; 32],
    chain: [u8; 32],
    entries: Vec<Entry>,
}

impl Manifest {
    /// Reads the fields. The count is compared with what is there before memory is taken.
    ///
    /// # Errors
    /// [`Error::Malformed`]; [`Error::TooLarge`] over 1,000,000 entries.
    pub fn parse(file: Vec<u8>) -> Result<Self, Error> {
        if file.len() > BYTES_MAX {
            return Err(Error::TooLarge);
        }
        let mut fields = Reader(file.strip_prefix(MAGIC).ok_or(Error::Malformed)?);
        let terms = Terms {
            vault: *fields.array()?,
            version: fields.u63()?,
            issued: fields.u63()?,
            expires: fields.u63()?,
            previous: *fields.array()?,
        };
        let signer = *fields.array()?;
        encoding::extensions(fields.lp16()?)?;
        let count = usize::try_from(fields.u32()?).map_err(|_| Error::TooLarge)?;
        if count > ENTRIES_MAX {
            return Err(Error::TooLarge);
        }
        if !terms.hold() || count > fields.0.len() / ENTRY_MIN {
            return Err(Error::Malformed);
        }
        let mut entries = Vec::<Entry>::with_capacity(count);
        for _ in 0..count {
            let id = encoding::id(fields.lp16()?)?;
            let (revision, root, length) = (fields.u63()?, *fields.array()?, fields.u63()?);
            if revision == 0 || entries.last().is_some_and(|before| before.id.as_str() >= id) {
                return Err(Error::Malformed);
            }
            entries.push(Entry { id: id.to_owned(), revision, root, length });
        }
        let signed = file.len() - fields.0.len();
        Signature::read(fields)?;
        let chain = signed::chain(CHAIN, file.get(..signed).ok_or(Error::Malformed)?)?;
        Ok(Self { signed, terms, signer, chain, entries, file })
    }

    /// What it says beside its entries.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The pin of who signed it.
    pub fn signer(&self) -> &[u8; 32] {
        &self.signer
    }

    /// What the next manifest's `previous` has to be.
    pub fn chain(&self) -> &[u8; 32] {
        &self.chain
    }

    /// The parcels that are current, ascending by id.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a document.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        let place = self.entries.binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.entries.get(place)
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.file
    }

    /// Whether one of `trusted` signed it.
    ///
    /// # Errors
    /// [`Error::Rejected`] if not.
    pub fn verify(&self, trusted: &[[u8; 32]]) -> Result<(), Error> {
        let (signed, rest) = self.file.split_at_checked(self.signed).ok_or(Error::Malformed)?;
        Signature::read(Reader(rest))?.check(SIGN, signed, &self.signer, trusted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;

    const TERMS: Terms = Terms { vault: [1; 16], version: 3, issued: 10, expires: 99, previous: [0; 32] };

    fn entry(id: &str) -> Entry {
        Entry { id: id.to_owned(), revision: 1, root: [5; 32], length: 7 }
    }

    #[test]
    fn holds_as_issued_and_rejects_any_flipped_bit_and_any_cut() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&signer, &TERMS, vec![entry("b"), entry("a/c")]).unwrap();
        let taken = |file: &[u8]| Manifest::parse(file.to_vec()).and_then(|found| found.verify(&trusted));
        assert_eq!(taken(&file), Ok(()));
        let manifest = Manifest::parse(file.clone()).unwrap();
        assert_eq!((manifest.terms(), manifest.find("b")), (&TERMS, Some(&entry("b"))));
        assert_eq!(manifest.entries()[0].id, "a/c");
        assert_eq!(manifest.find("c"), None);
        for bit in 0..file.len() * 8 {
            let mut forged = file.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert!(taken(&forged).is_err(), "bit {bit}");
        }
        for len in 0..file.len() {
            assert!(taken(&file[..len]).is_err(), "length {len}");
        }
    }

    #[test]
    fn a_manifest_without_key_and_signature_does_not_parse() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let file = issue(&signer, &TERMS, vec![]).unwrap();
        let signed = Manifest::parse(file.clone()).unwrap().signed;
        let unsigned = [&file[..signed], &[0; 4]].concat();
        assert_eq!(Manifest::parse(unsigned).err(), Some(Error::Malformed));
    }

    #[test]
    fn a_count_that_cannot_be_takes_no_memory() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let mut file = issue(&signer, &TERMS, vec![]).unwrap();
        let place = 8 + 16 + 24 + 64 + 2;
        file[place..place + 4].copy_from_slice(&1_000_000u32.to_be_bytes());
        assert_eq!(Manifest::parse(file.clone()).err(), Some(Error::Malformed));
        file[place..place + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(Manifest::parse(file).err(), Some(Error::TooLarge));
    }

    #[test]
    fn what_no_reader_would_take_is_not_issued() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        for entries in [vec![entry("a"), entry("a")], vec![entry("../a")], vec![Entry { revision: 0, ..entry("a") }]] {
            assert_eq!(issue(&signer, &TERMS, entries).err(), Some(Error::InvalidArgument));
        }
        let late = Terms { issued: 100, ..TERMS };
        assert_eq!(issue(&signer, &late, vec![]).err(), Some(Error::InvalidArgument));
    }
}
