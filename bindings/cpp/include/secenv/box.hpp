//! Boxes from a known sender to a known receiver: libsodium's `crypto_box_easy`.
#pragma once

#include <secenv/secret.hpp>

namespace secenv::box {

using public_key = std::array<std::uint8_t, SECENV_BOX_PUBLICKEYBYTES>;
using secret_key = secret_array<SECENV_BOX_SECRETKEYBYTES, struct secret_key_noun>;
using seed = secret_array<SECENV_BOX_SEEDBYTES, struct seed_noun>;
/// Never twice for the same two keys; random is fine: `random::array<24>()`.
using nonce = std::array<std::uint8_t, SECENV_BOX_NONCEBYTES>;

/// A key pair.
struct key_pair {
    public_key public_half;
    secret_key secret_half;

    [[nodiscard]] static key_pair generate() {
        public_key pk;
        auto sk = secret_key::filled([&](auto* out) { check_made(secenv_box_keypair(pk.data(), out)); });
        return {pk, std::move(sk)};
    }
    /// The pair that belongs to a seed, always the same. Not the pair that `kx` makes of the same seed.
    [[nodiscard]] static key_pair from(const seed& from) {
        public_key pk;
        auto sk = secret_key::filled(
            [&](auto* out) { check_made(secenv_box_seed_keypair(pk.data(), out, from.secret_data())); });
        return {pk, std::move(sk)};
    }
};

/// Seals `message`. Throws `rejected` if the receiver's key is one that no honest peer sends.
[[nodiscard]] inline bytes seal(byte_view message, const nonce& number, const public_key& receiver,
                                const secret_key& sender) {
    bytes sealed{message.size() + SECENV_BOX_MACBYTES};
    check_opened(secenv_box_easy(sealed.secret_data(), message.data(), message.size(), number.data(), receiver.data(),
                                 sender.secret_data()));
    return sealed;
}

/// Opens a box. Throws `rejected` if it was changed, or is not from this sender to this receiver.
[[nodiscard]] inline bytes open(byte_view sealed, const nonce& number, const public_key& sender,
                                const secret_key& receiver) {
    if (sealed.size() < SECENV_BOX_MACBYTES) throw rejected{};
    bytes message{sealed.size() - SECENV_BOX_MACBYTES};
    check_opened(secenv_box_open_easy(message.secret_data(), sealed.data(), sealed.size(), number.data(),
                                      sender.data(), receiver.secret_data()));
    return message;
}

}  // namespace secenv::box
