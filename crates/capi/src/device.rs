//! Device keys, which receive grants.

use crate::boundary::{Out, bytes_in, required, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::device::{DeviceKey, DevicePublic};

/// An X-Wing key pair that decrypts grants and does nothing else. Threads may share it; it is wiped when freed.
pub struct secenv_device(pub(crate) DeviceKey);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_device>();
};

/// Makes a device key. A vault takes it in; it need not be stored elsewhere.
///
/// - `out`: the key; free it with `secenv_device_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_device_generate(out: Out<'_, secenv_device>) -> secenv_status {
    write_out(out, || Ok(secenv_device(DeviceKey::generate()?)))
}

/// Reads a device key.
///
/// - `in`, `in_len`: what `secenv_device_encode_secret` gave.
/// - `out`: the key; free it with `secenv_device_free`.
///
/// `DAMAGED` if it is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_device_parse(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_device>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        Ok(secenv_device(DeviceKey::parse(unsafe { bytes_in(r#in, in_len) }?)?))
    })
}

/// Gives the secret half, not encrypted.
///
/// - `device`: borrowed.
/// - `out`: the file; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_device_encode_secret(
    device: Option<&secenv_device>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(device)?.0.encode_secret())))
}

/// Gives the public half, for the server.
///
/// - `device`: borrowed.
/// - `out`: the file; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_device_public(device: Option<&secenv_device>, out: Out<'_, secenv_bytes>) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(device)?.0.public()?.encode())))
}

/// Gives the id of a device.
///
/// - `in`, `in_len`: the public half.
/// - `out`: `SECENV_DEVICE_ID_BYTES` bytes; not touched after a failure.
///
/// `MALFORMED` if it is no public half.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_device_id(r#in: *const u8, in_len: usize, out: *mut u8) -> secenv_status {
    let id = || {
        // SAFETY: P1 (in, in_len).
        Ok(*DevicePublic::parse(unsafe { bytes_in(r#in, in_len) }?)?.id().as_bytes())
    };
    // SAFETY: P4 (out, 16).
    unsafe { write_array(out, id) }
}

/// Wipes and frees the key. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_device_free(_device: Option<Box<secenv_device>>) {}
