//! The formulas of `docs/protocol-2.md`, written once more from that document: what is compared with the library's values, and
//! what makes messages and states by hand that no library makes.

use secenv::aead;
use secenv::identity::{Identity, PublicIdentity};
use secenv::session::{Place, Suite};
use secenv::sodium::random::{self, fixed};
use secenv::sodium::{hash, kem, kx};

use crate::session::Parties;

/// The nonce of everything that is sealed by hand.
const NONCE: [u8; 24] = [0x77; 24];

pub fn lp(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u32).to_be_bytes(), field].concat()
}

pub fn lp16(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u16).to_be_bytes(), field].concat()
}

/// The field with two bytes of length at the beginning of `message`, and what comes after it.
pub fn read16(message: &[u8]) -> (&[u8], &[u8]) {
    let (len, rest) = message.split_first_chunk::<2>().unwrap();
    rest.split_at(u16::from_be_bytes(*len).into())
}

/// BLAKE2b over fields with their lengths.
pub fn hashed<const N: usize>(key: &[u8], fields: &[&[u8]]) -> [u8; N] {
    *hash::fields(key, fields).unwrap().expose_secret()
}

pub fn derive(key: &[u8], label: &str, transcript: &[u8]) -> [u8; 32] {
    hashed(key, &[label.as_bytes(), transcript])
}

pub fn seal(key: &[u8; 32], ad: &[u8], plain: &[u8]) -> Vec<u8> {
    [NONCE.as_slice(), &aead::seal(key, &NONCE, ad, plain).unwrap()].concat()
}

pub fn open(key: &[u8; 32], ad: &[u8], sealed: &[u8]) -> Vec<u8> {
    let (nonce, sealed) = sealed.split_first_chunk().unwrap();
    aead::open(key, nonce, ad, sealed).unwrap().expose_secret().to_vec()
}

pub fn key_id(key: &[u8; 32]) -> [u8; 8] {
    *derive(key, "secenv 2 key id", b"").first_chunk().unwrap()
}

/// T0.
fn start(parties: &Parties, hello: &[u8]) -> [u8; 32] {
    let padding = vec![parties.padding as u8];
    hash::hash(&[lp(b"secenv 2 transcript 0"), padding, lp(&parties.prologue), lp(hello)].concat())
}

/// T1 to T5.
fn transcript(number: u8, fields: &[&[u8]]) -> [u8; 32] {
    let label = format!("secenv 2 transcript {number}");
    hashed(&[], &[&[label.as_bytes()], fields].concat())
}

/// The part of a reply that stands before the lengths.
pub fn head_len(suite: Suite) -> usize {
    if suite == Suite::X25519 { 82 } else { 1202 }
}

/// What the two sides share after a message of the server with these keys: `kx` and `kem`.
fn shared(parties: &Parties, keys: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let secret = |mut call: u64| fixed::with(&parties.client_seed, &mut call, random::secret::<32>);
    let pair = kx::KeyPair::from_seed(secret(1).expose_secret()).unwrap();
    let session = kx::client_session_keys(&pair, keys[..32].try_into().unwrap()).unwrap();
    let kx = [*session.rx.expose_secret(), *session.tx.expose_secret()].concat();
    if parties.suite == Suite::X25519 {
        return (kx, vec![]);
    }
    let pair = kem::KeyPair::from_seed(secret(2).expose_secret()).unwrap();
    (kx, pair.decapsulate(keys[32..].try_into().unwrap()).unwrap().expose_secret().to_vec())
}

/// What a proof is made of: whose it is, over what, for whom, and the key of its confirmation.
#[derive(Clone)]
pub struct Proof<'a> {
    pub me: &'a Identity,
    pub context: &'a str,
    pub transcript: [u8; 32],
    /// The pin of the signer, and of the server if a client signs.
    pub pins: Vec<[u8; 32]>,
    pub confirm: [u8; 32],
}

impl Proof<'_> {
    /// What is signed.
    pub fn statement(&self) -> Vec<u8> {
        let pins = self.pins.iter().flat_map(|pin| lp(pin));
        [lp(self.context.as_bytes()), lp(&self.transcript)].concat().into_iter().chain(pins).collect()
    }

    pub fn signature(&self) -> Vec<u8> {
        self.me.sign(&self.statement()).unwrap()
    }

    pub fn mac(&self, fields: &[&[u8]]) -> [u8; 32] {
        hashed(&self.confirm, &[&[self.transcript.as_slice()], fields].concat())
    }

    /// The proof with this key and signature, which need not be right.
    pub fn with(&self, spki: &[u8], signature: &[u8]) -> Vec<u8> {
        [lp16(spki), lp16(signature), self.mac(&[spki, signature]).to_vec()].concat()
    }

    pub fn plain(&self) -> Vec<u8> {
        self.with(self.me.public().spki(), &self.signature())
    }

    /// Checks that `proof` is one of this signer.
    fn check(&self, proof: &[u8]) {
        let (spki, rest) = read16(proof);
        let (signature, mac) = read16(rest);
        assert_eq!(spki, self.me.public().spki());
        self.check_signature(&PublicIdentity::parse_der(spki).unwrap(), signature);
        assert_eq!(mac, self.mac(&[spki, signature]));
    }

    fn check_signature(&self, signer: &PublicIdentity, signature: &[u8]) {
        signer.verify(&self.statement(), signature).unwrap();
    }
}

/// The first half of a handshake: up to the head of the reply.
pub struct First {
    pub t0: [u8; 32],
    pub t1: [u8; 32],
    pub head: Vec<u8>,
    pub kx: Vec<u8>,
    pub kem: Vec<u8>,
    pub s: [u8; 64],
}

impl First {
    pub fn new(parties: &Parties, hello: &[u8], head: &[u8]) -> Self {
        let t0 = start(parties, hello);
        let t1 = transcript(1, &[&t0, head]);
        let (kx, kem) = shared(parties, &head[34..head.len() - 16]);
        let s = hashed(&[], &[b"secenv 2 secret", &kx, &kem, &t1]);
        Self { t0, t1, head: head.to_vec(), kx, kem, s }
    }

    pub fn key_s(&self) -> [u8; 32] {
        derive(&self.s, "secenv 2 server proof", &self.t1)
    }

    /// The server's proof, by this identity and under this pin.
    pub fn proof<'a>(&self, me: &'a Identity, pin: [u8; 32]) -> Proof<'a> {
        let confirm = derive(&self.s, "secenv 2 server confirmation", &self.t1);
        Proof { me, context: "secenv 2 server", transcript: self.t1, pins: vec![pin], confirm }
    }

    /// The reply with this proof, as it stands in the clear.
    pub fn reply(&self, proof: &[u8], cookie: &[u8]) -> Vec<u8> {
        reply(&self.head, &seal(&self.key_s(), &self.t1, proof), cookie)
    }
}

pub fn reply(head: &[u8], sealed: &[u8], cookie: &[u8]) -> Vec<u8> {
    [head, &lp16(sealed), &lp16(cookie)].concat()
}

pub fn finish(cookie: &[u8], hello: &[u8], sealed: &[u8]) -> Vec<u8> {
    [[2, 3].as_slice(), &lp16(cookie), &lp16(hello), &lp16(sealed)].concat()
}

/// What a server seals to itself.
#[derive(Clone)]
pub struct Cookie {
    pub plain: Vec<u8>,
    pub ad: Vec<u8>,
}

impl Cookie {
    pub fn new(issued: u64, session_id: &[u8], t2: &[u8; 32], s: &[u8; 64], ad: &[u8]) -> Self {
        Self { plain: [&issued.to_be_bytes(), session_id, t2, s].concat(), ad: ad.to_vec() }
    }

    pub fn ad(pin: &[u8; 32], store_id: &[u8; 16], t0: &[u8; 32]) -> Vec<u8> {
        [lp(b"secenv 2 cookie"), lp(pin), lp(store_id), lp(t0)].concat()
    }

    pub fn seal(&self, key: &[u8; 32]) -> Vec<u8> {
        [key_id(key).as_slice(), &seal(&derive(key, "secenv 2 cookie", b""), &self.ad, &self.plain)].concat()
    }
}

/// The client's proof and the finish around it, as a client makes it that has T2 and S.
pub struct Second<'a> {
    pub hello: &'a [u8],
    pub cookie: &'a [u8],
    pub t3: [u8; 32],
    pub s: &'a [u8; 64],
}

impl<'a> Second<'a> {
    pub fn new(hello: &'a [u8], cookie: &'a [u8], (t0, t2): (&[u8; 32], &[u8; 32]), s: &'a [u8; 64]) -> Self {
        Self { hello, cookie, t3: transcript(3, &[t2, cookie, t0]), s }
    }

    pub fn key_c(&self) -> [u8; 32] {
        derive(self.s, "secenv 2 client proof", &self.t3)
    }

    /// The client's proof, by this identity under this pin, to this server.
    pub fn proof<'b>(&self, me: &'b Identity, pin: [u8; 32], server: [u8; 32]) -> Proof<'b> {
        let confirm = derive(self.s, "secenv 2 client confirmation", &self.t3);
        Proof { me, context: "secenv 2 client", transcript: self.t3, pins: vec![pin, server], confirm }
    }

    pub fn finish(&self, proof: &[u8]) -> Vec<u8> {
        finish(self.cookie, self.hello, &seal(&self.key_c(), &self.t3, proof))
    }
}

/// Every value of a handshake, from its four messages and the client's seed.
pub struct Whole {
    pub hello: Vec<u8>,
    pub sealed_s: Vec<u8>,
    pub cookie: Vec<u8>,
    pub sealed_c: Vec<u8>,
    pub head_w: Vec<u8>,
    pub first: First,
    pub t2: [u8; 32],
    pub t3: [u8; 32],
    pub t4: [u8; 32],
    pub t5: [u8; 32],
    pub proof_s: Vec<u8>,
    pub proof_c: Vec<u8>,
    pub cookie_ad: Vec<u8>,
    pub cookie_plain: Vec<u8>,
    pub kx2: Vec<u8>,
    pub kem2: Vec<u8>,
    pub r: [u8; 64],
}

impl Whole {
    /// Reads the messages, and checks every proof in them.
    pub fn new(parties: &Parties, [hello, reply, finish, welcome]: [&[u8]; 4]) -> Self {
        let server = parties.answering();
        let pin_s = *server.public().pin().as_bytes();
        let (head, rest) = reply.split_at(head_len(parties.suite));
        let (sealed_s, rest) = read16(rest);
        let (cookie, rest) = read16(rest);
        assert!(rest.is_empty());
        let first = First::new(parties, hello, head);
        let proof_s = open(&first.key_s(), &first.t1, sealed_s);
        first.proof(server, pin_s).check(&proof_s);

        let t2 = transcript(2, &[&first.t1, sealed_s]);
        let second = Second::new(hello, cookie, (&first.t0, &t2), &first.s);
        let t3 = second.t3;
        let sealed_c = read16(read16(read16(&finish[2..]).1).1).0;
        assert_eq!(finish, self::finish(cookie, hello, sealed_c));
        let proof_c = open(&second.key_c(), &t3, sealed_c);
        second.proof(&parties.client, *parties.client.public().pin().as_bytes(), pin_s).check(&proof_c);
        let cookie_ad = Cookie::ad(&pin_s, &parties.store_id, &first.t0);
        let cookie_plain = open(&derive(&parties.cookie_key, "secenv 2 cookie", b""), &cookie_ad, &cookie[8..]);
        assert_eq!(cookie[..8], key_id(&parties.cookie_key));
        assert_eq!(cookie_plain[8..], [&head[head.len() - 16..], &t2, &first.s].concat());

        let t4 = transcript(4, &[&t3, sealed_c]);
        let (head_w, rest) = welcome.split_at(if parties.suite == Suite::X25519 { 34 } else { 1154 });
        let (signature, mac) = read16(rest);
        let t5 = transcript(5, &[&t4, &head[head.len() - 16..], head_w]);
        let (kx2, kem2) = shared(parties, &head_w[2..]);
        let r = hashed(&[], &[b"secenv 2 second secret", &first.s, &kx2, &kem2, &t5]);
        let whole = Self {
            hello: hello.to_vec(),
            sealed_s: sealed_s.to_vec(),
            cookie: cookie.to_vec(),
            sealed_c: sealed_c.to_vec(),
            head_w: head_w.to_vec(),
            first,
            t2,
            t3,
            t4,
            t5,
            proof_s,
            proof_c,
            cookie_ad,
            cookie_plain,
            kx2,
            kem2,
            r,
        };
        let proof = whole.welcome_proof(server);
        proof.check_signature(server.public(), signature);
        assert_eq!(mac, proof.mac(&[signature]));
        whole
    }

    pub fn session_id(&self) -> &[u8] {
        &self.first.head[self.first.head.len() - 16..]
    }

    /// The client's half once more, with this cookie.
    pub fn second<'a>(&'a self, cookie: &'a [u8]) -> Second<'a> {
        Second::new(&self.hello, cookie, (&self.first.t0, &self.t2), &self.first.s)
    }

    /// What the welcome proves.
    pub fn welcome_proof<'a>(&self, me: &'a Identity) -> Proof<'a> {
        let pins = vec![*me.public().pin().as_bytes()];
        let confirm = derive(&self.r, "secenv 2 welcome", &self.t5);
        Proof { me, context: "secenv 2 welcome", transcript: self.t5, pins, confirm }
    }

    /// The welcome with this signature, and the mac that fits it.
    pub fn welcome(&self, proof: &Proof<'_>, signature: &[u8]) -> Vec<u8> {
        welcome(&self.head_w, signature, &proof.mac(&[signature]))
    }

    /// What the state of the new session contains, at either side.
    pub fn new_session(&self, parties: &Parties, created: u64) -> Vec<u8> {
        let key = |label: &str| derive(&self.r, label, &self.t5);
        let mut plain = created.to_be_bytes().to_vec();
        plain.extend(parties.client.public().pin().as_bytes());
        plain.push(parties.padding as u8);
        plain.extend(key("secenv 2 exporter"));
        plain.extend([0; 16]);
        for chain in ["secenv 2 client numbers", "secenv 2 server numbers"] {
            plain.extend(key(chain));
            plain.extend([0; 32]);
        }
        plain.resize(state::BYTES, 0);
        plain
    }
}

pub fn welcome(head: &[u8], signature: &[u8], mac: &[u8]) -> Vec<u8> {
    [head, &lp16(signature), mac].concat()
}

/// Where the fields of a state's content begin.
pub mod state {
    pub const CREATED: usize = 0;
    pub const CLIENT_PIN: usize = 8;
    pub const PADDING: usize = 40;
    pub const EXPORTER: usize = 41;
    pub const NEXT: usize = 73;
    pub const SEALED: usize = 81;
    pub const CLIENT_CHAIN: usize = 89;
    pub const CLIENT_CHAIN_BEFORE: usize = 121;
    pub const SERVER_CHAIN: usize = 153;
    pub const SERVER_CHAIN_BEFORE: usize = 185;
    pub const MESSAGES: usize = 217;
    pub const REPLIES: usize = 353;
    pub const OPENED: usize = 489;
    pub const SENT: usize = 874;
    pub const BYTES: usize = 1259;
}

/// `ad` of a state that begins with `start`.
fn state_ad(start: &[u8], place: &Place) -> Vec<u8> {
    let fields = [place.server_pin.as_bytes().as_slice(), place.store_id.as_bytes(), place.session_id.as_bytes()];
    let fields = fields.iter().flat_map(|field| lp(field)).collect::<Vec<_>>();
    [lp(b"secenv 2 state").as_slice(), start, &fields, &[place.role as u8]].concat()
}

/// What lies sealed in a state.
pub fn open_state(state: &[u8], state_key: &[u8; 32], place: &Place) -> Vec<u8> {
    open(&derive(state_key, "secenv 2 state", b""), &state_ad(&state[..10], place), &state[10..])
}

/// A state with this content, whether a session has it or not.
pub fn seal_state(plain: &[u8], state_key: &[u8; 32], place: &Place) -> Vec<u8> {
    let start = [[2, 5].as_slice(), &key_id(state_key)].concat();
    let sealed = seal(&derive(state_key, "secenv 2 state", b""), &state_ad(&start, place), plain);
    [start, sealed].concat()
}

/// The key of the chain's generation `generation`, from that of generation 0.
pub fn chain(first: &[u8; 32], generation: u64) -> [u8; 32] {
    (0..generation).fold(*first, |key, _| derive(&key, "secenv 2 step", b""))
}

/// A record of this kind and number, under a key that need not be the right one.
pub fn record(header: (u8, &[u8], u64, &[u8]), key: &[u8; 32], ad: &[u8], content: &[u8]) -> Vec<u8> {
    let (kind, session_id, number, answers) = header;
    let header = [&[2, 4, kind], session_id, &number.to_be_bytes(), answers].concat();
    let sealed = seal(key, &[header.as_slice(), &lp(ad)].concat(), content);
    [header, sealed].concat()
}
