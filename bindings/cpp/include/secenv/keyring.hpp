//! Keyrings: the server's data keys, one for each epoch; and the clock and paths of data at rest.
#pragma once

#include <secenv/identity.hpp>

#include <chrono>
#include <filesystem>
#include <string>

namespace secenv {

/// Names a vault, a device, or a data key.
using id16 = std::array<std::uint8_t, 16>;

/// A key that unlocks a keyring or a vault, where there is no passphrase.
using unlock_key = secret_array<32, struct unlock_key_noun>;

/// What unlocks a keyring or a vault. It is borrowed: keep the secret until the call has returned.
class unlock_secret {
public:
    /// 1 byte to 1 MiB; Argon2id takes 64 MiB and about 0.15 s.
    [[nodiscard]] static unlock_secret passphrase(byte_view text) noexcept { return {SECENV_UNLOCK_PASSPHRASE, text}; }
    [[nodiscard]] static unlock_secret key(const unlock_key& key) { return {SECENV_UNLOCK_RAW, key.secret_view()}; }

    [[nodiscard]] std::int32_t kind() const noexcept { return kind_; }
    [[nodiscard]] byte_view secret() const noexcept { return secret_; }

private:
    unlock_secret(std::int32_t kind, byte_view secret) noexcept : kind_{kind}, secret_{secret} {}

    std::int32_t kind_;
    byte_view secret_;
};

/// Seconds since 1970, as the system's clock says.
[[nodiscard]] inline std::uint64_t now() {
    const auto age = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(age).count());
}

/// A path as the C ABI takes it.
[[nodiscard]] inline std::string utf8(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

/// The data keys of a server. Its id names the vault that it seals for. Store it after each change.
class keyring {
public:
    /// One active key, of epoch 1.
    [[nodiscard]] static keyring generate(const unlock_secret& with, std::uint64_t at = now()) {
        return keyring{make<secenv_keyring, secenv_keyring_free>([&](auto** out) {
            return secenv_keyring_generate(with.kind(), with.secret().data(), with.secret().size(), at, out);
        })};
    }
    /// Unlocks what `seal` gave. Throws `rejected` for another secret, or if it was changed.
    [[nodiscard]] static keyring parse(byte_view file, const unlock_secret& with) {
        return keyring{make<secenv_keyring, secenv_keyring_free>([&](auto** out) {
            return secenv_keyring_parse(file.data(), file.size(), with.kind(), with.secret().data(),
                                        with.secret().size(), out);
        })};
    }
    explicit keyring(handle<secenv_keyring, secenv_keyring_free> ring) noexcept : ring_{std::move(ring)} {}

    /// The keyring as it is to be stored, sealed under its unlock secret.
    [[nodiscard]] bytes seal() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) { return secenv_keyring_seal(get(), out); })};
    }
    /// Changes what unlocks it. Older copies keep their secret.
    void relock(const unlock_secret& with) {
        check(secenv_keyring_relock(ring_.get(), with.kind(), with.secret().data(), with.secret().size()));
    }
    /// Begins the next epoch.
    void rotate(std::uint64_t at = now()) { check(secenv_keyring_rotate(ring_.get(), at)); }
    /// Lets a key open what it sealed, and seal no more. Throws `misuse` if there is none of this id.
    void retire(const id16& key) { check(secenv_keyring_retire(ring_.get(), key.data())); }
    /// Wipes a key: what only it opens can never be read again.
    void wipe_key(const id16& key) { check(secenv_keyring_wipe_key(ring_.get(), key.data())); }
    /// Takes what another copy of the same keyring has, and brings no key back.
    void merge(const keyring& other) { check(secenv_keyring_merge(ring_.get(), other.get())); }

    [[nodiscard]] id16 id() const {
        id16 found;
        check(secenv_keyring_id(get(), found.data()));
        return found;
    }
    /// JSON: `[{"id", "epoch", "state": "active" | "decrypt-only" | "destroyed", "created"}]`.
    [[nodiscard]] std::string list() const {
        return std::string{bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
                               return secenv_keyring_list(get(), out);
                           })}.text()};
    }
    /// The handle, for the C ABI; still owned here.
    [[nodiscard]] const secenv_keyring* get() const noexcept { return ring_.get(); }

private:
    handle<secenv_keyring, secenv_keyring_free> ring_;
};

}  // namespace secenv
