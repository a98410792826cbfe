//! Bytes on their way in (`byte_view`) and out (`bytes`), and the one template that owns handles.
#pragma once

#include <secenv.h>
#include <secenv/error.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace secenv {

/// Bytes that someone else owns: text, vectors, arrays, `bytes`, and `std::span` where there is one, turn into it by
/// themselves. A string literal ends before its NUL. Keys do not turn into it: their secrets are let out by name.
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
    constexpr byte_view(const std::uint8_t* data, std::size_t size) noexcept : data_{data}, size_{size} {}

    template <class T, std::enable_if_t<is_text<T>, int> = 0>
    byte_view(const T& text) noexcept : byte_view{std::string_view{text}.data(), std::string_view{text}.size()} {}

    template <class T, std::enable_if_t<!is_text<T> && is_byte<element<T>>, int> = 0>
    byte_view(const T& container) noexcept : byte_view{std::data(container), std::size(container)} {}

    [[nodiscard]] constexpr const std::uint8_t* data() const noexcept { return data_; }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] constexpr const std::uint8_t* begin() const noexcept { return data_; }
    [[nodiscard]] constexpr const std::uint8_t* end() const noexcept { return data_ + size_; }

    /// The same bytes, read as text.
    [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char*>(data_), size_}; }

private:
    template <class Byte>
    byte_view(const Byte* data, std::size_t size) noexcept
        : data_{reinterpret_cast<const std::uint8_t*>(data)}, size_{size} {}

    const std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

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

/// Owns what `give(T** out)` gives; throws if it gives nothing.
template <class T, auto Free, class Give>
[[nodiscard]] handle<T, Free> make(Give&& give) {
    T* out = nullptr;
    check(give(&out));
    return handle<T, Free>{out};
}

/// Bytes that the library made: a message, a ciphertext, a key in PEM. They are wiped when their owner goes.
class bytes {
public:
    /// Takes what the C ABI gave.
    explicit bytes(handle<secenv_bytes, secenv_bytes_free> given) noexcept
        : size_{secenv_bytes_len(given.get())}, library_{std::move(given)}, own_{nullptr, wiped{0}} {}

    /// `size` zeros, to be filled through `secret_data()`.
    explicit bytes(std::size_t size) : size_{size}, own_{new std::uint8_t[size](), wiped{size}} {}

    bytes(bytes&& other) noexcept
        : size_{std::exchange(other.size_, 0)}, library_{std::move(other.library_)}, own_{std::move(other.own_)} {}
    bytes& operator=(bytes&& other) noexcept {
        library_ = std::move(other.library_);
        own_ = std::move(other.own_);
        size_ = std::exchange(other.size_, 0);
        return *this;
    }
    ~bytes() = default;

    [[nodiscard]] const std::uint8_t* data() const noexcept {
        return own_ ? own_.get() : secenv_bytes_data(library_.get());
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] const std::uint8_t* begin() const noexcept { return data(); }
    [[nodiscard]] const std::uint8_t* end() const noexcept { return data() + size_; }
    [[nodiscard]] byte_view view() const noexcept { return {data(), size_}; }

    /// The same bytes, read as text. They lie there only as long as this object.
    [[nodiscard]] std::string_view text() const noexcept { return view().text(); }

    /// Where this object's own memory lies; NULL if the library made the bytes.
    [[nodiscard]] std::uint8_t* secret_data() noexcept { return own_.get(); }

private:
    struct wiped {
        std::size_t size;
        void operator()(std::uint8_t* memory) const noexcept {
            secenv_memzero(memory, size);
            delete[] memory;
        }
    };

    std::size_t size_;
    handle<secenv_bytes, secenv_bytes_free> library_;
    std::unique_ptr<std::uint8_t[], wiped> own_;
};

}  // namespace secenv
