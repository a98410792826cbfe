// The message of the deployed protocol, as a C++ team writes it with libsodium, OpenSSL and nlohmann-json.
//
// The peer speaks it over a pipe, and the benchmarks call it in a loop. `sodium_init` must have been called.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

namespace deployed {

/// The other side, or our caller, gave something that we do not take.
struct refused : std::runtime_error {
    refused() : std::runtime_error("refused") {}
};

/// How RSA pads: PHP's own numbers, and 5 for OAEP with SHA-256 (for its hash and its mask).
enum class padding { pkcs1 = 1, oaep_sha1 = 4, oaep_sha256 = 5 };

template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* value) const noexcept {
        Free(value);
    }
};
using pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using pkey_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using bio = std::unique_ptr<BIO, freed_by<BIO_free>>;

inline void check(bool good) {
    if (!good) throw refused{};
}

/// libsodium's and OpenSSL's view of a string.
inline const unsigned char* bytes(const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); }
inline unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

/// A key from PEM. The empty password keeps OpenSSL from asking the terminal for one.
inline pkey secret_key(const std::string& pem) {
    bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    pkey key{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, const_cast<char*>(""))};
    check(key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA);
    return key;
}

inline pkey public_key(const std::string& pem) {
    bio in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    pkey key{PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, const_cast<char*>(""))};
    check(key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA);
    return key;
}

/// One RSA operation: `begin` and `run` are a pair such as `EVP_PKEY_encrypt_init` and `EVP_PKEY_encrypt`.
template <class Begin, class Run>
std::string rsa(EVP_PKEY* key, padding how, const std::string& in, Begin begin, Run run) {
    pkey_context context{EVP_PKEY_CTX_new(key, nullptr)};
    check(context && begin(context.get()) == 1);
    const bool oaep = how != padding::pkcs1;
    check(EVP_PKEY_CTX_set_rsa_padding(context.get(), oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING) == 1);
    if (how == padding::oaep_sha256) {  // sets the mask's hash too
        check(EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), EVP_sha256()) == 1);
    }
    std::string out(static_cast<size_t>(EVP_PKEY_get_size(key)), '\0');
    size_t size = out.size();
    check(run(context.get(), bytes(out), &size, bytes(in), in.size()) == 1);
    out.resize(size);
    return out;
}

inline std::string rsa_wrap(EVP_PKEY* key, padding how, const std::string& message) {
    return rsa(key, how, message, EVP_PKEY_encrypt_init, EVP_PKEY_encrypt);
}

inline std::string rsa_unwrap(EVP_PKEY* key, padding how, const std::string& wrapped) {
    return rsa(key, how, wrapped, EVP_PKEY_decrypt_init, EVP_PKEY_decrypt);
}

inline std::string base64(const std::string& in) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string out(sodium_base64_ENCODED_LEN(in.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes(in), in.size(), variant);
    out.pop_back();  // the NUL
    return out;
}

inline std::string unbase64(const std::string& in) {
    std::string out(in.size() / 4 * 3 + 3, '\0');
    size_t size = 0;
    check(sodium_base642bin(bytes(out), out.size(), in.data(), in.size(), nullptr, &size, nullptr,
                            sodium_base64_VARIANT_ORIGINAL) == 0);
    out.resize(size);
    return out;
}

/// Seals a message: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`.
inline std::string seal(const std::string& tx, EVP_PKEY* receiver, padding how, const std::string& ad,
                        const std::string& message) {
    check(tx.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    std::string nonce(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, '\0');
    randombytes_buf(nonce.data(), nonce.size());
    std::string data(message.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(data), nullptr, bytes(message), message.size(), bytes(ad),
                                               ad.size(), nullptr, bytes(nonce), bytes(tx));
    return nlohmann::json{{"data", base64(data)}, {"nonce", base64(rsa_wrap(receiver, how, nonce))}}.dump();
}

/// Opens a message; `refused` if it was changed, or was not sealed to us.
inline std::string open(const std::string& rx, EVP_PKEY* receiver, padding how, const std::string& ad,
                        const std::string& json) {
    check(rx.size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    std::string data, nonce;
    try {
        const auto fields = nlohmann::json::parse(json);
        data = unbase64(fields.at("data").get_ref<const std::string&>());
        nonce = rsa_unwrap(receiver, how, unbase64(fields.at("nonce").get_ref<const std::string&>()));
    } catch (const nlohmann::json::exception&) {
        throw refused{};
    }
    // Newer OpenSSL answers a wrong PKCS#1 padding with random bytes of random length: the length must be looked at.
    check(nonce.size() == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    check(data.size() >= crypto_aead_xchacha20poly1305_ietf_ABYTES);
    std::string message(data.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
    check(crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(message), nullptr, nullptr, bytes(data), data.size(),
                                                     bytes(ad), ad.size(), bytes(nonce), bytes(rx)) == 0);
    return message;
}

}  // namespace deployed
