#include "statements.hpp"

#include "answers.hpp"
#include "failure.hpp"
#include "http.hpp"

#include <algorithm>
#include <ctime>

namespace client {

namespace {

constexpr auto statement_name = "trust.statement";
constexpr auto roots_name = "trust.roots";
constexpr auto met_name = "server.met";
constexpr auto threshold_word = "threshold ";
constexpr std::size_t longest_statement = 64 * 1024;
/// A server that is slow with its statements keeps nobody from a handshake.
constexpr patience brief{std::chrono::seconds{20}, std::chrono::seconds{10}, 1024};

/// A number of roots; 0, of which no list of roots has so few, if the text is no such number.
[[nodiscard]] std::uint32_t threshold_of(const std::string& text) {
    const bool digit = text.size() == 1 && '1' <= text[0] && text[0] <= '9';
    return digit ? static_cast<std::uint32_t>(text[0] - '0') : 0;
}

[[nodiscard]] secenv::trust trust_of(const pin_list& roots, std::uint32_t threshold) {
    try {
        return secenv::trust::from_roots(roots, threshold);
    } catch (const secenv::misuse&) {
        throw misused("there are 1 to 8 root pins, none twice, and --threshold says how many of them must sign");
    }
}

/// Why a chain was refused.
[[nodiscard]] std::string flaw(secenv_status status) {
    switch (status) {
        case SECENV_STATUS_STALE: return "they end before the one that is in force here";
        case SECENV_STATUS_OUT_OF_ORDER: return "the one that comes next is not among them";
        case SECENV_STATUS_MALFORMED: return "they cannot be read";
        case SECENV_STATUS_TOO_LARGE: return "they are too many, or too long";
        default: return "too few of the roots signed the next one, or another of the same version is in force here";
    }
}

[[nodiscard]] std::optional<secenv::pin> met_in(const home& at) {
    const auto lines = lines_in(at, met_name);
    return lines.empty() ? std::nullopt : std::optional{parse_pins({lines.front()}).front()};
}

void keep_met(const home& at, const secenv::pin& met) {
    if (met_in(at) != met) at.write(met_name, met.format() + '\n');
}

[[nodiscard]] bool has(const pin_list& pins, const secenv::pin& wanted) {
    return std::find(pins.begin(), pins.end(), wanted) != pins.end();
}

[[nodiscard]] bool is_over(const secenv::trust_info& said) {
    return said.expires && *said.expires < std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

std::string as_date(secenv::time_point time) {
    const auto seconds = static_cast<std::time_t>(time.time_since_epoch().count());
    std::tm parts{};
    char text[64];
    if (gmtime_r(&seconds, &parts) == nullptr) return "the end of all calendars";
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

follower::follower(const home& at, const trust_beginning& given, std::ostream& log, std::ostream& complaints)
    : at_{at}, log_{log}, complaints_{complaints} {
    begin(given);
    if (!trust_) return;
    // The roots came to a folder that knows its server: the last of its pins is the one that was proven.
    if (const auto pins = kept_pins(at_); !pins.empty() && at_.read("server.url") && !met_in(at_)) {
        keep_met(at_, pins.back());
    }
    if (trust_->version() > 0) write_pins(at_, named());
}

void follower::begin(const trust_beginning& given) {
    if (given.roots.empty() != given.threshold.empty()) throw misused("--root-pin and --threshold go together");
    if (!given.roots.empty() && !given.statement.empty()) throw misused("give --root-pin or --trust, not both");
    auto roots = parse_pins(given.roots);
    if (!roots.empty()) {
        threshold_ = threshold_of(given.threshold);
        trust_ = trust_of(roots, threshold_);
        roots_ = std::move(roots);
    }
    if (const auto stored = at_.read(statement_name)) {
        try {
            trust_ = secenv::trust::from_statement(*stored);
        } catch (const secenv::rejected&) {
            throw failure{outcome::other, (at_.folder() / statement_name).string() + " is damaged"};
        }
    } else if (trust_) {
        // As long as nothing was taken by them, roots may be given anew: a mistyped one locks nothing.
        std::string text = threshold_word + given.threshold + '\n';
        for (const auto& pin : roots_) text += pin.format() + '\n';
        const auto before = at_.read(roots_name);
        if (!before || before->text() != text) at_.write(roots_name, text);
    } else if (auto lines = lines_in(at_, roots_name); !lines.empty()) {
        const auto first = lines.front();
        lines.erase(lines.begin());
        const std::string word{threshold_word};
        threshold_ = first.rfind(word, 0) == 0 ? threshold_of(first.substr(word.size())) : 0;
        try {
            roots_ = parse_pins(lines);
            trust_ = trust_of(roots_, threshold_);
        } catch (const failure&) {
            throw failure{outcome::other, (at_.folder() / roots_name).string() + " is damaged"};
        }
    }
    if (!given.statement.empty()) begin_with(given.statement);
}

void follower::begin_with(const std::string& file) {
    const auto content = read_file(file, longest_statement);
    try {
        auto shipped = secenv::trust::from_statement(content);
        if (trust_ && trust_->version() >= shipped.version()) return;
        trust_ = std::move(shipped);
    } catch (const secenv::rejected& wrong) {
        throw refused(file + (wrong.status() == SECENV_STATUS_REJECTED ? ": too few of its own roots signed this"
                                                                       : " is no trust statement"));
    }
    take();
}

/// Stores the statement that is in force now. From here on it counts: what follows from it can be written again.
void follower::take() {
    at_.write(statement_name, trust_->encode());
    at_.remove(roots_name);
    log_ << "trust       statement " << trust_->version() << " is in force" << std::endl;
}

secenv::trust_info follower::statement() const { return secenv::trust::inspect(trust_->encode()); }

pin_list follower::named() const {
    pin_list pins;
    for (const auto& one : statement().sessions) pins.push_back(one.pin);
    const auto met = met_in(at_);
    const auto proven = met ? std::find(pins.begin(), pins.end(), *met) : pins.end();
    if (proven != pins.end()) pins.erase(proven + 1, pins.end());
    return pins;
}

std::optional<trust_facts> follower::facts() const {
    if (!trust_) return std::nullopt;
    if (trust_->version() == 0) return trust_facts{0, roots_.size(), threshold_, std::nullopt, false};
    const auto said = statement();
    return trust_facts{said.version, said.roots.size(), said.threshold, said.expires, is_over(said)};
}

void follower::ask(const std::string& url) {
    if (!trust_) return;
    const auto complain = [&](const std::string& what) {
        complaints_ << "secenv-client: " << escaped(what) << ": the pins stay as they are" << std::endl;
    };
    std::string chain;
    try {
        http from{url, brief};
        auto said = from.get("/2/trust", SECENV_TRUST_CHAIN_BYTES_MAX);
        if (said.status == 404) return complain("the server has no trust statements");
        expect(said, 200);
        chain = std::move(said.body);
    } catch (const failure& failed) {
        if (interrupted) throw;
        return complain(std::string{"no trust statement came: "} + failed.what());
    }
    const auto before = trust_->version();
    std::string wrong;
    try {
        (void)trust_->follow(chain);
    } catch (const secenv::rejected& refusal) {
        asked_ = outcome::rejected;
        wrong = flaw(refusal.status());
    }
    // What held before one was refused stays taken.
    if (trust_->version() > before) {
        take();
        write_pins(at_, named());
    }
    if (!wrong.empty()) complain("the server's trust statements are refused, " + wrong);
}

pin_list follower::pins_now(const pin_list& known) const {
    if (!trust_ || trust_->version() == 0) {
        if (!known.empty()) return known;
        throw failure{asked_, "there is no pin to shake hands by: no trust statement has come that the roots signed"};
    }
    const auto said = statement();
    const auto number = "trust statement " + std::to_string(said.version);
    pin_list pins = named();
    try {
        const auto now = trust_->pins(secenv::role::sessions);
        pins.erase(std::remove_if(pins.begin(), pins.end(), [&](const auto& pin) { return !has(now, pin); }),
                   pins.end());
    } catch (const secenv::rejected& over) {
        if (over.status() != SECENV_STATUS_EXPIRED) throw;
        if (is_over(said)) {
            throw refused(number + " is over since " + as_date(*said.expires) + ": nobody shakes hands under it. The "
                          "pins stay as they are, and wait for the next statement");
        }
        pins.clear();
    }
    if (!pins.empty()) return pins;
    throw refused("no pin of the server's is in force any more, says " + number +
                  ": nobody shakes hands under it. The pins stay as they are, and wait for the next statement");
}

void follower::keep(const pin_list& pins, std::size_t proven) const {
    if (trust_) keep_met(at_, pins[proven]);
    if (trust_ && trust_->version() > 0) write_pins(at_, named());
    else keep_pins(at_, pins, proven);
}

}  // namespace client
