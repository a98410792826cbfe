//! Protocol 1's message.

use crate::boundary::{Out, OutOfMany, array_in, bytes_in, required, write_both, write_out};
use crate::bytes::secenv_bytes;
use crate::rsa::{secenv_rsa_public, secenv_rsa_secret};
use crate::status::secenv_status;
use secenv_core::envelope;
use secenv_core::rsa::Padding;

/// Seals a message as protocol 1 does: `{"data": XChaCha20-Poly1305, "nonce": RSA(nonce)}`, both in base64. The nonce
/// is new and random each time.
///
/// - `tx`: the sender's 32-byte session key of `crypto_kx`.
/// - `receiver`: borrowed; the nonce is encrypted to it.
/// - `padding`: one of `SECENV_RSA_PADDING_*`, as the deployment uses it.
/// - `ad`, `ad_len`: what both sides know and the message is bound to; may be empty.
/// - `in`, `in_len`: the message; may be empty.
/// - `json`: the envelope, UTF-8, not NUL-terminated; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for another padding; `TOO_LARGE` if the envelope would be over 64 MiB.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_envelope_seal(
    tx: *const u8,
    receiver: Option<&secenv_rsa_public>,
    padding: i32,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    json: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(json, || {
        // SAFETY: P1 (tx, 32).
        let tx = unsafe { array_in(tx) }?;
        let receiver = required(receiver)?;
        // SAFETY: P1 (ad, ad_len).
        let ad = unsafe { bytes_in(ad, ad_len) }?;
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(envelope::seal(tx, &receiver.0, Padding::try_from(padding)?, ad, message)?))
    })
}

/// Opens an envelope and gives its message.
///
/// - `rx`: the receiver's 32-byte session key of `crypto_kx`.
/// - `receiver`: borrowed; decrypts the nonce.
/// - `padding`: one of `SECENV_RSA_PADDING_*`, as the sender used it.
/// - `ad`, `ad_len`: what the sender bound the message to.
/// - `in`, `in_len`: the JSON text, at most 64 MiB: an object with the members `data` and `nonce` in any order; others
///   are ignored.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` over 64 MiB; `MALFORMED` if it is no envelope; `REJECTED`, and no more than that, if a key, the padding,
/// `ad` or any bit differs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_envelope_open(
    rx: *const u8,
    receiver: Option<&secenv_rsa_secret>,
    padding: i32,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (rx, 32).
        let rx = unsafe { array_in(rx) }?;
        let receiver = required(receiver)?;
        // SAFETY: P1 (ad, ad_len).
        let ad = unsafe { bytes_in(ad, ad_len) }?;
        // SAFETY: P1 (in, in_len).
        let json = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(envelope::open(rx, &receiver.0, Padding::try_from(padding)?, ad, json)?))
    })
}

/// As `secenv_envelope_seal`, for who nests the two members in a message of another form: without JSON and base64.
///
/// - `tx`, `receiver`, `padding`, `ad`, `ad_len`, `in`, `in_len`: as there.
/// - `data`: the ciphertext and its tag; free it with `secenv_bytes_free`.
/// - `nonce`: the wrapped nonce; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_envelope_seal`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_envelope_seal_parts(
    tx: *const u8,
    receiver: Option<&secenv_rsa_public>,
    padding: i32,
    ad: *const u8,
    ad_len: usize,
    r#in: *const u8,
    in_len: usize,
    data: OutOfMany<secenv_bytes>,
    nonce: OutOfMany<secenv_bytes>,
) -> secenv_status {
    let seal = || {
        // SAFETY: P1 (tx, 32).
        let tx = unsafe { array_in(tx) }?;
        let receiver = required(receiver)?;
        // SAFETY: P1 (ad, ad_len).
        let ad = unsafe { bytes_in(ad, ad_len) }?;
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        let parts = envelope::seal_parts(tx, &receiver.0, Padding::try_from(padding)?, ad, message)?;
        Ok((secenv_bytes::from(parts.data), secenv_bytes::from(parts.nonce)))
    };
    // SAFETY: P4 (data, nonce).
    unsafe { write_both(data, nonce, seal) }
}

/// As `secenv_envelope_open`, for what `secenv_envelope_seal_parts` made.
///
/// - `rx`, `receiver`, `padding`, `ad`, `ad_len`: as there.
/// - `data`, `data_len`: the ciphertext and its tag.
/// - `nonce`, `nonce_len`: the wrapped nonce.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// The statuses are those of `secenv_envelope_open`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_envelope_open_parts(
    rx: *const u8,
    receiver: Option<&secenv_rsa_secret>,
    padding: i32,
    ad: *const u8,
    ad_len: usize,
    data: *const u8,
    data_len: usize,
    nonce: *const u8,
    nonce_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (rx, 32).
        let rx = unsafe { array_in(rx) }?;
        let receiver = required(receiver)?;
        // SAFETY: P1 (ad, ad_len).
        let ad = unsafe { bytes_in(ad, ad_len) }?;
        // SAFETY: P1 (data, data_len).
        let data = unsafe { bytes_in(data, data_len) }?;
        // SAFETY: P1 (nonce, nonce_len).
        let nonce = unsafe { bytes_in(nonce, nonce_len) }?;
        let padding = Padding::try_from(padding)?;
        Ok(secenv_bytes::from(envelope::open_parts(rx, &receiver.0, padding, ad, (data, nonce))?))
    })
}
