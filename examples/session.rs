//! Protocol 2: a handshake, a message, and its reply.
use secenv::identity::{Identity, Kind};
use secenv::session::{Client, Server, Suite};
use secenv::{StateKey, Timestamp};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now = Timestamp::now()?;
    let (alice, shop) = (Identity::generate(Kind::Ed25519)?, Identity::generate(Kind::Ed25519)?);
    let server = Server::new(&shop, &StateKey::from(&[7; 32]), Suite::X25519XWing)?; // in earnest, 32 random bytes

    let (mut client, hello) = Client::start(&alice, shop.public().pin(), Suite::X25519XWing)?;
    let reply = server.reply(&hello, now)?;
    let (mut at_client, finish) = client.finish(&reply, now)?;
    let (mut session, spki) = server.accept(&finish, now)?;
    assert_eq!(spki, alice.public().spki()); // known? then store the session, once

    let record = at_client.seal(b"POST /message", b"meet at noon", now)?;
    let message = session.open(b"POST /message", &record, now)?;
    println!("{}", String::from_utf8_lossy(message.expose_secret()));

    let number = session.last_received().ok_or("nothing was opened")?;
    let record = session.reply(number, b"POST /message", b"agreed", now)?;
    let reply = at_client.open_reply(number, b"POST /message", &record, now)?;
    println!("{}", String::from_utf8_lossy(reply.expose_secret()));
    Ok(())
}
