//! Boxes from a known sender to a known receiver: libsodium's `crypto_box_easy`.
#pragma once

#include <secenv/key_pair.hpp>

namespace secenv::box {

struct public_key_tag { static constexpr auto name = "box::public_key"; };
struct secret_key_tag { static constexpr auto name = "box::secret_key"; };
struct seed_tag { static constexpr auto name = "box::seed"; };
struct nonce_tag { static constexpr auto name = "box::nonce"; };

using public_key = public_array<SECENV_BOX_PUBLICKEYBYTES, public_key_tag>;
using secret_key = secret_array<SECENV_BOX_SECRETKEYBYTES, secret_key_tag>;
using seed = secret_array<SECENV_BOX_SEEDBYTES, seed_tag>;
/// Never twice for the same two keys; random is fine: `box::nonce::generate()`.
using nonce = public_array<SECENV_BOX_NONCEBYTES, nonce_tag>;

struct traits {
    using public_key = box::public_key;
    using secret_key = box::secret_key;
    using seed = box::seed;
    static constexpr auto keypair = secenv_box_keypair;
    static constexpr auto seed_keypair = secenv_box_seed_keypair;
};
using key_pair = detail::key_pair<traits>;

/// Seals `message`. Throws `rejected` if the receiver's key is one that no honest peer sends.
[[nodiscard]] inline bytes seal(const secret_key& sender, const public_key& receiver, const nonce& once,
                                byte_view message) {
    bytes sealed{message.size() + SECENV_BOX_MACBYTES};
    detail::check_opened(secenv_box_easy(sealed.secret_data(), message.data(), message.size(), once.data(),
                                         receiver.data(), sender.secret_data()));
    return sealed;
}

/// Opens a box. Throws `rejected` if it was changed, or is not from this sender to this receiver.
[[nodiscard]] inline bytes open(const secret_key& receiver, const public_key& sender, const nonce& once,
                                byte_view sealed) {
    if (sealed.size() < SECENV_BOX_MACBYTES) throw rejected{};
    bytes message{sealed.size() - SECENV_BOX_MACBYTES};
    detail::check_opened(secenv_box_open_easy(message.secret_data(), sealed.data(), sealed.size(), once.data(),
                                              sender.data(), receiver.secret_data()));
    return message;
}

}  // namespace secenv::box
