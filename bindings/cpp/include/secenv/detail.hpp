//! How the C ABI is called. No part of the interface.
#pragma once

#include <secenv/array.hpp>

#include <optional>
#include <tuple>

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

/// The number that `function` writes to its last argument.
template <class Function, class... Arguments>
[[nodiscard]] std::uint64_t call_number(Function function, const Arguments&... arguments) {
    std::uint64_t out = 0;
    call(function, arguments..., &out);
    return out;
}

}  // namespace secenv::detail
