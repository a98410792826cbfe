#include "documents.hpp"

#include "answers.hpp"
#include "progress.hpp"

namespace client {

answer outgoing::put(http& to, const std::string& path) {
    progress shown{"upload", sealed_.size()};
    return to.put(path, sealed_.size(), [&](std::uint8_t* out, std::size_t room) {
        const auto size = sealed_.read(out, room);
        shown.add(size);
        return size;
    });
}

void fetch(http& from, const std::string& path, secenv::stream::key key, const home& at, const std::string& name,
           secenv::byte_view passphrase) {
    auto sealed = at.incoming(name);
    opening_writer check{key, [](secenv::byte_view) {}};
    {
        std::optional<progress> shown;
        const auto body = from.get(path, [&](auto piece, auto total) {
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
    pending_file incoming{target};
    progress shown{target.filename().string(), length};
    std::uint64_t came = 0;
    const auto body = from.get(path, [&](auto piece, auto) {
        came += piece.size();
        if (came > length) throw refused("the server sends more than it said");
        incoming.write(piece);
        shown.add(piece.size());
    });
    expect(body, 200);
    if (came != length) throw refused("the server sent less than it said");
    incoming.commit();
}

}  // namespace client
