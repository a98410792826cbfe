//! A document as a secretstream file: a header, chunks of 65,536 bytes, and a last one, tagged, that may be shorter.
#pragma once

#include "files.hpp"
#include "sha256.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace client {

/// The plaintext of every chunk but the last.
inline constexpr std::size_t chunk_size = 65'536;

/// How long the secretstream file of a document of this size is, and the other way round.
[[nodiscard]] std::uint64_t sealed_size(std::uint64_t size) noexcept;
[[nodiscard]] std::uint64_t opened_size(std::uint64_t sealed) noexcept;

/// Seals a file while it is read: one chunk in memory, whatever the file's size.
class sealing_reader {
public:
    sealing_reader(source file, const secenv::stream::key& key);

    /// The next bytes of the secretstream file, at most `capacity`; 0 at its end. Throws if the file changes its size.
    [[nodiscard]] std::size_t read(std::uint8_t* out, std::size_t capacity);
    /// How long the secretstream file is.
    [[nodiscard]] std::uint64_t size() const noexcept { return sealed_size(size_); }
    /// SHA-256 of the file, once all of it was read.
    [[nodiscard]] secenv::bytes digest() { return hash_.finish(); }

private:
    void seal_next();

    source file_;
    std::uint64_t size_;
    std::uint64_t left_;
    secenv::stream::sealer sealer_;
    sha256 hash_;
    secenv::bytes plain_{chunk_size};
    std::vector<std::uint8_t> ready_;
    std::size_t taken_ = 0;
};

/// Opens a secretstream file while it comes in, in pieces of any size.
class opening_writer {
public:
    using sink = std::function<void(secenv::byte_view plaintext)>;

    /// `to` gets each chunk as soon as it is known to be the sender's.
    opening_writer(const secenv::stream::key& key, sink to) : key_{key}, to_{std::move(to)} {}

    /// Throws `secenv::rejected` at the first chunk that does not hold.
    void write(secenv::byte_view piece);
    /// Says that nothing more comes. Throws `secenv::rejected` unless the last chunk was the tagged one.
    void finish();
    /// The file's header, once it came.
    [[nodiscard]] const secenv::stream::header& header() const noexcept { return header_; }

private:
    void open_chunk();

    const secenv::stream::key& key_;
    sink to_;
    std::vector<std::uint8_t> waiting_;
    secenv::stream::header header_{};
    std::optional<secenv::stream::opener> opener_;  // there once the header came
};

}  // namespace client
