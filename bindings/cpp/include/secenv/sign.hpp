//! Signatures: libsodium's `crypto_sign_detached` (Ed25519).
#pragma once

#include <secenv/key_pair.hpp>

namespace secenv::sign {

struct public_key_tag { static constexpr auto name = "sign::public_key"; };
struct secret_key_tag { static constexpr auto name = "sign::secret_key"; };
struct seed_tag { static constexpr auto name = "sign::seed"; };
struct signature_tag { static constexpr auto name = "sign::signature"; };

using public_key = public_array<SECENV_SIGN_PUBLICKEYBYTES, public_key_tag>;
using secret_key = secret_array<SECENV_SIGN_SECRETKEYBYTES, secret_key_tag>;
using seed = secret_array<SECENV_SIGN_SEEDBYTES, seed_tag>;
using signature = public_array<SECENV_SIGN_BYTES, signature_tag>;

struct traits {
    using public_key = sign::public_key;
    using secret_key = sign::secret_key;
    using seed = sign::seed;
    static constexpr auto keypair = secenv_sign_keypair;
    static constexpr auto seed_keypair = secenv_sign_seed_keypair;
};
using key_pair = detail::key_pair<traits>;

[[nodiscard]] inline signature sign(const secret_key& signer, byte_view message) {
    return signature::filled([&](auto* out) {
        detail::check_made(
            secenv_sign_detached(out, nullptr, message.data(), message.size(), signer.secret_data()));
    });
}

/// Throws `rejected` unless `made` is `signer`'s signature of `message`.
inline void verify(const public_key& signer, byte_view message, const signature& made) {
    detail::check_opened(
        secenv_sign_verify_detached(made.data(), message.data(), message.size(), signer.data()));
}

}  // namespace secenv::sign
