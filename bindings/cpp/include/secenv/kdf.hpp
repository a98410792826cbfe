//! Many keys out of one: libsodium's `crypto_kdf` (BLAKE2b).
#pragma once

#include <secenv/array.hpp>

namespace secenv::kdf {

struct key_tag { static constexpr auto name = "kdf::key"; };

using key = secret_array<SECENV_KDF_KEYBYTES, key_tag>;

/// The key (some `secret_array` of 16 to 64 bytes) with this number, for this job: `derive<secretbox::key>(...)`.
/// `context` is 8 bytes that name the job; they are no secret.
template <class Key>
[[nodiscard]] Key derive(const key& from, std::uint64_t number, byte_view context) {
    static_assert(Key::size() >= SECENV_KDF_BYTES_MIN && Key::size() <= SECENV_KDF_BYTES_MAX);
    detail::check_length("kdf::derive: context", SECENV_KDF_CONTEXTBYTES, context.size());
    return Key::filled([&](auto* out) {
        detail::check_made(secenv_kdf_derive_from_key(
            out, Key::size(), number, reinterpret_cast<const char*>(context.data()), from.secret_data()));
    });
}

}  // namespace secenv::kdf
