//! The boundary: what comes in, what goes out, what is refused.
#include "protocol2.hpp"

#include <array>
#include <cstring>
#include <type_traits>
#if __has_include(<span>)
#include <span>
#endif

using namespace secenv;

template <class T>
constexpr bool only_moves = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
                            !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;

static_assert(only_moves<bytes> && only_moves<rsa::secret_key> && only_moves<rsa::public_key>);
static_assert(only_moves<identity> && only_moves<client> && only_moves<server> && only_moves<session>);
static_assert(only_moves<kx::secret_key> && only_moves<kx::key_pair> && only_moves<stream::sealer>);
static_assert(!std::is_convertible_v<const kx::rx_key&, byte_view>, "a secret is let out by name only");
static_assert(!std::is_convertible_v<kx::rx_key, kx::tx_key>, "receiving and sending are told apart by the compiler");

static std::size_t taken(byte_view view) { return view.size(); }

TEST_CASE("takes bytes in any shape") {
    const std::string text = "four";
    const std::vector<std::uint8_t> vector(5);
    const std::array<std::byte, 6> array{};
    const unsigned char raw[7] = {};
    CHECK(taken("a literal") == 9);
    CHECK(taken(text) == 4);
    CHECK(taken(std::string_view{"a\0b", 3}) == 3);
    CHECK(taken(vector) == 5);
    CHECK(taken(array) == 6);
    CHECK(taken(raw) == 7);
    CHECK(taken(random::generate(8)) == 8);
    CHECK(taken({}) == 0);
#if defined(__cpp_lib_span)
    CHECK(taken(std::span{vector}.first(3)) == 3);
#endif
}

TEST_CASE("says which family an error belongs to") {
    CHECK_THROWS_AS(rsa::secret_key::generate(1024), misuse);
    CHECK_THROWS_AS(rsa::public_key::parse("no key"), rejected);
    CHECK_THROWS_AS(detail::check(SECENV_STATUS_CLOSED), misuse);
    CHECK_THROWS_AS(detail::check(SECENV_STATUS_ENDED), rejected);
    CHECK_THROWS_AS(detail::check(SECENV_STATUS_INTERNAL), unavailable);
    CHECK_NOTHROW(detail::check(SECENV_STATUS_OK));
    try {
        (void)rsa::public_key::parse("no key");
        FAIL("it was taken for a key");
    } catch (const error& refused) {
        CHECK(refused.status() == SECENV_STATUS_MALFORMED);
        CHECK(std::string{refused.name()} == "MALFORMED");
    }
    try {
        (void)record::parse_json("no message");
        FAIL("it was taken for a message");
    } catch (const error& refused) {
        CHECK(std::strcmp(refused.what(), secenv_status_message(SECENV_STATUS_MALFORMED)) == 0);
    }
}

TEST_CASE("a status has its name, and the library its version") {
    CHECK(std::string{misuse{SECENV_STATUS_WEAK_KEY}.name()} == "WEAK_KEY");
    CHECK(std::string{unavailable{SECENV_STATUS_INTERNAL}.name()} == "INTERNAL");
    CHECK(version() == secenv_version());
    CHECK(version().substr(0, 2) == "0.");
}

TEST_CASE("says which length was wanted, and which was given") {
    CHECK_THROWS_AS(kx::seed::parse(std::string(31, 'x')), misuse);
    CHECK_THROWS_AS(kx::seed::parse(std::string(33, 'x')), misuse);
    const auto said = [](auto&& parse) {
        try {
            (void)parse();
        } catch (const misuse& refused) {
            CHECK(refused.status() == SECENV_STATUS_INVALID_LENGTH);
            return std::string{refused.what()};
        }
        return std::string{"nothing"};
    };
    CHECK(said([] { return kx::secret_key::parse(std::string(31, 'x')); }) == "kx::secret_key: 32 bytes, not 31");
    CHECK(said([] { return kx::public_key::parse(""); }) == "kx::public_key: 32 bytes, not 0");
    CHECK(said([] { return pin::from_bytes("sha256//"); }) == "pin: 32 bytes, not 8");
    CHECK(said([] { return kdf::derive<kdf::key>(kdf::key::generate(), 1, "short"); }) ==
          "kdf::derive: context: 8 bytes, not 5");
}

TEST_CASE("refuses to work with what was moved away") {
    auto key = kx::tx_key::generate();
    auto secret = rsa::secret_key::parse(known_pem());
    auto receiver = secret.public_key();
    auto message = random::generate(16);
    stream::sealer sealer{stream::key::generate()};
    hash::hasher hasher;

    auto key_there = std::move(key);
    auto secret_there = std::move(secret);
    auto receiver_there = std::move(receiver);
    auto message_there = std::move(message);
    auto sealer_there = std::move(sealer);
    auto hasher_there = std::move(hasher);

    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    CHECK_THROWS_AS(key.secret_data(), misuse);
    CHECK_THROWS_AS(secret.sign("text"), misuse);
    CHECK_THROWS_AS(receiver.encode(), misuse);
    CHECK_THROWS_AS(sealer.seal("text"), misuse);
    CHECK_THROWS_AS(hasher.update("text"), misuse);
    CHECK_THROWS_AS(envelope::seal(key, receiver_there, rsa::padding::oaep_sha1, "", ""), misuse);
    CHECK(message.empty());
    CHECK(message.data() == nullptr);
    // NOLINTEND

    CHECK(key_there.secret_view().size() == 32);
    CHECK_NOTHROW(receiver_there.verify("text", secret_there.sign("text")));
    CHECK(message_there.size() == 16);
    CHECK(sealer_there.seal("text").size() == 4 + stream::overhead);
}

TEST_CASE("refuses to shake hands with what was moved away") {
    auto me = identity::generate();
    auto starting = client::start(alice(), pin_of(shop()));
    auto worker = shop_worker();
    auto config = shop_config();
    auto sides = shake_hands();
    const auto place = place_at_client(sides.client);

    const auto me_there = std::move(me);
    const auto starting_there = std::move(starting);
    const auto worker_there = std::move(worker);
    auto session_there = std::move(sides.client);
    const auto config_there = std::move(config);

    // NOLINTBEGIN(bugprone-use-after-move): that is what is tested
    CHECK_THROWS_AS(me.public_key(), misuse);
    CHECK_THROWS_AS(client::start(me, pin_of(shop())), misuse);
    CHECK_THROWS_AS((server{me, shop_config()}), misuse);
    CHECK_THROWS_AS((server{shop(), config}), misuse);
    CHECK_THROWS_AS(starting.hello(), misuse);
    CHECK_THROWS_AS(starting.finish(worker_there.reply(starting_there.hello())), misuse);
    CHECK_THROWS_AS(worker.reply(starting_there.hello()), misuse);
    CHECK_THROWS_AS(worker.accept("no finish"), misuse);
    CHECK_THROWS_AS(starting.session("no welcome"), misuse);
    CHECK_THROWS_AS(starting.pin_index(), misuse);
    CHECK_THROWS_AS(sides.client.seal("", ""), misuse);
    CHECK_THROWS_AS(sides.client.id(), misuse);
    CHECK_THROWS_AS(sides.client.export_state(state_key::generate(), place), misuse);
    // NOLINTEND

    CHECK_NOTHROW(server{shop(), config_there});
    CHECK(sides.server.open("", session_there.seal("", "text")).text() == "text");
}

TEST_CASE("gives up the old bytes when new ones are moved in") {
    auto made_here = random::generate(4);
    auto made_there = known_key().sign("text");
    made_here = std::move(made_there);
    CHECK(made_here.size() == 256);
    CHECK(made_there.empty());
    made_here = random::generate(5);
    CHECK(made_here.view().size() == 5);
}

TEST_CASE("compares secrets") {
    CHECK(equal("same", "same"));
    CHECK_FALSE(equal("same", "sane"));
    CHECK_FALSE(equal("same", "sam"));
    CHECK(equal("", {}));
}

TEST_CASE("reads and writes base64 and hex to the last character") {
    CHECK(encoding::encode_base64("") == "");
    CHECK(encoding::encode_base64("f") == "Zg==");
    CHECK(encoding::encode_base64("foobar") == "Zm9vYmFy");
    CHECK(encoding::parse_base64("Zm9vYg==").text() == "foob");
    CHECK(encoding::parse_base64("").empty());
    for (const auto* bad : {"Zg=", "Zg", "Zg===", "====", "Zh==", "Z g==", "Zg==\n", "Zm-_", "Zg==Zg=="}) {
        INFO(bad);
        CHECK_THROWS_AS(encoding::parse_base64(bad), rejected);
    }
    CHECK(encoding::encode_hex("\x01\xff") == "01ff");
    CHECK(encoding::parse_hex("01FF").size() == 2);
    for (const auto* bad : {"0", "0g", "01 f", "0x01"}) CHECK_THROWS_AS(encoding::parse_hex(bad), rejected);
}

TEST_CASE("gives random bytes") {
    CHECK(random::generate(0).empty());
    CHECK_FALSE(equal(random::generate(32), random::generate(32)));
    CHECK(random::array<24>() != random::array<24>());
    for (int i = 0; i < 100; ++i) CHECK(random::below(3) < 3);
}
