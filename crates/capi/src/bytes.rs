//! Bytes that the library gives.

use core::ptr;

use secenv_core::SecretBytes;

/// Bytes that the library gave: a message, a key in PEM, a JSON text. They are wiped when freed.
pub struct secenv_bytes(SecretBytes);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_bytes>();
};

impl<T: Into<SecretBytes>> From<T> for secenv_bytes {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

/// Where the bytes lie: `secenv_bytes_len` of them, not NUL-terminated, valid until `secenv_bytes_free`. NULL for NULL;
/// not NULL, but not to be read, if there are none.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_bytes_data(bytes: Option<&secenv_bytes>) -> *const u8 {
    bytes.map_or(ptr::null(), |bytes| bytes.0.expose_secret().as_ptr())
}

/// How many bytes there are; 0 for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn secenv_bytes_len(bytes: Option<&secenv_bytes>) -> usize {
    bytes.map_or(0, |bytes| bytes.0.expose_secret().len())
}

/// Wipes and frees the bytes. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_bytes_free(_bytes: Option<Box<secenv_bytes>>) {}
