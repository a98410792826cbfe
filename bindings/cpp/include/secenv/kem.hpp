//! Key encapsulation that also withstands a quantum computer: libsodium's `crypto_kem` (X-Wing).
#pragma once

#include <secenv/key_pair.hpp>

namespace secenv::kem {

struct public_key_tag { static constexpr auto name = "kem::public_key"; };
struct secret_key_tag { static constexpr auto name = "kem::secret_key"; };
struct seed_tag { static constexpr auto name = "kem::seed"; };
struct ciphertext_tag { static constexpr auto name = "kem::ciphertext"; };
struct shared_key_tag { static constexpr auto name = "kem::shared_key"; };

using public_key = public_array<SECENV_KEM_PUBLICKEYBYTES, public_key_tag>;
using secret_key = secret_array<SECENV_KEM_SECRETKEYBYTES, secret_key_tag>;
using seed = secret_array<SECENV_KEM_SEEDBYTES, seed_tag>;
using ciphertext = public_array<SECENV_KEM_CIPHERTEXTBYTES, ciphertext_tag>;
using shared_key = secret_array<SECENV_KEM_SHAREDSECRETBYTES, shared_key_tag>;

struct traits {
    using public_key = kem::public_key;
    using secret_key = kem::secret_key;
    using seed = kem::seed;
    static constexpr auto keypair = secenv_kem_keypair;
    static constexpr auto seed_keypair = secenv_kem_seed_keypair;
};
using key_pair = detail::key_pair<traits>;

/// A fresh key, and what brings it to the receiver.
struct wrapped {
    kem::ciphertext ciphertext;
    shared_key key;
};

/// Makes a fresh key that `receiver` can unwrap. Throws `rejected` if the receiver's key is none.
[[nodiscard]] inline wrapped wrap(const public_key& receiver) {
    ciphertext made;
    auto key = shared_key::filled([&](auto* out) {
        made = ciphertext::filled(
            [&](auto* sent) { detail::check_opened(secenv_kem_enc(sent, out, receiver.data())); });
    });
    return {made, std::move(key)};
}

/// The key in `sent`. A changed ciphertext yields another key and no exception: let a tag under the key decide.
[[nodiscard]] inline shared_key unwrap(const secret_key& receiver, const ciphertext& sent) {
    return shared_key::filled(
        [&](auto* out) { detail::check_opened(secenv_kem_dec(out, sent.data(), receiver.secret_data())); });
}

}  // namespace secenv::kem
