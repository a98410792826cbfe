//! Protocol 2 on the wire: handshakes, and records that ask and are answered.
#pragma once

#include "http.hpp"
#include "statements.hpp"

namespace client {

/// A session with the pinned server, made when it is needed: the stored one, or a new one if there is none, if it is
/// over or if the server knows it no more. It is stored before each record that goes out and after each that came in.
///
/// Suite 2 and protocol 2 are all it speaks, and it goes back to no older pin. Whoever stands between can make any
/// handshake fail: to fall back to less then would be to obey him.
class exchange {
public:
    /// `pins_given` may be empty: then the folder knows, or a trust statement will.
    exchange(const home& at, const std::string& url, const std::vector<std::string>& pins_given,
             const trust_beginning& trust_given, std::ostream& log, std::ostream& complaints);

    /// Asks the server for trust statements, if the folder follows them; then shakes hands with it, and stores the
    /// session. The next `ask` confirms it.
    void connect();

    /// Sends `message` in a record to `path`, and gives the reply to it. If no answer comes, the same message is sent
    /// again in a new record: `message` has an id inside, by which the server acts on it once.
    [[nodiscard]] secenv::bytes ask(const std::string& path, secenv::byte_view message);

    /// Ends the session, at the server and here; false if there is none. If the server cannot be told, the session is
    /// removed here all the same before this throws.
    [[nodiscard]] bool log_out();

    /// For bodies that are no records.
    [[nodiscard]] http& wire() noexcept { return http_; }

private:
    void begin();
    void forget();
    void renew_pins();
    void shake_hands();
    [[nodiscard]] secenv::bytes finish_of(secenv::client& starting);
    [[nodiscard]] secenv::session session_of(secenv::client& starting, secenv::byte_view finish);
    [[nodiscard]] answer send_sealed(const std::string& path, secenv::byte_view message);
    [[nodiscard]] std::optional<secenv::bytes> ask_once(const std::string& path, secenv::byte_view message);
    [[nodiscard]] answer insist(const std::string& path, secenv::byte_view body, int most_tries);
    [[nodiscard]] failure not_let_in() const;
    [[nodiscard]] std::string wanted() const;

    const home& at_;
    http http_;
    follower follower_;
    pin_list pins_;
    secenv::identity own_;
    std::optional<live_session> live_;
    bool begun_ = false;      // to be used by this object
    bool made_here_ = false;  // by this object, not by an earlier command
    std::ostream& log_;
};

}  // namespace client
