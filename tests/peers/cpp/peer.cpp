// A peer of the deployed protocol with libsodium and OpenSSL; `tests/peers/README.md` has the lines it speaks.
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "deployed.hpp"

namespace {

using namespace deployed;
using fields = std::vector<std::string>;

std::string make(size_t size) { return std::string(size, '\0'); }

const std::string& sized(const std::string& field, size_t size) {
    check(field.size() == size);
    return field;
}

padding padding_of(const std::string& byte) {
    check(byte == "\x01" || byte == "\x04" || byte == "\x05");
    return static_cast<padding>(byte[0]);
}

/// Key pairs from a seed; `Make` is one of libsodium's `*_seed_keypair`.
struct pair {
    std::string pub, secret;
};
template <class Make>
pair seeded(Make make_pair, const std::string& seed, size_t secret_size) {
    pair keys{make(32), make(secret_size)};
    check(make_pair(bytes(keys.pub), bytes(keys.secret), bytes(sized(seed, 32))) == 0);
    return keys;
}
pair kx_pair(const std::string& seed) { return seeded(crypto_kx_seed_keypair, seed, crypto_kx_SECRETKEYBYTES); }
pair box_pair(const std::string& seed) { return seeded(crypto_box_seed_keypair, seed, crypto_box_SECRETKEYBYTES); }
pair sign_pair(const std::string& seed) { return seeded(crypto_sign_seed_keypair, seed, crypto_sign_SECRETKEYBYTES); }

/// `Keys` is `crypto_kx_client_session_keys` or the server's.
template <class Keys>
fields session_keys(Keys keys, const fields& in) {
    const pair me = kx_pair(in.at(0));
    std::string rx = make(crypto_kx_SESSIONKEYBYTES), tx = make(crypto_kx_SESSIONKEYBYTES);
    const std::string& peer = sized(in.at(1), crypto_kx_PUBLICKEYBYTES);
    check(keys(bytes(rx), bytes(tx), bytes(me.pub), bytes(me.secret), bytes(peer)) == 0);
    return {rx, tx};
}

fields box_make(const fields& in) {
    const pair sender = box_pair(in.at(0));
    const std::string& receiver = sized(in.at(1), crypto_box_PUBLICKEYBYTES);
    const std::string& nonce = sized(in.at(2), crypto_box_NONCEBYTES);
    std::string box = make(in.at(3).size() + crypto_box_MACBYTES);
    check(crypto_box_easy(bytes(box), bytes(in[3]), in[3].size(), bytes(nonce), bytes(receiver),
                          bytes(sender.secret)) == 0);
    return {box};
}

fields box_open(const fields& in) {
    const pair receiver = box_pair(in.at(0));
    const std::string& sender = sized(in.at(1), crypto_box_PUBLICKEYBYTES);
    const std::string& nonce = sized(in.at(2), crypto_box_NONCEBYTES);
    const std::string& box = in.at(3);
    check(box.size() >= crypto_box_MACBYTES);
    std::string message = make(box.size() - crypto_box_MACBYTES);
    check(crypto_box_open_easy(bytes(message), bytes(box), box.size(), bytes(nonce), bytes(sender),
                               bytes(receiver.secret)) == 0);
    return {message};
}

fields seal_make(const fields& in) {
    const std::string& receiver = sized(in.at(0), crypto_box_PUBLICKEYBYTES);
    std::string sealed = make(in.at(1).size() + crypto_box_SEALBYTES);
    check(crypto_box_seal(bytes(sealed), bytes(in[1]), in[1].size(), bytes(receiver)) == 0);
    return {sealed};
}

fields seal_open(const fields& in) {
    const pair receiver = box_pair(in.at(0));
    check(in.at(1).size() >= crypto_box_SEALBYTES);
    std::string message = make(in[1].size() - crypto_box_SEALBYTES);
    check(crypto_box_seal_open(bytes(message), bytes(in[1]), in[1].size(), bytes(receiver.pub),
                               bytes(receiver.secret)) == 0);
    return {message};
}

fields sign_make(const fields& in) {
    const pair me = sign_pair(in.at(0));
    std::string signature = make(crypto_sign_BYTES);
    crypto_sign_detached(bytes(signature), nullptr, bytes(in.at(1)), in.at(1).size(), bytes(me.secret));
    return {signature};
}

fields sign_check(const fields& in) {
    const std::string& pub = sized(in.at(0), crypto_sign_PUBLICKEYBYTES);
    const std::string& signature = sized(in.at(1), crypto_sign_BYTES);
    check(crypto_sign_verify_detached(bytes(signature), bytes(in.at(2)), in.at(2).size(), bytes(pub)) == 0);
    return {};
}

fields stream_make(const fields& in) {
    check(in.size() >= 2);
    crypto_secretstream_xchacha20poly1305_state state;
    fields sealed{make(crypto_secretstream_xchacha20poly1305_HEADERBYTES)};
    const std::string& key = sized(in[0], crypto_secretstream_xchacha20poly1305_KEYBYTES);
    crypto_secretstream_xchacha20poly1305_init_push(&state, bytes(sealed[0]), bytes(key));
    for (size_t i = 1; i < in.size(); i++) {
        std::string piece = make(in[i].size() + crypto_secretstream_xchacha20poly1305_ABYTES);
        const unsigned char tag = i + 1 == in.size() ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                                                     : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
        crypto_secretstream_xchacha20poly1305_push(&state, bytes(piece), nullptr, bytes(in[i]), in[i].size(), nullptr,
                                                   0, tag);
        sealed.push_back(piece);
    }
    return sealed;
}

fields stream_open(const fields& in) {
    check(in.size() >= 3);
    crypto_secretstream_xchacha20poly1305_state state;
    const std::string& key = sized(in[0], crypto_secretstream_xchacha20poly1305_KEYBYTES);
    const std::string& header = sized(in[1], crypto_secretstream_xchacha20poly1305_HEADERBYTES);
    check(crypto_secretstream_xchacha20poly1305_init_pull(&state, bytes(header), bytes(key)) == 0);
    fields chunks;
    for (size_t i = 2; i < in.size(); i++) {
        check(in[i].size() >= crypto_secretstream_xchacha20poly1305_ABYTES);
        std::string chunk = make(in[i].size() - crypto_secretstream_xchacha20poly1305_ABYTES);
        unsigned char tag = 0;
        check(crypto_secretstream_xchacha20poly1305_pull(&state, bytes(chunk), nullptr, &tag, bytes(in[i]),
                                                         in[i].size(), nullptr, 0) == 0);
        check((tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) == (i + 1 == in.size()));
        chunks.push_back(chunk);
    }
    return chunks;
}

fields secretbox_make(const fields& in) {
    const std::string& key = sized(in.at(0), crypto_secretbox_KEYBYTES);
    const std::string& nonce = sized(in.at(1), crypto_secretbox_NONCEBYTES);
    std::string box = make(in.at(2).size() + crypto_secretbox_MACBYTES);
    crypto_secretbox_easy(bytes(box), bytes(in[2]), in[2].size(), bytes(nonce), bytes(key));
    return {box};
}

fields secretbox_open(const fields& in) {
    const std::string& key = sized(in.at(0), crypto_secretbox_KEYBYTES);
    const std::string& nonce = sized(in.at(1), crypto_secretbox_NONCEBYTES);
    check(in.at(2).size() >= crypto_secretbox_MACBYTES);
    std::string message = make(in[2].size() - crypto_secretbox_MACBYTES);
    check(crypto_secretbox_open_easy(bytes(message), bytes(in[2]), in[2].size(), bytes(nonce), bytes(key)) == 0);
    return {message};
}

// The proof is PKCS#1 type 1 without a DigestInfo: OpenSSL's "sign" when no hash is set.
fields proof_make(const fields& in) {
    return {rsa(secret_key(in.at(0)).get(), padding::pkcs1, in.at(1), EVP_PKEY_sign_init, EVP_PKEY_sign)};
}
fields proof_open(const fields& in) {
    const pkey key = public_key(in.at(0));
    return {rsa(key.get(), padding::pkcs1, in.at(1), EVP_PKEY_verify_recover_init, EVP_PKEY_verify_recover)};
}

const std::map<std::string, std::function<fields(const fields&)>> verbs = {
    {"name", [](const fields&) { return fields{"c++ libsodium openssl"}; }},
    {"kx-public", [](const fields& in) { return fields{kx_pair(in.at(0)).pub}; }},
    {"kx-client", [](const fields& in) { return session_keys(crypto_kx_client_session_keys, in); }},
    {"kx-server", [](const fields& in) { return session_keys(crypto_kx_server_session_keys, in); }},
    {"proof-make", proof_make},
    {"proof-open", proof_open},
    {"rsa-wrap",
     [](const fields& in) { return fields{rsa_wrap(public_key(in.at(0)).get(), padding_of(in.at(1)), in.at(2))}; }},
    {"rsa-unwrap",
     [](const fields& in) { return fields{rsa_unwrap(secret_key(in.at(0)).get(), padding_of(in.at(1)), in.at(2))}; }},
    {"envelope-seal",
     [](const fields& in) {
         return fields{seal(in.at(0), public_key(in.at(1)).get(), padding_of(in.at(2)), in.at(3), in.at(4))};
     }},
    {"envelope-open",
     [](const fields& in) {
         return fields{deployed::open(in.at(0), secret_key(in.at(1)).get(), padding_of(in.at(2)), in.at(3), in.at(4))};
     }},
    {"box-public", [](const fields& in) { return fields{box_pair(in.at(0)).pub}; }},
    {"box-make", box_make},
    {"box-open", box_open},
    {"seal-make", seal_make},
    {"seal-open", seal_open},
    {"sign-public", [](const fields& in) { return fields{sign_pair(in.at(0)).pub}; }},
    {"sign-make", sign_make},
    {"sign-check", sign_check},
    {"stream-make", stream_make},
    {"stream-open", stream_open},
    {"secretbox-make", secretbox_make},
    {"secretbox-open", secretbox_open},
};

std::string from_hex(const std::string& hex) {
    if (hex == "-") return {};
    std::string out = make(hex.size() / 2);
    size_t size = 0;
    check(sodium_hex2bin(bytes(out), out.size(), hex.data(), hex.size(), nullptr, &size, nullptr) == 0);
    return out;
}

std::string to_hex(const std::string& field) {
    if (field.empty()) return "-";
    std::string out = make(field.size() * 2 + 1);
    sodium_bin2hex(out.data(), out.size(), bytes(field), field.size());
    out.pop_back();
    return out;
}

std::string answer(const std::string& line) {
    std::istringstream words{line};
    std::string verb, word;
    words >> verb;
    const auto found = verbs.find(verb);
    if (found == verbs.end()) return "what";
    try {
        fields in;
        while (words >> word) in.push_back(from_hex(word));
        std::string out = "ok";
        for (const auto& field : found->second(in)) out += " " + to_hex(field);
        return out;
    } catch (const refused&) {
        return "no";
    } catch (const std::out_of_range&) {  // a field is missing
        return "no";
    }
}

}  // namespace

int main() {
    if (sodium_init() < 0) return 1;
    for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << std::endl;
}
