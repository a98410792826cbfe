//! Keys that are agreed on, derived and hashed: kx, kem, kdf, password, hash, sign.
#include "known.hpp"

using namespace secenv;

TEST_CASE("agrees on the known keys") {
    const auto client = kx::key_pair::from(filled_with<kx::seed>(1));
    const auto server = kx::key_pair::from(filled_with<kx::seed>(2));
    CHECK(hex(client.public_half) == "ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f");
    CHECK(hex(server.public_half) == "fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06");

    const auto ours = kx::client_session_keys(client, server.public_half);
    const auto theirs = kx::server_session_keys(server, client.public_half);
    CHECK(hex(ours.rx.secret_view()) == "e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed");
    CHECK(hex(ours.tx.secret_view()) == "43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a");
    CHECK(equal(ours.rx.secret_view(), theirs.tx.secret_view()));
    CHECK(equal(ours.tx.secret_view(), theirs.rx.secret_view()));
}

TEST_CASE("refuses a key exchange with a key of small order") {
    CHECK_THROWS_AS(kx::client_session_keys(kx::key_pair::generate(), kx::public_key{}), rejected);
    CHECK_THROWS_AS(kx::server_session_keys(kx::key_pair::generate(), kx::public_key{}), rejected);
}

TEST_CASE("unwraps the key that a kem wrapped, and another one if it was changed") {
    const auto receiver = kem::key_pair::generate();
    auto wrapped = kem::wrap(receiver.public_half);
    CHECK(equal(kem::unwrap(wrapped.carrier, receiver.secret_half).secret_view(), wrapped.key.secret_view()));
    wrapped.carrier[0] ^= 1;
    CHECK_FALSE(equal(kem::unwrap(wrapped.carrier, receiver.secret_half).secret_view(), wrapped.key.secret_view()));
    CHECK(kem::key_pair::from(filled_with<kem::seed>(7)).public_half ==
          kem::key_pair::from(filled_with<kem::seed>(7)).public_half);
}

TEST_CASE("derives the known key") {
    const auto master = filled_with<kdf::key>(7);
    CHECK(hex(kdf::derive<secretbox::key>(master, 1, "secenv01").secret_view()) ==
          "a75cd4d9cc22e7b77c39b52a1c3a253be5326f3a8092edf115fc399c9989dfe4");
    CHECK_THROWS_AS(kdf::derive<secretbox::key>(master, 1, "short"), misuse);
}

TEST_CASE("makes the known signature, and verifies nothing else") {
    const auto signer = sign::key_pair::from(filled_with<sign::seed>(5));
    CHECK(hex(signer.public_half) == "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1");
    auto signature = sign::sign("abc", signer.secret_half);
    CHECK(hex(signature) == "6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3"
                            "c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802");
    CHECK_NOTHROW(sign::verify(signature, "abc", signer.public_half));
    CHECK_THROWS_AS(sign::verify(signature, "abd", signer.public_half), rejected);
    CHECK_THROWS_AS(sign::verify(signature, "abc", sign::key_pair::generate().public_half), rejected);
    signature[0] ^= 1;
    CHECK_THROWS_AS(sign::verify(signature, "abc", signer.public_half), rejected);
}

TEST_CASE("derives one key from one password and salt") {
    const password::limits little{1, 8192};
    const password::salt salt{};
    const auto derive = [&](byte_view word, const password::salt& with) {
        return hex(password::derive<secretbox::key>(word, with, little).secret_view());
    };
    CHECK(derive("word", salt) == derive("word", salt));
    CHECK(derive("word", salt) != derive("ward", salt));
    CHECK(derive("word", salt) != derive("word", random::array<16>()));
    CHECK(derive("", salt).size() == 64);
    CHECK_THROWS_AS(password::derive<secretbox::key>("word", salt, {1, 8191}), unavailable);
}

TEST_CASE("verifies the password that a line was made from, and no other") {
    const auto line = password::encode("word", {1, 8192});
    CHECK(line.substr(0, 10) == "$argon2id$");
    CHECK_NOTHROW(password::verify(line, "word"));
    CHECK_THROWS_AS(password::verify(line, "ward"), rejected);
    CHECK_THROWS_AS(password::verify("no line", "word"), rejected);
}

TEST_CASE("hashes in parts what it hashes in one") {
    hash::hasher parts;
    parts.update("he");
    parts.update("");
    parts.update("llo");
    CHECK(parts.finish() == hash::of("hello"));
    CHECK_THROWS_AS(parts.finish(), misuse);

    const auto key = hash::key::generate();
    hash::hasher keyed{key};
    keyed.update("hello");
    const auto made = keyed.finish();
    CHECK(made == hash::of("hello", key));
    CHECK(made != hash::of("hello"));
}
