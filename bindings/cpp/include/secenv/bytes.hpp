//! Bytes on their way in (`byte_view`) and out (`bytes`).
#pragma once

#include <secenv/error.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#if __has_include(<span>)
#include <span>
#endif

namespace secenv {

/// Bytes that someone else owns, who has to keep them for as long as they are looked at: text, vectors, arrays,
/// `bytes`, and `std::span` where there is one, turn into it by themselves. A string literal ends before its NUL. Keys
/// do not turn into it: their secrets are let out by name.
class byte_view {
    template <class T>
    static constexpr bool is_byte =
        std::is_same_v<T, char> || std::is_same_v<T, unsigned char> || std::is_same_v<T, std::byte>;
    template <class T>
    static constexpr bool is_text = std::is_convertible_v<const T&, std::string_view>;
    template <class T>
    using element = std::remove_cv_t<std::remove_pointer_t<decltype(std::data(std::declval<const T&>()))>>;

public:
    constexpr byte_view() noexcept = default;
    constexpr byte_view(const std::uint8_t* data SECENV_LIFETIMEBOUND, std::size_t size) noexcept
        : data_{data}, size_{size} {}

    // These own nothing either: the view does not depend on how long they live.
    byte_view(std::string_view text) noexcept : byte_view{text.data(), text.size()} {}
    byte_view(const char* text SECENV_LIFETIMEBOUND) noexcept : byte_view{std::string_view{text}} {}
    byte_view(std::nullptr_t) = delete;
#if defined(__cpp_lib_span)
    template <class T, std::size_t N, std::enable_if_t<is_byte<std::remove_cv_t<T>>, int> = 0>
    byte_view(std::span<T, N> span) noexcept : byte_view{span.data(), span.size()} {}
#endif

    template <class T, std::enable_if_t<is_text<T>, int> = 0>
    byte_view(const T& text SECENV_LIFETIMEBOUND) noexcept : byte_view{std::string_view{text}} {}

    template <class T, std::enable_if_t<!is_text<T> && is_byte<element<T>>, int> = 0>
    byte_view(const T& container SECENV_LIFETIMEBOUND) noexcept
        : byte_view{std::data(container), std::size(container)} {}

    [[nodiscard]] constexpr const std::uint8_t* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr const std::uint8_t* begin() const noexcept { return data_; }
    [[nodiscard]] constexpr const std::uint8_t* end() const noexcept { return data_ + size_; }

    /// The same bytes, read as text.
    [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }
    /// A copy of them, which nobody wipes.
    [[nodiscard]] std::string to_string() const { return std::string{text()}; }

private:
    template <class Byte>
    byte_view(const Byte* data, std::size_t size) noexcept
        : data_{reinterpret_cast<const std::uint8_t*>(data)}, size_{size} {}

    const std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

namespace detail {

/// Frees a handle of the C ABI.
template <auto Free>
struct freed_by {
    template <class T>
    void operator()(T* handle) const noexcept {
        Free(handle);
    }
};

/// Owns a handle of the C ABI.
template <class T, auto Free>
using handle = std::unique_ptr<T, freed_by<Free>>;

/// Wipes memory of this size, and gives it back.
struct wiped_array {
    std::size_t size;
    void operator()(std::uint8_t* memory) const noexcept {
        secenv_memzero(memory, size);
        delete[] memory;
    }
};

/// Wipes an object that holds secrets, and gives its memory back.
struct wiped {
    template <class T>
    void operator()(T* memory) const noexcept {
        secenv_memzero(memory, sizeof *memory);
        delete memory;
    }
};

}  // namespace detail

/// Bytes that the library made: a message, a ciphertext, a key in PEM. They are wiped when their owner goes.
///
/// What looks at them lives no longer than they do, so a temporary has no `data()` or `view()`; its `text()` is a copy.
class bytes {
public:
    /// Owns what the C ABI gave.
    explicit bytes(detail::handle<secenv_bytes, secenv_bytes_free> made) noexcept
        : size_{secenv_bytes_len(made.get())}, library_{std::move(made)}, own_{nullptr, detail::wiped_array{0}} {}

    /// `size` zeros, to be filled through `secret_data()`.
    explicit bytes(std::size_t size) : size_{size}, own_{new std::uint8_t[size](), detail::wiped_array{size}} {}

    /// A copy of its own, wiped when it goes.
    [[nodiscard]] static bytes copy_of(byte_view data) {
        bytes copy{data.size()};
        std::copy(data.begin(), data.end(), copy.secret_data());
        return copy;
    }

    bytes(bytes&& other) noexcept
        : size_{std::exchange(other.size_, 0)}, library_{std::move(other.library_)}, own_{std::move(other.own_)} {}
    bytes& operator=(bytes&& other) noexcept {
        library_ = std::move(other.library_);
        own_ = std::move(other.own_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    ~bytes() = default;

    [[nodiscard]] const std::uint8_t* data() const& noexcept SECENV_LIFETIMEBOUND {
        return own_ ? own_.get() : secenv_bytes_data(library_.get());
    }
    const std::uint8_t* data() const&& = delete;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const std::uint8_t* begin() const& noexcept SECENV_LIFETIMEBOUND { return data(); }
    const std::uint8_t* begin() const&& = delete;
    [[nodiscard]] const std::uint8_t* end() const& noexcept SECENV_LIFETIMEBOUND { return data() + size_; }
    const std::uint8_t* end() const&& = delete;
    [[nodiscard]] byte_view view() const& noexcept SECENV_LIFETIMEBOUND { return {data(), size_}; }
    byte_view view() const&& = delete;

    /// The same bytes, read as text, where they lie: as long as this object has them.
    [[nodiscard]] std::string_view text() const& noexcept SECENV_LIFETIMEBOUND { return view().text(); }
    /// The text of a temporary is a copy, which nobody wipes.
    [[nodiscard]] std::string text() const&& { return to_string(); }
    /// A copy, which nobody wipes.
    [[nodiscard]] std::string to_string() const { return view().to_string(); }

    /// Where this object's own memory lies; NULL if the library made the bytes.
    [[nodiscard]] std::uint8_t* secret_data() & noexcept SECENV_LIFETIMEBOUND { return own_.get(); }
    std::uint8_t* secret_data() && = delete;

private:
    std::size_t size_;
    detail::handle<secenv_bytes, secenv_bytes_free> library_;
    std::unique_ptr<std::uint8_t[], detail::wiped_array> own_;
};

}  // namespace secenv
