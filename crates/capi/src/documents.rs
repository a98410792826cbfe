//! The documents that a vault's manifest names.

use core::ffi::c_char;
use core::mem::MaybeUninit;

use crate::boundary::{required, text_out, write};
use crate::parcel::SECENV_DOCUMENT_ID_SIZE;
use crate::status::secenv_status;
use secenv_core::vault::Document;

/// A document that the manifest names.
#[repr(C)]
pub struct secenv_document {
    /// Its id, UTF-8, NUL-terminated.
    pub id: [c_char; SECENV_DOCUMENT_ID_SIZE],
    /// Its revision, from 1.
    pub revision: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Whether its parcel is in the vault.
    pub is_here: bool,
}

impl TryFrom<&Document> for secenv_document {
    type Error = secenv_status;

    fn try_from(document: &Document) -> Result<Self, secenv_status> {
        Ok(Self {
            id: text_out(&document.id)?,
            revision: document.revision,
            length: document.length,
            is_here: document.is_here,
        })
    }
}

/// The documents of one `secenv_vault_list`, ascending by id.
pub struct secenv_documents(pub(crate) Vec<Document>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_documents>();
};

/// Returns how many documents there are; 0 for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_documents_count(documents: Option<&secenv_documents>) -> usize {
    documents.map_or(0, |documents| documents.0.len())
}

/// Gives a document of the list.
///
/// - `documents`: borrowed.
/// - `index`: from 0.
/// - `out`: the document; not touched after a failure.
///
/// `NOT_FOUND` for an index that is not there.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_documents_at(
    documents: Option<&secenv_documents>,
    index: usize,
    out: Option<&mut MaybeUninit<secenv_document>>,
) -> secenv_status {
    write(out, || required(documents)?.0.get(index).ok_or(secenv_status::NotFound)?.try_into())
}

/// Frees the list. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_documents_free(_documents: Option<Box<secenv_documents>>) {}
