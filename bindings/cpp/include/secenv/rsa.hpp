//! RSA keys of 2048 to 8192 bits: wrapping, signing, and what `openssl_private_encrypt` does.
#pragma once

#include <secenv/bytes.hpp>

namespace secenv::rsa {

/// How a message is padded before it is encrypted. Both sides must agree.
enum class padding : std::int32_t {
    pkcs1 = SECENV_RSA_PADDING_PKCS1,              ///< PKCS#1 v1.5: what PHP and OpenSSL use if they are told nothing
    oaep_sha1 = SECENV_RSA_PADDING_OAEP_SHA1,      ///< PHP's `OPENSSL_PKCS1_OAEP_PADDING`
    oaep_sha256 = SECENV_RSA_PADDING_OAEP_SHA256,  ///< OAEP with SHA-256 in both places
};

/// A public key.
class public_key {
public:
    /// Reads PEM or DER, SPKI or PKCS#1.
    [[nodiscard]] static public_key parse(byte_view text) {
        return public_key{make<secenv_rsa_public, secenv_rsa_public_free>(
            [&](auto** out) { return secenv_rsa_public_parse(text.data(), text.size(), out); })};
    }
    explicit public_key(handle<secenv_rsa_public, secenv_rsa_public_free> key) noexcept : key_{std::move(key)} {}

    /// SPKI PEM.
    [[nodiscard]] bytes encode() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_rsa_public_encode(get(), out); })};
    }
    /// Encrypts a short message (a nonce, a key) to the owner of this key.
    [[nodiscard]] bytes wrap(padding how, byte_view message) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_rsa_public_wrap(get(), static_cast<std::int32_t>(how), message.data(), message.size(), out);
        })};
    }
    /// Throws `rejected` unless `signature` is this key's `sign` of `message`.
    void verify(byte_view message, byte_view signature) const {
        check(secenv_rsa_public_verify(get(), message.data(), message.size(), signature.data(), signature.size()));
    }
    /// What `openssl_public_decrypt` does: the message inside a `private_encrypt`.
    [[nodiscard]] bytes public_decrypt(byte_view proof) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_rsa_public_public_decrypt(get(), proof.data(), proof.size(), out);
        })};
    }
    /// The handle, for the C ABI; still owned here.
    [[nodiscard]] const secenv_rsa_public* get() const noexcept { return key_.get(); }

private:
    handle<secenv_rsa_public, secenv_rsa_public_free> key_;
};

/// A secret key. It may be used by many threads at once.
class secret_key {
public:
    [[nodiscard]] static secret_key generate(std::uint32_t bits = 3072) {
        return secret_key{make<secenv_rsa_secret, secenv_rsa_secret_free>(
            [&](auto** out) { return secenv_rsa_secret_generate(bits, out); })};
    }
    /// Reads PEM or DER, PKCS#8 or PKCS#1, not under a passphrase.
    [[nodiscard]] static secret_key parse(byte_view text) {
        return secret_key{make<secenv_rsa_secret, secenv_rsa_secret_free>(
            [&](auto** out) { return secenv_rsa_secret_parse(text.data(), text.size(), out); })};
    }
    explicit secret_key(handle<secenv_rsa_secret, secenv_rsa_secret_free> key) noexcept : key_{std::move(key)} {}

    /// PKCS#8 PEM, not under a passphrase.
    [[nodiscard]] bytes encode_secret() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_rsa_secret_encode_secret(get(), out); })};
    }
    [[nodiscard]] public_key public_half() const {
        return public_key{make<secenv_rsa_public, secenv_rsa_public_free>(
            [&](auto** out) { return secenv_rsa_secret_public(get(), out); })};
    }
    /// The message inside a `wrap`. With PKCS#1, a changed ciphertext yields other bytes and no exception: check the
    /// length, and let what the message is for decide (an envelope does).
    [[nodiscard]] bytes unwrap(padding how, byte_view wrapped) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_rsa_secret_unwrap(get(), static_cast<std::int32_t>(how), wrapped.data(), wrapped.size(), out);
        })};
    }
    /// A signature: PSS, SHA-256, 32 bytes of salt.
    [[nodiscard]] bytes sign(byte_view message) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_rsa_secret_sign(get(), message.data(), message.size(), out); })};
    }
    /// What `openssl_private_encrypt` does: PKCS#1 type 1, no hash. It hides nothing; prefer `sign`.
    [[nodiscard]] bytes private_encrypt(byte_view message) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_rsa_secret_private_encrypt(get(), message.data(), message.size(), out); })};
    }
    /// The handle, for the C ABI; still owned here.
    [[nodiscard]] const secenv_rsa_secret* get() const noexcept { return key_.get(); }

private:
    handle<secenv_rsa_secret, secenv_rsa_secret_free> key_;
};

}  // namespace secenv::rsa
