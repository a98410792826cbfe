//! Envelopes: protocol 1's message, a JSON text that anyone may carry.
#pragma once

#include <secenv/kx.hpp>
#include <secenv/rsa.hpp>

namespace secenv::envelope {

/// Seals `message` to `receiver`, under our key for sending. `ad` is not in the envelope, and must be the same at the
/// other end: say there what the message is for.
[[nodiscard]] inline bytes seal(const kx::tx_key& tx, const rsa::public_key& receiver, rsa::padding how, byte_view ad,
                                byte_view message) {
    return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
        return secenv_envelope_seal(tx.secret_data(), receiver.get(), static_cast<std::int32_t>(how), ad.data(),
                                    ad.size(), message.data(), message.size(), out);
    })};
}

/// Opens an envelope, with our key for receiving. Throws `rejected` if it was changed or sealed to someone else.
[[nodiscard]] inline bytes open(const kx::rx_key& rx, const rsa::secret_key& receiver, rsa::padding how, byte_view ad,
                                byte_view json) {
    return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
        return secenv_envelope_open(rx.secret_data(), receiver.get(), static_cast<std::int32_t>(how), ad.data(),
                                    ad.size(), json.data(), json.size(), out);
    })};
}

}  // namespace secenv::envelope
