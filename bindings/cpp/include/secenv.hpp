//! libsecenv for C++17 and later: everything. Header-only, over the C ABI of `secenv.h`; link `libsecenv`.
//!
//! Said once, for all of it:
//! - Classes are move-only and own what they hold. A moved-from object holds nothing and refuses to work (`misuse`).
//! - Every failure is an exception: `misuse`, `rejected` or `unavailable` (error.hpp). A failed call changes nothing.
//! - Bytes come in as `byte_view` and go out as `bytes` or an array type of their own (`kx::public_key`, `pin`);
//!   secrets are wiped when their owner goes.
//! - What looks into an object ends with it: `data()`, `view()` and the like do not compile on a temporary, and the
//!   `text()` of a temporary is a copy. clang also warns where a view outlives its owner.
//! - Arguments come in one order: *who* (keys), *how* (options), associated data, message.
//! - A function that lets a secret out has `secret` in its name.
//! - What is `const` may be shared by threads.
#pragma once

#include <secenv/array.hpp>
#include <secenv/box.hpp>
#include <secenv/bytes.hpp>
#include <secenv/client.hpp>
#include <secenv/device.hpp>
#include <secenv/encoding.hpp>
#include <secenv/envelope.hpp>
#include <secenv/error.hpp>
#include <secenv/grant.hpp>
#include <secenv/hash.hpp>
#include <secenv/identity.hpp>
#include <secenv/ids.hpp>
#include <secenv/kdf.hpp>
#include <secenv/kem.hpp>
#include <secenv/key_diagnose.hpp>
#include <secenv/keyring.hpp>
#include <secenv/kx.hpp>
#include <secenv/manifest.hpp>
#include <secenv/parcel.hpp>
#include <secenv/password.hpp>
#include <secenv/pin.hpp>
#include <secenv/random.hpp>
#include <secenv/record.hpp>
#include <secenv/rsa.hpp>
#include <secenv/sealed_box.hpp>
#include <secenv/secretbox.hpp>
#include <secenv/server.hpp>
#include <secenv/session.hpp>
#include <secenv/sign.hpp>
#include <secenv/stream.hpp>
#include <secenv/suite.hpp>
#include <secenv/time.hpp>
#include <secenv/trust.hpp>
#include <secenv/unlock_secret.hpp>
#include <secenv/vault.hpp>
#include <secenv/version.hpp>
