//! RSA keys of 2048 to 8192 bits: wrapping, signing, and what `openssl_private_encrypt` does.
#pragma once

#include <secenv/key_diagnose.hpp>

namespace secenv::rsa {

/// How a message is padded before it is encrypted. Both sides must agree.
enum class padding : std::int32_t {
    pkcs1 = SECENV_RSA_PADDING_PKCS1,              ///< PKCS#1 v1.5: what PHP and OpenSSL use if they are told nothing
    oaep_sha1 = SECENV_RSA_PADDING_OAEP_SHA1,      ///< PHP's `OPENSSL_PKCS1_OAEP_PADDING`
    oaep_sha256 = SECENV_RSA_PADDING_OAEP_SHA256,  ///< OAEP with SHA-256 in both places
};

/// A public key. Many threads may use it at once.
class public_key : public detail::owner<secenv_rsa_public, secenv_rsa_public_free> {
public:
    using owner::owner;

    /// Reads PEM or DER, SPKI or PKCS#1.
    [[nodiscard]] static public_key parse(byte_view text) {
        return detail::call_key_parser<public_key>(secenv_rsa_public_parse, text);
    }
    /// SPKI PEM.
    [[nodiscard]] bytes encode() const { return detail::call_bytes(secenv_rsa_public_encode, get()); }
    /// Encrypts a short message (a nonce, a key) to the owner of this key.
    [[nodiscard]] bytes wrap(rsa::padding padding, byte_view message) const {
        return detail::call_bytes(secenv_rsa_public_wrap, get(), padding, message);
    }
    /// Throws `rejected` unless `signature` is this key's `sign` of `message`.
    void verify(byte_view message, byte_view signature) const {
        detail::call(secenv_rsa_public_verify, get(), message, signature);
    }
    /// What `openssl_public_decrypt` does: the message inside a `private_encrypt`.
    [[nodiscard]] bytes public_decrypt(byte_view proof) const {
        return detail::call_bytes(secenv_rsa_public_public_decrypt, get(), proof);
    }
};

/// A secret key. Many threads may use it at once.
class secret_key : public detail::owner<secenv_rsa_secret, secenv_rsa_secret_free> {
public:
    using owner::owner;

    [[nodiscard]] static secret_key generate(std::uint32_t bits = 3072) {
        return detail::call_owner<secret_key>(secenv_rsa_secret_generate, bits);
    }
    /// Reads PEM or DER, PKCS#8 or PKCS#1, not under a passphrase.
    [[nodiscard]] static secret_key parse(byte_view text) {
        return detail::call_key_parser<secret_key>(secenv_rsa_secret_parse, text);
    }
    /// PKCS#8 PEM, not under a passphrase.
    [[nodiscard]] bytes encode_secret() const { return detail::call_bytes(secenv_rsa_secret_encode_secret, get()); }
    [[nodiscard]] rsa::public_key public_key() const {
        return detail::call_owner<rsa::public_key>(secenv_rsa_secret_public, get());
    }
    /// The message inside a `wrap`. With PKCS#1, a changed ciphertext yields other bytes and no exception: check the
    /// length, and let what the message is for decide (an envelope does).
    [[nodiscard]] bytes unwrap(rsa::padding padding, byte_view wrapped) const {
        return detail::call_bytes(secenv_rsa_secret_unwrap, get(), padding, wrapped);
    }
    /// A signature: PSS, SHA-256, 32 bytes of salt.
    [[nodiscard]] bytes sign(byte_view message) const {
        return detail::call_bytes(secenv_rsa_secret_sign, get(), message);
    }
    /// What `openssl_private_encrypt` does: PKCS#1 type 1, no hash. It hides nothing; prefer `sign`.
    [[nodiscard]] bytes private_encrypt(byte_view message) const {
        return detail::call_bytes(secenv_rsa_secret_private_encrypt, get(), message);
    }
};

}  // namespace secenv::rsa
