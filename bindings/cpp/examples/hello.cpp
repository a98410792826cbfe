#include <secenv.hpp>

#include <iostream>

int main() {
    using namespace secenv;
    constexpr auto oaep = rsa::padding::oaep_sha1;
    const auto server_key = rsa::secret_key::generate(2048);
    const auto client = kx::key_pair::generate(), server = kx::key_pair::generate();

    const auto sender = kx::client_session_keys(client, server.public_key);
    const auto json = envelope::seal(sender.tx, server_key.public_key(), oaep, "hello", "meet at noon");

    const auto receiver = kx::server_session_keys(server, client.public_key);
    std::cout << envelope::open(receiver.rx, server_key, oaep, "hello", json).text() << '\n';
}
