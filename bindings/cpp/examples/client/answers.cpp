#include "answers.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace client {

using nlohmann::json;

failure unreadable() { return refused("the server's answer cannot be read"); }

std::string printable(std::string text) {
    text.resize(std::min<std::size_t>(text.size(), 200));
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return text;
}

namespace {

/// How many bytes at the beginning of a text in UTF-8 are one character that is obeyed rather than shown, or 0.
[[nodiscard]] std::size_t hidden(std::string_view text) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    const auto within = [&](std::size_t at, unsigned first, unsigned last) {
        return first <= byte(at) && byte(at) <= last;
    };
    if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
    if (byte(0) == 0xc2 && within(1, 0x80, 0x9f)) return 2;  // control characters above ASCII
    if (byte(0) == 0xd8 && byte(1) == 0x9c) return 2;        // U+061C
    if (byte(0) == 0xe2 && byte(1) == 0x80 && (within(2, 0x8b, 0x8f) || within(2, 0xa8, 0xae))) return 3;
    if (byte(0) == 0xe2 && byte(1) == 0x81 && within(2, 0xa0, 0xaf)) return 3;
    return text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const auto size = hidden(text);
        for (const unsigned char byte : text.substr(0, size)) {
            constexpr auto digits = "0123456789abcdef";
            shown += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
        if (size == 0) shown += text.front();
        text.remove_prefix(std::max<std::size_t>(1, size));
    }
    return shown;
}

namespace {

// More than any answer has; a text of many small values takes far more memory than its length, and copies of values
// recur into them.
constexpr int deepest = 4;
constexpr std::size_t most_values = 1'000'000;
constexpr std::size_t longest_error = 64 * 1024;

/// What JSON says; a value of no kind if it is none that we could have been sent. No member stands in it twice: one
/// reader would take the first, and another the last.
json parsed(secenv::byte_view text) {
    std::size_t values = 0;
    std::vector<std::set<std::string>> names;  // of the objects that are being read
    const auto bounded = [&](int depth, json::parse_event_t event, const json& value) {
        using found = json::parse_event_t;
        if (depth > deepest || ++values > most_values) throw unreadable();
        if (event == found::object_start) names.emplace_back();
        if (event == found::object_end) names.pop_back();
        if (event == found::key && !names.back().insert(value.get<std::string>()).second) throw unreadable();
        return true;
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
