//! Names of what is at rest, and what says that two things are the same.
#pragma once

#include <secenv/detail.hpp>

namespace secenv {

struct vault_id_tag { static constexpr auto name = "vault_id"; };
struct device_id_tag { static constexpr auto name = "device_id"; };
struct key_id_tag { static constexpr auto name = "key_id"; };
struct digest_tag { static constexpr auto name = "digest"; };
struct anchor_tag { static constexpr auto name = "anchor"; };

/// Names a keyring, and the vaults that its server seals for.
using vault_id = public_array<SECENV_VAULT_ID_BYTES, vault_id_tag>;
/// Names a device.
using device_id = public_array<SECENV_DEVICE_ID_BYTES, device_id_tag>;
/// Names a data key of a keyring.
using key_id = public_array<SECENV_KEY_ID_BYTES, key_id_tag>;
/// Names the content of a grant or manifest (by which the next one names it), of a trust statement, or of a parcel.
using digest = public_array<SECENV_DIGEST_BYTES, digest_tag>;
/// Tells a vault from an older copy of it that was put back. Keep it elsewhere, such as in the system's key store.
using anchor = public_array<SECENV_ANCHOR_BYTES, anchor_tag>;

namespace detail {

/// The digest that lies there; none if it is zeros.
[[nodiscard]] inline std::optional<digest> digest_at(const std::uint8_t (&raw)[digest::size()]) {
    const auto found = array_at<digest>(raw);
    return found == digest{} ? std::nullopt : std::optional{found};
}

}  // namespace detail

}  // namespace secenv
