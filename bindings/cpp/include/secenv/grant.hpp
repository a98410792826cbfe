//! Grants: from the server to one device, the data keys that it may hold from now on, all of them.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/keyring.hpp>

namespace secenv {

/// What a grant says beside the keys.
struct grant_terms {
    std::uint64_t sequence;            ///< Counts the grants to this device, from 1.
    time_point not_after;              ///< When the keys may be used last.
    std::chrono::seconds max_offline;  ///< How long the device may go without hearing from the server.
    time_point issued = detail::now();
    time_point not_before = issued;
    std::optional<digest> previous{};  ///< The grant before; none for the first, or if it is not known.
};

/// What a grant says of itself, its keys apart.
struct grant_info {
    vault_id vault;
    device_id device;
    std::uint64_t sequence;
    time_point issued;
    time_point not_before;
    time_point not_after;
    std::chrono::seconds max_offline;
    std::optional<secenv::digest> previous;
    secenv::digest digest;  ///< Its own, by which the next grant names it.
    pin signer;
};

namespace grant {

/// Grants all keys that are not destroyed. `device` is the device's public key.
[[nodiscard]] inline bytes issue(const keyring& keys, const identity& signer, byte_view device,
                                 const grant_terms& terms) {
    auto said = detail::sized<secenv_grant_terms>();
    said.sequence = terms.sequence;
    said.issued = detail::number_of(terms.issued);
    said.not_before = detail::number_of(terms.not_before);
    said.not_after = detail::number_of(terms.not_after);
    said.max_offline = detail::number_of(terms.max_offline);
    said.previous = detail::data_of(terms.previous);
    return detail::call_bytes(secenv_grant_issue, keys.get(), signer.get(), device, &said);
}

/// What a grant says of itself. Nothing of it is verified.
[[nodiscard]] inline grant_info inspect(byte_view file) {
    const auto said = detail::call_out<secenv_grant_info>(secenv_grant_inspect, file);
    return {detail::array_at<vault_id>(said.vault), detail::array_at<device_id>(said.device), said.sequence,
            detail::time_of(said.issued), detail::time_of(said.not_before), detail::time_of(said.not_after),
            detail::seconds_of(said.max_offline), detail::digest_at(said.previous),
            detail::array_at<digest>(said.digest), detail::array_at<pin>(said.signer)};
}

}  // namespace grant

}  // namespace secenv
