//! What a server issues: grants to devices, manifests, trust statements.
#pragma once

#include <secenv/keyring.hpp>

#include <vector>

namespace secenv {

/// The name of a grant or manifest, by which the next one names it.
using chain_value = std::array<std::uint8_t, 32>;

/// From the server to one device: the data keys that it may hold from now on, all of them.
namespace grant {

/// Times are in seconds since 1970.
struct terms {
    std::uint64_t sequence = 0;     ///< Counts the grants to this device, from 1.
    std::uint64_t not_after = 0;    ///< When the keys may be used last.
    std::uint64_t max_offline = 0;  ///< How many seconds the device may go without hearing from the server.
    std::uint64_t issued = now();
    std::uint64_t not_before = issued;
    const chain_value* previous = nullptr;  ///< The grant before; null for the first, or if it is not known.
};

/// `device_public` is the device's public half.
[[nodiscard]] inline bytes issue(const keyring& keys, const identity& signer, byte_view device_public,
                                 const terms& as) {
    return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
        return secenv_grant_issue(keys.get(), signer.get(), device_public.data(), device_public.size(), as.sequence,
                                  as.issued, as.not_before, as.not_after, as.max_offline,
                                  as.previous == nullptr ? nullptr : as.previous->data(), out);
    })};
}

[[nodiscard]] inline chain_value chain(byte_view file) {
    chain_value made;
    check(secenv_grant_chain(file.data(), file.size(), made.data()));
    return made;
}

/// What a grant says of itself, unverified: JSON with "vault", "device", "sequence" and the other terms.
[[nodiscard]] inline std::string inspect(byte_view file) {
    return std::string{bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
                           return secenv_grant_inspect(file.data(), file.size(), out);
                       })}.text()};
}

}  // namespace grant

/// A manifest in the making: it names all current parcels, each time.
class manifest {
public:
    [[nodiscard]] static manifest start(const id16& vault, std::uint64_t version, std::uint64_t expires,
                                        const chain_value* previous = nullptr, std::uint64_t issued = now()) {
        return manifest{make<secenv_manifest, secenv_manifest_free>([&](auto** out) {
            return secenv_manifest_start(vault.data(), version, issued, expires,
                                         previous == nullptr ? nullptr : previous->data(), out);
        })};
    }
    explicit manifest(handle<secenv_manifest, secenv_manifest_free> begun) noexcept : begun_{std::move(begun)} {}

    /// Names a parcel, as `parcel::inspect` says it.
    void add(std::string_view id, std::uint64_t revision, const std::array<std::uint8_t, 32>& root,
             std::uint64_t length) {
        const byte_view name{id};
        check(secenv_manifest_add(begun_.get(), name.data(), name.size(), revision, root.data(), length));
    }
    /// Signs it, and closes this.
    [[nodiscard]] bytes issue(const identity& signer) {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_manifest_issue(begun_.get(), signer.get(), out); })};
    }
    [[nodiscard]] static chain_value chain(byte_view file) {
        chain_value made;
        check(secenv_manifest_chain(file.data(), file.size(), made.data()));
        return made;
    }

private:
    handle<secenv_manifest, secenv_manifest_free> begun_;
};

/// Names who the server is from now on: signed by who it is now, or by the offline root.
namespace trust {

[[nodiscard]] inline bytes issue(const identity& signer, std::uint64_t version, const std::vector<pin>& pins,
                                 std::uint64_t issued = now()) {
    std::vector<std::uint8_t> joined;
    for (const auto& one : pins) joined.insert(joined.end(), one.begin(), one.end());
    return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
        return secenv_trust_issue(signer.get(), version, issued, joined.data(), joined.size(), out);
    })};
}

}  // namespace trust

}  // namespace secenv
