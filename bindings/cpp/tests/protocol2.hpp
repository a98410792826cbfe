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

inline secenv::state_key shop_key(std::uint8_t byte = 7) { return filled_with<secenv::state_key>(byte); }

/// The shop, as one of its workers has it; takes either suite.
inline secenv::server shop_worker() { return {shop(), shop_key(), secenv::suite::x25519}; }

/// Both sides of a session.
struct both_sides {
    secenv::session client;
    secenv::session server;
};

inline both_sides shake_hands(const secenv::identity& client = alice(), const secenv::identity& server = shop(),
                              secenv::suite how = secenv::suite::x25519) {
    const secenv::server worker{server, shop_key(), secenv::suite::x25519};
    auto starting = secenv::client::start(client, pin_of(server), how);
    auto finished = starting.finish(worker.reply(starting.hello()));
    return {std::move(finished.session), worker.accept(finished.finish).session};
}
