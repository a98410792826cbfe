#include "documents.hpp"

#include "answers.hpp"
#include "progress.hpp"

#include "failure.hpp"

namespace client {

namespace {

/// What files for vaults are called, and what they begin with; their version follows.
struct kind {
    std::string_view ending, magic;
};
constexpr kind kinds[] = {
    {".grant", "secenvG"}, {".manifest", "secenvM"}, {".parcel", "secenvP"}, {".trust", "secenvT"}};
constexpr std::size_t magic_size = 7;

/// What a file of this name begins with. Throws `refused` if no file for vaults is called so.
[[nodiscard]] std::string_view magic_of(const std::filesystem::path& name) {
    const auto ending = name.extension().string();
    for (const auto& known : kinds) {
        if (ending == known.ending) return known.magic;
    }
    throw refused(name.string() + ": no file for vaults is called so, it is not written");
}

}  // namespace

void bounded::add(std::uint64_t size) {
    if (size > most_ - count_) throw refused("the server sends more than it may");
    count_ += size;
}

void check_replaceable(const std::filesystem::path& target) {
    const auto magic = magic_of(target);
    const auto found = std::filesystem::symlink_status(target);
    if (!std::filesystem::exists(found)) return;
    if (std::filesystem::is_regular_file(found)) {
        secenv::bytes begin{magic_size};
        auto file = source::own(target);
        const auto size = file.read(begin.secret_data(), begin.size());
        if (secenv::byte_view{begin.data(), size}.text() == magic) return;
    }
    throw refused(target.string() + " is there and is no file for vaults: it is not replaced");
}

answer outgoing::put(http& to, const std::string& path) {
    progress shown{"upload", sealed_.size()};
    return to.put(path, sealed_.size(), [&](std::uint8_t* out, std::size_t capacity) {
        const auto size = sealed_.read(out, capacity);
        shown.add(size);
        return size;
    });
}

void fetch(http& from, const std::string& path, secenv::stream::key key, const home& at, const std::string& name,
           secenv::byte_view passphrase) {
    auto sealed = at.incoming(name);
    opening_writer check{key, [](secenv::byte_view) {}};
    const auto most = sealed_size(longest_document);
    bounded came{most};
    {
        std::optional<progress> shown;
        const auto body = from.get(path, [&](auto piece, auto total) {
            if (total > most) throw refused("the document is longer than documents are");
            came.add(piece.size());
            if (!shown) shown.emplace("download", total);
            check.write(piece);
            sealed.write(piece);
            shown->add(piece.size());
        });
        expect(body, 200);
    }
    check.finish();
    const auto header = check.header();
    const document_key document{std::move(key), header};
    at.keep(name, sealed, document, seal_key(document, name, passphrase));
}

void fetch(http& from, const std::string& path, const std::filesystem::path& target, std::uint64_t length) {
    check_replaceable(target);
    pending_file incoming{target};
    progress shown{target.filename().string(), length};
    bounded came{length};
    std::string begin;
    const auto body = from.get(path, [&](auto piece, auto) {
        came.add(piece.size());
        begin += piece.text().substr(0, magic_size - begin.size());
        incoming.write(piece);
        shown.add(piece.size());
    });
    expect(body, 200);
    if (came.count() != length) throw refused("the server sent less than it said");
    if (begin != magic_of(target)) {
        throw refused("the server sent " + target.filename().string() + ", which is not what its name says");
    }
    incoming.commit();
}

}  // namespace client
