//! The client's folder: its small files, and the documents. README.md lists them.
#pragma once

#include "failure.hpp"
#include "files.hpp"
#include "protection.hpp"
#include "sealed_key.hpp"

#include <optional>
#include <string>
#include <vector>

namespace client {

/// A document that lies here.
struct document {
    std::string name;
    std::uint64_t size;
};

/// The folder. One command at a time has it.
class home {
public:
    /// With an unlock secret, the keys in the folder are sealed under it from now on: those that lie there in the clear
    /// are at once. Throws `refused` if they are sealed under another one.
    explicit home(const std::filesystem::path& folder, const std::optional<unlock>& with = {});

    /// Whether our keys are sealed under an unlock secret, and whether that was given.
    [[nodiscard]] bool is_protected() const;
    [[nodiscard]] bool is_locked() const { return is_protected() && !key_; }

    /// A small file of the folder, or nothing if it is not there.
    [[nodiscard]] std::optional<secenv::bytes> read(const char* name) const;
    /// Replaces a small file: after a crash either the old or the new one is there, whole.
    void write(const char* name, secenv::byte_view data) const;
    void remove(const char* name) const;

    /// A small file of ours that is sealed if the folder has an unlock secret. Throws `misused` if it is sealed and
    /// that was not given, and `refused` if it is another's.
    [[nodiscard]] std::optional<secenv::bytes> read_secret(const char* name) const;
    void write_secret(const char* name, secenv::byte_view data) const;

    /// A key of our own in such a file, or nothing if it is not there. Throws a failure that names the file if it is
    /// damaged.
    template <class Key>
    [[nodiscard]] std::optional<Key> read_key(const char* name) const {
        const auto stored = read_secret(name);
        if (!stored) return std::nullopt;
        try {
            return Key::parse(*stored);
        } catch (const secenv::misuse& wrong) {
            throw failure{outcome::other, (folder_ / name).string() + ": " + wrong.what()};
        }
    }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    /// Whether a file or folder of this name is it, or lies in it.
    [[nodiscard]] bool holds(const std::filesystem::path& path) const;

    /// Where a document comes together before it has its name.
    [[nodiscard]] pending_file incoming(const std::string& name) const;
    /// Gives the document to those who have the key file: from here on it is there, and the one before is gone.
    void keep(const std::string& name, pending_file& sealed, const document_key& key,
              secenv::byte_view key_file) const;
    [[nodiscard]] secenv::bytes key_file(const std::string& name) const;
    [[nodiscard]] source sealed_document(const std::string& name, const document_key& key) const;
    [[nodiscard]] std::vector<document> documents() const;

private:
    /// The folder of a document, made if it is not there. Throws `refused` if something else is in its place.
    [[nodiscard]] std::filesystem::path document_folder(const std::string& name) const;

    std::filesystem::path folder_;
    descriptor lock_;
    std::optional<folder_key> key_;
};

/// Whether this is 1 to 64 of a-z 0-9 . _ -, not beginning with a dot: fit to be a file's name.
[[nodiscard]] bool is_name(const std::string& name);

/// Throws `misused` unless the server would take this name too: 1 to 64 of a-z 0-9 . _ -, not beginning with a dot.
void check_name(const std::string& name);

}  // namespace client
