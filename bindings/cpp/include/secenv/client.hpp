//! The client of protocol 2's handshake: a hello goes out, a reply comes in, a finish goes out, and there is a session.
#pragma once

#include <secenv/session.hpp>
#include <secenv/suite.hpp>

namespace secenv {

/// A client between its hello and its finish. Keep it until the session is there.
class client : public detail::owner<secenv_client, secenv_client_free> {
public:
    /// What a finished handshake gives: the session, and what to send so that the server has it too.
    struct finished {
        secenv::session session;
        bytes finish;
    };

    /// Starts a handshake with the server of that pin, and with no other. If it fails, never try a lower suite.
    [[nodiscard]] static client start(const identity& me, const pin& server,
                                      secenv::suite suite = secenv::suite::x25519_xwing) {
        secenv_client* made = nullptr;
        secenv_bytes* hello = nullptr;
        detail::call(secenv_client_start, me.get(), server, suite, &made, &hello);
        return client{c_handle{made}, detail::owned(hello)};
    }

    /// What to send first. Throws `misuse` if the client was moved away.
    [[nodiscard]] const bytes& hello() const& SECENV_LIFETIMEBOUND {
        if (get() == nullptr) throw misuse{SECENV_STATUS_NULL_POINTER, "client: it was moved away"};
        return hello_;
    }
    [[nodiscard]] bytes hello() && { return std::move(hello_); }
    const bytes& hello() const&& = delete;

    /// Takes the server's reply. Throws `rejected` if it is not the pinned server's to this hello; the true one may
    /// still come then. Throws `misuse` if the handshake has ended before.
    [[nodiscard]] finished finish(byte_view reply) { return finish_with(secenv_client_finish, reply); }
    /// The same at a time that the caller says.
    [[nodiscard]] finished finish_at(byte_view reply, time_point now) {
        return finish_with(secenv_client_finish_at, reply, detail::number_of(now));
    }

private:
    template <class Function, class... Arguments>
    [[nodiscard]] finished finish_with(Function function, const Arguments&... arguments) {
        secenv_session* made = nullptr;
        secenv_bytes* last = nullptr;
        detail::call(function, changing(), arguments..., &made, &last);
        auto message = detail::owned(last);
        return {session{session::c_handle{made}}, std::move(message)};
    }

    client(c_handle made, bytes hello) noexcept : owner{std::move(made)}, hello_{std::move(hello)} {}

    bytes hello_;
};

}  // namespace secenv
