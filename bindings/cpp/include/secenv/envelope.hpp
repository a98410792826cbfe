//! Envelopes: protocol 1's message, a JSON text that anyone may carry.
#pragma once

#include <secenv/kx.hpp>
#include <secenv/rsa.hpp>

namespace secenv::envelope {

/// Seals `message` to `receiver`, under our key for sending. `ad` is not in the envelope, and must be the same at the
/// other end: say there what the message is for.
[[nodiscard]] inline bytes seal(const kx::tx_key& tx, const rsa::public_key& receiver, rsa::padding padding,
                                byte_view ad, byte_view message) {
    return detail::call_bytes(secenv_envelope_seal, tx, receiver.get(), padding, ad, message);
}

/// Opens an envelope, with our key for receiving. Throws `rejected` if it was changed or sealed to someone else.
[[nodiscard]] inline bytes open(const kx::rx_key& rx, const rsa::secret_key& receiver, rsa::padding padding,
                                byte_view ad, byte_view json) {
    return detail::call_bytes(secenv_envelope_open, rx, receiver.get(), padding, ad, json);
}

/// The two members of an envelope, as bytes.
struct parts {
    bytes data;   ///< The ciphertext and its tag.
    bytes nonce;  ///< The wrapped nonce.
};

/// As `seal`, for who nests the two members in a message of another form: without JSON and base64.
[[nodiscard]] inline parts seal_parts(const kx::tx_key& tx, const rsa::public_key& receiver, rsa::padding padding,
                                      byte_view ad, byte_view message) {
    secenv_bytes *data = nullptr, *nonce = nullptr;
    detail::call(secenv_envelope_seal_parts, tx, receiver.get(), padding, ad, message, &data, &nonce);
    auto first = detail::owned(data), second = detail::owned(nonce);
    return {std::move(first), std::move(second)};
}

/// As `open`, for what `seal_parts` made.
[[nodiscard]] inline bytes open_parts(const kx::rx_key& rx, const rsa::secret_key& receiver, rsa::padding padding,
                                      byte_view ad, const parts& sealed) {
    return detail::call_bytes(secenv_envelope_open_parts, rx, receiver.get(), padding, ad, sealed.data.view(),
                              sealed.nonce.view());
}

}  // namespace secenv::envelope
