//! The command line.
#pragma once

#include "failure.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace client {

/// What was asked for on the command line.
struct options {
    std::string command;
    std::vector<std::string> arguments;
    std::map<std::string, std::string> values;
    std::vector<std::string> pins;
    std::vector<std::string> root_pins;
    bool help = false;

    static constexpr auto help_text =
        R"(secenv-client: talks to the reference server, and keeps documents encrypted.

  secenv-client enrol    --home DIR --server URL --pin PIN CODE | --file FILE
      Make an identity (once), shake hands with the server of that pin, and have it know us by a one-time code.
  secenv-client connect  --home DIR --server URL
      Shake hands anew, and see whether the server lets us in. The other commands shake hands by themselves when the
      stored session is over.
  secenv-client send     --home DIR TEXT | --file FILE
      Send a text in a record; the server sends the same back in its reply. At most 8 MiB.
  secenv-client upload   --home DIR FILE NAME
      Store a file on the server. NAME: 1 to 64 of a-z 0-9 . _ -
  secenv-client download --home DIR --passphrase-file FILE NAME
      Fetch a document and its key. Both stay encrypted in DIR, the key under the passphrase.
  secenv-client decrypt  --home DIR --passphrase-file FILE --out FILE NAME
      Decrypt a document that was downloaded. Uses no network.
  secenv-client sync     --home DIR --into FOLDER
      Fetch what the server has for vaults: parcels, grants, manifests. `secenv vault apply` takes them from there.
  secenv-client log-out  --home DIR
      End the session, at the server and here. The identity stays: the next command makes a new session.
  secenv-client list     --home DIR
      Say which documents are here: size and name.
  secenv-client status   --home DIR
      Say which server, which of its pins, how old the session is, which trust statement is in force, and whether our
      keys are sealed. Uses no network.

  --home DIR              the client's folder; made if it is not there
  --server URL            http:// or https://; after the first handshake it is known
  --pin PIN               the server's: sha256//BASE64. A client is shipped with it, here or as DIR/server.pin. Up to
                          four, newest first: those behind the one that the server proves are dropped for good
  --root-pin PIN          with --threshold N, at connect or enrol: follow the server's trust statements from now on. N
                          of these roots, which lie offline, must sign the first; each statement says which pins the
                          server has from then on. Up to eight
  --trust FILE            the same, beginning with a statement that the client is shipped with
  --file FILE             the text, or the code, is in a file ("-": standard input)
  --passphrase-file FILE  its first line is the passphrase of a document
  --unlock-file FILE      its first line is a passphrase that DIR's own keys are sealed under, from now on
  --unlock-key-file FILE  the same with 32 random bytes in place of a passphrase
  --protocol 1            for servers that speak nothing better: connect, send, upload and download in protocol 1.
                          Without it the client speaks protocol 2, and never less, whatever the network says
  --                      what follows is no option

Exit status: 0 done, 2 wrong usage, 3 rejected (a key, a message, a document or the passphrase does not hold, or the
server does not let us in), 4 unavailable (network, disk), 1 anything else.
)";

    /// Throws `misused` if an option is unknown or wants a value.
    [[nodiscard]] static options parse(int count, char** words) {
        const std::vector<std::string> names = {"--home", "--server", "--pin",  "--protocol", "--file",
                                                "--out",  "--into",   "--passphrase-file", "--unlock-file",
                                                "--unlock-key-file", "--root-pin", "--threshold", "--trust"};
        options given;
        const auto take = [&](const std::string& name, const std::string& value) {
            if (name == "--pin") given.pins.push_back(value);
            else if (name == "--root-pin") given.root_pins.push_back(value);
            else given.values[name] = value;
        };
        bool only_arguments = false;
        for (int at = 1; at < count; ++at) {
            const std::string word = words[at];
            const auto option = word.substr(0, word.find('='));
            if (only_arguments || word.size() < 2 || word[0] != '-') {
                if (given.command.empty()) given.command = word;
                else given.arguments.push_back(word);
            } else if (word == "--") {
                only_arguments = true;
            } else if (word == "--help" || word == "-h") {
                given.help = true;
            } else if (std::find(names.begin(), names.end(), option) == names.end()) {
                throw misused("no such option: " + option);
            } else if (option.size() < word.size()) {
                take(option, word.substr(option.size() + 1));
            } else if (++at < count) {
                take(option, words[at]);
            } else {
                throw misused(option + " wants a value");
            }
        }
        return given;
    }

    /// An option's value, or nothing.
    [[nodiscard]] std::string optional(const std::string& name) const {
        const auto found = values.find(name);
        return found == values.end() ? std::string{} : found->second;
    }

    /// An option's value; throws `misused` if there is none.
    [[nodiscard]] std::string required(const std::string& name) const {
        if (optional(name).empty()) throw misused(command + " wants " + name);
        return optional(name);
    }

    /// Whether protocol 1 was asked for. Throws `misused` if it was some other but 2, or if a pin was given with it.
    [[nodiscard]] bool protocol_1() const {
        const auto asked = optional("--protocol");
        if (!asked.empty() && asked != "1" && asked != "2") throw misused("--protocol is 1 or 2");
        if (asked == "1" && !pins.empty()) throw misused("protocol 1 knows no pin");
        if (asked == "1" && begins_trust()) throw misused("protocol 1 knows no trust statement");
        return asked == "1";
    }

    /// Whether something was given to follow trust statements by.
    [[nodiscard]] bool begins_trust() const {
        return !root_pins.empty() || !optional("--threshold").empty() || !optional("--trust").empty();
    }

    /// Throws `misused` unless the command got this many arguments.
    void takes(std::size_t number) const {
        if (arguments.size() == number) return;
        throw misused(command + " takes " + std::to_string(number) + (number == 1 ? " argument" : " arguments") +
                      ", not " + std::to_string(arguments.size()));
    }
};

}  // namespace client
