// A fair race on a noisy machine, as benches/ratios/race.rs runs it: contenders alternate in short batches, and medians
// are taken.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace races {

using clock_type = std::chrono::steady_clock;
using work_type = std::function<void()>;

inline constexpr double batch_ns = 500'000;
inline constexpr unsigned uncounted = 5;  // runs before each batch, see benches/ratios/race.rs

inline double once(const work_type& work, unsigned runs) {
    for (unsigned run = 0; run < uncounted; ++run) work();
    const auto start = clock_type::now();
    for (unsigned run = 0; run < runs; ++run) work();
    return std::chrono::duration<double, std::nano>(clock_type::now() - start).count();
}

inline unsigned calibrate(const work_type& work) {
    unsigned runs = 1;
    while (once(work, runs) < batch_ns) runs *= 2;
    return runs;
}

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Both alternate in short batches, each of them first in turn, and medians are taken.
inline void race(const std::string& work, const std::string& peer, const work_type& ours, const work_type& theirs) {
    const char* limit = std::getenv("BENCH_SECONDS");
    const std::chrono::duration<double> seconds{limit ? std::atof(limit) : 0.2};
    const work_type* runs[] = {&ours, &theirs};
    const unsigned batches[] = {calibrate(ours), calibrate(theirs)};
    std::vector<double> times[2], ratios;
    const auto end = clock_type::now() + seconds;
    while (ratios.size() < 5 || clock_type::now() < end) {
        for (size_t turn = 0; turn < 2; ++turn) {
            const size_t at = (ratios.size() + turn) % 2;
            times[at].push_back(once(*runs[at], batches[at]) / batches[at]);
        }
        ratios.push_back(times[1].back() / times[0].back());
    }
    std::printf("C\t%s\t%s\t%.0f\t%.0f\t%.3f\n", work.c_str(), peer.c_str(), median(times[0]), median(times[1]),
                median(ratios));
}

/// Ends the program unless all is as it should be.
inline void expect(bool good, const char* what) {
    if (!good) {
        std::fprintf(stderr, "ratios: %s\n", what);
        std::exit(1);
    }
}

}  // namespace races
