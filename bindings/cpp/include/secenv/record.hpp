//! Records, seen from outside: what anyone can read in one, and how they travel where only text passes. `session` seals
//! and opens them.
#pragma once

#include <secenv/session.hpp>

namespace secenv::record {

/// The id that stands in a record: where a server looks for the session's state. Anyone may have written it;
/// `session::open` checks it. Throws `rejected` if this is no record.
[[nodiscard]] inline secenv::session_id session_id(byte_view record) {
    return detail::call_array<secenv::session_id>(secenv_record_session_id, record);
}

/// A hello, reply, finish or record as JSON, `{"v":2,"data":"BASE64"}`. It protects nothing; what is in it is
/// protected.
[[nodiscard]] inline bytes encode_json(byte_view message) {
    return detail::call_bytes(secenv_record_encode_json, message);
}

/// The message in such a JSON text. Throws `rejected` if it is none.
[[nodiscard]] inline bytes parse_json(byte_view json) { return detail::call_bytes(secenv_record_parse_json, json); }

}  // namespace secenv::record
