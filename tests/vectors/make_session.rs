//! Makes `session_v2.json`. What is expected is said here, not taken from what the code does.

use secenv::aead;
use secenv::identity::{Identity, Kind};
use secenv::session::{Session, Suite};
use secenv::sodium::hash;
use serde_json::{Value, json};

use crate::session::{NOW, Parties, STATE_KEY, now, outcome, plain_state, state_key};
use crate::{ed25519, hex};

const OTHER_STATE_KEY: [u8; 32] = [0xA5; 32];

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

pub fn make() -> Value {
    let mut maker = Maker { groups: Vec::new(), next: 0 };
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
            let other = parties.server().reply(&other, now()).unwrap();
            cases.push(("the reply to another hello".to_owned(), "REJECTED", json!({ "reply": hex(&other) })));
            let mut changed = reply.clone();
            *changed.last_mut().unwrap() ^= 1;
            let comment = "the cookie changed: the client cannot know, the server will";
            cases.push((comment.to_owned(), "OK", json!({ "reply": hex(&changed) })));
            let short = reply_of(&reply[..head], &[7; 39], &reply[cookie + 2..]);
            cases.push(("sealed_s too short for a box".to_owned(), "REJECTED", json!({ "reply": hex(&short) })));
            let long = reply_of(&reply[..head], &[7; 4097], &reply[cookie + 2..]);
            cases.push(("sealed_s over 4,096 bytes".to_owned(), "MALFORMED", json!({ "reply": hex(&long) })));
            let long = reply_of(&reply[..head], &reply[head + 2..cookie], &[7; 513]);
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
                let test = json!({ "finish": hex(&finish), "time": NOW.saturating_add_signed(time) });
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
        "notes": "docs/protocol-2.md, Vectors; made by tests/vectors/make_session.rs with a fixed random source",
        "numberOfTests": maker.next,
        "testGroups": maker.groups,
    })
}

fn reply_of(head: &[u8], sealed: &[u8], cookie: &[u8]) -> Vec<u8> {
    let lp16 = |field: &[u8]| [&(field.len() as u16).to_be_bytes(), field].concat();
    [head, &lp16(sealed), &lp16(cookie)].concat()
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
    let group = |session: &Session| {
        let state = hex(&session.export(&state_key()).unwrap());
        json!({ "state": state, "stateKey": hex(&STATE_KEY), "time": NOW })
    };
    let open = |comment: &str, status, ad: &[u8], record: &[u8]| {
        (comment.to_owned(), status, json!({ "ad": hex(ad), "record": hex(record) }))
    };

    // Messages of the client, opened by a server that has seen 0, 1, 3 and 1030.
    let sent = (0..1031).map(|_| client.seal(b"ad", b"message", now()).unwrap()).collect::<Vec<_>>();
    for number in [0, 1, 3, 1030] {
        server.open(b"ad", &sent[number], now()).unwrap();
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
        open("the sender's own message", "REJECTED", b"ad", &server.seal(b"ad", b"message", now()).unwrap()),
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
    late.2["time"] = (NOW + 86_400).into();
    cases.push(late);
    for (comment, time) in
        [("older than a day", NOW + 86_401), ("a clock set back by more than five minutes", NOW - 301)]
    {
        let mut case = open(comment, "ENDED", b"ad", record);
        case.2["time"] = time.into();
        cases.push(case);
    }
    maker.group("Open", group(&server), cases);

    // Replies of the server, opened by a client that was imported, so that it knows its messages by their numbers.
    let reply = server.reply(1030, b"ad", b"reply", now()).unwrap();
    let unsolicited = server.seal(b"ad", b"news", now()).unwrap();
    let mut opened_before =
        client.export(&state_key()).map(|state| Session::import(&state, &state_key()).unwrap()).unwrap();
    opened_before.open(b"ad", &reply, now()).unwrap();
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
    let state = |session: &Session| session.export(&state_key()).unwrap();
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
    let key = hash::fields::<32>(&STATE_KEY, &[b"secenv 2 state", b""]).unwrap();
    let plain = plain_state(&good, &STATE_KEY);
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
        let mut plain = plain.clone();
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
