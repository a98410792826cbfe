#include "files.hpp"

#include "failure.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace client {

volatile std::sig_atomic_t interrupted = 0;

namespace {

[[nodiscard]] failure failed(const std::string& what, const std::filesystem::path& path) {
    return unreachable("cannot " + what + " " + path.string() + ": " + std::generic_category().message(errno));
}

[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : ".";
}

/// A template for mkstemp, in the target's own folder, so that the rename stays within one file system.
[[nodiscard]] std::string partial_name(const std::filesystem::path& target) {
    return (folder_of(target) / ("." + target.filename().string() + ".partial-XXXXXX")).string();
}

void sync_folder(const std::filesystem::path& folder) {
    const descriptor opened{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened.get() < 0 || fsync(opened.get()) != 0) throw failed("store", folder);
}

}  // namespace

descriptor::~descriptor() {
    if (number_ >= 0) close(number_);
}

source::source(const std::filesystem::path& path, int flags)
    : path_{path}, file_{open(path.c_str(), O_RDONLY | O_CLOEXEC | flags)} {
    if (file_.get() < 0) throw failed("open", path);
}

source source::regular(const std::filesystem::path& path) {
    source file{path, O_NONBLOCK};
    (void)file.size();
    return file;
}

source source::own(const std::filesystem::path& path) {
    source file{path, O_NOFOLLOW | O_NONBLOCK};
    (void)file.size();
    return file;
}

std::uint64_t source::size() const {
    struct stat facts {};
    if (fstat(file_.get(), &facts) != 0) throw failed("read", path_);
    if (!S_ISREG(facts.st_mode)) throw failure{outcome::other, path_.string() + " is not a regular file"};
    return static_cast<std::uint64_t>(facts.st_size);
}

std::size_t source::read(std::uint8_t* out, std::size_t capacity) {
    std::size_t have = 0;
    while (have < capacity) {
        const auto got = ::read(file_.get(), out + have, capacity - have);
        if (got < 0 && errno == EINTR && !interrupted) continue;
        if (got < 0) throw failed("read", path_);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    return have;
}

pending_file::pending_file(std::filesystem::path target)
    : target_{std::move(target)}, partial_{partial_name(target_)}, file_{mkostemp(partial_.data(), O_CLOEXEC)} {
    if (file_.get() < 0) throw failed("write in", folder_of(target_));
}

pending_file::~pending_file() {
    if (file_.get() >= 0 && !partial_.empty()) unlink(partial_.c_str());
}

void pending_file::write(secenv::byte_view data) {
    for (std::size_t done = 0; done < data.size();) {
        if (interrupted) throw stopped();
        const auto wrote = ::write(file_.get(), data.data() + done, data.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) throw failed("write", target_);
        done += static_cast<std::size_t>(wrote);
    }
}

void pending_file::commit() {
    if (fsync(file_.get()) != 0) throw failed("store", target_);
    if (std::rename(partial_.c_str(), target_.c_str()) != 0) throw failed("store", target_);
    partial_.clear();
    sync_folder(folder_of(target_));
}

void pending_file::commit_as(const std::string& name) {
    target_.replace_filename(name);
    commit();
}

namespace {

[[nodiscard]] secenv::bytes all_of(source file, const std::filesystem::path& path, std::size_t limit) {
    secenv::bytes capacity{limit + 1};
    const auto size = file.read(capacity.secret_data(), capacity.size());
    if (size > limit) throw refused(path.string() + " is longer than " + std::to_string(limit) + " bytes");
    return secenv::bytes::copy_of({capacity.data(), size});
}

}  // namespace

secenv::bytes read_file(const std::filesystem::path& path, std::size_t limit) {
    return all_of(source{path}, path, limit);
}

secenv::bytes read_own_file(const std::filesystem::path& path, std::size_t limit) {
    return all_of(source::own(path), path, limit);
}

void write_file(const std::filesystem::path& path, secenv::byte_view data) {
    pending_file file{path};
    file.write(data);
    file.commit();
}

void make_folder(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return;
    if (path.has_parent_path() && !path.parent_path().empty()) make_folder(path.parent_path());
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) throw failed("make the folder", path);
    sync_folder(folder_of(path));
}

void check_own_folder(const std::filesystem::path& path) {
    struct stat facts {};
    if (lstat(path.c_str(), &facts) != 0) throw failed("look at", path);
    if (!S_ISDIR(facts.st_mode)) throw refused(path.string() + " is no folder, but a link or a file");
    if (facts.st_uid != geteuid()) throw refused(path.string() + " belongs to someone else");
    if ((facts.st_mode & S_IWOTH) != 0) throw refused(path.string() + " is for everyone to write in: chmod o-w");
}

void remove_files(const std::filesystem::path& path, const std::function<bool(const std::string& name)>& chosen) {
    // By the descriptor of the folder that was checked: another in its place meanwhile is not touched.
    const descriptor folder{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    const int listed = folder.get() < 0 ? -1 : fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
    const std::unique_ptr<DIR, secenv::detail::freed_by<closedir>> names{listed < 0 ? nullptr : fdopendir(listed)};
    if (!names) throw failed("look into", path);
    while (const auto* entry = readdir(names.get())) {
        struct stat facts {};
        const bool is_file = fstatat(folder.get(), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
                             (S_ISREG(facts.st_mode) || S_ISLNK(facts.st_mode));
        if (!is_file || !chosen(entry->d_name)) continue;
        if (unlinkat(folder.get(), entry->d_name, 0) != 0 && errno != ENOENT) throw failed("remove a file in", path);
    }
}

descriptor lock_folder(const std::filesystem::path& path) {
    descriptor lock{open((path / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)};
    if (lock.get() < 0 || flock(lock.get(), LOCK_EX) != 0) throw interrupted ? stopped() : failed("lock", path);
    return lock;
}

}  // namespace client
