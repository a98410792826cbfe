//! Streams: a file or a feed, chunk by chunk, in order and with an end. libsodium's `crypto_secretstream`.
#pragma once

#include <secenv/secret.hpp>

namespace secenv::stream {

using key = secret_array<SECENV_SECRETSTREAM_XCHACHA20POLY1305_KEYBYTES, struct key_noun>;
using header = std::array<std::uint8_t, SECENV_SECRETSTREAM_XCHACHA20POLY1305_HEADERBYTES>;

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
    state() : memory_{new secenv_secretstream_xchacha20poly1305_state{}} {}

    /// The state, for the C ABI. Throws `misuse` if the stream has ended or was moved away.
    [[nodiscard]] secenv_secretstream_xchacha20poly1305_state* running() const {
        if (!memory_ || finished_) throw misuse{SECENV_STATUS_INVALID_ARGUMENT};
        return memory_.get();
    }
    /// Notes the tag of the chunk that just passed.
    void passed(tag place) noexcept { finished_ = place == tag::last; }
    [[nodiscard]] bool finished() const noexcept { return finished_; }

private:
    struct wiped {
        void operator()(secenv_secretstream_xchacha20poly1305_state* memory) const noexcept {
            secenv_memzero(memory, sizeof *memory);
            delete memory;
        }
    };

    std::unique_ptr<secenv_secretstream_xchacha20poly1305_state, wiped> memory_;
    bool finished_ = false;
};

/// Seals a stream.
class sealer {
public:
    explicit sealer(const key& under) {
        check_made(secenv_secretstream_xchacha20poly1305_init_push(state_.running(), header_.data(),
                                                                   under.secret_data()));
    }

    /// What the receiver needs first. No secret.
    [[nodiscard]] const stream::header& header() const noexcept { return header_; }

    /// Seals the next chunk. Nothing can follow a chunk with `tag::last`.
    [[nodiscard]] bytes seal(byte_view chunk, tag place = tag::message, byte_view ad = {}) {
        bytes sealed{chunk.size() + overhead};
        check_made(secenv_secretstream_xchacha20poly1305_push(state_.running(), sealed.secret_data(), nullptr,
                                                              chunk.data(), chunk.size(), ad.data(), ad.size(),
                                                              static_cast<unsigned char>(place)));
        state_.passed(place);
        return sealed;
    }

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
    opener(const key& under, const stream::header& begin) {
        check_opened(secenv_secretstream_xchacha20poly1305_init_pull(state_.running(), begin.data(),
                                                                     under.secret_data()));
    }

    /// Opens the next chunk. Throws `rejected` if it was changed or is out of its place; the stream stays where it was.
    [[nodiscard]] opened open(byte_view sealed, byte_view ad = {}) {
        auto* running = state_.running();
        if (sealed.size() < overhead) throw rejected{};
        bytes chunk{sealed.size() - overhead};
        unsigned char place = 0;
        check_opened(secenv_secretstream_xchacha20poly1305_pull(running, chunk.secret_data(), nullptr, &place,
                                                                sealed.data(), sealed.size(), ad.data(), ad.size()));
        state_.passed(tag{place});
        return {std::move(chunk), tag{place}};
    }

    /// Whether the last chunk was opened.
    [[nodiscard]] bool finished() const noexcept { return state_.finished(); }

private:
    stream::state state_;
};

}  // namespace secenv::stream
