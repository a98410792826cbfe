//! Makes `session_v2.json`. What is expected is said here, not taken from what the code does.

use secenv::identity::Identity;
use secenv::session::{Padding, Place, Role, Session, Suite};
use secenv::sodium::hash::sha256;
use secenv::sodium::kx;
use secenv::sodium::random::fixed;
use secenv::{Pin, rsa};
use serde_json::{Value, json};

use crate::formulas::{
    Cookie, First, Proof, Second, Whole, chain, derive, finish, head_len, read16, record, reply, seal, seal_state,
    state, welcome,
};
use crate::session::{COOKIE_KEY, NOW, Parties, STATE_KEY, STORE_ID, outcome, plain, write_place};
use crate::{ed25519, hex, time};

const OTHER_KEY: [u8; 32] = [0xA5; 32];

/// A comment, the status that has to come, and the members of a test.
type Case = (String, &'static str, Value);

fn case(comment: impl Into<String>, status: &'static str, test: Value) -> Case {
    (comment.into(), status, test)
}

/// The groups of the file, while they are made.
struct Maker {
    groups: Vec<Value>,
    next: usize,
    /// What came out otherwise than is said here.
    wrong: Vec<String>,
}

impl Maker {
    fn group(&mut self, kind: &str, mut group: Value, cases: Vec<Case>) {
        let tests = cases.into_iter().map(|(comment, expected, mut test)| {
            self.next += 1;
            test["tcId"] = self.next.into();
            test["comment"] = comment.as_str().into();
            let found = outcome(kind, &group, &test);
            let got = found.get("status").map_or("OK", |status| status.as_str().unwrap());
            if got != expected {
                self.wrong.push(format!("{kind}: {comment}: {got} instead of {expected}"));
            }
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

/// Makes the file, which is the same each time but for the signatures of RSA keys.
pub fn make() -> Value {
    fixed::with(b"everything else", &mut 0, make_all)
}

fn make_all() -> Value {
    let mut maker = Maker { groups: Vec::new(), next: 0, wrong: Vec::new() };
    let pem = |name: &str| {
        let path = format!("{}/tests/vectors/keys/identity-{name}.pem", env!("CARGO_MANIFEST_DIR"));
        Identity::parse(&std::fs::read(path).unwrap()).unwrap()
    };
    let one = parties(Suite::X25519, ed25519(1), vec![ed25519(2)]);
    let weak = several(&one);
    let strong = Parties { suite: Suite::X25519XWing, minimum: Suite::X25519XWing, ..one.clone() };
    let both = several(&strong);
    let rsa = parties(Suite::X25519XWing, pem("client"), vec![pem("server")]);
    let rsa_client = parties(Suite::X25519, pem("client"), vec![ed25519(2)]);
    let rsa_server = parties(Suite::X25519, ed25519(1), vec![pem("server")]);

    for parties in [&one, &weak, &strong, &both, &rsa, &rsa_client, &rsa_server] {
        maker.group("Handshake", parties.group(), vec![case("every value", "OK", json!({}))]);
    }
    for parties in [&one, &both] {
        let (messages, _) = parties.run();
        let whole = parties.whole(&messages);
        hellos(&mut maker, parties, &messages);
        replies(&mut maker, parties, &messages, &whole);
        finishes(&mut maker, parties, &messages, &whole);
        welcomes(&mut maker, parties, &messages, &whole);
    }
    for parties in [&rsa, &rsa_client, &rsa_server] {
        random_signatures(&mut maker, parties);
    }
    other_setups(&mut maker, &one);
    pinned_keys_that_are_none(&mut maker, &one, &pem("server"));
    records(&mut maker, &strong);
    padded_records(&mut maker, &both);
    limits(&mut maker, &strong);
    states(&mut maker, &strong, &both);
    exports(&mut maker, &strong);
    next_keys(&mut maker);
    encodings(&mut maker);
    assert!(maker.wrong.is_empty(), "{}", maker.wrong.join("\n"));
    json!({
        "algorithm": "secenv session, protocol 2",
        "notes": "docs/protocol-2.md, Vectors; made by tests/vectors/make_session.rs with a fixed random source",
        "numberOfTests": maker.next,
        "testGroups": maker.groups,
    })
}

fn pin(identity: &Identity) -> [u8; 32] {
    *identity.public().pin().as_bytes()
}

/// One pin, no prologue, no padding.
fn parties(suite: Suite, client: Identity, servers: Vec<Identity>) -> Parties {
    Parties {
        pins: servers.iter().map(|server| *server.public().pin()).collect(),
        client,
        servers,
        suite,
        minimum: Suite::X25519,
        padding: Padding::None,
        prologue: vec![],
        cookie_key: COOKIE_KEY,
        accepted_keys: vec![],
        store_id: STORE_ID,
        client_seed: b"client".to_vec(),
        server_seed: b"server".to_vec(),
    }
}

/// Three pins, of which the server has the third and the second, and answers with that; prologue and padding.
fn several(parties: &Parties) -> Parties {
    Parties {
        servers: vec![ed25519(4), ed25519(2)],
        pins: [3, 2, 4].map(|seed| *ed25519(seed).public().pin()).to_vec(),
        padding: Padding::Padme,
        prologue: b"shop.example".to_vec(),
        ..parties.clone()
    }
}

fn flipped(message: &[u8], at: usize) -> Vec<u8> {
    let mut changed = message.to_vec();
    changed[at] ^= 1;
    changed
}

fn put(message: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut changed = message.to_vec();
    changed[at..at + bytes.len()].copy_from_slice(bytes);
    changed
}

/// A message with some bytes changed, and what has to come of it: of structure, and of fields.
fn changed(name: &str, message: &[u8], structure: &[usize], fields: &[(&str, usize)]) -> Vec<Case> {
    let test = |message: &[u8]| json!({ name: hex(message) });
    let long = |len: usize| json!({ name: hex(message), "zeros": len - message.len() });
    let mut cases = vec![
        case("untouched", "OK", test(message)),
        case("empty", "MALFORMED", test(b"")),
        case("the version alone", "MALFORMED", test(&message[..1])),
        case("without its last byte", "MALFORMED", test(&message[..message.len() - 1])),
        case("one byte more", "MALFORMED", test(&[message, &[0]].concat())),
        case("16 KiB", "MALFORMED", long(16_384)),
        case("over 16 KiB", "TOO_LARGE", long(16_385)),
        case("over 16 KiB, of another version", "TOO_LARGE", json!({ name: "03", "zeros": 16_384 })),
    ];
    let flip = |at: usize| test(&flipped(message, at));
    cases.extend(structure.iter().map(|at| case(format!("structure: byte {at} changed"), "MALFORMED", flip(*at))));
    cases.extend(fields.iter().map(|(field, at)| case(format!("{field} changed"), "REJECTED", flip(*at))));
    cases
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

/// Where the fields behind the keys of a message with a client's keys begin.
fn pins_at(suite: Suite) -> usize {
    if suite == Suite::X25519 { 67 } else { 1283 }
}

fn hellos(maker: &mut Maker, parties: &Parties, [hello, ..]: &[Vec<u8>; 4]) {
    let kem = parties.suite == Suite::X25519XWing;
    let at = pins_at(parties.suite);
    let mut cases = changed("hello", hello, &[0, 1, at], &[]);
    let test = |hello: Vec<u8>| json!({ "hello": hex(&hello) });
    let with_pins = |pins: &[[u8; 32]]| test([&hello[..at], &[pins.len() as u8], &pins.concat()].concat());
    let [first, second, third, fourth, fifth] = [2, 5, 6, 7, 8].map(|seed| pin(&ed25519(seed)));
    cases.extend([
        case("another random value", "OK", test(put(hello, 3, &[1; 32]))),
        case("suite 0", "MALFORMED", test(put(hello, 2, &[0]))),
        case("suite 3", "MALFORMED", test(put(hello, 2, &[3]))),
        case("the other suite", "MALFORMED", test(put(hello, 2, &[3 - parties.suite as u8]))),
        case("no pins", "MALFORMED", with_pins(&[])),
        case("the server's pin alone", "OK", with_pins(&[first])),
        case("4 pins, the server's last", "OK", with_pins(&[second, third, fourth, first])),
        case("5 pins", "MALFORMED", with_pins(&[first, second, third, fourth, fifth])),
        case("4 pins, none the server's", "REJECTED", with_pins(&[second, third, fourth, fifth])),
        case("a pin twice", "MALFORMED", with_pins(&[first, second, first])),
        case("a foreign pin twice", "MALFORMED", with_pins(&[second, second])),
        case("another server's pin", "REJECTED", with_pins(&[second])),
        case("the last bit of the pin", "REJECTED", with_pins(&[flipped(&first, 31).try_into().unwrap()])),
    ]);
    for (name, point) in low_order() {
        cases.push(case(format!("kx_c is {name}"), "REJECTED", test(put(hello, 35, &point))));
    }
    if kem {
        cases.push(case("kem_c has a coefficient that is none", "REJECTED", test(put(hello, 67, &[0xFF; 64]))));
        // The first two coefficients, of 12 bits each, little-endian: 3328 is the last that is one.
        cases.push(case("kem_c has the coefficient 3,328", "OK", test(put(hello, 67, &[0x00, 0x0D, 0x00]))));
        cases.push(case("kem_c has the coefficient 3,329", "REJECTED", test(put(hello, 67, &[0x01, 0x0D, 0x00]))));
        for (name, point) in low_order() {
            cases.push(case(format!("kem_c has the point {name}"), "REJECTED", test(put(hello, 67 + 1184, &point))));
        }
        let several = [
            case("the first pin, which is not the server's, changed", "OK", test(flipped(hello, at + 1))),
            case("the pin that it answers under changed: it has the next one", "OK", test(flipped(hello, at + 33))),
        ];
        cases.extend(several);
    }
    maker.group("Hello", parties.group(), cases);
}

/// What a server's proof may be that is none, and what makes it one.
fn proofs(proof: &Proof<'_>, other: &Identity, role: &'static str) -> Vec<(String, &'static str, Vec<u8>)> {
    let (spki, signature) = (proof.me.public().spki(), proof.signature());
    let signed = |context: &'static str| Proof { context, ..proof.clone() }.signature();
    let over = |transcript: [u8; 32]| Proof { transcript, ..proof.clone() }.signature();
    let pinned = |pins: Vec<[u8; 32]>| Proof { pins, ..proof.clone() }.signature();
    let mut short = proof.pins.clone();
    short.pop();
    let long = [proof.pins.clone(), vec![pin(other)]].concat();
    let mut swapped = proof.pins.clone();
    swapped[0] = pin(other);
    let good = proof.plain();
    let none = |comment: &str, proof: Vec<u8>| (comment.to_owned(), "REJECTED", proof);
    let mut proofs = vec![
        ("the true proof, sealed by hand".to_owned(), "OK", good.clone()),
        none("no proof", vec![]),
        none("a proof without its last byte", good[..good.len() - 1].to_vec()),
        none("a proof of one byte more", [good.as_slice(), &[0]].concat()),
        none("a mac that is changed", flipped(&good, good.len() - 1)),
        none("a signature that is changed, under a mac that fits", proof.with(spki, &flipped(&signature, 0))),
        none("a signature that is changed, under the old mac", flipped(&good, 2 + spki.len() + 2)),
        none("no signature", proof.with(spki, b"")),
        none("a signature of one byte more", proof.with(spki, &[signature.as_slice(), &[0]].concat())),
        none("no spki", proof.with(b"", &signature)),
        none("an spki of another length, under the old mac", put(&good, 1, &[spki.len() as u8 - 1])),
        none("an spki over 2,700 bytes", proof.with(&[0; 2701], &signature)),
        none("a signature over 4,700 bytes", proof.with(spki, &[0; 4701])),
        none("a signature over another transcript", proof.with(spki, &over([7; 32]))),
        none("a signature that names another pin", proof.with(spki, &pinned(swapped))),
        none("a signature that names one pin less", proof.with(spki, &pinned(short))),
        none("a signature that names one pin more", proof.with(spki, &pinned(long))),
        none("another's signature", proof.with(spki, &Proof { me: other, ..proof.clone() }.signature())),
        none("a mac under another key", Proof { confirm: [7; 32], ..proof.clone() }.plain()),
        none("a mac over another transcript", {
            let other = Proof { transcript: [7; 32], ..proof.clone() };
            other.with(spki, &signature)
        }),
    ];
    for context in ["secenv 2 server", "secenv 2 client", "secenv 2 welcome", ""] {
        if context != role {
            proofs.push(none(&format!("a signature in the context \"{context}\""), proof.with(spki, &signed(context))));
        }
    }
    proofs
}

fn replies(maker: &mut Maker, parties: &Parties, [hello, reply, _, welcome]: &[Vec<u8>; 4], whole: &Whole) {
    let kem = parties.suite == Suite::X25519XWing;
    let head = head_len(parties.suite);
    let cookie = head + 2 + whole.sealed_s.len();
    let mut fields = vec![
        ("random_s", 2),
        ("kx_s", 34),
        ("session_id", head - 1),
        ("nonce of sealed_s", head + 2),
        ("sealed_s", head + 26),
        ("tag of sealed_s", cookie - 1),
    ];
    if kem {
        fields.extend([("kem_s", 66), ("the point of kem_s", 66 + 1088)]);
    }
    let structure = [0, 1, head, head + 1, cookie, cookie + 1];
    let mut cases = changed("reply", reply, &structure, &fields);
    let test = |reply: Vec<u8>| json!({ "reply": hex(&reply) });
    for (name, point) in low_order() {
        cases.push(case(format!("kx_s is {name}"), "REJECTED", test(put(reply, 34, &point))));
        if kem {
            let changed = put(reply, 66 + 1088, &point);
            cases.push(case(format!("kem_s has the point {name}"), "REJECTED", test(changed)));
        }
    }
    let server = parties.server();
    let other = server.reply(&flipped(hello, 3), time(NOW)).unwrap();
    let head = &reply[..head];
    let made = |sealed: &[u8], cookie: &[u8]| test(self::reply(head, sealed, cookie));
    let (sealed, cookie) = (whole.sealed_s.as_slice(), whole.cookie.as_slice());
    cases.extend([
        case("the reply to another hello", "REJECTED", test(other)),
        case("the welcome", "MALFORMED", test(welcome.clone())),
        case(
            "the cookie changed: the client cannot know, the server will",
            "OK",
            test(flipped(reply, reply.len() - 1)),
        ),
        case("no cookie", "OK", made(sealed, b"")),
        case("a cookie of 512 bytes", "OK", made(sealed, &[7; 512])),
        case("a cookie over 512 bytes", "MALFORMED", made(sealed, &[7; 513])),
        case("no sealed_s", "REJECTED", made(b"", cookie)),
        case("sealed_s too short to be sealed", "REJECTED", made(&[7; 39], cookie)),
        case("sealed_s of 7,500 bytes", "REJECTED", made(&[7; 7500], cookie)),
        case("sealed_s over 7,500 bytes", "MALFORMED", made(&[7; 7501], cookie)),
    ]);
    let first = &whole.first;
    let me = parties.answering();
    let proof = first.proof(me, pin(me));
    for (comment, status, proof) in proofs(&proof, &ed25519(5), "secenv 2 server") {
        cases.push(case(comment, status, test(first.reply(&proof, cookie))));
    }
    let stranger = ed25519(5);
    let by_another = first.proof(&stranger, pin(&stranger)).plain();
    let for_another_t = seal(&first.key_s(), &first.t0, &proof.plain());
    let key_c = derive(&first.s, "secenv 2 client proof", &first.t1);
    cases.extend([
        case("the sound proof of a server that is not pinned", "REJECTED", test(first.reply(&by_another, cookie))),
        case("a proof sealed for T0", "REJECTED", made(&for_another_t, cookie)),
        case("a proof under the client's key", "REJECTED", made(&seal(&key_c, &first.t1, &proof.plain()), cookie)),
    ]);
    if kem {
        let third = ed25519(4);
        let by_third = first.proof(&third, pin(&third)).plain();
        cases.push(case(
            "the proof of the third pin, which is trusted too",
            "OK",
            test(first.reply(&by_third, cookie)),
        ));
    }
    let again = |status, seconds: i64| {
        let test = json!({ "reply": hex(reply), "time": NOW.saturating_add_signed(seconds) });
        case(format!("{seconds} seconds after the hello"), status, test)
    };
    cases.extend([again("OK", 120), again("CLOSED", 121), again("OK", -300), again("CLOSED", -301)]);
    let twice = json!({ "reply": hex(reply), "before": hex(reply) });
    cases.push(case("after the same reply", "CLOSED", twice));
    let noise = json!({ "reply": "", "before": hex(reply) });
    cases.push(case("no reply, after the reply", "CLOSED", noise));
    let mut group = parties.group();
    group["reply"] = hex(reply).into();
    maker.group("Reply", group, cases);
}

fn finishes(maker: &mut Maker, parties: &Parties, [hello, reply, finish, _]: &[Vec<u8>; 4], whole: &Whole) {
    let at = 172; // the hello's length
    let after = at + 2 + hello.len();
    let (pins, random) = (at + 2 + pins_at(parties.suite), at + 2 + 3);
    let fields = [
        ("key_id of the cookie", 4),
        ("nonce of the cookie", 12),
        ("cookie", 36),
        ("tag of the cookie", 171),
        ("random_c", random),
        ("kx_c", random + 32),
        ("last byte of the hello, a pin's,", after - 1),
        ("nonce of sealed_c", after + 2),
        ("sealed_c", after + 26),
        ("tag of sealed_c", finish.len() - 1),
    ];
    // Lengths, and the version, type and number of pins of the hello.
    let structure = [0, 1, 2, 3, at, at + 1, at + 2, at + 3, pins, after, after + 1];
    let mut cases = changed("finish", finish, &structure, &fields);
    let test = |finish: Vec<u8>| json!({ "finish": hex(&finish) });
    let made = |cookie: &[u8], hello: &[u8], sealed: &[u8]| test(self::finish(cookie, hello, sealed));
    let (cookie, sealed) = (whole.cookie.as_slice(), whole.sealed_c.as_slice());
    let suite = |number: u8| made(cookie, &put(hello, 2, &[number]), sealed);
    let with_pins = |pins: &[[u8; 32]]| {
        let hello = [&hello[..pins_at(parties.suite)], &[pins.len() as u8], &pins.concat()].concat();
        made(cookie, &hello, sealed)
    };
    let (own, foreign) = (pin(parties.answering()), pin(&ed25519(5)));
    cases.extend([
        case("the reply", "MALFORMED", test(reply.clone())),
        case("no cookie", "REJECTED", made(b"", hello, sealed)),
        case("a cookie of 7 bytes", "REJECTED", made(&cookie[..7], hello, sealed)),
        case("a cookie without its last byte", "REJECTED", made(&cookie[..167], hello, sealed)),
        case("a cookie of 512 bytes", "REJECTED", made(&[7; 512], hello, sealed)),
        case("a cookie over 512 bytes", "MALFORMED", made(&[7; 513], hello, sealed)),
        case("no sealed_c", "REJECTED", made(cookie, hello, b"")),
        case("sealed_c too short to be sealed", "REJECTED", made(cookie, hello, &sealed[..39])),
        case("sealed_c of 7,500 bytes", "REJECTED", made(cookie, hello, &[7; 7500])),
        case("sealed_c over 7,500 bytes", "MALFORMED", made(cookie, hello, &[7; 7501])),
        case("no hello", "MALFORMED", made(cookie, b"", sealed)),
        case("the hello without its last byte", "MALFORMED", made(cookie, &hello[..hello.len() - 1], sealed)),
        case("the hello and one byte more", "MALFORMED", made(cookie, &[hello, [0].as_slice()].concat(), sealed)),
        case("a hello of suite 0", "MALFORMED", suite(0)),
        case("a hello of suite 3", "MALFORMED", suite(3)),
        case("a hello with a pin twice", "MALFORMED", with_pins(&[own, foreign, foreign])),
        case("a hello with another server's pin", "REJECTED", with_pins(&[foreign])),
        case("a hello with one pin more", "REJECTED", with_pins(&[own, foreign])),
    ]);
    for (seconds, status) in [(-60, "OK"), (-61, "REJECTED"), (120, "OK"), (121, "REJECTED")] {
        let test = json!({ "finish": hex(finish), "time": NOW.saturating_add_signed(seconds) });
        cases.push(case(format!("{seconds} seconds after the reply"), status, test));
    }

    // Proofs of the client that are none.
    let (me, server) = (&parties.client, pin(parties.answering()));
    let second = whole.second(cookie);
    let proof = second.proof(me, pin(me), server);
    for (comment, status, proof) in proofs(&proof, &ed25519(5), "secenv 2 client") {
        cases.push(case(comment, status, test(second.finish(&proof))));
    }
    let stranger = ed25519(5);
    let by_another = second.proof(&stranger, pin(&stranger), server).plain();
    cases.push(case("the sound proof of another client", "OK", test(second.finish(&by_another))));
    let for_another_t = made(cookie, hello, &seal(&second.key_c(), &whole.t2, &proof.plain()));
    cases.push(case("a proof sealed for T2", "REJECTED", for_another_t));
    for (comment, spki, signature) in keys_that_are_none(&second.proof(me, [0; 32], server)) {
        cases.push(case(comment, "REJECTED", test(second.finish(&proof.with(&spki, &signature)))));
    }
    if parties.suite == Suite::X25519 {
        let (weak, spki) = weak_key();
        let signature = weak.sign(&second.proof(me, sha256(&spki), server).statement()).unwrap();
        let weak = second.finish(&proof.with(&spki, &signature));
        cases.push(case("an RSA key of 2,048 bits", "REJECTED", test(weak)));
    }

    // Cookies that only a holder of the cookie key can make.
    let true_cookie =
        |issued: u64| Cookie::new(issued, whole.session_id(), &whole.t2, &whole.first.s, &whole.cookie_ad);
    let by_hand = |cookie: &Cookie, key: &[u8; 32]| {
        let cookie = cookie.seal(key);
        let second = whole.second(&cookie);
        test(second.finish(&second.proof(me, pin(me), server).plain()))
    };
    let content = |edit: &dyn Fn(&mut Cookie)| {
        let mut cookie = true_cookie(NOW);
        edit(&mut cookie);
        by_hand(&cookie, &COOKIE_KEY)
    };
    let (t0, store) = (whole.first.t0, &parties.store_id);
    cases.extend([
        case("the cookie sealed once more", "OK", by_hand(&true_cookie(NOW), &COOKIE_KEY)),
        case("the cookie under a key that is not accepted", "REJECTED", by_hand(&true_cookie(NOW), &OTHER_KEY)),
        case("the right key_id, the wrong key", "REJECTED", {
            let cookie = true_cookie(NOW).seal(&OTHER_KEY);
            let cookie = [&whole.cookie[..8], &cookie[8..]].concat();
            let second = whole.second(&cookie);
            test(second.finish(&second.proof(me, pin(me), server).plain()))
        }),
        case("the right key, the wrong key_id", "REJECTED", {
            let cookie = flipped(&true_cookie(NOW).seal(&COOKIE_KEY), 0);
            let second = whole.second(&cookie);
            test(second.finish(&second.proof(me, pin(me), server).plain()))
        }),
        case("a cookie of 120 seconds before", "OK", by_hand(&true_cookie(NOW - 120), &COOKIE_KEY)),
        case("a cookie of 121 seconds before", "REJECTED", by_hand(&true_cookie(NOW - 121), &COOKIE_KEY)),
        case("a cookie of 60 seconds later", "OK", by_hand(&true_cookie(NOW + 60), &COOKIE_KEY)),
        case("a cookie of 61 seconds later", "REJECTED", by_hand(&true_cookie(NOW + 61), &COOKIE_KEY)),
        case("a cookie of the year 0", "REJECTED", by_hand(&true_cookie(0), &COOKIE_KEY)),
        case("a cookie of 2^63", "REJECTED", by_hand(&true_cookie(1 << 63), &COOKIE_KEY)),
        case("a cookie of the last second there is", "REJECTED", by_hand(&true_cookie(u64::MAX), &COOKIE_KEY)),
        case("a cookie's content without its last byte", "REJECTED", content(&|cookie| cookie.plain.truncate(119))),
        case("a cookie's content of one byte more", "REJECTED", content(&|cookie| cookie.plain.push(0))),
        case("a cookie with another T2", "REJECTED", content(&|cookie| cookie.plain[24] ^= 1)),
        case("a cookie with another S", "REJECTED", content(&|cookie| cookie.plain[56] ^= 1)),
        case("a cookie with another session id", "OK", content(&|cookie| cookie.plain[8] ^= 1)),
        case("a cookie for another store", "REJECTED", content(&|c| c.ad = Cookie::ad(&server, &[1; 16], &t0))),
        case("a cookie of another server", "REJECTED", content(&|c| c.ad = Cookie::ad(&[1; 32], store, &t0))),
        case("a cookie for another hello", "REJECTED", content(&|c| c.ad = Cookie::ad(&server, store, &[1; 32]))),
        case("a cookie without ad", "REJECTED", content(&|cookie| cookie.ad.clear())),
    ]);
    whole_by_hand(&mut cases, parties, hello, whole);
    maker.group("Finish", parties.group(), cases);
}

/// What a holder of the cookie key gets who invents a first flight: a session in its own name, and nobody else's.
fn whole_by_hand(cases: &mut Vec<Case>, parties: &Parties, hello: &[u8], whole: &Whole) {
    let server = pin(parties.answering());
    let (t2, s) = ([0x22; 32], [0x53; 64]);
    let invented = |hello: &[u8]| {
        let t0 = First::new(parties, hello, &whole.first.head).t0;
        let cookie = Cookie::new(NOW, &[9; 16], &t2, &s, &Cookie::ad(&server, &parties.store_id, &t0));
        let cookie = cookie.seal(&COOKIE_KEY);
        let second = Second::new(hello, &cookie, (&t0, &t2), &s);
        let proof = second.proof(&parties.client, pin(&parties.client), server).plain();
        json!({ "finish": hex(&second.finish(&proof)) })
    };
    cases.push(case("an invented first flight, by who has the cookie key", "OK", invented(hello)));
    for (name, point) in low_order() {
        let comment = format!("an invented first flight, whose kx_c is {name}");
        cases.push(case(comment, "REJECTED", invented(&put(hello, 35, &point))));
    }
    if parties.suite == Suite::X25519XWing {
        let comment = "an invented first flight, whose kem_c has a coefficient that is none";
        cases.push(case(comment, "REJECTED", invented(&put(hello, 67, &[0xFF; 64]))));
    }
    // The client's finish for another hello, behind which a holder of the cookie key puts the true T2 and S.
    let other = flipped(hello, 3);
    let t0 = First::new(parties, &other, &whole.first.head).t0;
    let ad = Cookie::ad(&server, &parties.store_id, &t0);
    let cookie = Cookie::new(NOW, whole.session_id(), &whole.t2, &whole.first.s, &ad).seal(&COOKIE_KEY);
    let test = json!({ "finish": hex(&finish(&cookie, &other, &whole.sealed_c)) });
    cases.push(case("another hello and its cookie around the client's proof", "REJECTED", test));
}

fn welcomes(maker: &mut Maker, parties: &Parties, [hello, reply, finish, welcome]: &[Vec<u8>; 4], whole: &Whole) {
    let kem = parties.suite == Suite::X25519XWing;
    let head = whole.head_w.len();
    let mut fields = vec![("kx_w", 2), ("signature", head + 2), ("mac", welcome.len() - 1)];
    if kem {
        fields.extend([("kem_w", 34), ("the point of kem_w", 34 + 1088)]);
    }
    let mut cases = changed("welcome", welcome, &[0, 1, head, head + 1], &fields);
    let test = |welcome: Vec<u8>| json!({ "welcome": hex(&welcome) });
    for (name, point) in low_order() {
        cases.push(case(format!("kx_w is {name}"), "REJECTED", test(put(welcome, 2, &point))));
        if kem {
            let changed = put(welcome, 34 + 1088, &point);
            cases.push(case(format!("kem_w has the point {name}"), "REJECTED", test(changed)));
        }
    }
    let me = parties.answering();
    let proof = whole.welcome_proof(me);
    let signature = proof.signature();
    let with = |proof: &Proof<'_>| test(whole.welcome(proof, &proof.signature()));
    let signed = |comment: &str, signature: &[u8]| case(comment, "REJECTED", test(whole.welcome(&proof, signature)));
    let stranger = ed25519(5);
    let by_stranger = Proof { me: &stranger, ..proof.clone() };
    let own_name = Proof { me: &stranger, pins: vec![pin(&stranger)], ..proof.clone() };
    let of_s = Proof { confirm: derive(&whole.first.s, "secenv 2 welcome", &whole.t5), ..proof.clone() };
    let of_t4 = Proof { transcript: whole.t4, ..proof.clone() };
    cases.extend([
        case("the true welcome, made by hand", "OK", with(&proof)),
        signed("another's signature, under a mac that fits", &by_stranger.signature()),
        signed("another's signature, in its own name", &own_name.signature()),
        signed("no signature", b""),
        signed("a signature of one byte more", &[signature.as_slice(), &[0]].concat()),
        signed("a signature of 4,700 bytes", &[7; 4700]),
        case("a signature over 4,700 bytes", "MALFORMED", test(whole.welcome(&proof, &[7; 4701]))),
        signed("a signature that is changed, under a mac that fits", &flipped(&signature, 0)),
        signed("a signature over T4", &of_t4.signature()),
        signed("a signature that names no pin", &Proof { pins: vec![], ..proof.clone() }.signature()),
        case("a mac under a key of S", "REJECTED", with(&of_s)),
        case("a mac over T4", "REJECTED", test(self::welcome(&whole.head_w, &signature, &of_t4.mac(&[&signature])))),
        case("a mac of 31 bytes", "MALFORMED", test(self::welcome(&whole.head_w, &signature, &[7; 31]))),
        case("the signature of the reply", "REJECTED", {
            let (_, rest) = read16(&whole.proof_s);
            test(whole.welcome(&proof, read16(rest).0))
        }),
        case("the reply", "MALFORMED", test(reply.clone())),
    ]);
    for context in ["secenv 2 server", "secenv 2 client", ""] {
        let signature = Proof { context, ..proof.clone() }.signature();
        cases.push(signed(&format!("a signature in the context \"{context}\""), &signature));
    }
    if kem {
        let third = ed25519(4);
        let comment = "the welcome of the third pin: the second one answered";
        cases.push(case(comment, "REJECTED", with(&whole.welcome_proof(&third))));
    }
    // Two that a server really makes.
    let server = parties.server();
    let accept = |finish: &[u8]| fixed::with(b"again", &mut 0, || server.accept(finish, time(NOW)).unwrap().welcome);
    cases.push(case("the welcome to the same finish, accepted a second time", "OK", test(accept(finish))));
    let other = fixed::with(b"another", &mut 0, || server.reply(hello, time(NOW)).unwrap());
    let mut calls = 0;
    let (mut client, _) = parties.start(time(NOW), &mut calls);
    let other = fixed::with(&parties.client_seed, &mut calls, || client.finish(&other, time(NOW)).unwrap());
    cases.push(case("the welcome to another finish of the same hello", "REJECTED", test(accept(&other))));

    let at = |status, seconds: i64| {
        let test = json!({ "welcome": hex(welcome), "time": NOW.saturating_add_signed(seconds) });
        case(format!("{seconds} seconds after the hello"), status, test)
    };
    cases.extend([at("OK", 120), at("CLOSED", 121), at("OK", -300), at("CLOSED", -301)]);
    let before = |welcome: &[u8], before: &[u8]| json!({ "welcome": hex(welcome), "before": hex(before) });
    cases.extend([
        case("after the same welcome", "CLOSED", before(welcome, welcome)),
        case("no welcome, after the welcome", "CLOSED", before(b"", welcome)),
        case("before a reply", "INVALID_ARGUMENT", json!({ "welcome": hex(welcome), "replied": false })),
        case("no welcome, before a reply", "INVALID_ARGUMENT", json!({ "welcome": "", "replied": false })),
        case("before a reply, and late", "CLOSED", {
            json!({ "welcome": hex(welcome), "replied": false, "time": NOW + 121 })
        }),
    ]);
    let mut group = parties.group();
    (group["reply"], group["welcome"]) = (hex(reply).into(), hex(welcome).into());
    maker.group("Welcome", group, cases);
}

/// PSS is random: these messages are only checked.
fn random_signatures(maker: &mut Maker, parties: &Parties) {
    let ([hello, reply, finish, welcome], _) = parties.run();
    let group = parties.group();
    let pair = |name: &str, message: &[u8], at: usize| {
        vec![
            case("untouched", "OK", json!({ name: hex(message) })),
            case(format!("byte {at} changed"), "REJECTED", json!({ name: hex(&flipped(message, at)) })),
        ]
    };
    maker.group("Hello", group.clone(), pair("hello", &hello, hello.len() - 1));
    maker.group("Reply", group.clone(), pair("reply", &reply, head_len(parties.suite) + 40));
    maker.group("Finish", group.clone(), pair("finish", &finish, finish.len() - 40));
    if parties.client.kind() == secenv::identity::Kind::Ed25519 {
        let mut group = group;
        (group["reply"], group["welcome"]) = (hex(&reply).into(), hex(&welcome).into());
        maker.group("Welcome", group, pair("welcome", &welcome, welcome.len() - 40));
    }
}

/// The same messages where something else differs.
fn other_setups(maker: &mut Maker, parties: &Parties) {
    let ([hello, reply, finish, welcome], _) = parties.run();
    let hello = || json!({ "hello": hex(&hello) });
    let reply = || json!({ "reply": hex(&reply) });
    let finish = || json!({ "finish": hex(&finish) });
    let strict = Parties { minimum: Suite::X25519XWing, ..parties.clone() };
    maker.group("Hello", strict.group(), vec![case("below the minimum", "REJECTED", hello())]);
    maker.group("Finish", strict.group(), vec![case("below the minimum", "REJECTED", finish())]);

    let with = |edit: &dyn Fn(&mut Parties)| {
        let mut other = parties.clone();
        edit(&mut other);
        other.group()
    };
    let prologue = with(&|parties| parties.prologue = b"another".to_vec());
    let padding = with(&|parties| parties.padding = Padding::Padme);
    for (name, group) in [("prologue", prologue), ("padding", padding)] {
        let comment = format!("the client has another {name}");
        maker.group("Reply", group.clone(), vec![case(comment, "REJECTED", reply())]);
        let comment = format!("the server has another {name} now");
        maker.group("Finish", group, vec![case(comment, "REJECTED", finish())]);
    }
    let other = with(&|parties| parties.client_seed = b"another".to_vec());
    maker.group("Reply", other, vec![case("the client of another hello", "REJECTED", reply())]);
    let other = with(&|parties| parties.pins = vec![*ed25519(5).public().pin()]);
    maker.group("Reply", other, vec![case("the client wants another server", "REJECTED", reply())]);
    let other = with(&|parties| parties.cookie_key = OTHER_KEY);
    maker.group("Finish", other, vec![case("another cookie key", "REJECTED", finish())]);
    let other = with(&|parties| parties.store_id = [1; 16]);
    maker.group("Finish", other, vec![case("another store", "REJECTED", finish())]);
    let other = with(&|parties| parties.servers = vec![ed25519(5)]);
    maker.group("Finish", other.clone(), vec![case("another server with the same keys", "REJECTED", finish())]);
    maker.group("Hello", other, vec![case("another server", "REJECTED", hello())]);
    for accepted in [vec![COOKIE_KEY], vec![[1; 32], COOKIE_KEY]] {
        let comment = format!("a cookie under accepted key {}", accepted.len());
        let other = with(&|parties| (parties.cookie_key, parties.accepted_keys) = (OTHER_KEY, accepted.clone()));
        maker.group("Finish", other, vec![case(comment, "OK", finish())]);
    }
    // The server gave up the identity that answered and has the client's other one: nothing opens.
    let two = several(parties);
    let messages = two.run().0;
    let mut gone = two;
    gone.servers = vec![ed25519(4)];
    let test = json!({ "finish": hex(&messages[2]) });
    maker.group("Finish", gone.group(), vec![case("the identity that answered is gone", "REJECTED", test)]);
    let prologue = Parties { prologue: vec![7; 1024], ..parties.clone() };
    let messages = prologue.run().0;
    let test = json!({ "finish": hex(&messages[2]) });
    maker.group("Finish", prologue.group(), vec![case("a prologue of 1,024 bytes", "OK", test)]);
    // A welcome is this handshake's only if the reply was.
    let other = Parties { server_seed: b"another".to_vec(), ..parties.clone() };
    let messages = other.run().0;
    let mut group = parties.group();
    (group["reply"], group["welcome"]) = (hex(&messages[1]).into(), hex(&messages[3]).into());
    let test = |welcome: &[u8]| json!({ "welcome": hex(welcome) });
    let cases = vec![
        case("the welcome after this reply", "OK", test(&messages[3])),
        case("the welcome after another reply", "REJECTED", test(&welcome)),
    ];
    maker.group("Welcome", group, cases);
}

/// SPKIs that are no keys of an identity, each with a signature that somebody careless might take. The proof is one whose first
/// pin is replaced.
fn keys_that_are_none(proof: &Proof<'_>) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let spki = proof.me.public().spki();
    let signed = |comment: &str, spki: Vec<u8>| {
        let mut pins = proof.pins.clone();
        pins[0] = sha256(&spki);
        (comment.to_owned(), spki, Proof { pins, ..proof.clone() }.signature())
    };
    let with_null = [&[0x30, 0x2c, 0x30, 0x07], &spki[4..9], &[0x05, 0x00], &spki[9..]].concat();
    let long_form = [&[0x30, 0x81, 0x2a], &spki[2..]].concat();
    let x25519 = put(spki, 8, &[0x6e]);
    let mut keys = vec![
        signed("an Ed25519 key with NULL parameters", with_null),
        signed("an Ed25519 key with a length in two bytes", long_form),
        signed("an Ed25519 key and a byte behind it", [spki, &[0]].concat()),
        signed("an X25519 key", x25519),
        signed("no SPKI at all: the key alone", spki[12..].to_vec()),
    ];
    // Under the point (0, 1) every signature (R = S B) holds for who does not look: R the same point, S zero.
    let mut one = [0; 32];
    one[0] = 1;
    let zero_signature = [one.as_slice(), &[0; 32]].concat();
    for (name, point) in [("of order 1", one), ("of order 4", [0; 32])] {
        let key = [&spki[..12], point.as_slice()].concat();
        keys.push((format!("an Ed25519 key {name}"), key, zero_signature.clone()));
    }
    keys
}

/// How a proof is signed.
type Sign<'a> = &'a dyn Fn(&Proof<'_>) -> Vec<u8>;

/// A key that protocol 1 has deployed, and its SPKI.
fn weak_key() -> (rsa::SecretKey, Vec<u8>) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/keys/server.pem");
    let key = rsa::SecretKey::parse(&std::fs::read(path).unwrap()).unwrap();
    let spki = key.public().unwrap().encode_der().unwrap();
    (key, spki)
}

/// A client that was given such a key's pin does not take it either.
fn pinned_keys_that_are_none(maker: &mut Maker, parties: &Parties, rsa: &Identity) {
    let pair = kx::KeyPair::from_seed(&[3; 32]).unwrap();
    let head = [[2, 2].as_slice(), &[1; 32], pair.public(), &[4; 16]].concat();
    let server = ed25519(2);
    let mut group = |key: &str, status, me: &Identity, spki: &[u8], signature: Option<Sign<'_>>| {
        let parties = Parties { pins: vec![Pin::from_bytes(sha256(spki))], ..parties.clone() };
        let (_, hello) = parties.start(time(NOW), &mut 0);
        let first = First::new(&parties, &hello, &head);
        let proof = first.proof(me, sha256(spki));
        let signature = signature.map_or_else(|| proof.signature(), |sign| sign(&proof));
        let reply = first.reply(&proof.with(spki, &signature), &[7; 168]);
        let comment = format!("pinned: {key}");
        maker.group("Reply", parties.group(), vec![case(comment, status, json!({ "reply": hex(&reply) }))]);
    };
    group("the server's key", "OK", &server, server.public().spki(), None);
    let (context, pins) = ("secenv 2 server", vec![[0; 32]]);
    let template = Proof { me: &server, context, transcript: [0; 32], pins, confirm: [0; 32] };
    for (key, spki, signature) in keys_that_are_none(&template) {
        let zero = signature[32..] == [0; 32];
        let sign = |_: &Proof<'_>| signature.clone();
        group(&key, "REJECTED", &server, &spki, zero.then_some(&sign));
    }
    let spki = rsa.public().spki();
    let body = [&[0x30, 0x82, 0x01, 0xa0, 0x30, 0x0b], &spki[6..17], &spki[19..]].concat();
    assert_eq!((spki[..4].to_vec(), spki[17..19].to_vec()), (vec![0x30, 0x82, 0x01, 0xa2], vec![0x05, 0x00]));
    group("an RSA key", "OK", rsa, spki, None);
    group("an RSA key of id-RSASSA-PSS", "REJECTED", rsa, &put(spki, 16, &[0x0a]), None);
    group("an RSA key without NULL parameters", "REJECTED", rsa, &body, None);
    group("an RSA key and a byte behind it", "REJECTED", rsa, &[spki, &[0]].concat(), None);
    let (weak, spki) = weak_key();
    let sign = |proof: &Proof<'_>| weak.sign(&proof.statement()).unwrap();
    group("an RSA key of 2,048 bits", "REJECTED", &server, &spki, Some(&sign));
}

/// A group that begins with this session.
fn from(session: &Session) -> Value {
    from_plain(&plain(session), session.place())
}

fn from_plain(plain: &[u8], place: &Place) -> Value {
    let state = hex(&seal_state(plain, &STATE_KEY, place));
    json!({ "state": state, "stateKey": hex(&STATE_KEY), "place": write_place(place), "time": NOW })
}

fn opens(comment: impl Into<String>, status: &'static str, ad: &[u8], record: impl AsRef<[u8]>) -> Case {
    case(comment, status, json!({ "ad": hex(ad), "record": hex(record.as_ref()) }))
}

fn seals(comment: &str, status: &'static str, message: &[u8], answers: Option<u64>) -> Case {
    let mut test = json!({ "ad": hex(b"POST /message"), "message": hex(message), "seed": hex(comment.as_bytes()) });
    if let Some(number) = answers {
        test["answers"] = number.into();
    }
    case(comment, status, test)
}

fn late(mut case: Case, time: u64) -> Case {
    case.2["time"] = time.into();
    case
}

fn with(mut case: Case, name: &str, value: Value) -> Case {
    case.2[name] = value;
    case
}

fn key_at(plain: &[u8], at: usize) -> [u8; 32] {
    plain[at..at + 32].try_into().unwrap()
}

fn send(session: &mut Session) -> Vec<u8> {
    session.seal(b"ad", b"message", time(NOW)).unwrap()
}

fn records(maker: &mut Maker, parties: &Parties) {
    let (_, [mut client, mut server]) = parties.run();
    let (new, place) = (plain(&server), *server.place());
    let (client_new, id) = (plain(&client), *client.id().as_bytes());
    let (c0, d0) = (key_at(&new, state::CLIENT_CHAIN), key_at(&new, state::SERVER_CHAIN));
    let sent = (0..21_390).map(|_| send(&mut client)).collect::<Vec<_>>();
    let message = |key: [u8; 32]| derive(&key, "secenv 2 message", b"");
    let to_reply = |key: [u8; 32]| derive(&key, "secenv 2 reply", b"");
    let by_hand = |number: u64, key: [u8; 32]| record((0, &id, number, b""), &key, b"ad", b"by hand");

    // A server that opened nothing.
    let mut cases = [0, 1023, 1024, 2047, 2048, 5000, 16_383]
        .map(|number| opens(format!("message {number}"), "OK", b"ad", &sent[number]))
        .to_vec();
    cases.extend([
        opens("message 16,384, which is too far ahead", "REJECTED", b"ad", &sent[16_384]),
        opens("message 21,000", "REJECTED", b"ad", &sent[21_000]),
        opens("message 1,024 by hand", "OK", b"ad", by_hand(1024, message(chain(&c0, 1)))),
        opens("message 1,024 under the key of generation 0", "REJECTED", b"ad", by_hand(1024, message(c0))),
        opens("message 1,023 under the key of generation 1", "REJECTED", b"ad", by_hand(1023, message(chain(&c0, 1)))),
        opens("a message under a reply's key", "REJECTED", b"ad", by_hand(0, to_reply(c0))),
        opens("a message under the server's chain", "REJECTED", b"ad", by_hand(0, message(d0))),
        opens("a message under the key of the chain", "REJECTED", b"ad", by_hand(0, c0)),
        opens("number 2^32", "MALFORMED", b"ad", by_hand(1 << 32, message(c0))),
        opens("number 2^64 - 1", "MALFORMED", b"ad", by_hand(u64::MAX, message(c0))),
        opens("a reply to a message that was never sent", "REJECTED", b"ad", {
            record((3, &id, 0, &[7; 16]), &to_reply(d0), b"ad", b"by hand")
        }),
        opens("a message with the name of another", "REJECTED", b"ad", {
            record((0, &id, 0, &[7; 16]), &message(c0), b"ad", b"by hand")
        }),
        late(opens("unconfirmed, at its last second", "OK", b"ad", &sent[0]), NOW + 300),
        late(opens("unconfirmed, a second later", "ENDED", b"ad", &sent[0]), NOW + 301),
        late(opens("unconfirmed, with no record, a second later", "MALFORMED", b"ad", b""), NOW + 301),
        late(
            opens("unconfirmed, with a message of its own, later", "ENDED", b"ad", {
                record((1, &id, 0, b""), &message(d0), b"ad", b"by hand")
            }),
            NOW + 301,
        ),
        late(opens("a clock set back by five minutes", "OK", b"ad", &sent[0]), NOW - 300),
        late(opens("a clock set back by more", "ENDED", b"ad", &sent[0]), NOW - 301),
        late(with(opens("confirmed", "OK", b"ad", &sent[1]), "before", json!([hex(&sent[0])])), NOW + 301),
    ]);
    maker.group("Open", from_plain(&new, &place), cases);
    let seal_cases = vec![
        seals("unconfirmed", "UNCONFIRMED", b"news", None),
        late(seals("unconfirmed, and over", "UNCONFIRMED", b"news", None), NOW + 301),
        with(seals("unconfirmed, and too large", "UNCONFIRMED", b"", None), "zeros", 16_777_217.into()),
        seals("unconfirmed: a reply to nothing", "INVALID_ARGUMENT", b"", Some(0)),
    ];
    maker.group("Seal", from_plain(&new, &place), seal_cases);

    // A server that opened 0, 1, 3 and 1,030.
    for number in [0, 1, 3, 1030] {
        server.open(b"ad", &sent[number], time(NOW)).unwrap();
    }
    let good = &sent[1029];
    let mut cases = vec![
        opens("within the window", "OK", b"ad", good),
        opens("the oldest number in the window, of the generation before", "OK", b"ad", &sent[7]),
        opens("below the window", "REJECTED", b"ad", &sent[6]),
        opens("opened before", "REJECTED", b"ad", &sent[1030]),
        opens("opened before, and forgotten", "REJECTED", b"ad", &sent[3]),
        opens("the next one", "OK", b"ad", &sent[1031]),
        opens("16,384 above the highest", "OK", b"ad", &sent[1030 + 16_384]),
        opens("16,385 above the highest", "REJECTED", b"ad", &sent[1031 + 16_384]),
        opens("other associated data", "REJECTED", b"AD", good),
        opens("no associated data", "REJECTED", b"", good),
        opens("empty", "MALFORMED", b"ad", b""),
        opens("cut within the session id", "MALFORMED", b"ad", &good[..18]),
        opens("cut behind the header", "MALFORMED", b"ad", &good[..27]),
        opens("too short to be sealed", "MALFORMED", b"ad", &good[..27 + 39]),
        opens("long enough to be sealed", "REJECTED", b"ad", &good[..27 + 40]),
        opens("cut within the tag", "REJECTED", b"ad", &good[..good.len() - 1]),
        opens("one byte more", "REJECTED", b"ad", [good, [0].as_slice()].concat()),
        opens("the sender's own message", "REJECTED", b"ad", send(&mut server)),
        opens("kind 4", "MALFORMED", b"ad", put(good, 2, &[4])),
        opens("kind 255", "MALFORMED", b"ad", put(good, 2, &[255])),
        with(opens("of 16 MiB", "REJECTED", b"ad", &good[..27]), "zeros", (16_777_216 + 40).into()),
        with(opens("over 16 MiB", "TOO_LARGE", b"ad", &good[..27]), "zeros", (16_777_217 + 40).into()),
        with(opens("associated data of 64 KiB, which are other", "REJECTED", b"", good), "adZeros", 65_536.into()),
        with(opens("associated data over 64 KiB", "TOO_LARGE", b"", good), "adZeros", 65_537.into()),
        late(with(opens("the same, and over", "TOO_LARGE", b"", good), "adZeros", 65_537.into()), NOW + 86_401),
        late(
            with(opens("over 16 MiB, and over", "TOO_LARGE", b"ad", &good[..27]), "zeros", (16_777_217 + 40).into()),
            NOW + 86_401,
        ),
        with(opens("after another one", "OK", b"ad", &sent[1031]), "before", json!([hex(&sent[1032])])),
        with(opens("twice", "REJECTED", b"ad", &sent[1031]), "before", json!([hex(&sent[1031])])),
        opens("no message in it", "OK", b"ad", record((0, &id, 1031, b""), &message(chain(&c0, 1)), b"ad", b"")),
    ];
    for (name, at, status) in [
        ("version", 0, "MALFORMED"),
        ("type", 1, "MALFORMED"),
        ("kind", 2, "REJECTED"),
        ("session id", 3, "REJECTED"),
        ("session id", 18, "REJECTED"),
        ("number", 26, "REJECTED"),
        ("high half of the number", 22, "MALFORMED"),
        ("nonce", 27, "REJECTED"),
        ("ciphertext", 51, "REJECTED"),
        ("tag", good.len() - 1, "REJECTED"),
    ] {
        cases.push(opens(format!("{name} changed at byte {at}"), status, b"ad", flipped(good, at)));
    }
    cases.extend([
        late(opens("the last second of its day", "OK", b"ad", good), NOW + 86_400),
        late(opens("older than a day", "ENDED", b"ad", good), NOW + 86_401),
        late(opens("a clock set back by five minutes", "OK", b"ad", good), NOW - 300),
        late(opens("a clock set back by more", "ENDED", b"ad", good), NOW - 301),
        late(opens("no record, older than a day", "MALFORMED", b"ad", b""), NOW + 86_401),
        late(opens("changed, older than a day", "ENDED", b"ad", flipped(good, 51)), NOW + 86_401),
    ]);
    maker.group("Open", from(&server), cases);
    let cases = vec![
        seals("a message that nobody asked for", "OK", b"meet at nine", None),
        seals("a reply", "OK", b"agreed", Some(1030)),
        seals("a reply to a message of the generation before", "OK", b"agreed", Some(3)),
        seals("an empty reply", "OK", b"", Some(0)),
        seals("a reply to a message that was not opened", "INVALID_ARGUMENT", b"", Some(2)),
        seals("a reply to a message that is none", "INVALID_ARGUMENT", b"", Some(u64::MAX)),
        late(seals("a reply at the last second", "OK", b"agreed", Some(3)), NOW + 86_400),
        late(seals("a reply a second later", "ENDED", b"agreed", Some(3)), NOW + 86_401),
        late(seals("a message a second later", "ENDED", b"agreed", None), NOW + 86_401),
        late(seals("a message, the clock set back", "ENDED", b"agreed", None), NOW - 301),
        late(seals("a reply to nothing, later", "INVALID_ARGUMENT", b"", Some(2)), NOW + 86_401),
        with(seals("a message over 16 MiB", "TOO_LARGE", b"", None), "zeros", 16_777_217.into()),
        late(with(seals("the same, later", "TOO_LARGE", b"", None), "zeros", 16_777_217.into()), NOW + 86_401),
        with(seals("a reply over 16 MiB", "TOO_LARGE", b"", Some(3)), "zeros", 16_777_217.into()),
        with(seals("associated data of 64 KiB", "OK", b"x", None), "adZeros", (65_536 - 13).into()),
        with(seals("associated data over 64 KiB", "TOO_LARGE", b"x", None), "adZeros", (65_537 - 13).into()),
    ];
    maker.group("Seal", from(&server), cases);

    // A server that opened 3 and 5,000: generation 3 is the oldest that it has.
    let (_, [_, mut ahead]) = parties.run();
    for number in [3, 5000] {
        ahead.open(b"ad", &sent[number], time(NOW)).unwrap();
    }
    let cases = vec![
        opens("the oldest number in the window", "OK", b"ad", &sent[3977]),
        opens("below the window, of a generation that is held", "REJECTED", b"ad", &sent[3976]),
        opens("the last one of the generation before", "OK", b"ad", &sent[4095]),
        opens("of a generation that is gone", "REJECTED", b"ad", &sent[3071]),
        opens("16,384 above the highest", "OK", b"ad", &sent[21_384]),
        opens("16,385 above the highest", "REJECTED", b"ad", &sent[21_385]),
    ];
    maker.group("Open", from(&ahead), cases);
    let cases = vec![
        seals("a reply in the present generation", "OK", b"agreed", Some(5000)),
        seals("a reply to a message whose keys are gone", "INVALID_ARGUMENT", b"agreed", Some(3)),
    ];
    maker.group("Seal", from(&ahead), cases);
    // Two entries of one number in the memory: the later one is the message.
    let mut twice = put(&plain(&ahead), state::OPENED, &[3]);
    let entry = [5000_u64.to_be_bytes().as_slice(), &[0xEE; 16]].concat();
    twice[state::OPENED + 1 + 48..state::OPENED + 1 + 72].copy_from_slice(&entry);
    let cases = vec![seals("a reply to the later of two messages of one number", "OK", b"agreed", Some(5000))];
    maker.group("Seal", from_plain(&twice, &place), cases);
    client_records(maker, parties, &client_new);
}

/// Replies and the server's messages, opened by a client that was imported.
fn client_records(maker: &mut Maker, parties: &Parties, client_new: &[u8]) {
    let (_, [mut client, mut server]) = parties.run();
    let (place, id) = (*client.place(), *client.id().as_bytes());
    let d0 = key_at(client_new, state::SERVER_CHAIN);
    let sent = (0..1031).map(|_| send(&mut client)).collect::<Vec<_>>();
    let mut reply_to = |number: usize| {
        server.open(b"ad", &sent[number], time(NOW)).unwrap();
        server.reply(number as u64, b"ad", b"reply", time(NOW)).unwrap()
    };
    let replies = [1014, 1015, 1023, 1024, 1030].map(&mut reply_to);
    let [forgotten, oldest, of_first, of_second, last] = &replies;
    let news = (0..16_390).map(|_| send(&mut server)).collect::<Vec<_>>();
    let mut opened_before = client.reopened();
    opened_before.open(b"ad", last, time(NOW)).unwrap();

    let under = |number: u64, key: &[u8; 32]| record((1, &id, number, b""), key, b"ad", b"by hand");
    let message_key = |generation: u64| derive(&chain(&d0, generation), "secenv 2 message", b"");
    let cases = vec![
        opens("a reply", "OK", b"ad", last),
        opens("a reply to the oldest that is remembered", "OK", b"ad", oldest),
        opens("a reply to a message that was forgotten", "REJECTED", b"ad", forgotten),
        opens("a reply in generation 0", "OK", b"ad", of_first),
        opens("a reply in generation 1", "OK", b"ad", of_second),
        opens("a reply that names another message", "REJECTED", b"ad", flipped(last, 27)),
        opens("a reply to another number", "REJECTED", b"ad", put(last, 26, &[5])),
        opens("a reply as a message", "REJECTED", b"ad", put(last, 2, &[1])),
        opens("a reply as the client's", "REJECTED", b"ad", put(last, 2, &[3])),
        opens("a reply to a message that was never sent", "REJECTED", b"ad", put(last, 26, &[7])),
        opens("a reply to number 2^32", "MALFORMED", b"ad", put(last, 22, &[1])),
        opens("a reply without a name", "MALFORMED", b"ad", &last[..27 + 40]),
        opens("a reply too short to be sealed", "MALFORMED", b"ad", &last[..43 + 39]),
        opens("a reply without its tag", "REJECTED", b"ad", &last[..43 + 40]),
        with(opens("a second reply to one message", "REJECTED", b"ad", last), "before", json!([hex(last)])),
        with(opens("replies in another order", "OK", b"ad", oldest), "before", json!([hex(last), hex(of_first)])),
        opens("the client's own message", "REJECTED", b"ad", &sent[1030]),
        opens("a message that nobody asked for", "OK", b"ad", &news[0]),
        opens("one of generation 1", "OK", b"ad", &news[1024]),
        opens("one of generation 15", "OK", b"ad", &news[16_383]),
        opens("one that is too far ahead", "REJECTED", b"ad", &news[16_384]),
        opens("one by hand", "OK", b"ad", under(1024, &message_key(1))),
        opens("one under the key of another generation", "REJECTED", b"ad", under(1024, &message_key(0))),
        with(opens("one of the generation before", "OK", b"ad", &news[1023]), "before", json!([hex(&news[1024])])),
        late(opens("the last second of its day", "OK", b"ad", last), NOW + 86_400),
        late(opens("older than a day", "ENDED", b"ad", last), NOW + 86_401),
    ];
    maker.group("Open", from(&client), cases);
    let before = opens("a reply that was opened before", "REJECTED", b"ad", last);
    let first = opens("the reply to one before it", "OK", b"ad", oldest);
    maker.group("Open", from(&opened_before), vec![before, first]);

    // Two messages of one number: the client forgot that it sent the first.
    let (_, [mut lost, mut answering]) = parties.run();
    let mut again = lost.reopened();
    let (first, _) = (send(&mut lost), send(&mut again));
    answering.open(b"ad", &first, time(NOW)).unwrap();
    let reply = answering.reply(0, b"ad", b"reply", time(NOW)).unwrap();
    let comment = "the reply to a message that this client forgot, and sent another under its number";
    maker.group("Open", from(&again), vec![opens(comment, "REJECTED", b"ad", &reply)]);
    maker.group("Open", from(&lost), vec![opens("the reply to the message that was sent", "OK", b"ad", &reply)]);

    // The client answers the server's messages.
    let (_, [mut client, mut server]) = parties.run();
    server.open(b"ad", &send(&mut client), time(NOW)).unwrap();
    let news = (0..1026).map(|_| send(&mut server)).collect::<Vec<_>>();
    let mut reply_to = |number: usize| {
        client.open(b"ad", &news[number], time(NOW)).unwrap();
        client.reply(number as u64, b"ad", b"reply", time(NOW)).unwrap()
    };
    let replies = [1023, 1024, 1025].map(&mut reply_to);
    let cases = vec![
        opens("a client's reply in generation 0", "OK", b"ad", &replies[0]),
        opens("a client's reply in generation 1", "OK", b"ad", &replies[1]),
        opens("a client's reply, as the server's", "REJECTED", b"ad", put(&replies[2], 2, &[2])),
        opens("a client's reply with another name", "REJECTED", b"ad", flipped(&replies[2], 42)),
        opens("a client's message, after them", "OK", b"ad", send(&mut client)),
    ];
    maker.group("Open", from(&server), cases);
    let cases = vec![
        seals("a client's message", "OK", b"meet at noon", None),
        seals("a client's empty message", "OK", b"", None),
        seals("a client's reply", "OK", b"agreed", Some(1025)),
        seals("a client's reply in the generation before", "OK", b"agreed", Some(1023)),
        seals("a client's reply to a message that it did not get", "INVALID_ARGUMENT", b"agreed", Some(1022)),
    ];
    maker.group("Seal", from(&client), cases);
    maker.group("Seal", from_plain(client_new, &place), vec![seals("the first message", "OK", b"hello", None)]);
    // The first message of a generation, and the last before it.
    for next in [1023, 1024, 2048] {
        let (_, [mut client, _]) = parties.run();
        (0..next).for_each(|_| drop(send(&mut client)));
        let comment = format!("message {next}");
        maker.group("Seal", from(&client), vec![seals(&comment, "OK", b"meet at noon", None)]);
    }
}

/// A session as its state brings it back.
trait Reopened {
    fn reopened(&self) -> Self;
}

impl Reopened for Session {
    fn reopened(&self) -> Self {
        let key = secenv::StateKey::from(&STATE_KEY);
        Session::import(&self.export(&key, self.place()).unwrap(), &key, self.place(), time(NOW)).unwrap()
    }
}

fn padded_records(maker: &mut Maker, parties: &Parties) {
    let (_, [mut client, mut server]) = parties.run();
    let new = plain(&server);
    let id = *client.id().as_bytes();
    let cases = [0, 1, 254, 255, 256, 271, 272, 1000, 1023, 1024, 4096].map(|len| {
        let comment = format!("a padded message of {len} bytes");
        seals(&comment, "OK", &vec![0x80; len], None)
    });
    maker.group("Seal", from(&client), cases.to_vec());

    let key = derive(&key_at(&new, state::CLIENT_CHAIN), "secenv 2 message", b"");
    let by_hand = |content: &[u8]| record((0, &id, 0, b""), &key, b"ad", content);
    let padded = |message: &[u8], len: usize| {
        let mut content = [message, &[0x80]].concat();
        content.resize(len, 0);
        content
    };
    let mut cases = vec![opens("a padded message", "OK", b"ad", send(&mut client))];
    for (comment, status, content) in [
        ("by hand", "OK", padded(b"noon", 256)),
        ("no bytes, padded", "OK", padded(b"", 256)),
        ("zeros, padded", "OK", padded(&[0; 100], 256)),
        ("255 bytes, to 256", "OK", padded(&[1; 255], 256)),
        ("256 bytes, to 272", "OK", padded(&[1; 256], 272)),
        ("1,024 bytes, to 1,088", "OK", padded(&[1; 1024], 1088)),
        ("no padding", "REJECTED", b"noon".to_vec()),
        ("nothing", "REJECTED", vec![]),
        ("zeros alone", "REJECTED", vec![0; 256]),
        ("another mark", "REJECTED", put(&padded(b"noon", 256), 4, &[0x81])),
        ("something behind the zeros", "REJECTED", put(&padded(b"noon", 256), 255, &[1])),
        ("one zero too many", "REJECTED", padded(b"noon", 257)),
        ("one zero too few", "REJECTED", padded(b"noon", 255)),
        ("to the next length", "REJECTED", padded(b"noon", 272)),
        ("255 bytes, to 272", "REJECTED", padded(&[1; 255], 272)),
        ("256 bytes, to 257", "REJECTED", padded(&[1; 256], 257)),
    ] {
        cases.push(opens(format!("padding: {comment}"), status, b"ad", by_hand(&content)));
    }
    let head = &by_hand(b"")[..27];
    cases.extend([
        with(opens("a content of 17,301,504 bytes", "REJECTED", b"ad", head), "zeros", (17_301_504 + 40).into()),
        with(opens("a content above it", "TOO_LARGE", b"ad", head), "zeros", (17_301_505 + 40).into()),
    ]);
    maker.group("Open", from(&server), cases);
    server.open(b"ad", &send(&mut client), time(NOW)).unwrap();
    let reply = |server: &mut Session| server.reply(1, b"ad", b"reply", time(NOW)).unwrap();
    maker.group("Seal", from(&server), vec![seals("a padded reply", "OK", b"agreed", Some(1))]);
    let reply = reply(&mut server);
    let name: [u8; 16] = reply[27..43].try_into().unwrap();
    let key = derive(&key_at(&new, state::CLIENT_CHAIN), "secenv 2 reply", b"");
    let unpadded = record((2, &id, 1, &name), &key, b"ad", b"reply");
    let cases = vec![
        opens("a padded reply", "OK", b"ad", &reply),
        opens("a reply without padding", "REJECTED", b"ad", &unpadded),
    ];
    maker.group("Open", from(&client), cases);
}

/// A state's content in which this side sent `next` messages.
fn with_next(plain: &[u8], next: u64) -> Vec<u8> {
    let mut plain = put(plain, state::NEXT, &next.to_be_bytes());
    let kept = next.min(16);
    plain[state::SENT..].fill(0);
    plain[state::SENT] = kept as u8;
    for (at, number) in (next - kept..next).enumerate() {
        let entry = [number.to_be_bytes().as_slice(), &[at as u8 + 1; 16]].concat();
        let begin = state::SENT + 1 + at * 24;
        plain[begin..begin + 24].copy_from_slice(&entry);
    }
    plain
}

/// A state's content in which the window at `at` ends below `count`.
fn with_window(plain: &[u8], at: usize, count: u64) -> Vec<u8> {
    let mut plain = put(plain, at, &[0; 136]);
    plain[at..at + 8].copy_from_slice(&count.to_be_bytes());
    if let Some(highest) = count.checked_sub(1) {
        plain[at + 8 + (highest % 1024 / 8) as usize] |= 1 << (highest % 8);
    }
    plain
}

/// The last numbers, and the last bytes.
fn limits(maker: &mut Maker, parties: &Parties) {
    let (_, [client, server]) = parties.run();
    let (client_place, server_place, id) = (*client.place(), *server.place(), *client.id().as_bytes());
    let (new, last) = (plain(&client), u64::from(u32::MAX));
    let key = derive(&key_at(&new, state::CLIENT_CHAIN), "secenv 2 message", b"");
    let by_hand = |number: u64| record((0, &id, number, b""), &key, b"ad", b"by hand");

    let cases = vec![seals("the last number there is", "OK", b"message", None)];
    maker.group("Seal", from_plain(&with_next(&new, last), &client_place), cases);
    let cases = vec![
        seals("no number is left", "ENDED", b"message", None),
        with(seals("no number is left for what is too large", "ENDED", b"", None), "zeros", 16_777_217.into()),
    ];
    maker.group("Seal", from_plain(&with_next(&new, last + 1), &client_place), cases);
    let cases = vec![
        opens("the last number there is", "OK", b"ad", by_hand(last)),
        opens("one more", "MALFORMED", b"ad", by_hand(last + 1)),
    ];
    maker.group("Open", from_plain(&with_window(&new, state::MESSAGES, last), &server_place), cases);
    let all = with_window(&new, state::MESSAGES, last + 1);
    let cases = vec![
        opens("every number was used", "REJECTED", b"ad", by_hand(last)),
        opens("one that was left out", "OK", b"ad", by_hand(last - 1)),
    ];
    maker.group("Open", from_plain(&all, &server_place), cases);
    maker.group("Seal", from_plain(&all, &server_place), vec![seals("the other side's are used up", "OK", b"x", None)]);

    let bytes = |count: u64| put(&new, state::SEALED, &count.to_be_bytes());
    let cases = vec![
        seals("the last byte", "OK", b"x", None),
        seals("and more behind it", "OK", b"message", None),
        seals("no byte", "OK", b"", None),
    ];
    maker.group("Seal", from_plain(&bytes((1 << 44) - 1), &client_place), cases);
    let cases = vec![
        opens("the last bytes", "OK", b"ad", by_hand(0)),
        with(opens("after the last bytes", "ENDED", b"ad", by_hand(1)), "before", json!([hex(&by_hand(0))])),
        with(opens("no record, after them", "MALFORMED", b"ad", b""), "before", json!([hex(&by_hand(0))])),
    ];
    maker.group("Open", from_plain(&bytes((1 << 44) - 7), &server_place), cases);
    let cases = vec![with(opens("before the last byte", "OK", b"ad", by_hand(1)), "before", json!([hex(&by_hand(0))]))];
    maker.group("Open", from_plain(&bytes((1 << 44) - 8), &server_place), cases);
}

/// The nonce and the seed of each state in a case of its own.
fn state_case(comment: &str, status: &'static str, plain: impl AsRef<[u8]>, place: &Place) -> Case {
    let state = hex(&seal_state(plain.as_ref(), &STATE_KEY, place));
    blob_case(comment, status, state, place)
}

fn blob_case(comment: &str, status: &'static str, state: String, place: &Place) -> Case {
    let seed = hex(comment.as_bytes());
    let key = hex(&STATE_KEY);
    let place = write_place(place);
    case(comment, status, json!({ "state": state, "stateKey": key, "place": place, "seed": seed, "time": NOW }))
}

fn states(maker: &mut Maker, parties: &Parties, padded: &Parties) {
    let (_, [mut client, mut server]) = parties.run();
    let (client_new, server_new) = (plain(&client), plain(&server));
    let (at_client, at_server) = (*client.place(), *server.place());
    let sent = (0..5020).map(|_| send(&mut client)).collect::<Vec<_>>();
    server.open(b"ad", &sent[0], time(NOW)).unwrap();
    let confirmed = plain(&server);
    for number in (0..20).map(|at| at * 250 + 249).rev() {
        server.open(b"ad", &sent[number], time(NOW)).err();
    }
    for record in &sent[5000..5019] {
        server.open(b"ad", record, time(NOW)).unwrap();
    }
    let news = (0..20).map(|_| send(&mut server)).collect::<Vec<_>>();
    for record in &news {
        client.open(b"ad", record, time(NOW)).unwrap();
    }
    for number in [5018, 5010] {
        let reply = server.reply(number, b"ad", b"reply", time(NOW)).unwrap();
        client.open(b"ad", &reply, time(NOW)).unwrap();
    }
    let (client_full, server_full) = (plain(&client), plain(&server));
    let (_, [mut padded_client, padded_server]) = padded.run();
    send(&mut padded_client);
    let top = 1 << 32;
    let numbers = |plain: &[u8], opened: &[u64]| {
        let mut plain = put(plain, state::OPENED, &[0; 385]);
        plain[state::OPENED] = opened.len() as u8;
        for (at, number) in opened.iter().enumerate() {
            let begin = state::OPENED + 1 + at * 24;
            plain[begin..begin + 8].copy_from_slice(&number.to_be_bytes());
        }
        plain
    };
    let bytes = |count: u64| put(&confirmed, state::SEALED, &count.to_be_bytes());
    let mut cases = vec![
        state_case("a new client's", "OK", &client_new, &at_client),
        state_case("a new server's, unconfirmed", "OK", &server_new, &at_server),
        state_case("a server's, confirmed", "OK", &confirmed, &at_server),
        state_case("a client's after steps, with full memories", "OK", &client_full, &at_client),
        state_case("a server's after steps, with full memories", "OK", &server_full, &at_server),
        state_case("a padding client's", "OK", plain(&padded_client), padded_client.place()),
        state_case("a padding server's", "OK", plain(&padded_server), padded_server.place()),
        state_case("a client's that sent every number", "OK", with_next(&client_new, top), &at_client),
        state_case("a server's that opened the last number", "OK", with_window(&server_new, state::MESSAGES, top), {
            &at_server
        }),
        state_case("a client's that sent, and got nothing", "OK", with_next(&client_new, 1), &at_client),
        state_case("a client's that got, and sent nothing", "OK", with_window(&client_new, state::MESSAGES, 1), {
            &at_client
        }),
        state_case(
            "as many replies as messages",
            "OK",
            with_window(&with_next(&client_new, 7), state::REPLIES, 7),
            &at_client,
        ),
        state_case(
            "not looked at: a message to reply to that the window lacks",
            "OK",
            numbers(&with_window(&client_new, state::MESSAGES, 5), &[2]),
            &at_client,
        ),
        state_case(
            "not looked at: the same message to reply to twice",
            "OK",
            numbers(&with_window(&client_new, state::MESSAGES, 5), &[2, 2]),
            &at_client,
        ),
        state_case(
            "not looked at: a chain of zeros before the present one",
            "OK",
            with_window(&client_new, state::MESSAGES, 1025),
            &at_client,
        ),
        state_case("one byte before its last", "OK", bytes((1 << 44) - 1), &at_server),
        state_case("its last byte was sealed", "ENDED", bytes(1 << 44), &at_server),
        state_case("as many bytes as can be counted", "ENDED", bytes(u64::MAX), &at_server),
        state_case("generation 0 at its last number", "OK", with_next(&client_new, 1024), &at_client),
        late(state_case("a client's, at its last second", "OK", &client_new, &at_client), NOW + 86_400),
        late(state_case("a client's, a second later", "ENDED", &client_new, &at_client), NOW + 86_401),
        late(state_case("a client's, five minutes before it", "OK", &client_new, &at_client), NOW - 300),
        late(state_case("a client's, more than five minutes before it", "ENDED", &client_new, &at_client), NOW - 301),
        late(state_case("unconfirmed, at its last second", "OK", &server_new, &at_server), NOW + 300),
        late(state_case("unconfirmed, a second later", "ENDED", &server_new, &at_server), NOW + 301),
        late(state_case("confirmed, at its last second", "OK", &confirmed, &at_server), NOW + 86_400),
        late(state_case("confirmed, a second later", "ENDED", &confirmed, &at_server), NOW + 86_401),
        late(state_case("impossible, and over", "REJECTED", put(&confirmed, state::PADDING, &[2]), &at_server), {
            NOW + 86_401
        }),
        state_case(
            "created in the last second there is",
            "ENDED",
            put(&confirmed, state::CREATED, &((1_u64 << 63) - 1).to_be_bytes()),
            &at_server,
        ),
    ];
    impossible(&mut cases, &confirmed, &at_server, &client_new, &at_client);
    let good = seal_state(&confirmed, &STATE_KEY, &at_server);
    elsewhere(&mut cases, &good, &at_server, &client_new, &at_client);
    blobs(&mut cases, &good, &confirmed, &at_server);
    maker.group("State", json!({}), cases);
}

/// Content that no session has, sealed as it should be. The server's opened message 0, the client's is new.
fn impossible(cases: &mut Vec<Case>, confirmed: &[u8], at_server: &Place, client: &[u8], at_client: &Place) {
    let top = 1_u64 << 32;
    let server = |comment: &str, plain: Vec<u8>| state_case(comment, "REJECTED", plain, at_server);
    let at_client = |comment: &str, plain: Vec<u8>| state_case(comment, "REJECTED", plain, at_client);
    let change = |at: usize, bytes: &[u8]| put(confirmed, at, bytes);
    let window = |at: usize, count: u64| with_window(confirmed, at, count);
    let entry = |memory: usize, number: usize| memory + 1 + number * 24;
    cases.extend([
        server("created in 2^63", change(state::CREATED, &[0x80])),
        server("padding 2", change(state::PADDING, &[2])),
        server("padding 255", change(state::PADDING, &[255])),
        server("next above 2^32", with_next(confirmed, top + 1)),
        server("next of 2^64 - 1", with_next(confirmed, u64::MAX)),
        server("the count of messages above 2^32", window(state::MESSAGES, top + 1)),
        server("the count of replies above next", window(state::REPLIES, 1)),
        server("the count of replies of 2^64 - 1", window(state::REPLIES, u64::MAX)),
        at_client("the count of replies one above next", with_window(&with_next(client, 7), state::REPLIES, 8)),
        server("the highest message is not set", change(state::MESSAGES + 7, &[2])),
        server("no message, but a bit", change(state::MESSAGES + 7, &[0])),
        server("a message above the highest", change(state::MESSAGES + 8, &[3])),
        server("a message far above the highest", change(state::MESSAGES + 8 + 127, &[0x80])),
        server("a reply to none", change(state::REPLIES + 8, &[1])),
        at_client("the highest reply is not set", {
            put(&with_window(&with_next(client, 7), state::REPLIES, 6), state::REPLIES + 7, &[7])
        }),
        at_client("a reply above the highest", {
            put(&with_window(&with_next(client, 7), state::REPLIES, 1), state::REPLIES + 8, &[3])
        }),
        server("the client's chain before generation 0", change(state::CLIENT_CHAIN_BEFORE + 31, &[1])),
        server("the server's chain before generation 0", change(state::SERVER_CHAIN_BEFORE, &[1])),
        at_client("a client's chain before generation 0", put(client, state::CLIENT_CHAIN_BEFORE, &[1])),
        at_client("a client's chain of the server before generation 0", put(client, state::SERVER_CHAIN_BEFORE, &[1])),
        server("more messages to reply to than were opened", change(state::OPENED, &[2])),
        server("17 messages to reply to", put(&window(state::MESSAGES, 100), state::OPENED, &[17])),
        server("a message to reply to at the count", change(entry(state::OPENED, 0) + 7, &[1])),
        server("a message to reply to far above the count", change(entry(state::OPENED, 0), &[0xFF; 8])),
        server("a number behind the last message to reply to", change(entry(state::OPENED, 1) + 7, &[1])),
        server("a tag behind the last message to reply to", change(entry(state::OPENED, 15) + 23, &[1])),
        server("a message to reply to in a memory of none", change(state::OPENED, &[0])),
        server("a message sent of none", change(state::SENT, &[1])),
        server("a tag behind the last message sent", change(entry(state::SENT, 15) + 23, &[1])),
        at_client("a message sent less", put(&with_next(client, 7), state::SENT, &[6])),
        at_client("no message sent, of seven", {
            let mut plain = with_next(client, 7);
            plain[state::SENT..].fill(0);
            plain
        }),
        at_client("a message sent more", put(&with_next(client, 7), state::SENT, &[8])),
        at_client("17 messages sent", put(&with_next(client, 100), state::SENT, &[17])),
        at_client("15 messages sent, of 16", {
            let mut plain = with_next(client, 100);
            plain[state::SENT] = 15;
            plain[entry(state::SENT, 15)..].fill(0);
            plain
        }),
        at_client("a message sent with another number", put(&with_next(client, 7), entry(state::SENT, 3) + 7, &[9])),
        at_client("two messages sent in another order", {
            put(&put(&with_next(client, 7), entry(state::SENT, 3) + 7, &[4]), entry(state::SENT, 4) + 7, &[3])
        }),
        at_client("the messages sent one too early", put(&with_next(client, 7), state::NEXT + 7, &[8])),
        server(
            "a server's that sent, unconfirmed",
            with_next(
                &{
                    let mut plain = window(state::MESSAGES, 0);
                    plain[state::OPENED..state::SENT].fill(0);
                    plain
                },
                1,
            ),
        ),
    ]);
}

/// A state that was moved.
fn elsewhere(cases: &mut Vec<Case>, good: &[u8], place: &Place, client: &[u8], at_client: &Place) {
    let moved = |comment: &str, edit: &dyn Fn(&mut Place)| {
        let mut other = *place;
        edit(&mut other);
        blob_case(comment, "REJECTED", hex(good), &other)
    };
    let client = seal_state(client, &STATE_KEY, at_client);
    let as_server = Place { role: Role::Server, ..*at_client };
    let in_a_store = Place { store_id: STORE_ID.into(), ..*at_client };
    cases.extend([
        moved("of another server", &|place| place.server_pin = *ed25519(5).public().pin()),
        moved("of another store", &|place| place.store_id = [1; 16].into()),
        moved("of no store", &|place| place.store_id = [0; 16].into()),
        moved("of another session", &|place| place.session_id = [1; 16].into()),
        moved("of the other role", &|place| place.role = Role::Client),
        blob_case("a client's, as a server's", "REJECTED", hex(&client), &as_server),
        blob_case("a client's, in the server's store", "REJECTED", hex(&client), &in_a_store),
        blob_case("a client's, as the server's", "REJECTED", hex(&client), place),
    ]);
}

fn blobs(cases: &mut Vec<Case>, good: &[u8], plain: &[u8], place: &Place) {
    let blob = |comment: &str, status, blob: &[u8]| blob_case(comment, status, hex(blob), place);
    let other = seal_state(plain, &OTHER_KEY, place);
    let wrong_id = [&other[..10], &good[10..]].concat();
    let right_id = [&good[..10], &other[10..]].concat();
    cases.extend([
        blob("under another key", "REJECTED", &other),
        blob("under this key, with the id of another", "REJECTED", &wrong_id),
        blob("under another key, with this id", "REJECTED", &right_id),
        with(blob("opened with another key", "REJECTED", good), "stateKey", hex(&OTHER_KEY).into()),
        with(blob("under another key, opened with that", "OK", &other), "stateKey", hex(&OTHER_KEY).into()),
        blob("empty", "MALFORMED", b""),
        blob("its start alone", "MALFORMED", &good[..10]),
        blob("one byte less", "MALFORMED", &good[..good.len() - 1]),
        blob("one byte more", "MALFORMED", &[good, &[0]].concat()),
        blob("one byte less, under another key", "MALFORMED", &other[..other.len() - 1]),
        blob("content one byte shorter", "MALFORMED", &seal_state(&plain[..plain.len() - 1], &STATE_KEY, place)),
        blob("a record's type", "MALFORMED", &put(good, 1, &[4])),
    ]);
    for (name, at, status) in [
        ("version", 0, "MALFORMED"),
        ("type", 1, "MALFORMED"),
        ("key_id", 2, "REJECTED"),
        ("key_id's last byte", 9, "REJECTED"),
        ("nonce", 10, "REJECTED"),
        ("ciphertext", 34, "REJECTED"),
        ("tag", good.len() - 1, "REJECTED"),
    ] {
        cases.push(blob(&format!("{name} changed"), status, &flipped(good, at)));
    }
}

fn exports(maker: &mut Maker, parties: &Parties) {
    let (_, [mut client, mut server]) = parties.run();
    let export = |comment: &str, status, label: &[u8], context: &[u8]| {
        case(comment, status, json!({ "label": hex(label), "context": hex(context) }))
    };
    let cases = || {
        vec![
            export("no label, no context", "OK", b"", b""),
            export("a label", "OK", b"storage", b""),
            export("a context", "OK", b"", b"storage"),
            export("both", "OK", b"storage", b"2026"),
            export("the same bytes, divided otherwise", "OK", b"storag", b"e2026"),
            export("as long as may be", "OK", &[1; 1024], &[2; 1024]),
            export("a label over 1,024 bytes", "TOO_LARGE", &[1; 1025], b""),
            export("a context over 1,024 bytes", "TOO_LARGE", b"", &[1; 1025]),
        ]
    };
    maker.group("Export", from(&client), cases());
    let unconfirmed = vec![
        export("unconfirmed", "UNCONFIRMED", b"storage", b""),
        export("unconfirmed, and too large", "UNCONFIRMED", &[1; 1025], b""),
    ];
    maker.group("Export", from(&server), unconfirmed);
    // The exporter does not move on.
    for _ in 0..3000 {
        server.open(b"ad", &send(&mut client), time(NOW)).unwrap();
    }
    maker.group("Export", from(&server), cases());
}

fn next_keys(maker: &mut Maker) {
    let mut cases = Vec::new();
    let mut key = COOKIE_KEY;
    for period in [500_001_u64, 500_002, 500_003] {
        let test = json!({ "key": hex(&key), "nextPeriod": period });
        cases.push(case(format!("a chain of cookie keys, for hour {period}"), "OK", test));
        key = crate::formulas::hashed(&key, &[b"secenv 2 rotate", &u64::to_be_bytes(period)]);
    }
    for (comment, period) in
        [("a state key, for day 20,834", 20_834), ("the first period", 0), ("a late one", 1_u64 << 62)]
    {
        cases.push(case(comment, "OK", json!({ "key": hex(&STATE_KEY), "nextPeriod": period })));
    }
    maker.group("NextKey", json!({}), cases);
}

fn encodings(maker: &mut Maker) {
    let canonical = |json: &str| case(json, "OK", json!({ "json": json, "flags": ["Canonical"] }));
    let other = |json: &str, status| case(json, status, json!({ "json": json, "flags": [] }));
    let mut cases = vec![
        canonical(r#"{"v":2,"data":""}"#),
        canonical(r#"{"v":2,"data":"AgQ="}"#),
        canonical(r#"{"v":2,"data":"+/+/"}"#),
        other(r#" { "data" : "+\/+\/" , "v" : 2 } "#, "OK"),
        other("\t\r\n{\"v\":2,\"data\":\"\"}\n", "OK"),
        other(r#"{"\u0076":2,"d\u0061ta":"\u002B\/+/"}"#, "OK"),
        other(r#"{"v":2,"data":"AgQ=","more":[1.5e300,{"a":null}],"more":2}"#, "OK"),
        other(r#"{"more":{"v":1,"data":7},"v":2,"data":"AgQ="}"#, "OK"),
        other(r#"{"V":1,"v":2,"Data":"AA==","data":"AgQ="}"#, "OK"),
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
        r#"{"v":258,"data":""}"#,
        r#"{"v":-2,"data":""}"#,
        r#"{"v":2.0,"data":""}"#,
        r#"{"v":2e0,"data":""}"#,
        r#"{"v":02,"data":""}"#,
        r#"{"v":"2","data":""}"#,
        r#"{"v":null,"data":""}"#,
        r#"{"v":2,"v":2,"data":""}"#,
        r#"{"v":2,"\u0076":2,"data":""}"#,
        r#"{"v":2,"data":"","data":""}"#,
        r#"{"v":2,"data":null}"#,
        r#"{"v":2,"data":["AgQ="]}"#,
        r#"{"v":2,"data":"AgQ"}"#,
        r#"{"v":2,"data":"AgQ=="}"#,
        r#"{"v":2,"data":"AgQ=AgQ="}"#,
        r#"{"v":2,"data":"A"}"#,
        r#"{"v":2,"data":"="}"#,
        r#"{"v":2,"data":"AgR="}"#,
        r#"{"v":2,"data":"Ag Q="}"#,
        r#"{"v":2,"data":"AgQ=\n"}"#,
        r#"{"v":2,"data":"-_-_"}"#,
        r#"{"v":2,"data":"\u00e9"}"#,
        r#"{"v":2,"data":"AgQ="}x"#,
        r#"{"v":2,"data":"AgQ="}{}"#,
        r#"{"v":2,"data":"AgQ=",}"#,
        r#"{"v":2,"data":"AgQ=""#,
        r#"{'v':2,'data':''}"#,
        "\u{feff}{\"v\":2,\"data\":\"\"}",
        "{\"v\":2,\"data\":\"\"}\u{a0}",
    ] {
        cases.push(other(json, "MALFORMED"));
    }
    let long = r#"{"v":2,"data":"AgQ="}"#;
    let spaces = |len: usize| json!({ "json": long, "spaces": len - long.len(), "flags": [] });
    cases.push(case("24 MiB, with spaces behind", "OK", spaces(25_165_824)));
    cases.push(case("over 24 MiB", "TOO_LARGE", spaces(25_165_825)));
    maker.group("Json", json!({}), cases);
}
