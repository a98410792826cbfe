//! RSA keys of protocol 1.

use crate::boundary::{Out, bytes_in, guard, required, write_out};
use crate::bytes::secenv_bytes;
use crate::status::secenv_status;
use secenv_core::rsa::{Padding, PublicKey, SecretKey};

/// RSAES-PKCS1-v1_5, PHP's default (`OPENSSL_PKCS1_PADDING`). Unwrapping rejects implicitly: see
/// `secenv_rsa_secret_unwrap`.
pub const SECENV_RSA_PADDING_PKCS1: i32 = 1;
/// RSAES-OAEP with SHA-1 and MGF1-SHA-1, no label (`OPENSSL_PKCS1_OAEP_PADDING`).
pub const SECENV_RSA_PADDING_OAEP_SHA1: i32 = 4;
/// RSAES-OAEP with SHA-256 and MGF1-SHA-256, no label.
pub const SECENV_RSA_PADDING_OAEP_SHA256: i32 = 5;

/// An RSA secret key of 2,048 to 8,192 bits. Threads may share it; it is wiped when freed.
pub struct secenv_rsa_secret(pub(crate) SecretKey);

/// An RSA public key of 2,048 to 8,192 bits. Threads may share it.
pub struct secenv_rsa_public(pub(crate) PublicKey);

/// Makes a key with the public exponent 65,537.
///
/// - `bits`: 2,048 to 8,192, a multiple of 128. 2,048 take 0.1 s, 8,192 minutes.
/// - `out`: the key; free it with `secenv_rsa_secret_free`.
///
/// `INVALID_ARGUMENT` for another number of bits.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_secret_generate(bits: u32, out: Out<'_, secenv_rsa_secret>) -> secenv_status {
    write_out(out, || Ok(secenv_rsa_secret(SecretKey::generate(bits)?)))
}

/// Reads a secret key: PEM (as leniently as OpenSSL reads it) or DER, PKCS#8 or PKCS#1.
///
/// - `in`, `in_len`: the key, at most 64 KiB.
/// - `out`: the key; free it with `secenv_rsa_secret_free`.
///
/// `ENCRYPTED_KEY` if it is encrypted and there is no other key; `WEAK_KEY` under 2,048 bits, `TOO_LARGE` over 8,192;
/// `WRONG_KIND` for a public key, a certificate, or a key that is not RSA with two primes; `DAMAGED` for anything else
/// that is no such key with an odd exponent from 3 to 2^33, and over 64 KiB. `secenv_key_diagnose` says more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_secret_parse(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_rsa_secret>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let input = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_rsa_secret(SecretKey::parse(input)?))
    })
}

/// Gives the key as PKCS#8 in PEM, not encrypted.
///
/// - `secret`: borrowed.
/// - `out`: the text, not NUL-terminated; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_secret_encode_secret(
    secret: Option<&secenv_rsa_secret>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(secret)?.0.encode_secret()?)))
}

/// Gives the public half.
///
/// - `secret`: borrowed.
/// - `out`: the key; free it with `secenv_rsa_public_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_secret_public(
    secret: Option<&secenv_rsa_secret>,
    out: Out<'_, secenv_rsa_public>,
) -> secenv_status {
    write_out(out, || Ok(secenv_rsa_public(required(secret)?.0.public()?)))
}

/// Decrypts what `secenv_rsa_public_wrap`, `openssl_public_encrypt` or `EVP_PKEY_encrypt` made.
///
/// With `SECENV_RSA_PADDING_PKCS1` a bad padding gives `OK` and pseudorandom bytes that the key and the input determine
/// (implicit rejection, draft-irtf-cfrg-rsa-guidance; byte-equal to OpenSSL 3.2 and later): authenticate what comes
/// out.
///
/// - `secret`: borrowed.
/// - `padding`: one of `SECENV_RSA_PADDING_*`.
/// - `in`, `in_len`: the ciphertext, as long as the modulus.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for another padding; `REJECTED` if the length is not the modulus', the number is not below it, or
/// an OAEP padding does not hold.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_secret_unwrap(
    secret: Option<&secenv_rsa_secret>,
    padding: i32,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let secret = required(secret)?;
        // SAFETY: P1 (in, in_len).
        let input = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(secret.0.unwrap(Padding::try_from(padding)?, input)?))
    })
}

/// Signs a message: RSASSA-PSS, SHA-256, MGF1-SHA-256, a salt of 32 bytes (RFC 8017, 8.1).
///
/// - `secret`: borrowed.
/// - `in`, `in_len`: any message; may be empty.
/// - `out`: the signature, as long as the modulus; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_secret_sign(
    secret: Option<&secenv_rsa_secret>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let secret = required(secret)?;
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(secret.0.sign(message)?))
    })
}

/// Does what `openssl_private_encrypt` does with its default padding: PKCS#1 type 1 around the message itself, no hash.
/// Protocol 1 uses it as its proof of possession; use `secenv_rsa_secret_sign` in anything new.
///
/// - `secret`: borrowed.
/// - `in`, `in_len`: the message, at most the modulus less 11 bytes; may be empty.
/// - `out`: as long as the modulus, always the same for the same message; free it with `secenv_bytes_free`.
///
/// `TOO_LARGE` if the message does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_secret_private_encrypt(
    secret: Option<&secenv_rsa_secret>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let secret = required(secret)?;
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(secret.0.private_encrypt(message)?))
    })
}

/// Wipes and frees a key. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_secret_free(_secret: Option<Box<secenv_rsa_secret>>) {}

/// Reads a public key: PEM (as leniently as OpenSSL reads it) or DER, SPKI or PKCS#1.
///
/// - `in`, `in_len`: the key, at most 64 KiB.
/// - `out`: the key; free it with `secenv_rsa_public_free`.
///
/// `WEAK_KEY` under 2,048 bits, `TOO_LARGE` over 8,192 and over 64 KiB; `WRONG_KIND` for a secret key, a certificate,
/// or a key that is not RSA; `MALFORMED` for anything else that is no such key with an odd exponent from 3 to 2^33.
/// `secenv_key_diagnose` says more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_public_parse(
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_rsa_public>,
) -> secenv_status {
    write_out(out, || {
        // SAFETY: P1 (in, in_len).
        let input = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_rsa_public(PublicKey::parse(input)?))
    })
}

/// Gives the key as SubjectPublicKeyInfo in PEM.
///
/// - `key`: borrowed.
/// - `out`: the text, not NUL-terminated; free it with `secenv_bytes_free`.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_public_encode(
    key: Option<&secenv_rsa_public>,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || Ok(secenv_bytes::from(required(key)?.0.encode()?)))
}

/// Encrypts a short secret to the owner of the key.
///
/// - `key`: borrowed.
/// - `padding`: one of `SECENV_RSA_PADDING_*`.
/// - `in`, `in_len`: the secret, at most the modulus less 11 bytes (PKCS#1), 42 (OAEP SHA-1) or 66 (OAEP SHA-256).
/// - `out`: the ciphertext, as long as the modulus; free it with `secenv_bytes_free`.
///
/// `INVALID_ARGUMENT` for another padding; `TOO_LARGE` if the secret does not fit.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_public_wrap(
    key: Option<&secenv_rsa_public>,
    padding: i32,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let key = required(key)?;
        // SAFETY: P1 (in, in_len).
        let secret = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(key.0.wrap(Padding::try_from(padding)?, secret)?))
    })
}

/// Verifies what `secenv_rsa_secret_sign` made.
///
/// - `key`: borrowed.
/// - `in`, `in_len`: the message.
/// - `signature`, `signature_len`: the signature.
///
/// `REJECTED` if anything differs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_public_verify(
    key: Option<&secenv_rsa_public>,
    r#in: *const u8,
    in_len: usize,
    signature: *const u8,
    signature_len: usize,
) -> secenv_status {
    guard(|| {
        let key = required(key)?;
        // SAFETY: P1 (in, in_len).
        let message = unsafe { bytes_in(r#in, in_len) }?;
        // SAFETY: P1 (signature, signature_len).
        let signature = unsafe { bytes_in(signature, signature_len) }?;
        Ok(key.0.verify(message, signature)?)
    })
}

/// Does what `openssl_public_decrypt` does with its default padding: gives the message inside what
/// `secenv_rsa_secret_private_encrypt` made. Compare it with the one you expect.
///
/// - `key`: borrowed.
/// - `in`, `in_len`: the proof, as long as the modulus.
/// - `out`: the message; free it with `secenv_bytes_free`.
///
/// `REJECTED` if the padding is not of type 1 or the length is not the modulus'.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_rsa_public_public_decrypt(
    key: Option<&secenv_rsa_public>,
    r#in: *const u8,
    in_len: usize,
    out: Out<'_, secenv_bytes>,
) -> secenv_status {
    write_out(out, || {
        let key = required(key)?;
        // SAFETY: P1 (in, in_len).
        let proof = unsafe { bytes_in(r#in, in_len) }?;
        Ok(secenv_bytes::from(key.0.public_decrypt(proof)?))
    })
}

/// Frees a key. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn secenv_rsa_public_free(_key: Option<Box<secenv_rsa_public>>) {}
