//! The vault: the client's folder with what the server sealed, read offline.
#pragma once

#include <secenv/device.hpp>
#include <secenv/path.hpp>
#include <secenv/pin.hpp>
#include <secenv/time.hpp>
#include <secenv/unlock_secret.hpp>

#include <vector>

namespace secenv {

/// Whom a new vault trusts.
struct vault_config {
    std::vector<pin> pins;          ///< Who the server is: 1 to 16.
    std::optional<pin> root_pin{};  ///< An offline root that may name other ones.
    time_point at = detail::now();
};

/// What is known when a vault is unlocked.
struct unlock_options {
    std::optional<secenv::anchor> anchor{};
    time_point at = detail::now();
};

/// A vault that is unlocked. Other processes may use the same folder; one thread at a time uses this object. `at` is
/// the time: the lease of the grant and the manifest is held against it.
class vault : public detail::owner<secenv_vault, secenv_vault_free> {
public:
    /// A document that the manifest names.
    struct document {
        std::uint64_t revision;
        std::uint64_t length;  ///< In bytes.
    };

    using owner::owner;

    /// Makes an empty vault in a folder that is not there, or empty.
    [[nodiscard]] static vault create(const std::filesystem::path& folder, const unlock_secret& with,
                                      const device& mine, const vault_config& as) {
        const auto path = detail::utf8(folder), pins = detail::joined(as.pins);
        return detail::call_owner<vault>(secenv_vault_create, byte_view{path}, with.kind(), with.secret_view(),
                                         byte_view{pins}, as.root_pin, mine.get(), detail::number_of(as.at));
    }
    /// Throws `rejected` for another secret, if anything was changed, or if the folder is older than the anchor
    /// (`STALE`).
    [[nodiscard]] static vault unlock(const std::filesystem::path& folder, const unlock_secret& with,
                                      const unlock_options& how = {}) {
        const auto path = detail::utf8(folder);
        return detail::call_owner<vault>(secenv_vault_unlock, byte_view{path}, with.kind(), with.secret_view(),
                                         how.anchor, detail::number_of(how.at));
    }

    /// To be kept elsewhere after each call that may have changed the vault.
    [[nodiscard]] secenv::anchor anchor() const {
        return detail::call_array<secenv::anchor>(secenv_vault_anchor, get());
    }
    /// Applies trust statements, grants, manifests and parcels, whatever their order. Gives JSON: `[{"path", "kind",
    /// "status", "new"}]`; a file with a status other than 0 was refused, and the others were taken.
    [[nodiscard]] std::string apply(const std::vector<std::filesystem::path>& files, time_point at = detail::now(),
                                    std::uint32_t threads = 0) {
        std::string paths;
        for (const auto& file : files) (paths += detail::utf8(file)) += '\0';
        return detail::call_bytes(secenv_vault_apply, changing(), byte_view{paths}, detail::number_of(at), threads)
            .text();
    }
    /// The documents: JSON `[{"id", "revision", "length", "here"}]`, ascending by id.
    [[nodiscard]] std::string list() { return detail::call_bytes(secenv_vault_list, changing()).text(); }
    /// Throws `misuse` with `NOT_FOUND` if the manifest does not name it.
    [[nodiscard]] document find(std::string_view id) {
        document found{};
        detail::call(secenv_vault_find, changing(), byte_view{id}, &found.revision, &found.length);
        return found;
    }
    /// A part of a document, at most 64 MiB; shorter only at the end. With a revision from `find`, all parts are of the
    /// same, or it throws `rejected` with `STALE`. Throws `rejected` with `EXPIRED`, `CLOCK` or `NO_KEY` if it may not
    /// be read now.
    [[nodiscard]] bytes read(std::string_view id, std::uint64_t offset, std::size_t length, std::uint64_t revision = 0,
                             time_point at = detail::now()) {
        return detail::call_bytes(secenv_vault_read, changing(), byte_view{id}, revision, offset, length,
                                  detail::number_of(at));
    }
    /// All of a document, piece by piece, to `sink(byte_view)`: each piece after it was checked.
    template <class Sink>
    void read_all(std::string_view id, Sink&& sink, time_point at = detail::now()) {
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
        return detail::call_bytes(secenv_vault_verify, changing(), threads).text();
    }
    /// How the vault stands: JSON; "lease" is the status that reading has now.
    [[nodiscard]] std::string status(time_point at = detail::now()) {
        return detail::call_bytes(secenv_vault_status, changing(), detail::number_of(at)).text();
    }
    /// Changes what unlocks the vault. Older copies of the folder keep their secret.
    void change_unlock(const unlock_secret& with) {
        detail::call(secenv_vault_relock, changing(), with.kind(), with.secret_view());
    }
    /// Wipes its keys from memory; every call throws `misuse` with `CLOSED` then.
    void lock() { detail::call(secenv_vault_lock, changing()); }
};

}  // namespace secenv
