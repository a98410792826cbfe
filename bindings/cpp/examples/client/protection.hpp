//! What keeps our keys from a reader of the folder. README.md draws the files.
#pragma once

#include <secenv.hpp>

#include <string_view>
#include <vector>

namespace client {

/// What unlocks the folder: a passphrase, or 32 bytes that somebody else keeps (a keychain, a smart card's program).
struct unlock {
    enum class kind : std::uint32_t { passphrase = 1, key = 2 };
    kind how;
    secenv::bytes secret;
};

/// The key that our keys are sealed under: random, and stored under the unlock secret.
using folder_key = secenv::secretbox::key;

/// The bytes of a file that opens with `with` and gives `key`.
[[nodiscard]] std::vector<std::uint8_t> seal_folder_key(const folder_key& key, const unlock& with);

/// Opens such a file. Throws `secenv::rejected` if the secret is another one, if a bit was changed, or if the file asks
/// for more work than we ever would.
[[nodiscard]] folder_key open_folder_key(secenv::byte_view file, const unlock& with);

/// A file of this name, sealed: it opens under the same key and name, and nowhere else.
[[nodiscard]] std::vector<std::uint8_t> protect(const folder_key& under, std::string_view name,
                                                secenv::byte_view content);

/// Whether this is such a file. A key in the clear is none: it is PEM, or 32 random bytes.
[[nodiscard]] bool is_protected(secenv::byte_view file);

/// What is in such a file. Throws `secenv::rejected` if it was changed, is another's or was sealed under another key.
[[nodiscard]] secenv::bytes unprotect(const folder_key& under, std::string_view name, secenv::byte_view file);

}  // namespace client
