#include "exchange.hpp"

#include "answers.hpp"
#include "failure.hpp"

#include <algorithm>
#include <ctime>

namespace client {

namespace {

constexpr int most_tries = 5;
/// The bytes of a finish go out twice at most. Then a new hello does, this often.
constexpr int most_finishes = 2;
constexpr int most_new_hellos = 3;
constexpr long first_pause_ms = 200;
constexpr auto log_out_path = "/2/logout";

/// Waits before another try: longer each time, and not as long as others wait. A signal ends it.
void pause_before(int next_try) {
    const long pause = (first_pause_ms << (next_try - 2)) + secenv::random::below(first_pause_ms);
    const timespec wanted{pause / 1000, pause % 1000 * 1'000'000};
    nanosleep(&wanted, nullptr);
    if (interrupted) throw stopped();
}

/// Calls `once` until there is an answer, a bounded number of times. A server that is not there when we first ask is
/// not waited for; one that goes away while we ask is.
template <class Once>
auto insisting(Once&& once, int tries = most_tries) {
    for (int next_try = 2;; ++next_try) {
        try {
            return once();
        } catch (const failure& failed) {
            const bool again = next_try == 2 ? dynamic_cast<const lost*>(&failed) != nullptr
                                             : failed.how() == outcome::unavailable;
            if (!again || next_try > tries) throw;
            pause_before(next_try);
        }
    }
}

/// A handshake that came to no end. It says nothing about the server: nothing of it is authenticated. A new hello may
/// help.
class unfinished : public failure {
public:
    using failure::failure;
};

/// What says that somewhere on the way a part of the server was not there, and thus as little as no answer. That there
/// is no space (507) says something: to ask again would not help.
[[nodiscard]] bool says_nothing(const answer& from) { return from.status >= 500 && from.status != 507; }

[[nodiscard]] std::string short_name(const secenv::session& session) {
    return secenv::encoding::encode_hex(session.id()).substr(0, 8) + "…";
}

/// Takes a step of the handshake, which has two minutes in all.
template <class Step>
auto in_time(Step&& step) {
    try {
        return step();
    } catch (const secenv::misuse& closed) {
        if (closed.status() != SECENV_STATUS_CLOSED) throw;
        throw unfinished{outcome::unavailable, "the handshake took too long"};
    }
}

}  // namespace

exchange::exchange(const home& at, const std::string& url, const std::vector<std::string>& pins_given,
                   const trust_beginning& trust_given, std::ostream& log, std::ostream& complaints)
    : at_{at}, http_{url}, follower_{at, trust_given, log, complaints},
      pins_{server_pins(at, pins_given, follower_.is_following())}, own_{own_identity(at)}, live_{load_2(at, pins_)},
      log_{log} {}

answer exchange::insist(const std::string& path, secenv::byte_view body, int tries) {
    return insisting([&] {
        auto said = http_.post(path, body, binary_body);
        if (says_nothing(said)) throw lost("the server answered " + std::to_string(said.status));
        return said;
    }, tries);
}

failure exchange::not_let_in() const {
    return refused("the server does not let us in, " + secenv::identity::pin(own_.public_key()).format() +
                   ": run enrol with a code from its operator");
}

std::string exchange::wanted() const {
    std::string text = "the server whose pin is ";
    for (const auto& pin : pins_) text += (&pin == &pins_.front() ? "" : " or ") + pin.format();
    return text;
}

void exchange::begin() {
    if (!live_) return connect();
    log_ << "session     " << short_name(live_->session) << " goes on, from the folder" << std::endl;
}

void exchange::forget() {
    live_.reset();
    forget_session(at_);
}

secenv::bytes exchange::finish_of(secenv::client& starting) {
    const auto reply = insist("/2/hello", starting.hello(), most_tries);
    if (reply.status == 400) throw refused("this is not " + wanted());
    expect(reply, 200);
    try {
        return in_time([&] { return starting.finish(reply.body); });
    } catch (const secenv::rejected&) {
        throw refused("the answer does not come from " + wanted());
    }
}

secenv::session exchange::session_of(secenv::client& starting, secenv::byte_view finish) {
    const auto said = [&] {
        try {
            return insist("/2/finish", finish, most_finishes);
        } catch (const failure& silence) {
            if (silence.how() != outcome::unavailable) throw;
            throw unfinished{outcome::unavailable, silence.what()};
        }
    }();
    if (said.status == 409) {
        // An earlier try had arrived, and the welcome was lost: nobody gets it a second time.
        throw unfinished{outcome::unavailable, "the server has the session of this handshake, and its answer was lost"};
    }
    if (said.status == 403) throw not_let_in();
    expect(said, 200);
    try {
        return in_time([&] { return starting.session(said.body); });
    } catch (const secenv::rejected&) {
        throw unfinished{outcome::rejected, "the end of the handshake does not come from " + wanted()};
    }
}

void exchange::renew_pins() {
    if (!follower_.is_following()) return;
    follower_.ask(http_.url());
    const auto kept = kept_pins(at_);
    // A session with a server whose pin a statement dropped does not go on, whatever becomes of the handshake.
    const bool dropped = live_ && !kept.empty() &&
                         std::find(kept.begin(), kept.end(), live_->session.server_pin()) == kept.end();
    if (dropped) forget();
    pins_ = follower_.pins_now(kept.empty() ? pins_ : kept);
}

void exchange::shake_hands() {
    auto starting = secenv::client::start(own_, {pins_});
    const auto finish = finish_of(starting);
    auto made = session_of(starting, finish);
    const auto proven = starting.pin_index();
    follower_.keep(pins_, proven);
    pins_.erase(pins_.begin() + static_cast<std::ptrdiff_t>(proven) + 1, pins_.end());
    live_ = live_session{std::move(made), std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
    store(at_, *live_);
    keep_url(at_, http_.url());
    log_ << "session     " << short_name(live_->session) << " agreed and stored" << std::endl;
    begun_ = made_here_ = true;
}

void exchange::connect() {
    renew_pins();
    for (int new_hellos = 0;; ++new_hellos) {
        try {
            return shake_hands();
        } catch (const unfinished&) {
            if (new_hellos == most_new_hellos) throw;
        }
        pause_before(new_hellos + 2);
    }
}

answer exchange::send_sealed(const std::string& path, secenv::byte_view message) {
    const auto record = live_->session.seal("POST " + path, message);
    store(at_, *live_);
    auto said = http_.post(path, record, binary_body);
    if (says_nothing(said)) throw lost("the server answered " + std::to_string(said.status));
    return said;
}

std::optional<secenv::bytes> exchange::ask_once(const std::string& path, secenv::byte_view message) {
    try {
        const auto said = send_sealed(path, message);
        if (said.status == 401) return std::nullopt;
        expect(said, 200);
        auto& session = live_->session;
        auto reply = session.open_reply(session.last_sent(), "POST " + path, said.body);
        store(at_, *live_);
        keep_url(at_, http_.url());
        return reply;
    } catch (const secenv::rejected& failed) {
        if (failed.status() == SECENV_STATUS_ENDED && !made_here_) return std::nullopt;
        throw refused(std::string{"the record or the reply to it does not hold: "} + failed.what());
    }
}

secenv::bytes exchange::ask(const std::string& path, secenv::byte_view message) {
    if (!std::exchange(begun_, true)) begin();
    const auto insist_on_it = [&] { return insisting([&] { return ask_once(path, message); }); };
    auto reply = insist_on_it();
    if (!reply && !made_here_) {
        log_ << "session     " << short_name(live_->session) << " is over" << std::endl;
        forget();
        connect();
        reply = insist_on_it();
    }
    if (!reply) {
        forget();
        throw not_let_in();
    }
    return std::move(*reply);
}

bool exchange::log_out() {
    if (!live_) return false;
    try {
        const auto said = insisting([&] { return send_sealed(log_out_path, ""); });
        // 401: an earlier try had arrived, or the session was over before.
        if (said.status != 401) expect(said, 204);
    } catch (const failure& failed) {
        forget();
        throw failure{failed.how(), "the session is gone here, but the server was not told, and keeps its side for 24 "
                                    "hours at most: " + std::string{failed.what()}};
    } catch (const secenv::rejected&) {
        // It ended meanwhile by itself.
    }
    forget();
    return true;
}

}  // namespace client
