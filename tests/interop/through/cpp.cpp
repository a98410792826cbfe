// libsecenv through C++. It speaks the lines of tests/peers/README.md.
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <secenv.hpp>

namespace {

using fields = std::vector<std::string>;

std::string text(secenv::byte_view bytes) { return std::string{bytes.text()}; }

template <class Key>
Key key(const std::string& field) {
    return Key::parse(field);
}

secenv::rsa::padding padding(const std::string& field) {
    if (field.size() != 1) throw secenv::misuse{SECENV_STATUS_INVALID_LENGTH};
    return secenv::rsa::padding{static_cast<unsigned char>(field.front())};
}

secenv::kx::key_pair kx_pair(const std::string& seed) {
    return secenv::kx::key_pair::from_seed(key<secenv::kx::seed>(seed));
}

secenv::box::key_pair box_pair(const std::string& seed) {
    return secenv::box::key_pair::from_seed(key<secenv::box::seed>(seed));
}

secenv::sign::key_pair sign_pair(const std::string& seed) {
    return secenv::sign::key_pair::from_seed(key<secenv::sign::seed>(seed));
}

fields both(const secenv::kx::session_keys& keys) { return {text(keys.rx.secret_view()), text(keys.tx.secret_view())}; }

fields name(const fields&) { return {"secenv c++"}; }

fields kx_public(const fields& in) { return {text(kx_pair(in.at(0)).public_key)}; }
fields kx_client(const fields& in) {
    return both(secenv::kx::client_session_keys(kx_pair(in.at(0)), key<secenv::kx::public_key>(in.at(1))));
}
fields kx_server(const fields& in) {
    return both(secenv::kx::server_session_keys(kx_pair(in.at(0)), key<secenv::kx::public_key>(in.at(1))));
}

fields proof_make(const fields& in) {
    return {text(secenv::rsa::secret_key::parse(in.at(0)).private_encrypt(in.at(1)))};
}
fields proof_open(const fields& in) {
    return {text(secenv::rsa::public_key::parse(in.at(0)).public_decrypt(in.at(1)))};
}
fields rsa_wrap(const fields& in) {
    return {text(secenv::rsa::public_key::parse(in.at(0)).wrap(padding(in.at(1)), in.at(2)))};
}
fields rsa_unwrap(const fields& in) {
    return {text(secenv::rsa::secret_key::parse(in.at(0)).unwrap(padding(in.at(1)), in.at(2)))};
}

fields envelope_seal(const fields& in) {
    const auto receiver = secenv::rsa::public_key::parse(in.at(1));
    const auto tx = key<secenv::kx::tx_key>(in.at(0));
    return {text(secenv::envelope::seal(tx, receiver, padding(in.at(2)), in.at(3), in.at(4)))};
}
fields envelope_open(const fields& in) {
    const auto receiver = secenv::rsa::secret_key::parse(in.at(1));
    const auto rx = key<secenv::kx::rx_key>(in.at(0));
    return {text(secenv::envelope::open(rx, receiver, padding(in.at(2)), in.at(3), in.at(4)))};
}

fields box_public(const fields& in) { return {text(box_pair(in.at(0)).public_key)}; }
fields box_make(const fields& in) {
    const auto receiver = key<secenv::box::public_key>(in.at(1));
    const auto nonce = key<secenv::box::nonce>(in.at(2));
    return {text(secenv::box::seal(box_pair(in.at(0)).secret_key, receiver, nonce, in.at(3)))};
}
fields box_open(const fields& in) {
    const auto sender = key<secenv::box::public_key>(in.at(1));
    const auto nonce = key<secenv::box::nonce>(in.at(2));
    return {text(secenv::box::open(box_pair(in.at(0)).secret_key, sender, nonce, in.at(3)))};
}
fields seal_make(const fields& in) {
    return {text(secenv::sealed_box::seal(key<secenv::box::public_key>(in.at(0)), in.at(1)))};
}
fields seal_open(const fields& in) { return {text(secenv::sealed_box::open(box_pair(in.at(0)), in.at(1)))}; }

fields sign_public(const fields& in) { return {text(sign_pair(in.at(0)).public_key)}; }
fields sign_make(const fields& in) { return {text(secenv::sign::sign(sign_pair(in.at(0)).secret_key, in.at(1)))}; }
fields sign_check(const fields& in) {
    const auto signer = key<secenv::sign::public_key>(in.at(0));
    secenv::sign::verify(signer, in.at(2), key<secenv::sign::signature>(in.at(1)));
    return {};
}

fields stream_make(const fields& in) {
    secenv::stream::sealer stream{key<secenv::stream::key>(in.at(0))};
    fields out{text(stream.header())};
    for (std::size_t i = 1; i < in.size(); i++) {
        const bool last = i + 1 == in.size();
        out.push_back(text(stream.seal(last ? secenv::stream::tag::last : secenv::stream::tag::message, in[i])));
    }
    if (!stream.finished()) throw secenv::rejected{};
    return out;
}
fields stream_open(const fields& in) {
    secenv::stream::opener stream{key<secenv::stream::key>(in.at(0)), key<secenv::stream::header>(in.at(1))};
    fields out;
    // Behind the last chunk the stream opens nothing, so the last chunk can only stand last.
    for (std::size_t i = 2; i < in.size(); i++) out.push_back(text(stream.open(in[i]).chunk));
    if (!stream.finished()) throw secenv::rejected{};
    return out;
}

fields secretbox_make(const fields& in) {
    const auto nonce = key<secenv::secretbox::nonce>(in.at(1));
    return {text(secenv::secretbox::seal(key<secenv::secretbox::key>(in.at(0)), nonce, in.at(2)))};
}
fields secretbox_open(const fields& in) {
    const auto nonce = key<secenv::secretbox::nonce>(in.at(1));
    return {text(secenv::secretbox::open(key<secenv::secretbox::key>(in.at(0)), nonce, in.at(2)))};
}

const std::map<std::string, std::function<fields(const fields&)>> verbs = {
    {"name", name},
    {"kx-public", kx_public},
    {"kx-client", kx_client},
    {"kx-server", kx_server},
    {"proof-make", proof_make},
    {"proof-open", proof_open},
    {"rsa-wrap", rsa_wrap},
    {"rsa-unwrap", rsa_unwrap},
    {"envelope-seal", envelope_seal},
    {"envelope-open", envelope_open},
    {"box-public", box_public},
    {"box-make", box_make},
    {"box-open", box_open},
    {"seal-make", seal_make},
    {"seal-open", seal_open},
    {"sign-public", sign_public},
    {"sign-make", sign_make},
    {"sign-check", sign_check},
    {"stream-make", stream_make},
    {"stream-open", stream_open},
    {"secretbox-make", secretbox_make},
    {"secretbox-open", secretbox_open},
};

std::string from_hex(const std::string& field) {
    return field == "-" ? std::string{} : text(secenv::encoding::parse_hex(field));
}

std::string to_hex(const std::string& field) { return field.empty() ? "-" : secenv::encoding::encode_hex(field); }

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
    } catch (const secenv::error&) {
        return "no";
    } catch (const std::out_of_range&) {  // a field is missing
        return "no";
    }
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) std::cout << answer(line) << std::endl;
}
