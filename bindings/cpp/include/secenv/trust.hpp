//! Trust statements (TUF: root metadata): which pins hold from now on, signed by offline roots. They need no session.
#pragma once

#include <secenv/identity.hpp>
#include <secenv/ids.hpp>
#include <secenv/time.hpp>

namespace secenv {

/// What a key may do.
enum class role : std::int32_t {
    sessions = SECENV_ROLE_SESSIONS,    ///< Be the server in a handshake.
    grants = SECENV_ROLE_GRANTS,        ///< Sign grants.
    manifests = SECENV_ROLE_MANIFESTS,  ///< Sign manifests.
};

/// A pin in a role.
struct role_pin {
    secenv::pin pin;
    std::optional<time_point> until{};  ///< The last second in which something new by it is taken; none: no end.
};

/// What a trust statement says.
struct trust_terms {
    std::uint64_t version;                ///< Counts the statements, from 1, and leaves none out.
    std::vector<pin> roots;               ///< Who signs this statement and the next: 1 to 8.
    std::uint32_t threshold;              ///< How many of them must.
    std::vector<role_pin> sessions;       ///< 1 to 4, in order of preference.
    std::vector<role_pin> grants;         ///< The same.
    std::vector<role_pin> manifests;      ///< The same.
    std::optional<time_point> expires{};  ///< The last second in which something new is taken; none: no end.
    bool allow_shared = false;            ///< Whether a pin of the sessions may stand in another role.
    time_point issued = detail::now();
};

/// What a trust statement says of itself.
struct trust_info {
    std::uint64_t version;
    time_point issued;
    std::optional<time_point> expires;
    secenv::digest digest;  ///< Of what it says, whoever signed it.
    bool allow_shared;
    std::uint32_t threshold;
    std::vector<pin> roots;  ///< Ascending.
    std::vector<role_pin> sessions;
    std::vector<role_pin> grants;
    std::vector<role_pin> manifests;
    std::vector<pin> signers;  ///< Whose signatures it has, ascending. Whether they hold is not said.
};

namespace detail {

/// A time that may be absent, as the C ABI has it: 0 for none.
[[nodiscard]] inline std::uint64_t number_of(const std::optional<time_point>& time) {
    return time ? number_of(*time) : 0;
}
[[nodiscard]] inline std::optional<time_point> end_of(std::uint64_t number) {
    return number == 0 ? std::nullopt : std::optional{time_of(number)};
}

[[nodiscard]] inline std::vector<role_pin> role_pins_of(const secenv_trust_statement* statement, role role) {
    const auto count = call_out<std::size_t>(secenv_trust_statement_pin_count, statement, role);
    std::vector<role_pin> all;
    for (std::size_t i = 0; i < count; i++) {
        const auto one = call_out<secenv_trust_pin>(secenv_trust_statement_pin_at, statement, role, i);
        all.push_back({array_at<pin>(one.pin), end_of(one.until)});
    }
    return all;
}

}  // namespace detail

/// What is trusted: the roots that a program gives, or the statement in force.
class trust : public detail::owner<secenv_trust, secenv_trust_free> {
public:
    using owner::owner;

    /// Writes a statement that nobody has signed yet. Throws `misuse` for what no reader would take.
    [[nodiscard]] static bytes issue(const trust_terms& terms) {
        const auto roots = detail::joined(terms.roots);
        auto said = detail::sized<secenv_trust_terms>();
        said.version = terms.version;
        said.issued = detail::number_of(terms.issued);
        said.expires = detail::number_of(terms.expires);
        said.roots = byte_view{roots}.data();
        said.root_count = terms.roots.size();
        said.threshold = terms.threshold;
        said.allow_shared = terms.allow_shared ? 1 : 0;
        secenv_trust_draft* made = nullptr;
        detail::call(secenv_trust_draft_start, &said, &made);
        const detail::handle<secenv_trust_draft, secenv_trust_draft_free> draft{made};
        add(made, role::sessions, terms.sessions);
        add(made, role::grants, terms.grants);
        add(made, role::manifests, terms.manifests);
        return detail::call_bytes(secenv_trust_draft_issue, made);
    }
    /// Adds a root's signature to a statement, in the place of one that it made before.
    [[nodiscard]] static bytes sign(const identity& root, byte_view statement) {
        return detail::call_bytes(secenv_trust_sign, root.get(), statement);
    }
    /// What a statement says of itself. Nothing of it is verified.
    [[nodiscard]] static trust_info inspect(byte_view statement) {
        secenv_trust_statement* made = nullptr;
        detail::call(secenv_trust_statement_parse, statement, &made);
        const detail::handle<secenv_trust_statement, secenv_trust_statement_free> read{made};
        const auto said = detail::call_out<secenv_trust_info>(secenv_trust_statement_inspect, made);
        return {said.version,
                detail::time_of(said.issued),
                detail::end_of(said.expires),
                detail::array_at<digest>(said.digest),
                said.allow_shared,
                said.threshold,
                detail::arrays_at<pin>(said.roots, said.root_count),
                detail::role_pins_of(made, role::sessions),
                detail::role_pins_of(made, role::grants),
                detail::role_pins_of(made, role::manifests),
                detail::arrays_at<pin>(said.signers, said.signer_count)};
    }

    /// Begins with roots: no pin is in force before version 1 was taken.
    [[nodiscard]] static trust from_roots(const std::vector<pin>& roots, std::uint32_t threshold) {
        const auto pins = detail::joined(roots);
        return detail::call_owner<trust>(secenv_trust_from_roots, byte_view{pins}.data(), roots.size(), threshold);
    }
    /// Begins with a statement that came with the program, or that was stored before. Whoever can replace it is
    /// believed. Throws `rejected` unless its own roots signed it.
    [[nodiscard]] static trust from_statement(byte_view statement) {
        return detail::call_owner<trust>(secenv_trust_from_statement, statement);
    }

    /// Takes what of a chain (a statement, or several, one after the other) is new, and says how many. Throws
    /// `rejected` if one is refused: what held before it stays taken. Store what `encode` gives before using a pin.
    [[nodiscard]] std::size_t follow(byte_view chain) {
        return detail::call_out<std::size_t>(secenv_trust_follow, changing(), chain);
    }
    /// The version of the statement in force; 0 before the first.
    [[nodiscard]] std::uint64_t version() const { return detail::call_out<std::uint64_t>(secenv_trust_version, get()); }
    /// The statement in force as it came. Throws `misuse` with `NOT_FOUND` before the first.
    [[nodiscard]] bytes encode() const { return detail::call_bytes(secenv_trust_encode, get()); }
    /// The pins of a role that are in force, in order of preference, at least one; of the sessions they are what a
    /// client begins a handshake with. Throws `rejected` with `OUT_OF_ORDER` before the first statement, and with
    /// `EXPIRED` if it is over, or each of the pins.
    [[nodiscard]] std::vector<pin> pins(role role, time_point now = detail::now()) const {
        const auto list =
            detail::call_out<secenv_trust_pin_list>(secenv_trust_pins, get(), role, detail::number_of(now));
        return detail::arrays_at<pin>(list.pins, list.pin_count);
    }

private:
    static void add(secenv_trust_draft* draft, role role, const std::vector<role_pin>& pins) {
        for (const auto& one : pins) {
            detail::call(secenv_trust_draft_add, draft, role, one.pin.data(), detail::number_of(one.until));
        }
    }
};

}  // namespace secenv
