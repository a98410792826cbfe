//! The carrier: a message of protocol 2 where only text passes, `{"v":2,"data":"BASE64"}`. It protects nothing; what it
//! carries is protected.
#pragma once

#include <secenv/bytes.hpp>

namespace secenv::carrier {

/// The JSON text that carries a hello, reply, finish or record.
[[nodiscard]] inline bytes encode(byte_view message) {
    return bytes{make<secenv_bytes, secenv_bytes_free>(
        [&](auto** out) { return secenv_carrier_encode(message.data(), message.size(), out); })};
}

/// The message in a JSON text. Throws `rejected` if it is no carrier.
[[nodiscard]] inline bytes parse(byte_view json) {
    return bytes{make<secenv_bytes, secenv_bytes_free>(
        [&](auto** out) { return secenv_carrier_parse(json.data(), json.size(), out); })};
}

}  // namespace secenv::carrier
