//! The client of a handshake.
#include "protocol2.hpp"

using namespace secenv;

namespace {

constexpr std::size_t head_of_reply = 2 + 32 + 32 + 16;   // in the suite x25519
constexpr std::size_t cookie_and_length = 2 + 168;

}  // namespace

TEST_CASE("a whole handshake ends in one session on both sides") {
    const auto rsa = identity::generate(identity_kind::rsa);
    for (const auto how : every_suite) {
        for (const auto* client : {&alice(), &rsa}) {
            for (const auto* server : {&shop(), &rsa}) {
                auto sides = shake_hands(*client, {{pin_of(*server)}, how}, {*server, shop_config()});
                CHECK(sides.client.id() == sides.server.id());
                CHECK(sides.client.peer() == pin_of(*server));
                CHECK(sides.server.peer() == pin_of(*client));
                CHECK(sides.client.server_pin() == pin_of(*server));
                CHECK(sides.server.server_pin() == pin_of(*server));
                CHECK(sides.server.open("ad", sides.client.seal("ad", "hello")).text() == "hello");
                CHECK(sides.client.open("ad", sides.server.seal("ad", "hello")).text() == "hello");
            }
        }
    }
}

TEST_CASE("asks for the suite that withstands a quantum computer unless told otherwise") {
    CHECK(client::start(alice(), pin_of(shop())).hello().size() == 1284 + 32);
    CHECK(client::start(alice(), to_shop()).hello().size() == 68 + 32);
    CHECK(refusal<misuse>([] { return client::start(alice(), {{pin{}}, suite{3}}); }) ==
          SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a client names one to four pins, and none of them twice") {
    const auto started_with = [](std::vector<pin> pins) {
        return refusal<misuse>([&] { return client::start(alice(), {std::move(pins), suite::x25519}); });
    };
    std::vector<pin> pins;
    CHECK(started_with(pins) == SECENV_STATUS_INVALID_ARGUMENT);
    for (int each = 0; each < 4; ++each) {
        pins.push_back(pin_of(identity::generate()));
        CHECK(started_with(pins) == SECENV_STATUS_OK);
    }
    CHECK(client::start(alice(), {pins, suite::x25519}).hello().size() == 68 + 4 * 32);
    CHECK(started_with({pins[0], pins[1], pins[0]}) == SECENV_STATUS_INVALID_ARGUMENT);
    pins.push_back(pin_of(identity::generate()));
    CHECK(started_with(pins) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a client is told which of its pins the server has, once the welcome held") {
    const auto newer = identity::generate(), stranger = identity::generate();
    const std::vector<pin> pins = {pin_of(stranger), pin_of(newer), pin_of(shop())};
    const auto found = [&](const std::vector<const identity*>& held) {
        const server worker{held, shop_config()};
        auto begun = finished_with(worker, {pins, suite::x25519});
        auto& client = begun.client;
        const auto& finish = begun.finish;
        CHECK(refusal<misuse>([&] { return client.pin_index(); }) == SECENV_STATUS_INVALID_ARGUMENT);
        const auto accepted = worker.accept(finish);
        const auto made = client.session(accepted.welcome);
        CHECK(made.peer() == pins.at(client.pin_index()));
        CHECK(accepted.session.server_pin() == made.server_pin());
        return client.pin_index();
    };
    CHECK(found({&shop()}) == 2);
    CHECK(found({&newer}) == 1);
    // A server that has several answers under the first of the client's, in whatever order it has its own.
    CHECK(found({&shop(), &newer}) == 1);
    CHECK(found({&newer, &shop()}) == 1);
}

TEST_CASE("refuses a server that has none of the pinned identities") {
    // A stranger who says that he is the shop: he takes its pin out of the hello and puts his own there.
    const auto stranger = identity::generate();
    const server worker{stranger, shop_config()};
    auto client = client::start(alice(), to_shop());
    std::vector<std::uint8_t> hello(client.hello().begin(), client.hello().end());
    const auto his = pin_of(stranger);
    std::copy(his.begin(), his.end(), hello.end() - 32);
    CHECK(refusal<rejected>([&] { return client.finish(worker.reply(hello)); }) == SECENV_STATUS_REJECTED);
}

TEST_CASE("a client takes one reply, and a forged one before it changes nothing") {
    auto client = client::start(alice(), to_shop());
    const auto reply = shop_worker().reply(client.hello());
    // The cookie at the end is the server's own business: that it was changed shows in the transcript.
    REQUIRE(reply.size() > head_of_reply + cookie_and_length);
    for (std::size_t bit = 0; bit < (reply.size() - cookie_and_length) * 8; bit += 37) {
        const auto status = refusal<rejected>([&] { return client.finish(flipped(reply, bit)); });
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(refusal<rejected>([&] { return client.finish(byte_view{reply.data(), reply.size() - 1}); }) ==
          SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([&] { return client.finish(std::string((16u << 10) + 1, 'x')); }) ==
          SECENV_STATUS_TOO_LARGE);
    CHECK_NOTHROW(client.finish(reply));
    CHECK(refusal<misuse>([&] { return client.finish(reply); }) == SECENV_STATUS_CLOSED);
}

TEST_CASE("a client takes one welcome, and a forged one before it changes nothing") {
    const auto worker = shop_worker();
    auto begun = finished_with(worker);
    auto& client = begun.client;
    const auto& finish = begun.finish;
    const auto other = worker.accept(finish);  // of the same handshake, with other keys
    auto accepted = worker.accept(finish);
    for (std::size_t bit = 0; bit < accepted.welcome.size() * 8; bit += 37) {
        const auto status = refusal<rejected>([&] { return client.session(flipped(accepted.welcome, bit)); });
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(refusal<rejected>([&] { return client.session(finish); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([&] { return client.session(std::string((16u << 10) + 1, 'x')); }) ==
          SECENV_STATUS_TOO_LARGE);
    auto session = client.session(accepted.welcome);
    CHECK(accepted.session.open("", session.seal("", "it is I")).text() == "it is I");
    CHECK(refusal<misuse>([&] { return client.session(accepted.welcome); }) == SECENV_STATUS_CLOSED);
    CHECK(refusal<misuse>([&] { return client.session(other.welcome); }) == SECENV_STATUS_CLOSED);
}

TEST_CASE("a welcome comes after the reply, and belongs to one handshake") {
    const auto worker = shop_worker();
    auto begun = finished_with(worker);
    auto& client = begun.client;
    const auto& finish = begun.finish;
    const auto elsewhere = worker.accept(finished_with(worker).finish);
    CHECK(refusal<rejected>([&] { return client.session(elsewhere.welcome); }) == SECENV_STATUS_REJECTED);
    auto early = client::start(alice(), to_shop());
    CHECK(refusal<misuse>([&] { return early.session(elsewhere.welcome); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(client.session(worker.accept(finish).welcome).peer() == pin_of(shop()));
}

TEST_CASE("both sides have to say the same prologue and the same padding") {
    const auto refused = [](const std::string& prologue, padding pads) {
        auto here = to_shop();
        here.prologue = "the shop's chat";
        here.padding = padding::padme;
        auto there = shop_config();
        there.prologue = prologue;
        there.padding = pads;
        return refusal<rejected>([&] { return shake_hands(alice(), here, {shop(), there}); });
    };
    CHECK(refused("the shop's chat", padding::padme) == SECENV_STATUS_OK);
    CHECK(refused("the shop's till", padding::padme) == SECENV_STATUS_REJECTED);
    CHECK(refused("", padding::padme) == SECENV_STATUS_REJECTED);
    CHECK(refused("the shop's chat", padding::none) == SECENV_STATUS_REJECTED);
    auto long_one = to_shop();
    long_one.prologue = std::string(1025, 'x');
    CHECK(refusal<rejected>([&] { return client::start(alice(), long_one); }) == SECENV_STATUS_TOO_LARGE);
}

TEST_CASE("a handshake has two minutes by the clock that the caller says") {
    constexpr time_point start{std::chrono::seconds{1'000'000}};
    constexpr std::chrono::seconds second{1}, limit{120};
    auto config = to_shop();
    config.now = start;
    const auto worker = shop_worker();
    // Too late is over for good: what is in the client is wiped.
    const auto late_at = [&](std::chrono::seconds of_reply, std::chrono::seconds of_welcome) {
        auto client = client::start(alice(), config);
        const auto reply = worker.reply_at(client.hello(), start);
        return refusal<misuse>([&] {
            const auto finish = client.finish_at(reply, start + of_reply);
            const auto accepted = worker.accept_at(finish, start + limit);
            return client.session_at(accepted.welcome, start + of_welcome);
        });
    };
    CHECK(late_at(limit, limit) == SECENV_STATUS_OK);
    CHECK(late_at(limit + second, limit) == SECENV_STATUS_CLOSED);
    CHECK(late_at(limit, limit + second) == SECENV_STATUS_CLOSED);
    auto client = client::start(alice(), config);
    const auto reply = worker.reply_at(client.hello(), start);
    CHECK(refusal<misuse>([&] { return client.finish(reply); }) == SECENV_STATUS_CLOSED);
}
