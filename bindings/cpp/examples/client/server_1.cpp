#include "server_1.hpp"

#include "answers.hpp"
#include "documents.hpp"
#include "failure.hpp"

namespace client {

namespace {

using nlohmann::json;
using secenv::byte_view;
using secenv::bytes;
using secenv::encoding::encode_base64;
using secenv::encoding::parse_base64;

constexpr auto our_claim = "I am the client";
constexpr auto their_claim = "I am the server";

[[nodiscard]] std::string peer_in(const json& said) {
    auto peer = text_in(said, "peer");
    if (peer.size() != 32 || peer.find_first_not_of("0123456789abcdef") != std::string::npos) throw unreadable();
    return peer;
}

[[nodiscard]] secenv::rsa::padding padding_in(const json& said) {
    using secenv::rsa::padding;
    for (const auto how : {padding::pkcs1, padding::oaep_sha1, padding::oaep_sha256}) {
        if (said.value("padding", json{}) == static_cast<int>(how)) return how;
    }
    throw unreadable();
}

/// The server's key. One of another kind, or a weak one, is the server's fault and not ours.
[[nodiscard]] secenv::rsa::public_key key_in(const json& said) {
    try {
        return secenv::rsa::public_key::parse(text_in(said, "key"));
    } catch (const secenv::misuse& wrong) {
        throw refused(std::string{"the server's key is refused: "} + wrong.what());
    }
}

/// Whose key this is, for a person to compare.
[[nodiscard]] std::string fingerprint(const secenv::rsa::public_key& key) {
    return secenv::encoding::encode_hex(secenv::hash::of(key.encode())).substr(0, 32);
}

void check_known(const home& at, const secenv::rsa::public_key& server) {
    const auto known = known_server_1(at);
    if (known && !secenv::equal(*known, server.encode())) {
        throw refused(
            "this is not the server whose key was stored at the first connect (server.pem); if you know why it has a "
            "new key, remove that file and connect again");
    }
}

}  // namespace

void connect_1(const home& at, const std::string& url, std::ostream& log) {
    http to{url};
    const auto own = own_key_1(at);
    log << "our key     " << fingerprint(own.public_key()) << std::endl;
    const auto ask = [&](const char* path, long status, const json& question) {
        const auto said = to.post(path, question.dump(), json_body);
        expect(said, status);
        return object_in(said.body);
    };

    const auto keys = ask("/v1/keys", 201, {{"key", own.public_key().encode().text()}});
    const auto peer = peer_in(keys);
    const auto how = padding_in(keys);
    auto server = key_in(keys);
    check_known(at, server);
    log << "its key     " << fingerprint(server) << std::endl;

    const auto ours = encode_base64(own.private_encrypt(our_claim));
    const auto proof = ask("/v1/proof", 200, {{"peer", peer}, {"proof", ours}});
    const auto claim = server.public_decrypt(parse_base64(text_in(proof, "proof")));
    if (!secenv::equal(claim, byte_view{their_claim})) throw refused("the server's proof does not hold");
    log << "proofs      ours was taken, the server's holds" << std::endl;

    const auto pair = secenv::kx::key_pair::generate();
    const auto wrapped = encode_base64(server.wrap(how, pair.public_key));
    const auto kx = ask("/v1/kx", 200, {{"peer", peer}, {"kx", wrapped}});
    const auto theirs = own.unwrap(how, parse_base64(text_in(kx, "kx")));
    if (theirs.size() != pair.public_key.size()) throw refused("the server's key exchange does not hold");
    auto agreed = secenv::kx::client_session_keys(pair, secenv::kx::public_key::parse(theirs));
    store(at, {to.url(), peer, how, std::move(server), std::move(agreed)});
    log << "session     agreed and stored" << std::endl;
}

server_1::server_1(const home& at, const std::string& url_wanted)
    : session_{load_1(at)}, own_{own_key_1(at)}, http_{url_wanted.empty() ? session_.url : url_wanted} {
    if (http_.url() != session_.url) {
        throw misused("the session is with " + session_.url + ", not with " + http_.url() + ": run connect first");
    }
}

answer server_1::post(const std::string& path, byte_view ad, byte_view message) {
    const auto envelope = secenv::envelope::seal(session_.keys.tx, session_.server, session_.padding, ad, message);
    const auto json = R"({"peer":")" + session_.peer + R"(","envelope":)" + envelope.to_string() + '}';
    return http_.post(path, json, json_body);
}

bytes server_1::open(byte_view ad, const answer& from) const {
    const auto said = object_in(from.body);
    if (!said.contains("envelope")) throw unreadable();
    return secenv::envelope::open(session_.keys.rx, own_, session_.padding, ad, said.at("envelope").dump());
}

bytes server_1::send(byte_view message) {
    const auto reply = post("/v1/message", "message", message);
    expect(reply, 200);
    return open("reply", reply);
}

void server_1::upload(const std::filesystem::path& file, const std::string& name) {
    const auto key = secenv::stream::key::generate();
    outgoing sealed{file, key};
    expect(post("/v1/documents/" + name + "/key", "upload " + name, key.secret_view()), 204);
    const auto stored = sealed.put(http_, "/v1/documents/" + name + "?peer=" + session_.peer);
    expect(stored, 200);
    if (!secenv::equal(open("stored " + name, stored), sealed.digest())) {
        throw refused("the server stored something else");
    }
}

void server_1::download(const home& at, const std::string& name, byte_view passphrase) {
    const auto opened = post("/v1/documents/" + name + "/open", "download " + name, "");
    expect(opened, 200);
    const auto data_key = open("key " + name, opened);
    if (data_key.size() != secenv::stream::key::size()) throw unreadable();
    fetch(http_, "/v1/documents/" + name + "?peer=" + session_.peer, secenv::stream::key::parse(data_key), at, name,
          passphrase);
}

}  // namespace client
