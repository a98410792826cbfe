//! The client of a handshake.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("a whole handshake ends in one session on both sides") {
    const auto rsa = identity::parse(known_pem());
    for (const auto how : every_suite) {
        for (const auto* client : {&alice(), &rsa}) {
            for (const auto* server : {&shop(), &rsa}) {
                auto sides = shake_hands(*client, *server, how);
                CHECK(sides.client.id() == sides.server.id());
                CHECK(sides.client.peer() == pin_of(*server));
                CHECK(sides.server.peer() == pin_of(*client));
                CHECK(sides.server.open("ad", sides.client.seal("ad", "hello")).text() == "hello");
                CHECK(sides.client.open("ad", sides.server.seal("ad", "hello")).text() == "hello");
            }
        }
    }
}

TEST_CASE("asks for the suite that withstands a quantum computer unless told otherwise") {
    CHECK(client::start(alice(), pin_of(shop())).hello().size() == 1315);
    CHECK(client::start(alice(), pin_of(shop()), suite::x25519).hello().size() == 99);
    CHECK(refusal<misuse>([] { return client::start(alice(), pin{}, suite{3}); }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("refuses a server that has not the pinned identity") {
    // A stranger who says that he is the shop: he takes its pin out of the hello and puts his own there.
    const auto stranger = identity::generate();
    const server worker{stranger, shop_key(), suite::x25519};
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    std::vector<std::uint8_t> hello(client.hello().begin(), client.hello().end());
    const auto his = pin_of(stranger);
    std::copy(his.begin(), his.end(), hello.end() - 32);
    CHECK(refusal<rejected>([&] { return client.finish(worker.reply(hello)); }) == SECENV_STATUS_REJECTED);
}

TEST_CASE("a client takes one reply, and a forged one before it changes nothing") {
    auto client = client::start(alice(), pin_of(shop()), suite::x25519);
    const auto reply = shop_worker().reply(client.hello());
    // The cookie at the end is the server's own business: that it was changed shows in the transcript.
    for (std::size_t bit = 0; bit < (reply.size() - 171) * 8; bit += 37) {
        const auto status = refusal<rejected>([&] { return client.finish(flipped(reply, bit)); });
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(refusal<rejected>([&] { return client.finish(byte_view{reply.data(), reply.size() - 1}); }) ==
          SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([&] { return client.finish(std::string(8193, 'x')); }) == SECENV_STATUS_TOO_LARGE);
    CHECK_NOTHROW(client.finish(reply));
    CHECK(refusal<misuse>([&] { return client.finish(reply); }) == SECENV_STATUS_CLOSED);
}
