//! The server of protocol 2's handshake: a hello comes in, a reply goes out, a finish comes in, and there is a session.
#pragma once

#include <secenv/session.hpp>
#include <secenv/suite.hpp>

namespace secenv {

/// A server. It keeps nothing between a reply and its finish, so any worker with the same identity and state key takes
/// either. Many threads may use it at once.
class server : public detail::owner<secenv_server, secenv_server_free> {
public:
    /// A client that has proven its key, and nothing else: decide by its pin whether it may come in.
    struct accepted {
        secenv::session session;
        bytes client_spki;  ///< DER; `identity::pin` takes it
    };

    using owner::owner;

    /// `key`: 32 random bytes that all workers share. Forward secrecy reaches back to its destruction: rotate it.
    server(const identity& me, const state_key& key, suite minimum = suite::x25519_xwing)
        : server{detail::call_owner<server>(secenv_server_new, me.get(), key, minimum)} {}

    /// The same server under a new key. It still takes a finish to a reply that this one made.
    [[nodiscard]] server rotate(const state_key& key) const {
        return detail::call_owner<server>(secenv_server_rotate, get(), key);
    }

    /// Answers a hello. Throws `rejected` if it asks for another server, or for a suite below the minimum.
    [[nodiscard]] bytes reply(byte_view hello) const { return detail::call_bytes(secenv_server_reply, get(), hello); }
    /// The same at a time that the caller says.
    [[nodiscard]] bytes reply_at(byte_view hello, time_point now) const {
        return detail::call_bytes(secenv_server_reply_at, get(), hello, detail::number_of(now));
    }

    /// Takes a finish. Store the session under its id, once: the same finish opens the same session again, and the
    /// store has to refuse it. Throws `rejected` if anything does not hold, or if its reply is more than a minute old.
    [[nodiscard]] accepted accept(byte_view finish) const { return accept_with(secenv_server_accept, finish); }
    /// The same at a time that the caller says.
    [[nodiscard]] accepted accept_at(byte_view finish, time_point now) const {
        return accept_with(secenv_server_accept_at, finish, detail::number_of(now));
    }

private:
    template <class Function, class... Arguments>
    [[nodiscard]] accepted accept_with(Function function, const Arguments&... arguments) const {
        secenv_session* made = nullptr;
        secenv_bytes* spki = nullptr;
        detail::call(function, get(), arguments..., &made, &spki);
        auto key = detail::owned(spki);
        return {session{session::c_handle{made}}, std::move(key)};
    }
};

}  // namespace secenv
