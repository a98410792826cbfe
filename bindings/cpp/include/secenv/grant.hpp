//! Grants: from the server to one device, the data keys that it may hold from now on, all of them.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/keyring.hpp>

namespace secenv::grant {

struct terms {
    std::uint64_t sequence;            ///< Counts the grants to this device, from 1.
    time_point not_after;              ///< When the keys may be used last.
    std::chrono::seconds max_offline;  ///< How long the device may go without hearing from the server.
    time_point issued = detail::now();
    time_point not_before = issued;
    std::optional<digest> previous{};  ///< The grant before; none for the first, or if it is not known.
};

/// `to` is the device's public key.
[[nodiscard]] inline bytes issue(const keyring& keys, const identity& signer, byte_view to, const terms& as) {
    return detail::call_bytes(secenv_grant_issue, keys.get(), signer.get(), to, as.sequence,
                              detail::number_of(as.issued), detail::number_of(as.not_before),
                              detail::number_of(as.not_after), detail::number_of(as.max_offline), as.previous);
}

/// What the next grant names this one by.
[[nodiscard]] inline digest chain(byte_view file) { return detail::call_array<digest>(secenv_grant_chain, file); }

/// What a grant says of itself, unverified: JSON with "vault", "device", "sequence" and the other terms.
[[nodiscard]] inline std::string inspect(byte_view file) {
    return detail::call_bytes(secenv_grant_inspect, file).text();
}

}  // namespace secenv::grant
