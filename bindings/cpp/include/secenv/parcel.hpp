//! Parcels: documents that the server sealed and signed.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/keyring.hpp>
#include <secenv/path.hpp>

#include <vector>

namespace secenv {

/// What a document is sealed as.
struct parcel_config {
    std::string id;
    std::uint64_t revision;
    std::uint32_t threads = 0;  ///< How many work; 0: one for each core.
};

/// A parcel in the making: the document comes in pieces, and the parcel is what all calls give, one behind the other.
class parcel_writer : public detail::owner<secenv_sealer, secenv_sealer_free> {
public:
    struct started;
    /// What the end of a document gives.
    struct finished {
        bytes last;        ///< The parcel's last bytes.
        std::string info;  ///< JSON, as `parcel::inspect_file` gives it.
    };

    using owner::owner;

    /// Begins a parcel under the keyring's active key.
    [[nodiscard]] static started start(const keyring& keys, const identity& signer, const parcel_config& as);
    /// Seals the next piece, and gives the parcel's next bytes: often none.
    [[nodiscard]] bytes push(byte_view piece) { return detail::call_bytes(secenv_sealer_push, changing(), piece); }
    /// Ends the document, and closes the writer.
    [[nodiscard]] finished finish() {
        secenv_bytes *last = nullptr, *info = nullptr;
        detail::call(secenv_sealer_finish, changing(), &last, &info);
        const auto said = detail::owned(info);
        return {detail::owned(last), said.to_string()};
    }
};

/// A parcel that was begun, and its first bytes.
struct parcel_writer::started {
    parcel_writer writer;
    bytes front;
};

inline parcel_writer::started parcel_writer::start(const keyring& keys, const identity& signer,
                                                   const parcel_config& as) {
    secenv_sealer* made = nullptr;
    secenv_bytes* front = nullptr;
    detail::call(secenv_sealer_start, keys.get(), signer.get(), byte_view{as.id}, as.revision, as.threads, &made,
                 &front);
    auto first = detail::owned(front);
    return {parcel_writer{c_handle{made}}, std::move(first)};
}

/// A parcel that its server opened with the keyring. A client reads through its `vault`. Many threads may read at once.
class parcel : public detail::owner<secenv_parcel, secenv_parcel_free> {
public:
    using owner::owner;

    /// Seals a file into a parcel, which appears when it is whole and on the disk. Gives JSON, as `inspect_file`.
    [[nodiscard]] static std::string seal_file(const keyring& keys, const identity& signer, const parcel_config& as,
                                               const std::filesystem::path& from, const std::filesystem::path& to) {
        const auto source = detail::utf8(from), target = detail::utf8(to);
        return detail::call_bytes(secenv_parcel_seal_file, keys.get(), signer.get(), byte_view{as.id}, as.revision,
                                  byte_view{source}, byte_view{target}, as.threads)
            .text();
    }
    /// What a parcel says of itself: JSON `{"id", "revision", "vault", "signer", "length", "root", "chunk", "keys"}`.
    [[nodiscard]] static std::string inspect_file(const std::filesystem::path& file) {
        const auto path = detail::utf8(file);
        return detail::call_bytes(secenv_parcel_inspect_file, byte_view{path}).text();
    }
    /// Wraps its key under the keyring's active key, in its place; its content stays.
    static void rewrap_file(const std::filesystem::path& file, const keyring& keys) {
        const auto path = detail::utf8(file);
        detail::call(secenv_parcel_rewrap_file, byte_view{path}, keys.get());
    }
    /// Opens a parcel that one of these servers signed.
    [[nodiscard]] static parcel open_file(const std::filesystem::path& file, const std::vector<pin>& signers,
                                          const keyring& keys) {
        const auto path = detail::utf8(file), pins = detail::joined(signers);
        return detail::call_owner<parcel>(secenv_parcel_open_file, byte_view{path}, byte_view{pins}, keys.get());
    }

    /// The length of the document in bytes.
    [[nodiscard]] std::uint64_t length() const { return detail::call_number(secenv_parcel_length, get()); }
    /// A part of the document, at most 64 MiB; shorter only at the end.
    [[nodiscard]] bytes read(std::uint64_t offset, std::size_t length) const {
        return detail::call_bytes(secenv_parcel_read, get(), offset, length);
    }
};

}  // namespace secenv
