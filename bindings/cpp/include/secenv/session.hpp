//! Sessions: protocol 2's records, and the sealed state between them. A handshake (client.hpp, server.hpp) makes one.
#pragma once

#include <secenv/identity.hpp>

namespace secenv {

/// Names a session, in the clear, in each of its records.
using session_id = std::array<std::uint8_t, 16>;

/// What sealed state opens under: 32 random bytes. A server's workers share theirs; a client keeps its own.
using state_key = secret_array<32, struct state_key_noun>;

/// One side of a session. It is over (`rejected`, status `ENDED`) after 24 hours, 2^32 messages each way or 2^44 bytes:
/// make a new handshake then. A record that was refused changes nothing. One thread at a time.
class session {
public:
    explicit session(handle<secenv_session, secenv_session_free> side) noexcept : side_{std::move(side)} {}

    /// Seals `message`. `ad` is not in the record, and must be the same at the other end: say there what it is for.
    /// Store the session before you send the record: the other side refuses a number that it has seen.
    [[nodiscard]] bytes seal(byte_view ad, byte_view message) {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_session_seal(side_.get(), ad.data(), ad.size(), message.data(), message.size(), out);
        })};
    }
    /// Opens a record of the other side, a message or a reply, once. Store the session before you act on the message.
    [[nodiscard]] bytes open(byte_view ad, byte_view record) {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_session_open(side_.get(), ad.data(), ad.size(), record.data(), record.size(), out);
        })};
    }
    /// Opens the reply to the message of this number (from `sealed()`), and no other record.
    [[nodiscard]] bytes open_reply(std::uint64_t number, byte_view ad, byte_view record) {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_session_open_reply(side_.get(), number, ad.data(), ad.size(), record.data(), record.size(),
                                             out);
        })};
    }
    /// Seals the reply to the message of this number (from `number()`). It needs no counter: workers may reply at once,
    /// and the session need not be stored again. Throws `misuse` if the message was not opened here.
    [[nodiscard]] bytes reply(std::uint64_t number, byte_view ad, byte_view message) {
        return bytes{make<secenv_bytes, secenv_bytes_free>([&](auto** out) {
            return secenv_session_reply(side_.get(), number, ad.data(), ad.size(), message.data(), message.size(), out);
        })};
    }

    /// The number of the record that was opened last; a reply's is that of its message. Throws `misuse` if none was.
    [[nodiscard]] std::uint64_t number() const {
        std::uint64_t found = 0;
        check(secenv_session_number(side_.get(), &found));
        return found;
    }
    /// The number of the message that was sealed last. Throws `misuse` if none was.
    [[nodiscard]] std::uint64_t sealed() const {
        std::uint64_t found = 0;
        check(secenv_session_sealed(side_.get(), &found));
        return found;
    }
    [[nodiscard]] session_id id() const {
        session_id found;
        check(secenv_session_id(side_.get(), found.data()));
        return found;
    }
    /// The pin of the other side. A server asks at each request whether this client may still come in.
    [[nodiscard]] pin peer() const {
        pin found;
        check(secenv_session_peer(side_.get(), found.data()));
        return found;
    }

    /// The session as a sealed blob, to be stored: as confidential as the key.
    [[nodiscard]] bytes export_state(const state_key& under) const {
        return bytes{make<secenv_bytes, secenv_bytes_free>(
            [&](auto** out) { return secenv_session_export(side_.get(), under.secret_data(), out); })};
    }
    /// The session in a blob. Throws `rejected` if it was changed, or sealed under another key.
    [[nodiscard]] static session import_state(byte_view blob, const state_key& under) {
        return session{make<secenv_session, secenv_session_free>([&](auto** out) {
            return secenv_session_import(blob.data(), blob.size(), under.secret_data(), out);
        })};
    }

private:
    handle<secenv_session, secenv_session_free> side_;
};

}  // namespace secenv
