//! Data at rest: a server and a vault, through a life together.
#include "protocol2.hpp"

#include <cstdlib>

using namespace secenv;

namespace {

using std::chrono::seconds;

constexpr time_point at{seconds{1'000'000}};

/// A folder that goes with its owner. Its name has a space.
struct scratch {
    scratch() {
        auto name = (std::filesystem::temp_directory_path() / "secenv cpp XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
    }
    ~scratch() { std::filesystem::remove_all(folder); }
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    [[nodiscard]] std::filesystem::path keep(const char* name, byte_view content) const {
        std::ofstream file{folder / name, std::ios::binary};
        file.write(content.text().data(), static_cast<std::streamsize>(content.size()));
        return folder / name;
    }

    std::filesystem::path folder;
};

bool says(const std::string& json, std::string_view text) { return json.find(text) != std::string::npos; }

template <class Array>
Array member(const std::string& json, const std::string& name) {
    const auto from = json.find("\"" + name + "\":\"");
    REQUIRE(from != std::string::npos);
    return Array::parse(unhex(std::string_view{json}.substr(from + name.size() + 4, 2 * Array::size())));
}

struct world {
    unlock_key key = filled_with<unlock_key>(7);
    keyring ring = keyring::generate(unlock_secret::key(key), at);
    device mine = device::generate();
    scratch desk;

    std::filesystem::path seal(std::uint64_t revision, byte_view document, manifest& named) {
        auto [work, front] = parcel_writer::start(ring, shop(), {"a/b", revision, 1});
        auto file = front.to_string();
        for (std::size_t done = 0; done < document.size(); done += 100'000) {
            const auto len = std::min<std::size_t>(100'000, document.size() - done);
            file += work.push(byte_view{document.data() + done, len}).text();
        }
        const auto end = work.finish();
        named.add("a/b", revision, member<digest>(end.info, "root"), document.size());
        return desk.keep("a.parcel", file + end.last.to_string());
    }

    std::filesystem::path granted(std::uint64_t sequence, const std::optional<digest>& previous = {}) {
        const grant::terms terms{sequence, at + seconds{5000}, seconds{3000}, at, at, previous};
        return desk.keep("a.grant", grant::issue(ring, shop(), mine.public_key(), terms));
    }

    vault made() const {
        return vault::create(desk.folder / "vault", unlock_secret::key(key), mine,
                             {{pin_of(shop())}, std::nullopt, at});
    }
};

}  // namespace

TEST_CASE("what the server sealed is read offline, whole and in part") {
    world w;
    auto mine = w.made();
    std::vector<std::uint8_t> document(5'000'000);
    for (std::size_t i = 0; i < document.size(); i++) document[i] = static_cast<std::uint8_t>(i % 251);
    auto named = manifest::start({w.ring.id(), 1, at + seconds{5000}, at});
    const auto parcel_file = w.seal(1, document, named);
    const auto manifest_file = w.desk.keep("a.manifest", named.issue(shop()));
    const auto said = mine.apply({parcel_file, manifest_file, w.granted(1)}, at);
    CHECK_FALSE(says(said, "\"new\":false"));
    CHECK(says(mine.list(), "\"here\":true"));
    CHECK(mine.find("a/b").length == document.size());
    std::vector<std::uint8_t> read;
    mine.read_all("a/b", [&](byte_view piece) { read.insert(read.end(), piece.begin(), piece.end()); }, at);
    CHECK(read == document);
    const auto part = mine.read("a/b", 4'999'990, 100, 1, at);
    CHECK(equal(part, byte_view{document.data() + 4'999'990, 10}));
    CHECK(mine.verify(1) == "[]");
    CHECK(says(mine.status(at), "\"lease\":0"));
    CHECK(says(mine.apply({parcel_file}, at), "\"new\":false"));
}

TEST_CASE("a vault refuses with the status that says why") {
    world w;
    auto mine = w.made();
    auto named = manifest::start({w.ring.id(), 1, at + seconds{50'000}, at});
    const auto parcel_file = w.seal(1, "the contract", named);
    const auto manifest_file = w.desk.keep("a.manifest", named.issue(shop()));
    CHECK(refusal<rejected>([&] { return mine.read("a/b", 0, 9, 0, at); }) == SECENV_STATUS_NO_KEY);
    (void)mine.apply({parcel_file, manifest_file, w.granted(1)}, at);
    CHECK(refusal<misuse>([&] { return mine.read("c", 0, 9, 0, at); }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<misuse>([&] { return mine.find("c").length; }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<rejected>([&] { return mine.read("a/b", 0, 9, 2, at); }) == SECENV_STATUS_STALE);
    CHECK(refusal<rejected>([&] { return mine.read("a/b", 0, (64 << 20) + 1, 0, at); }) == SECENV_STATUS_TOO_LARGE);
    CHECK(refusal<rejected>([&] { return mine.read("a/b", 0, 9, 0, at + seconds{3001}); }) == SECENV_STATUS_EXPIRED);
    CHECK(refusal<rejected>([&] { return mine.read("a/b", 0, 9, 0, at); }) == SECENV_STATUS_CLOCK);
    CHECK(says(mine.apply({w.desk.folder / "nothing", w.desk.keep("odd", "odd")}, at), "\"status\":13"));
    mine.lock();
    CHECK(refusal<misuse>([&] { return mine.list(); }) == SECENV_STATUS_CLOSED);
    const auto moved = std::move(mine);
    CHECK(refusal<misuse>([&] { return mine.list(); }) == SECENV_STATUS_NULL_POINTER);
}

TEST_CASE("a vault opens for its secret and its anchor alone") {
    world w;
    const auto folder = w.desk.folder / "vault";
    auto mine = w.made();
    CHECK(refusal<misuse>([&] { return w.made(); }) == SECENV_STATUS_EXISTS);
    const auto before = mine.anchor();
    std::filesystem::copy(folder, w.desk.folder / "old", std::filesystem::copy_options::recursive);
    (void)mine.apply({w.granted(1)}, at);
    const auto after = mine.anchor();
    const auto with = unlock_secret::key(w.key);
    CHECK(vault::unlock(folder, with, {after, at}).anchor() == after);
    CHECK(vault::unlock(folder, with, {before, at}).anchor() == after);
    CHECK(refusal<rejected>([&] { return vault::unlock(w.desk.folder / "old", with, {after, at}); }) ==
          SECENV_STATUS_STALE);
    mine.change_unlock(unlock_secret::passphrase("correct horse"));
    CHECK(refusal<rejected>([&] { return vault::unlock(folder, with, {std::nullopt, at}); }) ==
          SECENV_STATUS_REJECTED);
    CHECK(vault::unlock(folder, unlock_secret::passphrase("correct horse"), {after, at}).anchor() == after);
    CHECK(refusal<misuse>([&] { return vault::unlock(w.desk.folder, with, {std::nullopt, at}); }) ==
          SECENV_STATUS_NOT_FOUND);
}

TEST_CASE("grants follow one another, and a trust statement names the next server") {
    world w;
    auto mine = w.made();
    const auto first = w.granted(1);
    (void)mine.apply({first}, at);
    std::ifstream file{first, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto chain = grant::chain(text), other = digest::generate();
    CHECK(says(grant::inspect(text), hex(chain)));
    CHECK(says(mine.apply({w.granted(2, other)}, at), "\"status\":29"));
    CHECK(says(mine.apply({w.granted(2, chain)}, at), "\"status\":0"));
    const auto statement = w.desk.keep("a.trust", trust::issue(shop(), {1, {pin_of(alice())}, at}));
    CHECK(says(mine.apply({statement}, at), "\"kind\":\"trust\",\"new\":true"));
    CHECK(says(mine.apply({w.granted(3)}, at), "\"status\":21"));
    CHECK(device::id(w.mine.public_key()) == member<device_id>(mine.status(at), "device"));
    CHECK(device::id(device::parse(w.mine.encode_secret()).public_key()) == device::id(w.mine.public_key()));
}

TEST_CASE("a keyring goes through its epochs, and the server reads and re-wraps its parcels") {
    world w;
    auto named = manifest::start({w.ring.id(), 1, at + seconds{5000}, at});
    const auto file = w.seal(1, "the contract", named);
    CHECK(manifest::chain(named.issue(shop())) != digest{});
    auto copy = keyring::parse(w.ring.encode(), unlock_secret::key(w.key));
    w.ring.rotate(at);
    parcel::rewrap_file(file, w.ring);
    CHECK(refusal<rejected>([&] { return parcel::open_file(file, {pin_of(shop())}, copy); }) == SECENV_STATUS_NO_KEY);
    copy.merge(w.ring);
    const auto opened = parcel::open_file(file, {pin_of(shop())}, copy);
    CHECK(opened.length() == 12);
    CHECK(opened.read(4, 100).text() == "contract");
    CHECK(refusal<rejected>([&] { return parcel::open_file(file, {pin_of(alice())}, copy); }) ==
          SECENV_STATUS_REJECTED);
    const auto first = member<key_id>(copy.list(), "id");
    copy.retire(first);
    copy.destroy_key(first);
    CHECK(says(copy.list(), "destroyed"));
    CHECK(refusal<misuse>([&] { copy.destroy_key(key_id{}); return 0; }) == SECENV_STATUS_NOT_FOUND);
    copy.change_unlock(unlock_secret::passphrase("a passphrase"));
    CHECK(keyring::parse(copy.encode(), unlock_secret::passphrase("a passphrase")).id() == copy.id());
    const auto said = parcel::seal_file(w.ring, shop(), {"copy", 2, 1}, file, w.desk.folder / "b.parcel");
    CHECK(parcel::inspect_file(w.desk.folder / "b.parcel") == said);
}
