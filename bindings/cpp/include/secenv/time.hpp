//! Times of data at rest: in whole seconds.
#pragma once

#include <secenv/error.hpp>

#include <chrono>
#include <cstdint>

namespace secenv {

/// A time of the system's clock, in seconds since 1970: what C++20 calls `std::chrono::sys_seconds`.
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

namespace detail {

[[nodiscard]] inline time_point now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// A number of seconds, as the C ABI takes it. Throws `misuse` if it is below 0.
[[nodiscard]] inline std::uint64_t number_of(std::chrono::seconds seconds) {
    if (seconds.count() < 0) {
        throw misuse{SECENV_STATUS_INVALID_ARGUMENT, "a time is before 1970, or a duration below 0"};
    }
    return static_cast<std::uint64_t>(seconds.count());
}
[[nodiscard]] inline std::uint64_t number_of(time_point time) { return number_of(time.time_since_epoch()); }

/// A time or a number of seconds, as the C ABI gives it: below 2^63.
[[nodiscard]] inline std::chrono::seconds seconds_of(std::uint64_t number) {
    return std::chrono::seconds{static_cast<std::int64_t>(number)};
}
[[nodiscard]] inline time_point time_of(std::uint64_t number) { return time_point{seconds_of(number)}; }

}  // namespace detail

}  // namespace secenv
