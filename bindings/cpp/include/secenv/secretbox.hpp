//! Boxes under one shared key: libsodium's `crypto_secretbox_easy`.
#pragma once

#include <secenv/array.hpp>

namespace secenv::secretbox {

struct key_tag { static constexpr auto name = "secretbox::key"; };
struct nonce_tag { static constexpr auto name = "secretbox::nonce"; };

using key = secret_array<SECENV_SECRETBOX_KEYBYTES, key_tag>;
/// Never twice for the same key; random is fine: `secretbox::nonce::generate()`.
using nonce = public_array<SECENV_SECRETBOX_NONCEBYTES, nonce_tag>;

[[nodiscard]] inline bytes seal(const key& under, const nonce& once, byte_view message) {
    bytes sealed{message.size() + SECENV_SECRETBOX_MACBYTES};
    detail::check_made(secenv_secretbox_easy(sealed.secret_data(), message.data(), message.size(), once.data(),
                                             under.secret_data()));
    return sealed;
}

/// Opens a box. Throws `rejected` if it was changed or sealed under another key.
[[nodiscard]] inline bytes open(const key& under, const nonce& once, byte_view sealed) {
    if (sealed.size() < SECENV_SECRETBOX_MACBYTES) throw rejected{};
    bytes message{sealed.size() - SECENV_SECRETBOX_MACBYTES};
    detail::check_opened(secenv_secretbox_open_easy(message.secret_data(), sealed.data(), sealed.size(), once.data(),
                                                    under.secret_data()));
    return message;
}

}  // namespace secenv::secretbox
