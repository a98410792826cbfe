//! Files: read whole or in parts, and written so that they are there whole or not at all.
#pragma once

#include <secenv.hpp>

#include <csignal>
#include <filesystem>
#include <functional>

namespace client {

/// Set by SIGINT and SIGTERM. Writing stops at the next chunk then, and what was half written goes away.
extern volatile std::sig_atomic_t interrupted;

/// An open file, closed when its owner goes.
class descriptor {
public:
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor();
    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

/// A file that is read once, from its beginning.
class source {
public:
    explicit source(const std::filesystem::path& path) : source{path, 0} {}
    /// A file that is no pipe, which would let us wait.
    [[nodiscard]] static source regular(const std::filesystem::path& path);
    /// A file of our own folder: no link either.
    [[nodiscard]] static source own(const std::filesystem::path& path);
    /// How long the file is now; throws if it is no regular file.
    [[nodiscard]] std::uint64_t size() const;
    /// Fills `out` as far as the file goes, and says how far that was.
    [[nodiscard]] std::size_t read(std::uint8_t* out, std::size_t capacity);

private:
    source(const std::filesystem::path& path, int flags);

    std::filesystem::path path_;
    descriptor file_;
};

/// A file in the making, for our user alone (0600). Unless `commit` was reached it leaves nothing behind, and what had
/// the name before stays.
class pending_file {
public:
    explicit pending_file(std::filesystem::path target);
    pending_file(const pending_file&) = delete;
    pending_file& operator=(const pending_file&) = delete;
    ~pending_file();

    void write(secenv::byte_view data);
    /// Makes the file durable and gives it its name: fsync, rename, fsync of the folder.
    void commit();
    /// The same under a name that is known only now, in the same folder.
    void commit_as(const std::string& name);

private:
    std::filesystem::path target_;
    std::string partial_;
    descriptor file_;
};

/// Everything in a small file, wiped when its owner goes. Throws `refused` if it is longer than `limit`.
[[nodiscard]] secenv::bytes read_file(const std::filesystem::path& path, std::size_t limit);
/// The same for a file of our own folder, as `source::own`.
[[nodiscard]] secenv::bytes read_own_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a small file as `pending_file` does.
void write_file(const std::filesystem::path& path, secenv::byte_view data);

/// Makes a folder for our user alone (0700), if it is not there.
void make_folder(const std::filesystem::path& path);

/// Throws `refused` unless this is a folder of our own: no link, ours, and not for everyone to write in.
void check_own_folder(const std::filesystem::path& path);

/// Removes the files of a folder of our own whose names are chosen; nothing else, and not through a link.
void remove_files(const std::filesystem::path& folder, const std::function<bool(const std::string& name)>& chosen);

/// Holds the folder's lock until its owner goes; waits for whoever has it.
[[nodiscard]] descriptor lock_folder(const std::filesystem::path& path);

}  // namespace client
