//! Keyrings: the server's data keys, one for each epoch.
#pragma once

#include <secenv/detail.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>
#include <secenv/unlock_secret.hpp>

namespace secenv {

/// What a data key may still do.
enum class key_state : std::int32_t {
    active = SECENV_KEY_ACTIVE,              ///< It seals and opens.
    decrypt_only = SECENV_KEY_DECRYPT_ONLY,  ///< It opens what it sealed, and seals no more.
    destroyed = SECENV_KEY_DESTROYED,        ///< It is gone; its id stays.
};

/// What a data key says of itself.
struct key_info {
    key_id id;
    std::uint64_t epoch;  ///< From 1.
    key_state state;
    time_point created;
};

/// The data keys of a server. Its id names the vault that it seals for. Store it after each change.
class keyring : public detail::owner<secenv_keyring, secenv_keyring_free> {
public:
    using owner::owner;

    /// One active key, of epoch 1.
    [[nodiscard]] static keyring generate(const unlock_secret& unlock, time_point now = detail::now()) {
        const auto secret = detail::c_unlock(unlock);
        return detail::call_owner<keyring>(secenv_keyring_generate, &secret, detail::number_of(now));
    }
    /// Unlocks what `encode` gave. Throws `rejected` for another secret, or if it was changed; `misuse` with `DAMAGED`
    /// if it is no keyring.
    [[nodiscard]] static keyring parse(byte_view file, const unlock_secret& unlock) {
        const auto secret = detail::c_unlock(unlock);
        return detail::call_owner<keyring>(secenv_keyring_parse, file, &secret);
    }
    /// The keyring as it is to be stored, sealed under its unlock secret.
    [[nodiscard]] bytes encode() const { return detail::call_bytes(secenv_keyring_encode, get()); }
    /// Changes what unlocks it. Older copies keep their secret.
    void change_unlock(const unlock_secret& unlock) {
        const auto secret = detail::c_unlock(unlock);
        detail::call(secenv_keyring_change_unlock, changing(), &secret);
    }
    /// Begins the next epoch.
    void rotate(time_point now = detail::now()) {
        detail::call(secenv_keyring_rotate, changing(), detail::number_of(now));
    }
    /// Lets a key open what it sealed, and seal no more. Throws `misuse` if there is none of this id.
    void retire(const key_id& key) { detail::call(secenv_keyring_retire, changing(), key); }
    /// Destroys a key: what only it opens can never be read again.
    void destroy_key(const key_id& key) { detail::call(secenv_keyring_destroy_key, changing(), key); }
    /// Adds what another copy of the same keyring has, and brings no key back.
    void merge(const keyring& other) { detail::call(secenv_keyring_merge, changing(), other.get()); }

    [[nodiscard]] vault_id id() const { return detail::call_array<vault_id>(secenv_keyring_id, get()); }
    /// The keys, ascending by epoch, destroyed ones too.
    [[nodiscard]] std::vector<key_info> keys() const {
        const auto count = detail::call_out<std::size_t>(secenv_keyring_key_count, get());
        return detail::items(get(), count, secenv_keyring_key_at, [](const secenv_key_info& key) -> key_info {
            return {detail::array_at<key_id>(key.id), key.epoch, key_state{key.state}, detail::time_of(key.created)};
        });
    }
};

}  // namespace secenv
