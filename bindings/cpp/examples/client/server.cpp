#include "server.hpp"

#include "failure.hpp"
#include "progress.hpp"
#include "stream_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace client {

namespace {

using nlohmann::json;
using secenv::byte_view;
using secenv::bytes;
using secenv::encoding::encode_base64;
using secenv::encoding::parse_base64;

constexpr auto our_claim = "I am the client";
constexpr auto their_claim = "I am the server";

/// A server's text, fit for a terminal.
[[nodiscard]] std::string printable(std::string text) {
    text.resize(std::min<std::size_t>(text.size(), 200));
    std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
    return text;
}

/// Throws what a refusal means for us.
void expect(const answer& from, long status) {
    if (from.status == status) return;
    const auto said = json::parse(from.body, nullptr, false);
    const auto found = said.is_object() ? said.find("error") : said.end();
    const auto why = "the server answered " + std::to_string(from.status) +
                     (found != said.end() && found->is_string() ? ": " + printable(found->get<std::string>()) : "");
    if (from.status >= 500) throw unreachable(why);
    if (from.status == 400 || from.status == 403 || from.status == 413) throw refused(why);
    throw failure{outcome::other, why};
}

/// A member of the server's answer, which must be a text.
[[nodiscard]] std::string text_in(const answer& from, const char* member) {
    const auto said = json::parse(from.body, nullptr, false);
    if (!said.is_object() || !said.contains(member) || !said.at(member).is_string()) {
        throw refused("the server's answer cannot be read");
    }
    return said.at(member).get<std::string>();
}

[[nodiscard]] std::string peer_in(const answer& from) {
    auto peer = text_in(from, "peer");
    if (peer.size() != 32 || peer.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw refused("the server's answer cannot be read");
    }
    return peer;
}

[[nodiscard]] secenv::rsa::padding padding_in(const answer& from) {
    const auto said = json::parse(from.body, nullptr, false);
    using secenv::rsa::padding;
    for (const auto how : {padding::pkcs1, padding::oaep_sha1, padding::oaep_sha256}) {
        if (said.value("padding", json{}) == static_cast<int>(how)) return how;
    }
    throw refused("the server's answer cannot be read");
}

/// Whose key this is, for a person to compare.
[[nodiscard]] std::string fingerprint(const secenv::rsa::public_key& key) {
    return secenv::encoding::encode_hex(secenv::hash::of(key.encode())).substr(0, 32);
}

void check_known(const home& at, const secenv::rsa::public_key& server) {
    const auto known = at.known_server();
    if (known && !secenv::equal(*known, server.encode())) {
        throw refused(
            "this is not the server whose key was stored at the first connect (server.pem); if you know why it has a "
            "new key, remove that file and connect again");
    }
}

}  // namespace

void connect(const home& at, const std::string& url, std::ostream& log) {
    http to{url};
    const auto own = at.own_key();
    log << "our key     " << fingerprint(own.public_half()) << std::endl;

    const auto keys = to.post("/v1/keys", json{{"key", own.public_half().encode().text()}}.dump());
    expect(keys, 201);
    const auto peer = peer_in(keys);
    const auto how = padding_in(keys);
    auto server = secenv::rsa::public_key::parse(text_in(keys, "key"));
    check_known(at, server);
    log << "its key     " << fingerprint(server) << std::endl;

    const auto ours = encode_base64(own.private_encrypt(our_claim));
    const auto proof = to.post("/v1/proof", json{{"peer", peer}, {"proof", ours}}.dump());
    expect(proof, 200);
    const auto claim = server.public_decrypt(parse_base64(text_in(proof, "proof")));
    if (!secenv::equal(claim, byte_view{their_claim})) throw refused("the server's proof does not hold");
    log << "proofs      ours was taken, the server's holds" << std::endl;

    const auto pair = secenv::kx::key_pair::generate();
    const auto wrapped = encode_base64(server.wrap(how, pair.public_half));
    const auto kx = to.post("/v1/kx", json{{"peer", peer}, {"kx", wrapped}}.dump());
    expect(kx, 200);
    const auto theirs = own.unwrap(how, parse_base64(text_in(kx, "kx")));
    if (theirs.size() != pair.public_half.size()) throw refused("the server's key exchange does not hold");
    auto agreed = secenv::kx::client_session_keys(pair, secenv::array_of<sizeof(secenv::kx::public_key)>(theirs));
    at.store({to.url(), peer, how, std::move(server), std::move(agreed)});
    log << "session     agreed and stored" << std::endl;
}

server::server(const home& at, const std::string& url_wanted)
    : session_{at.load()}, own_{at.own_key()}, http_{url_wanted.empty() ? session_.url : url_wanted} {
    if (http_.url() != session_.url) {
        throw misused("the session is with " + session_.url + ", not with " + http_.url() + ": run connect first");
    }
}

std::string server::seal(byte_view ad, byte_view message) const {
    const auto envelope = secenv::envelope::seal(session_.keys.tx, session_.server, session_.padding, ad, message);
    return R"({"peer":")" + session_.peer + R"(","envelope":)" + std::string{envelope.text()} + '}';
}

bytes server::open(byte_view ad, const answer& from) const {
    const auto said = json::parse(from.body, nullptr, false);
    if (!said.is_object() || !said.contains("envelope")) throw refused("the server's answer cannot be read");
    return secenv::envelope::open(session_.keys.rx, own_, session_.padding, ad, said.at("envelope").dump());
}

bytes server::send(byte_view message) {
    const auto reply = http_.post("/v1/message", seal("message", message));
    expect(reply, 200);
    return open("reply", reply);
}

void server::upload(const std::filesystem::path& file, const std::string& name) {
    const auto key = secenv::stream::key::generate();
    sealing_reader sealed{source{file}, key};
    expect(http_.post("/v1/documents/" + name + "/key", seal("upload " + name, key.secret_view())), 204);

    progress shown{"upload", sealed.size()};
    const auto next = [&](std::uint8_t* out, std::size_t room) {
        const auto size = sealed.read(out, room);
        shown.add(size);
        return size;
    };
    const auto stored = http_.put("/v1/documents/" + name + "?peer=" + session_.peer, sealed.size(), next);
    expect(stored, 200);
    if (!secenv::equal(open("stored " + name, stored), sealed.digest())) {
        throw refused("the server stored something else");
    }
}

void server::download(const home& at, const std::string& name, byte_view passphrase) {
    const auto opened = http_.post("/v1/documents/" + name + "/open", seal("download " + name, ""));
    expect(opened, 200);
    const auto data_key = open("key " + name, opened);
    if (data_key.size() != secenv::stream::key::size()) throw refused("the server's answer cannot be read");
    auto key = secenv::stream::key::parse(data_key);

    // Each chunk is opened as it comes: what does not hold to its end is not kept. The plaintext is not.
    auto sealed = at.incoming(name);
    opening_writer check{key, [](byte_view) {}};
    {
        std::optional<progress> shown;
        const auto body = http_.get("/v1/documents/" + name + "?peer=" + session_.peer, [&](auto piece, auto total) {
            if (!shown) shown.emplace("download", total);
            check.write(piece);
            sealed.write(piece);
            shown->add(piece.size());
        });
        expect(body, 200);
    }
    check.finish();
    const auto header = check.header();
    const document_key document{std::move(key), header};
    at.keep(name, sealed, document, seal_key(document, name, passphrase));
}

}  // namespace client
