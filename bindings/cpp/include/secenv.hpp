//! libsecenv for C++17 and later: everything. Header-only, over the C ABI of `secenv.h`; link `libsecenv`.
//!
//! Said once, for all of it:
//! - Classes are move-only and own what they hold. A moved-from object holds nothing and refuses to work (`misuse`).
//! - Every failure is an exception: `misuse`, `rejected` or `unavailable` (error.hpp). A failed call changes nothing.
//! - Bytes come in as `byte_view` and go out as `bytes` or `std::array`; secrets are wiped when their owner goes.
//! - A function that lets a secret out has `secret` in its name.
//! - What is `const` may be shared by threads.
#pragma once

#include <secenv/box.hpp>
#include <secenv/bytes.hpp>
#include <secenv/carrier.hpp>
#include <secenv/client.hpp>
#include <secenv/encoding.hpp>
#include <secenv/envelope.hpp>
#include <secenv/error.hpp>
#include <secenv/grant.hpp>
#include <secenv/hash.hpp>
#include <secenv/identity.hpp>
#include <secenv/kdf.hpp>
#include <secenv/kem.hpp>
#include <secenv/keyring.hpp>
#include <secenv/kx.hpp>
#include <secenv/parcel.hpp>
#include <secenv/password.hpp>
#include <secenv/random.hpp>
#include <secenv/record.hpp>
#include <secenv/rsa.hpp>
#include <secenv/sealed_box.hpp>
#include <secenv/secret.hpp>
#include <secenv/secretbox.hpp>
#include <secenv/server.hpp>
#include <secenv/session.hpp>
#include <secenv/sign.hpp>
#include <secenv/stream.hpp>
#include <secenv/suite.hpp>
#include <secenv/vault.hpp>
