//! SHA-256, with which the server says what it stored: OpenSSL's.
#pragma once

#include <secenv.hpp>

#include <openssl/evp.h>

#include <memory>

namespace client {

/// SHA-256 of what comes in parts.
class sha256 {
public:
    sha256() : state_{EVP_MD_CTX_new()} { check(EVP_DigestInit_ex(state_.get(), EVP_sha256(), nullptr)); }
    void update(secenv::byte_view part) { check(EVP_DigestUpdate(state_.get(), part.data(), part.size())); }
    [[nodiscard]] secenv::bytes finish() {
        secenv::bytes digest{32};
        check(EVP_DigestFinal_ex(state_.get(), digest.secret_data(), nullptr));
        return digest;
    }

private:
    struct freed {
        void operator()(EVP_MD_CTX* state) const noexcept { EVP_MD_CTX_free(state); }
    };

    static void check(int done) {
        if (done != 1) throw secenv::unavailable{};
    }

    std::unique_ptr<EVP_MD_CTX, freed> state_;
};

}  // namespace client
