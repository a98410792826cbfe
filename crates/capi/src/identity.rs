//! Identities: who is who in protocol 2.

use crate::boundary::{Out, bytes_in, required, write_array, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::identity::{Identity, Kind, pin};

/// An RSA key, signing with PSS and SHA-256.
pub const SECENV_IDENTITY_RSA: i32 = 1;
/// An Ed25519 key.
pub const SECENV_IDENTITY_ED25519: i32 = 2;

/// An RSA or Ed25519 key that signs handshakes and does nothing else. Threads may share it; it is wiped when freed.
pub struct secenv_identity(pub(crate) Identity);

/// Makes an identity: RSA of 3,072 bits (which takes about half a second), or Ed25519.
///
/// - `kind`: one of `SECENV_IDENTITY_*`.
/// - `out`: the identity; free it with `secenv_identity_free`.
///
/// `INVALID_ARGUMENT` for another kind.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_identity_generate(kind: i32, out: Out<'_, secenv_identity>) -> secenv_status {
    write_out(out, || Ok(secenv_identity(Identity::generate(Kind::try_from(kind)?)?)))
}

/// Reads an identity: PKCS#8 in PEM or DER, RSA of 3,072 to 8,192 bits or Ed25519 (RFC 8410, without attributes). Of
/// several PEM blocks the first PKCS#8 counts.
///
/// The RSA key that decrypts in protocol 1 must not sign: keys of 2,048 bits, which the deployed ones have, and PKCS#1,
/// which is their form, are refused. See `docs/migrating.md`.
///
/// - `in`, `in_len`: the key, at most 64 KiB.
/// - `out`: the identity; free it with `secenv_identity_free`.
///
/// `ENCRYPTED_KEY` if it is encrypted and there is no other key; `WEAK_KEY` under 3,072 bits, `TOO_LARGE` over 8,192;
/// `WRONG_KIND` for PKCS#1, a public key, a certificate, or a key that is neither RSA nor Ed25519; `DAMAGED` for anything
/// else, and over 64 KiB. `secenv_key_diagnose` says more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_identity_parse(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_identity>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let input = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_identity(Identity::parse(input)?))
    })
}

/// Gives the secret key as PKCS#8 in PEM, not encrypted.
///
/// - `identity`: borrowed.
/// - `out`: the text, not NUL-terminated; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_identity_encode_secret(
    identity: Option<&secenv_identity>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(identity)?.0.encode_secret()?)))
}

/// Gives the public key as SubjectPublicKeyInfo in PEM.
///
/// - `identity`: borrowed.
/// - `out`: the text, not NUL-terminated; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_identity_public(
    identity: Option<&secenv_identity>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(identity)?.0.public().encode())))
}

/// Gives the pin of a public key: SHA-256 of its SubjectPublicKeyInfo in DER, which curl calls `sha256//BASE64`.
///
/// - `in`, `in_len`: the public key, SubjectPublicKeyInfo in PEM or DER, at most 64 KiB.
/// - `out`: `SECENV_PIN_BYTES` bytes; not touched after a failure.
///
/// `WEAK_KEY` under 3,072 bits, `TOO_LARGE` over 8,192 and over 64 KiB; `WRONG_KIND` for a secret key, a certificate,
/// or a key that is neither RSA nor Ed25519; `MALFORMED` for anything else that is no such key in its canonical
/// encoding.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_identity_pin(r#in: *const u8, in_len: usize, out: *mut u8) -> secenv_status {
    let pin = || {
        // SAFETY: P1 (in, in_len).
        let spki = unsafe { bytes_in(r#in, in_len) }?;
        Ok(*pin(spki)?.as_bytes())
    };
    // SAFETY: P4 (out, 32).
    unsafe { write_array(out, pin) }
}

/// Wipes and frees the identity. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_identity_free(_identity: Option<Box<secenv_identity>>) {}
