//! Boxes from a sender who stays unknown: libsodium's `crypto_box_seal`.
#pragma once

#include <secenv/box.hpp>

namespace secenv::sealed_box {

/// Seals `message` to `receiver`. Anyone can: it proves nothing about the sender.
[[nodiscard]] inline bytes seal(const box::public_key& receiver, byte_view message) {
    bytes sealed{message.size() + SECENV_BOX_SEALBYTES};
    detail::check_opened(secenv_box_seal(sealed.secret_data(), message.data(), message.size(), receiver.data()));
    return sealed;
}

/// Opens a sealed box. Throws `rejected` if it was changed or sealed to someone else.
[[nodiscard]] inline bytes open(const box::key_pair& receiver, byte_view sealed) {
    if (sealed.size() < SECENV_BOX_SEALBYTES) throw rejected{};
    bytes message{sealed.size() - SECENV_BOX_SEALBYTES};
    detail::check_opened(secenv_box_seal_open(message.secret_data(), sealed.data(), sealed.size(),
                                              receiver.public_key.data(), receiver.secret_key.secret_data()));
    return message;
}

}  // namespace secenv::sealed_box
