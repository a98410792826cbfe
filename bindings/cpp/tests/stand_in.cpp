//! A stand-in for the reference server, for the client's tests: protocol 2 over HTTP, one request at a time, everything
//! in memory, and it goes wrong when it is told to.
//!
//!     stand-in FOLDER
//!
//! FOLDER/identity.pem is its identity (made if it is not there), FOLDER/newer.pem another one if it is there;
//! FOLDER/pin gets their pins, newest first, and FOLDER/url its address, FOLDER/log a line for each request and for each message
//! that it acts on. FOLDER/fault says what to do wrong next:
//! lines of `KIND PATH`, each for one request to that path:
//!
//!     lose     works, and closes the connection without an answer
//!     busy     answers 503 without a look at the request
//!     flip     changes a bit in the middle of its answer
//!     again    gives the answer that it gave to the last request, once more
//!     forget   first forgets every session
//!     revoke   first forgets who is enrolled
//!     closed   lets nobody in that is not enrolled, as a server whose codes are used up does
//!     full     answers 507, as a server without space does
//!
//! FOLDER/offers is what it says that it has for vaults, in JSON; what it gives lies in FOLDER/offline.
#include "../examples/client/stream_file.hpp"

#include <secenv.hpp>

#include <arpa/inet.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

using namespace secenv;
using nlohmann::json;

namespace {

struct request {
    std::string method, path, query, body;
};

struct answer {
    int status = 200;
    std::string body{};
};

struct document {
    bytes key;
    std::string sealed;
};

std::string text_in(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string random_id() { return encoding::encode_hex(random::array<16>()); }

class stand_in {
public:
    stand_in(std::string folder, const std::vector<const identity*>& identities)
        : folder_{std::move(folder)}, log_{folder_ + "/log"},
          shop_{identities, {cookie_key::generate(), store_id::generate()}} {}

    answer handle(const request& asked) {
        log_ << asked.method << ' ' << asked.path << std::endl;
        auto said = work(asked);
        // What is sealed cannot be put together again: a test that wants it twice gets the very bytes.
        previous_ = said.body;
        return said;
    }

    const std::string& previous() const { return previous_; }
    void forget() { sessions_.clear(); }
    void revoke() { enrolled_.clear(); }
    void admit_strangers(bool all) { strangers_ = all; }

    /// The next fault for this path; it is used up.
    std::string fault(const std::string& path) {
        std::istringstream lines{text_in(folder_ + "/fault")};
        std::string kind, where, found, rest;
        while (lines >> kind >> where) {
            if (found.empty() && where == path) found = kind;
            else rest += kind + ' ' + where + '\n';
        }
        if (!found.empty()) std::ofstream{folder_ + "/fault"} << rest;
        return found;
    }

private:
    answer work(const request& asked) {
        try {
            if (asked.path == "/2/hello") return {200, shop_.reply(asked.body).text()};
            if (asked.path == "/2/finish") {
                auto [made, welcome, spki] = shop_.accept(asked.body);
                if (!strangers_ && enrolled_.count(identity::pin(spki)) == 0) return {403, "refused"};
                const auto id = encoding::encode_hex(made.id());
                if (!sessions_.emplace(id, std::move(made)).second) return {409, "taken before"};
                return {200, welcome.to_string()};
            }
        } catch (const rejected&) {
            return {400, "refused"};
        }
        if (asked.method == "PUT") return put(asked);
        if (asked.method == "GET") return get(asked);
        try {
            auto& open = sessions_.at(encoding::encode_hex(record::session_id(asked.body)));
            const auto ad = "POST " + asked.path;
            const auto message = open.open_message(ad, asked.body);
            if (asked.path == "/2/logout") {
                sessions_.erase(encoding::encode_hex(open.id()));
                return {204};
            }
            const auto known = enrolled_.count(open.peer()) != 0;
            if (!known && asked.path != "/2/enrol") return {401, "refused"};
            const auto reply = act(asked.path, json::parse(message.begin(), message.end()), open.peer());
            return {200, open.reply(open.last_received(), ad, reply.dump()).text()};
        } catch (const std::exception&) {
            return {401, "refused"};
        }
    }

    json act(const std::string& path, const json& message, const pin& from) {
        if (path == "/2/enrol") {
            const bool right = message.at("code") == "let-me-in";
            if (right) enrolled_.insert(from);
            return {{"enrolled", right}};
        }
        const auto id = message.at("id").get<std::string>();
        if (done_.count(id) == 0) {
            log_ << "acted" << std::endl;
            done_[id] = act_once(path, message);
            done_[id]["id"] = id;
        }
        return done_[id];
    }

    json act_once(const std::string& path, const json& message) {
        if (path == "/2/message") return {{"text", message.at("text")}};
        if (path == "/2/offline") {
            return {{"files", json::parse(text_in(folder_ + "/offers"))}, {"ticket", random_id()}};
        }
        const auto cut = path.rfind('/');
        const auto name = path.substr(0, cut);
        const auto verb = path.substr(cut + 1);
        if (verb == "upload") {
            const auto ticket = random_id();
            auto key = random::generate(stream::key::size());
            const auto text = encoding::encode_base64(key);
            tickets_.insert_or_assign(name + ticket, document{std::move(key), ""});
            return {{"ticket", ticket}, {"key", text}};
        }
        if (verb == "stored") {
            auto stored = tickets_.extract(name + message.at("ticket").get<std::string>());
            client::sha256 hash;
            const auto key = stream::key::parse(stored.mapped().key);
            client::opening_writer opened{key, [&](byte_view chunk) { hash.update(chunk); }};
            opened.write(stored.mapped().sealed);
            opened.finish();
            documents_.insert_or_assign(name, std::move(stored.mapped()));
            return {{"sha256", encoding::encode_hex(hash.finish())}};
        }
        if (documents_.count(name) == 0) return {{"error", "there is nothing here"}};
        return {{"ticket", random_id()}, {"key", encoding::encode_base64(documents_.at(name).key)}};
    }

    answer put(const request& asked) {
        const auto found = tickets_.find(asked.path + asked.query.substr(asked.query.find('=') + 1));
        if (found == tickets_.end()) return {401, "refused"};
        found->second.sealed = asked.body;
        return {204};
    }

    answer get(const request& asked) {
        const std::string offline = "/2/offline/";
        if (asked.path.rfind(offline, 0) == 0) return {200, text_in(folder_ + asked.path.substr(2))};
        const auto found = documents_.find(asked.path);
        return found == documents_.end() ? answer{401, "refused"} : answer{200, found->second.sealed};
    }

    std::string folder_;
    std::ofstream log_;
    server shop_;
    std::map<std::string, session> sessions_;
    std::set<pin> enrolled_;
    bool strangers_ = true;
    std::map<std::string, json> done_;
    std::map<std::string, document> tickets_, documents_;
    std::string previous_;
};

/// One request from a connection, whole.
request received(int from) {
    std::string text;
    std::vector<char> piece(1 << 16);
    std::size_t body = 0, length = 0;
    while (body == 0 || text.size() < body + length) {
        const auto size = recv(from, piece.data(), piece.size(), 0);
        if (size <= 0) return {};
        text.append(piece.data(), static_cast<std::size_t>(size));
        const auto end = text.find("\r\n\r\n");
        if (body != 0 || end == std::string::npos) continue;
        body = end + 4;
        const auto header = text.find("Content-Length: ");
        if (header < end) length = std::stoul(text.substr(header + 16));
    }
    std::istringstream line{text};
    request asked;
    line >> asked.method >> asked.path;
    const auto mark = asked.path.find('?');
    if (mark != std::string::npos) asked.query = asked.path.substr(mark + 1);
    asked.path = asked.path.substr(0, mark);
    asked.body = text.substr(body, length);
    return asked;
}

/// JSON as deep as no stack is.
answer nested() {
    constexpr std::size_t levels = 500'000;
    return {201, R"({"peer":)" + std::string(levels, '[') + std::string(levels, ']') + '}'};
}

/// A key for protocol 1 that is none: Ed25519 (RFC 8410, 10.1).
answer strange_key() {
    return {201, R"({"peer":"00112233445566778899aabbccddeeff","padding":4,"key":"-----BEGIN PUBLIC KEY-----\n)"
                 R"(MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"})"};
}

answer answer_to(const request& asked, const std::string& fault, stand_in& shop) {
    if (fault == "busy") return {503, "busy"};
    if (fault == "full") return {507, R"({"error":"there is no space"})"};
    if (fault == "nest") return nested();
    if (fault == "strange") return strange_key();
    return shop.handle(asked);
}

void answer_one(stand_in& shop, int to) {
    const auto asked = received(to);
    if (asked.method.empty()) return;
    const auto fault = shop.fault(asked.path);
    const auto previous = shop.previous();
    if (fault == "forget") shop.forget();
    if (fault == "revoke") shop.revoke();
    shop.admit_strangers(fault != "closed");
    auto said = answer_to(asked, fault, shop);
    if (fault == "lose") return;
    if (fault == "again") said.body = previous;
    if (fault == "flip") said.body.at(said.body.size() / 2) ^= 1;
    auto text = "HTTP/1.1 " + std::to_string(said.status) + " So\r\nConnection: close\r\n";
    if (said.status != 204) text += "Content-Length: " + std::to_string(said.body.size()) + "\r\n";
    text += "\r\n" + said.body;
    for (std::size_t done = 0; done < text.size();) {
        const auto size = send(to, text.data() + done, text.size() - done, MSG_NOSIGNAL);
        if (size <= 0) return;
        done += static_cast<std::size_t>(size);
    }
}

identity identity_in(const std::string& path) {
    if (!std::ifstream{path}) std::ofstream{path} << identity::generate().encode_secret().text();
    return identity::parse(text_in(path));
}

}  // namespace

int main(int count, char** words) {
    if (count != 2) return 2;
    const std::string folder = words[1];
    std::vector<identity> owned;
    if (std::ifstream{folder + "/newer.pem"}) owned.push_back(identity_in(folder + "/newer.pem"));
    owned.push_back(identity_in(folder + "/identity.pem"));
    std::vector<const identity*> identities;
    for (const auto& each : owned) identities.push_back(&each);
    stand_in shop{folder, identities};

    const int socket_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(socket_, 8) != 0) return 1;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    std::string pins;
    for (const auto& each : owned) pins += identity::pin(each.public_key()).format() + '\n';
    std::ofstream{folder + "/pin"} << pins;
    std::ofstream{folder + "/url"} << "http://127.0.0.1:" << ntohs(address.sin_port) << '\n';

    while (true) {
        const int connection = accept(socket_, nullptr, nullptr);
        if (connection < 0) return 1;
        answer_one(shop, connection);
        close(connection);
    }
}
