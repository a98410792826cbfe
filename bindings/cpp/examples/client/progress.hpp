//! A progress bar on standard error, if that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace client {

/// Shows how far a piece of work has come. Ends its line when its owner goes.
class progress {
public:
    progress(std::string label, std::uint64_t total);
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    ~progress();

    /// `size` more bytes are done.
    void add(std::uint64_t size);

private:
    void draw() const;

    std::string label_;
    std::uint64_t total_;
    std::uint64_t done_ = 0;
    bool shown_;
    std::chrono::steady_clock::time_point drawn_{};
};

}  // namespace client
