//! HTTP, through libcurl.
#pragma once

#include <secenv.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace client {

/// What a server answered.
struct answer {
    long status;
    std::string body;
};

/// What a body is.
inline constexpr auto json_body = "Content-Type: application/json";
inline constexpr auto binary_body = "Content-Type: application/octet-stream";

/// How long we wait. `whole` is for a request that goes out and is answered from memory; a file takes as long as it
/// takes, but no transfer may be slower than `slowest` for the time of `silence`.
struct patience {
    std::chrono::seconds whole{120};
    std::chrono::seconds silence{60};
    long slowest = 1024;  ///< In bytes for each second.
};

/// A server. Every call throws `unreachable` if it is not there, `lost` if it does not answer or takes too long, and
/// `refused` if it answers without end.
class http {
public:
    /// Gives the next bytes of a body, at most `capacity`; 0 at its end.
    using giver = std::function<std::size_t(std::uint8_t* out, std::size_t capacity)>;
    /// Takes the next bytes of a body, which is `total` bytes long in all, or 0 if nobody said how long.
    using taker = std::function<void(secenv::byte_view piece, std::uint64_t total)>;

    /// Throws `misused` unless `url` is an http or https one.
    explicit http(std::string url, patience with = {});
    http(const http&) = delete;
    http& operator=(const http&) = delete;
    ~http();

    [[nodiscard]] const std::string& url() const noexcept { return url_; }

    [[nodiscard]] answer post(const std::string& path, secenv::byte_view body, const char* type);
    [[nodiscard]] answer put(const std::string& path, std::uint64_t size, const giver& body);
    /// The body of a 200 goes to `body`, any other into the answer.
    [[nodiscard]] answer get(const std::string& path, const taker& body);
    /// Any body goes into the answer; `refused` if it is longer than `longest`.
    [[nodiscard]] answer get(const std::string& path, std::size_t longest);

private:
    struct transfer;
    void begin(const std::string& path);
    [[nodiscard]] answer run(transfer& work);

    std::string url_;
    patience patience_;
    void* curl_;
};

}  // namespace client
