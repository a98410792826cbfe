//! Parcels in the making, piece by piece: a document may come from a pipe and go into one.

use crate::boundary::{Exclusive, Out, OutOfTwo, bytes_in, json, required, text_in, write_both, write_out};
use crate::bytes::secenv_bytes;
use crate::identity::secenv_identity;
use crate::keyring::secenv_keyring;
use crate::parcel::described;
use crate::status::secenv_status;
use secenv_core::parcel::{Options, Sealer};

/// A parcel in the making. It takes a few MiB, however long the document. Wiped when freed.
pub struct secenv_sealer(Exclusive<Sealer>);

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<secenv_sealer>();
};

/// Begins a parcel. The parcel is what all calls give, one behind the other.
///
/// - `keyring`: borrowed; its active key.
/// - `signer`: borrowed; the server's identity.
/// - `id`, `id_len`: the document's id, UTF-8: 1 to 128 bytes, parts set apart by `/`, none empty, `.` or `..`, no control character or backslash.
/// - `revision`: 1 or more, and more than that of the parcel before.
/// - `threads`: how many work; 0 for one on each core.
/// - `out`: the sealer; free it with `secenv_sealer_free`.
/// - `front`: the parcel's first bytes; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for an id or revision that cannot be; `NO_KEY` if no key is active.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sealer_start(
    keyring: Option<&secenv_keyring>,
    signer: Option<&secenv_identity>,
    id: *const u8,
    id_len: usize,
    revision: u64,
    threads: u32,
    out: OutOfTwo<secenv_sealer>,
    front: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    let start = || {
        let (keyring, signer) = (required(keyring)?.0.get()?, required(signer)?);
        // SAFETY: P1 (id, id_len).
        let id = unsafe { text_in(id, id_len) }?;
        let options = Options { threads: threads as usize, ..Options::default() };
        let (sealer, front) = Sealer::start(keyring, &signer.0, id, revision, &options)?;
        Ok((secenv_sealer(sealer.into()), secenv_bytes::from(front)))
    };
    // SAFETY: P4 (out, front).
    unsafe { write_both(out, front, start) }
}

/// Takes the next piece of the document, of any length.
///
/// - `sealer`: changed.
/// - `in`, `in_len`: the piece.
/// - `out`: the parcel's next bytes, often none; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over 2^48 bytes; `CLOSED` after `secenv_sealer_finish` or a panic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sealer_push(
    sealer: Option<&mut secenv_sealer>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let sealer = required(sealer)?;
        // SAFETY: P1 (in, in_len).
        let piece = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(sealer.0.change(|sealer| sealer.push(piece))?))
    })
}

/// Ends the document. The sealer is closed then.
///
/// - `sealer`: changed.
/// - `out`: the parcel's last bytes; free it with `secenv_bytes_free`.
/// - `info`: JSON as of `secenv_parcel_inspect_file`, for the manifest; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_sealer_push`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_sealer_finish(
    sealer: Option<&mut secenv_sealer>,
    out: OutOfTwo<secenv_bytes>,
    info: OutOfTwo<secenv_bytes>,
) -> secenv_status {
    let finish = || {
        let (last, info) = required(sealer)?.0.consume()?.finish()?;
        Ok((secenv_bytes::from(last), json(&described(&info))))
    };
    // SAFETY: P4 (out, info).
    unsafe { write_both(out, info, finish) }
}

/// Wipes and frees the sealer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_sealer_free(_sealer: Option<Box<secenv_sealer>>) {}
