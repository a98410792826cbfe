//! Sessions: records and sealed state.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("takes a record in every order, and once") {
    auto [client, server] = shake_hands();
    const std::string messages[] = {"", "Grüße, мир, 世界", std::string(1 << 20, '\0')};
    std::vector<bytes> records;
    for (const auto& message : messages) records.push_back(client.seal("POST /message", message));
    CHECK(client.last_sent() == 2);
    for (std::size_t at = 3; at-- > 0;) {
        CHECK(server.open("POST /message", records[at]).text() == messages[at]);
        CHECK(server.last_received() == at);
        CHECK_THROWS_AS(server.open("POST /message", records[at]), rejected);
    }
}

TEST_CASE("rejects any flipped bit of a record, and still takes the true one") {
    auto [client, server] = shake_hands();
    auto other = shake_hands();
    const auto record = client.seal("ad", "text");
    const auto refused = [](session& by, byte_view ad, byte_view what) {
        return refusal<rejected>([&] { return by.open(ad, what); });
    };
    CHECK(refused(server, "da", record) == SECENV_STATUS_REJECTED);
    CHECK(refused(other.server, "ad", record) == SECENV_STATUS_REJECTED);
    CHECK(refused(client, "ad", record) == SECENV_STATUS_REJECTED);
    CHECK(refused(server, "ad", "") == SECENV_STATUS_MALFORMED);
    for (std::size_t bit = 0; bit < record.size() * 8; bit += 5) {
        const auto status = refused(server, "ad", flipped(record, bit));
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(server.open("ad", record).text() == "text");
}

TEST_CASE("a reply answers its own message and no other") {
    auto [client, server] = shake_hands();
    const auto first = client.seal("ad", "one");
    const auto one = client.last_sent();
    const auto second = client.seal("ad", "two");
    const auto two = client.last_sent();
    (void)server.open("ad", second);
    const auto to_second = server.reply(server.last_received(), "ad", "second");
    (void)server.open("ad", first);
    const auto to_first = server.reply(server.last_received(), "ad", "first");

    CHECK_THROWS_AS(client.open_reply(two, "ad", to_first), rejected);
    CHECK(client.open_reply(two, "ad", to_second).text() == "second");
    CHECK(client.open("ad", to_first).text() == "first");
    CHECK(client.last_received() == one);
    CHECK_THROWS_AS(client.open_reply(one, "ad", to_first), rejected);
    CHECK_THROWS_AS(server.reply(2, "ad", ""), misuse);
}

TEST_CASE("a number is misuse before anything was opened or sealed") {
    const auto sides = shake_hands();
    CHECK(refusal<misuse>([&] { return sides.client.last_received(); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refusal<misuse>([&] { return sides.client.last_sent(); }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("carries empty and large messages, and none that is larger") {
    auto sides = shake_hands();
    CHECK(sides.server.open("", sides.client.seal("", "")).empty());
    const auto refused = [&](std::size_t ad, std::size_t message) {
        return refusal<rejected>([&] { return sides.client.seal(std::string(ad, 'x'), std::string(message, 'x')); });
    };
    CHECK(refused(65'537, 0) == SECENV_STATUS_TOO_LARGE);
    CHECK(refused(0, (16u << 20) + 1) == SECENV_STATUS_TOO_LARGE);
    CHECK(refused(65'536, 16u << 20) == SECENV_STATUS_OK);
}

TEST_CASE("a state goes on where it was") {
    auto [client, server] = shake_hands();
    const auto key = state_key::generate();
    const auto old_record = client.seal("ad", "old");
    (void)server.open("ad", old_record);

    auto client_again = session::import_state(client.export_state(key), key);
    auto server_again = session::import_state(server.export_state(key), key);
    CHECK(client_again.id() == client.id());
    CHECK(client_again.peer() == pin_of(shop()));
    CHECK(refusal<rejected>([&] { return server_again.open("ad", old_record); }) == SECENV_STATUS_REJECTED);
    CHECK(server_again.open("ad", client_again.seal("ad", "new")).text() == "new");
    CHECK(client_again.last_sent() == 1);
    CHECK(client_again.open_reply(0, "ad", server_again.reply(0, "ad", "to the old one")).text() == "to the old one");
}

TEST_CASE("a state opens under its own key only, and unchanged") {
    const auto sides = shake_hands();
    const auto blob = sides.server.export_state(shop_key());
    const auto refused = [](byte_view what, const state_key& under) {
        return refusal<rejected>([&] { return session::import_state(what, under); });
    };
    CHECK(blob.size() == 844);
    CHECK(refused(blob, shop_key(8)) == SECENV_STATUS_REJECTED);
    CHECK(refused(byte_view{blob.data(), blob.size() - 1}, shop_key()) == SECENV_STATUS_MALFORMED);
    for (std::size_t bit = 16; bit < blob.size() * 8; bit += 61) {
        CHECK(refused(flipped(blob, bit), shop_key()) == SECENV_STATUS_REJECTED);
    }
    CHECK(refused(blob, shop_key()) == SECENV_STATUS_OK);
}

TEST_CASE("a handshake and its session are held against the time that the caller says") {
    constexpr time_point start{std::chrono::seconds{1'000'000}};
    constexpr std::chrono::seconds minute{60}, day{86'400}, second{1};
    const auto worker = shop_worker();
    auto starting = client::start(alice(), pin_of(shop()), suite::x25519);
    auto made = starting.finish_at(worker.reply_at(starting.hello(), start), start);
    auto& client = made.session;
    const auto& finish = made.finish;
    CHECK(refusal<rejected>([&] { return worker.accept_at(finish, start + 3 * minute); }) == SECENV_STATUS_REJECTED);
    CHECK(refusal<rejected>([&] { return worker.accept(finish); }) == SECENV_STATUS_REJECTED);
    auto server = worker.accept_at(finish, start).session;

    CHECK(server.open_at("ad", client.seal_at("ad", "one", start), start).text() == "one");
    CHECK(server.open_message_at("ad", client.seal_at("ad", "two", start), start).text() == "two");
    const auto number = server.last_received();
    const auto reply = server.reply_at(number, "ad", "answer", start);
    CHECK(client.open_reply_at(number, "ad", reply, start).text() == "answer");

    const auto last = client.seal_at("ad", "last", start + day - minute);
    const auto late = start + day + minute + second;
    CHECK(refusal<rejected>([&] { return client.seal_at("ad", "late", late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return server.open_at("ad", last, late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return server.reply_at(number, "ad", "late", late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return client.seal("ad", "late"); }) == SECENV_STATUS_ENDED);
    CHECK(server.open_at("ad", last, start + day - minute).text() == "last");
    CHECK(refusal<misuse>([&] { return client.seal_at("ad", "", time_point{-second}); }) ==
          SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a server opens messages, and no replies in their place") {
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
    CHECK(server.open_message("ad", client.seal("ad", "a question")).text() == "a question");
    const auto reply = server.reply(server.last_received(), "ad", "an answer");
    CHECK(refusal<rejected>([&] { return client.open_message("ad", reply); }) == SECENV_STATUS_REJECTED);
    CHECK(client.open_reply(client.last_sent(), "ad", reply).text() == "an answer");
}
