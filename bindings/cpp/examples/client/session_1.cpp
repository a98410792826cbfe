#include "session_1.hpp"

#include "failure.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace client {

namespace {

using nlohmann::json;

constexpr std::uint32_t rsa_bits = 3072;

[[nodiscard]] failure damaged() { return refused("the stored session is damaged"); }

}  // namespace

secenv::rsa::secret_key own_key_1(const home& at) {
    if (auto stored = at.read_key<secenv::rsa::secret_key>("client.pem")) return std::move(*stored);
    auto made = secenv::rsa::secret_key::generate(rsa_bits);
    at.write_secret("client.pem", made.encode_secret());
    return made;
}

std::optional<secenv::bytes> known_server_1(const home& at) { return at.read("server.pem"); }

void store(const home& at, const session_1& agreed) {
    // Two files that belong together: the second is what makes a session, and it is gone while the first one changes.
    at.remove("session.json");
    secenv::bytes keys{agreed.keys.rx.size() + agreed.keys.tx.size()};
    const auto rx = agreed.keys.rx.secret_view();
    const auto tx = agreed.keys.tx.secret_view();
    std::copy(tx.begin(), tx.end(), std::copy(rx.begin(), rx.end(), keys.secret_data()));
    at.write_secret("session.keys", keys);
    at.write("server.pem", agreed.server.encode());
    const json facts = {{"server", agreed.url}, {"peer", agreed.peer}, {"padding", static_cast<int>(agreed.padding)}};
    at.write("session.json", facts.dump() + '\n');
}

session_1 load_1(const home& at) {
    const auto text = at.read("session.json");
    if (!text) {
        throw failure{outcome::other, "there is no session in " + at.folder().string() + " yet: run connect first"};
    }
    const auto server = known_server_1(at);
    const auto keys = at.read_secret("session.keys");
    const auto facts = json::parse(text->begin(), text->end(), nullptr, false);
    const auto half = secenv::kx::rx_key::size();
    if (!server || !keys || keys->size() != 2 * half || !facts.is_object()) throw damaged();
    const secenv::byte_view rx{keys->data(), half};
    const secenv::byte_view tx{keys->data() + half, half};
    try {
        return {facts.at("server").get<std::string>(),
                facts.at("peer").get<std::string>(),
                secenv::rsa::padding{facts.at("padding").get<int>()},
                secenv::rsa::public_key::parse(*server),
                {secenv::kx::rx_key::parse(rx), secenv::kx::tx_key::parse(tx)}};
    } catch (const json::exception&) {
        throw damaged();
    } catch (const secenv::misuse&) {
        throw damaged();
    }
}

}  // namespace client
