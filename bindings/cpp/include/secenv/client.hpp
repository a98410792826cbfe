//! The client of protocol 2's handshake: a hello goes out, a reply comes in, a finish goes out, and there is a session.
#pragma once

#include <secenv/session.hpp>
#include <secenv/suite.hpp>

namespace secenv {

/// A client between its hello and its finish. Keep it until the session is there.
class client {
public:
    /// What a finished handshake gives: the session, and what to send so that the server has it too.
    struct finished {
        secenv::session session;
        bytes finish;
    };

    /// Starts a handshake with the server of that pin, and with no other. If it fails, never try a lower suite.
    [[nodiscard]] static client start(const identity& me, const pin& server, suite how = suite::x25519_xwing) {
        secenv_client* made = nullptr;
        secenv_bytes* hello = nullptr;
        check(secenv_client_start(me.get(), server.data(), static_cast<std::int32_t>(how), &made, &hello));
        return client{made, hello};
    }

    /// What to send first. Throws `misuse` if the client was moved away.
    [[nodiscard]] const bytes& hello() const {
        if (!client_) throw misuse{SECENV_STATUS_NULL_POINTER};
        return hello_;
    }

    /// Takes the server's reply. Throws `rejected` if it is not the pinned server's to this hello; the true one may still
    /// come then. Throws `misuse` if the handshake has ended before.
    [[nodiscard]] finished finish(byte_view reply) {
        secenv_session* made = nullptr;
        secenv_bytes* last = nullptr;
        check(secenv_client_finish(client_.get(), reply.data(), reply.size(), &made, &last));
        handle<secenv_bytes, secenv_bytes_free> message{last};
        return {session{handle<secenv_session, secenv_session_free>{made}}, bytes{std::move(message)}};
    }

private:
    client(secenv_client* made, secenv_bytes* hello) noexcept
        : client_{made}, hello_{handle<secenv_bytes, secenv_bytes_free>{hello}} {}

    handle<secenv_client, secenv_client_free> client_;
    bytes hello_;
};

}  // namespace secenv
