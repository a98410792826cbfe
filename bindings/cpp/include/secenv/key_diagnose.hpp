//! What bytes look like that were meant to be a key.
#pragma once

#include <secenv/detail.hpp>

namespace secenv {

/// One English sentence, with the command that converts it: for people, after a parser has failed. Nothing of `key` is
/// in it. The parsers of keys end their exception's text with it.
[[nodiscard]] inline std::string_view key_diagnose(byte_view key) {
    return secenv_key_diagnose(key.data(), key.size());
}

namespace detail {

/// As `call_owner`, for a parser of keys: its exception says what the text looks like.
template <class Owner, class Function>
[[nodiscard]] Owner call_key_parser(Function function, byte_view text) {
    typename Owner::c_type* out = nullptr;
    const auto status = function(text.data(), text.size(), &out);
    if (status != SECENV_STATUS_OK && status < SECENV_STATUS_UNAVAILABLE) {
        fail(status, std::string{secenv_status_message(status)} + ": " + std::string{key_diagnose(text)});
    }
    check(status);
    return Owner{typename Owner::c_handle{out}};
}

}  // namespace detail

}  // namespace secenv
