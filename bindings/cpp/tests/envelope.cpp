//! Envelopes.
#include "known.hpp"

using namespace secenv;

namespace {

struct two_sides {
    kx::session_keys client;
    kx::session_keys server;
};

two_sides exchange() {
    const auto client = kx::key_pair::from_seed(filled_with<kx::seed>(1));
    const auto server = kx::key_pair::from_seed(filled_with<kx::seed>(2));
    return {kx::client_session_keys(client, server.public_key), kx::server_session_keys(server, client.public_key)};
}

}  // namespace

TEST_CASE("opens what it sealed") {
    const auto sides = exchange();
    const auto receiver = known_key().public_key();
    for (const auto how : every_padding) {
        const std::string messages[] = {"", "Grüße, мир, 世界", std::string(1 << 20, '\0')};
        for (const auto& message : messages) {
            const auto json = envelope::seal(sides.client.tx, receiver, how, "ad", message);
            CHECK(json.text().substr(0, 9) == R"({"data":")");
            CHECK(envelope::open(sides.server.rx, known_key(), how, "ad", json).text() == message);
        }
    }
}

TEST_CASE("opens the known message") {
    const auto sides = exchange();
    const std::vector<std::uint8_t> nonce(24, 3);
    const auto data = unhex("c6938f63d7a50227f72a453626a5ead861927d49cb");
    const auto wrapped = known_key().public_key().wrap(rsa::padding::pkcs1, nonce);
    const auto json = R"({"data":")" + encoding::encode_base64(data) + R"(","nonce":")" +
                      encoding::encode_base64(wrapped) + R"("})";
    CHECK(envelope::open(sides.server.rx, known_key(), rsa::padding::pkcs1, "ad", json).text() == "hello");
}

TEST_CASE("accepts escaped slashes, white space and either order") {
    const auto sides = exchange();
    const auto json = envelope::seal(sides.client.tx, known_key().public_key(), rsa::padding::oaep_sha1, "ad",
                                     std::string(300, 'x'));
    const auto text = std::string{json.text()};
    const auto cut = text.find(R"(","nonce":")");
    std::string data = text.substr(9, cut - 9);
    const auto nonce = text.substr(cut + 11, text.size() - cut - 13);
    for (std::size_t at = 0; (at = data.find('/', at)) != std::string::npos; at += 2) data.insert(at, "\\");
    const auto other = " { \"nonce\" : \"" + nonce + "\" ,\n\t\"data\":\"" + data + "\" } ";
    CHECK(envelope::open(sides.server.rx, known_key(), rsa::padding::oaep_sha1, "ad", other).size() == 300);
}

TEST_CASE("rejects another key, direction, associated data or any change") {
    const auto sides = exchange();
    const auto how = rsa::padding::oaep_sha256;
    const auto json = envelope::seal(sides.client.tx, known_key().public_key(), how, "ad", "text");
    const auto open = [&](const kx::rx_key& rx, byte_view ad, byte_view text) {
        return envelope::open(rx, known_key(), how, ad, text).size();
    };
    CHECK(open(sides.server.rx, "ad", json) == 4);
    CHECK_THROWS_AS(open(sides.client.rx, "ad", json), rejected);
    CHECK_THROWS_AS(open(sides.server.rx, "da", json), rejected);
    CHECK_THROWS_AS(open(sides.server.rx, "ad", ""), rejected);
    const auto other = rsa::secret_key::generate(2048);
    CHECK_THROWS_AS(envelope::open(sides.server.rx, other, how, "ad", json), rejected);
    for (std::size_t at = 0; at < json.size(); at += 7) {
        CHECK_THROWS_AS(open(sides.server.rx, "ad", flipped(json, at * 8)), rejected);
        CHECK_THROWS_AS(open(sides.server.rx, "ad", byte_view{json.data(), at}), rejected);
    }
}

TEST_CASE("the parts of an envelope are its members, and open as it does") {
    const auto sides = exchange();
    for (const auto how : every_padding) {
        for (const std::string& message : {std::string{}, std::string{"text"}, std::string(100'000, '\xff')}) {
            const auto sealed = envelope::seal_parts(sides.client.tx, known_key().public_key(), how, "ad", message);
            CHECK(sealed.data.size() == message.size() + 16);
            CHECK(sealed.nonce.size() == 256);
            CHECK(envelope::open_parts(sides.server.rx, known_key(), how, "ad", sealed).text() == message);
            const auto json = R"({"data":")" + encoding::encode_base64(sealed.data) + R"(","nonce":")" +
                              encoding::encode_base64(sealed.nonce) + R"("})";
            CHECK(envelope::open(sides.server.rx, known_key(), how, "ad", json).text() == message);
        }
    }
}

TEST_CASE("rejects changed parts of an envelope") {
    const auto sides = exchange();
    const auto how = rsa::padding::oaep_sha256;
    const auto sealed = envelope::seal_parts(sides.client.tx, known_key().public_key(), how, "ad", "text");
    const auto refused = [&](const kx::rx_key& rx, byte_view ad, byte_view data, byte_view nonce) {
        const envelope::parts parts{bytes::copy_of(data), bytes::copy_of(nonce)};
        return refusal<rejected>([&] { return envelope::open_parts(rx, known_key(), how, ad, parts); });
    };
    const auto &rx = sides.server.rx;
    CHECK(refused(rx, "ad", sealed.data, sealed.nonce) == SECENV_STATUS_OK);
    CHECK(refused(sides.client.rx, "ad", sealed.data, sealed.nonce) == SECENV_STATUS_REJECTED);
    CHECK(refused(rx, "da", sealed.data, sealed.nonce) == SECENV_STATUS_REJECTED);
    for (std::size_t bit = 0; bit < sealed.data.size() * 8; bit += 3) {
        CHECK(refused(rx, "ad", flipped(sealed.data, bit), sealed.nonce) == SECENV_STATUS_REJECTED);
    }
    for (std::size_t bit = 0; bit < sealed.nonce.size() * 8; bit += 131) {
        CHECK(refused(rx, "ad", sealed.data, flipped(sealed.nonce, bit)) == SECENV_STATUS_REJECTED);
    }
    CHECK(refused(rx, "ad", "", "") != SECENV_STATUS_OK);
}

TEST_CASE("answers a bad PKCS#1 padding as it answers a bad tag") {
    const auto sides = exchange();
    const auto sealed_with_oaep =
        envelope::seal(sides.client.tx, known_key().public_key(), rsa::padding::oaep_sha1, "ad", "text");
    const auto sealed_with_pkcs1 =
        envelope::seal(sides.client.tx, known_key().public_key(), rsa::padding::pkcs1, "ad", "text");
    const auto refusal = [&](byte_view ad, byte_view json) {
        try {
            (void)envelope::open(sides.server.rx, known_key(), rsa::padding::pkcs1, ad, json);
        } catch (const rejected& refused) {
            return refused.status();
        }
        return SECENV_STATUS_OK;
    };
    CHECK(refusal("ad", sealed_with_oaep) == SECENV_STATUS_REJECTED);
    CHECK(refusal("bad tag", sealed_with_pkcs1) == SECENV_STATUS_REJECTED);
    CHECK(refusal("ad", sealed_with_pkcs1) == SECENV_STATUS_OK);
}
