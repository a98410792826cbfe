#include "exchange.hpp"

#include "answers.hpp"
#include "failure.hpp"

#include <ctime>

namespace client {

namespace {

constexpr int most_tries = 5;
constexpr long first_pause_ms = 200;

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
auto insisting(Once&& once) {
    for (int next_try = 2;; ++next_try) {
        try {
            return once();
        } catch (const failure& failed) {
            const bool again = next_try == 2 ? dynamic_cast<const lost*>(&failed) != nullptr
                                             : failed.how() == outcome::unavailable;
            if (!again || next_try > most_tries) throw;
            pause_before(next_try);
        }
    }
}

/// What says that somewhere on the way a part of the server was not there, and thus as little as no answer. That there
/// is no space (507) says something: to ask again would not help.
[[nodiscard]] bool says_nothing(const answer& from) { return from.status >= 500 && from.status != 507; }

[[nodiscard]] std::string short_name(const secenv::session_id& id) {
    return secenv::encoding::encode_hex(id).substr(0, 8) + "…";
}

}  // namespace

exchange::exchange(const home& at, const std::string& url, const secenv::pin& server, std::ostream& log)
    : at_{at}, http_{url}, server_{server}, own_{own_identity(at)}, log_{log} {}

answer exchange::insist(const std::string& path, secenv::byte_view body) {
    return insisting([&] {
        auto said = http_.post(path, body, binary_body);
        if (says_nothing(said)) throw lost("the server answered " + std::to_string(said.status));
        return said;
    });
}

void exchange::begin() {
    session_ = load_2(at_, server_);
    if (!session_) return connect();
    log_ << "session     " << short_name(session_->id()) << " goes on, from the folder" << std::endl;
}

void exchange::connect() {
    auto starting = secenv::client::start(own_, server_);
    const auto reply = insist("/2/hello", starting.hello());
    if (reply.status == 400) throw refused("this is not the server whose pin is " + server_.format());
    expect(reply, 200);
    auto [made, finish] = [&] {
        try {
            return starting.finish(reply.body);
        } catch (const secenv::rejected&) {
            throw refused("the answer does not come from the server whose pin is " + server_.format());
        }
    }();
    const auto taken = insist("/2/finish", finish);
    // 409: an earlier try had arrived, and its answer was lost.
    if (taken.status != 409) expect(taken, 204);
    store(at_, made);
    keep_url(at_, http_.url());
    log_ << "session     " << short_name(made.id()) << " agreed and stored" << std::endl;
    session_ = std::move(made);
    made_here_ = true;
}

std::optional<secenv::bytes> exchange::ask_once(const std::string& path, secenv::byte_view message) {
    const auto ad = "POST " + path;
    try {
        const auto record = session_->seal(ad, message);
        const auto number = session_->last_sent();
        store(at_, *session_);
        const auto said = http_.post(path, record, binary_body);
        if (says_nothing(said)) throw lost("the server answered " + std::to_string(said.status));
        if (said.status == 401) return std::nullopt;
        expect(said, 200);
        auto reply = session_->open_reply(number, ad, said.body);
        store(at_, *session_);
        keep_url(at_, http_.url());
        return reply;
    } catch (const secenv::rejected& failed) {
        if (failed.status() == SECENV_STATUS_ENDED && !made_here_) return std::nullopt;
        throw refused(std::string{"the record or the reply to it does not hold: "} + failed.what());
    }
}

secenv::bytes exchange::ask(const std::string& path, secenv::byte_view message) {
    if (!session_) begin();
    const auto insist_on_it = [&] { return insisting([&] { return ask_once(path, message); }); };
    auto reply = insist_on_it();
    if (!reply && !made_here_) {
        log_ << "session     " << short_name(session_->id()) << " is over" << std::endl;
        connect();
        reply = insist_on_it();
    }
    if (!reply) {
        throw refused("the server does not let us in, " + secenv::identity::pin(own_.public_key()).format() +
                      ": run enrol with a code from its operator");
    }
    return std::move(*reply);
}

}  // namespace client
