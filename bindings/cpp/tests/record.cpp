//! A record seen from outside: its session, and messages as JSON.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("a message of protocol 2 travels as JSON and is the same") {
    CHECK(record::encode_json("foob").text() == R"({"v":2,"data":"Zm9vYg=="})");
    for (const auto* json : {R"({"v":2,"data":"Zm9vYg=="})", R"( { "data" : "Zm9vYg==" , "v" : 2, "more": [] } )"}) {
        CHECK(record::parse_json(json).text() == "foob");
    }
    auto client = client::start(alice(), pin_of(shop()));
    const auto sent = [](byte_view message) { return record::parse_json(record::encode_json(message)); };
    const auto finish = client.finish(sent(shop_worker().reply(sent(client.hello()))));
    CHECK_NOTHROW(client.session(sent(shop_worker().accept(sent(finish)).welcome)));
}

TEST_CASE("no other JSON is a message of protocol 2") {
    for (const auto* json : {"", "{}", "[]", R"({"v":1,"data":""})", R"({"v":"2","data":""})", R"({"v":2,"data":""}x)",
                             R"({"v":2,"data":"Zm9"})", R"({"v":2,"data":"","data":""})"}) {
        INFO(json);
        CHECK(refusal<rejected>([&] { return record::parse_json(json); }) == SECENV_STATUS_MALFORMED);
    }
    const std::string endless((24u << 20) + 1, ' ');
    CHECK(refusal<rejected>([&] { return record::parse_json(endless); }) == SECENV_STATUS_TOO_LARGE);
}

TEST_CASE("a record names its session to anybody, and nothing else does") {
    auto sides = shake_hands();
    const auto record = sides.client.seal("", "text");
    CHECK(record::session_id(record) == sides.server.id());
    (void)sides.server.open("", record);
    CHECK(record::session_id(sides.server.seal("", "")) == sides.server.id());
    CHECK(refusal<rejected>([] { return record::session_id("no record"); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([] { return record::session_id(client::start(alice(), pin{}).hello()); }) ==
          SECENV_STATUS_MALFORMED);
}
