//! The server in protocol 1, as its README describes it: one function for each thing that one can ask it.
#pragma once

#include "http.hpp"
#include "session_1.hpp"

#include <ostream>

namespace client {

/// Swaps RSA keys, proofs and kx keys with the server at `url`, stores what was agreed, and says each step to `log`.
void connect_1(const home& at, const std::string& url, std::ostream& log);

/// A server with which we have a session.
class server_1 {
public:
    server_1(const home& at, const std::string& url_wanted);

    /// Sends a message in an envelope, and gives the server's reply.
    [[nodiscard]] secenv::bytes send(secenv::byte_view message);
    /// Stores a file there under a name. Throws `refused` if the server says that it stored something else.
    void upload(const std::filesystem::path& file, const std::string& name);
    /// Fetches a document and its key, and keeps it under a passphrase.
    void download(const home& at, const std::string& name, secenv::byte_view passphrase);

private:
    [[nodiscard]] answer post(const std::string& path, secenv::byte_view ad, secenv::byte_view message);
    [[nodiscard]] secenv::bytes open(secenv::byte_view ad, const answer& from) const;

    session_1 session_;
    secenv::rsa::secret_key own_;
    http http_;
};

}  // namespace client
