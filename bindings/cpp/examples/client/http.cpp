#include "http.hpp"

#include "failure.hpp"
#include "files.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <exception>

namespace client {

namespace {

constexpr std::size_t longest_answer = 65 * 1024 * 1024;
constexpr long connect_seconds = 10;

using headers = std::unique_ptr<curl_slist, secenv::detail::freed_by<curl_slist_free_all>>;

/// The headers of a request with a body. "Expect:" is empty, because PHP's own web server never says "100 Continue",
/// and libcurl would wait a second for it.
[[nodiscard]] headers body_of(const char* type) {
    return headers{curl_slist_append(curl_slist_append(nullptr, type), "Expect:")};
}

}  // namespace

/// What libcurl's callbacks work on. An exception must not pass through C: it is kept until the transfer has ended.
struct http::transfer {
    CURL* curl;
    const giver* give = nullptr;
    const taker* take = nullptr;
    std::size_t longest = longest_answer;
    std::string body{};
    std::exception_ptr failed{};

    static std::size_t received(char* data, std::size_t, std::size_t size, void* self_) {
        auto& self = *static_cast<transfer*>(self_);
        try {
            self.receive({reinterpret_cast<const std::uint8_t*>(data), size});
            return size;
        } catch (...) {
            self.failed = std::current_exception();
            return CURL_WRITEFUNC_ERROR;
        }
    }

    static std::size_t sending(char* out, std::size_t, std::size_t capacity, void* self_) {
        auto& self = *static_cast<transfer*>(self_);
        try {
            return (*self.give)(reinterpret_cast<std::uint8_t*>(out), capacity);
        } catch (...) {
            self.failed = std::current_exception();
            return CURL_READFUNC_ABORT;
        }
    }

    static int still_wanted(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return interrupted; }

    void receive(secenv::byte_view piece) {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        if (take != nullptr && status == 200) {
            curl_off_t total = 0;
            curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
            (*take)(piece, total > 0 ? static_cast<std::uint64_t>(total) : 0);
        } else if (body.size() + piece.size() > longest) {
            throw refused("the server's answer is too long");
        } else {
            body += piece.text();
        }
    }
};

http::http(std::string url, patience with) : url_{std::move(url)}, patience_{with}, curl_{nullptr} {
    while (!url_.empty() && url_.back() == '/') url_.pop_back();
    if (url_.rfind("http://", 0) != 0 && url_.rfind("https://", 0) != 0) {
        throw misused("the server's address begins with http:// or https://");
    }
    curl_ = curl_easy_init();
    if (curl_ == nullptr) throw unreachable("libcurl cannot be started");
}

http::~http() { curl_easy_cleanup(curl_); }

void http::begin(const std::string& path) {
    curl_easy_reset(curl_);
    curl_easy_setopt(curl_, CURLOPT_URL, (url_ + path).c_str());
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_LIMIT, patience_.slowest);
    curl_easy_setopt(curl_, CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience_.silence.count()));
}

answer http::run(transfer& work) {
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, transfer::received);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &work);
    curl_easy_setopt(curl_, CURLOPT_XFERINFOFUNCTION, transfer::still_wanted);
    curl_easy_setopt(curl_, CURLOPT_NOPROGRESS, 0L);
    const auto code = curl_easy_perform(curl_);
    if (work.failed) std::rethrow_exception(work.failed);
    if (code == CURLE_ABORTED_BY_CALLBACK) throw stopped();
    if (code != CURLE_OK) {
        const auto why = url_ + ": " + curl_easy_strerror(code);
        // What comes back, or does not, once the request went out.
        constexpr CURLcode late[] = {CURLE_GOT_NOTHING, CURLE_RECV_ERROR,  CURLE_SEND_ERROR,
                                     CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM};
        if (std::find(std::begin(late), std::end(late), code) != std::end(late)) throw lost("no answer from " + why);
        // A connection that was made, and then silence; a connection that was not made takes no time to begin.
        curl_off_t connected = 0;
        curl_easy_getinfo(curl_, CURLINFO_PRETRANSFER_TIME_T, &connected);
        if (code == CURLE_OPERATION_TIMEDOUT && connected > 0) throw lost("no answer from " + why);
        throw unreachable("cannot reach " + why);
    }
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    return {status, std::move(work.body)};
}

answer http::post(const std::string& path, secenv::byte_view body, const char* type) {
    begin(path);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, static_cast<long>(patience_.whole.count()));
    const auto extra = body_of(type);
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, extra.get());
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data());
    transfer work{curl_};
    return run(work);
}

answer http::put(const std::string& path, std::uint64_t size, const giver& body) {
    begin(path);
    const auto extra = body_of(binary_body);
    curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, extra.get());
    curl_easy_setopt(curl_, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    transfer work{curl_, &body};
    curl_easy_setopt(curl_, CURLOPT_READFUNCTION, transfer::sending);
    curl_easy_setopt(curl_, CURLOPT_READDATA, &work);
    return run(work);
}

answer http::get(const std::string& path, const taker& body) {
    begin(path);
    transfer work{curl_, nullptr, &body};
    return run(work);
}

answer http::get(const std::string& path, std::size_t longest) {
    begin(path);
    curl_easy_setopt(curl_, CURLOPT_TIMEOUT, static_cast<long>(patience_.whole.count()));
    transfer work{curl_, nullptr, nullptr, longest};
    return run(work);
}

}  // namespace client
