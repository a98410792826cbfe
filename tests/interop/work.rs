//! What one participant makes and another opens. A work gives how many messages it tried, or what went wrong.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Map, Value};

use crate::party::Party;

/// One kind of work.
pub struct Work {
    /// As the table calls it.
    pub name: &'static str,
    /// Does it: the first makes, the second opens.
    pub run: fn(&Party, &Party) -> Ran,
}

type Ran = Result<usize, String>;

/// All of them.
pub const WORKS: [Work; 10] = [
    Work { name: "proof", run: proof },
    Work { name: "kx", run: kx },
    Work { name: "envelope PKCS#1", run: |maker, opener| envelope(1, maker, opener) },
    Work { name: "envelope OAEP-SHA-1", run: |maker, opener| envelope(4, maker, opener) },
    Work { name: "envelope OAEP-SHA-256", run: |maker, opener| envelope(5, maker, opener) },
    Work { name: "box", run: boxed },
    Work { name: "seal", run: seal },
    Work { name: "sign", run: sign },
    Work { name: "secretstream", run: secretstream },
    Work { name: "secretbox", run: secretbox },
];

const CLIENT: &[u8] = include_bytes!("../vectors/keys/client.pem");
const CLIENT_PUBLIC: &[u8] = include_bytes!("../vectors/keys/client.pub.pem");
/// The RSA key that envelopes are sealed to.
pub const SERVER: &[u8] = include_bytes!("../vectors/keys/server.pem");
/// Its public half.
pub const SERVER_PUBLIC: &[u8] = include_bytes!("../vectors/keys/server.pub.pem");

const MAKER_SEED: &[u8] = &[0x11; 32];
const OPENER_SEED: &[u8] = &[0x22; 32];
const KEY: &[u8] = &[0x33; 32];
const NONCE: &[u8] = &[0x44; 24];

/// Nothing, text, every byte, zeros, and 20 KB.
fn messages() -> [Vec<u8>; 5] {
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = every_byte.iter().cycle().take(20_000).copied().collect();
    [Vec::new(), "grüße, 世界".into(), every_byte, vec![0; 64], long]
}

/// The same bytes with one bit turned: in the first byte, the middle and the last, or of 20 KB only in the middle.
fn changed(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let (middle, last) = (bytes.len() / 2, bytes.len() - 1);
    let places = if bytes.len() < 10_000 { vec![0, middle, last] } else { vec![middle] };
    places.into_iter().map(|at| {
        let mut changed = bytes.to_vec();
        changed[at] ^= 1;
        changed
    })
}

/// `opener` opens `made`, and refuses it changed; `made` stands last in the request.
fn open(opener: &Party, verb: &str, before: &[&[u8]], made: &[u8], message: &[u8]) -> Result<(), String> {
    opener.gives(verb, &[before, &[made]].concat(), &[message])?;
    changed(made).try_for_each(|made| opener.refuses(verb, &[before, &[&made]].concat()))
}

fn proof(maker: &Party, opener: &Party) -> Ran {
    let messages: [&[u8]; 4] = [b"", "grüße".as_bytes(), &[0; 32], &[0xff; 245]];
    for message in messages {
        let proof = maker.makes("proof-make", &[CLIENT, message])?;
        open(opener, "proof-open", &[CLIENT_PUBLIC], &proof, message)?;
        opener.refuses("proof-open", &[SERVER_PUBLIC, &proof])?;
        // It has no randomness, so everyone makes the same.
        opener.gives("proof-make", &[CLIENT, message], &[&proof])?;
    }
    maker.refuses("proof-make", &[CLIENT, &[0; 246]])?;
    Ok(messages.len())
}

/// The client's rx and tx, computed by the maker; the server's, computed by the opener, must be the same two.
fn agree(client: &Party, server: &Party) -> Result<(Vec<u8>, Vec<u8>), String> {
    let client_pk = client.makes("kx-public", &[MAKER_SEED])?;
    let server_pk = server.makes("kx-public", &[OPENER_SEED])?;
    let keys = client.ask("kx-client", &[MAKER_SEED, &server_pk]).ok_or("the client refused the server's key")?;
    let [rx, tx] = <[Vec<u8>; 2]>::try_from(keys).map_err(|_| "kx-client gave no two keys")?;
    server.gives("kx-server", &[OPENER_SEED, &client_pk], &[&tx, &rx])?;
    Ok((rx, tx))
}

fn kx(maker: &Party, opener: &Party) -> Ran {
    agree(maker, opener)?;
    for party in [maker, opener] {
        // A point of low order would give keys that anybody knows.
        party.refuses("kx-client", &[MAKER_SEED, &[0; 32]])?;
        party.refuses("kx-server", &[OPENER_SEED, &[0; 32]])?;
    }
    Ok(1)
}

fn envelope(padding: u8, maker: &Party, opener: &Party) -> Ran {
    let (_, tx) = agree(maker, opener)?;
    let rx = &tx;
    let seal = |message: &[u8]| maker.makes("envelope-seal", &[&tx, SERVER_PUBLIC, &[padding], b"ad", message]);
    let refuses = |key: &[u8], secret: &[u8], ad: &[u8], json: &[u8]| {
        opener.refuses("envelope-open", &[key, secret, &[padding], ad, json])
    };
    let json = seal(b"hello")?;
    refuses(KEY, SERVER, b"ad", &json)?;
    refuses(rx, CLIENT, b"ad", &json)?;
    refuses(rx, SERVER, b"da", &json)?;
    for message in messages() {
        let json = seal(&message)?;
        opener.gives("envelope-open", &[rx, SERVER, &[padding], b"ad", &json], &[&message])?;
        let members: Map<String, Value> = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
        if !members.keys().eq(["data", "nonce"]) {
            return Err(format!("{} sealed other members", maker.name));
        }
        for (name, member) in &members {
            let bytes =
                BASE64_STANDARD.decode(member.as_str().ok_or("no string")?).map_err(|error| error.to_string())?;
            for bytes in changed(&bytes) {
                let mut members = members.clone();
                members[name] = BASE64_STANDARD.encode(bytes).into();
                refuses(rx, SERVER, b"ad", Value::from(members).to_string().as_bytes())?;
            }
        }
    }
    Ok(messages().len())
}

fn boxed(maker: &Party, opener: &Party) -> Ran {
    let sender = maker.makes("box-public", &[MAKER_SEED])?;
    let receiver = opener.makes("box-public", &[OPENER_SEED])?;
    for message in messages() {
        let made = maker.makes("box-make", &[MAKER_SEED, &receiver, NONCE, &message])?;
        open(opener, "box-open", &[OPENER_SEED, &sender, NONCE], &made, &message)?;
        opener.refuses("box-open", &[KEY, &sender, NONCE, &made])?;
    }
    Ok(messages().len())
}

fn seal(maker: &Party, opener: &Party) -> Ran {
    let receiver = opener.makes("box-public", &[OPENER_SEED])?;
    for message in messages() {
        let made = maker.makes("seal-make", &[&receiver, &message])?;
        open(opener, "seal-open", &[OPENER_SEED], &made, &message)?;
        opener.refuses("seal-open", &[KEY, &made])?;
    }
    Ok(messages().len())
}

fn sign(maker: &Party, opener: &Party) -> Ran {
    let signer = maker.makes("sign-public", &[MAKER_SEED])?;
    for message in messages() {
        let signature = maker.makes("sign-make", &[MAKER_SEED, &message])?;
        opener.gives("sign-check", &[&signer, &signature, &message], &[])?;
        opener.refuses("sign-check", &[&signer, &signature, &[&message[..], b"."].concat()])?;
        changed(&signature).try_for_each(|it| opener.refuses("sign-check", &[&signer, &it, &message]))?;
        if !message.is_empty() {
            changed(&message).try_for_each(|it| opener.refuses("sign-check", &[&signer, &signature, &it]))?;
        }
    }
    Ok(messages().len())
}

fn secretstream(maker: &Party, opener: &Party) -> Ran {
    let [empty, text, .., long] = &messages();
    let streams: [&[&[u8]]; 4] = [&[empty], &[text], &[text, empty, text, text], &[long, text]];
    for chunks in streams {
        let made = maker.ask("stream-make", &[&[KEY], chunks].concat()).ok_or("no stream was made")?;
        let made: Vec<&[u8]> = made.iter().map(Vec::as_slice).collect();
        opener.gives("stream-open", &[&[KEY], &made[..]].concat(), chunks)?;
        let refuses = |made: &[&[u8]]| opener.refuses("stream-open", &[&[KEY], made].concat());
        for at in 0..made.len() {
            for it in changed(made[at]) {
                refuses(&[&made[..at], &[&it], &made[at + 1..]].concat())?;
            }
        }
        let (last, cut) = made.split_last().ok_or("an empty stream")?;
        refuses(cut)?;
        refuses(&[&made[..], &[last]].concat())?;
        if let [header, first, second, rest @ ..] = &made[..] {
            refuses(&[&[*header, *second, *first], rest].concat())?;
        }
    }
    Ok(streams.len())
}

fn secretbox(maker: &Party, opener: &Party) -> Ran {
    for message in messages() {
        let made = maker.makes("secretbox-make", &[KEY, NONCE, &message])?;
        open(opener, "secretbox-open", &[KEY, NONCE], &made, &message)?;
        opener.refuses("secretbox-open", &[MAKER_SEED, NONCE, &made])?;
    }
    Ok(messages().len())
}
