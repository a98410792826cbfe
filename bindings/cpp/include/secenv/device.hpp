//! Devices: what grants are issued to.
#pragma once

#include <secenv/detail.hpp>
#include <secenv/ids.hpp>

namespace secenv {

/// What a device receives grants with. A vault stores it; it need not be stored elsewhere.
class device : public detail::owner<secenv_device, secenv_device_free> {
public:
    using owner::owner;

    [[nodiscard]] static device generate() { return detail::call_owner<device>(secenv_device_generate); }
    [[nodiscard]] static device parse(byte_view file) { return detail::call_owner<device>(secenv_device_parse, file); }
    [[nodiscard]] bytes encode_secret() const { return detail::call_bytes(secenv_device_encode_secret, get()); }
    /// The public key, for the server.
    [[nodiscard]] bytes public_key() const { return detail::call_bytes(secenv_device_public, get()); }
    /// The id of a device, from its public key.
    [[nodiscard]] static device_id id(byte_view public_key) {
        return detail::call_array<device_id>(secenv_device_id, public_key);
    }
};

}  // namespace secenv
