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

/// A text with names of files in it, without what a terminal obeys: control characters, marks that turn the direction
/// of text, marks without a width.
[[nodiscard]] std::string escaped(std::string_view text);

/// What cannot be read is nobody's to trust.
[[nodiscard]] failure unreadable();

}  // namespace client
