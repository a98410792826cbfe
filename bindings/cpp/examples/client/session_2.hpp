//! Protocol 2's part of the folder: our identity, the server's pins and address, and the session, sealed.
#pragma once

#include "home.hpp"

namespace client {

/// The pins of one server, newest first: 1 to 4. Each is trusted whole.
using pin_list = std::vector<secenv::pin>;

/// The lines of a small text file of the folder that are not empty.
[[nodiscard]] std::vector<std::string> lines_in(const home& at, const char* name);

/// Pins in the words of curl, `sha256//BASE64`. Throws `misused` if one is none, or is there twice.
[[nodiscard]] pin_list parse_pins(const std::vector<std::string>& texts);

/// Our identity, an Ed25519 key; made at the first call.
[[nodiscard]] secenv::identity own_identity(const home& at);

/// The pins of the one server that this folder talks to. `given` is from the command line, or empty; what the folder
/// has counts, so that a pin that was dropped does not come back. Throws `refused` if the first of the two lists
/// differ, and `misused` if there is no pin at all, unless a trust statement may still bring one.
[[nodiscard]] pin_list server_pins(const home& at, const std::vector<std::string>& given, bool may_come = false);

/// Keeps the pins up to the one that the server has proven; those behind it are gone for good.
void keep_pins(const home& at, const pin_list& pins, std::size_t proven);

/// Writes the folder's pins, if they are other ones.
void write_pins(const home& at, const pin_list& pins);

/// The pins that the folder has; none if it has none yet.
[[nodiscard]] pin_list kept_pins(const home& at);

/// The server's address: the one `given`, or else the one where it answered last. Throws `misused` if there is none.
[[nodiscard]] std::string server_url(const home& at, const std::string& given);
void keep_url(const home& at, const std::string& url);

/// What can be read of a stored session without its key.
struct stored_session {
    secenv::pin server_pin;
    secenv::session_id id;
    secenv::time_point made;
};

/// A session, and when it was made.
struct live_session {
    secenv::session session;
    secenv::time_point made;
};

/// Stores the session, sealed. Once this is done it survives a crash.
void store(const home& at, const live_session& current);

/// The stored session, if it is one with a server of these pins. One that is over, that does not open or that is with
/// another server is removed: a disk that is stolen later holds no keys of old sessions.
[[nodiscard]] std::optional<live_session> load_2(const home& at, const pin_list& pins);

/// What the stored session says of itself; nothing if there is none.
[[nodiscard]] std::optional<stored_session> look_at_session(const home& at);

/// Removes the session and the key that it is sealed under.
void forget_session(const home& at);

}  // namespace client
