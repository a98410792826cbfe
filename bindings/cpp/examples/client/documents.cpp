#include "documents.hpp"

#include "answers.hpp"
#include "progress.hpp"

#include "failure.hpp"

#include <algorithm>

namespace client {

namespace {

/// Whether a file that begins so is one that a server makes for vaults: "secenv", its kind, its version.
[[nodiscard]] bool is_for_vaults(secenv::byte_view begin) {
    constexpr std::string_view magic = "secenv", kinds = "GMPT";
    const auto text = begin.text();
    return text.size() > magic.size() && text.substr(0, magic.size()) == magic &&
           kinds.find(text[magic.size()]) != std::string_view::npos;
}

constexpr std::size_t begin_size = 8;

}  // namespace

void bounded::add(std::uint64_t size) {
    if (size > most_ - count_) throw refused("the server sends more than it may");
    count_ += size;
}

void check_replaceable(const std::filesystem::path& target) {
    const auto found = std::filesystem::symlink_status(target);
    if (!std::filesystem::exists(found)) return;
    if (std::filesystem::is_regular_file(found)) {
        secenv::bytes begin{begin_size};
        source file{target};
        const auto size = file.read(begin.secret_data(), begin.size());
        if (is_for_vaults({begin.data(), size})) return;
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
        begin += piece.text().substr(0, begin_size - std::min(begin.size(), begin_size));
        incoming.write(piece);
        shown.add(piece.size());
    });
    expect(body, 200);
    if (came.count() != length) throw refused("the server sent less than it said");
    if (!is_for_vaults(begin)) {
        throw refused("the server sent " + target.filename().string() + ", which is no file for vaults");
    }
    incoming.commit();
}

}  // namespace client
