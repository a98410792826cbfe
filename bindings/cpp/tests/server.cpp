//! The server of a handshake.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("tells who the client is") {
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    const auto finish = client.finish(shop_worker().reply(client.hello())).finish;
    CHECK(identity::pin(shop_worker().accept(finish).client_spki) == pin_of(alice()));
}

TEST_CASE("the same finish opens the same session again") {
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    const auto finish = client.finish(shop_worker().reply(client.hello())).finish;
    CHECK(shop_worker().accept(finish).session.id() == shop_worker().accept(finish).session.id());
}

TEST_CASE("a server refuses another pin and a lower suite") {
    const server strict{shop(), shop_key()};
    const auto refused = [&](const pin& whom, suite how) {
        return refusal<rejected>([&] { return strict.reply(client::start(alice(), whom, how).hello()); });
    };
    CHECK(refused(pin_of(shop()), suite::x25519_xwing) == SECENV_STATUS_OK);
    CHECK(refused(pin_of(shop()), suite::x25519) == SECENV_STATUS_REJECTED);
    CHECK(refused(pin_of(alice()), suite::x25519_xwing) == SECENV_STATUS_REJECTED);
    CHECK(refusal<misuse>([] { return server{shop(), shop_key(), suite{0}}; }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("refuses any changed finish") {
    const auto worker = shop_worker();
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    const auto finish = client.finish(worker.reply(client.hello())).finish;
    for (std::size_t bit = 0; bit < finish.size() * 8; bit += 37) {
        const auto status = refusal<rejected>([&] { return worker.accept(flipped(finish, bit)); });
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(refusal<rejected>([&] { return worker.accept(client.hello()); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([&] { return worker.accept(std::string(8193, 'x')); }) == SECENV_STATUS_TOO_LARGE);
    CHECK_NOTHROW(worker.accept(finish));
}

TEST_CASE("a rotated server takes the finish of the key before, but not of the one before that") {
    const auto first = shop_worker();
    const auto second = first.rotate(shop_key(8));
    const auto third = second.rotate(shop_key(9));
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    const auto finish = client.finish(first.reply(client.hello())).finish;
    CHECK_NOTHROW(second.accept(finish));
    CHECK(refusal<rejected>([&] { return third.accept(finish); }) == SECENV_STATUS_REJECTED);
}
