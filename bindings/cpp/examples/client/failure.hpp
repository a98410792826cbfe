//! How a command ends when it does not end well.
#pragma once

#include <stdexcept>
#include <string>

namespace client {

/// The exit status: what whoever called us can do about it.
enum class outcome { done = 0, other = 1, usage = 2, rejected = 3, unavailable = 4 };

/// A sentence for a person, and the exit status. Neither holds a secret.
class failure : public std::runtime_error {
public:
    failure(outcome how, const std::string& why) : std::runtime_error{why}, how_{how} {}
    [[nodiscard]] outcome how() const noexcept { return how_; }

private:
    outcome how_;
};

/// The request went out, and no answer came back: nobody knows whether it arrived.
class lost : public failure {
public:
    explicit lost(const std::string& why) : failure{outcome::unavailable, why} {}
};

[[nodiscard]] inline failure misused(const std::string& why) { return {outcome::usage, why}; }
[[nodiscard]] inline failure refused(const std::string& why) { return {outcome::rejected, why}; }
[[nodiscard]] inline failure stopped() { return {outcome::other, "interrupted"}; }
[[nodiscard]] inline failure unreachable(const std::string& why) { return {outcome::unavailable, why}; }

}  // namespace client
