#include "protection.hpp"

#include "fields.hpp"

#include <algorithm>

namespace client {

namespace {

using secenv::byte_view;
using secenv::secretbox::nonce;

constexpr std::string_view folder_magic = "secenvfk";
constexpr std::string_view file_magic = "secenvpf";
constexpr std::uint64_t version = 1;
constexpr std::string_view key_context = "secenvfk";

/// The key that the folder's key is sealed under. A passphrase costs what the file says; of a key another is derived,
/// so that the same 32 bytes are no key of ours elsewhere.
[[nodiscard]] secenv::secretbox::key key_of(const unlock& with, const secenv::password::salt& salt,
                                            secenv::password::limits cost) {
    if (with.how == unlock::kind::passphrase) {
        return secenv::password::derive<secenv::secretbox::key>(with.secret, salt, cost);
    }
    return secenv::kdf::derive<secenv::secretbox::key>(secenv::kdf::key::parse(with.secret), version, key_context);
}

}  // namespace

std::vector<std::uint8_t> seal_folder_key(const folder_key& key, const unlock& with) {
    const auto cost = secenv::password::limits::moderate();
    const auto salt = secenv::password::salt::generate();
    const auto once = nonce::generate();
    std::vector<std::uint8_t> file;
    put(file, folder_magic);
    put_number<4>(file, version);
    put_number<4>(file, static_cast<std::uint64_t>(with.how));
    put_cost(file, cost);
    put(file, salt);
    secenv::bytes inside{file.size() + folder_key::size()};
    const auto secret = key.secret_view();
    std::copy(secret.begin(), secret.end(), std::copy(file.begin(), file.end(), inside.secret_data()));
    put(file, once);
    put(file, secenv::secretbox::seal(key_of(with, salt, cost), once, inside));
    return file;
}

folder_key open_folder_key(byte_view file, const unlock& with) {
    fields at{file};
    const bool ours = at.take(folder_magic.size()).text() == folder_magic && at.number(4) == version;
    if (!ours) throw secenv::rejected{SECENV_STATUS_MALFORMED};
    if (at.number(4) != static_cast<std::uint64_t>(with.how)) throw secenv::rejected{};
    const auto cost = read_cost(at);
    const auto salt = at.take<secenv::password::salt>();
    const auto head = file.text().substr(0, file.size() - at.rest().size());
    const auto once = at.take<nonce>();
    const auto inside = secenv::secretbox::open(key_of(with, salt, cost), once, at.rest());
    fields part{inside};
    if (part.take(head.size()).text() != head) throw secenv::rejected{};
    if (part.rest().size() != folder_key::size()) throw secenv::rejected{SECENV_STATUS_MALFORMED};
    return folder_key::parse(part.rest());
}

std::vector<std::uint8_t> protect(const folder_key& under, std::string_view name, byte_view content) {
    secenv::bytes inside{name.size() + 1 + content.size()};
    auto* end = std::copy(name.begin(), name.end(), inside.secret_data());
    *end++ = 0;  // no name has it
    std::copy(content.begin(), content.end(), end);
    const auto once = nonce::generate();
    std::vector<std::uint8_t> file;
    put(file, file_magic);
    put_number<4>(file, version);
    put(file, once);
    put(file, secenv::secretbox::seal(under, once, inside));
    return file;
}

bool is_protected(byte_view file) { return file.text().substr(0, file_magic.size()) == file_magic; }

secenv::bytes unprotect(const folder_key& under, std::string_view name, byte_view file) {
    fields at{file};
    const bool ours = at.take(file_magic.size()).text() == file_magic && at.number(4) == version;
    if (!ours) throw secenv::rejected{SECENV_STATUS_MALFORMED};
    const auto once = at.take<nonce>();
    const auto inside = secenv::secretbox::open(under, once, at.rest());
    fields part{inside};
    if (part.take(name.size()).text() != name || part.number(1) != 0) throw secenv::rejected{};
    return secenv::bytes::copy_of(part.rest());
}

}  // namespace client
