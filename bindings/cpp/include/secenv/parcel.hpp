//! Parcels: documents that the server sealed and signed.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/keyring.hpp>
#include <secenv/path.hpp>

namespace secenv {

/// What a document is sealed as.
struct parcel_config {
    std::string id;          ///< 1 to 128 bytes of UTF-8, parts set apart by `/`.
    std::uint64_t revision;  ///< From 1, and more than that of the parcel before.
    std::uint32_t threads = 0;  ///< How many work; 0: one for each core.
};

/// What a parcel says of itself.
struct parcel_info {
    std::string id;
    std::uint64_t revision;
    vault_id vault;
    pin signer;
    std::uint64_t length;  ///< Of the document, in bytes.
    digest root;           ///< Of its tree, which the manifest names.
    std::uint32_t chunk_bytes;
    std::vector<key_id> keys;  ///< The data keys under which its key is wrapped.
};

namespace detail {

[[nodiscard]] inline parcel_info info_of(const secenv_parcel_info& said) {
    return {said.id, said.revision, array_at<vault_id>(said.vault), array_at<pin>(said.signer), said.length,
            array_at<digest>(said.root), said.chunk_bytes, arrays_at<key_id>(said.keys, said.key_count)};
}

/// `id` is that of `config`, which has to live as long.
[[nodiscard]] inline secenv_parcel_config c_config(const keyring& keys, const identity& signer,
                                                   const parcel_config& config, const std::string& id) {
    auto made = sized<secenv_parcel_config>();
    made.keyring = keys.get();
    made.signer = signer.get();
    made.id = id.c_str();
    made.revision = config.revision;
    made.threads = config.threads;
    return made;
}

}  // namespace detail

/// A parcel in the making: the document comes in pieces, and the parcel is what all calls give, one after the other.
class parcel_writer : public detail::owner<secenv_parcel_writer, secenv_parcel_writer_free> {
public:
    struct started;
    /// What the end of a document gives.
    struct finished {
        bytes last;  ///< The parcel's last bytes.
        parcel_info info;
    };

    using owner::owner;

    /// Begins a parcel under the keyring's active key.
    [[nodiscard]] static started start(const keyring& keys, const identity& signer, const parcel_config& config);
    /// Seals the next piece, and gives the parcel's next bytes: often none.
    [[nodiscard]] bytes push(byte_view piece) {
        return detail::call_bytes(secenv_parcel_writer_push, changing(), piece);
    }
    /// Ends the document, and closes the writer.
    [[nodiscard]] finished finish() {
        secenv_bytes* last = nullptr;
        secenv_parcel_info info{};
        detail::call(secenv_parcel_writer_finish, changing(), &last, &info);
        auto end = detail::owned(last);
        return {std::move(end), detail::info_of(info)};
    }
};

/// A parcel that was begun, and its first bytes.
struct parcel_writer::started {
    parcel_writer writer;
    bytes front;
};

inline parcel_writer::started parcel_writer::start(const keyring& keys, const identity& signer,
                                                   const parcel_config& config) {
    const auto id = detail::c_text(config.id);
    const auto made_as = detail::c_config(keys, signer, config, id);
    secenv_parcel_writer* made = nullptr;
    secenv_bytes* front = nullptr;
    detail::call(secenv_parcel_writer_start, &made_as, &made, &front);
    auto first = detail::owned(front);
    return {parcel_writer{c_handle{made}}, std::move(first)};
}

/// A parcel that its server opened with the keyring. A client reads through its `vault`. Many threads may read at once.
class parcel : public detail::owner<secenv_parcel, secenv_parcel_free> {
public:
    using owner::owner;

    /// Seals a file into a parcel, which appears when it is whole and on the disk. Throws `misuse` with `EXISTS` if
    /// `to` is `from`, or something else than a parcel.
    [[nodiscard]] static parcel_info seal_file(const keyring& keys, const identity& signer, const parcel_config& config,
                                               const std::filesystem::path& from, const std::filesystem::path& to) {
        const auto id = detail::c_text(config.id), source = detail::utf8(from), target = detail::utf8(to);
        const auto sealed_as = detail::c_config(keys, signer, config, id);
        return detail::info_of(detail::call_out<secenv_parcel_info>(secenv_parcel_seal_file, &sealed_as,
                                                                    source.c_str(), target.c_str()));
    }
    /// What a parcel says of itself, without a key. Its signature holds; whether its signer is the server is yours to
    /// compare.
    [[nodiscard]] static parcel_info inspect_file(const std::filesystem::path& file) {
        const auto path = detail::utf8(file);
        return detail::info_of(detail::call_out<secenv_parcel_info>(secenv_parcel_inspect_file, path.c_str()));
    }
    /// Wraps its key under the keyring's active key, in its place; its content stays.
    static void rewrap_file(const std::filesystem::path& file, const keyring& keys) {
        const auto path = detail::utf8(file);
        detail::call(secenv_parcel_rewrap_file, path.c_str(), keys.get());
    }
    /// Opens a parcel that one of these servers signed.
    [[nodiscard]] static parcel open_file(const std::filesystem::path& file, const std::vector<pin>& signers,
                                          const keyring& keys) {
        const auto path = detail::utf8(file), pins = detail::joined(signers);
        return detail::call_owner<parcel>(secenv_parcel_open_file, path.c_str(), byte_view{pins}.data(),
                                          signers.size(), keys.get());
    }

    /// What it says of itself.
    [[nodiscard]] parcel_info inspect() const {
        return detail::info_of(detail::call_out<secenv_parcel_info>(secenv_parcel_inspect, get()));
    }
    /// A part of the document, at most 64 MiB; shorter only at the end.
    [[nodiscard]] bytes read(std::uint64_t offset, std::size_t length) const {
        return detail::call_bytes(secenv_parcel_read, get(), offset, length);
    }
};

}  // namespace secenv
