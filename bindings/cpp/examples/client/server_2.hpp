//! The server in protocol 2, as its README describes it: one function for each thing that one can ask it.
#pragma once

#include "exchange.hpp"

namespace client {

/// A server whose pin we know.
class server_2 {
public:
    /// `url_wanted`, `pins_given` and `trust_given` may be empty: then the folder knows. What happens to the session is
    /// said to `log`, and what is wrong with trust statements to `complaints`.
    server_2(const home& at, const std::string& url_wanted, const std::vector<std::string>& pins_given,
             const trust_beginning& trust_given, std::ostream& log, std::ostream& complaints);

    /// Shakes hands anew, whether or not there is a session, and confirms the new one. Throws `refused` if the server
    /// does not let us in.
    void connect();
    /// Ends the session, at the server and here; whether there was one. Throws if the server could not be told: here
    /// the session is gone all the same.
    [[nodiscard]] bool log_out() { return exchange_.log_out(); }
    /// Has the server bind our pin to whom the code was given. Throws `refused` if the code is none.
    void enrol(std::string_view code);
    /// Sends a text, and gives the server's reply to it.
    [[nodiscard]] std::string send(std::string_view text);
    /// Stores a file there under a name. Throws `refused` if the server says that it stored something else.
    void upload(const std::filesystem::path& file, const std::string& name);
    /// Fetches a document and its key, and keeps it under a passphrase.
    void download(const std::string& name, secenv::byte_view passphrase);
    /// Fetches what the server has for vaults into a folder, and says how many files that were. What they are worth is
    /// for the vault to find out: each of them proves itself.
    [[nodiscard]] std::size_t sync(const std::filesystem::path& into);

private:
    const home& at_;
    exchange exchange_;
};

}  // namespace client
