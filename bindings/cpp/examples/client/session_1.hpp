//! Protocol 1's part of the folder: our RSA key, the server's, and what was agreed.
#pragma once

#include "home.hpp"

namespace client {

/// What was agreed with a server.
struct session_1 {
    std::string url;
    std::string peer;  ///< the name that the server gave us
    secenv::rsa::padding padding;
    secenv::rsa::public_key server;
    secenv::kx::session_keys keys;
};

/// Our RSA key; made at the first call.
[[nodiscard]] secenv::rsa::secret_key own_key_1(const home& at);

/// The server's public key, as the first server said it.
[[nodiscard]] std::optional<secenv::bytes> known_server_1(const home& at);

void store(const home& at, const session_1& agreed);
[[nodiscard]] session_1 load_1(const home& at);

}  // namespace client
