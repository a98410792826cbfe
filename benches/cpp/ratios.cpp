// Ratios through C against the hand-written C++ of tests/peers/cpp (Debian's libsodium, OpenSSL, nlohmann-json): the
// same lines and the same method as benches/ratios.
//
// usage: ratios SECRET.pem PUBLIC.pem
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>

#include <secenv.h>

#include "deployed.hpp"
#include "race.hpp"

namespace {

using races::expect;
using races::race;

std::string read(const char* path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

const std::string ad = "associated data.";

/// What libsecenv gave, read where it lies.
using given = std::unique_ptr<secenv_bytes, deployed::freed_by<secenv_bytes_free>>;

given taken(secenv_status status, secenv_bytes* bytes) {
    expect(status == SECENV_STATUS_OK, secenv_status_message(status));
    return given{bytes};
}

std::string text(const given& bytes) {
    return {reinterpret_cast<const char*>(secenv_bytes_data(bytes.get())), secenv_bytes_len(bytes.get())};
}

struct keys {
    std::string session;
    secenv_rsa_secret* secret = nullptr;
    secenv_rsa_public* shared = nullptr;
    deployed::pkey their_secret, their_public;
};

given seal(const keys& with, deployed::padding how, const std::string& message) {
    secenv_bytes* out = nullptr;
    const auto status = secenv_envelope_seal(deployed::bytes(with.session), with.shared, static_cast<int>(how),
                                             deployed::bytes(ad), ad.size(), deployed::bytes(message), message.size(),
                                             &out);
    return taken(status, out);
}

given open(const keys& with, deployed::padding how, const std::string& json) {
    secenv_bytes* out = nullptr;
    const auto status = secenv_envelope_open(deployed::bytes(with.session), with.secret, static_cast<int>(how),
                                             deployed::bytes(ad), ad.size(), deployed::bytes(json), json.size(), &out);
    return taken(status, out);
}

given unwrap(const keys& with, deployed::padding how, const std::string& wrapped) {
    secenv_bytes* out = nullptr;
    const auto status = secenv_rsa_secret_unwrap(with.secret, static_cast<int>(how), deployed::bytes(wrapped),
                                                 wrapped.size(), &out);
    return taken(status, out);
}

void race_unwrap(const keys& with, const std::string& name, deployed::padding how) {
    const std::string secret(24, '\7');
    const auto wrapped = deployed::rsa_wrap(with.their_public.get(), how, secret);
    expect(text(unwrap(with, how, wrapped)) == secret, "unwrap");
    race("rsa/unwrap_" + name + "/2048", std::string{"OpenSSL "} + OpenSSL_version(OPENSSL_VERSION_STRING),
         [&] { unwrap(with, how, wrapped); },
         [&] { deployed::rsa_unwrap(with.their_secret.get(), how, wrapped); });
}

void race_envelope(const keys& with, const std::string& name, deployed::padding how, const std::string& size,
                   size_t length) {
    std::string message(length, '\0');
    std::iota(message.begin(), message.end(), '\0');
    const auto json = deployed::seal(with.session, with.their_public.get(), how, ad, message);
    expect(text(open(with, how, json)) == message, "open");
    const auto ours = text(seal(with, how, message));
    expect(deployed::open(with.session, with.their_secret.get(), how, ad, ours) == message, "seal");
    const std::string peer = "hand-written C++";
    race("envelope/seal_" + name + "/" + size, peer, [&] { seal(with, how, message); },
         [&] { deployed::seal(with.session, with.their_public.get(), how, ad, message); });
    race("envelope/open_" + name + "/" + size, peer, [&] { open(with, how, json); },
         [&] { deployed::open(with.session, with.their_secret.get(), how, ad, json); });
}

}  // namespace

int main(int argc, char** argv) {
    expect(argc == 3, "usage: ratios SECRET.pem PUBLIC.pem");
    expect(sodium_init() >= 0, "sodium_init");
    const auto secret = read(argv[1]), shared = read(argv[2]);
    keys with{std::string(32, '\1'), nullptr, nullptr, deployed::secret_key(secret), deployed::public_key(shared)};
    expect(secenv_rsa_secret_parse(deployed::bytes(secret), secret.size(), &with.secret) == SECENV_STATUS_OK, argv[1]);
    expect(secenv_rsa_public_parse(deployed::bytes(shared), shared.size(), &with.shared) == SECENV_STATUS_OK, argv[2]);

    const std::pair<const char*, deployed::padding> paddings[] = {{"oaep_sha1", deployed::padding::oaep_sha1},
                                                                  {"pkcs1", deployed::padding::pkcs1}};
    for (const auto& [name, how] : paddings) race_unwrap(with, name, how);
    for (const auto& [name, how] : paddings) {
        race_envelope(with, name, how, "64B", 64);
        race_envelope(with, name, how, "16KiB", 16 << 10);
        race_envelope(with, name, how, "1MiB", 1 << 20);
    }
    secenv_rsa_secret_free(with.secret);
    secenv_rsa_public_free(with.shared);
}
