//! What unlocks a keyring or a vault: a passphrase, or a key.
#pragma once

#include <secenv/array.hpp>

namespace secenv {

struct unlock_key_tag { static constexpr auto name = "unlock_key"; };

/// A key that unlocks a keyring or a vault, where there is no passphrase.
using unlock_key = secret_array<32, unlock_key_tag>;

/// What unlocks a keyring or a vault: a copy of its own, wiped when it goes.
class unlock_secret {
public:
    /// 1 byte to 1 MiB; Argon2id takes 64 MiB and about 0.15 s.
    [[nodiscard]] static unlock_secret passphrase(byte_view text) { return {SECENV_UNLOCK_PASSPHRASE, text}; }
    [[nodiscard]] static unlock_secret key(const unlock_key& key) { return {SECENV_UNLOCK_RAW, key.secret_view()}; }

    [[nodiscard]] std::int32_t kind() const noexcept { return kind_; }
    [[nodiscard]] byte_view secret_view() const& noexcept SECENV_LIFETIMEBOUND { return secret_.view(); }
    byte_view secret_view() const&& = delete;

private:
    unlock_secret(std::int32_t kind, byte_view secret) : kind_{kind}, secret_{bytes::copy_of(secret)} {}

    std::int32_t kind_;
    bytes secret_;
};

}  // namespace secenv
