//! Boxes: box, sealed_box, secretbox.
#include "known.hpp"

using namespace secenv;

static const std::vector<std::string> messages = {"", "a", "meet at noon", std::string(100'000, 'x')};

TEST_CASE("opens the box that it sealed, and rejects any flipped bit") {
    const auto sender = box::key_pair::generate();
    const auto receiver = box::key_pair::generate();
    const auto nonce = random::array<24>();
    for (const auto& message : messages) {
        const auto sealed = box::seal(message, nonce, receiver.public_half, sender.secret_half);
        CHECK(box::open(sealed, nonce, sender.public_half, receiver.secret_half).text() == message);
    }
    const auto sealed = box::seal("text", nonce, receiver.public_half, sender.secret_half);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        CHECK_THROWS_AS(box::open(flipped(sealed, bit), nonce, sender.public_half, receiver.secret_half), rejected);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        const byte_view cut{sealed.data(), size};
        CHECK_THROWS_AS(box::open(cut, nonce, sender.public_half, receiver.secret_half), rejected);
    }
    CHECK_THROWS_AS(box::open(sealed, random::array<24>(), sender.public_half, receiver.secret_half), rejected);
    CHECK_THROWS_AS(box::open(sealed, nonce, receiver.public_half, receiver.secret_half), rejected);
    CHECK_THROWS_AS(box::seal("text", nonce, box::public_key{}, sender.secret_half), rejected);
}

TEST_CASE("makes different key pairs for kx and for boxes from one seed") {
    CHECK(hex(box::key_pair::from(filled_with<box::seed>(6)).public_half) ==
          "90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800");
    CHECK(hex(kx::key_pair::from(filled_with<kx::seed>(6)).public_half) ==
          "b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a");
}

TEST_CASE("opens the sealed box that anyone may send, and rejects any flipped bit") {
    const auto receiver = box::key_pair::generate();
    for (const auto& message : messages) {
        CHECK(sealed_box::open(sealed_box::seal(message, receiver.public_half), receiver).text() == message);
    }
    const auto sealed = sealed_box::seal("text", receiver.public_half);
    for (std::size_t bit = 0; bit < sealed.size() * 8; bit += 5) {
        // Bit 255 is the one that X25519 ignores; it is in the nonce, so it counts here.
        CHECK_THROWS_AS(sealed_box::open(flipped(sealed, bit), receiver), rejected);
    }
    CHECK_THROWS_AS(sealed_box::open(std::string(47, 'x'), receiver), rejected);
    CHECK_THROWS_AS(sealed_box::open(sealed, box::key_pair::generate()), rejected);
}

TEST_CASE("opens the secret box that it sealed, and rejects any flipped bit") {
    const auto key = secretbox::key::generate();
    const auto nonce = random::array<24>();
    for (const auto& message : messages) {
        CHECK(secretbox::open(secretbox::seal(message, nonce, key), nonce, key).text() == message);
    }
    const auto sealed = secretbox::seal("text", nonce, key);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        CHECK_THROWS_AS(secretbox::open(flipped(sealed, bit), nonce, key), rejected);
    }
    CHECK_THROWS_AS(secretbox::open(std::string(15, 'x'), nonce, key), rejected);
    CHECK_THROWS_AS(secretbox::open(sealed, nonce, secretbox::key::generate()), rejected);
}
