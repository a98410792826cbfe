//! Hashes: libsodium's `crypto_generichash` (BLAKE2b), with a key or without.
#pragma once

#include <secenv/secret.hpp>

namespace secenv::hash {

using digest = std::array<std::uint8_t, SECENV_GENERICHASH_BYTES>;
using key = secret_array<SECENV_GENERICHASH_KEYBYTES, struct key_noun>;

/// BLAKE2b-256(message)
[[nodiscard]] inline digest of(byte_view message) {
    digest made;
    check_made(secenv_generichash(made.data(), made.size(), message.data(), message.size(), nullptr, 0));
    return made;
}

/// BLAKE2b-256[key](message): only who has the key can make it.
[[nodiscard]] inline digest of(byte_view message, const key& with) {
    digest made;
    check_made(secenv_generichash(made.data(), made.size(), message.data(), message.size(), with.secret_data(),
                                  key::size()));
    return made;
}

/// Hashes what comes in parts.
class hasher {
public:
    hasher() : state_{new secenv_generichash_state} {
        check_made(secenv_generichash_init(state_.get(), nullptr, 0, digest{}.size()));
    }
    explicit hasher(const key& with) : state_{new secenv_generichash_state} {
        check_made(secenv_generichash_init(state_.get(), with.secret_data(), key::size(), digest{}.size()));
    }

    void update(byte_view part) {
        check_made(secenv_generichash_update(running(), part.data(), part.size()));
    }

    /// The hash of all parts. Nothing can follow.
    [[nodiscard]] digest finish() {
        digest made;
        check_made(secenv_generichash_final(running(), made.data(), made.size()));
        state_.reset();
        return made;
    }

private:
    struct wiped {
        void operator()(secenv_generichash_state* memory) const noexcept {
            secenv_memzero(memory, sizeof *memory);
            delete memory;
        }
    };

    [[nodiscard]] secenv_generichash_state* running() const {
        if (!state_) throw misuse{SECENV_STATUS_INVALID_ARGUMENT};
        return state_.get();
    }

    std::unique_ptr<secenv_generichash_state, wiped> state_;
};

}  // namespace secenv::hash
