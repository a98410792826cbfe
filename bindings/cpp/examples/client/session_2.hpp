//! Protocol 2's part of the folder: our identity, the server's pin and address, and the session, sealed.
#pragma once

#include "home.hpp"

namespace client {

/// A pin in the words of curl, `sha256//BASE64`. Throws `misused` if it is none.
[[nodiscard]] secenv::pin parse_pin(std::string_view text);

/// Our identity, an Ed25519 key; made at the first call.
[[nodiscard]] secenv::identity own_identity(const home& at);

/// The pin of the one server that this folder talks to. `given` is from the command line, or empty; the first one is
/// kept. Throws `refused` if another one is kept, and `misused` if there is none at all.
[[nodiscard]] secenv::pin server_pin(const home& at, const std::string& given);

/// The server's address: the one `given`, or else the one where it answered last. Throws `misused` if there is none.
[[nodiscard]] std::string server_url(const home& at, const std::string& given);
void keep_url(const home& at, const std::string& url);

/// Stores the session, sealed. Once this is done it survives a crash.
void store(const home& at, const secenv::session& current);

/// The stored session with this server; nothing if there is none that opens.
[[nodiscard]] std::optional<secenv::session> load_2(const home& at, const secenv::pin& server);

}  // namespace client
