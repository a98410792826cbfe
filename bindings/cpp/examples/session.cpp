#include <secenv.hpp>

#include <iostream>

int main() {
    using namespace secenv;
    const auto alice = identity::generate(), shop = identity::generate();
    const auto shop_pin = identity::pin(shop.public_key());  // the client ships with it

    auto starting = client::start(alice, shop_pin);
    const server worker{shop, {cookie_key::generate(), store_id::generate()}};
    const auto finish = starting.finish(worker.reply(starting.hello()));
    auto [at_server, welcome, spki] = worker.accept(finish);
    if (identity::pin(spki) != identity::pin(alice.public_key())) return 1;  // may this client come in?
    auto at_client = starting.session(welcome);  // sent once the store has the session

    const auto record = at_client.seal("POST /message", "meet at noon");
    std::cout << at_server.open_message("POST /message", record).text() << '\n';
    const auto reply = at_server.reply(at_server.last_received(), "POST /message", "agreed");
    std::cout << at_client.open_reply(at_client.last_sent(), "POST /message", reply).text() << '\n';
}
