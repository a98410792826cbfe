#include "sealed_key.hpp"

#include "fields.hpp"

#include <algorithm>

namespace client {

namespace {

using secenv::byte_view;

constexpr std::string_view magic = "secenvdk";
constexpr std::uint64_t version = 1;

using secenv::password::limits;

}  // namespace

std::vector<std::uint8_t> seal_key(const document_key& document, std::string_view name, byte_view passphrase) {
    const auto cost = limits::moderate();
    const auto salt = secenv::password::salt::generate();
    const auto nonce = secenv::secretbox::nonce::generate();

    secenv::bytes inside{document.key.size() + document.header.size() + name.size()};
    auto* end = inside.secret_data();
    for (const auto part : {document.key.secret_view(), byte_view{document.header}, byte_view{name}}) {
        end = std::copy(part.begin(), part.end(), end);
    }
    const auto under = secenv::password::derive<secenv::secretbox::key>(passphrase, salt, cost);

    std::vector<std::uint8_t> file;
    put(file, magic);
    put_number<4>(file, version);
    put_cost(file, cost);
    put(file, salt);
    put(file, nonce);
    put(file, secenv::secretbox::seal(under, nonce, inside));
    return file;
}

document_key open_key(byte_view file, std::string_view name, byte_view passphrase) {
    fields at{file};
    const bool ours = at.take(magic.size()).text() == magic && at.number(4) == version;
    if (!ours) throw secenv::rejected{SECENV_STATUS_MALFORMED};
    const auto cost = read_cost(at);
    const auto salt = at.take<secenv::password::salt>();
    const auto nonce = at.take<secenv::secretbox::nonce>();
    const auto under = secenv::password::derive<secenv::secretbox::key>(passphrase, salt, cost);

    const auto inside = secenv::secretbox::open(under, nonce, at.rest());
    fields part{inside};
    auto key = part.take<secenv::stream::key>();
    const auto header = part.take<secenv::stream::header>();
    if (part.rest().text() != name) throw secenv::rejected{};
    return {std::move(key), header};
}

}  // namespace client
