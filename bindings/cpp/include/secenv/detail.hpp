//! How the C ABI is called. No part of the interface.
#pragma once

#include <secenv/array.hpp>

#include <optional>
#include <tuple>
#include <vector>

namespace secenv::detail {

/// What a class over a handle of the C ABI has in common.
template <class T, auto Free>
class owner {
public:
    using c_type = T;
    using c_handle = handle<T, Free>;

    explicit owner(handle<T, Free> owned) noexcept : owned_{std::move(owned)} {}

    /// The handle, for the C ABI; still owned here.
    [[nodiscard]] const T* get() const& noexcept SECENV_LIFETIMEBOUND { return owned_.get(); }
    const T* get() const&& = delete;

protected:
    /// The same, for a function that changes it.
    [[nodiscard]] T* changing() noexcept { return owned_.get(); }

private:
    handle<T, Free> owned_;
};

template <std::size_t N, class Tag>
[[nodiscard]] std::true_type as_public_array(const public_array<N, Tag>*);
[[nodiscard]] std::false_type as_public_array(const void*);
template <class T>
inline constexpr bool is_public_array = decltype(as_public_array(static_cast<const T*>(nullptr)))::value;

/// What of an argument goes to C: a view as pointer and length, an array as a pointer, an enumeration as its number.
template <class T>
[[nodiscard]] auto spread(const T& argument) {
    if constexpr (std::is_same_v<T, byte_view>) return std::make_tuple(argument.data(), argument.size());
    else if constexpr (std::is_enum_v<T>) return std::make_tuple(static_cast<std::underlying_type_t<T>>(argument));
    else if constexpr (is_public_array<T>) return std::make_tuple(argument.data());
    else return std::make_tuple(argument);
}
template <class Array>
[[nodiscard]] auto spread(const std::optional<Array>& array) {
    return std::make_tuple(array ? array->data() : nullptr);
}
template <std::size_t N, class Tag>
[[nodiscard]] auto spread(const secret_array<N, Tag>& secret) {
    return std::make_tuple(secret.secret_data());
}

/// Calls `function` of the C ABI, and throws unless it answers OK.
template <class Function, class... Arguments>
void call(Function function, const Arguments&... arguments) {
    check(std::apply(function, std::tuple_cat(spread(arguments)...)));
}

/// Owns the handle that `function` gives as its last argument.
template <class Owner, class Function, class... Arguments>
[[nodiscard]] Owner call_owner(Function function, const Arguments&... arguments) {
    typename Owner::c_type* out = nullptr;
    call(function, arguments..., &out);
    return Owner{typename Owner::c_handle{out}};
}

/// Owns bytes of the C ABI.
[[nodiscard]] inline bytes owned(secenv_bytes* made) { return bytes{handle<secenv_bytes, secenv_bytes_free>{made}}; }

/// The bytes that `function` gives as its last argument.
template <class Function, class... Arguments>
[[nodiscard]] bytes call_bytes(Function function, const Arguments&... arguments) {
    secenv_bytes* out = nullptr;
    call(function, arguments..., &out);
    return owned(out);
}

/// The `Array` that `function` writes to its last argument.
template <class Array, class Function, class... Arguments>
[[nodiscard]] Array call_array(Function function, const Arguments&... arguments) {
    return Array::filled([&](std::uint8_t* out) { call(function, arguments..., out); });
}

/// The number or plain struct that `function` writes to its last argument.
template <class Out, class Function, class... Arguments>
[[nodiscard]] Out call_out(Function function, const Arguments&... arguments) {
    Out out{};
    call(function, arguments..., &out);
    return out;
}

/// What a list of the C ABI holds, each as `convert` makes it; `at` gives the one of an index.
template <class Item, class List, class Convert>
[[nodiscard]] auto items(const List* list, std::size_t count, secenv_status (*at)(const List*, std::size_t, Item*),
                         Convert&& convert) {
    std::vector<std::decay_t<decltype(convert(std::declval<const Item&>()))>> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; i++) all.push_back(convert(call_out<Item>(at, list, i)));
    return all;
}

/// A struct that the C ABI takes: zeros, and its own size.
template <class Struct>
[[nodiscard]] Struct sized() {
    Struct made{};
    made.size = sizeof made;
    return made;
}

/// The `Array` that lies there in a struct of the C ABI.
template <class Array>
[[nodiscard]] Array array_at(const std::uint8_t (&raw)[Array::size()]) {
    return Array::filled([&](std::uint8_t* out) { std::copy(std::begin(raw), std::end(raw), out); });
}

/// The first `count` of the arrays that lie there.
template <class Array, std::size_t N>
[[nodiscard]] std::vector<Array> arrays_at(const std::uint8_t (&raw)[N][Array::size()], std::size_t count) {
    std::vector<Array> all;
    for (std::size_t i = 0; i < std::min(count, N); i++) all.push_back(array_at<Array>(raw[i]));
    return all;
}

/// Where an optional array lies; NULL for none.
template <class Array>
[[nodiscard]] const std::uint8_t* data_of(const std::optional<Array>& array) noexcept {
    return array ? array->data() : nullptr;
}

/// Text as the C ABI takes ids and paths. Throws `misuse` for a NUL inside, where C would think that it ends.
[[nodiscard]] inline std::string c_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw misuse{SECENV_STATUS_INVALID_ARGUMENT, "there is a NUL in an id or a path"};
    }
    return std::string{text};
}

}  // namespace secenv::detail
