//! What unlocks a keyring or a vault: a passphrase, or a key.
#pragma once

#include <secenv/detail.hpp>

namespace secenv {

struct unlock_key_tag { static constexpr auto name = "unlock_key"; };

/// A key that unlocks a keyring or a vault, where there is no passphrase.
using unlock_key = secret_array<SECENV_UNLOCK_KEY_BYTES, unlock_key_tag>;

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

namespace detail {

/// The same, as the C ABI takes it.
[[nodiscard]] inline secenv_unlock_secret c_unlock(const unlock_secret& unlock SECENV_LIFETIMEBOUND) {
    auto made = sized<secenv_unlock_secret>();
    made.kind = unlock.kind();
    made.secret = unlock.secret_view().data();
    made.secret_len = unlock.secret_view().size();
    return made;
}

}  // namespace detail

}  // namespace secenv
