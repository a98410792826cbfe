//! Protocol 2 once more, from `docs/protocol-2.md` and in Mallory's hands: she puts anything anywhere, and seals it.

use secenv::aead;
use secenv::identity::Identity;
use secenv::session::{Place, Session, Suite};
use secenv::sodium::{hash, kem, kx, random};
use secenv::{Pin, StoreId};

use crate::parties::{STATE_KEY, state_key};

/// The labels of one side's proof.
pub struct Side {
    pub context: &'static [u8],
    pub key: &'static [u8],
    pub confirmation: &'static [u8],
}

pub const SERVER: Side =
    Side { context: b"secenv 2 server", key: b"secenv 2 server proof", confirmation: b"secenv 2 server confirmation" };
pub const CLIENT: Side =
    Side { context: b"secenv 2 client", key: b"secenv 2 client proof", confirmation: b"secenv 2 client confirmation" };

pub fn derive<const N: usize>(key: &[u8], list: &[&[u8]]) -> [u8; N] {
    *hash::fields::<N>(key, list).unwrap().expose_secret()
}

pub fn random<const N: usize>() -> [u8; N] {
    *random::secret().expose_secret()
}

pub fn lp(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u32).to_be_bytes(), field].concat()
}

pub fn lp16(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u16).to_be_bytes(), field].concat()
}

fn read16(message: &[u8]) -> (&[u8], &[u8]) {
    let (len, rest) = message.split_first_chunk::<2>().unwrap();
    rest.split_at(usize::from(u16::from_be_bytes(*len)))
}

fn seal(key: &[u8; 32], ad: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = random::<24>();
    [&nonce, aead::seal(key, &nonce, ad, plain).unwrap().as_slice()].concat()
}

fn open(key: &[u8; 32], ad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk()?;
    aead::open(key, nonce, ad, sealed).ok().map(|plain| plain.expose_secret().to_vec())
}

/// The spki, signature and mac of a proof.
pub fn fields(proof: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (spki, rest) = read16(proof);
    let (signature, mac) = read16(rest);
    (spki, signature, mac)
}

/// The head, sealed proof and cookie of a reply.
pub fn reply_fields(reply: &[u8], suite: Suite) -> (&[u8], &[u8], &[u8]) {
    let (head, rest) = reply.split_at(if suite == Suite::X25519 { 82 } else { 1202 });
    let (sealed, rest) = read16(rest);
    (head, sealed, read16(rest).0)
}

/// The cookie, hello and sealed proof of a finish.
pub fn finish_fields(finish: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (cookie, rest) = read16(&finish[2..]);
    let (hello, rest) = read16(rest);
    (cookie, hello, read16(rest).0)
}

pub fn finish(cookie: &[u8], hello: &[u8], sealed: &[u8]) -> Vec<u8> {
    [&[2, 3], lp16(cookie).as_slice(), &lp16(hello), &lp16(sealed)].concat()
}

/// The head, signature and mac of a welcome.
pub fn welcome_fields(welcome: &[u8], suite: Suite) -> (&[u8], &[u8], &[u8]) {
    let (head, rest) = welcome.split_at(if suite == Suite::X25519 { 34 } else { 1154 });
    let (signature, mac) = read16(rest);
    (head, signature, mac)
}

pub fn welcome(head: &[u8], signature: &[u8], mac: &[u8]) -> Vec<u8> {
    [head, &lp16(signature), mac].concat()
}

pub fn t0(padding: u8, prologue: &[u8], hello: &[u8]) -> [u8; 32] {
    hash::hash(&[lp(b"secenv 2 transcript 0").as_slice(), &[padding], &lp(prologue), &lp(hello)].concat())
}

/// What two sides know in the middle of a handshake: S, T0, and the transcript up to the next step.
#[derive(Clone)]
pub struct Leg {
    pub s: [u8; 64],
    pub t0: [u8; 32],
    pub transcript: [u8; 32],
}

impl Leg {
    fn new(kx: &[u8], kem: &[u8], hello: &[u8], head: &[u8]) -> Self {
        let t0 = t0(0, b"", hello);
        let transcript = derive(&[], &[b"secenv 2 transcript 1", &t0, head]);
        Self { s: derive(&[], &[b"secenv 2 secret", kx, kem, &transcript]), t0, transcript }
    }

    /// What a signer of this side signs, if the owner of `pin` does; a client names the server.
    pub fn statement(&self, side: &Side, pin: &Pin, server: Option<&Pin>) -> Vec<u8> {
        let server = server.map_or(vec![], |server| lp(server.as_bytes()));
        [lp(side.context), lp(&self.transcript), lp(pin.as_bytes()), server].concat()
    }

    /// A proof whose mac is right, whoever's key and signature stand in it.
    pub fn proof(&self, side: &Side, spki: &[u8], signature: &[u8]) -> Vec<u8> {
        let key: [u8; 32] = derive(&self.s, &[side.confirmation, &self.transcript]);
        let mac: [u8; 32] = derive(&key, &[&self.transcript, spki, signature]);
        [lp16(spki), lp16(signature), mac.to_vec()].concat()
    }

    /// The proof that `who` would make.
    pub fn proof_of(&self, side: &Side, who: &Identity, server: Option<&Pin>) -> Vec<u8> {
        let signature = who.sign(&self.statement(side, who.public().pin(), server)).unwrap();
        self.proof(side, who.public().spki(), &signature)
    }

    pub fn seal(&self, side: &Side, proof: &[u8]) -> Vec<u8> {
        seal(&derive(&self.s, &[side.key, &self.transcript]), &self.transcript, proof)
    }

    pub fn open(&self, side: &Side, sealed: &[u8]) -> Vec<u8> {
        open(&derive(&self.s, &[side.key, &self.transcript]), &self.transcript, sealed).unwrap()
    }

    /// T2, from T1.
    pub fn with_server_proof(&self, sealed: &[u8]) -> Self {
        self.with(&[b"secenv 2 transcript 2", &self.transcript, sealed])
    }

    /// T3, from T2.
    pub fn with_cookie(&self, cookie: &[u8]) -> Self {
        self.with(&[b"secenv 2 transcript 3", &self.transcript, cookie, &self.t0])
    }

    /// T4, from T3.
    pub fn with_client_proof(&self, sealed: &[u8]) -> Self {
        self.with(&[b"secenv 2 transcript 4", &self.transcript, sealed])
    }

    fn with(&self, list: &[&[u8]]) -> Self {
        Self { transcript: derive(&[], list), ..self.clone() }
    }

    /// The end, from T4 and the second exchange.
    pub fn end(&self, kx2: &[u8], kem2: &[u8], session_id: &[u8], head: &[u8]) -> End {
        let t5: [u8; 32] = derive(&[], &[b"secenv 2 transcript 5", &self.transcript, session_id, head]);
        End { r: derive(&[], &[b"secenv 2 second secret", &self.s, kx2, kem2, &t5]), t5 }
    }
}

/// The end of a handshake: R and T5.
pub struct End {
    r: [u8; 64],
    pub t5: [u8; 32],
}

impl End {
    pub fn derive(&self, label: &[u8]) -> [u8; 32] {
        derive(&self.r, &[label, &self.t5])
    }

    /// C_0
    pub fn client_numbers(&self) -> [u8; 32] {
        self.derive(b"secenv 2 client numbers")
    }

    /// D_0
    pub fn server_numbers(&self) -> [u8; 32] {
        self.derive(b"secenv 2 server numbers")
    }

    /// What the server signs under the welcome.
    pub fn statement(&self, pin: &Pin) -> Vec<u8> {
        [lp(b"secenv 2 welcome"), lp(&self.t5), lp(pin.as_bytes())].concat()
    }

    pub fn mac(&self, signature: &[u8]) -> [u8; 32] {
        derive(&self.derive(b"secenv 2 welcome"), &[&self.t5, signature])
    }
}

/// A server's half of an exchange with the keys of `hello`: what it sends, and kx and kem.
fn answer(hello: &[u8], suite: Suite) -> (Vec<u8>, [u8; 64], Vec<u8>) {
    let pair = kx::KeyPair::generate().unwrap();
    let keys = kx::server_session_keys(&pair, hello[35..67].try_into().unwrap()).unwrap();
    let kx = [*keys.tx.expose_secret(), *keys.rx.expose_secret()].concat().try_into().unwrap();
    if suite == Suite::X25519 {
        return (pair.public().to_vec(), kx, vec![]);
    }
    let (ciphertext, shared) = kem::encapsulate(hello[67..1283].try_into().unwrap()).unwrap();
    ([pair.public().as_slice(), &ciphertext].concat(), kx, shared.expose_secret().to_vec())
}

/// Mallory as the server, until she knows what cookie to give.
pub struct AsServer {
    head: Vec<u8>,
    sealed: Vec<u8>,
    /// At T2.
    pub leg: Leg,
}

impl AsServer {
    /// A reply to `hello` with the proof that `prove` makes.
    pub fn answer(hello: &[u8], suite: Suite, prove: impl FnOnce(&Leg) -> Vec<u8>) -> Self {
        let (keys, kx, kem) = answer(hello, suite);
        let head = [&[2, 2], random::<32>().as_slice(), &keys, &random::<16>()].concat();
        let leg = Leg::new(&kx, &kem, hello, &head);
        let sealed = leg.seal(&SERVER, &prove(&leg));
        let leg = leg.with_server_proof(&sealed);
        Self { head, sealed, leg }
    }

    pub fn session_id(&self) -> [u8; 16] {
        *self.head.last_chunk().unwrap()
    }

    pub fn reply(&self, cookie: &[u8]) -> Vec<u8> {
        [self.head.as_slice(), &lp16(&self.sealed), &lp16(cookie)].concat()
    }
}

/// A welcome with new keys of Mallory's, from T4: the mac is right, the signature whatever `sign` gives.
pub fn make_welcome(
    hello: &[u8],
    suite: Suite,
    (t4, session_id): (&Leg, &[u8]),
    sign: impl FnOnce(&End) -> Vec<u8>,
) -> (Vec<u8>, End) {
    let (keys, kx, kem) = answer(hello, suite);
    let head = [&[2, 6], keys.as_slice()].concat();
    let end = t4.end(&kx, &kem, session_id, &head);
    let signature = sign(&end);
    (welcome(&head, &signature, &end.mac(&signature)), end)
}

/// Mallory as a client: her ephemeral keys, and the hello that she sent.
pub struct AsClient {
    suite: Suite,
    kx: kx::KeyPair,
    kem: kem::KeyPair,
    pub hello: Vec<u8>,
}

/// What a client has when it took the reply.
pub struct Taken {
    /// The server's proof, opened.
    pub proof: Vec<u8>,
    /// At T3.
    pub leg: Leg,
    pub cookie: Vec<u8>,
    pub session_id: [u8; 16],
    hello: Vec<u8>,
}

impl Taken {
    pub fn finish(&self, sealed: &[u8]) -> Vec<u8> {
        finish(&self.cookie, &self.hello, sealed)
    }
}

impl AsClient {
    pub fn start(pins: &[&Pin], suite: Suite) -> Self {
        let (kx, kem) = (kx::KeyPair::generate().unwrap(), kem::KeyPair::generate().unwrap());
        let kem_public = if suite == Suite::X25519 { &[] } else { kem.public().as_slice() };
        let list: Vec<u8> = pins.iter().flat_map(|pin| *pin.as_bytes()).collect();
        let start = [&[2, 1, suite as u8], random::<32>().as_slice(), kx.public(), kem_public].concat();
        Self { suite, kx, kem, hello: [start, vec![pins.len() as u8], list].concat() }
    }

    /// kx and kem, with what the server sent behind the first `at` bytes of `head`.
    fn agree(&self, head: &[u8], at: usize) -> ([u8; 64], Vec<u8>) {
        let (kx_at, kem_at) = (at..at + 32, at + 32..at + 32 + 1120);
        let keys = kx::client_session_keys(&self.kx, head[kx_at].try_into().unwrap()).unwrap();
        let kem = match self.suite {
            Suite::X25519 => vec![],
            Suite::X25519XWing => {
                self.kem.decapsulate(head[kem_at].try_into().unwrap()).unwrap().expose_secret().to_vec()
            }
        };
        ([*keys.rx.expose_secret(), *keys.tx.expose_secret()].concat().try_into().unwrap(), kem)
    }

    pub fn take(&self, reply: &[u8]) -> Taken {
        let (head, sealed, cookie) = reply_fields(reply, self.suite);
        let (kx, kem) = self.agree(head, 34);
        let leg = Leg::new(&kx, &kem, &self.hello, head);
        let proof = leg.open(&SERVER, sealed);
        Taken {
            proof,
            leg: leg.with_server_proof(sealed).with_cookie(cookie),
            cookie: cookie.to_vec(),
            session_id: *head.last_chunk().unwrap(),
            hello: self.hello.clone(),
        }
    }

    /// The end, after the finish with this sealed proof and the server's welcome.
    pub fn end(&self, taken: &Taken, sealed: &[u8], welcome: &[u8]) -> End {
        let (head, ..) = welcome_fields(welcome, self.suite);
        let (kx2, kem2) = self.agree(head, 2);
        taken.leg.with_client_proof(sealed).end(&kx2, &kem2, &taken.session_id, head)
    }
}

fn cookie_ad(pin: &Pin, store: &StoreId, t0: &[u8; 32]) -> Vec<u8> {
    [lp(b"secenv 2 cookie"), lp(pin.as_bytes()), lp(store.as_bytes()), lp(t0)].concat()
}

fn key_id(key: &[u8; 32]) -> Vec<u8> {
    derive::<32>(key, &[b"secenv 2 key id", b""])[..8].to_vec()
}

/// What lies in a cookie.
#[derive(Clone)]
pub struct Cookie {
    pub issued: u64,
    pub session_id: [u8; 16],
    pub t2: [u8; 32],
    pub s: [u8; 64],
}

impl Cookie {
    /// A cookie under a key that she knows, for any place.
    pub fn seal(&self, key: &[u8; 32], (pin, store): (&Pin, &StoreId), t0: &[u8; 32]) -> Vec<u8> {
        let plain = [self.issued.to_be_bytes().as_slice(), &self.session_id, &self.t2, &self.s].concat();
        let sealed = seal(&derive(key, &[b"secenv 2 cookie", b""]), &cookie_ad(pin, store, t0), &plain);
        [key_id(key), sealed].concat()
    }

    pub fn open(key: &[u8; 32], (pin, store): (&Pin, &StoreId), t0: &[u8; 32], cookie: &[u8]) -> Self {
        assert_eq!((cookie.len(), &cookie[..8]), (168, key_id(key).as_slice()));
        let plain = open(&derive(key, &[b"secenv 2 cookie", b""]), &cookie_ad(pin, store, t0), &cookie[8..]).unwrap();
        Self {
            issued: u64::from_be_bytes(plain[..8].try_into().unwrap()),
            session_id: plain[8..24].try_into().unwrap(),
            t2: plain[24..56].try_into().unwrap(),
            s: plain[56..].try_into().unwrap(),
        }
    }

    /// Where the client goes on from, after a hello with this T0: T2.
    pub fn leg(&self, t0: [u8; 32]) -> Leg {
        Leg { s: self.s, t0, transcript: self.t2 }
    }
}

/// C_(g+1), from C_g.
pub fn step(chain: &[u8; 32]) -> [u8; 32] {
    derive(chain, &[b"secenv 2 step", b""])
}

pub fn message_key(chain: &[u8; 32]) -> [u8; 32] {
    derive(chain, &[b"secenv 2 message", b""])
}

pub fn reply_key(chain: &[u8; 32]) -> [u8; 32] {
    derive(chain, &[b"secenv 2 reply", b""])
}

/// A record under any key, without associated data; a reply has `answers`.
pub fn record(
    key: &[u8; 32],
    (kind, number): (u8, u64),
    session_id: &[u8; 16],
    answers: &[u8],
    content: &[u8],
) -> Vec<u8> {
    let header = [&[2, 4, kind], session_id.as_slice(), &number.to_be_bytes(), answers].concat();
    let sealed = seal(key, &[&header, [0; 4].as_slice()].concat(), content);
    [header, sealed].concat()
}

/// What lies in a record, if this is its key.
pub fn open_record(key: &[u8; 32], record: &[u8]) -> Option<Vec<u8>> {
    let (header, sealed) = record.split_at(if record[2] < 2 { 27 } else { 43 });
    open(key, &[header, &[0; 4]].concat(), sealed)
}

type Memory = (u8, Vec<(u64, [u8; 16])>);

/// A memory of these numbers.
pub fn memory(numbers: impl IntoIterator<Item = u64>) -> Memory {
    let mut places: Vec<_> = numbers.into_iter().map(|number| (number, [7; 16])).collect();
    let count = places.len() as u8;
    places.resize(16, (0, [0; 16]));
    (count, places)
}

/// The memory of what was sent before `next`.
pub fn sent_before(next: u64) -> Memory {
    memory(next.saturating_sub(16)..next)
}

/// What lies in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub created: u64,
    pub client_pin: [u8; 32],
    pub padding: u8,
    pub exporter: [u8; 32],
    pub next: u64,
    pub bytes: u64,
    /// C_g, C_(g-1), D_g, D_(g-1).
    pub chains: [[u8; 32]; 4],
    /// Count and bits.
    pub messages: (u64, [u8; 128]),
    pub replies: (u64, [u8; 128]),
    /// Count, and all 16 places.
    pub opened: Memory,
    pub sent: Memory,
}

fn take<const N: usize>(plain: &mut &[u8]) -> [u8; N] {
    let (taken, rest) = plain.split_first_chunk().unwrap();
    *plain = rest;
    *taken
}

fn take_memory(plain: &mut &[u8]) -> Memory {
    let [count] = take(plain);
    (count, (0..16).map(|_| (u64::from_be_bytes(take(plain)), take(plain))).collect())
}

fn state_key_and_ad(start: &[u8], place: &Place) -> ([u8; 32], Vec<u8>) {
    let fields =
        [lp(place.server_pin.as_bytes()), lp(place.store_id.as_bytes()), lp(place.session_id.as_bytes())].concat();
    let ad = [lp(b"secenv 2 state").as_slice(), start, &fields, &[place.role as u8]].concat();
    (derive(&STATE_KEY, &[b"secenv 2 state", b""]), ad)
}

/// Any bytes as the content of a state, under the key of [`state_key`].
pub fn seal_state(place: &Place, plain: &[u8]) -> Vec<u8> {
    let start = [vec![2, 5], key_id(&STATE_KEY)].concat();
    let (key, ad) = state_key_and_ad(&start, place);
    [start, seal(&key, &ad, plain)].concat()
}

impl State {
    /// What a session would store.
    pub fn of(session: &Session) -> Self {
        let blob = session.export(&state_key(), session.place()).unwrap();
        let (start, sealed) = blob.split_at(10);
        let (key, ad) = state_key_and_ad(start, session.place());
        let bytes = open(&key, &ad, sealed).unwrap();
        let mut plain = bytes.as_slice();
        let at = &mut plain;
        let state = Self {
            created: u64::from_be_bytes(take(at)),
            client_pin: take(at),
            padding: take::<1>(at)[0],
            exporter: take(at),
            next: u64::from_be_bytes(take(at)),
            bytes: u64::from_be_bytes(take(at)),
            chains: std::array::from_fn(|_| take(at)),
            messages: (u64::from_be_bytes(take(at)), take(at)),
            replies: (u64::from_be_bytes(take(at)), take(at)),
            opened: take_memory(at),
            sent: take_memory(at),
        };
        assert!(plain.is_empty() && state.encode() == bytes);
        state
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut plain = [self.created.to_be_bytes().as_slice(), &self.client_pin, &[self.padding]].concat();
        plain.extend_from_slice(&self.exporter);
        plain.extend([self.next, self.bytes].iter().flat_map(|number| number.to_be_bytes()));
        plain.extend(self.chains.iter().flatten());
        for (count, bits) in [&self.messages, &self.replies] {
            plain.extend([count.to_be_bytes().as_slice(), bits].concat());
        }
        for (count, places) in [&self.opened, &self.sent] {
            plain.push(*count);
            places.iter().for_each(|(number, tag)| plain.extend([number.to_be_bytes().as_slice(), tag].concat()));
        }
        plain
    }

    /// This content as a state for `place`.
    pub fn seal(&self, place: &Place) -> Vec<u8> {
        seal_state(place, &self.encode())
    }
}
