#include "sealed_key.hpp"

#include <algorithm>

namespace client {

namespace {

using secenv::byte_view;

constexpr std::string_view magic = "secenvdk";
constexpr std::uint64_t version = 1;

// What a file may ask for: more is refused before any memory is taken.
constexpr std::uint64_t most_ops = 10;
constexpr std::uint64_t most_memory = 1ull << 30;

using secenv::password::limits;

template <std::size_t Size>
void put_number(std::vector<std::uint8_t>& to, std::uint64_t number) {
    for (std::size_t byte = 0; byte < Size; ++byte) to.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
}

void put(std::vector<std::uint8_t>& to, byte_view data) { to.insert(to.end(), data.begin(), data.end()); }

/// Reads a file from its beginning; a field that is not there is `MALFORMED`.
class fields {
public:
    explicit fields(byte_view file) : left_{file} {}

    byte_view take(std::size_t size) {
        if (left_.size() < size) throw secenv::rejected{SECENV_STATUS_MALFORMED};
        const byte_view field{left_.data(), size};
        left_ = {left_.data() + size, left_.size() - size};
        return field;
    }
    std::uint64_t number(std::size_t size) {
        const auto field = take(size);
        std::uint64_t value = 0;
        for (std::size_t byte = size; byte-- > 0;) value = value << 8 | field.data()[byte];
        return value;
    }
    [[nodiscard]] byte_view rest() const { return left_; }

private:
    byte_view left_;
};

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
    put_number<4>(file, cost.ops);
    put_number<8>(file, cost.memory);
    put(file, salt);
    put(file, nonce);
    put(file, secenv::secretbox::seal(under, nonce, inside));
    return file;
}

document_key open_key(byte_view file, std::string_view name, byte_view passphrase) {
    fields at{file};
    const bool ours = at.take(magic.size()).text() == magic && at.number(4) == version;
    if (!ours) throw secenv::rejected{SECENV_STATUS_MALFORMED};
    const auto ops = at.number(4);
    const auto memory = at.number(8);
    if (ops > most_ops || memory > most_memory) throw secenv::rejected{SECENV_STATUS_TOO_LARGE};
    if (ops < SECENV_PWHASH_OPSLIMIT_MIN || memory < SECENV_PWHASH_MEMLIMIT_MIN) {
        throw secenv::rejected{SECENV_STATUS_MALFORMED};
    }
    const auto salt = secenv::password::salt::parse(at.take(secenv::password::salt::size()));
    const auto nonce = secenv::secretbox::nonce::parse(at.take(secenv::secretbox::nonce::size()));
    const auto under = secenv::password::derive<secenv::secretbox::key>(passphrase, salt, limits{ops, memory});

    const auto inside = secenv::secretbox::open(under, nonce, at.rest());
    fields part{inside};
    auto key = secenv::stream::key::parse(part.take(secenv::stream::key::size()));
    const auto header = secenv::stream::header::parse(part.take(secenv::stream::header::size()));
    if (part.rest().text() != name) throw secenv::rejected{};
    return {std::move(key), header};
}

}  // namespace client
