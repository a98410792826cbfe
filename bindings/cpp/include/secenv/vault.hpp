//! The vault: the client's folder with what the server sealed, read offline.
#pragma once

#include <secenv/keyring.hpp>

#include <optional>
#include <vector>

namespace secenv {

/// What a device receives grants with. A vault takes it in; it need not be stored elsewhere.
class device {
public:
    [[nodiscard]] static device generate() {
        return device{
            make<secenv_device, secenv_device_free>([](auto** out) { return secenv_device_generate(out); })};
    }
    [[nodiscard]] static device parse(byte_view file) {
        return device{make<secenv_device, secenv_device_free>(
            [&](auto** out) { return secenv_device_parse(file.data(), file.size(), out); })};
    }
    explicit device(handle<secenv_device, secenv_device_free> key) noexcept : key_{std::move(key)} {}

    [[nodiscard]] bytes encode_secret() const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_device_encode_secret(get(), out); })};
    }
    /// The public half, for the server.
    [[nodiscard]] bytes public_half() const {
        return bytes{
            make<secenv_bytes, secenv_bytes_free>([&](auto** out) { return secenv_device_public(get(), out); })};
    }
    /// The id of a device, from its public half.
    [[nodiscard]] static id16 id(byte_view public_half) {
        id16 found;
        check(secenv_device_id(public_half.data(), public_half.size(), found.data()));
        return found;
    }
    [[nodiscard]] const secenv_device* get() const noexcept { return key_.get(); }

private:
    handle<secenv_device, secenv_device_free> key_;
};

/// Tells a vault that was put back from an older copy. Keep it elsewhere, such as in the system's key store.
using anchor = std::array<std::uint8_t, 16>;

/// A vault that is unlocked. Other processes may use the same folder; one thread at a time uses this object. `at` is the
/// time: the lease of the grant and the manifest is held against it.
class vault {
public:
    /// A document that the manifest names.
    struct document {
        std::uint64_t revision;
        std::uint64_t length;  ///< In bytes.
    };

    /// Makes an empty vault in a folder that is not there, or empty. `servers`: who the server is, 1 to 16 pins. `root`: an
    /// offline root that may name other ones.
    [[nodiscard]] static vault create(const std::filesystem::path& folder, const unlock_secret& with,
                                      const std::vector<pin>& servers, const device& mine,
                                      const std::optional<pin>& root = std::nullopt, std::uint64_t at = now()) {
        const std::string path = utf8(folder);
        const byte_view p{path}, secret = with.secret();
        std::vector<std::uint8_t> pins;
        for (const auto& one : servers) pins.insert(pins.end(), one.begin(), one.end());
        return vault{make<secenv_vault, secenv_vault_free>([&](auto** out) {
            return secenv_vault_create(p.data(), p.size(), with.kind(), secret.data(), secret.size(), pins.data(),
                                       pins.size(), root ? root->data() : nullptr, mine.get(), at, out);
        })};
    }
    /// Throws `rejected` for another secret, if anything was changed, or if the folder is older than the anchor (`STALE`).
    [[nodiscard]] static vault unlock(const std::filesystem::path& folder, const unlock_secret& with,
                                         const std::optional<secenv::anchor>& known = std::nullopt,
                                         std::uint64_t at = now()) {
        const std::string path = utf8(folder);
        const byte_view p{path}, secret = with.secret();
        return vault{make<secenv_vault, secenv_vault_free>([&](auto** out) {
            return secenv_vault_unlock(p.data(), p.size(), with.kind(), secret.data(), secret.size(),
                                       known ? known->data() : nullptr, at, out);
        })};
    }
    explicit vault(handle<secenv_vault, secenv_vault_free> unlocked) noexcept : unlocked_{std::move(unlocked)} {}

    /// To be kept elsewhere after each call that may have changed the vault.
    [[nodiscard]] secenv::anchor anchor() const {
        secenv::anchor made;
        check(secenv_vault_anchor(unlocked_.get(), made.data()));
        return made;
    }
    /// Applies trust statements, grants, manifests and parcels, whatever their order. Gives JSON: `[{"path", "kind", "status",
    /// "new"}]`; a file with a status other than 0 was refused, and the others were taken.
    std::string apply(const std::vector<std::filesystem::path>& files, std::uint64_t at = now(),
                      std::uint32_t threads = 0) {
        std::string paths;
        for (const auto& file : files) (paths += utf8(file)) += '\0';
        const byte_view p{reinterpret_cast<const std::uint8_t*>(paths.data()), paths.size()};
        return text([&](auto** out) {
            return secenv_vault_apply(unlocked_.get(), p.data(), p.size(), at, threads, out);
        });
    }
    /// The documents: JSON `[{"id", "revision", "length", "here"}]`, ascending by id.
    [[nodiscard]] std::string list() {
        return text([&](auto** out) { return secenv_vault_list(unlocked_.get(), out); });
    }
    /// Throws `misuse` with `NOT_FOUND` if the manifest does not name it.
    [[nodiscard]] document find(std::string_view id) {
        const byte_view name{id};
        document found{};
        check(secenv_vault_find(unlocked_.get(), name.data(), name.size(), &found.revision, &found.length));
        return found;
    }
    /// A part of a document, at most 64 MiB; shorter only at the end. With a revision from `find`, all parts are of the
    /// same, or it throws `rejected` with `STALE`. Throws `rejected` with `EXPIRED`, `CLOCK` or `NO_KEY` if it may not be read now.
    [[nodiscard]] bytes read(std::string_view id, std::uint64_t offset, std::size_t length, std::uint64_t revision = 0,
                             std::uint64_t at = now()) {
        const byte_view name{id};
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_vault_read(unlocked_.get(), name.data(), name.size(), revision, offset, length, at, out);
        })};
    }
    /// All of a document, piece by piece, to `sink(byte_view)`: each piece after it was checked.
    template <class Sink>
    void read_all(std::string_view id, Sink&& sink, std::uint64_t at = now()) {
        static constexpr std::size_t piece = 4 << 20;
        const auto whole = find(id);
        std::uint64_t done = 0;
        do {
            const auto part = read(id, done, piece, whole.revision, at);
            sink(byte_view{part});
            done += part.size();
        } while (done < whole.length);
    }
    /// What is wrong with the parcels: JSON `[{"flaw": "missing" | "extra" | "stale" | "damaged", "name"}]`.
    [[nodiscard]] std::string verify(std::uint32_t threads = 0) {
        return text([&](auto** out) { return secenv_vault_verify(unlocked_.get(), threads, out); });
    }
    /// How the vault stands: JSON; "lease" is the status that reading has now.
    [[nodiscard]] std::string status(std::uint64_t at = now()) {
        return text([&](auto** out) { return secenv_vault_status(unlocked_.get(), at, out); });
    }
    /// Changes what unlocks the vault. Older copies of the folder keep their secret.
    void relock(const unlock_secret& with) {
        check(secenv_vault_relock(unlocked_.get(), with.kind(), with.secret().data(), with.secret().size()));
    }
    /// Wipes its keys from memory; every call throws `misuse` with `CLOSED` then.
    void lock() { check(secenv_vault_lock(unlocked_.get())); }

private:
    template <class Give>
    [[nodiscard]] static std::string text(Give&& give) {
        return std::string{bytes{make<secenv_bytes, secenv_bytes_free>(give)}.text()};
    }

    handle<secenv_vault, secenv_vault_free> unlocked_;
};

}  // namespace secenv
