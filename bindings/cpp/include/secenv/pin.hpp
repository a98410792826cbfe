//! Pins: who someone is, in 32 bytes.
#pragma once

#include <secenv/detail.hpp>

namespace secenv {

struct pin_tag { static constexpr auto name = "pin"; };

/// Names a public key: SHA-256 of its SPKI in DER. `identity::pin` makes it.
class pin : public public_array<SECENV_PIN_BYTES, pin_tag> {
public:
    constexpr pin() noexcept = default;

    /// Reads what `format` writes, and 64 hex digits. Throws `rejected` with `MALFORMED` if it is neither.
    [[nodiscard]] static pin parse(std::string_view text) {
        return detail::call_array<pin>(secenv_pin_parse, byte_view{text});
    }
    /// The pin as curl writes it: `sha256//BASE64`.
    [[nodiscard]] std::string format() const { return detail::call_bytes(secenv_pin_format, data()).text(); }

    /// A pin that was stored as its 32 bytes. Throws `misuse` if there are more or less.
    [[nodiscard]] static pin from_bytes(byte_view stored) { return pin{public_array::parse(stored)}; }
    /// What `fill(std::uint8_t* out)` writes.
    template <class Fill>
    [[nodiscard]] static pin filled(Fill&& fill) {
        return pin{public_array::filled(fill)};
    }
    static pin generate() = delete;

private:
    explicit pin(const public_array& raw) noexcept : public_array{raw} {}
};

namespace detail {

/// Pins one behind the other, as the C ABI takes them.
template <class Pins>
[[nodiscard]] std::string joined(const Pins& pins) {
    std::string all;
    for (const auto& pin : pins) all += byte_view{pin}.text();
    return all;
}

}  // namespace detail

}  // namespace secenv
