//! Identities.
#include "protocol2.hpp"

using namespace secenv;

TEST_CASE("an identity is read again from its own text and from OpenSSL's") {
    for (const auto kind : {identity_kind::rsa, identity_kind::ed25519}) {
        const auto made = identity::generate(kind);
        const auto read = identity::parse(made.encode_secret());
        CHECK(equal(read.encode_secret(), made.encode_secret()));
        CHECK(read.public_key().text() == made.public_key().text());
        CHECK(made.public_key().text().substr(0, 27) == "-----BEGIN PUBLIC KEY-----\n");
        CHECK(pin_of(read) == pin_of(made));
    }
}

TEST_CASE("gives the pin that curl gives") {
    // RFC 8410, 10.1: its public key; the pin is `openssl dgst -sha256` of it in DER.
    const auto pem = "-----BEGIN PUBLIC KEY-----\n"
                     "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                     "-----END PUBLIC KEY-----\n";
    const auto der = encoding::parse_base64("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
    CHECK(hex(identity::pin(pem)) == "a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f");
    CHECK(identity::pin(der) == identity::pin(pem));
    const auto rsa = rsa::secret_key::generate(3072);
    CHECK(identity::pin(rsa.public_key().encode()) == pin_of(identity::parse(rsa.encode_secret())));
}

TEST_CASE("foreign and forbidden keys are no identities") {
    const auto refused = [](byte_view text) { return refusal<misuse>([&] { return identity::parse(text); }); };
    CHECK(refused("no key") == SECENV_STATUS_DAMAGED);
    CHECK(refused(alice().public_key()) == SECENV_STATUS_WRONG_KIND);
    CHECK(refused(known_pem()) == SECENV_STATUS_WEAK_KEY);  // 2,048 bits, as the keys of protocol 1
    CHECK(refused(std::string(65'537, 'x')) == SECENV_STATUS_DAMAGED);
    CHECK(refusal<rejected>([] { return identity::pin("no key"); }) == SECENV_STATUS_MALFORMED);
    CHECK(refusal<misuse>([] { return identity::generate(identity_kind{3}); }) == SECENV_STATUS_INVALID_ARGUMENT);
    try {
        (void)identity::parse(alice().encode_secret().text().substr(0, 60));
        FAIL("it was taken for a key");
    } catch (const misuse& refused) {
        CHECK(std::string_view{refused.what()}.find("cut short") != std::string_view::npos);
    }
    const auto locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    CHECK(refusal<misuse>([&] { return identity::parse(locked); }) == SECENV_STATUS_ENCRYPTED_KEY);
}

TEST_CASE("a pin is read again from its own text, and from hex digits of either case") {
    const auto pin = pin::parse("a1e9156054e04fac899ae9f275132CDC07A5DBC4EA2C2AD3A1FFC6E0D253681F");
    CHECK(pin.format() == "sha256//oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8=");
    CHECK(pin::parse(pin.format()) == pin);
    CHECK(pin::from_bytes(pin) == pin);
    for (const auto* bad : {"", "sha256//", "sha256//AAAA", "SHA256//oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8=",
                            "sha256//oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8=\n", "a1e9",
                            "oekVYFTgT6yJmunydRMs3Ael28TqLCrTof/G4NJTaB8="}) {
        INFO(bad);
        CHECK(refusal<rejected>([&] { return pin::parse(bad); }) == SECENV_STATUS_MALFORMED);
    }
}
