//! Trust statements (`docs/trust.md`): which pins of the server hold, signed by roots that lie offline.
#pragma once

#include "session_2.hpp"

#include <ostream>

namespace client {

/// What a folder begins with, from the command line: root pins and how many of them must sign, or the file of a
/// statement. All of it may be empty.
struct trust_beginning {
    std::vector<std::string> roots;
    std::string threshold;
    std::string statement;
};

/// What a folder trusts, for a person.
struct trust_facts {
    std::uint64_t version;  ///< Of the statement in force; 0 before the first.
    std::size_t roots;
    std::uint32_t threshold;
    std::optional<secenv::time_point> expires;
    bool is_over;
};

/// Follows trust statements, if the folder has roots or a statement; else it does nothing.
///
/// The list of the server's pins then follows from two things alone: the statement in force, and the pin that the last
/// handshake proved. It is what the statement names for sessions, without what stands behind the proven pin. So a
/// statement never brings back what was dropped under it, and a crash between two writes changes nothing.
class follower {
public:
    /// Begins with what the folder has, or else with `given`; of two statements with the one whose version is higher.
    /// Throws `misused` for what nobody can begin with, and `refused` unless its own roots signed a given statement.
    follower(const home& at, const trust_beginning& given, std::ostream& log, std::ostream& complaints);

    [[nodiscard]] bool is_following() const { return trust_.has_value(); }
    [[nodiscard]] std::optional<trust_facts> facts() const;

    /// Asks the server at `url` for its statements, and takes what is new. It is stored before anything is done with
    /// it. That none came, or that they do not hold, is said and no failure: whoever is on the way can do that.
    void ask(const std::string& url);

    /// The pins to shake hands by now; `known` are the folder's, which count while there is no statement. Throws
    /// `refused` if the statement is over, or each of the pins.
    [[nodiscard]] pin_list pins_now(const pin_list& known) const;

    /// Keeps what a handshake has proven: `pins[proven]`, and those in front of it.
    void keep(const pin_list& pins, std::size_t proven) const;

private:
    void begin(const trust_beginning& given);
    void begin_with(const std::string& statement);
    void take();
    [[nodiscard]] secenv::trust_info statement() const;
    [[nodiscard]] pin_list named() const;

    const home& at_;
    std::ostream& log_;
    std::ostream& complaints_;
    std::optional<secenv::trust> trust_;
    pin_list roots_;  // until there is a statement, which says them
    std::uint32_t threshold_ = 0;
    outcome asked_ = outcome::unavailable;  // how it went, if nothing came of it
};

/// A time, for a person: in UTC.
[[nodiscard]] std::string as_date(secenv::time_point time);

}  // namespace client
