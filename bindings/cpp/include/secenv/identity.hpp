//! Identities: who a side of protocol 2 is. An RSA or Ed25519 key that signs the handshake, and does nothing else.
#pragma once

#include <secenv/key_diagnose.hpp>
#include <secenv/pin.hpp>

namespace secenv {

/// The kind of an identity's key.
enum class identity_kind : std::int32_t { rsa = SECENV_IDENTITY_RSA, ed25519 = SECENV_IDENTITY_ED25519 };

/// An identity. Its secret key is wiped when its owner goes. Many threads may use it at once.
class identity : public detail::owner<secenv_identity, secenv_identity_free> {
public:
    using owner::owner;

    /// RSA has 3,072 bits, and takes about half a second.
    [[nodiscard]] static identity generate(identity_kind kind = identity_kind::ed25519) {
        return detail::call_owner<identity>(secenv_identity_generate, kind);
    }
    /// Reads PKCS#8, PEM or DER, not under a passphrase. Do not bring the RSA key that decrypts in protocol 1.
    [[nodiscard]] static identity parse(byte_view text) {
        return detail::call_key_parser<identity>(secenv_identity_parse, text);
    }
    /// PKCS#8 PEM, not under a passphrase.
    [[nodiscard]] bytes encode_secret() const { return detail::call_bytes(secenv_identity_encode_secret, get()); }
    /// The public key: SPKI PEM.
    [[nodiscard]] bytes public_key() const { return detail::call_bytes(secenv_identity_public, get()); }
    /// The pin of a public key, SPKI in PEM or DER. Throws `rejected` if it is no RSA or Ed25519 key.
    [[nodiscard]] static secenv::pin pin(byte_view spki) {
        return detail::call_array<secenv::pin>(secenv_identity_pin, spki);
    }
};

}  // namespace secenv
