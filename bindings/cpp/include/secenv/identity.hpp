//! Identities: who a side of protocol 2 is. An RSA or Ed25519 key that signs the handshake, and does nothing else.
#pragma once

#include <secenv/secret.hpp>

namespace secenv {

/// The kind of an identity's key.
enum class identity_kind : std::int32_t { rsa = SECENV_IDENTITY_RSA, ed25519 = SECENV_IDENTITY_ED25519 };

/// Names a public key: SHA-256 of its SPKI in DER, which curl calls `sha256//BASE64`.
using pin = std::array<std::uint8_t, 32>;

/// An identity. Its secret key is wiped when its owner goes. Many threads may use it at once.
class identity {
public:
    /// RSA has 3,072 bits, and takes about half a second.
    [[nodiscard]] static identity generate(identity_kind kind = identity_kind::ed25519) {
        return identity{make<secenv_identity, secenv_identity_free>(
            [&](auto** out) { return secenv_identity_generate(static_cast<std::int32_t>(kind), out); })};
    }
    /// Reads PKCS#8, PEM or DER, not under a passphrase. Do not bring the RSA key that decrypts in protocol 1.
    [[nodiscard]] static identity parse(byte_view text) {
        return identity{make<secenv_identity, secenv_identity_free>(
            [&](auto** out) { return secenv_identity_parse(text.data(), text.size(), out); })};
    }
    explicit identity(handle<secenv_identity, secenv_identity_free> key) noexcept : key_{std::move(key)} {}

    /// PKCS#8 PEM, not under a passphrase.
    [[nodiscard]] bytes encode_secret() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_identity_encode_secret(get(), out); })};
    }
    /// The public key: SPKI PEM.
    [[nodiscard]] bytes public_half() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_identity_public(get(), out); })};
    }
    /// The pin of a public key, SPKI in PEM or DER. Throws `rejected` if it is no RSA or Ed25519 key.
    [[nodiscard]] static secenv::pin pin(byte_view spki) {
        secenv::pin made;
        check(secenv_identity_pin(spki.data(), spki.size(), made.data()));
        return made;
    }
    /// The handle, for the C ABI; still owned here.
    [[nodiscard]] const secenv_identity* get() const noexcept { return key_.get(); }

private:
    handle<secenv_identity, secenv_identity_free> key_;
};

}  // namespace secenv
