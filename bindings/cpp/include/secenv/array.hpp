//! Bytes of a fixed length: public ones (a public key, an id) and secret ones, wiped when their owner goes.
#pragma once

#include <secenv/bytes.hpp>

#include <algorithm>
#include <array>

namespace secenv {

/// `N` bytes that are no secret: a public key, a nonce, an id. `Tag` keeps them apart from others of the same length,
/// and has the `name` that they have in messages.
template <std::size_t N, class Tag>
class public_array {
public:
    /// `N` zeros.
    constexpr public_array() noexcept = default;

    /// Copies stored or received bytes. Throws `misuse` unless there are `N`.
    [[nodiscard]] static public_array parse(byte_view stored) {
        detail::check_length(Tag::name, N, stored.size());
        return filled([&](std::uint8_t* out) { std::copy(stored.begin(), stored.end(), out); });
    }

    /// `N` random bytes: for a nonce or a salt.
    [[nodiscard]] static public_array generate() {
        return filled([](std::uint8_t* out) { secenv_randombytes_buf(out, N); });
    }

    /// What `fill(std::uint8_t* out)` writes.
    template <class Fill>
    [[nodiscard]] static public_array filled(Fill&& fill) {
        public_array made;
        fill(made.memory_.data());
        return made;
    }

    [[nodiscard]] static constexpr std::size_t size() noexcept { return N; }
    [[nodiscard]] const std::uint8_t* data() const& noexcept SECENV_LIFETIMEBOUND { return memory_.data(); }
    const std::uint8_t* data() const&& = delete;
    [[nodiscard]] const std::uint8_t* begin() const& noexcept SECENV_LIFETIMEBOUND { return memory_.data(); }
    const std::uint8_t* begin() const&& = delete;
    [[nodiscard]] const std::uint8_t* end() const& noexcept SECENV_LIFETIMEBOUND { return memory_.data() + N; }
    const std::uint8_t* end() const&& = delete;

    [[nodiscard]] friend bool operator==(const public_array& a, const public_array& b) {
        return a.memory_ == b.memory_;
    }
    [[nodiscard]] friend bool operator!=(const public_array& a, const public_array& b) {
        return a.memory_ != b.memory_;
    }
    [[nodiscard]] friend bool operator<(const public_array& a, const public_array& b) {
        return a.memory_ < b.memory_;
    }

private:
    std::array<std::uint8_t, N> memory_{};
};

/// `N` secret bytes: a key, a seed. Move-only, wiped, never printed. `Tag` keeps keys for different jobs apart (a key
/// for receiving does not compile where one for sending is asked for), and has the `name` that they have in messages.
template <std::size_t N, class Tag>
class secret_array {
public:
    /// Copies a stored secret; wipe the original. Throws `misuse` unless it is `N` bytes long.
    [[nodiscard]] static secret_array parse(byte_view stored) {
        detail::check_length(Tag::name, N, stored.size());
        return filled([&](std::uint8_t* out) { std::copy(stored.begin(), stored.end(), out); });
    }

    /// `N` random bytes.
    [[nodiscard]] static secret_array generate() {
        return filled([](std::uint8_t* out) { secenv_randombytes_buf(out, N); });
    }

    /// What `fill(std::uint8_t* out)` writes.
    template <class Fill>
    [[nodiscard]] static secret_array filled(Fill&& fill) {
        secret_array made;
        fill(made.memory_->data());
        return made;
    }

    [[nodiscard]] static constexpr std::size_t size() noexcept { return N; }

    /// The secret, for a C function or for storage. Throws `misuse` if it was moved away: a key of zeros would encrypt.
    [[nodiscard]] const std::uint8_t* secret_data() const& SECENV_LIFETIMEBOUND {
        if (!memory_) throw misuse{SECENV_STATUS_NULL_POINTER, std::string{Tag::name} + ": it was moved away"};
        return memory_->data();
    }
    const std::uint8_t* secret_data() const&& = delete;

    /// The same as `byte_view`.
    [[nodiscard]] byte_view secret_view() const& SECENV_LIFETIMEBOUND { return {secret_data(), N}; }
    byte_view secret_view() const&& = delete;

private:
    secret_array() : memory_{new std::array<std::uint8_t, N>{}} {}

    std::unique_ptr<std::array<std::uint8_t, N>, detail::wiped> memory_;
};

/// Whether two secrets are the same, in a time that depends on their length alone.
[[nodiscard]] inline bool equal(byte_view a, byte_view b) noexcept {
    return a.size() == b.size() && (a.empty() || secenv_memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace secenv
