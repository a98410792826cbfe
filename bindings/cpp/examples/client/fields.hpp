//! The fields of the small files that this client makes.
#pragma once

#include <secenv.hpp>

#include <vector>

namespace client {

/// Appends a number, its lowest byte first.
template <std::size_t Size>
void put_number(std::vector<std::uint8_t>& to, std::uint64_t number) {
    for (std::size_t byte = 0; byte < Size; ++byte) to.push_back(static_cast<std::uint8_t>(number >> (8 * byte)));
}

inline void put(std::vector<std::uint8_t>& to, secenv::byte_view data) {
    to.insert(to.end(), data.begin(), data.end());
}

/// Reads a file from its beginning; a field that is not there is `MALFORMED`.
class fields {
public:
    explicit fields(secenv::byte_view file) : left_{file} {}

    [[nodiscard]] secenv::byte_view take(std::size_t size) {
        if (left_.size() < size) throw secenv::rejected{SECENV_STATUS_MALFORMED};
        const secenv::byte_view field{left_.data(), size};
        left_ = {left_.data() + size, left_.size() - size};
        return field;
    }
    /// What is one `Array` long.
    template <class Array>
    [[nodiscard]] Array take() {
        return Array::parse(take(Array::size()));
    }
    [[nodiscard]] std::uint64_t number(std::size_t size) {
        const auto field = take(size);
        std::uint64_t value = 0;
        for (std::size_t byte = size; byte-- > 0;) value = value << 8 | field.data()[byte];
        return value;
    }
    [[nodiscard]] secenv::byte_view rest() const { return left_; }

private:
    secenv::byte_view left_;
};

/// How much work a passphrase costs, as the file says. More than this client would ever ask for is refused before any
/// memory is taken.
[[nodiscard]] inline secenv::password::limits read_cost(fields& from) {
    constexpr std::uint64_t most_ops = 10, most_memory = 1ull << 30;
    const auto ops = from.number(4);
    const auto memory = from.number(8);
    if (ops > most_ops || memory > most_memory) throw secenv::rejected{SECENV_STATUS_TOO_LARGE};
    if (ops < SECENV_PWHASH_OPSLIMIT_MIN || memory < SECENV_PWHASH_MEMLIMIT_MIN) {
        throw secenv::rejected{SECENV_STATUS_MALFORMED};
    }
    return {ops, memory};
}

inline void put_cost(std::vector<std::uint8_t>& to, secenv::password::limits cost) {
    put_number<4>(to, cost.ops);
    put_number<8>(to, cost.memory);
}

}  // namespace client
