//! Keyrings: the server's data keys, one for each epoch.
#pragma once

#include <secenv/detail.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>
#include <secenv/unlock_secret.hpp>

namespace secenv {

/// The data keys of a server. Its id names the vault that it seals for. Store it after each change.
class keyring : public detail::owner<secenv_keyring, secenv_keyring_free> {
public:
    using owner::owner;

    /// One active key, of epoch 1.
    [[nodiscard]] static keyring generate(const unlock_secret& unlock, time_point at = detail::now()) {
        return detail::call_owner<keyring>(secenv_keyring_generate, unlock.kind(), unlock.secret_view(),
                                           detail::number_of(at));
    }
    /// Unlocks what `encode` gave. Throws `rejected` for another secret, or if it was changed.
    [[nodiscard]] static keyring parse(byte_view file, const unlock_secret& unlock) {
        return detail::call_owner<keyring>(secenv_keyring_parse, file, unlock.kind(), unlock.secret_view());
    }
    /// The keyring as it is to be stored, sealed under its unlock secret.
    [[nodiscard]] bytes encode() const { return detail::call_bytes(secenv_keyring_seal, get()); }
    /// Changes what unlocks it. Older copies keep their secret.
    void change_unlock(const unlock_secret& unlock) {
        detail::call(secenv_keyring_relock, changing(), unlock.kind(), unlock.secret_view());
    }
    /// Begins the next epoch.
    void rotate(time_point at = detail::now()) {
        detail::call(secenv_keyring_rotate, changing(), detail::number_of(at));
    }
    /// Lets a key open what it sealed, and seal no more. Throws `misuse` if there is none of this id.
    void retire(const key_id& key) { detail::call(secenv_keyring_retire, changing(), key); }
    /// Destroys a key: what only it opens can never be read again.
    void destroy_key(const key_id& key) { detail::call(secenv_keyring_wipe_key, changing(), key); }
    /// Adds what another copy of the same keyring has, and brings no key back.
    void merge(const keyring& other) { detail::call(secenv_keyring_merge, changing(), other.get()); }

    [[nodiscard]] vault_id id() const { return detail::call_array<vault_id>(secenv_keyring_id, get()); }
    /// JSON: `[{"id", "epoch", "state": "active" | "decrypt-only" | "destroyed", "created"}]`.
    [[nodiscard]] std::string list() const { return detail::call_bytes(secenv_keyring_list, get()).text(); }
};

}  // namespace secenv
