//! Keys that are agreed on, derived and hashed: kx, kem, kdf, password, hash, sign.
#include "known.hpp"

using namespace secenv;

TEST_CASE("agrees on the known keys") {
    const auto client = kx::key_pair::from_seed(filled_with<kx::seed>(1));
    const auto server = kx::key_pair::from_seed(filled_with<kx::seed>(2));
    CHECK(hex(client.public_key) == "ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f");
    CHECK(hex(server.public_key) == "fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06");

    const auto ours = kx::client_session_keys(client, server.public_key);
    const auto theirs = kx::server_session_keys(server, client.public_key);
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
    const auto wrapped = kem::wrap(receiver.public_key);
    const auto key = kem::unwrap(receiver.secret_key, wrapped.ciphertext);
    CHECK(equal(key.secret_view(), wrapped.key.secret_view()));
    const auto changed = kem::ciphertext::parse(flipped(wrapped.ciphertext, 0));
    const auto other = kem::unwrap(receiver.secret_key, changed);
    CHECK_FALSE(equal(other.secret_view(), wrapped.key.secret_view()));
    CHECK(kem::key_pair::from_seed(filled_with<kem::seed>(7)).public_key ==
          kem::key_pair::from_seed(filled_with<kem::seed>(7)).public_key);
}

TEST_CASE("derives the known key") {
    const auto master = filled_with<kdf::key>(7);
    const auto key = kdf::derive<secretbox::key>(master, 1, "secenv01");
    CHECK(hex(key.secret_view()) == "a75cd4d9cc22e7b77c39b52a1c3a253be5326f3a8092edf115fc399c9989dfe4");
    CHECK_THROWS_AS(kdf::derive<secretbox::key>(master, 1, "short"), misuse);
}

TEST_CASE("makes the known signature, and verifies nothing else") {
    const auto signer = sign::key_pair::from_seed(filled_with<sign::seed>(5));
    CHECK(hex(signer.public_key) == "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1");
    const auto signature = sign::sign(signer.secret_key, "abc");
    CHECK(hex(signature) == "6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3"
                            "c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802");
    CHECK_NOTHROW(sign::verify(signer.public_key, "abc", signature));
    CHECK_THROWS_AS(sign::verify(signer.public_key, "abd", signature), rejected);
    CHECK_THROWS_AS(sign::verify(sign::key_pair::generate().public_key, "abc", signature), rejected);
    const auto changed = sign::signature::parse(flipped(signature, 0));
    CHECK_THROWS_AS(sign::verify(signer.public_key, "abc", changed), rejected);
}

TEST_CASE("derives one key from one password and salt") {
    const password::limits little{1, 8192};
    const password::salt salt{};
    const auto derive = [&](byte_view word, const password::salt& with) {
        const auto key = password::derive<secretbox::key>(word, with, little);
        return hex(key.secret_view());
    };
    CHECK(derive("word", salt) == derive("word", salt));
    CHECK(derive("word", salt) != derive("ward", salt));
    CHECK(derive("word", salt) != derive("word", password::salt::generate()));
    CHECK(derive("", salt).size() == 64);
    CHECK_THROWS_AS(password::derive<secretbox::key>("word", salt, {1, 8191}), unavailable);
}

TEST_CASE("verifies the password that a line was made from, and no other") {
    const auto line = password::encode("word", {1, 8192});
    CHECK(line.substr(0, 10) == "$argon2id$");
    CHECK_NOTHROW(password::verify(line, "word"));
    CHECK_THROWS_AS(password::verify(line, "ward"), rejected);
    const auto refused = [](byte_view text) {
        return refusal<rejected>([&] { password::verify(text, "word"); return 0; });
    };
    CHECK(refused(password::encode("ward", {1, 8192})) == SECENV_STATUS_REJECTED);
    CHECK(refused("no line") == SECENV_STATUS_MALFORMED);
    CHECK(refused("") == SECENV_STATUS_MALFORMED);
}

TEST_CASE("a password is not wrong because there is no memory") {
    auto line = password::encode("word", {1, 8192});
    const std::string_view memory = "m=8,";
    line.replace(line.find(memory), memory.size(), "m=4294967295,");  // 4 TiB
    CHECK(refusal<unavailable>([&] { password::verify(line, "word"); return 0; }) == SECENV_STATUS_UNAVAILABLE);
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
    CHECK(made == hash::of(key, "hello"));
    CHECK(made != hash::of("hello"));
}
