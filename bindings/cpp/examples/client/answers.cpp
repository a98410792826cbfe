#include "answers.hpp"

#include <algorithm>

namespace client {

using nlohmann::json;

failure unreadable() { return refused("the server's answer cannot be read"); }

std::string printable(std::string text) {
    text.resize(std::min<std::size_t>(text.size(), 200));
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return text;
}

namespace {

// More than any answer has; a text of many small values takes far more memory than its length, and copies of values
// recur into them.
constexpr int deepest = 4;
constexpr std::size_t most_values = 1'000'000;
constexpr std::size_t longest_error = 64 * 1024;

/// What JSON says; a value of no kind if it is none that we could have been sent.
json parsed(secenv::byte_view text) {
    std::size_t values = 0;
    const auto bounded = [&](int depth, json::parse_event_t, const json&) {
        return depth <= deepest && ++values <= most_values ? true : throw unreadable();
    };
    return json::parse(text.begin(), text.end(), bounded, false);
}

}  // namespace

json object_in(secenv::byte_view text) {
    auto said = parsed(text);
    if (!said.is_object()) throw unreadable();
    return said;
}

std::string text_in(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : throw unreadable();
}

void expect(const answer& from, long status) {
    if (from.status == status) return;
    const auto said = from.body.size() <= longest_error ? parsed(from.body) : json{};
    const auto found = said.is_object() ? said.find("error") : said.end();
    const auto why = "the server answered " + std::to_string(from.status) +
                     (found != said.end() && found->is_string() ? ": " + printable(found->get<std::string>()) : "");
    if (from.status >= 500) throw unreachable(why);
    if (from.status == 400 || from.status == 401 || from.status == 403 || from.status == 413) throw refused(why);
    throw failure{outcome::other, why};
}

}  // namespace client
