//! What the two sides of a handshake are told before it begins.

use super::format::{PINS_MAX, Suite};
use super::padding::Padding;
use crate::Error;
use crate::types::{CookieKey, Pin, StoreId};

/// The longest prologue.
pub const PROLOGUE_MAX: usize = 1024;

/// What a client asks for. Both sides say the same prologue and padding, or the handshake fails.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientConfig<'a> {
    /// 1 to 4 pins of the server, newest first. Each is trusted whole.
    pub pins: &'a [Pin],
    /// How keys are agreed on. Nothing is negotiated.
    pub suite: Suite,
    /// Whether records hide how long their messages are.
    pub padding: Padding,
    /// What else both sides know: the application, a host, a version. At most 1 KiB.
    pub prologue: &'a [u8],
}

impl<'a> ClientConfig<'a> {
    /// A client that wants one of these servers, with the strong suite, without padding or prologue.
    pub fn new(pins: &'a [Pin]) -> Self {
        Self { pins, suite: Suite::X25519XWing, padding: Padding::None, prologue: &[] }
    }
}

/// What a server's workers share.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServerConfig<'a> {
    /// What cookies are sealed under. It changes hourly.
    pub cookie_key: &'a CookieKey,
    /// Up to two other keys that cookies are accepted under: the one before, and the next.
    pub accepted_keys: &'a [CookieKey],
    /// The id of the store that sessions are created in, read from it.
    pub store_id: StoreId,
    /// The lowest suite that is taken.
    pub minimum_suite: Suite,
    /// As [`ClientConfig::padding`].
    pub padding: Padding,
    /// As [`ClientConfig::prologue`].
    pub prologue: &'a [u8],
}

impl<'a> ServerConfig<'a> {
    /// A server that takes the strong suite alone, without padding or prologue.
    pub fn new(cookie_key: &'a CookieKey, store_id: StoreId) -> Self {
        Self {
            cookie_key,
            accepted_keys: &[],
            store_id,
            minimum_suite: Suite::X25519XWing,
            padding: Padding::None,
            prologue: &[],
        }
    }
}

/// # Errors
/// [`Error::InvalidArgument`] unless there are 1 to 4 of them, none twice.
pub(super) fn check_pins(pins: &[Pin]) -> Result<(), Error> {
    let twice = pins.iter().enumerate().any(|(at, pin)| pins.iter().skip(at + 1).any(|other| other == pin));
    if pins.is_empty() || pins.len() > PINS_MAX || twice { Err(Error::InvalidArgument) } else { Ok(()) }
}

/// # Errors
/// [`Error::TooLarge`] over 1 KiB.
pub(super) fn check_prologue(prologue: &[u8]) -> Result<(), Error> {
    if prologue.len() > PROLOGUE_MAX { Err(Error::TooLarge) } else { Ok(()) }
}
