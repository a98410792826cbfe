#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace client {

namespace {

constexpr int width = 30;
constexpr double mebibyte = 1024.0 * 1024.0;
constexpr auto pause = std::chrono::milliseconds{50};

}  // namespace

progress::progress(std::string label, std::uint64_t total)
    : label_{std::move(label)}, total_{total}, shown_{isatty(STDERR_FILENO) == 1} {
    if (shown_) draw();
}

progress::~progress() {
    if (!shown_) return;
    draw();
    std::fputc('\n', stderr);
}

void progress::add(std::uint64_t size) {
    done_ += size;
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - drawn_ < pause) return;
    drawn_ = now;
    draw();
}

void progress::draw() const {
    const double part = total_ == 0 ? 1.0 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    const int filled = static_cast<int>(part * width);
    const std::string bar = std::string(filled, '#') + std::string(width - filled, '-');
    std::fprintf(stderr, "\r%s [%s] %3d %%  %.1f of %.1f MiB", label_.c_str(), bar.c_str(),
                 static_cast<int>(part * 100), static_cast<double>(done_) / mebibyte,
                 static_cast<double>(total_) / mebibyte);
    std::fflush(stderr);
}

}  // namespace client
