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
    /// The number of the C ABI, to tell one cause from another.
    [[nodiscard]] secenv_status status() const noexcept { return status_; }
    /// Its name, for logs: "WEAK_KEY".
    [[nodiscard]] const char* name() const noexcept { return secenv_status_name(status_); }

protected:
    explicit error(secenv_status status) : std::runtime_error{secenv_status_message(status)}, status_{status} {}
    error(secenv_status status, const std::string& why) : std::runtime_error{why}, status_{status} {}

private:
    secenv_status status_;
};

/// The program called the library wrongly, or one of its own keys or files is damaged: fix that.
class misuse : public error {
public:
    explicit misuse(secenv_status status) : error{status} {}
    misuse(secenv_status status, const std::string& why) : error{status, why} {}
};

/// The message, key or peer is not to be trusted. Why, is deliberately not said.
class rejected : public error {
public:
    explicit rejected(secenv_status status = SECENV_STATUS_REJECTED) : error{status} {}
    rejected(secenv_status status, const std::string& why) : error{status, why} {}
};

/// The machine has no memory, no randomness or no disk to give, or a bug of the library's own was caught.
class unavailable : public error {
public:
    explicit unavailable(secenv_status status = SECENV_STATUS_UNAVAILABLE) : error{status} {}
    unavailable(secenv_status status, const std::string& why) : error{status, why} {}
};

namespace detail {

/// Throws the exception for a status, with `why` as its text. The family is a range of numbers, so a newer library's
/// numbers fall into place.
[[noreturn]] inline void fail(secenv_status status, const std::string& why) {
    if (status < 20) throw misuse{status, why};
    if (status < 30) throw rejected{status, why};
    throw unavailable{status, why};
}

/// Throws unless the status is OK.
inline void check(secenv_status status) {
    if (status != SECENV_STATUS_OK) fail(status, secenv_status_message(status));
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
