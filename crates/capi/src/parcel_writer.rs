//! Parcels in the making, piece by piece: a document may come from a pipe and go into one.

use core::mem::{self, MaybeUninit};

use crate::boundary::{Exclusive, Out, OutOfMany, bytes_in, required, write_both, write_out};
use crate::bytes::secenv_bytes;
use crate::parcel::{request_in, secenv_parcel_config, secenv_parcel_info};
use crate::status::secenv_status;
use secenv_core::parcel::ParcelWriter;

/// A parcel in the making. It takes a few MiB, however long the document; its threads end with each call. After a fork
/// one process alone may go on with it: two would seal different bytes under the same nonces. Wiped when freed.
pub struct secenv_parcel_writer(Exclusive<ParcelWriter<Vec<u8>>>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_parcel_writer>();
};

/// Begins a parcel. The parcel is what all calls give, one after the other.
///
/// - `config`: what to seal the document as; borrowed for this call.
/// - `out`: the writer; free it with `secenv_parcel_writer_free`.
/// - `front`: the parcel's first bytes; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for an id or revision that cannot be; `NO_KEY` if no key is active.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_writer_start(
    config: *const secenv_parcel_config,
    out: OutOfMany<secenv_parcel_writer>,
    front: OutOfMany<secenv_bytes>,
) -> secenv_status {
    let start = || {
        // SAFETY: P1, P2 (config).
        let mut writer = ParcelWriter::new(&unsafe { request_in(config) }?, Vec::new())?;
        let front = mem::take(writer.get_mut());
        Ok((secenv_parcel_writer(writer.into()), secenv_bytes::from(front)))
    };
    // SAFETY: P4 (out, front).
    unsafe { write_both(out, front, start) }
}

/// Takes the next piece of the document, of any length.
///
/// - `writer`: changed.
/// - `in`, `in_len`: the piece.
/// - `out`: the parcel's next bytes, often none; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over 2^48 bytes; `CLOSED` after `secenv_parcel_writer_finish` or a failure.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_parcel_writer_push(
    writer: Option<&mut secenv_parcel_writer>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let writer = required(writer)?;
        // SAFETY: P1 (in, in_len).
        let piece = unsafe { bytes_in(r#in, in_len) }?;
        let made = writer.0.change(|writer| {
            writer.write(piece)?;
            Ok(mem::take(writer.get_mut()))
        })?;
        Ok(secenv_bytes::from(made))
    })
}

/// Ends the document. The writer is closed then.
///
/// - `writer`: changed.
/// - `out`: the parcel's last bytes; free it with `secenv_bytes_free`.
/// - `info`: what the parcel says of itself, for the manifest; NULL if it is not wanted.
///
/// The statuses are those of `secenv_parcel_writer_push`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_writer_finish(
    writer: Option<&mut secenv_parcel_writer>,
    out: Out<'_, secenv_bytes>,
    info: Option<&mut MaybeUninit<secenv_parcel_info>>,
) -> secenv_status {
    write_out(out, || {
        let (said, last) = required(writer)?.0.consume()?.finish()?;
        if let Some(info) = info {
            info.write((&said).try_into()?);
        }
        Ok(secenv_bytes::from(last))
    })
}

/// Wipes and frees the writer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_parcel_writer_free(_writer: Option<Box<secenv_parcel_writer>>) {}
