//! Manifests: from the server to all devices, the current parcels, all of them each time.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>

namespace secenv {

/// What a manifest says beside its parcels.
struct manifest_terms {
    vault_id vault;
    std::uint64_t version;  ///< Counts the manifests of this vault, from 1.
    time_point expires;
    time_point issued = detail::now();
    std::optional<digest> previous{};  ///< The manifest before; none for the first, or if it is not known.
};

/// What a manifest says of itself, its parcels apart.
struct manifest_info {
    vault_id vault;
    std::uint64_t version;
    time_point issued;
    time_point expires;
    std::optional<secenv::digest> previous;
    secenv::digest digest;  ///< Its own, by which the next manifest names it.
    pin signer;
    std::size_t entry_count;  ///< How many parcels it names.
};

/// A manifest in the making.
class manifest : public detail::owner<secenv_manifest, secenv_manifest_free> {
public:
    using owner::owner;

    [[nodiscard]] static manifest start(const manifest_terms& terms) {
        auto said = detail::sized<secenv_manifest_terms>();
        said.vault = terms.vault.data();
        said.version = terms.version;
        said.issued = detail::number_of(terms.issued);
        said.expires = detail::number_of(terms.expires);
        said.previous = detail::data_of(terms.previous);
        return detail::call_owner<manifest>(secenv_manifest_start, &said);
    }
    /// Names a parcel, as its `parcel_info` says it. Throws `misuse` if the document is named already.
    void add(std::string_view id, std::uint64_t revision, const digest& root, std::uint64_t length) {
        const auto name = detail::c_text(id);
        detail::call(secenv_manifest_add, changing(), name.c_str(), revision, root, length);
    }
    /// Signs it, and closes this.
    [[nodiscard]] bytes issue(const identity& signer) {
        return detail::call_bytes(secenv_manifest_issue, changing(), signer.get());
    }
    /// What a manifest says of itself. Nothing of it is verified.
    [[nodiscard]] static manifest_info inspect(byte_view file) {
        const auto said = detail::call_out<secenv_manifest_info>(secenv_manifest_inspect, file);
        return {detail::array_at<vault_id>(said.vault), said.version, detail::time_of(said.issued),
                detail::time_of(said.expires), detail::digest_at(said.previous),
                detail::array_at<digest>(said.digest), detail::array_at<pin>(said.signer), said.entry_count};
    }
};

}  // namespace secenv
