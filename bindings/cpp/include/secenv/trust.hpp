//! Trust statements (TUF: root metadata): who the server is from now on, signed by who it is now or by the offline
//! root.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/time.hpp>

#include <vector>

namespace secenv::trust {

struct terms {
    std::uint64_t version;  ///< Counts the statements, from 1.
    std::vector<pin> pins;  ///< 1 to 16.
    time_point issued = detail::now();
};

[[nodiscard]] inline bytes issue(const identity& signer, const terms& as) {
    const auto pins = detail::joined(as.pins);
    return detail::call_bytes(secenv_trust_issue, signer.get(), as.version, detail::number_of(as.issued),
                              byte_view{pins});
}

}  // namespace secenv::trust
