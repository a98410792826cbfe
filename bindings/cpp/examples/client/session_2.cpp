#include "session_2.hpp"

#include "failure.hpp"

namespace client {

namespace {

/// The first line of a small text file.
[[nodiscard]] std::optional<std::string> line_in(const home& at, const char* name) {
    const auto stored = at.read(name);
    if (!stored) return std::nullopt;
    return std::string{stored->text().substr(0, stored->text().find_first_of("\r\n"))};
}

/// The key that the session is sealed under; made at the first call. It lies beside the sealed session, as our identity
/// does: sealing keeps a changed or mixed-up file from being taken for a session, not a reader of this folder out.
[[nodiscard]] secenv::state_key session_key(const home& at) {
    const auto stored = at.read("session.key");
    if (stored && stored->size() == secenv::state_key::size()) return secenv::state_key::parse(*stored);
    auto made = secenv::state_key::generate();
    at.write("session.key", made.secret_view());
    return made;
}

}  // namespace

secenv::pin parse_pin(std::string_view text) {
    try {
        return secenv::pin::parse(text);
    } catch (const secenv::rejected&) {
        throw misused("a pin is sha256// and 32 bytes in base64, as the server's operator gives it");
    }
}

secenv::identity own_identity(const home& at) {
    if (auto stored = at.read_key<secenv::identity>("identity.pem")) return std::move(*stored);
    auto made = secenv::identity::generate();
    at.write("identity.pem", made.encode_secret());
    return made;
}

secenv::pin server_pin(const home& at, const std::string& given) {
    const auto kept = line_in(at, "server.pin");
    if (!kept && given.empty()) throw misused("there is no server.pin in " + at.folder().string() + ": give --pin");
    const auto pin = parse_pin(given.empty() ? *kept : given);
    if (kept && pin != parse_pin(*kept)) {
        throw refused("this folder is for the server " + *kept + "; if you know why that has a new identity, remove "
                      "server.pin and connect again");
    }
    if (!kept) at.write("server.pin", given + '\n');
    return pin;
}

std::string server_url(const home& at, const std::string& given) {
    if (!given.empty()) return given;
    const auto kept = line_in(at, "server.url");
    return kept ? *kept : throw misused("the server's address is not known yet: give --server");
}

void keep_url(const home& at, const std::string& url) {
    if (line_in(at, "server.url") != url) at.write("server.url", url + '\n');
}

void store(const home& at, const secenv::session& current) {
    at.write("session.sealed", current.export_state(session_key(at)));
}

std::optional<secenv::session> load_2(const home& at, const secenv::pin& server) {
    const auto stored = at.read("session.sealed");
    if (!stored) return std::nullopt;
    try {
        auto found = secenv::session::import_state(*stored, session_key(at));
        if (found.peer() == server) return found;
    } catch (const secenv::rejected&) {
        // Whatever lies there is no session of ours: a new handshake makes one.
    }
    return std::nullopt;
}

}  // namespace client
