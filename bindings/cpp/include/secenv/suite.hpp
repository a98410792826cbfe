//! Suites: the key exchange of a handshake. Nothing is negotiated: a client picks one, a server takes it or not.
#pragma once

#include <secenv/compiler.hpp>

#include <secenv.h>

#include <cstdint>

namespace secenv {

/// The second holds while either X25519 or ML-KEM-768 does: what is recorded today stays closed to a quantum computer.
enum class suite : std::int32_t { x25519 = SECENV_SUITE_X25519, x25519_xwing = SECENV_SUITE_X25519_XWING };

}  // namespace secenv
