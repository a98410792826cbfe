//! Threads.
#include "protocol2.hpp"

#include <atomic>
#include <thread>

using namespace secenv;

TEST_CASE("lets eight threads share one RSA key") {
    const auto key = rsa::secret_key::parse(known_pem());
    const auto receiver = key.public_key();
    const auto keys = kx::client_session_keys(kx::key_pair::from_seed(filled_with<kx::seed>(1)),
                                              kx::key_pair::from_seed(filled_with<kx::seed>(2)).public_key);
    const auto rx = kx::rx_key::parse(keys.tx.secret_view());
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            for (int turn = 0; turn < 20; ++turn) {
                const auto message = std::to_string(thread) + ' ' + std::to_string(turn);
                const auto json = envelope::seal(keys.tx, receiver, rsa::padding::oaep_sha1, "ad", message);
                const auto same = envelope::open(rx, key, rsa::padding::oaep_sha1, "ad", json).text() == message;
                receiver.verify(message, key.sign(message));
                right += same;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(right == 8 * 20);
}

TEST_CASE("lets eight threads share one server") {
    const auto worker = shop_worker();
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&, thread] {
            for (int turn = 0; turn < 10; ++turn) {
                auto client = client::start(alice(), pin_of(shop()));
                auto accepted = worker.accept(client.finish(worker.reply(client.hello())));
                auto session = client.session(accepted.welcome);
                const auto message = std::to_string(thread) + ' ' + std::to_string(turn);
                right += accepted.session.open("ad", session.seal("ad", message)).text() == message;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(right == 8 * 10);
}
