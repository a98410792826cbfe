//! A manifest: which parcels are current, signed, with a version that only grows (`docs/vault.md`).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Error;
use crate::identity::Identity;
use crate::signed_file::{self, SignedFile};
use crate::types::{Digest, Pin, Timestamp, VaultId};
use crate::wire::{self, Reader, Writer};

const ENTRIES_MAX: usize = 1_000_000;
/// The shortest entry.
const ENTRY_MIN: usize = 2 + 1 + 8 + 32 + 8;

/// A parcel that is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The document.
    pub id: String,
    /// Its revision, from 1.
    pub revision: u64,
    /// The root of the parcel's tree.
    pub root: Digest,
    /// The length of the document in bytes.
    pub length: u64,
}

impl Entry {
    /// Whether a parcel can be like this.
    fn is_valid(&self) -> bool {
        wire::document_id(self.id.as_bytes()).is_ok() && (1..1 << 63).contains(&self.revision) && self.length >> 63 == 0
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.lp16(self.id.as_bytes())?;
        writer.u64(self.revision);
        writer.bytes(self.root.as_bytes());
        writer.u64(self.length);
        Ok(())
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let id = reader.document_id()?.to_owned();
        let entry = Self { id, revision: reader.u63()?, root: reader.value()?, length: reader.u63()? };
        if entry.is_valid() { Ok(entry) } else { Err(Error::Malformed) }
    }
}

/// What a manifest says beside its entries. The version is below 2^63.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// The vault that it is for.
    pub vault: VaultId,
    /// Counts the manifests, from 1.
    pub version: u64,
    /// When the server made it.
    pub issued: Timestamp,
    /// When it holds last.
    pub expires: Timestamp,
    /// The digest of the manifest before; `None` if it is not known.
    pub previous: Option<Digest>,
}

impl Terms {
    fn is_valid(&self) -> bool {
        self.version > 0 && self.version >> 63 == 0 && self.issued <= self.expires
    }
}

/// What is signed.
pub struct Body {
    terms: Terms,
    signer: Pin,
    /// Ascending by id.
    entries: Vec<Entry>,
}

impl signed_file::Body for Body {
    const MAGIC: &'static [u8; 8] = b"secenvM\x01";
    const SIGN: &'static str = "secenv manifest 1";
    const DIGEST: &'static str = "secenv manifest 1 chain";
    /// A million entries with the longest ids.
    const BYTES_MAX: usize = 200 << 20;

    fn signer(&self) -> &Pin {
        &self.signer
    }

    fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let Self { terms, signer, entries } = self;
        writer.bytes(terms.vault.as_bytes());
        writer.u64(terms.version);
        writer.time(terms.issued);
        writer.time(terms.expires);
        writer.digest_or_zeros(terms.previous.as_ref());
        writer.bytes(signer.as_bytes());
        writer.no_extensions();
        writer.u32(u32::try_from(entries.len()).map_err(|_| Error::TooLarge)?);
        entries.iter().try_for_each(|entry| entry.encode(writer))
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let terms = Terms {
            vault: reader.value()?,
            version: reader.u63()?,
            issued: reader.time()?,
            expires: reader.time()?,
            previous: reader.digest_or_zeros()?,
        };
        let signer = reader.value()?;
        reader.extensions()?;
        let count = usize::try_from(reader.u32()?).map_err(|_| Error::TooLarge)?;
        if count > ENTRIES_MAX {
            return Err(Error::TooLarge);
        }
        // The count is compared with what is there before memory is taken.
        if !terms.is_valid() || count > reader.rest().len() / ENTRY_MIN {
            return Err(Error::Malformed);
        }
        let mut entries = Vec::<Entry>::with_capacity(count);
        for _ in 0..count {
            let entry = Entry::decode(reader)?;
            if entries.last().is_some_and(|before| before.id >= entry.id) {
                return Err(Error::Malformed);
            }
            entries.push(entry);
        }
        Ok(Self { terms, signer, entries })
    }

    fn peek(reader: &mut Reader<'_>) -> Result<u64, Error> {
        reader.value::<16, VaultId>()?;
        reader.u63()
    }
}

/// Issues a manifest. The order of the entries does not matter.
///
/// # Errors
/// [`Error::InvalidArgument`] for terms that cannot be, an id twice, or an entry that no parcel can be; [`Error::TooLarge`]
/// over 1,000,000 entries.
pub fn issue(signer: &Identity, terms: &Terms, entries: Vec<Entry>) -> Result<Vec<u8>, Error> {
    let mut builder = Builder::new(terms.clone())?;
    entries.into_iter().try_for_each(|entry| builder.add(entry))?;
    builder.issue(signer)
}

/// A manifest in the making.
pub struct Builder {
    terms: Terms,
    entries: BTreeMap<String, Entry>,
}

impl Builder {
    /// A manifest without entries.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for terms that cannot be.
    pub fn new(terms: Terms) -> Result<Self, Error> {
        if terms.is_valid() { Ok(Self { terms, entries: BTreeMap::new() }) } else { Err(Error::InvalidArgument) }
    }

    /// Names a parcel. An entry that is refused changes nothing.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for an entry that no parcel can be, or a document that is named already;
    /// [`Error::TooLarge`] over 1,000,000 entries.
    pub fn add(&mut self, entry: Entry) -> Result<(), Error> {
        if self.entries.len() >= ENTRIES_MAX {
            return Err(Error::TooLarge);
        }
        if !entry.is_valid() || self.entries.contains_key(&entry.id) {
            return Err(Error::InvalidArgument);
        }
        self.entries.insert(entry.id.clone(), entry);
        Ok(())
    }

    /// Signs the manifest.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the system has no randomness.
    pub fn issue(self, signer: &Identity) -> Result<Vec<u8>, Error> {
        let body =
            Body { terms: self.terms, signer: *signer.public().pin(), entries: self.entries.into_values().collect() };
        SignedFile::issue(&body, signer)
    }
}

/// A manifest whose fields were read, and nothing more: see [`Manifest::verify`].
pub type Manifest = SignedFile<Body>;

impl Manifest {
    /// What it says beside its entries.
    pub fn terms(&self) -> &Terms {
        &self.body.terms
    }

    /// The parcels that are current, ascending by id.
    pub fn entries(&self) -> &[Entry] {
        &self.body.entries
    }

    /// The entry of a document.
    pub fn find(&self, id: &str) -> Option<&Entry> {
        let place = self.entries().binary_search_by(|entry| entry.id.as_str().cmp(id)).ok()?;
        self.entries().get(place)
    }
}

/// What a manifest says of itself, its entries apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ManifestInfo {
    /// What it says beside its entries.
    #[serde(flatten)]
    pub terms: Terms,
    /// How many parcels it names.
    pub entry_count: usize,
    /// What names it: the next manifest's `previous`.
    pub digest: Digest,
    /// The pin of who signed it.
    pub signer: Pin,
}

impl From<&Manifest> for ManifestInfo {
    fn from(manifest: &Manifest) -> Self {
        Self {
            terms: manifest.terms().clone(),
            entry_count: manifest.entries().len(),
            digest: *manifest.digest(),
            signer: *manifest.signer(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Kind;
    use crate::signed_file::tests::rejects_any_change;

    fn terms() -> Terms {
        let time = |seconds| Timestamp::from_secs(seconds).unwrap();
        Terms { vault: VaultId::from_bytes([1; 16]), version: 3, issued: time(10), expires: time(99), previous: None }
    }

    fn entry(id: &str) -> Entry {
        Entry { id: id.to_owned(), revision: 1, root: Digest::from_bytes([5; 32]), length: 7 }
    }

    #[test]
    fn holds_as_issued_and_rejects_any_flipped_bit_and_any_cut() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let trusted = [*signer.public().pin()];
        let file = issue(&signer, &terms(), vec![entry("b"), entry("a/c")]).unwrap();
        rejects_any_change(&file, |file| Manifest::parse(file)?.verify(&trusted));
        assert_eq!(Manifest::peek(&file[..32]), Some(Ok(3)));
        let manifest = Manifest::parse(file).unwrap();
        assert_eq!((manifest.terms(), manifest.find("b")), (&terms(), Some(&entry("b"))));
        assert_eq!(manifest.entries()[0].id, "a/c");
        assert_eq!(manifest.find("c"), None);
    }

    #[test]
    fn a_manifest_without_key_and_signature_does_not_parse() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let file = issue(&signer, &terms(), vec![]).unwrap();
        let signed = file.len() - (2 + 44 + 2 + 64);
        let unsigned = [&file[..signed], &[0; 4]].concat();
        assert_eq!(Manifest::parse(unsigned).err(), Some(Error::Malformed));
    }

    #[test]
    fn a_count_that_cannot_be_takes_no_memory() {
        let signer = Identity::generate(Kind::Ed25519).unwrap();
        let mut file = issue(&signer, &terms(), vec![]).unwrap();
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
            assert_eq!(issue(&signer, &terms(), entries).err(), Some(Error::InvalidArgument));
        }
        let late = Terms { issued: Timestamp::from_secs(100).unwrap(), ..terms() };
        assert_eq!(issue(&signer, &late, vec![]).err(), Some(Error::InvalidArgument));
    }

    #[test]
    fn a_bad_entry_is_refused_at_once_and_changes_nothing() {
        let mut builder = Builder::new(terms()).unwrap();
        builder.add(entry("a")).unwrap();
        for bad in [entry("a"), entry(""), entry("../a"), entry("a//b"), Entry { length: 1 << 63, ..entry("b") }] {
            assert_eq!(builder.add(bad), Err(Error::InvalidArgument));
        }
        let file = builder.issue(&Identity::generate(Kind::Ed25519).unwrap()).unwrap();
        assert_eq!(Manifest::parse(file).unwrap().entries(), [entry("a")]);
    }
}
