//! Paths, as the C ABI takes and gives them. No part of the interface.
#pragma once

#include <secenv/detail.hpp>

#include <filesystem>

namespace secenv::detail {

[[nodiscard]] inline std::string utf8(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return c_text({reinterpret_cast<const char*>(text.data()), text.size()});
}

[[nodiscard]] inline std::filesystem::path path_of(const char* utf8) {
#if defined(__cpp_char8_t)
    return std::filesystem::path{reinterpret_cast<const char8_t*>(utf8)};
#else
    return std::filesystem::u8path(utf8);
#endif
}

}  // namespace secenv::detail
