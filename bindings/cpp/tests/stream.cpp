//! Streams.
#include "known.hpp"

using namespace secenv;

TEST_CASE("opens the stream that it sealed, to its end") {
    const auto key = stream::key::generate();
    stream::sealer sealer{key};
    const auto first = sealer.seal(stream::tag::message, "ad", "first");
    const auto second = sealer.seal(stream::tag::push, "");
    const auto third = sealer.seal(stream::tag::rekey, std::string(65'536, 'x'));
    const auto last = sealer.seal(stream::tag::last, "last");
    CHECK(sealer.finished());
    CHECK_THROWS_AS(sealer.seal("more"), misuse);

    stream::opener opener{key, sealer.header()};
    CHECK(opener.open("ad", first).chunk.text() == "first");
    CHECK(opener.open(second).place == stream::tag::push);
    CHECK(opener.open(third).chunk.size() == 65'536);
    CHECK_FALSE(opener.finished());
    CHECK(opener.open(last).chunk.text() == "last");
    CHECK(opener.finished());
    CHECK_THROWS_AS(opener.open(last), misuse);
}

TEST_CASE("rejects chunks that are changed, out of order, repeated or short, and stays where it was") {
    const auto key = stream::key::generate();
    stream::sealer sealer{key};
    const auto first = sealer.seal("first");
    const auto second = sealer.seal("second");

    stream::opener opener{key, sealer.header()};
    CHECK_THROWS_AS(opener.open(second), rejected);
    CHECK_THROWS_AS(opener.open(flipped(first, 3)), rejected);
    CHECK_THROWS_AS(opener.open("another ad", first), rejected);
    CHECK_THROWS_AS(opener.open(std::string(16, 'x')), rejected);
    CHECK_THROWS_AS(opener.open(""), rejected);
    CHECK(opener.open(first).chunk.text() == "first");
    CHECK_THROWS_AS(opener.open(first), rejected);
    CHECK(opener.open(second).chunk.text() == "second");
}

TEST_CASE("rejects a stream under another key") {
    stream::sealer sealer{stream::key::generate()};
    const auto first = sealer.seal("first");
    stream::opener opener{stream::key::generate(), sealer.header()};
    CHECK_THROWS_AS(opener.open(first), rejected);
}
