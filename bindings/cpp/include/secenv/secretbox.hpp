//! Boxes under one shared key: libsodium's `crypto_secretbox_easy`.
#pragma once

#include <secenv/secret.hpp>

namespace secenv::secretbox {

using key = secret_array<SECENV_SECRETBOX_KEYBYTES, struct key_noun>;
/// Never twice for the same key; random is fine: `random::array<24>()`.
using nonce = std::array<std::uint8_t, SECENV_SECRETBOX_NONCEBYTES>;

[[nodiscard]] inline bytes seal(byte_view message, const nonce& number, const key& under) {
    bytes sealed{message.size() + SECENV_SECRETBOX_MACBYTES};
    check_made(secenv_secretbox_easy(sealed.secret_data(), message.data(), message.size(), number.data(),
                                     under.secret_data()));
    return sealed;
}

/// Opens a box. Throws `rejected` if it was changed or sealed under another key.
[[nodiscard]] inline bytes open(byte_view sealed, const nonce& number, const key& under) {
    if (sealed.size() < SECENV_SECRETBOX_MACBYTES) throw rejected{};
    bytes message{sealed.size() - SECENV_SECRETBOX_MACBYTES};
    check_opened(secenv_secretbox_open_easy(message.secret_data(), sealed.data(), sealed.size(), number.data(),
                                            under.secret_data()));
    return message;
}

}  // namespace secenv::secretbox
