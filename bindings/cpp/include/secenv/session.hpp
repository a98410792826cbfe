//! Sessions: protocol 2's records, and the sealed state between them. A handshake (client.hpp, server.hpp) makes one.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/time.hpp>

#include <optional>

namespace secenv {

struct session_id_tag { static constexpr auto name = "session_id"; };
struct store_id_tag { static constexpr auto name = "store_id"; };
struct state_key_tag { static constexpr auto name = "state_key"; };

/// Names a session, in the clear, in each of its records.
using session_id = public_array<SECENV_SESSION_ID_BYTES, session_id_tag>;

/// Names a server's store of sessions: random, made once in the store itself.
using store_id = public_array<SECENV_STORE_ID_BYTES, store_id_tag>;

/// What sealed state opens under: 32 random bytes. A server's workers share theirs; a client keeps its own.
using state_key = secret_array<SECENV_STATE_KEY_BYTES, state_key_tag>;

struct exported_secret_tag { static constexpr auto name = "exported_secret"; };

/// What `session::export_secret` gives.
using exported_secret = secret_array<32, exported_secret_tag>;

/// Where a session is kept. A sealed state opens there and nowhere else.
struct session_place {
    pin server_pin;                            ///< `session::server_pin`
    secenv::session_id session_id;             ///< what the store has it under: `session::id`
    std::optional<secenv::store_id> store_id;  ///< of the server's store; none at a client
};

/// One side of a session. It is over (`rejected`, status `ENDED`) after 24 hours, 2^32 messages each way or 2^44 bytes:
/// make a new handshake then. A record that was refused changes nothing. One thread at a time.
class session : public detail::owner<secenv_session, secenv_session_free> {
public:
    using owner::owner;

    /// Seals `message`. `ad` is not in the record, and must be the same at the other end: say there what it is for.
    /// Store the session before you send the record: the other side refuses a number that it has seen.
    [[nodiscard]] bytes seal(byte_view ad, byte_view message) {
        return detail::call_bytes(secenv_session_seal, changing(), ad, message);
    }
    /// Opens a record of the other side, a message or a reply, once. Store the session before you act on the message.
    /// Which of the two it is, the other side decides: a server that answers requests uses `open_message`.
    [[nodiscard]] bytes open(byte_view ad, byte_view record) {
        return detail::call_bytes(secenv_session_open, changing(), ad, record);
    }
    /// Opens a message, so that `last_received()` is a number that `reply` answers. A reply is refused, and may still
    /// be opened as what it is. This is what a server that answers requests uses.
    [[nodiscard]] bytes open_message(byte_view ad, byte_view record) {
        return detail::call_bytes(secenv_session_open_message, changing(), ad, record);
    }
    /// Opens the reply to the message of this number (from `last_sent()`), and no other record.
    [[nodiscard]] bytes open_reply(std::uint64_t number, byte_view ad, byte_view record) {
        return detail::call_bytes(secenv_session_open_reply, changing(), number, ad, record);
    }
    /// Seals the reply to the message of this number (from `last_received()`). It needs no counter: workers may reply
    /// at once, and the session need not be stored again. Throws `misuse` if the message was not opened here.
    [[nodiscard]] bytes reply(std::uint64_t number, byte_view ad, byte_view message) {
        return detail::call_bytes(secenv_session_reply, changing(), number, ad, message);
    }

    // The same at a time that the caller says: a session is over 24 hours after its handshake.
    [[nodiscard]] bytes seal_at(byte_view ad, byte_view message, time_point now) {
        return at(secenv_session_seal_at, 0, ad, message, now);
    }
    [[nodiscard]] bytes open_at(byte_view ad, byte_view record, time_point now) {
        return at(secenv_session_open_at, 0, ad, record, now);
    }
    [[nodiscard]] bytes open_message_at(byte_view ad, byte_view record, time_point now) {
        return at(secenv_session_open_message_at, 0, ad, record, now);
    }
    [[nodiscard]] bytes open_reply_at(std::uint64_t number, byte_view ad, byte_view record, time_point now) {
        return at(secenv_session_open_reply_at, number, ad, record, now);
    }
    [[nodiscard]] bytes reply_at(std::uint64_t number, byte_view ad, byte_view message, time_point now) {
        return at(secenv_session_reply_at, number, ad, message, now);
    }

    /// The number of the record that was opened last; a reply's is that of its message. Throws `misuse` if none was.
    [[nodiscard]] std::uint64_t last_received() const {
        return detail::call_out<std::uint64_t>(secenv_session_last_received, get());
    }
    /// The number of the message that was sealed last. Throws `misuse` if none was.
    [[nodiscard]] std::uint64_t last_sent() const {
        return detail::call_out<std::uint64_t>(secenv_session_last_sent, get());
    }
    [[nodiscard]] session_id id() const { return detail::call_array<session_id>(secenv_session_id, get()); }
    /// The pin of the other side. A server asks at each request whether this client may still come in.
    [[nodiscard]] pin peer() const { return detail::call_array<pin>(secenv_session_peer, get()); }

    /// The pin of the server's identity in this session, on either side.
    [[nodiscard]] pin server_pin() const { return detail::call_array<pin>(secenv_session_server_pin, get()); }
    /// Whether the other side is known to have this session: a server knows it from the client's first record.
    [[nodiscard]] bool is_confirmed() const { return detail::call_out<bool>(secenv_session_is_confirmed, get()); }
    /// 32 secret bytes for another use: both sides get the same for the same label and context, 1 KiB each at most.
    /// Throws `misuse` at a server before `is_confirmed`.
    [[nodiscard]] exported_secret export_secret(byte_view label, byte_view context) const {
        return detail::call_array<exported_secret>(secenv_session_export_secret, get(), label, context);
    }

    /// The session as a sealed blob, to be stored in its place: as confidential as the key.
    [[nodiscard]] bytes export_state(const state_key& key, const session_place& place) const {
        const auto raw = raw_place(place);
        return detail::call_bytes(secenv_session_export, get(), key, &raw);
    }
    /// The session in a blob that lay there. Throws `rejected` if it was changed, sealed under another key or for
    /// another place, or is over.
    [[nodiscard]] static session import_state(byte_view blob, const state_key& key, const session_place& place) {
        const auto raw = raw_place(place);
        return detail::call_owner<session>(secenv_session_import, blob, key, &raw);
    }
    /// The same at a time that the caller says.
    [[nodiscard]] static session import_state_at(byte_view blob, const state_key& key, const session_place& place,
                                                 time_point now) {
        const auto raw = raw_place(place);
        return detail::call_owner<session>(secenv_session_import_at, blob, key, &raw, detail::number_of(now));
    }

private:
    [[nodiscard]] static secenv_session_place raw_place(const session_place& place) {
        auto raw = detail::sized<secenv_session_place>();
        raw.server_pin = place.server_pin.data();
        raw.store_id = place.store_id ? place.store_id->data() : nullptr;
        raw.session_id = place.session_id.data();
        raw.role = place.store_id ? SECENV_ROLE_SERVER : SECENV_ROLE_CLIENT;
        return raw;
    }

    template <class Function>
    [[nodiscard]] bytes at(Function function, std::uint64_t number, byte_view ad, byte_view in, time_point now) {
        auto message = detail::sized<secenv_message>();
        message.number = number;
        message.ad = ad.data();
        message.ad_len = ad.size();
        message.in = in.data();
        message.in_len = in.size();
        message.now = detail::number_of(now);
        return detail::call_bytes(function, changing(), &message);
    }
};

}  // namespace secenv
