//! Key exchange: libsodium's `crypto_kx` (X25519 and BLAKE2b).
#pragma once

#include <secenv/key_pair.hpp>

#include <optional>

namespace secenv::kx {

struct public_key_tag { static constexpr auto name = "kx::public_key"; };
struct secret_key_tag { static constexpr auto name = "kx::secret_key"; };
struct seed_tag { static constexpr auto name = "kx::seed"; };
struct rx_key_tag { static constexpr auto name = "kx::rx_key"; };
struct tx_key_tag { static constexpr auto name = "kx::tx_key"; };

using public_key = public_array<SECENV_KX_PUBLICKEYBYTES, public_key_tag>;
using secret_key = secret_array<SECENV_KX_SECRETKEYBYTES, secret_key_tag>;
using seed = secret_array<SECENV_KX_SEEDBYTES, seed_tag>;
/// The key for what comes in, and the key for what goes out: the peer holds them the other way round.
using rx_key = secret_array<SECENV_KX_SESSIONKEYBYTES, rx_key_tag>;
using tx_key = secret_array<SECENV_KX_SESSIONKEYBYTES, tx_key_tag>;

struct traits {
    using public_key = kx::public_key;
    using secret_key = kx::secret_key;
    using seed = kx::seed;
    static constexpr auto keypair = secenv_kx_keypair;
    static constexpr auto seed_keypair = secenv_kx_seed_keypair;
};
using key_pair = detail::key_pair<traits>;

/// What a side holds after the exchange.
struct session_keys {
    rx_key rx;
    tx_key tx;
};

/// Owns the two keys that `exchange(rx, tx)` writes.
template <class Exchange>
[[nodiscard]] session_keys exchanged(Exchange&& exchange) {
    std::optional<rx_key> rx;
    auto tx = tx_key::filled([&](auto* tx_out) {
        rx = rx_key::filled([&](auto* rx_out) { detail::check_opened(exchange(rx_out, tx_out)); });
    });
    return {std::move(*rx), std::move(tx)};
}

/// The client's keys. Throws `rejected` if the server's key is one that no honest peer sends.
[[nodiscard]] inline session_keys client_session_keys(const key_pair& client, const public_key& server) {
    return exchanged([&](auto* rx, auto* tx) {
        return secenv_kx_client_session_keys(rx, tx, client.public_key.data(), client.secret_key.secret_data(),
                                             server.data());
    });
}

/// The server's keys. Throws `rejected` if the client's key is one that no honest peer sends.
[[nodiscard]] inline session_keys server_session_keys(const key_pair& server, const public_key& client) {
    return exchanged([&](auto* rx, auto* tx) {
        return secenv_kx_server_session_keys(rx, tx, server.public_key.data(), server.secret_key.secret_data(),
                                             client.data());
    });
}

}  // namespace secenv::kx
