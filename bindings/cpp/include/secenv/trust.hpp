//! Trust statements (TUF: root metadata): who the server is from now on, signed by who it is now or by the offline
//! root.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>

namespace secenv {

/// What a trust statement says.
struct trust_terms {
    std::uint64_t version;  ///< Counts the statements, from 1.
    std::vector<pin> pins;  ///< 1 to 16.
    time_point issued = detail::now();
};

/// What a trust statement says of itself.
struct trust_info {
    std::uint64_t version;
    time_point issued;
    pin signer;
    secenv::digest digest;
    std::vector<pin> pins;  ///< Ascending.
};

namespace trust {

[[nodiscard]] inline bytes issue(const identity& signer, const trust_terms& terms) {
    const auto pins = detail::joined(terms.pins);
    auto said = detail::sized<secenv_trust_terms>();
    said.version = terms.version;
    said.issued = detail::number_of(terms.issued);
    said.pins = byte_view{pins}.data();
    said.pin_count = terms.pins.size();
    return detail::call_bytes(secenv_trust_issue, signer.get(), &said);
}

/// What a trust statement says of itself. Nothing of it is verified.
[[nodiscard]] inline trust_info inspect(byte_view file) {
    const auto said = detail::call_out<secenv_trust_info>(secenv_trust_inspect, file);
    return {said.version, detail::time_of(said.issued), detail::array_at<pin>(said.signer),
            detail::array_at<digest>(said.digest), detail::arrays_at<pin>(said.pins, said.pin_count)};
}

}  // namespace trust

}  // namespace secenv
