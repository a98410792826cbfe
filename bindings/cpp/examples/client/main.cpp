//! secenv-client: a desktop client of the reference server.
#include "answers.hpp"
#include "failure.hpp"
#include "options.hpp"
#include "server_1.hpp"
#include "server_2.hpp"
#include "stream_file.hpp"

#include <curl/curl.h>

#include <csignal>
#include <iostream>

namespace {

using namespace client;

constexpr std::size_t longest_message_1 = 32 * 1024 * 1024;
constexpr std::size_t longest_message_2 = 8 * 1024 * 1024;
constexpr std::size_t longest_line = 4096;

/// The first line of a file: a passphrase, a code.
secenv::bytes line_in(const std::string& path, const std::string& what) {
    const auto file = read_file(path == "-" ? "/dev/stdin" : path, longest_line);
    const auto text = file.text().substr(0, file.text().find_first_of("\r\n"));
    if (text.empty()) throw misused("there is no " + what + " in " + path);
    secenv::bytes line{text.size()};
    std::copy(text.begin(), text.end(), line.secret_data());
    return line;
}

secenv::bytes passphrase_of(const options& given) {
    return line_in(given.required("--passphrase-file"), "passphrase");
}

/// What the folder's own keys are sealed under, if something was given.
std::optional<unlock> unlock_of(const options& given) {
    const auto passphrase = given.optional("--unlock-file");
    const auto key = given.optional("--unlock-key-file");
    if (!passphrase.empty() && !key.empty()) throw misused("give --unlock-file or --unlock-key-file, not both");
    if (!passphrase.empty()) return unlock{unlock::kind::passphrase, line_in(passphrase, "passphrase")};
    if (key.empty()) return std::nullopt;
    auto bytes = read_file(key, longest_line);
    if (bytes.size() != secenv::kdf::key::size()) throw misused("there are not 32 bytes in " + key);
    return unlock{unlock::kind::key, std::move(bytes)};
}

home home_of(const options& given) { return home{given.required("--home"), unlock_of(given)}; }

server_2 server_of(const options& given, const home& at) {
    const trust_beginning trust{given.root_pins, given.optional("--threshold"), given.optional("--trust")};
    return {at, given.optional("--server"), given.pins, trust, std::cout, std::cerr};
}

void run_enrol(const options& given) {
    const auto file = given.optional("--file");
    given.takes(file.empty() ? 1 : 0);
    if (given.protocol_1()) throw misused("protocol 1 knows no enrolment: run connect");
    const auto in_file = file.empty() ? secenv::bytes{0} : line_in(file, "code");
    const auto code = file.empty() ? std::string_view{given.arguments.front()} : in_file.text();
    const auto at = home_of(given);
    server_of(given, at).enrol(code);
    std::cout << "enrolled: the server knows " << secenv::identity::pin(own_identity(at).public_key()).format() << '\n';
}

void run_connect(const options& given) {
    given.takes(0);
    if (given.protocol_1()) {
        const auto url = given.required("--server");
        return connect_1(home_of(given), url, std::cout);
    }
    const auto at = home_of(given);
    if (!at.is_protected()) {
        std::cerr << "secenv-client: our keys lie in " << escaped(at.folder().string())
                  << " in the clear, for this user alone (0600): --unlock-file seals them\n";
    }
    server_of(given, at).connect();
    std::cout << "the server lets us in\n";
}

void run_send(const options& given) {
    const auto file = given.optional("--file");
    given.takes(file.empty() ? 1 : 0);
    const bool old = given.protocol_1();
    const auto at = home_of(given);
    const auto limit = old ? longest_message_1 : longest_message_2;
    const auto content = file.empty() ? secenv::bytes{0} : read_file(file == "-" ? "/dev/stdin" : file, limit);
    const secenv::byte_view message = file.empty() ? secenv::byte_view{given.arguments.front()} : content.view();
    const bool same = old ? secenv::equal(server_1{at, given.optional("--server")}.send(message), message)
                          : server_of(given, at).send(message.text()) == message.text();
    if (!same) throw refused("the server answered with other bytes");
    std::cout << "sent " << message.size() << " bytes in " << (old ? "an envelope" : "a record")
              << ", and the same came back in another\n";
}

void run_upload(const options& given) {
    given.takes(2);
    check_name(given.arguments[1]);
    const bool old = given.protocol_1();
    const auto at = home_of(given);
    if (old) server_1{at, given.optional("--server")}.upload(given.arguments[0], given.arguments[1]);
    else server_of(given, at).upload(given.arguments[0], given.arguments[1]);
    std::cout << "stored as " << given.arguments[1] << "; the server's SHA-256 is the file's\n";
}

void run_download(const options& given) {
    given.takes(1);
    const auto name = given.arguments.front();
    check_name(name);
    const bool old = given.protocol_1();
    const auto passphrase = passphrase_of(given);
    const auto at = home_of(given);
    if (old) server_1{at, given.optional("--server")}.download(at, name, passphrase);
    else server_of(given, at).download(name, passphrase);
    std::cout << "kept " << name << ", encrypted, and its key under the passphrase\n";
}

void run_decrypt(const options& given) {
    given.takes(1);
    const auto name = given.arguments.front();
    check_name(name);
    const std::filesystem::path target = given.required("--out");
    const auto passphrase = passphrase_of(given);
    const auto at = home_of(given);
    try {
        const auto key = open_key(at.key_file(name), name, passphrase);
        auto sealed = at.sealed_document(name, key);
        pending_file out{target};
        opening_writer opened{key.key, [&](secenv::byte_view chunk) { out.write(chunk); }};
        std::vector<std::uint8_t> piece(chunk_size);
        while (const auto size = sealed.read(piece.data(), piece.size())) opened.write({piece.data(), size});
        opened.finish();
        if (opened.header() != key.header) throw secenv::rejected{};
        out.commit();
    } catch (const secenv::rejected&) {
        throw refused("the passphrase is wrong, or what lies here was changed: nothing was written");
    }
    std::cout << "decrypted " << name << " to " << escaped(target.string()) << '\n';
}

void run_sync(const options& given) {
    given.takes(0);
    const std::filesystem::path into = given.required("--into");
    if (given.protocol_1()) throw misused("protocol 1 has nothing for vaults");
    const auto at = home_of(given);
    // The server names what it offers: it must not name our keys.
    if (at.holds(into)) throw misused("--into must be another folder than --home");
    const auto count = server_of(given, at).sync(into);
    std::cout << "fetched " << count << (count == 1 ? " file to " : " files to ") << escaped(into.string()) << '\n';
}

void run_list(const options& given) {
    given.takes(0);
    for (const auto& found : home_of(given).documents()) {
        std::cout << found.size << '\t' << found.name << '\n';
    }
}

void run_log_out(const options& given) {
    given.takes(0);
    if (given.protocol_1()) throw misused("protocol 1 knows no end of a session");
    const auto at = home_of(given);
    const bool ended = look_at_session(at) && server_of(given, at).log_out();
    std::cout << (ended ? "the session is over, at the server and here\n" : "there is no session\n");
}

/// A number of seconds, for a person.
std::string spoken(std::chrono::seconds age) {
    const auto minutes = age.count() / 60;
    if (minutes < 1) return "less than a minute";
    const auto hours = minutes / 60;
    return (hours > 0 ? std::to_string(hours) + " h " : "") + std::to_string(minutes % 60) + " min";
}

void run_status(const options& given) {
    given.takes(0);
    if (given.protocol_1()) throw misused("status is about protocol 2");
    const auto at = home_of(given);
    const auto trust = follower{at, {}, std::cout, std::cerr}.facts();
    const auto pins = kept_pins(at);
    if (!at.is_locked()) (void)load_2(at, pins);  // what is over goes
    std::cout << "keys     ";
    if (at.is_protected()) std::cout << "sealed under an unlock secret\n";
    else std::cout << "in the clear, for this user alone (0600)\n";
    const auto session = look_at_session(at);
    if (session) {
        const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - session->made;
        std::cout << "session  " << secenv::encoding::encode_hex(session->id).substr(0, 8) << "…, " << spoken(age)
                  << " old; it ends after 24 h\n";
    } else {
        std::cout << "session  none\n";
    }
    if (trust) {
        std::cout << "trust    ";
        if (trust->version == 0) std::cout << "no statement yet";
        else std::cout << "statement " << trust->version;
        if (trust->is_over) std::cout << ", over since " << as_date(*trust->expires) << ": no handshake under it";
        else if (trust->expires) std::cout << ", until " << as_date(*trust->expires);
        else if (trust->version > 0) std::cout << ", without an end";
        std::cout << "; " << trust->threshold << " of " << trust->roots << " roots sign the next\n";
    }
    std::cout << "pins     " << pins.size() << " of 4\n";
    for (const auto& pin : pins) {
        std::cout << "         " << pin.format() << (session && session->server_pin == pin ? "  in use" : "") << '\n';
    }
}

outcome run(int count, char** words) {
    const auto given = options::parse(count, words);
    if (given.help) {
        std::cout << options::help_text;
        return outcome::done;
    }
    if (given.begins_trust() && given.command != "enrol" && given.command != "connect") {
        throw misused("roots and statements are given to enrol or connect; the folder knows them then");
    }
    if (given.command == "enrol") run_enrol(given);
    else if (given.command == "connect") run_connect(given);
    else if (given.command == "send") run_send(given);
    else if (given.command == "upload") run_upload(given);
    else if (given.command == "download") run_download(given);
    else if (given.command == "decrypt") run_decrypt(given);
    else if (given.command == "sync") run_sync(given);
    else if (given.command == "list") run_list(given);
    else if (given.command == "log-out") run_log_out(given);
    else if (given.command == "status") run_status(given);
    else throw misused(given.command.empty() ? "no command" : "no such command: " + given.command);
    std::cout.flush();
    if (!std::cout) throw unreachable("cannot write to standard output");
    return outcome::done;
}

int say(const std::exception& what, outcome how) {
    std::cerr << "secenv-client: " << escaped(what.what()) << '\n';
    if (how == outcome::usage) std::cerr << "Try: secenv-client --help\n";
    return static_cast<int>(how);
}

}  // namespace

int main(int count, char** words) {
    // Not std::signal: with it, a wait for the folder's lock would go on.
    struct sigaction stop {};
    stop.sa_handler = [](int) { interrupted = 1; };
    sigaction(SIGINT, &stop, nullptr);
    sigaction(SIGTERM, &stop, nullptr);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    try {
        return static_cast<int>(run(count, words));
    } catch (const failure& failed) {
        return say(failed, failed.how());
    } catch (const secenv::rejected& failed) {
        return say(failed, outcome::rejected);
    } catch (const secenv::unavailable& failed) {
        return say(failed, outcome::unavailable);
    } catch (const std::filesystem::filesystem_error& failed) {
        return say(failed, outcome::unavailable);
    } catch (const std::bad_alloc& failed) {
        return say(failed, outcome::unavailable);
    } catch (const std::exception& failed) {
        return say(failed, outcome::other);
    }
}
