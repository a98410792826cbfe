//! Records, seen from outside: what anyone can read in one. `session` seals and opens them.
#pragma once

#include <secenv/session.hpp>

namespace secenv::record {

/// The id that stands in a record: where a server looks for the session's state. Anyone may have written it;
/// `session::open` checks it. Throws `rejected` if this is no record.
[[nodiscard]] inline session_id session(byte_view record) {
    session_id found;
    check(secenv_record_session(record.data(), record.size(), found.data()));
    return found;
}

}  // namespace secenv::record
