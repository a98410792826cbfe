//! Many keys out of one: libsodium's `crypto_kdf` (BLAKE2b).
#pragma once

#include <secenv/secret.hpp>

namespace secenv::kdf {

using key = secret_array<SECENV_KDF_KEYBYTES, struct key_noun>;

/// The key (some `secret_array` of 16 to 64 bytes) with this number, for this job: `derive<secretbox::key>(...)`.
/// `context` is 8 bytes that name the job; they are no secret.
template <class Key>
[[nodiscard]] Key derive(const key& from, std::uint64_t number, byte_view context) {
    static_assert(Key::size() >= SECENV_KDF_BYTES_MIN && Key::size() <= SECENV_KDF_BYTES_MAX);
    if (context.size() != SECENV_KDF_CONTEXTBYTES) throw misuse{SECENV_STATUS_INVALID_LENGTH};
    return Key::filled([&](auto* out) {
        check_made(secenv_kdf_derive_from_key(out, Key::size(), number, reinterpret_cast<const char*>(context.data()),
                                              from.secret_data()));
    });
}

}  // namespace secenv::kdf
