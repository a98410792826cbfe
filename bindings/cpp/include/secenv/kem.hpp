//! Key encapsulation that also withstands a quantum computer: libsodium's `crypto_kem` (X-Wing).
#pragma once

#include <secenv/secret.hpp>

namespace secenv::kem {

using public_key = std::array<std::uint8_t, SECENV_KEM_PUBLICKEYBYTES>;
using secret_key = secret_array<SECENV_KEM_SECRETKEYBYTES, struct secret_key_noun>;
using seed = secret_array<SECENV_KEM_SEEDBYTES, struct seed_noun>;
using ciphertext = std::array<std::uint8_t, SECENV_KEM_CIPHERTEXTBYTES>;
using shared_key = secret_array<SECENV_KEM_SHAREDSECRETBYTES, struct shared_key_noun>;

/// A key pair.
struct key_pair {
    public_key public_half;
    secret_key secret_half;

    [[nodiscard]] static key_pair generate() {
        public_key pk;
        auto sk = secret_key::filled([&](auto* out) { check_made(secenv_kem_keypair(pk.data(), out)); });
        return {pk, std::move(sk)};
    }
    /// The pair that belongs to a seed, always the same.
    [[nodiscard]] static key_pair from(const seed& from) {
        public_key pk;
        auto sk = secret_key::filled(
            [&](auto* out) { check_made(secenv_kem_seed_keypair(pk.data(), out, from.secret_data())); });
        return {pk, std::move(sk)};
    }
};

/// A fresh key, and what carries it to the receiver.
struct wrapped {
    ciphertext carrier;
    shared_key key;
};

/// Makes a fresh key that `receiver` can unwrap. Throws `rejected` if the receiver's key is none.
[[nodiscard]] inline wrapped wrap(const public_key& receiver) {
    ciphertext carrier;
    auto key = shared_key::filled(
        [&](auto* out) { check_opened(secenv_kem_enc(carrier.data(), out, receiver.data())); });
    return {carrier, std::move(key)};
}

/// The key in `carrier`. A changed carrier yields another key and no exception: let a tag under the key decide.
[[nodiscard]] inline shared_key unwrap(const ciphertext& carrier, const secret_key& receiver) {
    return shared_key::filled(
        [&](auto* out) { check_opened(secenv_kem_dec(out, carrier.data(), receiver.secret_data())); });
}

}  // namespace secenv::kem
