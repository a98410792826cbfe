//! Sessions: records and sealed state.
#include "protocol2.hpp"

using namespace secenv;

namespace {

/// Both sides of a session that pads.
both_sides padded() {
    auto here = to_shop();
    here.padding = padding::padme;
    auto there = shop_config();
    there.padding = padding::padme;
    return shake_hands(alice(), here, {shop(), there});
}

state_key kept_under(std::uint8_t byte = 7) { return filled_with<state_key>(byte); }

}  // namespace

TEST_CASE("takes a record in every order, and once") {
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
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
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
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
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
    const auto first = client.seal("ad", "one");
    const auto one = client.last_sent();
    const auto second = client.seal("ad", "two");
    const auto two = client.last_sent();
    (void)server.open_message("ad", second);
    const auto to_second = server.reply(server.last_received(), "ad", "second");
    (void)server.open_message("ad", first);
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
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
    const auto key = state_key::generate();
    const auto old_record = client.seal("ad", "old");
    (void)server.open("ad", old_record);

    auto client_again = session::import_state(client.export_state(key, place_at_client(client)), key,
                                              place_at_client(client));
    auto server_again = session::import_state(server.export_state(key, place_at_server(server)), key,
                                              place_at_server(server));
    CHECK(client_again.id() == client.id());
    CHECK(client_again.peer() == pin_of(shop()));
    CHECK(server_again.peer() == pin_of(alice()));
    CHECK(server_again.is_confirmed());
    CHECK(refusal<rejected>([&] { return server_again.open("ad", old_record); }) == SECENV_STATUS_REJECTED);
    CHECK(server_again.open("ad", client_again.seal("ad", "new")).text() == "new");
    CHECK(client_again.last_sent() == 1);
    CHECK(client_again.open_reply(0, "ad", server_again.reply(0, "ad", "to the old one")).text() == "to the old one");
}

TEST_CASE("a state opens under its own key only, and unchanged") {
    const auto sides = shake_hands();
    const auto place = place_at_server(sides.server);
    const auto blob = sides.server.export_state(kept_under(), place);
    const auto refused = [&](byte_view what, const state_key& under) {
        return refusal<rejected>([&] { return session::import_state(what, under, place); });
    };
    CHECK(blob.size() == 1309);
    CHECK(refused(blob, kept_under(8)) == SECENV_STATUS_REJECTED);
    CHECK(refused(byte_view{blob.data(), blob.size() - 1}, kept_under()) == SECENV_STATUS_MALFORMED);
    for (std::size_t bit = 16; bit < blob.size() * 8; bit += 61) {
        CHECK(refused(flipped(blob, bit), kept_under()) == SECENV_STATUS_REJECTED);
    }
    CHECK(refused(blob, kept_under()) == SECENV_STATUS_OK);
}

TEST_CASE("a state opens in its own place only") {
    const auto sides = shake_hands(), other = shake_hands();
    const auto mine = place_at_server(sides.server);
    const auto blob = sides.server.export_state(kept_under(), mine);
    const auto refused = [&](const session_place& place) {
        return refusal<rejected>([&] { return session::import_state(blob, kept_under(), place); });
    };
    CHECK(refused({mine.server_pin, other.server.id(), mine.store_id}) == SECENV_STATUS_REJECTED);
    CHECK(refused({pin_of(alice()), mine.session_id, mine.store_id}) == SECENV_STATUS_REJECTED);
    CHECK(refused({mine.server_pin, mine.session_id, store_of(6)}) == SECENV_STATUS_REJECTED);
    CHECK(refused({mine.server_pin, mine.session_id, {}}) == SECENV_STATUS_REJECTED);  // a client's
    CHECK(refused(mine) == SECENV_STATUS_OK);

    // And nothing is sealed for a place that is not its own.
    const auto exported_to = [&](const session& from, const session_place& place) {
        return refusal<misuse>([&] { return from.export_state(kept_under(), place); });
    };
    CHECK(exported_to(sides.server, place_at_server(other.server)) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(exported_to(sides.server, place_at_client(sides.server)) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(exported_to(sides.client, place_at_server(sides.client)) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(exported_to(sides.client, {pin_of(alice()), sides.client.id(), {}}) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(exported_to(sides.client, place_at_client(sides.client)) == SECENV_STATUS_OK);
}

TEST_CASE("both sides export the same secrets, each for its label and context") {
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
    (void)server.open("", client.seal("", ""));
    const auto same = [](const exported_secret& a, const exported_secret& b) {
        return equal(a.secret_view(), b.secret_view());
    };
    const auto secret = client.export_secret("backup", "2026");
    CHECK(same(secret, server.export_secret("backup", "2026")));
    CHECK_FALSE(same(secret, client.export_secret("backup", "2027")));
    CHECK_FALSE(same(secret, client.export_secret("backup2026", "")));
    CHECK_FALSE(same(secret, client.export_secret("", "backup2026")));
    auto other = shake_hands();
    CHECK_FALSE(same(secret, other.client.export_secret("backup", "2026")));
    const auto refused = [&](std::size_t label, std::size_t context) {
        return refusal<rejected>([&] {
            return client.export_secret(std::string(label, 'x'), std::string(context, 'x'));
        });
    };
    CHECK(refused(1024, 1024) == SECENV_STATUS_OK);
    CHECK(refused(1025, 0) == SECENV_STATUS_TOO_LARGE);
    CHECK(refused(0, 1025) == SECENV_STATUS_TOO_LARGE);
}

TEST_CASE("padding hides the length of a message, in both directions") {
    auto sides = padded();
    auto &client = sides.client, &server = sides.server;
    constexpr std::size_t header = 27, around = 40;
    const auto length = [&](std::size_t size) {
        return client.seal("ad", std::string(size, 'x')).size() - header - around;
    };
    CHECK(length(0) == 256);
    CHECK(length(255) == 256);
    CHECK(length(256) == 272);
    CHECK(length(9'999) == 10'240);
    CHECK(length(16u << 20) > (16u << 20));
    CHECK(server.open_message("ad", client.seal("ad", "yes")).text() == "yes");
    const auto number = server.last_received();
    const auto reply = server.reply(number, "ad", "no");
    CHECK(reply.size() == header + 16 + around + 256);
    CHECK(client.open_reply(number, "ad", reply).text() == "no");
    auto plain = shake_hands();
    CHECK(plain.client.seal("ad", "yes").size() == header + around + 3);
}

TEST_CASE("a session ends by the time that the caller says") {
    constexpr time_point start{std::chrono::seconds{1'000'000}};
    constexpr std::chrono::seconds minute{60}, day{86'400}, second{1};
    auto config = to_shop();
    config.now = start;
    const auto worker = shop_worker();
    auto starting = client::start(alice(), config);
    const auto finish = starting.finish_at(worker.reply_at(starting.hello(), start), start);
    CHECK(refusal<rejected>([&] { return worker.accept_at(finish, start + 3 * minute); }) == SECENV_STATUS_REJECTED);
    CHECK(refusal<rejected>([&] { return worker.accept(finish); }) == SECENV_STATUS_REJECTED);
    auto accepted = worker.accept_at(finish, start);
    auto client = starting.session_at(accepted.welcome, start);
    auto& server = accepted.session;

    CHECK(server.open_at("ad", client.seal_at("ad", "one", start), start).text() == "one");
    CHECK(server.open_message_at("ad", client.seal_at("ad", "two", start), start).text() == "two");
    const auto number = server.last_received();
    const auto reply = server.reply_at(number, "ad", "answer", start);
    CHECK(client.open_reply_at(number, "ad", reply, start).text() == "answer");

    const auto last = client.seal_at("ad", "last", start + day - minute);
    const auto late = start + day + second;
    const auto blob = client.export_state(kept_under(), place_at_client(client));
    const auto imported = [&, place = place_at_client(client)](time_point now) {
        return refusal<rejected>([&] { return session::import_state_at(blob, kept_under(), place, now); });
    };
    CHECK(imported(start + day) == SECENV_STATUS_OK);
    CHECK(imported(late) == SECENV_STATUS_ENDED);
    CHECK(imported(start - 5 * minute - second) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return client.seal_at("ad", "late", late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return server.open_at("ad", last, late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return server.open_message_at("ad", last, late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return client.open_reply_at(0, "ad", reply, late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return server.reply_at(number, "ad", "late", late); }) == SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return client.seal("ad", "late"); }) == SECENV_STATUS_ENDED);
    CHECK(server.open_at("ad", last, start + day).text() == "last");
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

    // What a client answers to a message of the server's own is no request, whatever its number.
    (void)client.open_message("ad", server.seal("ad", "are you there?"));
    const auto answer = client.reply(client.last_received(), "ad", "yes");
    CHECK(refusal<rejected>([&] { return server.open_message("ad", answer); }) == SECENV_STATUS_REJECTED);
    CHECK(server.open_reply(server.last_sent(), "ad", answer).text() == "yes");
}
