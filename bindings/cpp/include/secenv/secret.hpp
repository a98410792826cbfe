//! Keys of a fixed length, wiped when their owner goes.
#pragma once

#include <secenv/bytes.hpp>

#include <algorithm>
#include <array>

namespace secenv {

/// `N` secret bytes: a key, a seed. Move-only, wiped, never printed. `Noun` keeps keys for different jobs apart: a key
/// for receiving does not compile where one for sending is asked for.
template <std::size_t N, class Noun = void>
class secret_array {
public:
    /// Copies a stored secret; wipe the original. Throws `misuse` unless it is `N` bytes long.
    [[nodiscard]] static secret_array parse(byte_view stored) {
        if (stored.size() != N) throw misuse{SECENV_STATUS_INVALID_LENGTH};
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
    [[nodiscard]] const std::uint8_t* secret_data() const {
        if (!memory_) throw misuse{SECENV_STATUS_NULL_POINTER};
        return memory_->data();
    }

    /// The same as `byte_view`.
    [[nodiscard]] byte_view secret_view() const { return {secret_data(), N}; }

private:
    struct wiped {
        void operator()(std::array<std::uint8_t, N>* memory) const noexcept {
            secenv_memzero(memory->data(), N);
            delete memory;
        }
    };

    secret_array() : memory_{new std::array<std::uint8_t, N>{}} {}

    std::unique_ptr<std::array<std::uint8_t, N>, wiped> memory_;
};

/// Whether two secrets are the same, in a time that depends on their length alone.
[[nodiscard]] inline bool equal(byte_view a, byte_view b) noexcept {
    return a.size() == b.size() && (a.empty() || secenv_memcmp(a.data(), b.data(), a.size()) == 0);
}

/// Copies public bytes of a fixed length: a public key, a nonce. Throws `misuse` unless there are `N`.
template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> array_of(byte_view stored) {
    if (stored.size() != N) throw misuse{SECENV_STATUS_INVALID_LENGTH};
    std::array<std::uint8_t, N> copy;
    std::copy(stored.begin(), stored.end(), copy.begin());
    return copy;
}

}  // namespace secenv
