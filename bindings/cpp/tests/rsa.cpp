//! RSA keys.
#include "known.hpp"

using namespace secenv;

TEST_CASE("makes the known proof") {
    const auto proof = known_key().private_encrypt("hello");
    CHECK(proof.size() == 256);
    CHECK(hex(proof).substr(0, 32) == "651c5bba1a1382f3b9abffc3e7322e01");
    CHECK(hex(hash::of(proof)) == "49c6b14b46a430d2f2c84ae63d4bcade9c471ae94adb909dee6fcafe8327fe27");
    CHECK(known_key().public_key().public_decrypt(proof).text() == "hello");
}

TEST_CASE("makes and opens a proof of nothing, and of as much as fits") {
    const auto open = [](byte_view message) {
        return known_key().public_key().public_decrypt(known_key().private_encrypt(message)).size();
    };
    CHECK(open("") == 0);
    CHECK(open(std::string(245, 'x')) == 245);
    CHECK_THROWS_AS(open(std::string(246, 'x')), rejected);
}

TEST_CASE("refuses a proof that was changed") {
    const auto proof = known_key().private_encrypt("hello");
    const auto key = known_key().public_key();
    for (std::size_t bit = 0; bit < 2048; bit += 97) {
        CHECK_THROWS_AS(key.public_decrypt(flipped(proof, bit)), rejected);
    }
    CHECK_THROWS_AS(key.public_decrypt(byte_view{proof.data(), 255}), rejected);
    CHECK_THROWS_AS(key.public_decrypt(""), rejected);
}

TEST_CASE("unwraps what it wrapped") {
    const auto receiver = known_key().public_key();
    for (const auto how : every_padding) {
        for (const auto* message : {"", "a", "twenty-four bytes of nonce"}) {
            const auto wrapped = receiver.wrap(how, message);
            CHECK(wrapped.size() == 256);
            CHECK(known_key().unwrap(how, wrapped).text() == message);
        }
        CHECK_THROWS_AS(receiver.wrap(how, std::string(256, 'x')), rejected);
        CHECK_THROWS_AS(known_key().unwrap(how, std::string(255, 'x')), rejected);
    }
}

TEST_CASE("refuses an OAEP padding that does not hold, and answers a PKCS#1 one with other bytes") {
    const auto wrapped = known_key().public_key().wrap(rsa::padding::pkcs1, "nonce");
    CHECK_THROWS_AS(known_key().unwrap(rsa::padding::oaep_sha1, wrapped), rejected);
    CHECK_THROWS_AS(known_key().unwrap(rsa::padding::oaep_sha256, wrapped), rejected);

    const auto oaep = known_key().public_key().wrap(rsa::padding::oaep_sha1, "nonce");
    const auto first = known_key().unwrap(rsa::padding::pkcs1, oaep);
    const auto second = known_key().unwrap(rsa::padding::pkcs1, oaep);
    CHECK(first.text() != "nonce");
    CHECK(hex(first) == hex(second));
}

TEST_CASE("refuses a padding that does not exist") {
    CHECK_THROWS_AS(known_key().public_key().wrap(rsa::padding{3}, "x"), misuse);
    CHECK_THROWS_AS(known_key().unwrap(rsa::padding{0}, std::string(256, 'x')), misuse);
}

TEST_CASE("verifies what it signed, and nothing else") {
    const auto signature = known_key().sign("text");
    const auto signer = known_key().public_key();
    CHECK_NOTHROW(signer.verify("text", signature));
    CHECK_THROWS_AS(signer.verify("texts", signature), rejected);
    CHECK_THROWS_AS(signer.verify("text", flipped(signature, 1000)), rejected);
    CHECK_THROWS_AS(signer.verify("text", ""), rejected);
}

TEST_CASE("says what is wrong with a key, and how to mend it") {
    const auto says = [](auto&& parse, secenv_status status, const char* part) {
        try {
            (void)parse();
            FAIL("it was taken for a key");
        } catch (const error& refused) {
            INFO(refused.what());
            CHECK(refused.status() == status);
            CHECK(std::string_view{refused.what()}.find(part) != std::string_view::npos);
        }
    };
    const auto secret = known_pem();
    const auto shared = known_key().public_key().encode();
    says([&] { return rsa::secret_key::parse(shared); }, SECENV_STATUS_WRONG_KIND, "public key");
    says([&] { return rsa::public_key::parse(secret); }, SECENV_STATUS_WRONG_KIND, "openssl pkey -in FILE -pubout");
    says([&] { return rsa::secret_key::parse(secret.substr(0, 900)); }, SECENV_STATUS_DAMAGED, "cut short");
    says([&] { return rsa::public_key::parse(shared.text().substr(0, 200)); }, SECENV_STATUS_MALFORMED, "cut short");
    // openssl genrsa 1024 | openssl pkey -pubout
    const auto weak = "-----BEGIN PUBLIC KEY-----\n"
                      "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCfIsBywNaIRuNU1rE3EKnQ31aT\n"
                      "2LAGx5PpeB0l33phEJtA5rFrmKnnGaVcMRVZdg9T9pWt4Y9T86603SI/wZU8mINg\n"
                      "74TP2dZdCvo84wU+sVONPtkfI7InSvCxQU/v2XhnYI+svq3FgxINzo7IFBQ4L7Qg\n"
                      "lHtolzmrBKoG4U7DGQIDAQAB\n"
                      "-----END PUBLIC KEY-----\n";
    says([&] { return rsa::public_key::parse(weak); }, SECENV_STATUS_WEAK_KEY, "too short");
    CHECK_THROWS_AS(rsa::secret_key::parse("no key"), misuse);
    CHECK_THROWS_AS(rsa::public_key::parse("no key"), rejected);
    CHECK(key_diagnose("").find("empty") != std::string_view::npos);
    CHECK(key_diagnose("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n").find("openssl x509") !=
          std::string_view::npos);
}

TEST_CASE("generates a key that survives being stored") {
    const auto made = rsa::secret_key::generate(2048);
    const auto read = rsa::secret_key::parse(made.encode_secret());
    CHECK(made.encode_secret().text().substr(0, 28) == "-----BEGIN PRIVATE KEY-----\n");
    CHECK(made.public_key().encode().text().substr(0, 27) == "-----BEGIN PUBLIC KEY-----\n");
    const auto peer = rsa::public_key::parse(made.public_key().encode());
    CHECK_NOTHROW(peer.verify("text", read.sign("text")));
}
