//! Hashes: libsodium's `crypto_generichash` (BLAKE2b), with a key or without.
#pragma once

#include <secenv/array.hpp>

namespace secenv::hash {

struct digest_tag { static constexpr auto name = "hash::digest"; };
struct key_tag { static constexpr auto name = "hash::key"; };

using digest = public_array<SECENV_GENERICHASH_BYTES, digest_tag>;
using key = secret_array<SECENV_GENERICHASH_KEYBYTES, key_tag>;

/// BLAKE2b-256(message)
[[nodiscard]] inline digest of(byte_view message) {
    return digest::filled([&](auto* out) {
        detail::check_made(secenv_generichash(out, digest::size(), message.data(), message.size(), nullptr, 0));
    });
}

/// BLAKE2b-256[key](message): only whoever has the key can make it.
[[nodiscard]] inline digest of(const key& under, byte_view message) {
    return digest::filled([&](auto* out) {
        detail::check_made(secenv_generichash(out, digest::size(), message.data(), message.size(), under.secret_data(),
                                              key::size()));
    });
}

/// Hashes what comes in parts.
class hasher {
public:
    hasher() { detail::check_made(secenv_generichash_init(state_.get(), nullptr, 0, digest::size())); }
    explicit hasher(const key& under) {
        detail::check_made(secenv_generichash_init(state_.get(), under.secret_data(), key::size(), digest::size()));
    }

    void update(byte_view part) {
        detail::check_made(secenv_generichash_update(running(), part.data(), part.size()));
    }

    /// The hash of all parts. Nothing can follow.
    [[nodiscard]] digest finish() {
        const auto made = digest::filled(
            [&](auto* out) { detail::check_made(secenv_generichash_final(running(), out, digest::size())); });
        state_.reset();
        return made;
    }

private:
    [[nodiscard]] secenv_generichash_state* running() const {
        if (!state_) throw misuse{SECENV_STATUS_INVALID_ARGUMENT, "hash::hasher: it has finished, or was moved away"};
        return state_.get();
    }

    std::unique_ptr<secenv_generichash_state, detail::wiped> state_{new secenv_generichash_state};
};

}  // namespace secenv::hash
