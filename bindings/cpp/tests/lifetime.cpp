//! Nothing that the binding gives outlives what it looks into. (What must not compile is in must_not_compile.txt.) Run
//! under AddressSanitizer, these would find a view of freed memory.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("the text of a temporary message is a copy, and stays") {
    const auto keys = kx::client_session_keys(kx::key_pair::from_seed(filled_with<kx::seed>(1)),
                                              kx::key_pair::from_seed(filled_with<kx::seed>(2)).public_key);
    const auto how = rsa::padding::oaep_sha1;
    const auto json = envelope::seal(keys.tx, known_key().public_key(), how, "ad",
                                     "meet at noon, under the old oak tree");
    const auto rx = kx::rx_key::parse(keys.tx.secret_view());
    auto text = envelope::open(rx, known_key(), how, "ad", json).text();
    static_assert(std::is_same_v<decltype(text), std::string>);
    CHECK(text == "meet at noon, under the old oak tree");

    const auto kept = envelope::open(rx, known_key(), how, "ad", json);
    static_assert(std::is_same_v<decltype(kept.text()), std::string_view>);
    CHECK(kept.text() == text);
    CHECK(kept.to_string() == text);
    CHECK(kept.view().to_string() == text);
}

TEST_CASE("an unlock secret keeps a copy of its own") {
    const auto with = unlock_secret::passphrase(std::string("a passphrase that is longer than a short string"));
    const auto key = unlock_secret::key(filled_with<unlock_key>(7));
    CHECK(with.secret_view().text() == "a passphrase that is longer than a short string");
    CHECK(key.secret_view().size() == 32);
    const auto ring = keyring::generate(key);
    CHECK(keyring::parse(ring.encode(), unlock_secret::key(filled_with<unlock_key>(7))).id() == ring.id());
}

TEST_CASE("a configuration has a prologue of its own") {
    auto here = to_shop();
    auto there = shop_config();
    {
        const std::string application = "the chat of the shop around the corner";
        here.prologue = application + ", version 2";
        there.prologue = std::string_view{here.prologue};
    }
    auto sides = shake_hands(alice(), here, {shop(), there});
    CHECK(sides.server.open("ad", sides.client.seal("ad", "text")).text() == "text");
}

TEST_CASE("a server outlives its identities, and a session the handshake that made it") {
    pin whose;
    auto worker = std::make_unique<server>([&] {
        const auto own = identity::generate();
        whose = pin_of(own);
        return server{own, shop_config()};
    }());
    auto sides = shake_hands(identity::generate(), {{whose}, suite::x25519}, *worker);
    worker.reset();
    CHECK(sides.server.open("ad", sides.client.seal("ad", "text")).text() == "text");
    CHECK(sides.client.server_pin() == whose);
}
