//! A message from a client to a server, sealed and opened.
use secenv::{Error, envelope, rsa, sodium::kx};

fn main() -> Result<(), Error> {
    let server_rsa = rsa::SecretKey::generate(2048)?;
    let (client, server) = (kx::KeyPair::generate()?, kx::KeyPair::generate()?);

    let keys = kx::client_session_keys(&client, server.public())?;
    let (tx, receiver) = (keys.tx.expose_secret(), server_rsa.public()?);
    let json = envelope::seal(tx, &receiver, rsa::Padding::OaepSha1, b"greeting", b"meet at noon")?;

    let keys = kx::server_session_keys(&server, client.public())?;
    let opened = envelope::open(keys.rx.expose_secret(), &server_rsa, rsa::Padding::OaepSha1, b"greeting", &json)?;
    println!("{}", String::from_utf8_lossy(opened.expose_secret()));
    Ok(())
}
