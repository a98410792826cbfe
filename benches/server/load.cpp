// Clients of benches/server/endpoint.php, each in a thread of its own: as many as asked for, each beginning again as
// soon as it has its answer. One line: work, clients, how often it was done per second, requests per second, median and
// 99th percentile of a request in microseconds, and how much of the machine the clients themselves took.
//
// usage: load SOCKET URL PUBLIC.pem hello|session|record CLIENTS SECONDS
//   hello    one hello, sent again and again: what a stranger costs
//   session  a handshake and the first record: three requests
//   record   a record and its reply, in a session that is there
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <curl/curl.h>
#include <sys/resource.h>
#include <secenv.hpp>

namespace {

using clock_type = std::chrono::steady_clock;
using secenv::byte_view;

/// A connection that stays open; remembers how long each request took.
class wire {
public:
    wire(const std::string& socket, std::string url)
        : url_{std::move(url)}, curl_{curl_easy_init()},
          headers_{curl_slist_append(curl_slist_append(nullptr, "Expect:"), "Content-Type: application/octet-stream")} {
        curl_easy_setopt(curl_.get(), CURLOPT_UNIX_SOCKET_PATH, socket.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, received);
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEDATA, &body_);
    }

    const std::string& post(const char* step, byte_view body, long expected) {
        const auto start = clock_type::now();
        body_.clear();
        curl_easy_setopt(curl_.get(), CURLOPT_URL, (url_ + step).c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, body.data());
        const auto code = curl_easy_perform(curl_.get());
        if (code != CURLE_OK) throw std::runtime_error{std::string{step} + ": " + curl_easy_strerror(code)};
        long status = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
        if (status != expected) throw std::runtime_error{std::string{step} + " was answered " + std::to_string(status)};
        times.push_back(std::chrono::duration<double, std::micro>(clock_type::now() - start).count());
        return body_;
    }

    std::vector<double> times;

private:
    static std::size_t received(char* data, std::size_t, std::size_t size, void* body) {
        static_cast<std::string*>(body)->append(data, size);
        return size;
    }

    std::string url_, body_;
    secenv::detail::handle<CURL, curl_easy_cleanup> curl_;
    secenv::detail::handle<curl_slist, curl_slist_free_all> headers_;
};

secenv::session handshake(wire& to, const secenv::identity& me, const secenv::pin& server) {
    auto client = secenv::client::start(me, server);
    const auto finish = client.finish(to.post("/hello", client.hello(), 200));
    return client.session(to.post("/finish", finish, 200));
}

void exchange(wire& to, secenv::session& session) {
    const std::string said(64, 'm');
    const auto& reply = to.post("/record", session.seal("record", said), 200);
    const auto same = session.open_reply(session.last_sent(), "record", reply).text() == said;
    if (!same) throw std::runtime_error{"another reply"};
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double own_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

struct work {
    std::string socket, url, what;
    secenv::pin server;
    clock_type::time_point start, end;
    std::mutex lock{};
    std::vector<double> times{};
    std::size_t done = 0;
    std::exception_ptr failed{};

    /// One client, from the start to the end.
    void run() {
        try {
            wire to{socket, url};
            const auto me = secenv::identity::generate();
            const auto stranger = secenv::client::start(me, server);
            auto session = handshake(to, me, server);
            exchange(to, session);
            to.times.clear();
            std::size_t mine = 0;
            std::this_thread::sleep_until(start);
            for (; clock_type::now() < end; ++mine) {
                if (what == "hello") {
                    to.post("/hello", stranger.hello(), 200);
                } else if (what == "record") {
                    exchange(to, session);
                } else {
                    auto another = handshake(to, me, server);
                    exchange(to, another);
                }
            }
            const std::lock_guard guard{lock};
            done += mine;
            times.insert(times.end(), to.times.begin(), to.times.end());
        } catch (...) {
            const std::lock_guard guard{lock};
            failed = std::current_exception();
        }
    }
};

std::string read(const char* path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void measure(char** argv) {
    const int clients = std::atoi(argv[5]);
    const std::chrono::duration<double> limit{std::atof(argv[6])};
    const auto start = clock_type::now() + std::chrono::milliseconds{200} + clients * std::chrono::milliseconds{20};
    const auto end = start + std::chrono::duration_cast<clock_type::duration>(limit);
    work all{argv[1], argv[2], argv[4], secenv::identity::pin(read(argv[3])), start, end};
    std::vector<std::thread> threads;
    for (int at = 0; at < clients; ++at) threads.emplace_back([&] { all.run(); });
    std::this_thread::sleep_until(start);
    const auto used = own_seconds();
    for (auto& thread : threads) thread.join();
    if (all.failed) std::rethrow_exception(all.failed);
    const std::chrono::duration<double> took = clock_type::now() - start;
    auto& times = all.times;
    std::sort(times.begin(), times.end());
    const auto share = (own_seconds() - used) / took.count() / std::thread::hardware_concurrency();
    const auto rate = [&](std::size_t count) { return static_cast<double>(count) / took.count(); };
    std::printf("%s\t%d\t%.1f\t%.1f\t%.0f\t%.0f\t%.2f\n", argv[4], clients, rate(all.done), rate(times.size()),
                times[times.size() / 2], times[times.size() * 99 / 100], share);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7) {
        std::fputs("usage: load SOCKET URL PUBLIC.pem hello|session|record CLIENTS SECONDS\n", stderr);
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    try {
        measure(argv);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "load: %s\n", failure.what());
        return 1;
    }
}
