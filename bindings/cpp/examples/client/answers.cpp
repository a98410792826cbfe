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

json object_in(secenv::byte_view text) {
    auto said = json::parse(text.begin(), text.end(), nullptr, false);
    return said.is_object() ? said : throw unreadable();
}

std::string text_in(const json& object, const char* member) {
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : throw unreadable();
}

void expect(const answer& from, long status) {
    if (from.status == status) return;
    const auto said = json::parse(from.body, nullptr, false);
    const auto found = said.is_object() ? said.find("error") : said.end();
    const auto why = "the server answered " + std::to_string(from.status) +
                     (found != said.end() && found->is_string() ? ": " + printable(found->get<std::string>()) : "");
    if (from.status >= 500) throw unreachable(why);
    if (from.status == 400 || from.status == 401 || from.status == 403 || from.status == 413) throw refused(why);
    throw failure{outcome::other, why};
}

}  // namespace client
