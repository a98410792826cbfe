//! Parcels: documents that the server sealed and signed.
#pragma once

#include <secenv/keyring.hpp>

namespace secenv {

/// A parcel in the making: the document comes in pieces, and the parcel is what all calls give, one behind the other.
class sealer {
public:
    /// What a call gave that ends something.
    struct end {
        bytes last;        ///< The parcel's last bytes.
        std::string info;  ///< JSON, as `parcel::inspect` gives it.
    };

    /// Begins a parcel under the keyring's active key. `front` gets its first bytes.
    [[nodiscard]] static sealer start(const keyring& keys, const identity& signer, std::string_view id,
                                      std::uint64_t revision, bytes& front, std::uint32_t threads = 0) {
        secenv_sealer* made = nullptr;
        secenv_bytes* first = nullptr;
        const byte_view name{id};
        check(secenv_sealer_start(keys.get(), signer.get(), name.data(), name.size(), revision, threads, &made, &first));
        front = bytes{handle<secenv_bytes, secenv_bytes_free>{first}};
        return sealer{handle<secenv_sealer, secenv_sealer_free>{made}};
    }
    explicit sealer(handle<secenv_sealer, secenv_sealer_free> at_work) noexcept : at_work_{std::move(at_work)} {}

    /// Takes the next piece, and gives the parcel's next bytes: often none.
    [[nodiscard]] bytes push(byte_view piece) {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_sealer_push(at_work_.get(), piece.data(), piece.size(), out); })};
    }
    /// Ends the document, and closes the sealer.
    [[nodiscard]] end finish() {
        secenv_bytes *last = nullptr, *info = nullptr;
        check(secenv_sealer_finish(at_work_.get(), &last, &info));
        const bytes said{handle<secenv_bytes, secenv_bytes_free>{info}};
        return {bytes{handle<secenv_bytes, secenv_bytes_free>{last}}, std::string{said.text()}};
    }

private:
    handle<secenv_sealer, secenv_sealer_free> at_work_;
};

/// A parcel that its server opened with the keyring. A client reads through its `vault`. Many threads may read at once.
class parcel {
public:
    /// Seals a file into a parcel, which appears when it is whole and on the disk. Gives JSON, as `inspect`.
    static std::string seal(const keyring& keys, const identity& signer, std::string_view id, std::uint64_t revision,
                            const std::filesystem::path& from, const std::filesystem::path& to,
                            std::uint32_t threads = 0) {
        const byte_view name{id};
        const std::string source = utf8(from), target = utf8(to);
        const byte_view s{source}, t{target};
        return text([&](auto** out) {
            return secenv_parcel_seal_file(keys.get(), signer.get(), name.data(), name.size(), revision, s.data(),
                                           s.size(), t.data(), t.size(), threads, out);
        });
    }
    /// What a parcel says of itself: JSON `{"id", "revision", "vault", "signer", "length", "root", "chunk", "keys"}`.
    [[nodiscard]] static std::string inspect(const std::filesystem::path& file) {
        const std::string path = utf8(file);
        const byte_view p{path};
        return text([&](auto** out) { return secenv_parcel_inspect_file(p.data(), p.size(), out); });
    }
    /// Wraps its key under the keyring's active key, in its place; its content stays.
    static void rewrap(const std::filesystem::path& file, const keyring& keys) {
        const std::string path = utf8(file);
        const byte_view p{path};
        check(secenv_parcel_rewrap_file(p.data(), p.size(), keys.get()));
    }
    /// Opens a parcel that this server signed.
    [[nodiscard]] static parcel open(const std::filesystem::path& file, const pin& signer, const keyring& keys) {
        const std::string path = utf8(file);
        const byte_view p{path};
        return parcel{make<secenv_parcel, secenv_parcel_free>([&](auto** out) {
            return secenv_parcel_open_file(p.data(), p.size(), signer.data(), signer.size(), keys.get(), out);
        })};
    }
    explicit parcel(handle<secenv_parcel, secenv_parcel_free> opened) noexcept : opened_{std::move(opened)} {}

    /// The length of the document in bytes.
    [[nodiscard]] std::uint64_t length() const {
        std::uint64_t found = 0;
        check(secenv_parcel_length(opened_.get(), &found));
        return found;
    }
    /// A part of the document, at most 64 MiB; shorter only at the end.
    [[nodiscard]] bytes read(std::uint64_t offset, std::size_t length) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_parcel_read(opened_.get(), offset, length, out); })};
    }

private:
    template <class Give>
    [[nodiscard]] static std::string text(Give&& give) {
        return std::string{bytes{make<secenv_bytes, secenv_bytes_free>(give)}.text()};
    }

    handle<secenv_parcel, secenv_parcel_free> opened_;
};

}  // namespace secenv
