//! Documents on their way: a secretstream file in the body of a request or an answer.
#pragma once

#include "home.hpp"
#include "http.hpp"
#include "stream_file.hpp"

namespace client {

/// Seals `file` while it is sent, and says so with a progress bar.
class outgoing {
public:
    outgoing(const std::filesystem::path& file, const secenv::stream::key& key) : sealed_{source::regular(file), key} {}

    [[nodiscard]] answer put(http& to, const std::string& path);
    /// SHA-256 of the file, once all of it was sent.
    [[nodiscard]] secenv::bytes digest() { return sealed_.digest(); }

private:
    sealing_reader sealed_;
};

/// The longest document there is: the server takes no longer one.
inline constexpr std::uint64_t longest_document = 1ull << 30;

/// The longest file that a vault may be sent.
inline constexpr std::uint64_t longest_vault_file = 1ull << 40;

/// Counts what comes in. Throws `refused` as soon as it is more than was agreed.
class bounded {
public:
    explicit bounded(std::uint64_t most) noexcept : most_{most} {}
    void add(std::uint64_t size);
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

private:
    std::uint64_t most_;
    std::uint64_t count_ = 0;
};

/// Throws `refused` unless a grant, manifest, parcel or trust statement may be written there: its name ends in its
/// kind, and nothing but such a file is there already. All else is not ours to make or to replace.
void check_replaceable(const std::filesystem::path& target);

/// Fetches a document under `key`, and keeps it, and `key` under the passphrase. Each chunk is opened as it comes: what
/// does not hold to its end is not kept. The plaintext is not.
void fetch(http& from, const std::string& path, secenv::stream::key key, const home& at, const std::string& name,
           secenv::byte_view passphrase);

/// Fetches a grant, manifest, parcel or trust statement of this length to `target`, which is there whole or not at all.
/// Throws `refused` if it is not of the kind that its name says, and if `check_replaceable` does.
void fetch(http& from, const std::string& path, const std::filesystem::path& target, std::uint64_t length);

}  // namespace client
