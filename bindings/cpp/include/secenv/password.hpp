//! Passwords: Argon2id, libsodium's `crypto_pwhash`.
#pragma once

#include <secenv/detail.hpp>

namespace secenv::password {

struct salt_tag { static constexpr auto name = "password::salt"; };

using salt = public_array<SECENV_PWHASH_SALTBYTES, salt_tag>;

/// How much work a guess costs. Store it beside the salt, and cap it when you read it back.
struct limits {
    unsigned long long ops;  ///< passes over the memory
    std::size_t memory;      ///< bytes

    [[nodiscard]] static constexpr limits interactive() noexcept {
        return {SECENV_PWHASH_OPSLIMIT_INTERACTIVE, SECENV_PWHASH_MEMLIMIT_INTERACTIVE};
    }
    [[nodiscard]] static constexpr limits moderate() noexcept {
        return {SECENV_PWHASH_OPSLIMIT_MODERATE, SECENV_PWHASH_MEMLIMIT_MODERATE};
    }
    [[nodiscard]] static constexpr limits sensitive() noexcept {
        return {SECENV_PWHASH_OPSLIMIT_SENSITIVE, SECENV_PWHASH_MEMLIMIT_SENSITIVE};
    }
};

/// The key (some `secret_array`) that belongs to a password: `derive<secretbox::key>(...)`. Throws `unavailable` if the
/// memory is not there, or the limits are below libsodium's.
template <class Key>
[[nodiscard]] Key derive(byte_view password, const salt& with, limits cost) {
    return Key::filled([&](auto* out) {
        detail::check_made(secenv_pwhash(out, Key::size(), reinterpret_cast<const char*>(password.data()),
                                         password.size(), with.data(), cost.ops, cost.memory,
                                         SECENV_PWHASH_ALG_ARGON2ID13));
    });
}

/// A line of text to store for a login; it holds its own salt and limits.
[[nodiscard]] inline std::string encode(byte_view password, limits cost) {
    std::array<char, SECENV_PWHASH_STRBYTES> line;
    detail::check_made(secenv_pwhash_str(line.data(), reinterpret_cast<const char*>(password.data()), password.size(),
                                         cost.ops, cost.memory));
    return line.data();
}

/// Throws `rejected` unless `line` was made from this password: with `MALFORMED` if it is no such line. Throws
/// `unavailable` if the memory is not there, which says nothing about the password.
inline void verify(byte_view line, byte_view password) { detail::call(secenv_pwhash_verify, line, password); }

}  // namespace secenv::password
