//! What the tests of protocol 2 share: who talks to whom, and a handshake between them.
#pragma once

#include "known.hpp"

inline constexpr secenv::suite every_suite[] = {secenv::suite::x25519, secenv::suite::x25519_xwing};

inline const secenv::identity& alice() {
    static const auto made = secenv::identity::generate();
    return made;
}

inline const secenv::identity& shop() {
    static const auto made = secenv::identity::generate();
    return made;
}

inline secenv::pin pin_of(const secenv::identity& who) { return secenv::identity::pin(who.public_key()); }

inline secenv::store_id store_of(std::uint8_t byte = 5) {
    return secenv::store_id::parse(std::vector<std::uint8_t>(secenv::store_id::size(), byte));
}

/// What a worker of the shop has; takes either suite.
inline secenv::server_config shop_config(std::uint8_t key = 7, std::uint8_t store = 5) {
    secenv::server_config made{filled_with<secenv::cookie_key>(key), store_of(store)};
    made.minimum_suite = secenv::suite::x25519;
    return made;
}

inline secenv::server shop_worker() { return {shop(), shop_config()}; }

/// What a client of the shop asks for: the short suite, unless a test is about the other.
inline secenv::client_config to_shop() { return {{pin_of(shop())}, secenv::suite::x25519}; }

/// A client whose finish is ready to be sent.
struct at_finish {
    secenv::client client;
    secenv::bytes finish;
};

inline at_finish finished_with(const secenv::server& worker, const secenv::client_config& config = to_shop()) {
    auto client = secenv::client::start(alice(), config);
    auto finish = client.finish(worker.reply(client.hello()));
    return {std::move(client), std::move(finish)};
}

/// Both sides of a session; the server's is not confirmed yet.
struct both_sides {
    secenv::session client;
    secenv::session server;
};

inline both_sides shake_hands(const secenv::identity& client, const secenv::client_config& config,
                              const secenv::server& worker) {
    auto starting = secenv::client::start(client, config);
    auto accepted = worker.accept(starting.finish(worker.reply(starting.hello())));
    return {starting.session(accepted.welcome), std::move(accepted.session)};
}

inline both_sides shake_hands() { return shake_hands(alice(), to_shop(), shop_worker()); }

inline secenv::session_place place_at_client(const secenv::session& of) { return {of.server_pin(), of.id(), {}}; }
inline secenv::session_place place_at_server(const secenv::session& of) {
    return {of.server_pin(), of.id(), store_of()};
}
