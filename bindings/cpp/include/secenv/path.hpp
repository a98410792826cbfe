//! Paths, as the C ABI takes them. No part of the interface.
#pragma once

#include <filesystem>
#include <string>

namespace secenv::detail {

[[nodiscard]] inline std::string utf8(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return {text.begin(), text.end()};
}

}  // namespace secenv::detail
