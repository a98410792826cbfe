//! Protocol 2 once more, from `docs/protocol-2.md` and in Mallory's hands: she puts anything anywhere, and seals it.

use secenv::aead;
use secenv::identity::Identity;
use secenv::session::Suite;
use secenv::sodium::{hash, kem, kx, random};
use secenv::{Pin, SessionId};

/// The labels of one side's proof.
pub struct Side {
    pub context: &'static [u8],
    key: &'static [u8],
    confirmation: &'static [u8],
}

pub const SERVER: Side =
    Side { context: b"secenv 2 server", key: b"secenv 2 server proof", confirmation: b"secenv 2 server confirmation" };
pub const CLIENT: Side =
    Side { context: b"secenv 2 client", key: b"secenv 2 client proof", confirmation: b"secenv 2 client confirmation" };

/// A secret shared with a party, and the transcript up to the next proof.
pub struct Leg {
    secret: [u8; 64],
    pub transcript: [u8; 32],
}

/// Mallory as a client: her ephemeral keys, and the hello that she sent.
pub struct AsClient {
    suite: Suite,
    kx: kx::KeyPair,
    kem: kem::KeyPair,
    pub hello: Vec<u8>,
}

fn derive<const N: usize>(key: &[u8], list: &[&[u8]]) -> [u8; N] {
    *hash::fields::<N>(key, list).unwrap().expose_secret()
}

fn random<const N: usize>() -> [u8; N] {
    *random::secret().expose_secret()
}

fn lp16(field: &[u8]) -> Vec<u8> {
    [&(field.len() as u16).to_be_bytes(), field].concat()
}

fn read16(message: &[u8]) -> (&[u8], &[u8]) {
    let (len, rest) = message.split_first_chunk::<2>().unwrap();
    rest.split_at(usize::from(u16::from_be_bytes(*len)))
}

/// The spki, signature and mac of a proof.
pub fn fields(proof: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (spki, rest) = read16(proof);
    let (signature, mac) = read16(rest);
    (spki, signature, mac)
}

impl Leg {
    fn new(client_rx: &[u8], client_tx: &[u8], kem: &[u8], hello: &[u8], head: &[u8]) -> Self {
        let transcript: [u8; 32] = derive(&[], &[b"secenv 2 transcript 1", hello, head]);
        let kx = [client_rx, client_tx].concat();
        Self { secret: derive(&[], &[b"secenv 2 secret", &kx, kem, &transcript]), transcript }
    }

    /// What a signer of this side signs, if the owner of `pin` does.
    pub fn statement(&self, side: &Side, pin: &Pin) -> Vec<u8> {
        let lp = |field: &[u8]| [&(field.len() as u32).to_be_bytes(), field].concat();
        [lp(side.context), lp(&self.transcript), lp(pin.as_bytes())].concat()
    }

    /// A proof whose mac is right, whoever's key and signature stand in it.
    pub fn proof(&self, side: &Side, spki: &[u8], signature: &[u8]) -> Vec<u8> {
        let key: [u8; 32] = derive(&self.secret, &[side.confirmation, &self.transcript]);
        let mac: [u8; 32] = derive(&key, &[&self.transcript, spki, signature]);
        [lp16(spki), lp16(signature), mac.to_vec()].concat()
    }

    /// The proof that `who` would make.
    pub fn proof_of(&self, side: &Side, who: &Identity) -> Vec<u8> {
        let signature = who.sign(&self.statement(side, who.public().pin())).unwrap();
        self.proof(side, who.public().spki(), &signature)
    }

    pub fn seal(&self, side: &Side, proof: &[u8]) -> Vec<u8> {
        let (key, nonce) = (derive(&self.secret, &[side.key, &self.transcript]), random::<24>());
        [&nonce, aead::seal(&key, &nonce, &self.transcript, proof).unwrap().as_slice()].concat()
    }

    pub fn open(&self, side: &Side, sealed: &[u8]) -> Vec<u8> {
        let key = derive(&self.secret, &[side.key, &self.transcript]);
        let (nonce, sealed) = sealed.split_first_chunk().unwrap();
        aead::open(&key, nonce, &self.transcript, sealed).unwrap().expose_secret().to_vec()
    }

    /// The keys of records from client to server and from server to client, after the client's proof.
    pub fn record_keys(&self, sealed: &[u8]) -> [[u8; 32]; 2] {
        let t4: [u8; 32] = derive(&[], &[b"secenv 2 transcript 4", &self.transcript, sealed]);
        let labels: [&[u8]; 2] = [b"secenv 2 client records", b"secenv 2 server records"];
        labels.map(|label| derive(&self.secret, &[label, &t4]))
    }

    /// The leg after the server's proof and the cookie.
    fn after(&self, sealed: &[u8], cookie: &[u8]) -> Self {
        let t2: [u8; 32] = derive(&[], &[b"secenv 2 transcript 2", &self.transcript, sealed]);
        Self { secret: self.secret, transcript: derive(&[], &[b"secenv 2 transcript 3", &t2, cookie]) }
    }
}

/// Mallory as the server: a reply to `hello` with the proof that `prove` makes, and the leg of the client's proof.
pub fn reply(hello: &[u8], suite: Suite, prove: impl FnOnce(&Leg) -> Vec<u8>) -> (Vec<u8>, Leg) {
    let pair = kx::KeyPair::generate().unwrap();
    let keys = kx::server_session_keys(&pair, hello[35..67].try_into().unwrap()).unwrap();
    let (ciphertext, shared) = match suite {
        Suite::X25519 => (vec![], vec![]),
        Suite::X25519XWing => {
            let (ciphertext, shared) = kem::encapsulate(hello[67..1283].try_into().unwrap()).unwrap();
            (ciphertext.to_vec(), shared.expose_secret().to_vec())
        }
    };
    let head = [&[2, 2], random::<32>().as_slice(), pair.public(), &ciphertext, &random::<16>()].concat();
    let leg = Leg::new(keys.tx.expose_secret(), keys.rx.expose_secret(), &shared, hello, &head);
    let sealed = leg.seal(&SERVER, &prove(&leg));
    let behind = leg.after(&sealed, b"cookie");
    ([head, lp16(&sealed), lp16(b"cookie")].concat(), behind)
}

/// What lies encrypted in a finish to Mallory.
pub fn sealed_of_finish(finish: &[u8]) -> &[u8] {
    let (_, rest) = read16(&finish[2..]);
    read16(rest).0
}

/// A record of a kind that has no `answers`, under any key.
pub fn record(key: &[u8; 32], kind: u8, session_id: &SessionId, number: u64, message: &[u8]) -> Vec<u8> {
    let (header, nonce) =
        ([&[2, 4, kind], session_id.as_bytes().as_slice(), &number.to_be_bytes()].concat(), random::<24>());
    let sealed = aead::seal(key, &nonce, &[&header, [0; 4].as_slice()].concat(), message).unwrap();
    [header, nonce.to_vec(), sealed].concat()
}

/// A state under `state_key` with whatever in it.
pub fn state(state_key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
    let id: [u8; 32] = derive(state_key, &[b"secenv 2 key id", b""]);
    let (start, nonce) = ([&[2, 5], &id[..8]].concat(), random::<24>());
    let sealed = aead::seal(&derive(state_key, &[b"secenv 2 state", b""]), &nonce, &start, plain).unwrap();
    [start, nonce.to_vec(), sealed].concat()
}

impl AsClient {
    pub fn start(server_pin: &Pin, suite: Suite) -> Self {
        let (kx, kem) = (kx::KeyPair::generate().unwrap(), kem::KeyPair::generate().unwrap());
        let kem_public = if suite == Suite::X25519 { &[] } else { kem.public().as_slice() };
        let hello =
            [&[2, 1, suite as u8], random::<32>().as_slice(), kx.public(), kem_public, server_pin.as_bytes()].concat();
        Self { suite, kx, kem, hello }
    }

    /// The server's proof, opened, and what makes the finish around any proof of the client.
    pub fn take(&self, reply: &[u8]) -> (Vec<u8>, Leg, impl Fn(&[u8]) -> Vec<u8> + use<>) {
        let (head, rest) = reply.split_at(if self.suite == Suite::X25519 { 82 } else { 1202 });
        let (sealed, rest) = read16(rest);
        let cookie = read16(rest).0.to_vec();
        let keys = kx::client_session_keys(&self.kx, head[34..66].try_into().unwrap()).unwrap();
        let shared = match self.suite {
            Suite::X25519 => vec![],
            Suite::X25519XWing => {
                self.kem.decapsulate(head[66..1186].try_into().unwrap()).unwrap().expose_secret().to_vec()
            }
        };
        let leg = Leg::new(keys.rx.expose_secret(), keys.tx.expose_secret(), &shared, &self.hello, head);
        let (proof, behind) = (leg.open(&SERVER, sealed), leg.after(sealed, &cookie));
        (proof, behind, move |sealed| [&[2, 3], lp16(&cookie).as_slice(), &lp16(sealed)].concat())
    }
}
