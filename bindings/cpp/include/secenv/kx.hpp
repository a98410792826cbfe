//! Key exchange: libsodium's `crypto_kx` (X25519 and BLAKE2b).
#pragma once

#include <secenv/secret.hpp>

#include <optional>

namespace secenv::kx {

using public_key = std::array<std::uint8_t, SECENV_KX_PUBLICKEYBYTES>;
using secret_key = secret_array<SECENV_KX_SECRETKEYBYTES, struct secret_key_noun>;
using seed = secret_array<SECENV_KX_SEEDBYTES, struct seed_noun>;
/// The key for what comes in, and the key for what goes out: the peer holds them the other way round.
using rx_key = secret_array<SECENV_KX_SESSIONKEYBYTES, struct rx_key_noun>;
using tx_key = secret_array<SECENV_KX_SESSIONKEYBYTES, struct tx_key_noun>;

/// A key pair.
struct key_pair {
    public_key public_half;
    secret_key secret_half;

    [[nodiscard]] static key_pair generate() {
        public_key pk;
        auto sk = secret_key::filled([&](auto* out) { check_made(secenv_kx_keypair(pk.data(), out)); });
        return {pk, std::move(sk)};
    }
    /// The pair that belongs to a seed, always the same.
    [[nodiscard]] static key_pair from(const seed& from) {
        public_key pk;
        auto sk = secret_key::filled(
            [&](auto* out) { check_made(secenv_kx_seed_keypair(pk.data(), out, from.secret_data())); });
        return {pk, std::move(sk)};
    }
};

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
        rx = rx_key::filled([&](auto* rx_out) { check_opened(exchange(rx_out, tx_out)); });
    });
    return {std::move(*rx), std::move(tx)};
}

/// The client's keys. Throws `rejected` if the server's key is one that no honest peer sends.
[[nodiscard]] inline session_keys client_session_keys(const key_pair& client, const public_key& server) {
    return exchanged([&](auto* rx, auto* tx) {
        return secenv_kx_client_session_keys(
            rx, tx, client.public_half.data(), client.secret_half.secret_data(), server.data());
    });
}

/// The server's keys. Throws `rejected` if the client's key is one that no honest peer sends.
[[nodiscard]] inline session_keys server_session_keys(const key_pair& server, const public_key& client) {
    return exchanged([&](auto* rx, auto* tx) {
        return secenv_kx_server_session_keys(
            rx, tx, server.public_half.data(), server.secret_half.secret_data(), client.data());
    });
}

}  // namespace secenv::kx
