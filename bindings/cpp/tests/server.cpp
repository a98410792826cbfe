//! The server of a handshake.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("tells who the client is") {
    const auto worker = shop_worker();
    const auto accepted = worker.accept(finished_with(worker).finish);
    CHECK(identity::pin(accepted.client_spki) == pin_of(alice()));
    CHECK(accepted.session.peer() == pin_of(alice()));
}

TEST_CASE("a finish that comes again makes another session of the same id, which no record of the first fits") {
    const auto worker = shop_worker();
    auto begun = finished_with(worker);
    auto& client = begun.client;
    const auto& finish = begun.finish;
    auto first = worker.accept(finish), again = shop_worker().accept(finish);
    CHECK(first.session.id() == again.session.id());
    auto session = client.session(first.welcome);
    const auto record = session.seal("ad", "text");
    CHECK(refusal<rejected>([&] { return again.session.open("ad", record); }) == SECENV_STATUS_REJECTED);
    CHECK(first.session.open("ad", record).text() == "text");
}

TEST_CASE("a server refuses another pin and a lower suite") {
    const server strict{shop(), {cookie_key::generate(), store_id::generate()}};
    const auto refused = [&](const pin& whom, suite how) {
        return refusal<rejected>([&] { return strict.reply(client::start(alice(), {{whom}, how}).hello()); });
    };
    CHECK(refused(pin_of(shop()), suite::x25519_xwing) == SECENV_STATUS_OK);
    CHECK(refused(pin_of(shop()), suite::x25519) == SECENV_STATUS_REJECTED);
    CHECK(refused(pin_of(alice()), suite::x25519_xwing) == SECENV_STATUS_REJECTED);
    auto strange = shop_config();
    strange.minimum_suite = suite{3};
    CHECK(refusal<misuse>([&] { return server{shop(), strange}; }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a server has one to four identities, and none of them twice") {
    const auto made_with = [](const std::vector<const identity*>& all) {
        return refusal<misuse>([&] { return server{all, shop_config()}; });
    };
    std::vector<identity> owned;
    std::vector<const identity*> all;
    for (int each = 0; each < 5; ++each) owned.push_back(identity::generate());
    CHECK(made_with(all) == SECENV_STATUS_INVALID_ARGUMENT);
    for (int each = 0; each < 4; ++each) {
        all.push_back(&owned[static_cast<std::size_t>(each)]);
        CHECK(made_with(all) == SECENV_STATUS_OK);
    }
    all.push_back(&owned[4]);
    CHECK(made_with(all) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(made_with({&shop(), nullptr}) == SECENV_STATUS_NULL_POINTER);
}

TEST_CASE("refuses any changed finish") {
    const auto worker = shop_worker();
    const auto begun = finished_with(worker);
    auto& client = begun.client;
    const auto& finish = begun.finish;
    for (std::size_t bit = 0; bit < finish.size() * 8; bit += 37) {
        const auto status = refusal<rejected>([&] { return worker.accept(flipped(finish, bit)); });
        CHECK((status == SECENV_STATUS_REJECTED || status == SECENV_STATUS_MALFORMED));
    }
    CHECK(refusal<rejected>([&] { return worker.accept(client.hello()); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([&] { return worker.accept(std::string((16u << 10) + 1, 'x')); }) ==
          SECENV_STATUS_TOO_LARGE);
    CHECK_NOTHROW(worker.accept(finish));
}

TEST_CASE("a server takes the finish of a key that it accepts beside its own, and of no other") {
    const auto finish = finished_with(shop_worker()).finish;
    const auto taken = [&](std::uint8_t own, std::vector<std::uint8_t> beside) {
        auto config = shop_config(own);
        for (const auto each : beside) config.accepted_keys.push_back(filled_with<cookie_key>(each));
        return refusal<rejected>([&] { return server{shop(), config}.accept(finish); });
    };
    CHECK(taken(8, {7}) == SECENV_STATUS_OK);
    CHECK(taken(9, {8, 7}) == SECENV_STATUS_OK);
    CHECK(taken(8, {}) == SECENV_STATUS_REJECTED);
    CHECK(taken(9, {8, 10}) == SECENV_STATUS_REJECTED);
    CHECK(refusal<misuse>([&] {
              auto config = shop_config(1);
              for (std::uint8_t each = 2; each < 5; ++each) {
                  config.accepted_keys.push_back(filled_with<cookie_key>(each));
              }
              return server{shop(), config};
          }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("hosts that hold one key find the same next one") {
    const auto key = filled_with<cookie_key>(7), next = server::next_key(key, 471'234);
    const auto same = server::next_key(filled_with<cookie_key>(7), 471'234);
    const auto later = server::next_key(key, 471'235);
    CHECK(equal(next.secret_view(), same.secret_view()));
    CHECK_FALSE(equal(next.secret_view(), later.secret_view()));
    CHECK_FALSE(equal(next.secret_view(), key.secret_view()));
    const auto of_states = server::next_key(filled_with<state_key>(7), 471'234);
    static_assert(std::is_same_v<decltype(of_states), const state_key>);
    CHECK(of_states.secret_view().size() == 32);
}

TEST_CASE("a finish opens at the store that it was begun for") {
    const auto finish = finished_with(shop_worker()).finish;
    const server another{shop(), shop_config(7, 6)};
    CHECK(refusal<rejected>([&] { return another.accept(finish); }) == SECENV_STATUS_REJECTED);
    CHECK_NOTHROW(shop_worker().accept(finish));
}

TEST_CASE("a server does not look at its keys again after it was made") {
    auto config = shop_config();
    const server worker{shop(), config};
    config.cookie_key = cookie_key::generate();
    config.store_id = store_id::generate();
    CHECK_NOTHROW(worker.accept(finished_with(shop_worker()).finish));
}

TEST_CASE("a server says nothing in a session that its client has not confirmed") {
    auto sides = shake_hands();
    auto &client = sides.client, &server = sides.server;
    CHECK(client.is_confirmed());
    CHECK_FALSE(server.is_confirmed());
    CHECK(refusal<misuse>([&] { return server.seal("ad", "early"); }) == SECENV_STATUS_UNCONFIRMED);
    CHECK(refusal<misuse>([&] { return server.export_secret("label", ""); }) == SECENV_STATUS_UNCONFIRMED);
    CHECK(refusal<rejected>([&] { return server.open("ad", "no record"); }) == SECENV_STATUS_MALFORMED);
    CHECK_FALSE(server.is_confirmed());
    (void)server.open_message("ad", client.seal("ad", ""));
    CHECK(server.is_confirmed());
    CHECK(client.open("ad", server.seal("ad", "now")).text() == "now");
}

TEST_CASE("a session that its client has not confirmed lives for five minutes at the server") {
    constexpr time_point start{std::chrono::seconds{1'000'000}};
    constexpr std::chrono::seconds second{1}, limit{300};
    auto config = to_shop();
    config.now = start;
    const auto worker = shop_worker();
    auto starting = client::start(alice(), config);
    const auto finish = starting.finish_at(worker.reply_at(starting.hello(), start), start);
    auto accepted = worker.accept_at(finish, start);
    auto client = starting.session_at(accepted.welcome, start);
    auto& server = accepted.session;
    const auto blob = server.export_state(filled_with<state_key>(3), place_at_server(server));
    const auto imported = [&](time_point now) {
        return session::import_state_at(blob, filled_with<state_key>(3), place_at_server(server), now);
    };

    const auto record = client.seal_at("ad", "late", start + limit);
    CHECK(refusal<rejected>([&] { return server.open_at("ad", record, start + limit + second); }) ==
          SECENV_STATUS_ENDED);
    CHECK(refusal<rejected>([&] { return imported(start + limit + second); }) == SECENV_STATUS_ENDED);
    auto again = imported(start + limit);
    CHECK(again.open_at("ad", record, start + limit).text() == "late");
    CHECK(again.open_at("ad", client.seal_at("ad", "later", start + 2 * limit), start + 2 * limit).text() == "later");
}
