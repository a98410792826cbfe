//! Protocol 2: a handshake, a message, and its reply.
use secenv::identity::{Identity, Kind};
use secenv::session::{Client, ClientConfig, Server, ServerConfig};
use secenv::{CookieKey, StoreId, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::now()?;
    let (alice, shop) = (Identity::generate(Kind::Ed25519)?, Identity::generate(Kind::Ed25519)?);
    let pins = [*shop.public().pin()]; // the client ships with them
    let (cookie_key, store_id) = (CookieKey::from(&[7; 32]), StoreId::from_bytes([8; 16])); // random; the store's own
    let server = Server::new(&[shop], &ServerConfig::new(&cookie_key, store_id))?;

    let (mut client, hello) = Client::start(&alice, &ClientConfig::new(&pins), now)?;
    let finish = client.finish(&server.reply(&hello, now)?, now)?;
    let accepted = server.accept(&finish, now)?;
    assert_eq!(accepted.client_spki, alice.public().spki()); // known? then store the session, once
    let (mut session, welcome) = (accepted.session, accepted.welcome); // and only then send the welcome
    let mut at_client = client.session(&welcome, now)?;

    let record = at_client.seal(b"POST /message", b"meet at noon", now)?;
    let message = session.open(b"POST /message", &record, now)?;
    println!("{}", String::from_utf8_lossy(message.expose_secret()));

    let number = session.last_received().ok_or("nothing was opened")?;
    let record = session.reply(number, b"POST /message", b"agreed", now)?;
    let reply = at_client.open_reply(number, b"POST /message", &record, now)?;
    println!("{}", String::from_utf8_lossy(reply.expose_secret()));
    Ok(())
}
