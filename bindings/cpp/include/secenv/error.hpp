//! Errors: one exception for each thing that a caller can do about it.
#pragma once

#include <secenv/compiler.hpp>

#include <secenv.h>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace secenv {

/// What went wrong. Its text never holds a secret.
class error : public std::runtime_error {
public:
    /// The number of the C ABI, for logs.
    [[nodiscard]] secenv_status status() const noexcept { return status_; }

protected:
    explicit error(secenv_status status) : std::runtime_error{secenv_status_message(status)}, status_{status} {}
    error(secenv_status status, const std::string& why) : std::runtime_error{why}, status_{status} {}

private:
    secenv_status status_;
};

/// The program called the library wrongly: fix the program.
class misuse : public error {
public:
    explicit misuse(secenv_status status) : error{status} {}
    misuse(secenv_status status, const std::string& why) : error{status, why} {}
};

/// The message, key or peer is not to be trusted. Why, is deliberately not said.
class rejected : public error {
public:
    explicit rejected(secenv_status status = SECENV_STATUS_REJECTED) : error{status} {}
};

/// No memory, no randomness, or a caught bug of the library's own.
class unavailable : public error {
public:
    explicit unavailable(secenv_status status = SECENV_STATUS_UNAVAILABLE) : error{status} {}
};

namespace detail {

/// Throws unless the status is OK. The family is a range of numbers, so a newer library's numbers fall into place.
inline void check(secenv_status status) {
    if (status == SECENV_STATUS_OK) return;
    if (status < 20) throw misuse{status};
    if (status < 30) throw rejected{status};
    throw unavailable{status};
}

/// Throws `rejected` unless a function of the libsodium-compatible API returned 0.
inline void check_opened(int code) {
    if (code != 0) throw rejected{};
}

/// Throws `unavailable` unless a function of the libsodium-compatible API that refuses no input returned 0.
inline void check_made(int code) {
    if (code != 0) throw unavailable{};
}

/// Throws `misuse` unless `given` is the length that `what` has.
inline void check_length(const char* what, std::size_t wanted, std::size_t given) {
    if (given == wanted) return;
    throw misuse{SECENV_STATUS_INVALID_LENGTH,
                 std::string{what} + ": " + std::to_string(wanted) + " bytes, not " + std::to_string(given)};
}

}  // namespace detail

}  // namespace secenv
