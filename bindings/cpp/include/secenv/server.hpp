//! The server of protocol 2's handshake: a hello comes in, a reply goes out, a finish comes in, a welcome goes out.
#pragma once

#include <secenv/session.hpp>
#include <secenv/suite.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace secenv {

struct cookie_key_tag { static constexpr auto name = "cookie_key"; };

/// What cookies are sealed under: 32 random bytes that the workers of a server share. They change hourly.
using cookie_key = secret_array<SECENV_COOKIE_KEY_BYTES, cookie_key_tag>;

/// What the workers of a server share; it owns its keys. Prologue and padding are the client's, too, or the handshake
/// fails.
struct server_config {
    secenv::cookie_key cookie_key;
    secenv::store_id store_id;                           ///< of the store that sessions are created in
    suite minimum_suite = suite::x25519_xwing;           ///< a hello with a lower one is refused
    secenv::padding padding = secenv::padding::none;
    std::string prologue = {};                           ///< what else both know: 1 KiB at most
    std::vector<secenv::cookie_key> accepted_keys = {};  ///< that of the period before, that of the next
};

/// A server. It keeps nothing between a reply and its finish, so any worker with the same identities and keys takes
/// either. Many threads may use it at once.
class server : public detail::owner<secenv_server, secenv_server_free> {
public:
    /// A client that has proven its key, and nothing else. Nothing was sent yet: first decide by its pin whether it may
    /// come in, then create the session in the store, then send the welcome; if either says no, send nothing of it.
    struct accepted {
        secenv::session session;
        bytes welcome;
        bytes client_spki;  ///< DER; `identity::pin` takes it
    };

    using owner::owner;

    /// A server with these identities, 1 to 4. It answers under the first pin of a hello that is one of theirs.
    server(const std::vector<const identity*>& identities, const server_config& config)
        : server{make(identities, config)} {}
    server(const identity& me, const server_config& config) : server{std::vector{&me}, config} {}

    /// Answers a hello. Throws `rejected` if it asks for another server, or for a suite below the minimum.
    [[nodiscard]] bytes reply(byte_view hello) const { return detail::call_bytes(secenv_server_reply, get(), hello); }
    /// The same at a time that the caller says.
    [[nodiscard]] bytes reply_at(byte_view hello, time_point now) const {
        return detail::call_bytes(secenv_server_reply_at, get(), hello, detail::number_of(now));
    }

    /// Takes a finish. Throws `rejected` if anything does not hold, or if its reply is more than a minute old.
    [[nodiscard]] accepted accept(byte_view finish) const { return accept_with(secenv_server_accept, finish); }
    /// The same at a time that the caller says.
    [[nodiscard]] accepted accept_at(byte_view finish, time_point now) const {
        auto message = detail::sized<secenv_message>();
        message.in = finish.data();
        message.in_len = finish.size();
        message.now = detail::number_of(now);
        return accept_with(secenv_server_accept_at, &message);
    }

    /// The key of the next period, for hosts that hold copies of one key and move on without talking.
    [[nodiscard]] static cookie_key next_key(const cookie_key& key, std::uint64_t next_period) {
        return detail::call_array<cookie_key>(secenv_server_next_key, key, next_period);
    }
    [[nodiscard]] static state_key next_key(const state_key& key, std::uint64_t next_period) {
        return detail::call_array<state_key>(secenv_server_next_key, key, next_period);
    }

private:
    [[nodiscard]] static server make(const std::vector<const identity*>& identities, const server_config& config) {
        std::vector<const secenv_identity*> all;
        for (const auto* identity : identities) all.push_back(identity == nullptr ? nullptr : identity->get());
        bytes accepted{config.accepted_keys.size() * cookie_key::size()};
        auto* to = accepted.secret_data();
        for (const auto& key : config.accepted_keys) to = std::copy_n(key.secret_data(), cookie_key::size(), to);
        auto raw = detail::sized<secenv_server_config>();
        raw.cookie_key = config.cookie_key.secret_data();
        raw.store_id = config.store_id.data();
        raw.minimum_suite = static_cast<std::int32_t>(config.minimum_suite);
        raw.padding = static_cast<std::int32_t>(config.padding);
        raw.prologue = byte_view{config.prologue}.data();
        raw.prologue_len = config.prologue.size();
        raw.accepted_keys = accepted.data();
        raw.accepted_key_count = config.accepted_keys.size();
        return detail::call_owner<server>(secenv_server_new, all.data(), all.size(), &raw);
    }

    template <class Function, class... Arguments>
    [[nodiscard]] accepted accept_with(Function function, const Arguments&... arguments) const {
        secenv_session* made = nullptr;
        secenv_bytes* welcome = nullptr;
        secenv_bytes* spki = nullptr;
        detail::call(function, get(), arguments..., &made, &welcome, &spki);
        auto session = secenv::session{secenv::session::c_handle{made}};
        auto message = detail::owned(welcome);
        return {std::move(session), std::move(message), detail::owned(spki)};
    }
};

}  // namespace secenv
