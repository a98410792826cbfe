//! Streams: a file or a feed, chunk by chunk, in order and with an end. libsodium's `crypto_secretstream`.
#pragma once

#include <secenv/array.hpp>

namespace secenv::stream {

struct key_tag { static constexpr auto name = "stream::key"; };
struct header_tag { static constexpr auto name = "stream::header"; };

using key = secret_array<SECENV_SECRETSTREAM_XCHACHA20POLY1305_KEYBYTES, key_tag>;
using header = public_array<SECENV_SECRETSTREAM_XCHACHA20POLY1305_HEADERBYTES, header_tag>;

/// What sealing adds to each chunk.
inline constexpr std::size_t overhead = SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES;

/// What a chunk says about its place. A stream that ends without `last` was cut short.
enum class tag : unsigned char {
    message = SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_MESSAGE,
    push = SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_PUSH,
    rekey = SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_REKEY,
    last = SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL,
};

/// A stream's state, wiped when its owner goes, and whether its last chunk has passed.
class state {
public:
    /// The state, for the C ABI. Throws `misuse` if the stream has ended or was moved away.
    [[nodiscard]] secenv_secretstream_xchacha20poly1305_state* running() & SECENV_LIFETIMEBOUND {
        if (!memory_ || finished_) {
            throw misuse{SECENV_STATUS_INVALID_ARGUMENT, "stream: it has ended, or was moved away"};
        }
        return memory_.get();
    }
    /// Notes the tag of the chunk that just passed.
    void passed(tag place) noexcept { finished_ = place == tag::last; }
    [[nodiscard]] bool finished() const noexcept { return finished_; }

private:
    std::unique_ptr<secenv_secretstream_xchacha20poly1305_state, detail::wiped> memory_{
        new secenv_secretstream_xchacha20poly1305_state{}};
    bool finished_ = false;
};

/// Seals a stream.
class sealer {
public:
    explicit sealer(const key& under)
        : header_{stream::header::filled([&](auto* out) {
              detail::check_made(
                  secenv_secretstream_xchacha20poly1305_init_push(state_.running(), out, under.secret_data()));
          })} {}

    /// What the receiver needs first. No secret.
    [[nodiscard]] const stream::header& header() const& noexcept SECENV_LIFETIMEBOUND { return header_; }
    const stream::header& header() const&& = delete;

    /// Seals the next chunk. Nothing can follow a chunk with `tag::last`.
    [[nodiscard]] bytes seal(tag place, byte_view ad, byte_view chunk) {
        bytes sealed{chunk.size() + overhead};
        detail::check_made(secenv_secretstream_xchacha20poly1305_push(
            state_.running(), sealed.secret_data(), nullptr, chunk.data(), chunk.size(), ad.data(), ad.size(),
            static_cast<unsigned char>(place)));
        state_.passed(place);
        return sealed;
    }
    [[nodiscard]] bytes seal(tag place, byte_view chunk) { return seal(place, {}, chunk); }
    [[nodiscard]] bytes seal(byte_view chunk) { return seal(tag::message, {}, chunk); }

    [[nodiscard]] bool finished() const noexcept { return state_.finished(); }

private:
    stream::state state_;
    stream::header header_;
};

/// A chunk that was opened.
struct opened {
    bytes chunk;
    tag place;
};

/// Opens a stream. What it gives is the sender's, in order; that it is *all* is known when `finished()` is true.
class opener {
public:
    opener(const key& under, const header& front) {
        detail::check_opened(secenv_secretstream_xchacha20poly1305_init_pull(state_.running(), front.data(),
                                                                             under.secret_data()));
    }

    /// Opens the next chunk. Throws `rejected` if it was changed or is out of its place; the stream stays where it was.
    [[nodiscard]] opened open(byte_view ad, byte_view sealed) {
        auto* running = state_.running();
        if (sealed.size() < overhead) throw rejected{};
        bytes chunk{sealed.size() - overhead};
        unsigned char place = 0;
        detail::check_opened(secenv_secretstream_xchacha20poly1305_pull(running, chunk.secret_data(), nullptr, &place,
                                                                        sealed.data(), sealed.size(), ad.data(),
                                                                        ad.size()));
        state_.passed(tag{place});
        return {std::move(chunk), tag{place}};
    }
    [[nodiscard]] opened open(byte_view sealed) { return open({}, sealed); }

    /// Whether the last chunk was opened.
    [[nodiscard]] bool finished() const noexcept { return state_.finished(); }

private:
    stream::state state_;
};

}  // namespace secenv::stream
