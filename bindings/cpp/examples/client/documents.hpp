//! Documents on their way: a secretstream file in the body of a request or an answer.
#pragma once

#include "home.hpp"
#include "http.hpp"
#include "stream_file.hpp"

namespace client {

/// Seals `file` while it is sent, and says so with a progress bar.
class outgoing {
public:
    outgoing(const std::filesystem::path& file, const secenv::stream::key& key) : sealed_{source{file}, key} {}

    [[nodiscard]] answer put(http& to, const std::string& path);
    /// SHA-256 of the file, once all of it was sent.
    [[nodiscard]] secenv::bytes digest() { return sealed_.digest(); }

private:
    sealing_reader sealed_;
};

/// Fetches a document under `key`, and keeps it, and `key` under the passphrase. Each chunk is opened as it comes: what
/// does not hold to its end is not kept. The plaintext is not.
void fetch(http& from, const std::string& path, secenv::stream::key key, const home& at, const std::string& name,
           secenv::byte_view passphrase);

/// Fetches a file of this length to `target`, which is there whole or not at all.
void fetch(http& from, const std::string& path, const std::filesystem::path& target, std::uint64_t length);

}  // namespace client
