#include "session_2.hpp"

#include "failure.hpp"
#include "fields.hpp"

#include <algorithm>

namespace client {

namespace {

constexpr std::size_t most_pins = 4;
constexpr auto session_name = "session.sealed";
constexpr auto session_key_name = "session.key";

[[nodiscard]] pin_list parse_server_pins(const std::vector<std::string>& texts) {
    auto pins = parse_pins(texts);
    return pins.size() <= most_pins ? pins : throw misused("a server has at most 4 pins");
}

/// The key that the session is sealed under; made with the session.
[[nodiscard]] secenv::state_key session_key(const home& at) {
    const auto stored = at.read_secret(session_key_name);
    if (stored && stored->size() == secenv::state_key::size()) return secenv::state_key::parse(*stored);
    auto made = secenv::state_key::generate();
    at.write_secret(session_key_name, made.secret_view());
    return made;
}

/// What lies before the sealed state, in the clear, and says where it belongs.
[[nodiscard]] stored_session read_head(fields& from) {
    const auto pin = secenv::pin::from_bytes(from.take(secenv::pin::size()));
    const auto id = from.take<secenv::session_id>();
    const auto made = std::chrono::seconds{from.number(8)};
    return {pin, id, secenv::time_point{made}};
}

}  // namespace

std::vector<std::string> lines_in(const home& at, const char* name) {
    std::vector<std::string> lines;
    const auto stored = at.read(name);
    auto left = stored ? stored->text() : std::string_view{};
    while (!left.empty()) {
        const auto end = std::min(left.find_first_of("\r\n"), left.size());
        if (end != 0) lines.emplace_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return lines;
}

pin_list parse_pins(const std::vector<std::string>& texts) {
    pin_list pins;
    for (const auto& text : texts) {
        try {
            pins.push_back(secenv::pin::parse(text));
        } catch (const secenv::rejected&) {
            throw misused("a pin is sha256// and 32 bytes in base64, as the server's operator gives it");
        }
        if (std::count(pins.begin(), pins.end(), pins.back()) > 1) throw misused("the pin " + text + " is there twice");
    }
    return pins;
}

secenv::identity own_identity(const home& at) {
    if (auto stored = at.read_key<secenv::identity>("identity.pem")) return std::move(*stored);
    auto made = secenv::identity::generate();
    at.write_secret("identity.pem", made.encode_secret());
    return made;
}

pin_list kept_pins(const home& at) { return parse_server_pins(lines_in(at, "server.pin")); }

pin_list server_pins(const home& at, const std::vector<std::string>& given, bool may_come) {
    auto kept = kept_pins(at);
    auto wanted = parse_server_pins(given);
    if (kept.empty() && wanted.empty() && !may_come) {
        throw misused("there is no server.pin in " + at.folder().string() + ": give --pin");
    }
    if (kept.empty()) return wanted;
    if (!wanted.empty() && wanted.front() != kept.front()) {
        throw refused("this folder is for the server " + kept.front().format() +
                      "; a trust statement gives it another; without them, if you know why that has a new identity, "
                      "write its pin into server.pin, before the others");
    }
    return kept;
}

void keep_pins(const home& at, const pin_list& pins, std::size_t proven) {
    write_pins(at, {pins.begin(), pins.begin() + static_cast<std::ptrdiff_t>(proven) + 1});
}

void write_pins(const home& at, const pin_list& pins) {
    if (pins == kept_pins(at)) return;
    std::string text;
    for (const auto& pin : pins) text += pin.format() + '\n';
    at.write("server.pin", text);
}

std::string server_url(const home& at, const std::string& given) {
    if (!given.empty()) return given;
    const auto kept = lines_in(at, "server.url");
    return !kept.empty() ? kept.front() : throw misused("the server's address is not known yet: give --server");
}

void keep_url(const home& at, const std::string& url) {
    if (lines_in(at, "server.url") != std::vector{url}) at.write("server.url", url + '\n');
}

void store(const home& at, const live_session& current) {
    const auto& session = current.session;
    const auto pin = session.server_pin();
    const auto id = session.id();
    std::vector<std::uint8_t> file;
    put(file, pin);
    put(file, id);
    put_number<8>(file, static_cast<std::uint64_t>(current.made.time_since_epoch().count()));
    put(file, session.export_state(session_key(at), {pin, id, {}}));
    at.write(session_name, file);
}

std::optional<live_session> load_2(const home& at, const pin_list& pins) {
    const auto stored = at.read(session_name);
    if (!stored) return std::nullopt;
    try {
        fields from{*stored};
        const auto head = read_head(from);
        if (std::find(pins.begin(), pins.end(), head.server_pin) != pins.end()) {
            return live_session{
                secenv::session::import_state(from.rest(), session_key(at), {head.server_pin, head.id, {}}), head.made};
        }
    } catch (const secenv::rejected&) {
        // Whatever lies there is no session of ours, or it is over: a new handshake makes one.
    }
    forget_session(at);
    return std::nullopt;
}

std::optional<stored_session> look_at_session(const home& at) {
    const auto stored = at.read(session_name);
    if (!stored) return std::nullopt;
    try {
        fields from{*stored};
        return read_head(from);
    } catch (const secenv::rejected&) {
        return std::nullopt;
    }
}

void forget_session(const home& at) {
    // The key first: without it, what is left of the session opens no more.
    at.remove(session_key_name);
    at.remove(session_name);
}

}  // namespace client
