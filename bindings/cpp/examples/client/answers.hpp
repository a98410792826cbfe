//! What a server's answer means for us.
#pragma once

#include "failure.hpp"
#include "http.hpp"

#include <nlohmann/json.hpp>

namespace client {

/// Throws what a refusal means, unless the answer has this status.
void expect(const answer& from, long status);

/// A JSON object. Throws `refused` if the text is none.
[[nodiscard]] nlohmann::json object_in(secenv::byte_view text);

/// A member of an object, which must be a text. Throws `refused` if it is not.
[[nodiscard]] std::string text_in(const nlohmann::json& object, const char* member);

/// A text of the server's, fit for a terminal.
[[nodiscard]] std::string printable(std::string text);

/// What cannot be read is nobody's to trust.
[[nodiscard]] failure unreadable();

}  // namespace client
