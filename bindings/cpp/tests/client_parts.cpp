//! The reference client's parts against a server and a folder that mean harm.
#include "../examples/client/answers.hpp"
#include "../examples/client/documents.hpp"
#include "../examples/client/failure.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace fs = std::filesystem;
using namespace client;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

/// A folder that goes with its owner. Its name has a space.
struct scratch {
    scratch() {
        auto name = (fs::temp_directory_path() / "secenv parts XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~scratch() { fs::remove_all(folder); }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    [[nodiscard]] fs::path write(const fs::path& name, std::string_view text) const {
        std::ofstream{folder / name, std::ios::binary} << text;
        return folder / name;
    }
    fs::path folder;
};

std::string text_of(const fs::path& file) { return read_file(file, 1 << 20).text(); }

/// A server for one request, which is answered piece by piece, with a pause after each, until the client has enough of
/// it.
class slow_server {
public:
    slow_server(std::string first, std::string more, milliseconds pause) : socket_{socket(AF_INET, SOCK_STREAM, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), length) == 0);
        REQUIRE(listen(socket_, 1) == 0);
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread{[=, first = std::move(first), more = std::move(more)] {
            const int connection = accept(socket_, nullptr, nullptr);
            char asked[4096];
            (void)!recv(connection, asked, sizeof asked, 0);
            auto piece = first;
            while (send(connection, piece.data(), piece.size(), MSG_NOSIGNAL) > 0 && !more.empty()) {
                std::this_thread::sleep_for(pause);
                piece = more;
            }
            close(connection);
        }};
    }
    ~slow_server() {
        shutdown(socket_, SHUT_RDWR);
        thread_.join();
        close(socket_);
    }
    slow_server(const slow_server&) = delete;
    slow_server& operator=(const slow_server&) = delete;

    std::string url;

private:
    int socket_;
    std::thread thread_;
};

std::string answer_of(std::uint64_t length) {
    return "HTTP/1.1 200 So\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

/// How `work` failed, and what it said.
template <class Work>
std::pair<outcome, std::string> failing(Work&& work) {
    try {
        work();
    } catch (const failure& failed) {
        return {failed.how(), failed.what()};
    }
    return {outcome::done, ""};
}

template <class Work>
seconds time_of(Work&& work) {
    const auto begin = steady_clock::now();
    work();
    return std::chrono::duration_cast<seconds>(steady_clock::now() - begin);
}

const std::string grant_file = std::string{"secenvG\x01", 8} + "a grant";

}  // namespace

TEST_CASE("a request ends after its time, however steadily the answer drips") {
    const patience little{seconds{2}, seconds{60}, 1};
    using parts = std::pair<const char*, const char*>;
    for (const auto& [first, more] : {parts{"HTTP/1.1 200 So\r\nContent-Length: 100000\r\n\r\n", "x"},
                                      parts{"HTTP/1.1 200 So\r\n", "X-More: headers\r\n"}}) {
        const slow_server shop{first, more, milliseconds{200}};
        http to{shop.url, little};
        const auto took = time_of([&] {
            CHECK(failing([&] { (void)to.post("/", "a record", binary_body); }).first == outcome::unavailable);
        });
        CHECK(took < seconds{10});
    }
}

TEST_CASE("a file may take its time, but not drip") {
    using parts = std::pair<std::string, const char*>;
    for (const auto& [first, more] :
         {parts{answer_of(100'000), "x"}, parts{"HTTP/1.1 200 So\r\n", "X-More: headers\r\n"}}) {
        const slow_server shop{first, more, milliseconds{200}};
        http from{shop.url, {seconds{60}, seconds{2}, 1024}};
        const auto took = time_of([&] {
            CHECK(failing([&] { (void)from.get("/", [](auto, auto) {}); }).first == outcome::unavailable);
        });
        CHECK(took < seconds{15});
    }
}

TEST_CASE("an answer says nothing twice, is not deep, and has a bounded number of values") {
    const auto read = [](const std::string& text) { return failing([&] { (void)object_in(text); }).first; };
    CHECK(read(R"({"files":[{"name":"a"},{"name":"a"}],"name":{"a":1,"b":{"a":1}},"a":[]})") == outcome::done);
    CHECK(read(R"({"data":"A","data":"B"})") == outcome::rejected);
    CHECK(read(R"({"envelope":{"data":"A","nonce":"","d\u0061ta":null}})") == outcome::rejected);
    CHECK(read(R"({"a":[{"b":1,"b":1}]})") == outcome::rejected);
    CHECK(read(R"({"a":{"a":1},"a":1})") == outcome::rejected);
    CHECK(read(R"({"a":[[[[1]]]]})") == outcome::rejected);
    std::string many{R"({"a":[0)"};
    for (int value = 0; value < 1'000'000; ++value) many += ",0";
    CHECK(read(many + "]}") == outcome::rejected);
}

TEST_CASE("no more is taken than was agreed") {
    bounded came{10};
    came.add(10);
    CHECK(came.count() == 10);
    CHECK(failing([&] { came.add(1); }).first == outcome::rejected);
    CHECK(failing([&] { came.add(~std::uint64_t{0}); }).first == outcome::rejected);
}

TEST_CASE("a document that is longer than documents are is refused at once, and leaves nothing") {
    const scratch desk;
    const home at{desk.folder / "home"};
    const slow_server shop{answer_of(sealed_size(longest_document) + 1) + "x", "", milliseconds{0}};
    http from{shop.url};
    const auto [how, why] =
        failing([&] { fetch(from, "/", secenv::stream::key::generate(), at, "doc", "a passphrase"); });
    CHECK(how == outcome::rejected);
    CHECK(why == "the document is longer than documents are");
    CHECK(fs::is_empty(desk.folder / "home/documents/doc"));
}

TEST_CASE("a file for vaults replaces one of its own, and nothing that the user has") {
    const scratch desk;
    const auto thesis = desk.write("thesis.txt", "years of work");
    const auto letter = desk.write("letter.parcel", "a parcel for my mother");
    const auto old = desk.write("a.grant", std::string{"secenvG\x01", 8} + "the one before");
    fs::create_symlink(thesis, desk.folder / "link.grant");
    const auto fetched = [&](const fs::path& to, const std::string& content) {
        const slow_server shop{answer_of(content.size()) + content, "", milliseconds{0}};
        http from{shop.url};
        return failing([&] { fetch(from, "/", to, content.size()); }).first;
    };
    CHECK(fetched(thesis, grant_file) == outcome::rejected);
    CHECK(fetched(letter, std::string{"secenvP\x01", 8}) == outcome::rejected);
    CHECK(text_of(letter) == "a parcel for my mother");
    CHECK(fetched(desk.folder / "authorized_keys", grant_file + "\nssh-ed25519 AAAA") == outcome::rejected);
    CHECK(fetched(desk.folder / "other.parcel", grant_file) == outcome::rejected);
    CHECK(fetched(desk.folder / "link.grant", grant_file) == outcome::rejected);
    CHECK(text_of(thesis) == "years of work");
    CHECK(fetched(old, grant_file) == outcome::done);
    CHECK(text_of(old) == grant_file);
    CHECK(fetched(desk.folder / "new.parcel", std::string{"secenvP\x01", 8}) == outcome::done);
    for (const auto& odd : {std::string{"all: ; rm -rf /"}, std::string{"secenvK\x01", 8}, std::string{}}) {
        CHECK(fetched(desk.folder / "odd.grant", odd) == outcome::rejected);
        CHECK_FALSE(fs::exists(desk.folder / "odd.grant"));
    }
    CHECK(std::distance(fs::directory_iterator{desk.folder}, {}) == 5);
}

TEST_CASE("a document goes into no folder of someone else, and removes nothing but older documents") {
    const scratch desk;
    const home at{desk.folder / "home"};
    const document_key key{secenv::stream::key::generate(), secenv::stream::header::generate()};
    const auto keep = [&] {
        auto incoming = at.incoming("doc");
        incoming.write("sealed");
        at.keep("doc", incoming, key, "a key file");
    };
    keep();
    const auto folder = at.folder() / "documents/doc";
    std::ofstream{folder / "older.sealed"} << "x";
    std::ofstream{folder / ".incoming.partial-abcdef"} << "x";
    std::ofstream{folder / "thesis.txt"} << "years of work";
    fs::create_directory(folder / "folder.sealed");
    keep();
    CHECK_FALSE(fs::exists(folder / "older.sealed"));
    CHECK_FALSE(fs::exists(folder / ".incoming.partial-abcdef"));
    CHECK(fs::exists(folder / "thesis.txt"));
    CHECK(fs::exists(folder / "folder.sealed"));
    CHECK(at.documents().size() == 1);

    fs::rename(folder, desk.folder / "victim");
    fs::create_symlink(desk.folder / "victim", folder);
    CHECK(failing(keep).first == outcome::rejected);
    CHECK(fs::exists(desk.folder / "victim/thesis.txt"));
    CHECK(failing([&] { (void)at.key_file("doc"); }).first == outcome::rejected);
    CHECK(failing([&] { (void)at.sealed_document("doc", key); }).first == outcome::rejected);
    CHECK(failing([&] { remove_files(folder, [](auto&) { return true; }); }).first == outcome::unavailable);
    CHECK(fs::exists(desk.folder / "victim/thesis.txt"));
    CHECK(at.documents().empty());
}

TEST_CASE("the client's own folder holds no links and no pipes, and is not for everyone to write in") {
    const scratch desk;
    const auto folder = desk.folder / "home";
    fs::create_directory(folder);
    fs::create_symlink(desk.folder / "elsewhere", folder / ".lock");
    CHECK(failing([&] { const home at{folder}; }).first == outcome::unavailable);
    CHECK_FALSE(fs::exists(desk.folder / "elsewhere"));
    fs::remove(folder / ".lock");

    fs::permissions(folder, fs::perms::others_write, fs::perm_options::add);
    CHECK(failing([&] { const home at{folder}; }).first == outcome::rejected);
    fs::permissions(folder, fs::perms::others_write, fs::perm_options::remove);

    const home at{folder};
    REQUIRE(mkfifo((folder / "server.pin").c_str(), 0600) == 0);
    CHECK(failing([&] { (void)at.read("server.pin"); }).second.find("is not a regular file") != std::string::npos);
    fs::create_symlink(desk.write("real", "text"), folder / "server.url");
    CHECK(failing([&] { (void)at.read("server.url"); }).first == outcome::unavailable);
}

TEST_CASE("a pipe is no document, and nobody waits for it") {
    const scratch desk;
    REQUIRE(mkfifo((desk.folder / "pipe").c_str(), 0600) == 0);
    const auto key = secenv::stream::key::generate();
    const auto [how, why] = failing([&] { const outgoing sealed{desk.folder / "pipe", key}; });
    CHECK(how == outcome::other);
    CHECK(why.find("is not a regular file") != std::string::npos);
}

TEST_CASE("a name is shown, and not obeyed") {
    CHECK(escaped("cannot open Gr\xc3\xbc\xc3\x9f" "e \xe4\xb8\x96/\xf0\x9f\x94\x91") ==
          "cannot open Gr\xc3\xbc\xc3\x9f" "e \xe4\xb8\x96/\xf0\x9f\x94\x91");
    CHECK(escaped("evil\x1b[31m\n\x7f") == R"(evil\x1b[31m\x0a\x7f)");
    CHECK(escaped("\xc2\x9b" "31m") == R"(\xc2\x9b31m)");
    CHECK(escaped("\xe2\x80\xaegrant\xe2\x80\x8b\xe2\x81\xa6\xef\xbb\xbf") ==
          R"(\xe2\x80\xaegrant\xe2\x80\x8b\xe2\x81\xa6\xef\xbb\xbf)");
    CHECK(escaped("\xe2") == "\xe2");
}
