//! Random bytes from the operating system.
#pragma once

#include <secenv/array.hpp>

namespace secenv::random {

/// `size` random bytes.
[[nodiscard]] inline bytes generate(std::size_t size) {
    bytes made{size};
    secenv_randombytes_buf(made.secret_data(), size);
    return made;
}

/// `N` random bytes that are no secret. (A nonce makes itself: `box::nonce::generate()`.)
template <std::size_t N>
[[nodiscard]] std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> made;
    secenv_randombytes_buf(made.data(), N);
    return made;
}

/// A number below `bound`, each as likely as the other; 0 if `bound` is 0 or 1.
[[nodiscard]] inline std::uint32_t below(std::uint32_t bound) {
    return secenv_randombytes_uniform(bound);
}

}  // namespace secenv::random
