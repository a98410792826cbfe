// Handshakes through C against TLS 1.3 with client certificates (Debian's OpenSSL): the same lines and the same method
// as benches/ratios. Both sides run in one thread and nothing crosses a wire.
//
// TLS has the same keys in self-signed certificates, pins them as we do, agrees by X25519 and sends no tickets.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <secenv.hpp>

#include "race.hpp"

namespace {

using races::expect;
using secenv::detail::handle;

using key = handle<EVP_PKEY, EVP_PKEY_free>;
using certificate = handle<X509, X509_free>;
using context = handle<SSL_CTX, SSL_CTX_free>;
using connection = handle<SSL, SSL_free>;

std::string pem_of(EVP_PKEY* of) {
    handle<BIO, BIO_free_all> out{BIO_new(BIO_s_mem())};
    expect(PEM_write_bio_PKCS8PrivateKey(out.get(), of, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PKCS#8");
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

certificate signed_by_itself(EVP_PKEY* with) {
    certificate made{X509_new()};
    auto* name = X509_get_subject_name(made.get());
    const auto* common = reinterpret_cast<const unsigned char*>("bench");
    X509_set_version(made.get(), X509_VERSION_3);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 24 * 3600);
    X509_set_pubkey(made.get(), with);
    const bool ed25519 = EVP_PKEY_get_base_id(with) == EVP_PKEY_ED25519;
    expect(X509_sign(made.get(), with, ed25519 ? nullptr : EVP_sha256()) > 0, "certificate");
    return made;
}

/// Takes the certificate whose key has the pin, and no other.
int has_pin(X509_STORE_CTX* chain, void* pin) {
    unsigned char* spki = nullptr;
    const auto length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(X509_STORE_CTX_get0_cert(chain)), &spki);
    const auto found = secenv::pin::filled([&](auto* out) {
        if (length > 0) EVP_Digest(spki, static_cast<std::size_t>(length), out, nullptr, EVP_sha256(), nullptr);
    });
    OPENSSL_free(spki);
    return found == *static_cast<const secenv::pin*>(pin);
}

context tls(const SSL_METHOD* side, EVP_PKEY* with, secenv::pin& peer) {
    context made{SSL_CTX_new(side)};
    auto* at = made.get();
    SSL_CTX_set_min_proto_version(at, TLS1_3_VERSION);
    SSL_CTX_set1_groups_list(at, "X25519");
    SSL_CTX_set_num_tickets(at, 0);
    SSL_CTX_set_session_cache_mode(at, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(at, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(at, has_pin, &peer);
    expect(SSL_CTX_use_certificate(at, signed_by_itself(with).get()) == 1 && SSL_CTX_use_PrivateKey(at, with) == 1,
           "SSL_CTX");
    return made;
}

/// Both sides of one handshake; what each has of it.
std::pair<connection, connection> tls_handshake(SSL_CTX* of_client, SSL_CTX* of_server) {
    connection client{SSL_new(of_client)}, server{SSL_new(of_server)};
    BIO *there = nullptr, *here = nullptr;
    expect(BIO_new_bio_pair(&there, 0, &here, 0) == 1, "BIO pair");
    SSL_set_bio(client.get(), there, there);
    SSL_set_bio(server.get(), here, here);
    SSL_set_connect_state(client.get());
    SSL_set_accept_state(server.get());
    // Hello; the server's flight; the client's, which ends its side; the server's end.
    SSL_do_handshake(client.get());
    SSL_do_handshake(server.get());
    expect(SSL_do_handshake(client.get()) == 1 && SSL_do_handshake(server.get()) == 1, "TLS handshake");
    return {std::move(client), std::move(server)};
}

/// The sessions of client and server.
std::pair<secenv::session, secenv::session> our_handshake(const secenv::identity& me, const secenv::server& server,
                                                          const secenv::pin& pin, secenv::suite how) {
    auto client = secenv::client::start(me, {{pin}, how});
    auto accepted = server.accept(client.finish(server.reply(client.hello())));
    auto session = client.session(accepted.welcome);
    return {std::move(session), std::move(accepted.session)};
}

void race_handshakes(const std::string& name, EVP_PKEY* with) {
    const auto me = secenv::identity::parse(pem_of(with));
    auto pin = secenv::identity::pin(me.public_key());
    const auto of_client = tls(TLS_client_method(), with, pin), of_server = tls(TLS_server_method(), with, pin);
    const auto theirs = [&] { return tls_handshake(of_client.get(), of_server.get()); };
    const auto [client, server] = theirs();
    expect(SSL_version(client.get()) == TLS1_3_VERSION && SSL_get0_peer_certificate(server.get()) != nullptr,
           "TLS 1.3 with the client's certificate");
    const std::string peer = std::string{"TLS 1.3, OpenSSL "} + OpenSSL_version(OPENSSL_VERSION_STRING) + ", X25519";
    for (const auto how : {secenv::suite::x25519, secenv::suite::x25519_xwing}) {
        const secenv::server ours{me, {secenv::cookie_key::generate(), secenv::store_id{}, how}};
        auto [at_client, at_server] = our_handshake(me, ours, pin, how);
        expect(at_server.open("ad", at_client.seal("ad", "meet at noon")).text() == "meet at noon", "session");
        const auto suite = std::to_string(static_cast<int>(how));
        races::race("handshake/" + name + "_suite" + suite + "/both", peer,
                    [&] { our_handshake(me, ours, pin, how); }, theirs);
    }
}

}  // namespace

int main() {
    race_handshakes("ed25519", key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")}.get());
    race_handshakes("rsa3072", key{EVP_RSA_gen(3072)}.get());
}
