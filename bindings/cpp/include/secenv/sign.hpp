//! Signatures: libsodium's `crypto_sign_detached` (Ed25519).
#pragma once

#include <secenv/secret.hpp>

namespace secenv::sign {

using public_key = std::array<std::uint8_t, SECENV_SIGN_PUBLICKEYBYTES>;
using secret_key = secret_array<SECENV_SIGN_SECRETKEYBYTES, struct secret_key_noun>;
using seed = secret_array<SECENV_SIGN_SEEDBYTES, struct seed_noun>;
using signature = std::array<std::uint8_t, SECENV_SIGN_BYTES>;

/// A key pair.
struct key_pair {
    public_key public_half;
    secret_key secret_half;

    [[nodiscard]] static key_pair generate() {
        public_key pk;
        auto sk = secret_key::filled([&](auto* out) { check_made(secenv_sign_keypair(pk.data(), out)); });
        return {pk, std::move(sk)};
    }
    /// The pair that belongs to a seed, always the same.
    [[nodiscard]] static key_pair from(const seed& from) {
        public_key pk;
        auto sk = secret_key::filled(
            [&](auto* out) { check_made(secenv_sign_seed_keypair(pk.data(), out, from.secret_data())); });
        return {pk, std::move(sk)};
    }
};

[[nodiscard]] inline signature sign(byte_view message, const secret_key& signer) {
    signature made;
    check_made(secenv_sign_detached(made.data(), nullptr, message.data(), message.size(), signer.secret_data()));
    return made;
}

/// Throws `rejected` unless `made` is `signer`'s signature of `message`.
inline void verify(const signature& made, byte_view message, const public_key& signer) {
    check_opened(secenv_sign_verify_detached(made.data(), message.data(), message.size(), signer.data()));
}

}  // namespace secenv::sign
