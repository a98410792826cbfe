//! `session_v2.json`: what the library makes of each case. What lies sealed in cookies and states is read here, and the
//! transcripts are computed, once more from `docs/protocol-2.md`.

use secenv::identity::Identity;
use secenv::session::{Client, Server, Session, Suite, json as text};
use secenv::sodium::random::{self, fixed};
use secenv::sodium::{hash, kem, kx};
use secenv::{SecretArray, StateKey, Timestamp, aead};
use serde_json::{Value, json};

use crate::{array, bless, bytes, file, hex, make_session, status, time};

const FILE: &str = "session_v2";
pub const NOW: u64 = 1_800_000_000;
pub const STATE_KEY: [u8; 32] = [0x5A; 32];
/// How many cases there are: a case that goes missing is a failure.
const CASES: usize = 230;

pub fn now() -> Timestamp {
    time(NOW)
}

pub fn state_key() -> StateKey {
    StateKey::from(&STATE_KEY)
}

fn suite(value: &Value) -> Suite {
    Suite::try_from(value.as_u64().unwrap() as u8).unwrap()
}

fn identity(value: &Value) -> Identity {
    Identity::parse(value.as_str().unwrap().as_bytes()).unwrap()
}

fn hashed<const N: usize>(key: &[u8], fields: &[&[u8]]) -> SecretArray<N> {
    hash::fields(key, fields).unwrap()
}

/// What lies sealed in a state.
pub fn plain_state(state: &[u8], state_key: &[u8; 32]) -> Vec<u8> {
    let key = hashed(state_key, &[b"secenv 2 state", b""]);
    aead::open_with_nonce_prefix(&key, &state[..10], &state[10..]).unwrap().expose_secret().to_vec()
}

/// What lies sealed in a cookie.
fn plain_cookie(cookie: &[u8], server: &Identity) -> Vec<u8> {
    let key = hashed(&STATE_KEY, &[b"secenv 2 cookie", b""]);
    let lp = |field: &[u8]| [&(field.len() as u32).to_be_bytes(), field].concat();
    let associated = [lp(b"secenv 2 cookie"), lp(server.public().pin().as_bytes())].concat();
    aead::open_with_nonce_prefix(&key, &associated, &cookie[8..]).unwrap().expose_secret().to_vec()
}

/// The fields of a session, from the state that it exports.
fn fields(session: &Session) -> Value {
    let plain = plain_state(&session.export(&state_key()).unwrap(), &STATE_KEY);
    let number = |at: usize| u64::from_be_bytes(plain[at..at + 8].try_into().unwrap());
    let (messages, replies, opened) = (137, 273, 409);
    let answerable = (0..plain[opened].into()).map(|at: usize| number(opened + 1 + at * 24));
    json!({
        "role": plain[0], "sessionId": hex(&plain[1..17]), "created": number(17), "peer": hex(&plain[25..57]),
        "keyCs": hex(&plain[57..89]), "keySc": hex(&plain[89..121]), "next": number(121), "bytes": number(129),
        "messages": number(messages), "replies": number(replies), "answerable": answerable.collect::<Vec<_>>(),
    })
}

/// The field with two bytes of length at the beginning of `message`, and what comes after it.
fn read16(message: &[u8]) -> (&[u8], &[u8]) {
    let (len, rest) = message.split_first_chunk::<2>().unwrap();
    rest.split_at(u16::from_be_bytes(*len).into())
}

/// Two parties with their seeds, as a group of the file describes them.
pub struct Parties {
    pub client: Identity,
    pub server: Identity,
    pub suite: Suite,
    pub client_seed: Vec<u8>,
    pub server_seed: Vec<u8>,
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

    pub fn write(&self, group: &mut Value) {
        let pem = |who: &Identity| String::from_utf8(who.encode_secret().unwrap().expose_secret().to_vec()).unwrap();
        group["client"] = pem(&self.client).into();
        group["server"] = pem(&self.server).into();
        group["suite"] = (self.suite as u8).into();
        group["clientSeed"] = hex(&self.client_seed).into();
        group["serverSeed"] = hex(&self.server_seed).into();
        group["stateKey"] = hex(&STATE_KEY).into();
        group["time"] = NOW.into();
    }

    fn start(&self, calls: &mut u64) -> (Client, Vec<u8>) {
        let start = || Client::start(&self.client, self.server.public().pin(), self.suite).unwrap();
        fixed::with(&self.client_seed, calls, start)
    }

    pub fn server(&self) -> Server {
        Server::new(&self.server, &state_key(), Suite::X25519).unwrap()
    }

    /// Every value of the handshake.
    pub fn run(&self) -> (Value, [Vec<u8>; 3], [Session; 2]) {
        let (mut at_client, mut at_server) = (0, 0);
        let (mut client, hello) = self.start(&mut at_client);
        let server = self.server();
        let reply = fixed::with(&self.server_seed, &mut at_server, || server.reply(&hello, now()).unwrap());
        let (client_session, finish) =
            fixed::with(&self.client_seed, &mut at_client, || client.finish(&reply, now()).unwrap());
        let (server_session, spki) = server.accept(&finish, now()).unwrap();
        assert_eq!(spki, self.client.public().spki());

        let call = |seed: &[u8], mut at: u64| fixed::with(seed, &mut at, random::secret::<32>);
        let (head, rest) = reply.split_at(if self.suite == Suite::X25519 { 82 } else { 1202 });
        let (sealed_s, cookie) = (read16(rest).0, read16(read16(rest).1).0);
        let sealed_c = read16(read16(&finish[2..]).1).0;
        let pair = kx::KeyPair::from_seed(call(&self.client_seed, 1).expose_secret()).unwrap();
        let keys = kx::client_session_keys(&pair, head[34..66].try_into().unwrap()).unwrap();
        let kx = [*keys.rx.expose_secret(), *keys.tx.expose_secret()].concat();
        let kem = match self.suite {
            Suite::X25519 => vec![],
            Suite::X25519XWing => {
                let pair = kem::KeyPair::from_seed(call(&self.client_seed, 2).expose_secret()).unwrap();
                pair.decapsulate(head[66..1186].try_into().unwrap()).unwrap().expose_secret().to_vec()
            }
        };
        let next =
            |label: &[u8], before: &[u8], part: &[u8]| *hashed::<32>(&[], &[label, before, part]).expose_secret();
        let t1 = next(b"secenv 2 transcript 1", &hello, head);
        let t2 = next(b"secenv 2 transcript 2", &t1, sealed_s);
        let t3 = next(b"secenv 2 transcript 3", &t2, cookie);
        let t4 = next(b"secenv 2 transcript 4", &t3, sealed_c);
        let secret = hashed::<64>(&[], &[b"secenv 2 secret", &kx, &kem, &t1]);
        let derive = |label: &[u8]| hex(hashed::<32>(secret.expose_secret(), &[label, &t4]).expose_secret());
        let [at_client, at_server] = [&client_session, &server_session].map(fields);
        assert_eq!(plain_cookie(cookie, &self.server)[25..], [t2.as_slice(), secret.expose_secret()].concat());
        for session in [&at_client, &at_server] {
            assert_eq!(session["keyCs"], derive(b"secenv 2 client records"));
            assert_eq!(session["keySc"], derive(b"secenv 2 server records"));
        }
        let values = json!({
            "hello": hex(&hello), "reply": hex(&reply), "finish": hex(&finish), "kx": hex(&kx), "kem": hex(&kem),
            "t1": hex(&t1), "t2": hex(&t2), "t3": hex(&t3), "t4": hex(&t4), "secret": hex(secret.expose_secret()),
            "keyCs": at_client["keyCs"], "keySc": at_client["keySc"], "sessionId": client_session.id().to_string(),
            "clientPin": at_server["peer"], "serverPin": at_client["peer"],
        });
        (values, [hello, reply, finish], [client_session, server_session])
    }
}

/// Runs one case and gives what came out, in the words of the file.
pub fn outcome(kind: &str, group: &Value, test: &Value) -> Value {
    let group_key = || StateKey::from(&array(&group["stateKey"]));
    let now = test.get("time").or(group.get("time")).map_or_else(now, |seconds| time(seconds.as_u64().unwrap()));
    match kind {
        "Handshake" => Parties::read(group).run().0,
        "Hello" => {
            let minimum = suite(&group["minimumSuite"]);
            let server = Server::new(&identity(&group["server"]), &group_key(), minimum).unwrap();
            json!({ "status": status(&server.reply(&bytes(&test["hello"]), now)) })
        }
        "Reply" => {
            let (mut client, _) = Parties::read(group).start(&mut 0);
            json!({ "status": status(&client.finish(&bytes(&test["reply"]), now)) })
        }
        "Finish" => {
            let minimum = suite(&group["minimumSuite"]);
            let server = Server::new(&identity(&group["server"]), &group_key(), minimum).unwrap();
            let accepted = server.accept(&bytes(&test["finish"]), now);
            let pin = accepted.as_ref().map_or(String::new(), |(session, _)| hex(session.peer().as_bytes()));
            json!({ "status": status(&accepted), "clientPin": pin })
        }
        "Open" => {
            let mut session = Session::import(&bytes(&group["state"]), &group_key()).unwrap();
            let message = session.open(&bytes(&test["ad"]), &bytes(&test["record"]), now);
            let opened = message.as_ref().map_or(String::new(), |message| hex(message.expose_secret()));
            json!({ "status": status(&message), "message": opened, "number": session.last_received() })
        }
        "Seal" => {
            let mut session = Session::import(&bytes(&group["state"]), &group_key()).unwrap();
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
            let fields = session.as_ref().map_or(Value::Null, fields);
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
    if bless() {
        std::fs::write(file(FILE), serde_json::to_string_pretty(&make_session::make()).unwrap() + "\n").unwrap();
    }
    let vectors: Value = serde_json::from_slice(&std::fs::read(file(FILE)).unwrap()).unwrap();
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
    let vectors: Value = serde_json::from_slice(&std::fs::read(file(FILE)).unwrap()).unwrap();
    let mut ran = 0;
    for group in vectors["testGroups"].as_array().unwrap().iter().filter(|group| group["type"] == "Carrier") {
        for test in group["tests"].as_array().unwrap().iter().filter(|test| test["flags"][0] == "Canonical") {
            assert_eq!(text::encode(&bytes(&test["message"])).unwrap(), test["json"].as_str().unwrap().as_bytes());
            ran += 1;
        }
    }
    assert_eq!(ran, 3);
}
