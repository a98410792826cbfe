//! The library's version.
#pragma once

#include <secenv/compiler.hpp>

#include <secenv.h>

#include <string_view>

namespace secenv {

/// That of the library which is loaded; `SECENV_VERSION` is that of the header.
[[nodiscard]] inline std::string_view version() noexcept { return secenv_version(); }

}  // namespace secenv
