//! Manifests: from the server to all devices, the current parcels, all of them each time.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>

namespace secenv {

/// A manifest in the making.
class manifest : public detail::owner<secenv_manifest, secenv_manifest_free> {
public:
    struct terms {
        vault_id vault;
        std::uint64_t version;  ///< Counts the manifests of this vault, from 1.
        time_point expires;
        time_point issued = detail::now();
        std::optional<digest> previous{};  ///< The manifest before; none for the first, or if it is not known.
    };

    using owner::owner;

    [[nodiscard]] static manifest start(const terms& as) {
        return detail::call_owner<manifest>(secenv_manifest_start, as.vault, as.version, detail::number_of(as.issued),
                                            detail::number_of(as.expires), as.previous);
    }
    /// Names a parcel, as `parcel::inspect_file` says it.
    void add(std::string_view id, std::uint64_t revision, const digest& root, std::uint64_t length) {
        detail::call(secenv_manifest_add, changing(), byte_view{id}, revision, root, length);
    }
    /// Signs it, and closes this.
    [[nodiscard]] bytes issue(const identity& signer) {
        return detail::call_bytes(secenv_manifest_issue, changing(), signer.get());
    }
    /// What the next manifest names this one by.
    [[nodiscard]] static digest chain(byte_view file) {
        return detail::call_array<digest>(secenv_manifest_chain, file);
    }
};

}  // namespace secenv
