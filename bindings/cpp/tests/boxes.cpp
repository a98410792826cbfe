//! Boxes: box, sealed_box, secretbox.
#include "known.hpp"

using namespace secenv;

static const std::vector<std::string> messages = {"", "a", "meet at noon", std::string(100'000, 'x')};

TEST_CASE("opens the box that it sealed, and rejects any flipped bit") {
    const auto sender = box::key_pair::generate();
    const auto receiver = box::key_pair::generate();
    const auto nonce = box::nonce::generate();
    for (const auto& message : messages) {
        const auto sealed = box::seal(sender.secret_key, receiver.public_key, nonce, message);
        CHECK(box::open(receiver.secret_key, sender.public_key, nonce, sealed).text() == message);
    }
    const auto sealed = box::seal(sender.secret_key, receiver.public_key, nonce, "text");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        CHECK_THROWS_AS(box::open(receiver.secret_key, sender.public_key, nonce, flipped(sealed, bit)), rejected);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        const byte_view cut{sealed.data(), size};
        CHECK_THROWS_AS(box::open(receiver.secret_key, sender.public_key, nonce, cut), rejected);
    }
    CHECK_THROWS_AS(box::open(receiver.secret_key, sender.public_key, box::nonce::generate(), sealed), rejected);
    CHECK_THROWS_AS(box::open(receiver.secret_key, receiver.public_key, nonce, sealed), rejected);
    CHECK_THROWS_AS(box::seal(sender.secret_key, box::public_key{}, nonce, "text"), rejected);
}

TEST_CASE("makes different key pairs for kx and for boxes from one seed") {
    CHECK(hex(box::key_pair::from_seed(filled_with<box::seed>(6)).public_key) ==
          "90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800");
    CHECK(hex(kx::key_pair::from_seed(filled_with<kx::seed>(6)).public_key) ==
          "b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a");
}

TEST_CASE("opens the sealed box that anyone may send, and rejects any flipped bit") {
    const auto receiver = box::key_pair::generate();
    for (const auto& message : messages) {
        CHECK(sealed_box::open(receiver, sealed_box::seal(receiver.public_key, message)).text() == message);
    }
    const auto sealed = sealed_box::seal(receiver.public_key, "text");
    for (std::size_t bit = 0; bit < sealed.size() * 8; bit += 5) {
        // Bit 255 is the one that X25519 ignores; it is in the nonce, so it counts here.
        CHECK_THROWS_AS(sealed_box::open(receiver, flipped(sealed, bit)), rejected);
    }
    CHECK_THROWS_AS(sealed_box::open(receiver, std::string(47, 'x')), rejected);
    CHECK_THROWS_AS(sealed_box::open(box::key_pair::generate(), sealed), rejected);
}

TEST_CASE("opens the secret box that it sealed, and rejects any flipped bit") {
    const auto key = secretbox::key::generate();
    const auto nonce = secretbox::nonce::generate();
    for (const auto& message : messages) {
        CHECK(secretbox::open(key, nonce, secretbox::seal(key, nonce, message)).text() == message);
    }
    const auto sealed = secretbox::seal(key, nonce, "text");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        CHECK_THROWS_AS(secretbox::open(key, nonce, flipped(sealed, bit)), rejected);
    }
    CHECK_THROWS_AS(secretbox::open(key, nonce, std::string(15, 'x')), rejected);
    CHECK_THROWS_AS(secretbox::open(secretbox::key::generate(), nonce, sealed), rejected);
}
