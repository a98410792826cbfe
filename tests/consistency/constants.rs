//! The constants of the mirror: what the macros of the headers are printed from.

/// The name in libsodium and the C text of the value, spelled as there, because a macro has a type: `32` is signed,
/// `32U` is not. `compat.rs` compares every line with libsodium's own headers, and with the function of the same name.
const TABLE: &str = r#"
crypto_kx_PUBLICKEYBYTES 32
crypto_kx_SECRETKEYBYTES 32
crypto_kx_SEEDBYTES 32
crypto_kx_SESSIONKEYBYTES 32
crypto_kx_PRIMITIVE "x25519blake2b"
crypto_aead_xchacha20poly1305_ietf_KEYBYTES 32U
crypto_aead_xchacha20poly1305_ietf_NSECBYTES 0U
crypto_aead_xchacha20poly1305_ietf_NPUBBYTES 24U
crypto_aead_xchacha20poly1305_ietf_ABYTES 16U
crypto_aead_xchacha20poly1305_ietf_MESSAGEBYTES_MAX (SECENV_SIZE_MAX - 16U)
crypto_box_SEEDBYTES 32U
crypto_box_PUBLICKEYBYTES 32U
crypto_box_SECRETKEYBYTES 32U
crypto_box_NONCEBYTES 24U
crypto_box_MACBYTES 16U
crypto_box_MESSAGEBYTES_MAX (SECENV_SIZE_MAX - 16U)
crypto_box_PRIMITIVE "curve25519xsalsa20poly1305"
crypto_box_BEFORENMBYTES 32U
crypto_box_SEALBYTES 48U
crypto_secretbox_KEYBYTES 32U
crypto_secretbox_NONCEBYTES 24U
crypto_secretbox_MACBYTES 16U
crypto_secretbox_PRIMITIVE "xsalsa20poly1305"
crypto_secretbox_MESSAGEBYTES_MAX (SECENV_SIZE_MAX - 16U)
crypto_sign_BYTES 64U
crypto_sign_SEEDBYTES 32U
crypto_sign_PUBLICKEYBYTES 32U
crypto_sign_SECRETKEYBYTES 64U
crypto_sign_MESSAGEBYTES_MAX (SECENV_SIZE_MAX - 64U)
crypto_sign_PRIMITIVE "ed25519"
crypto_sign_ed25519_BYTES 64U
crypto_sign_ed25519_SEEDBYTES 32U
crypto_sign_ed25519_PUBLICKEYBYTES 32U
crypto_sign_ed25519_SECRETKEYBYTES 64U
crypto_sign_ed25519_MESSAGEBYTES_MAX (SECENV_SIZE_MAX - 64U)
crypto_secretstream_xchacha20poly1305_ABYTES 17U
crypto_secretstream_xchacha20poly1305_HEADERBYTES 24U
crypto_secretstream_xchacha20poly1305_KEYBYTES 32U
crypto_secretstream_xchacha20poly1305_MESSAGEBYTES_MAX SECENV_MIN(SECENV_SIZE_MAX - 17U, (64ULL * ((1ULL << 32) - 2ULL)))
crypto_secretstream_xchacha20poly1305_TAG_MESSAGE 0
crypto_secretstream_xchacha20poly1305_TAG_PUSH 1
crypto_secretstream_xchacha20poly1305_TAG_REKEY 2
crypto_secretstream_xchacha20poly1305_TAG_FINAL 3
crypto_kem_PUBLICKEYBYTES 1216U
crypto_kem_SECRETKEYBYTES 32U
crypto_kem_CIPHERTEXTBYTES 1120U
crypto_kem_SHAREDSECRETBYTES 32U
crypto_kem_SEEDBYTES 32U
crypto_kem_PRIMITIVE "xwing"
crypto_kem_xwing_PUBLICKEYBYTES 1216U
crypto_kem_xwing_SECRETKEYBYTES 32U
crypto_kem_xwing_CIPHERTEXTBYTES 1120U
crypto_kem_xwing_SHAREDSECRETBYTES 32U
crypto_kem_xwing_SEEDBYTES 32U
crypto_kdf_BYTES_MIN 16
crypto_kdf_BYTES_MAX 64
crypto_kdf_CONTEXTBYTES 8
crypto_kdf_KEYBYTES 32
crypto_kdf_PRIMITIVE "blake2b"
crypto_kdf_blake2b_BYTES_MIN 16
crypto_kdf_blake2b_BYTES_MAX 64
crypto_kdf_blake2b_CONTEXTBYTES 8
crypto_kdf_blake2b_KEYBYTES 32
crypto_generichash_BYTES_MIN 16U
crypto_generichash_BYTES_MAX 64U
crypto_generichash_BYTES 32U
crypto_generichash_KEYBYTES_MIN 16U
crypto_generichash_KEYBYTES_MAX 64U
crypto_generichash_KEYBYTES 32U
crypto_generichash_PRIMITIVE "blake2b"
crypto_generichash_blake2b_BYTES_MIN 16U
crypto_generichash_blake2b_BYTES_MAX 64U
crypto_generichash_blake2b_BYTES 32U
crypto_generichash_blake2b_KEYBYTES_MIN 16U
crypto_generichash_blake2b_KEYBYTES_MAX 64U
crypto_generichash_blake2b_KEYBYTES 32U
crypto_generichash_blake2b_SALTBYTES 16U
crypto_generichash_blake2b_PERSONALBYTES 16U
crypto_pwhash_ALG_ARGON2I13 1
crypto_pwhash_ALG_ARGON2ID13 2
crypto_pwhash_ALG_DEFAULT 2
crypto_pwhash_BYTES_MIN 16U
crypto_pwhash_BYTES_MAX SECENV_MIN(SECENV_SIZE_MAX, 4294967295U)
crypto_pwhash_PASSWD_MIN 0U
crypto_pwhash_PASSWD_MAX 4294967295U
crypto_pwhash_SALTBYTES 16U
crypto_pwhash_STRBYTES 128U
crypto_pwhash_STRPREFIX "$argon2id$"
crypto_pwhash_OPSLIMIT_MIN 1U
crypto_pwhash_OPSLIMIT_MAX 4294967295U
crypto_pwhash_MEMLIMIT_MIN 8192U
crypto_pwhash_MEMLIMIT_MAX ((SIZE_MAX >= 4398046510080U) ? 4398046510080U : (SIZE_MAX >= 2147483648U) ? 2147483648U : 32768U)
crypto_pwhash_OPSLIMIT_INTERACTIVE 2U
crypto_pwhash_MEMLIMIT_INTERACTIVE 67108864U
crypto_pwhash_OPSLIMIT_MODERATE 3U
crypto_pwhash_MEMLIMIT_MODERATE 268435456U
crypto_pwhash_OPSLIMIT_SENSITIVE 4U
crypto_pwhash_MEMLIMIT_SENSITIVE 1073741824U
crypto_pwhash_PRIMITIVE "argon2id,argon2i"
crypto_pwhash_argon2id_ALG_ARGON2ID13 2
crypto_pwhash_argon2id_BYTES_MIN 16U
crypto_pwhash_argon2id_BYTES_MAX SECENV_MIN(SECENV_SIZE_MAX, 4294967295U)
crypto_pwhash_argon2id_PASSWD_MIN 0U
crypto_pwhash_argon2id_PASSWD_MAX 4294967295U
crypto_pwhash_argon2id_SALTBYTES 16U
crypto_pwhash_argon2id_STRBYTES 128U
crypto_pwhash_argon2id_STRPREFIX "$argon2id$"
crypto_pwhash_argon2id_OPSLIMIT_MIN 1U
crypto_pwhash_argon2id_OPSLIMIT_MAX 4294967295U
crypto_pwhash_argon2id_MEMLIMIT_MIN 8192U
crypto_pwhash_argon2id_MEMLIMIT_MAX ((SIZE_MAX >= 4398046510080U) ? 4398046510080U : (SIZE_MAX >= 2147483648U) ? 2147483648U : 32768U)
crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE 2U
crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE 67108864U
crypto_pwhash_argon2id_OPSLIMIT_MODERATE 3U
crypto_pwhash_argon2id_MEMLIMIT_MODERATE 268435456U
crypto_pwhash_argon2id_OPSLIMIT_SENSITIVE 4U
crypto_pwhash_argon2id_MEMLIMIT_SENSITIVE 1073741824U
crypto_scalarmult_BYTES 32U
crypto_scalarmult_SCALARBYTES 32U
crypto_scalarmult_PRIMITIVE "curve25519"
crypto_scalarmult_curve25519_BYTES 32U
crypto_scalarmult_curve25519_SCALARBYTES 32U
sodium_base64_VARIANT_ORIGINAL 1
sodium_base64_VARIANT_ORIGINAL_NO_PADDING 3
sodium_base64_VARIANT_URLSAFE 5
sodium_base64_VARIANT_URLSAFE_NO_PADDING 7
randombytes_BYTES_MAX SECENV_MIN(SECENV_SIZE_MAX, 0xffffffffUL)
randombytes_SEEDBYTES 32U
"#;

/// A second spelling that libsodium has for one family; ours is upper case either way.
pub const ALIAS: (&str, &str) = ("crypto_aead_xchacha20poly1305_ietf_", "crypto_aead_xchacha20poly1305_IETF_");

/// The constants that libsodium itself gives no function.
pub const WITHOUT_FUNCTION: [&str; 5] = [
    "sodium_base64_VARIANT_ORIGINAL",
    "sodium_base64_VARIANT_ORIGINAL_NO_PADDING",
    "sodium_base64_VARIANT_URLSAFE",
    "sodium_base64_VARIANT_URLSAFE_NO_PADDING",
    "randombytes_BYTES_MAX",
];

/// Every constant: libsodium's name and the C text of its value.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter_map(|line| line.split_once(' '))
}

/// Our name for a constant of libsodium's.
pub fn ours(theirs: &str) -> String {
    let word = theirs.trim_start_matches("crypto_").trim_start_matches("sodium_");
    format!("SECENV_{}", word.to_uppercase())
}
