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

/// What became of one file.
applied only(const std::vector<applied>& files) {
    REQUIRE(files.size() == 1);
    return files.front();
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
        named.add("a/b", revision, end.info.root, end.info.length);
        return desk.keep("a.parcel", file + end.last.to_string());
    }

    std::filesystem::path granted(std::uint64_t sequence, const std::optional<digest>& previous = {}) {
        const grant_terms terms{sequence, at + seconds{5000}, seconds{3000}, at, at, previous};
        return desk.keep("a.grant", grant::issue(ring, shop(), mine.public_key(), terms));
    }

    vault made() const {
        return vault::create(desk.folder / "vault", unlock_secret::key(key), mine,
                             {{pin_of(shop())}, nullptr, at});
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
    const auto grant_file = w.granted(1);
    const auto report = mine.apply({parcel_file, manifest_file, grant_file}, at, 1);
    REQUIRE(report.size() == 3);
    const std::pair<file_kind, std::filesystem::path> in_order[] = {
        {file_kind::grant, grant_file}, {file_kind::manifest, manifest_file}, {file_kind::parcel, parcel_file}};
    for (std::size_t i = 0; i < 3; i++) {
        CHECK(report[i].kind == in_order[i].first);
        CHECK(report[i].path == in_order[i].second);
        CHECK(report[i].status == SECENV_STATUS_OK);
        CHECK(report[i].is_new);
    }
    const auto listed = mine.list();
    REQUIRE(listed.size() == 1);
    for (const auto& named_so : {listed.front(), mine.find("a/b")}) {
        CHECK(named_so.id == "a/b");
        CHECK(named_so.revision == 1);
        CHECK(named_so.length == document.size());
        CHECK(named_so.is_here);
    }
    std::vector<std::uint8_t> read;
    mine.read_all("a/b", [&](byte_view piece) { read.insert(read.end(), piece.begin(), piece.end()); }, at);
    CHECK(read == document);
    const auto part = mine.read({"a/b", 4'999'990, 100, 1, at});
    CHECK(equal(part, byte_view{document.data() + 4'999'990, 10}));
    CHECK(mine.verify(1).empty());
    CHECK_FALSE(only(mine.apply({parcel_file}, at)).is_new);
}

TEST_CASE("a vault says how it stands, before and after its first grant") {
    world w;
    auto mine = vault::create(w.desk.folder / "vault", unlock_secret::key(w.key), w.mine,
                              {{pin_of(shop())}, nullptr, at});
    const auto before = mine.status(at);
    CHECK(before.device == device::id(w.mine.public_key()));
    CHECK(before.pins == std::vector{pin_of(shop())});
    CHECK(before.trust_version == 0);
    CHECK(refusal<misuse>([&] { return mine.trust(); }) == SECENV_STATUS_NOT_FOUND);
    CHECK_FALSE(before.vault.has_value());
    CHECK_FALSE(before.grant.has_value());
    CHECK_FALSE(before.manifest.has_value());
    CHECK(before.epochs.empty());
    CHECK(before.latest_time == at);
    CHECK(before.lease == SECENV_STATUS_NO_KEY);

    w.ring.rotate(at);
    auto named = manifest::start({w.ring.id(), 7, at + seconds{5000}, at});
    mine.apply_or_throw({w.granted(3), w.desk.keep("a.manifest", named.issue(shop()))}, at + seconds{9});
    const auto after = mine.status(at + seconds{10});
    CHECK(after.vault == w.ring.id());
    CHECK(after.generation > before.generation);
    CHECK(after.latest_time == at + seconds{10});
    REQUIRE(after.grant.has_value());
    CHECK(after.grant->sequence == 3);
    CHECK(after.grant->issued == at);
    CHECK(after.grant->not_before == at);
    CHECK(after.grant->not_after == at + seconds{5000});
    CHECK(after.grant->max_offline == seconds{3000});
    CHECK(after.epochs == std::vector<std::uint64_t>{1, 2});
    REQUIRE(after.manifest.has_value());
    CHECK(after.manifest->version == 7);
    CHECK(after.manifest->issued == at);
    CHECK(after.manifest->expires == at + seconds{5000});
    CHECK(after.lease == SECENV_STATUS_OK);
    const auto late = mine.status(at + seconds{6000});
    CHECK(late.lease == SECENV_STATUS_EXPIRED);
    CHECK(late.epochs.empty());
}

TEST_CASE("a vault says what is wrong with its parcels") {
    world w;
    auto mine = w.made();
    auto named = manifest::start({w.ring.id(), 1, at + seconds{5000}, at});
    const auto parcel_file = w.seal(1, "the contract", named);
    mine.apply_or_throw({w.granted(1), w.desk.keep("a.manifest", named.issue(shop()))}, at);
    const auto missing = mine.verify(1);
    REQUIRE(missing.size() == 1);
    CHECK(missing.front().flaw == flaw::missing);
    CHECK(missing.front().name == "a/b");
    mine.apply_or_throw({parcel_file}, at);
    CHECK(mine.verify(1).empty());
}

TEST_CASE("a file that was refused is thrown when that is asked for, after the others were taken") {
    world w;
    auto mine = w.made();
    const auto odd = w.desk.keep("odd \u00fc", "odd");
    try {
        mine.apply_or_throw({odd, w.granted(1)}, at);
        FAIL("it was taken");
    } catch (const rejected& refused) {
        CHECK(refused.status() == SECENV_STATUS_MALFORMED);
        CHECK(std::string{refused.what()} ==
              odd.string() + ": " + secenv_status_message(SECENV_STATUS_MALFORMED));
    }
    CHECK(mine.status(at).grant.has_value());
    CHECK(refusal<misuse>([&] { mine.apply_or_throw({w.desk.folder / "nothing"}, at); return 0; }) ==
          SECENV_STATUS_NOT_FOUND);
}

TEST_CASE("an id or a path ends where it says, and not at a NUL inside") {
    world w;
    auto mine = w.made();
    auto named = manifest::start({w.ring.id(), 1, at + seconds{5000}, at});
    const auto parcel_file = w.seal(1, "the contract", named);
    mine.apply_or_throw({w.granted(1), w.desk.keep("a.manifest", named.issue(shop())), parcel_file}, at);
    const std::string id{"a/b\0c", 5};
    const auto path = parcel_file.string() + std::string{"\0c", 2};
    const auto refused = [](auto&& work) { return refusal<misuse>(work); };
    CHECK(refused([&] { return mine.find(id); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refused([&] { return mine.read({id, 0, 9, 0, at}); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refused([&] { return mine.apply({path}, at); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refused([&] { return parcel::inspect_file(path); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refused([&] { return parcel_writer::start(w.ring, shop(), {id, 1}); }) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(refused([&] { return mine.find(""); }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a vault refuses with the status that says why") {
    world w;
    auto mine = w.made();
    auto named = manifest::start({w.ring.id(), 1, at + seconds{50'000}, at});
    const auto parcel_file = w.seal(1, "the contract", named);
    const auto manifest_file = w.desk.keep("a.manifest", named.issue(shop()));
    CHECK(refusal<rejected>([&] { return mine.read({"a/b", 0, 9, 0, at}); }) == SECENV_STATUS_NO_KEY);
    (void)mine.apply({parcel_file, manifest_file, w.granted(1)}, at);
    CHECK(refusal<misuse>([&] { return mine.read({"c", 0, 9, 0, at}); }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<misuse>([&] { return mine.find("c").length; }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<rejected>([&] { return mine.read({"a/b", 0, 9, 2, at}); }) == SECENV_STATUS_STALE);
    CHECK(refusal<rejected>([&] { return mine.read({"a/b", 0, (64 << 20) + 1, 0, at}); }) == SECENV_STATUS_TOO_LARGE);
    CHECK(refusal<rejected>([&] { return mine.read({"a/b", 0, 9, 0, at + seconds{3001}}); }) == SECENV_STATUS_EXPIRED);
    CHECK(refusal<rejected>([&] { return mine.read({"a/b", 0, 9, 0, at}); }) == SECENV_STATUS_CLOCK);
    const auto nothing = only(mine.apply({w.desk.folder / "nothing"}, at));
    CHECK(nothing.path == w.desk.folder / "nothing");
    CHECK(nothing.kind == file_kind::unknown);
    CHECK(nothing.status == SECENV_STATUS_NOT_FOUND);
    CHECK_FALSE(nothing.is_new);
    CHECK(only(mine.apply({w.desk.folder}, at)).status == SECENV_STATUS_NOT_A_FILE);
    CHECK(mine.apply({}, at).empty());
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

TEST_CASE("grants follow one another") {
    world w;
    auto mine = w.made();
    const auto first = w.granted(1);
    (void)mine.apply({first}, at);
    std::ifstream file{first, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const auto said = grant::inspect(text);
    CHECK(said.vault == w.ring.id());
    CHECK(said.device == device::id(w.mine.public_key()));
    CHECK(said.sequence == 1);
    CHECK(said.issued == at);
    CHECK(said.not_before == at);
    CHECK(said.not_after == at + seconds{5000});
    CHECK(said.max_offline == seconds{3000});
    CHECK_FALSE(said.previous.has_value());
    CHECK(said.signer == pin_of(shop()));
    CHECK(refusal<rejected>([] { return grant::inspect("no grant"); }) == SECENV_STATUS_MALFORMED);
    CHECK(only(mine.apply({w.granted(2, digest::generate())}, at)).status == SECENV_STATUS_OUT_OF_ORDER);
    CHECK(only(mine.apply({w.granted(2, said.digest)}, at)).status == SECENV_STATUS_OK);

    CHECK(device::id(device::parse(w.mine.encode_secret()).public_key()) == device::id(w.mine.public_key()));
}

/// Says that the server is whoever has these pins; `alice` is the root.
trust_terms naming(std::uint64_t version, std::vector<role_pin> sessions, const pin& signer) {
    return {version, {pin_of(alice())}, 1, std::move(sessions), {{signer}}, {{signer}}, {}, false, at};
}

TEST_CASE("roots say who the server is, and a client takes one statement after the other") {
    const auto next = identity::generate(), mine = identity::generate();
    auto terms = naming(1, {{pin_of(next)}, {pin_of(shop()), at + seconds{9}}}, pin_of(mine));
    terms.roots.push_back(pin_of(next));
    CHECK(refusal<misuse>([&] { return trust::issue(terms); }) == SECENV_STATUS_INVALID_ARGUMENT);
    terms.roots.pop_back();
    terms.expires = at + seconds{99};
    const auto unsigned_yet = trust::issue(terms);
    CHECK(trust::inspect(unsigned_yet).signers.empty());
    const auto statement = trust::sign(alice(), unsigned_yet);
    const auto said = trust::inspect(statement);
    CHECK(said.version == 1);
    CHECK(said.issued == at);
    CHECK(said.expires == at + seconds{99});
    CHECK(said.digest == trust::inspect(unsigned_yet).digest);
    CHECK_FALSE(said.allow_shared);
    CHECK(said.threshold == 1);
    CHECK(said.roots == std::vector{pin_of(alice())});
    CHECK(said.signers == said.roots);
    REQUIRE(said.sessions.size() == 2);
    CHECK(said.sessions[0].pin == pin_of(next));
    CHECK_FALSE(said.sessions[0].until.has_value());
    CHECK(said.sessions[1].pin == pin_of(shop()));
    CHECK(said.sessions[1].until == at + seconds{9});
    CHECK(said.grants.at(0).pin == pin_of(mine));
    CHECK(said.manifests.size() == 1);
    CHECK(refusal<rejected>([] { return trust::inspect("no statement"); }) == SECENV_STATUS_MALFORMED);

    auto client = trust::from_roots({pin_of(alice())}, 1);
    CHECK(client.version() == 0);
    CHECK(refusal<misuse>([&] { return client.encode(); }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<rejected>([&] { return client.pins(role::sessions, at); }) == SECENV_STATUS_OUT_OF_ORDER);
    CHECK(refusal<rejected>([&] { return client.follow(unsigned_yet); }) == SECENV_STATUS_REJECTED);
    CHECK(client.follow(statement) == 1);
    CHECK(client.follow(statement) == 0);
    CHECK(equal(client.encode(), statement));
    CHECK(client.pins(role::sessions, at + seconds{9}) == std::vector{pin_of(next), pin_of(shop())});
    CHECK(client.pins(role::sessions, at + seconds{10}) == std::vector{pin_of(next)});
    CHECK(refusal<rejected>([&] { return client.pins(role::grants, at + seconds{100}); }) == SECENV_STATUS_EXPIRED);
    const auto third = trust::sign(alice(), trust::issue(naming(3, {{pin_of(next)}}, pin_of(mine))));
    CHECK(refusal<rejected>([&] { return client.follow(third); }) == SECENV_STATUS_OUT_OF_ORDER);
    auto stored = trust::from_statement(client.encode());
    CHECK(stored.version() == 1);
    CHECK(refusal<rejected>([&] { return trust::from_statement(unsigned_yet); }) == SECENV_STATUS_REJECTED);
    CHECK(refusal<misuse>([] { return trust::from_roots({}, 1); }) == SECENV_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("a vault goes by trust statements, and drops what a dropped signer signed") {
    world w;
    const auto roots = trust::from_roots({pin_of(alice())}, 1);
    const auto folder = w.desk.folder / "vault";
    CHECK(refusal<misuse>([&] {
              return vault::create(folder, unlock_secret::key(w.key), w.mine, {{pin_of(shop())}, &roots, at});
          }) == SECENV_STATUS_INVALID_ARGUMENT);
    auto mine = vault::create(folder, unlock_secret::key(w.key), w.mine, {{}, &roots, at});
    CHECK(only(mine.apply({w.granted(1)}, at)).status == SECENV_STATUS_OUT_OF_ORDER);
    const auto named = [&](std::uint64_t version, const pin& signer) {
        const auto statement = trust::issue(naming(version, {{pin::from_bytes(std::string(32, 'e'))}}, signer));
        return w.desk.keep("a.trust", trust::sign(alice(), statement));
    };
    const auto taken = only(mine.apply({named(1, pin_of(shop()))}, at));
    CHECK(taken.kind == file_kind::trust);
    CHECK(taken.is_new);
    CHECK(only(mine.apply({w.granted(1)}, at)).status == SECENV_STATUS_OK);
    const auto next = identity::generate();
    CHECK(only(mine.apply({named(2, pin_of(next))}, at)).status == SECENV_STATUS_OK);
    CHECK(only(mine.apply({w.granted(2)}, at)).status == SECENV_STATUS_REJECTED);
    const auto status = mine.status(at);
    CHECK(status.trust_version == 2);
    CHECK(status.pins.empty());
    CHECK_FALSE(status.grant.has_value());
    CHECK(mine.trust().pins(role::grants, at) == std::vector{pin_of(next)});
}

TEST_CASE("a keyring goes through its epochs, and the server reads and re-wraps its parcels") {
    world w;
    auto named = manifest::start({w.ring.id(), 1, at + seconds{5000}, at});
    const auto file = w.seal(1, "the contract", named);
    CHECK(refusal<misuse>([&] { named.add("a/b", 2, digest::generate(), 1); return 0; }) ==
          SECENV_STATUS_INVALID_ARGUMENT);
    const auto issued = manifest::inspect(named.issue(shop()));
    CHECK(issued.vault == w.ring.id());
    CHECK(issued.version == 1);
    CHECK(issued.issued == at);
    CHECK(issued.expires == at + seconds{5000});
    CHECK_FALSE(issued.previous.has_value());
    CHECK(issued.digest != digest{});
    CHECK(issued.signer == pin_of(shop()));
    CHECK(issued.entry_count == 1);
    auto next = manifest::start({w.ring.id(), 2, at + seconds{5000}, at, issued.digest});
    CHECK(manifest::inspect(next.issue(shop())).previous == issued.digest);
    auto copy = keyring::parse(w.ring.encode(), unlock_secret::key(w.key));
    w.ring.rotate(at);
    parcel::rewrap_file(file, w.ring);
    CHECK(refusal<rejected>([&] { return parcel::open_file(file, {pin_of(shop())}, copy); }) == SECENV_STATUS_NO_KEY);
    copy.merge(w.ring);
    const auto opened = parcel::open_file(file, {pin_of(shop())}, copy);
    CHECK(opened.inspect().length == 12);
    CHECK(opened.inspect().keys == std::vector{copy.keys().back().id});
    CHECK(opened.read(4, 100).text() == "contract");
    CHECK(refusal<rejected>([&] { return parcel::open_file(file, {pin_of(alice())}, copy); }) ==
          SECENV_STATUS_REJECTED);
    const auto keys = copy.keys();
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].epoch == 1);
    CHECK(keys[0].state == key_state::decrypt_only);
    CHECK(keys[0].created == at);
    CHECK(keys[1].epoch == 2);
    CHECK(keys[1].state == key_state::active);
    copy.retire(keys[1].id);
    CHECK(copy.keys()[1].state == key_state::decrypt_only);
    copy.destroy_key(keys[0].id);
    CHECK(copy.keys()[0].state == key_state::destroyed);
    CHECK(copy.keys()[0].id == keys[0].id);
    CHECK(refusal<misuse>([&] { copy.destroy_key(key_id{}); return 0; }) == SECENV_STATUS_NOT_FOUND);
    CHECK(refusal<misuse>([&] { copy.merge(copy); return 0; }) == SECENV_STATUS_INVALID_ARGUMENT);
    copy.change_unlock(unlock_secret::passphrase("a passphrase"));
    CHECK(keyring::parse(copy.encode(), unlock_secret::passphrase("a passphrase")).id() == copy.id());
}

TEST_CASE("a file is sealed into a parcel that says what it is, and nothing else is replaced") {
    world w;
    const auto from = w.desk.keep("document", "the contract"), to = w.desk.folder / "b.parcel";
    const auto sealed = parcel::seal_file(w.ring, shop(), {"a/b", 2, 1}, from, to);
    CHECK(sealed.id == "a/b");
    CHECK(sealed.revision == 2);
    CHECK(sealed.vault == w.ring.id());
    CHECK(sealed.signer == pin_of(shop()));
    CHECK(sealed.length == 12);
    CHECK(sealed.root != digest{});
    CHECK(sealed.chunk_bytes == 65'536);
    CHECK(sealed.keys == std::vector{w.ring.keys().front().id});
    const auto said = parcel::inspect_file(to);
    CHECK(said.id == sealed.id);
    CHECK(said.root == sealed.root);
    const auto refused = [&](const std::filesystem::path& target) {
        return refusal<misuse>([&] { return parcel::seal_file(w.ring, shop(), {"a/b", 3, 1}, from, target); });
    };
    CHECK(refused(from) == SECENV_STATUS_EXISTS);
    CHECK(refused(w.desk.keep("another document", "text")) == SECENV_STATUS_EXISTS);
    CHECK(refused(to) == SECENV_STATUS_OK);
}

TEST_CASE("a damaged file of one's own is misuse, and another secret is rejected") {
    world w;
    const auto with = unlock_secret::key(w.key);
    CHECK(refusal<misuse>([&] { return keyring::parse("no keyring", with); }) == SECENV_STATUS_DAMAGED);
    CHECK(refusal<misuse>([] { return device::parse("no device"); }) == SECENV_STATUS_DAMAGED);
    const auto other = unlock_secret::key(unlock_key::generate());
    CHECK(refusal<rejected>([&] { return keyring::parse(w.ring.encode(), other); }) == SECENV_STATUS_REJECTED);
    CHECK(refusal<misuse>([&] { return keyring::generate(unlock_secret::passphrase("")); }) ==
          SECENV_STATUS_INVALID_ARGUMENT);
}
