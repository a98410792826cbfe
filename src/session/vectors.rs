//! The vectors of `tests/vectors/secenv/session_v2.json`, run here because they need the fixed random source, which exists in
//! test builds only. `SECENV_BLESS=1 cargo test --lib vectors` writes them anew.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::cookie::{self, Cookie};
use super::format::Reply;
use super::transcript::Transcript;
use super::{Client, Server, Session, Suite, json as text};
use crate::Error;
use crate::aead;
use crate::identity::{Identity, Kind};
use crate::sodium::random::{self, fixed};
use crate::sodium::{kem, kx};
use crate::types::{StateKey, Timestamp};

const NOW: Timestamp = match Timestamp::from_secs(1_800_000_000) {
    Ok(now) => now,
    Err(_) => unreachable!(),
};
const STATE_KEY: [u8; 32] = [0x5A; 32];
const OTHER_STATE_KEY: [u8; 32] = [0xA5; 32];
/// How many cases there are: a case that goes missing is a failure.
const CASES: usize = 230;

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/secenv/session_v2.json")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().unwrap()
}

fn status<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "OK",
        Err(Error::Malformed) => "MALFORMED",
        Err(Error::Rejected) => "REJECTED",
        Err(Error::TooLarge) => "TOO_LARGE",
        Err(Error::Ended) => "ENDED",
        Err(Error::InvalidArgument) => "INVALID_ARGUMENT",
        Err(error) => panic!("{error}"),
    }
}

fn suite(value: &Value) -> Suite {
    Suite::try_from(value.as_u64().unwrap() as u8).unwrap()
}

fn identity(value: &Value) -> Identity {
    Identity::parse(value.as_str().unwrap().as_bytes()).unwrap()
}

/// Two parties with their seeds, as a group of the file describes them.
struct Parties {
    client: Identity,
    server: Identity,
    suite: Suite,
    client_seed: Vec<u8>,
    server_seed: Vec<u8>,
}

impl Parties {
    fn read(group: &Value) -> Self {
        Self {
            client: identity(&group["client"]),
            server: identity(&group["server"]),
            suite: suite(&group["suite"]),
            client_seed: bytes(&group["clientSeed"]),
            server_seed: bytes(&group["serverSeed"]),
        }
    }

    fn write(&self, group: &mut Value) {
        let pem = |who: &Identity| String::from_utf8(who.encode_secret().unwrap().expose_secret().to_vec()).unwrap();
        group["client"] = pem(&self.client).into();
        group["server"] = pem(&self.server).into();
        group["suite"] = (self.suite as u8).into();
        group["clientSeed"] = hex(&self.client_seed).into();
        group["serverSeed"] = hex(&self.server_seed).into();
        group["stateKey"] = hex(&STATE_KEY).into();
        group["time"] = NOW.as_secs().into();
    }

    fn start(&self, calls: &mut u64) -> (Client, Vec<u8>) {
        let start = || Client::start(&self.client, self.server.public().pin(), self.suite).unwrap();
        fixed::with(&self.client_seed, calls, start)
    }

    fn server(&self) -> Server {
        Server::new(&self.server, &StateKey::from(&STATE_KEY), Suite::X25519).unwrap()
    }

    /// Every value of the handshake.
    fn run(&self) -> (Value, [Vec<u8>; 3], [Session; 2]) {
        let (mut at_client, mut at_server) = (0, 0);
        let (mut client, hello) = self.start(&mut at_client);
        let server = self.server();
        let reply = fixed::with(&self.server_seed, &mut at_server, || server.reply(&hello, NOW).unwrap());
        let (client_session, finish) =
            fixed::with(&self.client_seed, &mut at_client, || client.finish(&reply, NOW).unwrap());
        let (server_session, spki) = server.accept(&finish, NOW).unwrap();
        assert_eq!(spki, self.client.public().spki());

        let call = |seed: &[u8], mut at: u64| fixed::with(seed, &mut at, || random::secret::<32>().unwrap());
        let parsed = Reply::decode(&reply, self.suite).unwrap();
        let pair = kx::KeyPair::from_seed(call(&self.client_seed, 1).expose_secret()).unwrap();
        let keys = kx::client_session_keys(&pair, parsed.fields.kx).unwrap();
        let kem = parsed.fields.kem.map(|ciphertext| {
            let pair = kem::KeyPair::from_seed(call(&self.client_seed, 2).expose_secret()).unwrap();
            hex(pair.decapsulate(ciphertext).unwrap().expose_secret())
        });
        let key = cookie::Key::new(&StateKey::from(&STATE_KEY)).unwrap();
        let cookie = Cookie::open(parsed.cookie, &[key], self.server.public().pin(), NOW).unwrap();
        let t1 = Transcript::of_heads(&hello, parsed.head).unwrap();
        let t2 = t1.with_server_proof(parsed.sealed).unwrap();
        let t3 = t2.with_cookie(parsed.cookie).unwrap();
        let sealed = super::format::Finish::decode(&finish).unwrap().sealed.to_vec();
        let t4 = t3.with_client_proof(&sealed).unwrap();
        let values = json!({
            "hello": hex(&hello), "reply": hex(&reply), "finish": hex(&finish),
            "kx": hex(&[*keys.rx.expose_secret(), *keys.tx.expose_secret()].concat()),
            "kem": kem.unwrap_or_default(),
            "t1": hex(t1.as_bytes()), "t2": hex(t2.as_bytes()), "t3": hex(t3.as_bytes()), "t4": hex(t4.as_bytes()),
            "secret": hex(cookie.secret.expose_secret()),
            "keyCs": hex(client_session.keys.0.expose_secret()), "keySc": hex(client_session.keys.1.expose_secret()),
            "sessionId": client_session.id().to_string(),
            "clientPin": hex(self.client.public().pin().as_bytes()), "serverPin": hex(self.server.public().pin().as_bytes()),
        });
        (values, [hello, reply, finish], [client_session, server_session])
    }
}

/// Runs one case and gives what came out, in the words of the file.
fn outcome(kind: &str, group: &Value, test: &Value) -> Value {
    let state_key = || StateKey::from(&array(&group["stateKey"]));
    let now = test
        .get("time")
        .or(group.get("time"))
        .map_or(NOW, |time| Timestamp::from_secs(time.as_u64().unwrap()).unwrap());
    match kind {
        "Handshake" => Parties::read(group).run().0,
        "Hello" => {
            let minimum = suite(&group["minimumSuite"]);
            let server = Server::new(&identity(&group["server"]), &state_key(), minimum).unwrap();
            json!({ "status": status(&server.reply(&bytes(&test["hello"]), now)) })
        }
        "Reply" => {
            let (mut client, _) = Parties::read(group).start(&mut 0);
            json!({ "status": status(&client.finish(&bytes(&test["reply"]), now)) })
        }
        "Finish" => {
            let minimum = suite(&group["minimumSuite"]);
            let server = Server::new(&identity(&group["server"]), &state_key(), minimum).unwrap();
            let accepted = server.accept(&bytes(&test["finish"]), now);
            let pin = accepted.as_ref().map_or(String::new(), |(session, _)| hex(session.peer().as_bytes()));
            json!({ "status": status(&accepted), "clientPin": pin })
        }
        "Open" => {
            let mut session = Session::import(&bytes(&group["state"]), &state_key()).unwrap();
            let message = session.open(&bytes(&test["ad"]), &bytes(&test["record"]), now);
            let opened = message.as_ref().map_or(String::new(), |message| hex(message.expose_secret()));
            json!({ "status": status(&message), "message": opened, "number": session.last_received() })
        }
        "Seal" => {
            let mut session = Session::import(&bytes(&group["state"]), &state_key()).unwrap();
            let (ad, message, seed) = (bytes(&test["ad"]), bytes(&test["message"]), bytes(&test["seed"]));
            let answers = test["answers"].as_u64();
            let record = fixed::with(&seed, &mut 0, || match answers {
                Some(number) => session.reply(number, &ad, &message, now),
                None => session.seal(&ad, &message, now),
            });
            json!({ "status": status(&record), "record": record.map_or(String::new(), |record| hex(&record)) })
        }
        "State" => {
            let session = Session::import(&bytes(&test["state"]), &StateKey::from(&array(&test["stateKey"])));
            let fields = session.as_ref().map_or(Value::Null, |session| {
                json!({
                    "role": session.role as u8, "sessionId": session.id.to_string(), "created": session.created,
                    "peer": hex(session.peer.as_bytes()), "keyCs": hex(session.keys.0.expose_secret()),
                    "keySc": hex(session.keys.1.expose_secret()), "next": session.next, "bytes": session.bytes,
                    "messages": session.messages.count(), "replies": session.replies.count(),
                    "answerable": session.opened.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
                })
            });
            json!({ "status": status(&session), "fields": fields })
        }
        "Carrier" => {
            let message = text::parse(test["json"].as_str().unwrap().as_bytes());
            json!({ "status": status(&message), "message": message.map_or(String::new(), |message| hex(&message)) })
        }
        _ => panic!("{kind}"),
    }
}

#[test]
fn every_vector_comes_out_as_the_file_says() {
    if std::env::var_os("SECENV_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&make()).unwrap();
        std::fs::write(file(), text + "\n").unwrap();
    }
    let vectors: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    let mut ran = 0;
    for group in vectors["testGroups"].as_array().unwrap() {
        let kind = group["type"].as_str().unwrap();
        for test in group["tests"].as_array().unwrap() {
            let found = outcome(kind, group, test);
            for (name, value) in found.as_object().unwrap() {
                assert_eq!(test[name], *value, "{kind} {}: {}: {name}", test["tcId"], test["comment"]);
            }
            if let Some(status) = found.get("status") {
                assert_eq!(test["result"] == "valid", status == "OK", "{kind} {}: result", test["tcId"]);
            }
            ran += 1;
        }
    }
    assert_eq!(ran, CASES);
    assert_eq!(vectors["numberOfTests"], CASES);
}

#[test]
fn a_carrier_is_written_as_the_file_says() {
    let vectors: Value = serde_json::from_slice(&std::fs::read(file()).unwrap()).unwrap();
    let mut ran = 0;
    for group in vectors["testGroups"].as_array().unwrap().iter().filter(|group| group["type"] == "Carrier") {
        for test in group["tests"].as_array().unwrap().iter().filter(|test| test["flags"][0] == "Canonical") {
            assert_eq!(text::encode(&bytes(&test["message"])).unwrap(), test["json"].as_str().unwrap().as_bytes());
            ran += 1;
        }
    }
    assert_eq!(ran, 3);
}

/// The groups of the file, while they are made.
struct Maker {
    groups: Vec<Value>,
    next: usize,
}

impl Maker {
    fn group(&mut self, kind: &str, mut group: Value, cases: Vec<(String, &str, Value)>) {
        let tests = cases.into_iter().map(|(comment, expected, mut test)| {
            self.next += 1;
            test["tcId"] = self.next.into();
            test["comment"] = comment.as_str().into();
            let found = outcome(kind, &group, &test);
            // What is expected is said by who makes the case, not taken from what the code does.
            let got = found.get("status").map_or("OK", |status| status.as_str().unwrap());
            assert_eq!(got, expected, "{kind}: {comment}");
            test["result"] = if expected == "OK" { "valid" } else { "invalid" }.into();
            for (name, value) in found.as_object().unwrap() {
                test[name] = value.clone();
            }
            test
        });
        let tests = tests.collect::<Vec<_>>();
        group["type"] = kind.into();
        group["tests"] = tests.into();
        self.groups.push(group);
    }
}

/// A message with some bytes changed, and what has to come of it. Bytes before `structure` are structure.
fn changed(message: &[u8], structure: &[usize], fields: &[(&str, usize)]) -> Vec<(String, &'static str, Vec<u8>)> {
    let flip = |at: usize| {
        let mut changed = message.to_vec();
        changed[at] ^= 1;
        changed
    };
    let mut cases = vec![("untouched".to_owned(), "OK", message.to_vec()), ("empty".to_owned(), "MALFORMED", vec![])];
    cases.push(("without its last byte".to_owned(), "MALFORMED", message[..message.len() - 1].to_vec()));
    cases.push(("one byte more".to_owned(), "MALFORMED", [message, &[0]].concat()));
    cases.push(("over 8 KiB".to_owned(), "TOO_LARGE", [message, &[0; 8192]].concat()));
    cases.extend(structure.iter().map(|at| (format!("structure: byte {at} changed"), "MALFORMED", flip(*at))));
    cases.extend(fields.iter().map(|(name, at)| (format!("{name} changed"), "REJECTED", flip(*at))));
    cases
}

fn with(name: &str, cases: Vec<(String, &'static str, Vec<u8>)>) -> Vec<(String, &'static str, Value)> {
    cases.into_iter().map(|(comment, status, message)| (comment, status, json!({ name: hex(&message) }))).collect()
}

fn make() -> Value {
    let mut maker = Maker { groups: Vec::new(), next: 0 };
    let ed25519 = |seed: u8| {
        let der = [
            [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20].as_slice(),
            &[seed; 32],
        ];
        Identity::parse(&der.concat()).unwrap()
    };
    let rsa = Identity::generate(Kind::Rsa).unwrap();
    for (suite, client, server) in [
        (Suite::X25519, ed25519(1), ed25519(2)),
        (Suite::X25519XWing, ed25519(1), ed25519(2)),
        (Suite::X25519XWing, rsa.clone(), rsa.clone()),
    ] {
        let is_rsa = server.kind() == Kind::Rsa;
        let (client_seed, server_seed) = (b"client".to_vec(), b"server".to_vec());
        let parties = Parties { client, server, suite, client_seed, server_seed };
        let mut group = json!({});
        parties.write(&mut group);
        group["minimumSuite"] = 1.into();
        // PSS is random, so a handshake of RSA keys cannot be made again; its messages are checked below.
        if !is_rsa {
            maker.group("Handshake", group.clone(), vec![("every value".to_owned(), "OK", json!({}))]);
        }
        let (_, [hello, reply, finish], [at_client, at_server]) = parties.run();
        let kem = suite == Suite::X25519XWing;
        let (pin, head) = if kem { (1283, 1202) } else { (67, 82) };

        // hello
        let mut cases = with("hello", changed(&hello, &[0, 1], &[("pin_s", pin), ("last byte of pin_s", pin + 31)]));
        cases.retain(|(comment, ..)| !is_rsa || comment == "untouched");
        if !is_rsa {
            let put = |at: usize, bytes: &[u8]| {
                let mut hello = hello.clone();
                hello[at..at + bytes.len()].copy_from_slice(bytes);
                json!({ "hello": hex(&hello) })
            };
            cases.push(("another random value".to_owned(), "OK", put(3, &[1; 32])));
            cases.push(("suite 0".to_owned(), "MALFORMED", put(2, &[0])));
            cases.push(("suite 3".to_owned(), "MALFORMED", put(2, &[3])));
            cases.push(("the other suite".to_owned(), "MALFORMED", put(2, &[3 - suite as u8])));
            for (name, point) in low_order() {
                cases.push((format!("kx_c is {name}"), "REJECTED", put(35, &point)));
            }
            if kem {
                cases.push(("kem_c has a coefficient that is none".to_owned(), "REJECTED", put(67, &[0xFF; 64])));
                let one: Vec<u8> = [&[1], [0; 31].as_slice()].concat();
                cases.push(("kem_c has a point of low order".to_owned(), "REJECTED", put(67 + 1184, &one)));
            }
        }
        maker.group("Hello", group.clone(), cases);
        if suite == Suite::X25519 {
            let mut strict = group.clone();
            strict["minimumSuite"] = 2.into();
            let case = ("below the minimum", json!({ "hello": hex(&hello) }));
            maker.group("Hello", strict.clone(), vec![(case.0.to_owned(), "REJECTED", case.1)]);
            let case = ("below the minimum", json!({ "finish": hex(&finish) }));
            maker.group("Finish", strict, vec![(case.0.to_owned(), "REJECTED", case.1)]);
        }

        // reply
        let sealed = u16::from_be_bytes([reply[head], reply[head + 1]]) as usize;
        let cookie = head + 2 + sealed;
        let mut fields = vec![
            ("random_s", 2),
            ("kx_s", 34),
            ("session_id", head - 1),
            ("nonce of sealed_s", head + 2),
            ("sealed_s", head + 26),
            ("tag of sealed_s", cookie - 1),
        ];
        if kem {
            fields.push(("kem_s", 66));
        }
        let structure = [0, 1, head, head + 1, cookie, cookie + 1];
        let mut cases = with("reply", changed(&reply, &structure, &fields));
        for (name, point) in low_order() {
            let mut reply = reply.clone();
            reply[34..66].copy_from_slice(&point);
            cases.push((format!("kx_s is {name}"), "REJECTED", json!({ "reply": hex(&reply) })));
        }
        cases.retain(|(comment, ..)| !is_rsa || ["untouched", "sealed_s changed"].contains(&comment.as_str()));
        if !is_rsa {
            let mut other = hello.clone();
            other[3] ^= 1;
            let other = parties.server().reply(&other, NOW).unwrap();
            cases.push(("the reply to another hello".to_owned(), "REJECTED", json!({ "reply": hex(&other) })));
            let mut changed = reply.clone();
            *changed.last_mut().unwrap() ^= 1;
            let comment = "the cookie changed: the client cannot know, the server will";
            cases.push((comment.to_owned(), "OK", json!({ "reply": hex(&changed) })));
            let short = Reply::encode(&reply[..head], &[7; 39], &reply[cookie + 2..]).unwrap();
            cases.push(("sealed_s too short for a box".to_owned(), "REJECTED", json!({ "reply": hex(&short) })));
            let long = Reply::encode(&reply[..head], &[7; 4097], &reply[cookie + 2..]).unwrap();
            cases.push(("sealed_s over 4,096 bytes".to_owned(), "MALFORMED", json!({ "reply": hex(&long) })));
            let long = Reply::encode(&reply[..head], &reply[head + 2..cookie], &[7; 513]).unwrap();
            cases.push(("cookie over 512 bytes".to_owned(), "MALFORMED", json!({ "reply": hex(&long) })));
        }
        maker.group("Reply", group.clone(), cases);

        // finish
        let fields = [
            ("key_id of the cookie", 4),
            ("nonce of the cookie", 12),
            ("cookie", 36),
            ("tag of the cookie", 172),
            ("nonce of sealed_c", 175),
            ("sealed_c", 199),
            ("tag of sealed_c", finish.len() - 1),
        ];
        let mut cases = with("finish", changed(&finish, &[0, 1, 2, 3, 173, 174], &fields));
        cases.retain(|(comment, ..)| !is_rsa || ["untouched", "sealed_c changed"].contains(&comment.as_str()));
        if !is_rsa {
            for (time, status) in [(-60, "OK"), (-61, "REJECTED"), (120, "OK"), (121, "REJECTED")] {
                let test = json!({ "finish": hex(&finish), "time": NOW.as_secs().saturating_add_signed(time) });
                cases.push((format!("{time} seconds after the reply"), status, test));
            }
        }
        maker.group("Finish", group.clone(), cases);
        if suite == Suite::X25519 && !is_rsa {
            let untouched = json!({ "finish": hex(&finish) });
            let mut other = group.clone();
            other["stateKey"] = hex(&OTHER_STATE_KEY).into();
            maker.group("Finish", other, vec![("another state key".to_owned(), "REJECTED", untouched.clone())]);
            let mut other = group.clone();
            other["server"] = group["client"].clone();
            let comment = "another server with the same state key".to_owned();
            maker.group("Finish", other, vec![(comment, "REJECTED", untouched)]);
        }
        if suite == Suite::X25519XWing && !is_rsa {
            records(&mut maker, at_client, at_server);
        }
    }
    carriers(&mut maker);
    json!({
        "algorithm": "secenv session, protocol 2",
        "notes": "docs/protocol-2.md, Vectors; made by src/session/vectors.rs with a fixed random source",
        "numberOfTests": maker.next,
        "testGroups": maker.groups,
    })
}

/// Points that every secret multiplies to zero, in one encoding each.
fn low_order() -> [(&'static str, [u8; 32]); 4] {
    let mut one = [0; 32];
    one[0] = 1;
    let of_order_8 = [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09,
        0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ];
    let mut minus_one = [0xff; 32];
    (minus_one[0], minus_one[31]) = (0xec, 0x7f);
    [("0", [0; 32]), ("1", one), ("of order 8", of_order_8), ("-1", minus_one)]
}

fn records(maker: &mut Maker, mut client: Session, mut server: Session) {
    let group = |session: &Session| json!({ "state": hex(&session.export(&StateKey::from(&STATE_KEY)).unwrap()), "stateKey": hex(&STATE_KEY), "time": NOW });
    let open = |comment: &str, status, ad: &[u8], record: &[u8]| {
        (comment.to_owned(), status, json!({ "ad": hex(ad), "record": hex(record) }))
    };

    // Messages of the client, opened by a server that has seen 0, 1, 3 and 1030.
    let sent = (0..1031).map(|_| client.seal(b"ad", b"message", NOW).unwrap()).collect::<Vec<_>>();
    for number in [0, 1, 3, 1030] {
        server.open(b"ad", &sent[number], NOW).unwrap();
    }
    let record = &sent[1029];
    let mut cases = vec![
        open("within the window", "OK", b"ad", record),
        open("the oldest number in the window", "OK", b"ad", &sent[7]),
        open("below the window", "REJECTED", b"ad", &sent[6]),
        open("opened before", "REJECTED", b"ad", &sent[1030]),
        open("opened before, and forgotten", "REJECTED", b"ad", &sent[3]),
        open("other associated data", "REJECTED", b"AD", record),
        open("no associated data", "REJECTED", b"", record),
        open("empty", "MALFORMED", b"ad", b""),
        open("cut behind the header", "MALFORMED", b"ad", &record[..27]),
        open("cut within the tag", "REJECTED", b"ad", &record[..record.len() - 1]),
        open("too short for a box", "MALFORMED", b"ad", &record[..27 + 39]),
        open("one byte more", "REJECTED", b"ad", &[record, [0].as_slice()].concat()),
        open("the sender's own message", "REJECTED", b"ad", &server.seal(b"ad", b"message", NOW).unwrap()),
    ];
    let fields = [
        ("version", 0, "MALFORMED"),
        ("type", 1, "MALFORMED"),
        ("kind", 2, "REJECTED"),
        ("session id", 3, "REJECTED"),
        ("session id", 18, "REJECTED"),
        ("number", 26, "REJECTED"),
        ("high half of the number", 22, "MALFORMED"),
        ("nonce", 27, "REJECTED"),
        ("ciphertext", 51, "REJECTED"),
        ("tag", record.len() - 1, "REJECTED"),
    ];
    for (name, at, status) in fields {
        let mut changed = record.clone();
        changed[at] ^= 1;
        cases.push(open(&format!("{name} changed at byte {at}"), status, b"ad", &changed));
    }
    let mut kind = record.clone();
    kind[2] = 4;
    cases.push(open("kind 4", "MALFORMED", b"ad", &kind));
    let mut late = open("the last second of its day", "OK", b"ad", record);
    late.2["time"] = (NOW.as_secs() + 86_400).into();
    cases.push(late);
    for (comment, time) in [
        ("older than a day", NOW.as_secs() + 86_401),
        ("a clock set back by more than five minutes", NOW.as_secs() - 301),
    ] {
        let mut case = open(comment, "ENDED", b"ad", record);
        case.2["time"] = time.into();
        cases.push(case);
    }
    maker.group("Open", group(&server), cases);

    // Replies of the server, opened by a client that was imported, so that it knows its messages by their numbers.
    let reply = server.reply(1030, b"ad", b"reply", NOW).unwrap();
    let unsolicited = server.seal(b"ad", b"news", NOW).unwrap();
    let mut opened_before = client
        .export(&StateKey::from(&STATE_KEY))
        .map(|state| Session::import(&state, &StateKey::from(&STATE_KEY)).unwrap())
        .unwrap();
    opened_before.open(b"ad", &reply, NOW).unwrap();
    let mut renamed = reply.clone();
    renamed[27] ^= 1;
    let mut as_message = reply.clone();
    as_message[2] = 1;
    let mut never_sent = reply.clone();
    never_sent[26] ^= 0x10;
    let cases = vec![
        open("a reply", "OK", b"ad", &reply),
        open("a message that nobody asked for", "OK", b"ad", &unsolicited),
        open("a reply that names another message", "REJECTED", b"ad", &renamed),
        open("a reply as a message", "REJECTED", b"ad", &as_message),
        open("a reply to a message that was never sent", "REJECTED", b"ad", &never_sent),
        open("the client's own message", "REJECTED", b"ad", record),
    ];
    maker.group("Open", group(&client), cases);
    maker.group("Open", group(&opened_before), vec![open("a reply that was opened before", "REJECTED", b"ad", &reply)]);

    // What is sealed, byte for byte.
    let seal = |comment: &str, status, ad: &[u8], message: &[u8], answers: Option<u64>| {
        let mut test = json!({ "ad": hex(ad), "message": hex(message), "seed": hex(comment.as_bytes()) });
        if let Some(number) = answers {
            test["answers"] = number.into();
        }
        (comment.to_owned(), status, test)
    };
    let cases = vec![
        seal("a message", "OK", b"POST /message", b"meet at noon", None),
        seal("an empty message without associated data", "OK", b"", b"", None),
        seal("associated data over 64 KiB", "TOO_LARGE", &[0; 65_537], b"", None),
    ];
    maker.group("Seal", group(&client), cases);
    let cases = vec![
        seal("a message that nobody asked for", "OK", b"news", b"meet at nine", None),
        seal("a reply", "OK", b"POST /message", b"agreed", Some(3)),
        seal("a reply to a message that was not opened", "INVALID_ARGUMENT", b"", b"", Some(2)),
    ];
    maker.group("Seal", group(&server), cases);
    states(maker, &client, &server);
}

fn states(maker: &mut Maker, client: &Session, server: &Session) {
    let state = |session: &Session| session.export(&StateKey::from(&STATE_KEY)).unwrap();
    let test = |state: &[u8], key: &[u8; 32]| json!({ "state": hex(state), "stateKey": hex(key) });
    let good = state(server);
    let mut cases = vec![
        ("of a client".to_owned(), "OK", test(&state(client), &STATE_KEY)),
        ("of a server".to_owned(), "OK", test(&good, &STATE_KEY)),
        ("another state key".to_owned(), "REJECTED", test(&good, &OTHER_STATE_KEY)),
        ("empty".to_owned(), "MALFORMED", test(b"", &STATE_KEY)),
        ("one byte less".to_owned(), "MALFORMED", test(&good[..843], &STATE_KEY)),
        ("one byte more".to_owned(), "MALFORMED", test(&[good.as_slice(), &[0]].concat(), &STATE_KEY)),
    ];
    for (name, at, status) in [
        ("version", 0, "MALFORMED"),
        ("type", 1, "MALFORMED"),
        ("key_id", 2, "REJECTED"),
        ("nonce", 10, "REJECTED"),
        ("ciphertext", 34, "REJECTED"),
        ("tag", 843, "REJECTED"),
    ] {
        let mut changed = good.clone();
        changed[at] ^= 1;
        cases.push((format!("{name} changed"), status, test(&changed, &STATE_KEY)));
    }
    // Content that no session has, sealed as it should be.
    let key = crate::sodium::hash::fields::<32>(&STATE_KEY, &[b"secenv 2 state", b""]).unwrap();
    let plain = aead::open_with_nonce_prefix(&key, &good[..10], &good[10..]).unwrap();
    let next = 1 + 16 + 8 + 32 + 64;
    let window = next + 16;
    for (comment, at, value) in [
        ("role 3", 0, 3),
        ("next above 2^32", next + 3, 2),
        ("the messages' highest number is not set", window + 7, 0x08),
        ("a bit of the replies' window above its count", window + 136 + 8, 1),
        ("the count of the replies' window above next", window + 136 + 6, 0xFF),
        ("17 messages to reply to", window + 272, 17),
        ("a message to reply to above the count", window + 272 + 1 + 6, 0xFF),
        ("something behind the last message to reply to", window + 272 + 1 + 15 * 24, 1),
    ] {
        let mut plain = plain.expose_secret().to_vec();
        assert_ne!(plain[at], value, "{comment}");
        plain[at] = value;
        let sealed = aead::seal_with_random_nonce(&key, &good[..10], &good[..10], &plain).unwrap();
        cases.push((comment.to_owned(), "REJECTED", test(&sealed, &STATE_KEY)));
    }
    maker.group("State", json!({}), cases);
}

fn carriers(maker: &mut Maker) {
    let canonical = |json: &str| (json.to_owned(), "OK", json!({ "json": json, "flags": ["Canonical"] }));
    let other = |json: &str, status| (json.to_owned(), status, json!({ "json": json, "flags": [] }));
    let mut cases = vec![
        canonical(r#"{"v":2,"data":""}"#),
        canonical(r#"{"v":2,"data":"AgQ="}"#),
        canonical(r#"{"v":2,"data":"+/+/"}"#),
        other(r#" { "data" : "+\/+\/" , "v" : 2 } "#, "OK"),
        other(r#"{"\u0076":2,"d\u0061ta":"\u002B\/+/"}"#, "OK"),
        other(r#"{"v":2,"data":"AgQ=","more":[1.5e300,{"a":null}],"more":2}"#, "OK"),
    ];
    for json in [
        "",
        "{}",
        "[2,\"\"]",
        "null",
        r#"{"v":2}"#,
        r#"{"data":""}"#,
        r#"{"v":1,"data":""}"#,
        r#"{"v":3,"data":""}"#,
        r#"{"v":2.0,"data":""}"#,
        r#"{"v":"2","data":""}"#,
        r#"{"v":2,"v":2,"data":""}"#,
        r#"{"v":2,"data":"","data":""}"#,
        r#"{"v":2,"data":null}"#,
        r#"{"v":2,"data":"AgQ"}"#,
        r#"{"v":2,"data":"AgR="}"#,
        r#"{"v":2,"data":"Ag Q="}"#,
        r#"{"v":2,"data":"-_-_"}"#,
        r#"{"v":2,"data":"AgQ="}x"#,
        r#"{"v":2,"data":"AgQ=""#,
        r#"{'v':2,'data':''}"#,
    ] {
        cases.push(other(json, "MALFORMED"));
    }
    maker.group("Carrier", json!({}), cases);
}
