//! The JSON carrier, and what anyone can read in a record.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("the carrier carries what it is given") {
    CHECK(carrier::encode("foob").text() == R"({"v":2,"data":"Zm9vYg=="})");
    for (const auto* json : {R"({"v":2,"data":"Zm9vYg=="})", R"( { "data" : "Zm9vYg==" , "v" : 2, "more": [] } )"}) {
        CHECK(carrier::parse(json).text() == "foob");
    }
    auto client = client::start(alice(), pin_of(shop()));
    const auto hello = carrier::parse(carrier::encode(client.hello()));
    CHECK_NOTHROW(client.finish(shop_worker().reply(hello)));
}

TEST_CASE("the carrier takes nothing else") {
    for (const auto* json : {"", "{}", "[]", R"({"v":1,"data":""})", R"({"v":"2","data":""})", R"({"v":2,"data":""}x)",
                             R"({"v":2,"data":"Zm9"})", R"({"v":2,"data":"","data":""})"}) {
        INFO(json);
        CHECK(refusal<rejected>([&] { return carrier::parse(json); }) == SECENV_STATUS_MALFORMED);
    }
    CHECK(refusal<rejected>([] { return carrier::parse(std::string(23u << 20, ' ')); }) == SECENV_STATUS_TOO_LARGE);
}

TEST_CASE("a record names its session to anybody, and nothing else does") {
    auto sides = shake_hands();
    CHECK(record::session(sides.client.seal("", "text")) == sides.server.id());
    CHECK(record::session(sides.server.seal("", "")) == sides.server.id());
    CHECK(refusal<rejected>([] { return record::session("no record"); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<rejected>([] { return record::session(client::start(alice(), pin{}).hello()); }) ==
          SECENV_STATUS_MALFORMED);
}
