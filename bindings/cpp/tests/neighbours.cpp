//! libsecenv beside the system's libsodium and libcrypto, in one process: each keeps to itself, and the bytes agree.
#include "known.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>

#include <functional>
#include <memory>

using namespace secenv;

namespace {

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* object) const {
        Free(object);
    }
};
using pkey = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using pkey_context = std::unique_ptr<EVP_PKEY_CTX, freed<EVP_PKEY_CTX_free>>;

using prepare = int (*)(EVP_PKEY_CTX*);
using run = int (*)(EVP_PKEY_CTX*, unsigned char*, std::size_t*, const unsigned char*, std::size_t);

pkey openssl_key() {
    const auto text = known_pem();
    const std::unique_ptr<BIO, freed<BIO_free_all>> file{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    return pkey{PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr)};
}

/// What OpenSSL makes of `in` with the key of the known answers.
std::vector<std::uint8_t> openssl(prepare begin, run operation, rsa::padding how, byte_view in) {
    static const auto key = openssl_key();
    const pkey_context context{EVP_PKEY_CTX_new(key.get(), nullptr)};
    REQUIRE(begin(context.get()) == 1);
    const bool oaep = how != rsa::padding::pkcs1;
    REQUIRE(EVP_PKEY_CTX_set_rsa_padding(context.get(), oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING) == 1);
    if (how == rsa::padding::oaep_sha256) REQUIRE(EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1);
    std::vector<std::uint8_t> out(256);
    std::size_t length = out.size();
    REQUIRE(operation(context.get(), out.data(), &length, in.data(), in.size()) == 1);
    out.resize(length);
    return out;
}

}  // namespace

TEST_CASE("leaves the system's libsodium to its own start") {
    (void)random::generate(1);
    CHECK(secenv_init() >= 0);
    CHECK(sodium_init() == 0);
    CHECK(std::string{sodium_version_string()} == "1.0.18");
}

TEST_CASE("leaves OpenSSL's queue of errors alone") {
    ERR_clear_error();
    CHECK_THROWS_AS(rsa::secret_key::parse("-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"), misuse);
    CHECK(ERR_peek_error() == 0);
}

TEST_CASE("agrees with libcrypto on proofs, both ways") {
    const auto theirs = openssl(EVP_PKEY_sign_init, EVP_PKEY_sign, rsa::padding::pkcs1, "I am the client");
    const auto ours = known_key().private_encrypt("I am the client");
    CHECK(hex(ours) == hex(theirs));
    CHECK(known_key().public_key().public_decrypt(theirs).text() == "I am the client");
    CHECK(byte_view{openssl(EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover, rsa::padding::pkcs1, ours)}.text() ==
          "I am the client");
}

TEST_CASE("agrees with libcrypto on every padding, both ways") {
    const auto nonce = random::array<24>();
    for (const auto how : every_padding) {
        const auto theirs = openssl(EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, how, nonce);
        CHECK(hex(known_key().unwrap(how, theirs)) == hex(nonce));
        const auto ours = known_key().public_key().wrap(how, nonce);
        CHECK(hex(openssl(EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, how, ours)) == hex(nonce));
    }
}

TEST_CASE("agrees with libsodium on key exchange, boxes and signatures, both ways") {
    const auto client = kx::key_pair::generate();
    unsigned char pk[32], sk[32], rx[32], tx[32];
    crypto_kx_keypair(pk, sk);
    REQUIRE(crypto_kx_server_session_keys(rx, tx, pk, sk, client.public_key.data()) == 0);
    const auto keys = kx::client_session_keys(client, kx::public_key::parse(pk));
    CHECK(equal(keys.tx.secret_view(), rx));
    CHECK(equal(keys.rx.secret_view(), tx));

    const auto ours = box::key_pair::generate();
    const auto nonce = box::nonce::generate();
    crypto_box_keypair(pk, sk);
    const auto sealed = box::seal(ours.secret_key, box::public_key::parse(pk), nonce, "text");
    unsigned char text[4], boxed[20], anonymous[52];
    CHECK(crypto_box_open_easy(text, sealed.data(), sealed.size(), nonce.data(), ours.public_key.data(), sk) == 0);
    CHECK(byte_view{text}.text() == "text");
    CHECK(crypto_box_easy(boxed, text, 4, nonce.data(), ours.public_key.data(), sk) == 0);
    CHECK(box::open(ours.secret_key, box::public_key::parse(pk), nonce, boxed).text() == "text");
    crypto_box_seal(anonymous, text, 4, ours.public_key.data());
    CHECK(sealed_box::open(ours, anonymous).text() == "text");

    const auto signer = sign::key_pair::generate();
    const auto signature = sign::sign(signer.secret_key, "text");
    CHECK(crypto_sign_verify_detached(signature.data(), text, 4, signer.public_key.data()) == 0);
}

TEST_CASE("agrees with libsodium on streams, both ways") {
    const auto key = stream::key::generate();
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char header[24], chunk[4 + 17], text[4], tag = 0;

    stream::sealer sealer{key};
    const auto sealed = sealer.seal(stream::tag::last, "text");
    crypto_secretstream_xchacha20poly1305_init_pull(&state, sealer.header().data(), key.secret_data());
    CHECK(crypto_secretstream_xchacha20poly1305_pull(&state, text, nullptr, &tag, sealed.data(), sealed.size(), nullptr,
                                                     0) == 0);
    CHECK(tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL);

    crypto_secretstream_xchacha20poly1305_init_push(&state, header, key.secret_data());
    crypto_secretstream_xchacha20poly1305_push(&state, chunk, nullptr, text, 4, nullptr, 0, tag);
    stream::opener opener{key, stream::header::parse(header)};
    CHECK(opener.open(chunk).chunk.text() == "text");
    CHECK(opener.finished());
}

TEST_CASE("agrees with hand-written code on an envelope, both ways") {
    const auto key = random::array<32>();
    const auto nonce = random::array<24>();
    std::vector<unsigned char> data(4 + 16);
    unsigned long long length = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(data.data(), &length, reinterpret_cast<const unsigned char*>("text"), 4,
                                               reinterpret_cast<const unsigned char*>("ad"), 2, nullptr, nonce.data(),
                                               key.data());
    const auto wrapped = openssl(EVP_PKEY_encrypt_init, EVP_PKEY_encrypt, rsa::padding::pkcs1, nonce);
    const auto json = R"({"data":")" + encoding::encode_base64(data) + R"(","nonce":")" +
                      encoding::encode_base64(wrapped) + R"("})";
    CHECK(envelope::open(kx::rx_key::parse(key), known_key(), rsa::padding::pkcs1, "ad", json).text() == "text");

    const auto ours =
        envelope::seal(kx::tx_key::parse(key), known_key().public_key(), rsa::padding::pkcs1, "ad", "text");
    const auto text = std::string{ours.text()};
    const auto cut = text.find(R"(","nonce":")");
    const auto sealed = encoding::parse_base64(text.substr(9, cut - 9));
    const auto number = openssl(EVP_PKEY_decrypt_init, EVP_PKEY_decrypt, rsa::padding::pkcs1,
                                encoding::parse_base64(text.substr(cut + 11, text.size() - cut - 13)));
    REQUIRE(number.size() == 24);
    REQUIRE(sealed.size() == 20);
    unsigned char opened[4];
    CHECK(crypto_aead_xchacha20poly1305_ietf_decrypt(opened, &length, nullptr, sealed.data(), sealed.size(),
                                                     reinterpret_cast<const unsigned char*>("ad"), 2, number.data(),
                                                     key.data()) == 0);
    CHECK(byte_view{opened}.text() == "text");
}
