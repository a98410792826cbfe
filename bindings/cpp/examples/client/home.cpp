#include "home.hpp"

#include "failure.hpp"
#include "stream_file.hpp"

#include <algorithm>

namespace client {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t small = 64 * 1024;
constexpr auto sealed_ending = ".sealed";
constexpr auto folder_key_name = "unlock.sealed";
/// What `home::write_secret` writes, in protocol 2 and in protocol 1.
constexpr const char* protected_names[] = {"identity.pem", "session.key", "client.pem", "session.keys"};

[[nodiscard]] fs::path made(fs::path folder) {
    make_folder(folder);
    return folder;
}

[[nodiscard]] fs::path own(fs::path folder) {
    check_own_folder(folder);
    return folder;
}

/// The name that a secretstream file has on disk: its own header.
[[nodiscard]] std::string file_name(const secenv::stream::header& header) {
    return secenv::encoding::encode_hex(header) + sealed_ending;
}

/// Whether this is a document of before, or one that never came whole; no other file is ours to remove.
[[nodiscard]] bool is_left_over(const std::string& name, const std::string& current) {
    const bool sealed = fs::path{name}.extension() == sealed_ending && name != current;
    return sealed || name.rfind(".incoming.partial-", 0) == 0;
}

}  // namespace

home::home(const fs::path& folder, const std::optional<unlock>& with)
    : folder_{own(fs::canonical(made(folder)))}, lock_{lock_folder(folder_)} {
    if (!with) return;
    if (const auto stored = read(folder_key_name)) {
        try {
            key_ = open_folder_key(*stored, *with);
        } catch (const secenv::rejected&) {
            throw refused("the unlock secret is another one than the folder's, or " +
                          (folder_ / folder_key_name).string() + " was changed");
        }
    } else {
        // Stored before anything is sealed under it: what lies in the clear after a crash is sealed the next time.
        key_ = folder_key::generate();
        write(folder_key_name, seal_folder_key(*key_, *with));
    }
    for (const auto* name : protected_names) {
        const auto stored = read(name);
        if (stored && !client::is_protected(*stored)) write_secret(name, *stored);
    }
}

bool home::is_protected() const { return fs::exists(folder_ / folder_key_name); }

std::optional<secenv::bytes> home::read_secret(const char* name) const {
    auto stored = read(name);
    if (!stored || !client::is_protected(*stored)) return stored;
    if (!key_) {
        throw misused((folder_ / name).string() + " is sealed: give --unlock-file or --unlock-key-file");
    }
    try {
        return unprotect(*key_, name, *stored);
    } catch (const secenv::rejected&) {
        throw refused((folder_ / name).string() + " was changed, or sealed in another folder");
    }
}

void home::write_secret(const char* name, secenv::byte_view data) const {
    if (is_locked()) throw misused("the folder's keys are sealed: give --unlock-file or --unlock-key-file");
    if (key_) write(name, protect(*key_, name, data));
    else write(name, data);
}

std::optional<secenv::bytes> home::read(const char* name) const {
    const auto path = folder_ / name;
    if (!fs::exists(path)) return std::nullopt;
    return read_own_file(path, small);
}

void home::write(const char* name, secenv::byte_view data) const { write_file(folder_ / name, data); }

void home::remove(const char* name) const { fs::remove(folder_ / name); }

bool home::holds(const fs::path& path) const {
    const auto inside = fs::weakly_canonical(fs::absolute(path)).lexically_relative(fs::canonical(folder_));
    return !inside.empty() && *inside.begin() != "..";
}

fs::path home::document_folder(const std::string& name) const {
    return own(made(own(made(folder_ / "documents")) / name));
}

pending_file home::incoming(const std::string& name) const {
    const auto folder = document_folder(name);
    return pending_file{folder / "incoming"};
}

void home::keep(const std::string& name, pending_file& sealed, const document_key& key,
                secenv::byte_view key_file) const {
    const auto folder = document_folder(name);
    const auto current = file_name(key.header);
    sealed.commit_as(current);
    write_file(folder / "key", key_file);
    remove_files(folder, [&](const std::string& left) { return is_left_over(left, current); });
}

secenv::bytes home::key_file(const std::string& name) const {
    const auto path = folder_ / "documents" / name / "key";
    if (!fs::exists(path)) throw failure{outcome::other, "there is no document " + name + " here: run download first"};
    return read_own_file(own(path.parent_path()) / "key", key_file_limit);
}

source home::sealed_document(const std::string& name, const document_key& key) const {
    return source::own(own(folder_ / "documents" / name) / file_name(key.header));
}

std::vector<document> home::documents() const {
    std::vector<document> found;
    if (!fs::is_directory(folder_ / "documents")) return found;
    for (const auto& folder : fs::directory_iterator{folder_ / "documents"}) {
        const auto name = folder.path().filename().string();
        if (!is_name(name) || folder.is_symlink() || !fs::exists(folder.path() / "key")) continue;
        for (const auto& entry : fs::directory_iterator{folder.path()}) {
            if (entry.path().extension() != sealed_ending || !entry.is_regular_file()) continue;
            found.push_back({name, opened_size(entry.file_size())});
        }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

bool is_name(const std::string& name) {
    const auto allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    return !name.empty() && name.size() <= 64 && name.front() != '.' &&
           name.find_first_not_of(allowed) == std::string::npos;
}

void check_name(const std::string& name) {
    if (!is_name(name)) throw misused("a document's name is 1 to 64 of a-z 0-9 . _ - and does not begin with a dot");
}

}  // namespace client
