//! Base64 (standard alphabet, padded, strict) and hex, in a time that depends on the length alone.
#pragma once

#include <secenv/bytes.hpp>

#include <string>

namespace secenv::encoding {

/// The variant that JSON messages use: RFC 4648, section 4.
inline constexpr int base64_standard = SECENV_BASE64_VARIANT_ORIGINAL;

[[nodiscard]] inline std::string encode_base64(byte_view data) {
    auto text = std::string(secenv_base64_encoded_len(data.size(), base64_standard), '\0');
    secenv_bin2base64(text.data(), text.size(), data.data(), data.size(), base64_standard);
    text.pop_back();  // the C function counts its NUL
    return text;
}

/// Throws `rejected` if `text` is not base64 to its last character.
[[nodiscard]] inline bytes parse_base64(std::string_view text) {
    const std::size_t pads = text.size() - (text.find_last_not_of('=') + 1);
    if (text.size() % 4 != 0 || pads > 2) throw rejected{SECENV_STATUS_MALFORMED};
    bytes data{text.size() / 4 * 3 - pads};
    std::size_t length = 0;
    const int code = secenv_base642bin(data.secret_data(), data.size(), text.data(), text.size(), nullptr, &length,
                                       nullptr, base64_standard);
    if (code != 0 || length != data.size()) throw rejected{SECENV_STATUS_MALFORMED};
    return data;
}

[[nodiscard]] inline std::string encode_hex(byte_view data) {
    auto text = std::string(data.size() * 2 + 1, '\0');
    secenv_bin2hex(text.data(), text.size(), data.data(), data.size());
    text.pop_back();  // the C function counts its NUL
    return text;
}

/// Throws `rejected` if `text` is not hex to its last character.
[[nodiscard]] inline bytes parse_hex(std::string_view text) {
    if (text.size() % 2 != 0) throw rejected{SECENV_STATUS_MALFORMED};
    bytes data{text.size() / 2};
    std::size_t length = 0;
    const int code =
        secenv_hex2bin(data.secret_data(), data.size(), text.data(), text.size(), nullptr, &length, nullptr);
    if (code != 0 || length != data.size()) throw rejected{SECENV_STATUS_MALFORMED};
    return data;
}

}  // namespace secenv::encoding
