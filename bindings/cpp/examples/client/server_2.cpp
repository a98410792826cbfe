#include "server_2.hpp"

#include "answers.hpp"
#include "documents.hpp"
#include "failure.hpp"

namespace client {

namespace {

using nlohmann::json;
using secenv::byte_view;

constexpr std::size_t most_files = 100'000;
constexpr std::uint64_t spare_space = 256ull << 20;

/// Names a message, so that the server acts on it once however often it comes.
[[nodiscard]] std::string new_id() { return secenv::encoding::encode_hex(secenv::random::array<16>()); }

/// The text of a message. Throws if something in it is no UTF-8.
[[nodiscard]] std::string text_of(const json& message) {
    try {
        return message.dump();
    } catch (const json::type_error&) {
        throw failure{outcome::other, "this is no text in UTF-8: upload it"};
    }
}

/// The reply to a message that has an id: it has the same.
[[nodiscard]] json ask(exchange& through, const std::string& path, json message) {
    const auto id = new_id();
    message["id"] = id;
    const auto reply = object_in(through.ask(path, text_of(message)));
    const auto error = reply.find("error");
    if (error != reply.end() && error->is_string()) {
        throw failure{outcome::other, "the server says: " + printable(error->get<std::string>())};
    }
    if (text_in(reply, "id") != id) throw unreadable();
    return reply;
}

/// The key and the ticket for one body that is no record.
struct passage {
    secenv::stream::key key;
    std::string ticket;
};

[[nodiscard]] passage passage_in(const json& reply) {
    const auto key = secenv::encoding::parse_base64(text_in(reply, "key"));
    auto ticket = text_in(reply, "ticket");
    const bool named = ticket.size() == 32 && ticket.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (key.size() != secenv::stream::key::size() || !named) throw unreadable();
    return {secenv::stream::key::parse(key), std::move(ticket)};
}

/// A file that the server offers, by its length.
using offer = std::pair<std::string, std::uint64_t>;

[[nodiscard]] std::vector<offer> offered_in(const json& files) {
    if (files.size() > most_files) throw refused("the server offers too many files");
    std::vector<offer> offered;
    for (const auto& file : files) {
        const auto name = text_in(file, "name");
        const auto length = file.find("length");
        if (!is_name(name) || length == file.end() || !length->is_number_unsigned()) throw unreadable();
        offered.emplace_back(name, length->get<std::uint64_t>());
        if (offered.back().second > longest_vault_file) throw refused("the server offers " + name + ": it is too long");
    }
    return offered;
}

/// Throws `unreachable` unless all of it fits on the disk, and something is left.
void check_space(const std::filesystem::path& folder, const std::vector<offer>& offered) {
    std::uint64_t wanted = spare_space;
    for (const auto& [name, length] : offered) wanted += length;
    if (std::filesystem::space(folder).available < wanted) {
        throw unreachable("the disk has no space for the " + std::to_string(wanted - spare_space) + " bytes offered");
    }
}

}  // namespace

server_2::server_2(const home& at, const std::string& url_wanted, const std::vector<std::string>& pins_given,
                   const trust_beginning& trust_given, std::ostream& log, std::ostream& complaints)
    : at_{at}, exchange_{at, server_url(at, url_wanted), pins_given, trust_given, log, complaints} {}

void server_2::connect() {
    exchange_.connect();
    // Until the server has opened a record of ours, the session lives for five minutes there.
    if (!send("").empty()) throw refused("the server answered with other bytes");
}

void server_2::enrol(std::string_view code) {
    const auto reply = object_in(exchange_.ask("/2/enrol", text_of({{"code", code}})));
    if (reply.value("enrolled", json{}) != true) {
        throw refused(
            "the server does not take the code: it is wrong, too old or used up (by us, if its answer was lost: see "
            "whether send works)");
    }
}

std::string server_2::send(std::string_view text) {
    return text_in(ask(exchange_, "/2/message", {{"text", text}}), "text");
}

void server_2::upload(const std::filesystem::path& file, const std::string& name) {
    const auto path = "/2/files/" + name;
    const auto way = passage_in(ask(exchange_, path + "/upload", json::object()));
    outgoing sealed{file, way.key};
    expect(sealed.put(exchange_.wire(), path + "?ticket=" + way.ticket), 204);
    const auto stored = ask(exchange_, path + "/stored", {{"ticket", way.ticket}});
    if (text_in(stored, "sha256") != secenv::encoding::encode_hex(sealed.digest())) {
        throw refused("the server stored something else");
    }
}

void server_2::download(const std::string& name, byte_view passphrase) {
    const auto path = "/2/files/" + name;
    auto way = passage_in(ask(exchange_, path + "/download", json::object()));
    fetch(exchange_.wire(), path + "?ticket=" + way.ticket, std::move(way.key), at_, name, passphrase);
}

std::size_t server_2::sync(const std::filesystem::path& into) {
    const auto reply = ask(exchange_, "/2/offline", json::object());
    const auto ticket = text_in(reply, "ticket");
    const auto files = reply.find("files");
    if (files == reply.end() || !files->is_array()) throw unreadable();
    make_folder(into);
    const auto offered = offered_in(*files);
    for (const auto& [name, length] : offered) check_replaceable(into / name);
    check_space(into, offered);
    for (const auto& [name, length] : offered) {
        fetch(exchange_.wire(), "/2/offline/" + name + "?ticket=" + ticket, into / name, length);
    }
    return offered.size();
}

}  // namespace client
