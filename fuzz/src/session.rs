//! The vectors of protocol 2: their parties, their sessions, and the time at which they were made.

use std::sync::LazyLock;

use secenv::identity::Identity;
use secenv::session::{Client, ClientConfig, Place, Role, Server, ServerConfig, Session, Suite};
use secenv::{CookieKey, Pin, StateKey, Timestamp};
use serde_json::Value;

pub const NOW: Timestamp = match Timestamp::from_secs(1_800_000_000) {
    Ok(now) => now,
    Err(_) => unreachable!(),
};
pub static STATE_KEY: LazyLock<StateKey> = LazyLock::new(|| StateKey::from(&[0x5A; 32]));

/// The groups of one type.
pub fn groups(kind: &str) -> Vec<Value> {
    let vectors = include_str!("../../tests/vectors/secenv/session_v2.json");
    let mut vectors: Value = serde_json::from_str(vectors).unwrap();
    let Value::Array(groups) = vectors["testGroups"].take() else { panic!("no groups") };
    groups.into_iter().filter(|group| group["type"] == kind).collect()
}

/// The tests of a group.
pub fn tests(group: &Value) -> &[Value] {
    group["tests"].as_array().unwrap()
}

/// The bytes behind hex.
pub fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(hex: &Value) -> [u8; N] {
    bytes(hex).try_into().unwrap()
}

fn identity(pem: &Value) -> Identity {
    Identity::parse(pem.as_str().unwrap().as_bytes()).unwrap()
}

/// A server of the suites from the lower one on, with these identities.
pub fn server(identities: &[Identity]) -> Server {
    let key = CookieKey::from(&array(&groups("Finish")[0]["cookieKey"]));
    let mut config = ServerConfig::new(&key, array(&groups("Finish")[0]["storeId"]).into());
    config.minimum_suite = Suite::X25519;
    Server::new(identities, &config).unwrap()
}

/// The identities of a group's server.
pub fn servers(group: &Value) -> Vec<Identity> {
    group["servers"].as_array().unwrap().iter().map(identity).collect()
}

/// The client of a group with the hello that it just said, in suite 1.
pub fn client(group: &Value) -> (Client, Vec<u8>) {
    let pins = servers(group).iter().map(|server| *server.public().pin()).collect::<Vec<Pin>>();
    let mut config = ClientConfig::new(&pins);
    config.suite = Suite::X25519;
    Client::start(&identity(&group["client"]), &config, NOW).unwrap()
}

/// The place of a group's session.
pub fn place(group: &Value) -> Place {
    let place = &group["place"];
    Place {
        server_pin: Pin::from_bytes(array(&place["serverPin"])),
        store_id: array(&place["storeId"]).into(),
        session_id: array(&place["sessionId"]).into(),
        role: if place["role"] == 1 { Role::Client } else { Role::Server },
    }
}

/// The session that a group begins with.
pub fn import(group: &(Vec<u8>, Place)) -> Session {
    Session::import(&group.0, &STATE_KEY, &group.1, NOW).unwrap()
}
