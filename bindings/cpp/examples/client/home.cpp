#include "home.hpp"

#include "failure.hpp"
#include "stream_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace client {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t small = 64 * 1024;
constexpr std::uint32_t rsa_bits = 3072;

[[nodiscard]] fs::path made(fs::path folder) {
    make_folder(folder);
    return folder;
}

[[nodiscard]] failure damaged() { return refused("the stored session is damaged"); }

/// The name that a secretstream file has on disk: its own header.
[[nodiscard]] std::string file_name(const secenv::stream::header& header) {
    return secenv::encoding::encode_hex(header) + ".sealed";
}

}  // namespace

home::home(fs::path folder) : folder_{made(std::move(folder))}, lock_{lock_folder(folder_)} {}

secenv::rsa::secret_key home::own_key() const {
    const auto path = folder_ / "client.pem";
    if (!fs::exists(path)) write_file(path, secenv::rsa::secret_key::generate(rsa_bits).encode_secret());
    return secenv::rsa::secret_key::parse(read_file(path, small));
}

std::optional<secenv::bytes> home::known_server() const {
    const auto path = folder_ / "server.pem";
    if (!fs::exists(path)) return std::nullopt;
    return read_file(path, small);
}

void home::store(const session& agreed) const {
    // Two files that belong together: the second is what makes a session, and it is gone while the first one changes.
    fs::remove(folder_ / "session.json");
    secenv::bytes keys{agreed.keys.rx.size() + agreed.keys.tx.size()};
    const auto rx = agreed.keys.rx.secret_view();
    const auto tx = agreed.keys.tx.secret_view();
    std::copy(tx.begin(), tx.end(), std::copy(rx.begin(), rx.end(), keys.secret_data()));
    write_file(folder_ / "session.keys", keys);
    write_file(folder_ / "server.pem", agreed.server.encode());
    const json facts = {{"server", agreed.url}, {"peer", agreed.peer}, {"padding", static_cast<int>(agreed.padding)}};
    write_file(folder_ / "session.json", facts.dump() + '\n');
}

session home::load() const {
    if (!fs::exists(folder_ / "session.json")) {
        throw failure{outcome::other, "there is no session in " + folder_.string() + " yet: run connect first"};
    }
    const auto server = known_server();
    const auto keys = read_file(folder_ / "session.keys", small);
    const auto text = read_file(folder_ / "session.json", small);
    const auto facts = json::parse(text.begin(), text.end(), nullptr, false);
    const auto half = secenv::kx::rx_key::size();
    if (!server || keys.size() != 2 * half || !facts.is_object()) throw damaged();
    const secenv::byte_view rx{keys.data(), half};
    const secenv::byte_view tx{keys.data() + half, half};
    try {
        return {facts.at("server").get<std::string>(),
                facts.at("peer").get<std::string>(),
                secenv::rsa::padding{facts.at("padding").get<int>()},
                secenv::rsa::public_key::parse(*server),
                {secenv::kx::rx_key::parse(rx), secenv::kx::tx_key::parse(tx)}};
    } catch (const json::exception&) {
        throw damaged();
    }
}

pending_file home::incoming(const std::string& name) const {
    const auto folder = made(folder_ / "documents" / name);
    return pending_file{folder / "incoming"};
}

void home::keep(const std::string& name, pending_file& sealed, const document_key& key,
                secenv::byte_view key_file) const {
    const auto folder = folder_ / "documents" / name;
    const auto current = file_name(key.header);
    sealed.commit_as(current);
    write_file(folder / "key", key_file);
    for (const auto& entry : fs::directory_iterator{folder}) {
        const auto found = entry.path().filename();
        if (found != "key" && found != current) fs::remove(entry.path());
    }
}

secenv::bytes home::key_file(const std::string& name) const {
    const auto path = folder_ / "documents" / name / "key";
    if (!fs::exists(path)) throw failure{outcome::other, "there is no document " + name + " here: run download first"};
    return read_file(path, key_file_limit);
}

source home::sealed_document(const std::string& name, const document_key& key) const {
    return source{folder_ / "documents" / name / file_name(key.header)};
}

std::vector<document> home::documents() const {
    std::vector<document> found;
    if (!fs::is_directory(folder_ / "documents")) return found;
    for (const auto& folder : fs::directory_iterator{folder_ / "documents"}) {
        if (!fs::exists(folder.path() / "key")) continue;
        for (const auto& entry : fs::directory_iterator{folder.path()}) {
            if (entry.path().extension() != ".sealed") continue;
            found.push_back({folder.path().filename().string(), opened_size(entry.file_size())});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

void check_name(const std::string& name) {
    const auto allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    const bool good = !name.empty() && name.size() <= 64 && name.front() != '.' &&
                      name.find_first_not_of(allowed) == std::string::npos;
    if (!good) throw misused("a document's name is 1 to 64 of a-z 0-9 . _ - and does not begin with a dot");
}

}  // namespace client
