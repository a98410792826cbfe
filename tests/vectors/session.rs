//! `session_v2.json`: what the library makes of each case. Every value of a handshake is computed a second time, from the
//! messages, in `formulas.rs`.

use std::collections::BTreeMap;

use secenv::identity::{Identity, Kind};
use secenv::session::{Client, ClientConfig, Padding, Place, Role, Server, ServerConfig, Session, Suite, json as text};
use secenv::sodium::random::fixed;
use secenv::{CookieKey, Pin, StateKey, Timestamp};
use serde_json::{Value, json};

use crate::formulas::{Whole, derive, hashed, key_id, open_state, state};
use crate::{array, bless, bytes, file, hex, make_session, status, time};

const FILE: &str = "session_v2";
pub const NOW: u64 = 1_800_000_000;
pub const COOKIE_KEY: [u8; 32] = [0xC0; 32];
pub const STATE_KEY: [u8; 32] = [0x5A; 32];
pub const STORE_ID: [u8; 16] = [0x57; 16];
/// How many cases each type has, valid and invalid: a case that goes missing is a failure.
const CASES: [(&str, usize, usize); 11] = [
    ("Export", 12, 6),
    ("Finish", 26, 210),
    ("Handshake", 7, 0),
    ("Hello", 14, 59),
    ("Json", 10, 38),
    ("NextKey", 6, 0),
    ("Open", 50, 91),
    ("Reply", 20, 142),
    ("Seal", 33, 18),
    ("State", 22, 72),
    ("Welcome", 12, 95),
];

fn identity(value: &Value) -> Identity {
    Identity::parse(value.as_str().unwrap().as_bytes()).unwrap()
}

fn list<T>(values: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    values.as_array().unwrap().iter().map(read).collect()
}

/// The bytes of a member, and the zeros that stand for the rest of it.
fn long(test: &Value, name: &str, zeros: &str) -> Vec<u8> {
    let mut whole = bytes(&test[name]);
    whole.resize(whole.len() + test[zeros].as_u64().unwrap_or(0) as usize, 0);
    whole
}

/// When a case happens: by itself, or by its group.
fn at(group: &Value, test: &Value) -> Timestamp {
    let seconds = test.get("time").or(group.get("time"));
    time(seconds.unwrap().as_u64().unwrap())
}

/// Two parties with their seeds, as a group of the file describes them.
#[derive(Clone)]
pub struct Parties {
    pub client: Identity,
    pub servers: Vec<Identity>,
    pub pins: Vec<Pin>,
    pub suite: Suite,
    pub minimum: Suite,
    pub padding: Padding,
    pub prologue: Vec<u8>,
    pub cookie_key: [u8; 32],
    pub accepted_keys: Vec<[u8; 32]>,
    pub store_id: [u8; 16],
    pub client_seed: Vec<u8>,
    pub server_seed: Vec<u8>,
}

impl Parties {
    pub fn read(group: &Value) -> Self {
        let number = |name: &str| group[name].as_u64().unwrap() as u8;
        Self {
            client: identity(&group["client"]),
            servers: list(&group["servers"], identity),
            pins: list(&group["pins"], |pin| Pin::from_bytes(array(pin))),
            suite: Suite::try_from(number("suite")).unwrap(),
            minimum: Suite::try_from(number("minimumSuite")).unwrap(),
            padding: Padding::try_from(number("padding")).unwrap(),
            prologue: bytes(&group["prologue"]),
            cookie_key: array(&group["cookieKey"]),
            accepted_keys: list(&group["acceptedKeys"], array),
            store_id: array(&group["storeId"]),
            client_seed: bytes(&group["clientSeed"]),
            server_seed: bytes(&group["serverSeed"]),
        }
    }

    pub fn group(&self) -> Value {
        let pem = |who: &Identity| String::from_utf8(who.encode_secret().unwrap().expose_secret().to_vec()).unwrap();
        json!({
            "client": pem(&self.client),
            "servers": self.servers.iter().map(pem).collect::<Vec<_>>(),
            "pins": self.pins.iter().map(|pin| hex(pin.as_bytes())).collect::<Vec<_>>(),
            "suite": self.suite as u8,
            "minimumSuite": self.minimum as u8,
            "padding": self.padding as u8,
            "prologue": hex(&self.prologue),
            "cookieKey": hex(&self.cookie_key),
            "acceptedKeys": self.accepted_keys.iter().map(|key| hex(key)).collect::<Vec<_>>(),
            "storeId": hex(&self.store_id),
            "clientSeed": hex(&self.client_seed),
            "serverSeed": hex(&self.server_seed),
            "time": NOW,
        })
    }

    /// The identity that answers this client: that of the first pin which is one.
    pub fn answering(&self) -> &Identity {
        let met = |pin: &Pin| self.servers.iter().find(|server| server.public().pin() == pin);
        self.pins.iter().find_map(met).unwrap()
    }

    pub fn is_random(&self) -> bool {
        self.client.kind() == Kind::Rsa || self.answering().kind() == Kind::Rsa
    }

    /// The client that said hello at `now`, with as many calls of its random source.
    pub fn start(&self, now: Timestamp, calls: &mut u64) -> (Client, Vec<u8>) {
        let mut config = ClientConfig::new(&self.pins);
        (config.suite, config.padding, config.prologue) = (self.suite, self.padding, &self.prologue);
        fixed::with(&self.client_seed, calls, || Client::start(&self.client, &config, now).unwrap())
    }

    pub fn server(&self) -> Server {
        let (key, accepted) = (CookieKey::from(&self.cookie_key), self.accepted_keys.iter().map(CookieKey::from));
        let accepted = accepted.collect::<Vec<_>>();
        let mut config = ServerConfig::new(&key, self.store_id.into());
        (config.accepted_keys, config.minimum_suite) = (&accepted, self.minimum);
        (config.padding, config.prologue) = (self.padding, &self.prologue);
        Server::new(&self.servers, &config).unwrap()
    }

    /// How many random values a server asks for before it accepts.
    pub fn server_calls(&self) -> u64 {
        if self.suite == Suite::X25519 { 5 } else { 6 }
    }

    /// One handshake: its messages, and the two sessions.
    pub fn run(&self) -> ([Vec<u8>; 4], [Session; 2]) {
        let (now, server) = (time(NOW), self.server());
        let (mut at_client, mut at_server) = (0, 0);
        let (mut client, hello) = self.start(now, &mut at_client);
        let reply = fixed::with(&self.server_seed, &mut at_server, || server.reply(&hello, now).unwrap());
        assert_eq!(at_server, self.server_calls());
        let finish = fixed::with(&self.client_seed, &mut at_client, || client.finish(&reply, now).unwrap());
        let accepted = fixed::with(&self.server_seed, &mut at_server, || server.accept(&finish, now).unwrap());
        let session = client.session(&accepted.welcome, now).unwrap();
        assert_eq!(client.pin_index(), self.pins.iter().position(|pin| pin == self.answering().public().pin()));
        ([hello, reply, finish, accepted.welcome], [session, accepted.session])
    }

    pub fn whole(&self, messages: &[Vec<u8>; 4]) -> Whole {
        Whole::new(self, messages.each_ref().map(Vec::as_slice))
    }

    /// Makes the handshake again, as far as signatures are not random, and gives every value of it.
    fn check(&self, messages: &[Vec<u8>; 4]) -> Value {
        let [hello, reply, finish, welcome] = messages;
        let (now, server, whole) = (time(NOW), self.server(), self.whole(messages));
        let remade = |who: &Identity| who.kind() == Kind::Ed25519;
        let new_session = whole.new_session(self, NOW);

        let mut calls = 0;
        let (mut client, found) = self.start(now, &mut calls);
        assert_eq!(found, *hello);
        let found = fixed::with(&self.client_seed, &mut calls, || client.finish(reply, now).unwrap());
        if remade(&self.client) {
            assert_eq!(found, *finish);
            assert_eq!(plain(&client.session(welcome, now).unwrap()), new_session);
        }
        let mut calls = 0;
        let found = fixed::with(&self.server_seed, &mut calls, || server.reply(hello, now).unwrap());
        let accepted = fixed::with(&self.server_seed, &mut calls, || server.accept(finish, now).unwrap());
        if remade(self.answering()) {
            assert_eq!((&found, &accepted.welcome), (reply, welcome));
        }
        assert_eq!(accepted.client_spki, self.client.public().spki());
        assert_eq!(plain(&accepted.session), new_session);

        let first = &whole.first;
        let second = whole.second(&whole.cookie);
        let of_r = |label: &str| derive(&whole.r, label, &whole.t5);
        let exporter = of_r("secenv 2 exporter");
        assert_eq!(new_session[state::EXPORTER..state::NEXT], exporter);
        let mut values = json!({ "sessionId": hex(whole.session_id()), "cookieKeyId": hex(&key_id(&self.cookie_key)) });
        for (name, value) in [
            ("hello", hello.as_slice()),
            ("reply", reply),
            ("finish", finish),
            ("welcome", welcome),
            ("t0", &first.t0),
            ("t1", &first.t1),
            ("t2", &whole.t2),
            ("t3", &whole.t3),
            ("t4", &whole.t4),
            ("t5", &whole.t5),
            ("kx", &first.kx),
            ("kem", &first.kem),
            ("kx2", &whole.kx2),
            ("kem2", &whole.kem2),
            ("s", &first.s),
            ("r", &whole.r),
            ("keyS", &first.key_s()),
            ("confirmS", &derive(&first.s, "secenv 2 server confirmation", &first.t1)),
            ("keyC", &second.key_c()),
            ("confirmC", &derive(&first.s, "secenv 2 client confirmation", &whole.t3)),
            ("confirmW", &of_r("secenv 2 welcome")),
            ("c0", &of_r("secenv 2 client numbers")),
            ("d0", &of_r("secenv 2 server numbers")),
            ("exporter", &exporter),
            ("cookieSealKey", &derive(&self.cookie_key, "secenv 2 cookie", b"")),
            ("cookieAd", &whole.cookie_ad),
            ("cookiePlain", &whole.cookie_plain),
            ("proofS", &whole.proof_s),
            ("proofC", &whole.proof_c),
            ("clientPin", self.client.public().pin().as_bytes()),
            ("serverPin", self.answering().public().pin().as_bytes()),
            ("newSession", &new_session),
        ] {
            values[name] = hex(value).into();
        }
        values
    }
}

/// What lies sealed in the state of a session.
pub fn plain(session: &Session) -> Vec<u8> {
    let state = session.export(&StateKey::from(&STATE_KEY), session.place()).unwrap();
    open_state(&state, &STATE_KEY, session.place())
}

pub fn write_place(place: &Place) -> Value {
    json!({
        "serverPin": hex(place.server_pin.as_bytes()), "storeId": hex(place.store_id.as_bytes()),
        "sessionId": hex(place.session_id.as_bytes()), "role": place.role as u8,
    })
}

fn read_place(value: &Value) -> Place {
    Place {
        server_pin: Pin::from_bytes(array(&value["serverPin"])),
        store_id: array(&value["storeId"]).into(),
        session_id: array(&value["sessionId"]).into(),
        role: if value["role"] == 1 { Role::Client } else { Role::Server },
    }
}

/// The fields of a state's content.
fn fields(plain: &[u8]) -> Value {
    let number = |at: usize| u64::from_be_bytes(plain[at..at + 8].try_into().unwrap());
    let key = |at: usize| hex(&plain[at..at + 32]);
    let window = |at: usize| json!({ "count": number(at), "bits": hex(&plain[at + 8..at + 136]) });
    let memory = |at: usize| {
        let entry = |entry: usize| at + 1 + entry * 24;
        let entries = (0..plain[at].into()).map(entry);
        entries.map(|at| json!([number(at), hex(&plain[at + 8..at + 24])])).collect::<Vec<_>>()
    };
    json!({
        "created": number(state::CREATED), "clientPin": key(state::CLIENT_PIN), "padding": plain[state::PADDING],
        "exporter": key(state::EXPORTER), "next": number(state::NEXT), "bytes": number(state::SEALED),
        "c": key(state::CLIENT_CHAIN), "cBefore": key(state::CLIENT_CHAIN_BEFORE),
        "d": key(state::SERVER_CHAIN), "dBefore": key(state::SERVER_CHAIN_BEFORE),
        "messages": window(state::MESSAGES), "replies": window(state::REPLIES),
        "opened": memory(state::OPENED), "sent": memory(state::SENT),
    })
}

/// The session that a group begins with.
fn import(group: &Value) -> Session {
    let key = StateKey::from(&array(&group["stateKey"]));
    Session::import(&bytes(&group["state"]), &key, &read_place(&group["place"]), at(group, group)).unwrap()
}

/// Runs one case and gives what came out, in the words of the file.
pub fn outcome(kind: &str, group: &Value, test: &Value) -> Value {
    match kind {
        "Handshake" => handshake(group, test),
        "Hello" => hello(group, test),
        "Reply" => reply(group, test),
        "Finish" => finish(group, test),
        "Welcome" => welcome(group, test),
        "Open" => open(group, test),
        "Seal" => seal(group, test),
        "State" => import_state(test),
        "Export" => {
            let session = import(group);
            let secret = session.export_secret(&bytes(&test["label"]), &bytes(&test["context"]));
            let mut found = json!({ "status": status(&secret) });
            if let Ok(secret) = secret {
                let fields = [b"secenv 2 export".to_vec(), bytes(&test["label"]), bytes(&test["context"])];
                let fields = fields.each_ref().map(Vec::as_slice);
                assert_eq!(*secret.expose_secret(), hashed(&plain(&session)[state::EXPORTER..state::NEXT], &fields));
                found["secret"] = hex(secret.expose_secret()).into();
            }
            found
        }
        "NextKey" => {
            let (key, period) = (array(&test["key"]), test["nextPeriod"].as_u64().unwrap());
            let next = StateKey::from(&key).next(period).unwrap();
            assert_eq!(CookieKey::from(&key).next(period).unwrap().expose_secret(), next.expose_secret());
            json!({ "status": "OK", "next": hex(next.expose_secret()), "keyId": hex(&key_id(&key)) })
        }
        "Json" => {
            let json = [test["json"].as_str().unwrap(), &" ".repeat(test["spaces"].as_u64().unwrap_or(0) as usize)];
            let message = text::parse(json.concat().as_bytes());
            let mut found = json!({ "status": status(&message) });
            if let Ok(message) = message {
                found["message"] = hex(&message).into();
            }
            found
        }
        _ => panic!("{kind}"),
    }
}

fn handshake(group: &Value, test: &Value) -> Value {
    let parties = Parties::read(group);
    let messages = match test.get("hello") {
        Some(_) => ["hello", "reply", "finish", "welcome"].map(|name| bytes(&test[name])),
        None => parties.run().0,
    };
    parties.check(&messages)
}

fn hello(group: &Value, test: &Value) -> Value {
    let parties = Parties::read(group);
    let (hello, now, server) = (long(test, "hello", "zeros"), at(group, test), parties.server());
    let reply = fixed::with(&parties.server_seed, &mut 0, || server.reply(&hello, now));
    let mut found = json!({ "status": status(&reply) });
    if let Some(reply) = reply.ok().filter(|_| !parties.is_random()) {
        found["reply"] = hex(&reply).into();
    }
    found
}

fn reply(group: &Value, test: &Value) -> Value {
    let parties = Parties::read(group);
    let mut calls = 0;
    let (mut client, _) = parties.start(at(group, group), &mut calls);
    if let Some(before) = test.get("before") {
        client.finish(&bytes(before), at(group, group)).unwrap();
    }
    let (reply, now) = (long(test, "reply", "zeros"), at(group, test));
    let finish = fixed::with(&parties.client_seed, &mut calls, || client.finish(&reply, now));
    let mut found = json!({ "status": status(&finish) });
    match finish {
        Ok(finish) if parties.client.kind() == Kind::Ed25519 => found["finish"] = hex(&finish).into(),
        Ok(_) => {}
        // A client that was sent a forged reply still takes the true one.
        Err(_) if found["status"] == "CLOSED" => {}
        Err(_) => {
            if let Some(truth) = group.get("reply") {
                assert!(client.finish(&bytes(truth), at(group, group)).is_ok(), "{}", test["comment"]);
            }
        }
    }
    found
}

fn finish(group: &Value, test: &Value) -> Value {
    let parties = Parties::read(group);
    let (finish, now, server) = (long(test, "finish", "zeros"), at(group, test), parties.server());
    let accepted = fixed::with(&parties.server_seed, &mut parties.server_calls(), || server.accept(&finish, now));
    let mut found = json!({ "status": status(&accepted) });
    if let Ok(accepted) = accepted {
        found["clientPin"] = hex(accepted.session.peer().as_bytes()).into();
        found["serverPin"] = hex(accepted.session.place().server_pin.as_bytes()).into();
        found["sessionId"] = accepted.session.id().to_string().into();
        found["newSession"] = hex(&plain(&accepted.session)).into();
        if parties.servers.iter().all(|server| server.kind() == Kind::Ed25519) {
            found["welcome"] = hex(&accepted.welcome).into();
        }
    }
    found
}

fn welcome(group: &Value, test: &Value) -> Value {
    let parties = Parties::read(group);
    let mut calls = 0;
    let (mut client, _) = parties.start(at(group, group), &mut calls);
    if test["replied"] != false {
        let reply = bytes(&group["reply"]);
        fixed::with(&parties.client_seed, &mut calls, || client.finish(&reply, at(group, group)).unwrap());
    }
    if let Some(before) = test.get("before") {
        client.session(&bytes(before), at(group, group)).unwrap();
    }
    let session = client.session(&long(test, "welcome", "zeros"), at(group, test));
    let mut found = json!({ "status": status(&session) });
    match session {
        Ok(session) => {
            found["pinIndex"] = client.pin_index().unwrap().into();
            found["newSession"] = hex(&plain(&session)).into();
        }
        Err(_) if ["CLOSED", "INVALID_ARGUMENT"].iter().any(|closed| found["status"] == *closed) => {}
        // A client that was sent a forged welcome still takes the true one.
        Err(_) => assert!(client.session(&bytes(&group["welcome"]), at(group, group)).is_ok(), "{}", test["comment"]),
    }
    found
}

fn open(group: &Value, test: &Value) -> Value {
    let mut session = import(group);
    let ad = long(test, "ad", "adZeros");
    for record in test.get("before").map_or(vec![], |records| list(records, bytes)) {
        session.open(&ad, &record, at(group, group)).unwrap();
    }
    let before = plain(&session);
    let message = session.open(&ad, &long(test, "record", "zeros"), at(group, test));
    let mut found = json!({ "status": status(&message) });
    if let Ok(message) = message {
        found["message"] = hex(message.expose_secret()).into();
        found["number"] = session.last_received().into();
        found["after"] = hex(&plain(&session)).into();
    } else {
        assert_eq!(plain(&session), before, "a record that was refused changes nothing: {}", test["comment"]);
    }
    found
}

fn seal(group: &Value, test: &Value) -> Value {
    let mut session = import(group);
    let before = plain(&session);
    let (ad, message) = (long(test, "ad", "adZeros"), long(test, "message", "zeros"));
    let record = fixed::with(&bytes(&test["seed"]), &mut 0, || match test["answers"].as_u64() {
        Some(number) => session.reply(number, &ad, &message, at(group, test)),
        None => session.seal(&ad, &message, at(group, test)),
    });
    let mut found = json!({ "status": status(&record) });
    if let Ok(record) = record {
        found["record"] = hex(&record).into();
        found["after"] = hex(&plain(&session)).into();
    } else {
        assert_eq!(plain(&session), before, "what was not sealed changes nothing: {}", test["comment"]);
    }
    found
}

fn import_state(test: &Value) -> Value {
    let (key, place, blob) = (array(&test["stateKey"]), read_place(&test["place"]), bytes(&test["state"]));
    let session = Session::import(&blob, &StateKey::from(&key), &place, at(test, test));
    let mut found = json!({ "status": status(&session) });
    if let Ok(session) = session {
        let state_key = StateKey::from(&key);
        let again = fixed::with(&bytes(&test["seed"]), &mut 0, || session.export(&state_key, &place).unwrap());
        let plain = open_state(&blob, &key, &place);
        assert_eq!(open_state(&again, &key, &place), plain, "{}", test["comment"]);
        found["again"] = hex(&again).into();
        found["plain"] = hex(&plain).into();
        found["fields"] = fields(&plain);
        found["confirmed"] = session.is_confirmed().into();
    }
    found
}

fn vectors() -> Value {
    serde_json::from_slice(&std::fs::read(file(FILE)).unwrap()).unwrap()
}

#[test]
fn every_vector_comes_out_as_the_file_says() {
    if bless() {
        std::fs::write(file(FILE), serde_json::to_string_pretty(&make_session::make()).unwrap() + "\n").unwrap();
    }
    let vectors = vectors();
    let mut ran = BTreeMap::<&str, (usize, usize)>::new();
    for group in vectors["testGroups"].as_array().unwrap() {
        let kind = group["type"].as_str().unwrap();
        for test in group["tests"].as_array().unwrap() {
            let found = outcome(kind, group, test);
            assert_eq!(test.get("status"), found.get("status"), "{kind} {}: {}", test["tcId"], test["comment"]);
            for (name, value) in found.as_object().unwrap() {
                assert_eq!(test[name], *value, "{kind} {}: {}: {name}", test["tcId"], test["comment"]);
            }
            let valid = found.get("status").is_none_or(|status| status == "OK");
            assert_eq!(test["result"] == "valid", valid, "{kind} {}: result", test["tcId"]);
            let (ran_valid, ran_invalid) = ran.entry(kind).or_default();
            *(if valid { ran_valid } else { ran_invalid }) += 1;
        }
    }
    let ran = ran.into_iter().map(|(kind, (valid, invalid))| (kind, valid, invalid)).collect::<Vec<_>>();
    assert_eq!(ran, CASES);
    assert_eq!(vectors["numberOfTests"], ran.iter().map(|(_, valid, invalid)| valid + invalid).sum::<usize>());
}

#[test]
fn a_json_encoding_is_written_as_the_file_says() {
    let vectors = vectors();
    let mut ran = 0;
    for group in vectors["testGroups"].as_array().unwrap().iter().filter(|group| group["type"] == "Json") {
        for test in group["tests"].as_array().unwrap().iter().filter(|test| test["flags"][0] == "Canonical") {
            assert_eq!(text::encode(&bytes(&test["message"])).unwrap(), test["json"].as_str().unwrap().as_bytes());
            ran += 1;
        }
    }
    assert_eq!(ran, 3);
}
