//! Suites and padding: what both sides of a handshake say before it begins. Nothing is negotiated.
#pragma once

#include <secenv/compiler.hpp>

#include <secenv.h>

#include <cstdint>

namespace secenv {

/// The second holds while either X25519 or ML-KEM-768 does: what is recorded today stays closed to a quantum computer.
enum class suite : std::int32_t { x25519 = SECENV_SUITE_X25519, x25519_xwing = SECENV_SUITE_X25519_XWING };

/// Whether records hide the lengths of their messages: with Padmé, 256 bytes at least; above, at most 12 per cent more.
enum class padding : std::int32_t { none = SECENV_PADDING_NONE, padme = SECENV_PADDING_PADME };

}  // namespace secenv
