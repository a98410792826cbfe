//! The client's folder: its keys, the session, the documents.
#pragma once

#include "files.hpp"
#include "sealed_key.hpp"

#include <optional>
#include <string>
#include <vector>

namespace client {

/// What was agreed with a server.
struct session {
    std::string url;
    std::string peer;  ///< the name that the server gave us
    secenv::rsa::padding padding;
    secenv::rsa::public_key server;
    secenv::kx::session_keys keys;
};

/// A document that lies here.
struct document {
    std::string name;
    std::uint64_t size;
};

/// The folder. One command at a time has it.
class home {
public:
    explicit home(std::filesystem::path folder);

    /// Our RSA key; made at the first call.
    [[nodiscard]] secenv::rsa::secret_key own_key() const;
    /// The server's public key, as the first server said it.
    [[nodiscard]] std::optional<secenv::bytes> known_server() const;

    void store(const session& agreed) const;
    [[nodiscard]] session load() const;

    /// Where a document comes together before it has its name.
    [[nodiscard]] pending_file incoming(const std::string& name) const;
    /// Gives the document to those who have the key file: from here on it is there, and the one before is gone.
    void keep(const std::string& name, pending_file& sealed, const document_key& key,
              secenv::byte_view key_file) const;
    [[nodiscard]] secenv::bytes key_file(const std::string& name) const;
    [[nodiscard]] source sealed_document(const std::string& name, const document_key& key) const;
    [[nodiscard]] std::vector<document> documents() const;

private:
    std::filesystem::path folder_;
    descriptor lock_;
};

/// Throws `misused` unless the server would take this name too: 1 to 64 of a-z 0-9 . _ -, not beginning with a dot.
void check_name(const std::string& name);

}  // namespace client
