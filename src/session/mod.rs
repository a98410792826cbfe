//! Protocol 2: an authenticated handshake on `crypto_kx` (SIGMA-I) that ends in new keys, records that cannot be replayed under
//! keys that move on, and sealed state for a server that forgets between requests. `docs/protocol-2.md` has every byte, derivation
//! and check.
//!
//! Time is an argument: this module reads no clock.
//!
//! # Examples
//! ```
//! use secenv::identity::{Identity, Kind};
//! use secenv::session::{Client, ClientConfig, Server, ServerConfig};
//! use secenv::{CookieKey, StoreId, Timestamp};
//!
//! let (alice, shop) = (Identity::generate(Kind::Ed25519)?, Identity::generate(Kind::Ed25519)?);
//! let now = Timestamp::from_secs(1_800_000_000)?;
//! let (cookie_key, store_id) = (CookieKey::from(&[7; 32]), StoreId::from_bytes([8; 16]));
//!
//! let (mut client, hello) = Client::start(&alice, &ClientConfig::new(&[*shop.public().pin()]), now)?;
//! let server = Server::new(&[shop], &ServerConfig::new(&cookie_key, store_id))?;
//! let reply = server.reply(&hello, now)?;
//! let finish = client.finish(&reply, now)?;
//! let accepted = server.accept(&finish, now)?;
//! assert_eq!(accepted.client_spki, alice.public().spki());
//! // Here the server stores the session, and only then sends the welcome.
//! let mut at_server = accepted.session;
//! let mut at_client = client.session(&accepted.welcome, now)?;
//!
//! let record = at_client.seal(b"POST /message", b"meet at noon", now)?;
//! assert_eq!(at_server.open(b"POST /message", &record, now)?.expose_secret(), b"meet at noon");
//! # Ok::<(), secenv::Error>(())
//! ```

mod format;
mod padding;
mod config;
mod place;
mod clock;
mod exchange;
mod transcript;
mod proof;
mod cookie;
mod client;
mod server;
mod chain;
mod window;
mod record;
mod state;
pub mod json;

pub use client::Client;
pub use config::{ClientConfig, PROLOGUE_MAX, ServerConfig};
pub use format::Suite;
pub use padding::Padding;
pub use place::{Place, Role};
pub use record::{AD_MAX, EXPORT_MAX, MESSAGE_MAX, Session, session_id};
pub use server::{Accepted, Server};
