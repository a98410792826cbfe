//! The key of a document on disk, sealed under a passphrase. README.md draws the file.
#pragma once

#include <secenv.hpp>

#include <string_view>
#include <vector>

namespace client {

/// What opens one document, and nothing else: its data key, and the header of the one secretstream file it belongs to.
struct document_key {
    secenv::stream::key key;
    secenv::stream::header header;
};

/// The longest key file there is: 64 bytes of name, and the rest.
inline constexpr std::size_t key_file_limit = 256;

/// The bytes of a key file: `document`, for the document of that name, under a passphrase.
[[nodiscard]] std::vector<std::uint8_t> seal_key(const document_key& document, std::string_view name,
                                                 secenv::byte_view passphrase);

/// Opens a key file. Throws `secenv::rejected` if the passphrase or the name is another one, if a bit was changed, or
/// if the file asks for more work than we ever would.
[[nodiscard]] document_key open_key(secenv::byte_view file, std::string_view name, secenv::byte_view passphrase);

}  // namespace client
