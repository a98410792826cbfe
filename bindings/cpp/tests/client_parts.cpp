//! The reference client's parts against a server and a folder that mean harm.
#include "../examples/client/answers.hpp"
#include "../examples/client/documents.hpp"
#include "../examples/client/failure.hpp"
#include "../examples/client/statements.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
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

namespace {

std::vector<std::uint8_t> flipped(secenv::byte_view data, std::size_t byte) {
    std::vector<std::uint8_t> copy(data.begin(), data.end());
    copy.at(byte) ^= 1;
    return copy;
}

unlock unlock_key(std::uint8_t byte) {
    return {unlock::kind::key, secenv::bytes::copy_of(std::vector<std::uint8_t>(32, byte))};
}

unlock passphrase(std::string_view text) { return {unlock::kind::passphrase, secenv::bytes::copy_of(text)}; }

template <class Work>
bool rejects(Work&& work) {
    try {
        (void)work();
        return false;
    } catch (const secenv::rejected&) {
        return true;
    }
}

/// A session with `server` that was made at a time, the client's side of it.
live_session made_at(const secenv::identity& server, secenv::time_point time) {
    const auto me = secenv::identity::generate();
    const secenv::server worker{server, {secenv::cookie_key::generate(), secenv::store_id::generate()}};
    secenv::client_config config{{secenv::identity::pin(server.public_key())}};
    config.now = time;
    auto starting = secenv::client::start(me, config);
    const auto finish = starting.finish_at(worker.reply_at(starting.hello(), time), time);
    return {starting.session_at(worker.accept_at(finish, time).welcome, time), time};
}

secenv::time_point now() { return std::chrono::floor<seconds>(std::chrono::system_clock::now()); }

}  // namespace

TEST_CASE("the folder's key opens with its own unlock secret, and unchanged") {
    const auto key = folder_key::generate();
    for (const bool by_key : {true, false}) {
        const auto with = by_key ? unlock_key(1) : passphrase("open sesame");
        const auto file = seal_folder_key(key, with);
        const auto opened = open_folder_key(file, with);
        CHECK(secenv::equal(opened.secret_view(), key.secret_view()));
        const auto other = by_key ? unlock_key(2) : passphrase("open sesam");
        CHECK(rejects([&] { return open_folder_key(file, other); }));
        const unlock of_other_kind{by_key ? unlock::kind::passphrase : unlock::kind::key,
                                   secenv::bytes::copy_of(with.secret)};
        CHECK(rejects([&] { return open_folder_key(file, of_other_kind); }));
        // A passphrase is tried at a price, so at a few places only: the memory, the salt, the nonce, the box.
        for (std::size_t byte = 0; byte < file.size(); byte += by_key ? 1 : 20) {
            INFO("byte " << byte);
            CHECK(rejects([&] { return open_folder_key(flipped(file, byte), with); }));
        }
        for (const std::size_t size : {0u, 7u, 43u, 67u, 100u}) {
            CHECK(rejects([&] { return open_folder_key({file.data(), size}, with); }));
        }
    }
}

TEST_CASE("a file that is sealed opens under its own name, and unchanged") {
    const auto key = folder_key::generate(), other = folder_key::generate();
    for (const std::string content : {"", "a key"}) {
        const auto file = protect(key, "identity.pem", content);
        CHECK(is_protected(file));
        CHECK(unprotect(key, "identity.pem", file).text() == content);
        CHECK(rejects([&] { return unprotect(key, "session.key", file); }));
        CHECK(rejects([&] { return unprotect(key, "identity", file); }));
        CHECK(rejects([&] { return unprotect(key, "identity.pem.of.another", file); }));
        CHECK(rejects([&] { return unprotect(other, "identity.pem", file); }));
        for (std::size_t byte = 0; byte < file.size(); ++byte) {
            CHECK(rejects([&] { return unprotect(key, "identity.pem", flipped(file, byte)); }));
            CHECK(rejects([&] { return unprotect(key, "identity.pem", {file.data(), byte}); }));
        }
    }
    CHECK_FALSE(is_protected("-----BEGIN PRIVATE KEY-----"));
    CHECK_FALSE(is_protected(""));
}

TEST_CASE("keys that lie in the clear are sealed once there is an unlock secret, and found again") {
    const scratch desk;
    const auto folder = desk.folder / "home";
    const auto pin = [](const home& at) { return secenv::identity::pin(own_identity(at).public_key()); };
    const auto in_the_clear = pin(home{folder});
    CHECK_FALSE(home{folder}.is_protected());
    CHECK(text_of(folder / "identity.pem").find("PRIVATE KEY") != std::string::npos);
    CHECK(pin(home{folder, unlock_key(1)}) == in_the_clear);
    CHECK(text_of(folder / "identity.pem").find("PRIVATE KEY") == std::string::npos);
    CHECK(pin(home{folder, unlock_key(1)}) == in_the_clear);

    CHECK(home{folder}.is_locked());
    CHECK(failing([&] { (void)pin(home{folder}); }).first == outcome::usage);
    CHECK(failing([&] { home{folder}.write_secret("session.key", "a key"); }).first == outcome::usage);
    CHECK(failing([&] { const home at{folder, unlock_key(2)}; }).first == outcome::rejected);
    CHECK(pin(home{folder, unlock_key(1)}) == in_the_clear);

    // A crash after the folder got its key, and before all was sealed.
    fs::remove(folder / "identity.pem");
    write_file(folder / "identity.pem", secenv::identity::generate().encode_secret());
    (void)home{folder, unlock_key(1)};
    CHECK(text_of(folder / "identity.pem").find("PRIVATE KEY") == std::string::npos);
}

TEST_CASE("a stored session goes on, and one that is over or another's is removed") {
    const scratch desk;
    const home at{desk.folder / "home"};
    const auto shop = secenv::identity::generate(), other = secenv::identity::generate();
    const pin_list pins = {secenv::identity::pin(shop.public_key())};
    const pin_list elsewhere = {secenv::identity::pin(other.public_key())};
    const auto is_there = [&] {
        const bool session = fs::exists(at.folder() / "session.sealed");
        CHECK(session == fs::exists(at.folder() / "session.key"));
        return session;
    };
    const auto store_one = [&](secenv::time_point made) {
        auto live = made_at(shop, made);
        store(at, live);
        REQUIRE(is_there());
        return live.session.id();
    };

    const auto id = store_one(now());
    const auto found = load_2(at, pins);
    REQUIRE(found);
    CHECK(found->session.id() == id);
    CHECK(look_at_session(at)->id == id);
    CHECK(look_at_session(at)->server_pin == pins[0]);
    CHECK(look_at_session(at)->made == found->made);
    CHECK_FALSE(load_2(at, elsewhere));
    CHECK_FALSE(is_there());
    CHECK_FALSE(look_at_session(at));
    CHECK_FALSE(load_2(at, pins));

    (void)store_one(now() - std::chrono::hours{24} - seconds{10});
    CHECK_FALSE(load_2(at, pins));
    CHECK_FALSE(is_there());

    for (const std::size_t byte : {0u, 31u, 32u, 47u, 56u, 1000u}) {
        (void)store_one(now());
        at.write("session.sealed", flipped(*at.read("session.sealed"), byte));
        CHECK_FALSE(load_2(at, pins));
        CHECK_FALSE(is_there());
    }
}

TEST_CASE("a pin that was dropped does not come back, and a folder is for one server") {
    const scratch desk;
    const home at{desk.folder / "home"};
    std::vector<std::string> texts;
    pin_list pins;
    for (int each = 0; each < 4; ++each) {
        pins.push_back(secenv::identity::pin(secenv::identity::generate().public_key()));
        texts.push_back(pins.back().format());
    }
    CHECK(failing([&] { (void)server_pins(at, {}); }).first == outcome::usage);
    CHECK(server_pins(at, texts) == pins);
    CHECK(kept_pins(at).empty());  // nothing is proven yet
    keep_pins(at, pins, 3);
    CHECK(kept_pins(at) == pins);
    keep_pins(at, pins, 1);
    const pin_list left{pins[0], pins[1]};
    CHECK(kept_pins(at) == left);
    CHECK(server_pins(at, texts) == left);
    CHECK(server_pins(at, {}) == left);
    CHECK(failing([&] { (void)server_pins(at, {texts[1]}); }).first == outcome::rejected);
    CHECK(failing([&] { (void)server_pins(at, {texts[0], texts[0]}); }).first == outcome::usage);
    texts.push_back(secenv::identity::pin(secenv::identity::generate().public_key()).format());
    CHECK(failing([&] { (void)server_pins(at, texts); }).first == outcome::usage);
    at.write("server.pin", "\r\n" + texts[0] + "\r\n\n" + texts[1]);
    CHECK(kept_pins(at) == left);
    at.write("server.pin", "no pin\n");
    CHECK(failing([&] { (void)kept_pins(at); }).first == outcome::usage);
}

namespace {

/// A folder that follows statements, which two roots sign.
struct following {
    scratch desk;
    home at{desk.folder / "home"};
    secenv::identity ann = secenv::identity::generate(), ben = secenv::identity::generate();
    pin_list pins;  // of servers
    std::ostringstream said, complaints;

    following() {
        for (int each = 0; each < 4; ++each) {
            pins.push_back(secenv::identity::pin(secenv::identity::generate().public_key()));
        }
    }
    secenv::bytes statement(std::uint64_t version, std::vector<secenv::role_pin> sessions,
                            std::optional<secenv::time_point> expires = {}) const {
        secenv::trust_terms terms{version, {}, 2, std::move(sessions), {{pins[3]}}, {{pins[3]}}, expires};
        for (const auto* root : {&ann, &ben}) terms.roots.push_back(secenv::identity::pin(root->public_key()));
        terms.issued = now() - seconds{1000};
        return secenv::trust::sign(ann, secenv::trust::sign(ben, secenv::trust::issue(terms)));
    }
    /// Begins with a statement that comes with the program.
    follower with(const secenv::bytes& first) {
        const auto file = desk.write("first.trust", first.text());
        return {at, {{}, "", file.string()}, said, complaints};
    }
    follower again() { return {at, {}, said, complaints}; }
    void ask(follower& asking, const std::string& chain) {
        const slow_server shop{answer_of(chain.size()) + chain, "", milliseconds{0}};
        asking.ask(shop.url);
    }
    std::pair<outcome, std::string> refusal(const follower& asked) const {
        return failing([&] { (void)asked.pins_now(kept_pins(at)); });
    }
};

}  // namespace

TEST_CASE("nobody shakes hands under a statement that is over, and the pins wait for the next one") {
    following desk;
    const auto ended = now() - seconds{10};
    auto asking = desk.with(desk.statement(1, {{desk.pins[0]}, {desk.pins[1]}}, ended));
    const pin_list both{desk.pins[0], desk.pins[1]};
    CHECK(kept_pins(desk.at) == both);
    CHECK(asking.facts()->is_over);
    const auto [how, why] = desk.refusal(asking);
    CHECK(how == outcome::rejected);
    CHECK_THAT(why, Catch::Contains("statement 1 is over since " + as_date(ended)));

    // One that drops a pin is taken, however late it comes.
    desk.ask(asking, desk.statement(2, {{desk.pins[1]}}, ended).to_string());
    CHECK(kept_pins(desk.at) == pin_list{desk.pins[1]});
    CHECK_THAT(desk.refusal(asking).second, Catch::Contains("statement 2 is over since"));
    desk.ask(asking, desk.statement(3, {{desk.pins[2]}}, now() + seconds{1000}).to_string());
    CHECK(asking.pins_now({}) == pin_list{desk.pins[2]});
    CHECK_FALSE(asking.facts()->is_over);
    CHECK(desk.complaints.str().empty());
}

TEST_CASE("nobody shakes hands by a pin that has ended") {
    following desk;
    const auto past = now() - seconds{10}, later = now() + seconds{1000};
    auto asking = desk.with(desk.statement(1, {{desk.pins[0], past}, {desk.pins[1], later}, {desk.pins[2]}}));
    const pin_list two{desk.pins[1], desk.pins[2]};
    CHECK(asking.pins_now(kept_pins(desk.at)) == two);
    asking.keep(two, 0);
    CHECK(asking.pins_now(kept_pins(desk.at)) == pin_list{desk.pins[1]});
    CHECK(desk.again().pins_now(kept_pins(desk.at)) == pin_list{desk.pins[1]});

    // The proven one has ended: what stood behind it does not come back for that.
    desk.ask(asking, desk.statement(2, {{desk.pins[1], past}, {desk.pins[0]}}).to_string());
    const auto [how, why] = desk.refusal(asking);
    CHECK(how == outcome::rejected);
    CHECK_THAT(why, Catch::Contains("no pin of the server's is in force any more"));
    CHECK(kept_pins(desk.at) == pin_list{desk.pins[1]});
}

TEST_CASE("of two statements a program begins with the one whose version is higher") {
    following desk;
    const auto first = desk.statement(1, {{desk.pins[0]}}), third = desk.statement(3, {{desk.pins[2]}});
    CHECK(desk.with(first).facts()->version == 1);
    CHECK(desk.with(third).facts()->version == 3);
    CHECK(desk.with(first).facts()->version == 3);
    CHECK(desk.again().facts()->version == 3);
    CHECK(kept_pins(desk.at) == pin_list{desk.pins[2]});
    CHECK(secenv::equal(*desk.at.read("trust.statement"), third));
}

TEST_CASE("roots that come to a folder which knows its server bring no older pin back") {
    following desk;
    keep_pins(desk.at, {desk.pins[0]}, 0);
    keep_url(desk.at, "http://127.0.0.1:9");
    (void)desk.with(desk.statement(1, {{desk.pins[0]}, {desk.pins[1]}}));
    CHECK(kept_pins(desk.at) == pin_list{desk.pins[0]});

    following shipped;  // its pins are not proven yet
    shipped.at.write("server.pin", shipped.pins[0].format());
    (void)shipped.with(shipped.statement(1, {{shipped.pins[0]}, {shipped.pins[1]}}));
    CHECK(kept_pins(shipped.at).size() == 2);
}

TEST_CASE("a server that drips its statements, or has too many, keeps nobody from a handshake") {
    following desk;
    auto asking = desk.with(desk.statement(1, {{desk.pins[0]}}));
    const auto stays = [&] {
        CHECK_THAT(desk.complaints.str(), Catch::Contains("no trust statement came"));
        CHECK(asking.pins_now({}) == pin_list{desk.pins[0]});
        desk.complaints.str("");
    };
    const std::string piece(4096, 'x');
    {
        const slow_server shop{answer_of(1 << 20), piece, milliseconds{500}};
        CHECK(time_of([&] { asking.ask(shop.url); }) < seconds{40});
        stays();
    }
    for (const auto* status : {"200 So", "404 No", "500 No"}) {
        const slow_server shop{std::string{"HTTP/1.1 "} + status + "\r\n\r\n", piece, milliseconds{0}};
        CHECK(time_of([&] { asking.ask(shop.url); }) < seconds{15});
        stays();
    }
}
