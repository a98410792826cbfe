//! What the tests share: the RSA key of the known answers, and hex.
#pragma once

#include <secenv.hpp>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// The key that the known answers of the RSA functions belong to (`tests/examples/pkcs8/rsa2048-priv.pem` of the crate
/// `rsa`). Everyone has it: never use it for anything else.
inline std::string known_pem() {
    std::ifstream file{TEST_KEYS "/known.pem", std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    REQUIRE(text.size() > 1600);
    return text;
}

inline const secenv::rsa::secret_key& known_key() {
    static const auto key = secenv::rsa::secret_key::parse(known_pem());
    return key;
}

inline std::string hex(secenv::byte_view data) { return secenv::encoding::encode_hex(data); }

inline secenv::bytes unhex(std::string_view text) { return secenv::encoding::parse_hex(text); }

/// A secret of `Secret`'s length, each byte the same.
template <class Secret>
Secret filled_with(std::uint8_t byte) {
    return Secret::parse(std::vector<std::uint8_t>(Secret::size(), byte));
}

inline constexpr secenv::rsa::padding every_padding[] = {
    secenv::rsa::padding::pkcs1, secenv::rsa::padding::oaep_sha1, secenv::rsa::padding::oaep_sha256};

/// The same bytes with one bit changed.
inline std::vector<std::uint8_t> flipped(secenv::byte_view data, std::size_t bit) {
    std::vector<std::uint8_t> copy(data.begin(), data.end());
    copy.at(bit / 8) ^= static_cast<std::uint8_t>(1u << (bit % 8));
    return copy;
}

/// The status with which `work` is refused, which has to be one of the family `Family`; OK if it is not refused.
template <class Family, class Work>
secenv_status refusal(Work&& work) {
    try {
        (void)work();
    } catch (const Family& refused) {
        return refused.status();
    }
    return SECENV_STATUS_OK;
}
