//! The client of protocol 2's handshake: a hello goes out, a reply comes in, a finish goes out, a welcome comes in.
#pragma once

#include <secenv/session.hpp>
#include <secenv/suite.hpp>

#include <optional>
#include <string>
#include <vector>

namespace secenv {

/// What a client asks for. Prologue and padding are the server's, too, or the handshake fails.
struct client_config {
    std::vector<pin> pins;                             ///< 1 to 4, newest first; each is trusted whole
    secenv::suite suite = secenv::suite::x25519_xwing; ///< nothing is negotiated: if it fails, never try a lower one
    secenv::padding padding = secenv::padding::none;
    std::string prologue = {};                         ///< what else both know, such as the application: 1 KiB at most
    std::optional<time_point> now = {};                ///< the system's clock if it is not there
};

/// A client between its hello and its session, 120 seconds at most.
class client : public detail::owner<secenv_client, secenv_client_free> {
public:
    /// Starts a handshake with a server that has one of those pins, and with no other.
    [[nodiscard]] static client start(const identity& me, const client_config& config) {
        const auto pins = detail::joined(config.pins);
        auto raw = detail::sized<secenv_client_config>();
        raw.pins = byte_view{pins}.data();
        raw.pin_count = config.pins.size();
        raw.suite = static_cast<std::int32_t>(config.suite);
        raw.padding = static_cast<std::int32_t>(config.padding);
        raw.prologue = byte_view{config.prologue}.data();
        raw.prologue_len = config.prologue.size();
        raw.now = config.now ? detail::number_of(*config.now) : 0;
        secenv_client* made = nullptr;
        secenv_bytes* hello = nullptr;
        detail::call(secenv_client_start, me.get(), &raw, &made, &hello);
        return client{c_handle{made}, detail::owned(hello)};
    }
    /// The same with one pin and nothing else.
    [[nodiscard]] static client start(const identity& me, const pin& server) {
        return start(me, client_config{{server}});
    }

    /// What to send first. Throws `misuse` if the client was moved away.
    [[nodiscard]] const bytes& hello() const& SECENV_LIFETIMEBOUND {
        if (get() == nullptr) throw misuse{SECENV_STATUS_NULL_POINTER, "client: it was moved away"};
        return hello_;
    }
    [[nodiscard]] bytes hello() && { return std::move(hello_); }
    const bytes& hello() const&& = delete;

    /// Takes the server's reply and gives the finish, once; those bytes may be sent again. Throws `rejected` if it is
    /// not the reply of a pinned server to this hello; the true one may still come then. Throws `misuse` with `CLOSED`
    /// after 120 seconds, as `session` does: then a new hello is due.
    [[nodiscard]] bytes finish(byte_view reply) {
        return detail::call_bytes(secenv_client_finish, changing(), reply);
    }
    /// The same at a time that the caller says.
    [[nodiscard]] bytes finish_at(byte_view reply, time_point now) {
        return detail::call_bytes(secenv_client_finish_at, changing(), reply, detail::number_of(now));
    }

    /// Takes the server's welcome, the answer to the finish: the session, which the server has too. Throws `rejected`
    /// if it does not end this handshake; the true one may still come then. Another answer, or none, means a new hello.
    [[nodiscard]] secenv::session session(byte_view welcome) {
        return detail::call_owner<secenv::session>(secenv_client_session, changing(), welcome);
    }
    /// The same at a time that the caller says.
    [[nodiscard]] secenv::session session_at(byte_view welcome, time_point now) {
        return detail::call_owner<secenv::session>(secenv_client_session_at, changing(), welcome,
                                                   detail::number_of(now));
    }

    /// Which pin, from 0, the server has. Those after it are to be dropped for good: store that before the session is
    /// used. Throws `misuse` before a welcome held.
    [[nodiscard]] std::size_t pin_index() const {
        return detail::call_out<std::size_t>(secenv_client_pin_index, get());
    }

private:
    client(c_handle made, bytes hello) noexcept : owner{std::move(made)}, hello_{std::move(hello)} {}

    bytes hello_;
};

}  // namespace secenv
