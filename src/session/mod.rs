//! Protocol 2: an authenticated handshake on `crypto_kx` (SIGMA-I), records that cannot be replayed, and sealed state for a
//! server that forgets between requests. `docs/protocol-2.md` has every byte, derivation and check.
//!
//! Time is an argument: this module reads no clock.
//!
//! # Examples
//! ```
//! use secenv::identity::{Identity, Kind};
//! use secenv::session::{Client, Server, Suite};
//! use secenv::{StateKey, Timestamp};
//!
//! let (alice, shop) = (Identity::generate(Kind::Ed25519)?, Identity::generate(Kind::Ed25519)?);
//! let now = Timestamp::from_secs(1_800_000_000)?;
//!
//! let (mut client, hello) = Client::start(&alice, shop.public().pin(), Suite::X25519XWing)?;
//! let server = Server::new(&shop, &StateKey::from(&[7; 32]), Suite::X25519XWing)?;
//! let reply = server.reply(&hello, now)?;
//! let (mut at_client, finish) = client.finish(&reply, now)?;
//! let (mut at_server, spki) = server.accept(&finish, now)?;
//! assert_eq!(spki, alice.public().spki());
//!
//! let record = at_client.seal(b"POST /message", b"meet at noon", now)?;
//! assert_eq!(at_server.open(b"POST /message", &record, now)?.expose_secret(), b"meet at noon");
//! # Ok::<(), secenv::Error>(())
//! ```

mod format;
mod transcript;
mod proof;
mod cookie;
mod client;
mod server;
mod window;
mod record;
mod state;
pub mod json;

pub use client::Client;
pub use format::Suite;
pub use record::{AD_MAX, MESSAGE_MAX, Session, session_id};
pub use server::Server;
