//! Protocol 2 beside the primitives that it is made of: records beside the bare AEAD, a handshake beside the sum of its
//! key exchanges, encapsulations and signatures, all of them libsodium's and aws-lc's.

use core::ffi::c_int;
use core::ptr::{null, null_mut};
use std::hint::black_box;

use aws_lc_sys as lc;
use libloading::Library;
use libsodium_sys as sodium;

use super::race::{Contender, race};

/// A handle of ours.
enum Handle {}

type Out = *mut *mut Handle;
type Change = unsafe extern "C" fn(*mut Handle, *const u8, usize, *const u8, usize, Out) -> c_int;
type Free = unsafe extern "C" fn(*mut Handle);

/// `secenv_client_config`.
#[repr(C)]
struct ClientConfig {
    size: usize,
    pins: *const u8,
    pin_count: usize,
    suite: i32,
    padding: i32,
    prologue: *const u8,
    prologue_len: usize,
    now: u64,
}

/// `secenv_server_config`.
#[repr(C)]
struct ServerConfig {
    size: usize,
    cookie_key: *const u8,
    store_id: *const u8,
    minimum_suite: i32,
    padding: i32,
    prologue: *const u8,
    prologue_len: usize,
    accepted_keys: *const u8,
    accepted_key_count: usize,
}

/// What the races need of `include/secenv.h`.
struct Secenv {
    parse: unsafe extern "C" fn(*const u8, usize, Out) -> c_int,
    public: unsafe extern "C" fn(*const Handle, Out) -> c_int,
    pin: unsafe extern "C" fn(*const u8, usize, *mut u8) -> c_int,
    start: unsafe extern "C" fn(*const Handle, *const ClientConfig, Out, Out) -> c_int,
    finish: unsafe extern "C" fn(*mut Handle, *const u8, usize, Out) -> c_int,
    session: unsafe extern "C" fn(*mut Handle, *const u8, usize, Out) -> c_int,
    server: unsafe extern "C" fn(*const *const Handle, usize, *const ServerConfig, Out) -> c_int,
    reply: unsafe extern "C" fn(*const Handle, *const u8, usize, Out) -> c_int,
    accept: unsafe extern "C" fn(*const Handle, *const u8, usize, Out, Out, Out) -> c_int,
    seal: Change,
    open: Change,
    data: unsafe extern "C" fn(*const Handle) -> *const u8,
    len: unsafe extern "C" fn(*const Handle) -> usize,
    free_bytes: Free,
    free_client: Free,
    free_session: Free,
}

impl Secenv {
    fn of(library: &Library) -> Self {
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: `include/secenv.h` declares it with the type of the field.
                unsafe { *library.get($name).unwrap() }
            };
        }
        Self {
            parse: function!("secenv_identity_parse"),
            public: function!("secenv_identity_public"),
            pin: function!("secenv_identity_pin"),
            start: function!("secenv_client_start"),
            finish: function!("secenv_client_finish"),
            session: function!("secenv_client_session"),
            server: function!("secenv_server_new"),
            reply: function!("secenv_server_reply"),
            accept: function!("secenv_server_accept"),
            seal: function!("secenv_session_seal"),
            open: function!("secenv_session_open"),
            data: function!("secenv_bytes_data"),
            len: function!("secenv_bytes_len"),
            free_bytes: function!("secenv_bytes_free"),
            free_client: function!("secenv_client_free"),
            free_session: function!("secenv_session_free"),
        }
    }

    fn bytes(&self, bytes: *const Handle) -> (*const u8, usize) {
        // SAFETY: P2.
        unsafe { ((self.data)(bytes), (self.len)(bytes)) }
    }

    /// A server that takes this suite and nothing below it.
    fn serve(&self, me: *const Handle, suite: c_int) -> *mut Handle {
        let config = ServerConfig {
            size: size_of::<ServerConfig>(),
            cookie_key: COOKIE_KEY.as_ptr(),
            store_id: STORE_ID.as_ptr(),
            minimum_suite: suite,
            padding: 0,
            prologue: null(),
            prologue_len: 0,
            accepted_keys: null(),
            accepted_key_count: 0,
        };
        let mut server = null_mut();
        // SAFETY: P1 to P4.
        assert_eq!(unsafe { (self.server)(&raw const me, 1, &raw const config, &raw mut server) }, 0);
        server
    }

    /// A whole handshake; the sessions of client and server.
    fn shake(&self, me: *const Handle, server: *const Handle, pin: &[u8; 32], suite: c_int) -> [*mut Handle; 2] {
        let mut made = [null_mut(); 8];
        let [client, hello, reply, finish, at_server, welcome, spki, at_client] = &mut made;
        let config = ClientConfig {
            size: size_of::<ClientConfig>(),
            pins: pin.as_ptr(),
            pin_count: 1,
            suite,
            padding: 0,
            prologue: null(),
            prologue_len: 0,
            now: 0,
        };
        // SAFETY: P1 to P4: handles of ours, each freed once.
        unsafe {
            assert_eq!((self.start)(me, &raw const config, client, hello), 0);
            let (data, len) = self.bytes(*hello);
            assert_eq!((self.reply)(server, data, len, reply), 0);
            let (data, len) = self.bytes(*reply);
            assert_eq!((self.finish)(*client, data, len, finish), 0);
            let (data, len) = self.bytes(*finish);
            assert_eq!((self.accept)(server, data, len, at_server, welcome, spki), 0);
            let (data, len) = self.bytes(*welcome);
            assert_eq!((self.session)(*client, data, len, at_client), 0);
            for bytes in [*hello, *reply, *finish, *welcome, *spki] {
                (self.free_bytes)(bytes);
            }
            (self.free_client)(*client);
        }
        [*at_client, *at_server]
    }

    fn change(&self, work: Change, session: *mut Handle, message: (*const u8, usize)) -> *mut Handle {
        let mut out = null_mut();
        // SAFETY: P1 (AD, message), P2 and P3 (session), P4 (out).
        let code = unsafe { work(session, AD.as_ptr(), AD.len(), message.0, message.1, &raw mut out) };
        assert_eq!(code, 0);
        out
    }
}

const AD: &[u8; 16] = b"associated data.";
const COOKIE_KEY: &[u8; 32] = &[1; 32];
const STORE_ID: &[u8; 16] = &[2; 16];

/// Identities in PEM, and how their raw primitive signs and verifies.
fn identities() -> Vec<(&'static str, String, Signer)> {
    let bits = 3072;
    let pem = secenv::rsa::SecretKey::generate(bits).unwrap().encode_secret().unwrap();
    let pem = String::from_utf8(pem.expose_secret().to_vec()).unwrap();
    vec![("ed25519", ED25519.to_owned(), Signer::ed25519()), ("rsa3072", pem, Signer::rsa(bits))]
}

const ED25519: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB\n-----END PRIVATE KEY-----\n";

/// A raw signature: libsodium's Ed25519, or aws-lc's PSS.
enum Signer {
    Ed25519([u8; 32], [u8; 64]),
    Rsa(*mut lc::RSA),
}

impl Signer {
    fn ed25519() -> Self {
        let (mut public, mut secret) = ([0; 32], [0; 64]);
        // SAFETY: the arrays have libsodium's sizes.
        unsafe { sodium::crypto_sign_keypair(public.as_mut_ptr(), secret.as_mut_ptr()) };
        Self::Ed25519(public, secret)
    }

    fn rsa(bits: u32) -> Self {
        // SAFETY: both are new; the key lives as long as the process.
        unsafe {
            let (rsa, exponent) = (lc::RSA_new(), lc::BN_new());
            assert_eq!(lc::BN_set_word(exponent, 65_537), 1);
            assert_eq!(lc::RSA_generate_key_ex(rsa, bits as c_int, exponent, null_mut()), 1);
            lc::BN_free(exponent);
            Self::Rsa(rsa)
        }
    }

    /// Signs once and verifies once, as each proof and the welcome do.
    fn work(&self) {
        let message = [7_u8; 87];
        match self {
            Self::Ed25519(public, secret) => {
                let mut signature = [0; 64];
                // SAFETY: the arrays have libsodium's sizes.
                let code = unsafe {
                    let (out, m, len) = (signature.as_mut_ptr(), message.as_ptr(), message.len() as u64);
                    sodium::crypto_sign_detached(out, null_mut(), m, len, secret.as_ptr())
                        | sodium::crypto_sign_verify_detached(out, m, len, public.as_ptr())
                };
                assert_eq!(code, 0);
            }
            Self::Rsa(rsa) => {
                let (mut digest, mut signature, mut len) = ([0; 32], [0; 512], 0);
                // SAFETY: the outputs hold what aws-lc writes; the key is valid.
                let done = unsafe {
                    lc::SHA256(message.as_ptr(), message.len(), digest.as_mut_ptr());
                    let (sha256, d) = (lc::EVP_sha256(), digest.as_ptr());
                    let out = signature.as_mut_ptr();
                    lc::RSA_sign_pss_mgf1(*rsa, &raw mut len, out, 512, d, 32, sha256, sha256, 32)
                        + lc::RSA_verify_pss_mgf1(*rsa, d, 32, sha256, sha256, 32, out, len)
                };
                assert_eq!(done, 2);
            }
        }
    }
}

/// The raw work of a handshake, both sides: the client's key pairs; twice the server's half of an exchange and the
/// client's; three signatures and verifications, of two proofs and the welcome.
fn primitives(signer: &Signer, suite: c_int) {
    let (mut public, mut secret) = ([0; 32], [0; 32]);
    let (mut kem_public, mut kem_secret) = ([0; 1216], [0; 32]);
    // SAFETY: the arrays have libsodium's sizes.
    let code = unsafe {
        sodium::crypto_kx_keypair(public.as_mut_ptr(), secret.as_mut_ptr())
            | if suite == 2 { sodium::crypto_kem_keypair(kem_public.as_mut_ptr(), kem_secret.as_mut_ptr()) } else { 0 }
    };
    assert_eq!(code, 0);
    for _ in 0..2 {
        exchange(&public, &secret);
        if suite == 2 {
            encapsulate(&kem_public, &kem_secret);
        }
    }
    for _ in 0..3 {
        signer.work();
    }
}

/// The server's new kx pair, and what both sides make of the two.
fn exchange(client_public: &[u8; 32], client_secret: &[u8; 32]) {
    let mut keys = [[0_u8; 32]; 6];
    let [public, secret, rx, tx, server_rx, server_tx] = &mut keys;
    // SAFETY: the arrays have libsodium's sizes.
    let code = unsafe {
        sodium::crypto_kx_keypair(public.as_mut_ptr(), secret.as_mut_ptr())
            | sodium::crypto_kx_client_session_keys(
                rx.as_mut_ptr(),
                tx.as_mut_ptr(),
                client_public.as_ptr(),
                client_secret.as_ptr(),
                public.as_ptr(),
            )
            | sodium::crypto_kx_server_session_keys(
                server_rx.as_mut_ptr(),
                server_tx.as_mut_ptr(),
                public.as_ptr(),
                secret.as_ptr(),
                client_public.as_ptr(),
            )
    };
    assert_eq!((code, &rx, &tx), (0, &server_tx, &server_rx));
}

/// To the client's X-Wing key, and out of it.
fn encapsulate(public: &[u8; 1216], secret: &[u8; 32]) {
    let (mut ciphertext, mut shared, mut again) = ([0; 1120], [0; 32], [0; 32]);
    // SAFETY: the arrays have libsodium's sizes.
    let code = unsafe {
        sodium::crypto_kem_enc(ciphertext.as_mut_ptr(), shared.as_mut_ptr(), public.as_ptr())
            | sodium::crypto_kem_dec(again.as_mut_ptr(), ciphertext.as_ptr(), secret.as_ptr())
    };
    assert_eq!((code, shared), (0, again));
}

/// Records and handshakes.
pub fn race_against_the_primitives(library: &Library) {
    let secenv = Secenv::of(library);
    // SAFETY: takes no arguments.
    unsafe { sodium::sodium_init() };
    for (name, pem, signer) in identities() {
        let (mut me, mut spki, mut pin) = (null_mut(), null_mut(), [0; 32]);
        // SAFETY: P1 to P4; these few live as long as the process.
        unsafe {
            assert_eq!((secenv.parse)(pem.as_ptr(), pem.len(), &raw mut me), 0);
            assert_eq!((secenv.public)(me, &raw mut spki), 0);
            let (data, len) = secenv.bytes(spki);
            assert_eq!((secenv.pin)(data, len, pin.as_mut_ptr()), 0);
        }
        for suite in [1, 2] {
            let server = secenv.serve(me, suite);
            let ours = || {
                for session in secenv.shake(me, server, &pin, suite) {
                    // SAFETY: P2, freed once.
                    unsafe { (secenv.free_session)(session) };
                }
            };
            let theirs = || primitives(&signer, suite);
            let contenders: Vec<Contender<'_>> =
                vec![("libsecenv", Box::new(ours)), ("the sum of its primitives", Box::new(theirs))];
            race(&format!("handshake/{name}_suite{suite}/both"), contenders);
            if name == "ed25519" && suite == 2 {
                records(&secenv, secenv.shake(me, server, &pin, suite));
            }
        }
    }
}

/// Sealing and opening, beside the AEAD with a random nonce, which everybody has to make, and without.
fn records(secenv: &Secenv, [client, server]: [*mut Handle; 2]) {
    for (size, len) in [("64B", 64), ("16KiB", 16 << 10)] {
        let message = vec![7_u8; len];
        let exchange = || {
            let record = secenv.change(secenv.seal, client, (message.as_ptr(), len));
            (secenv.change(secenv.open, server, secenv.bytes(record)), record)
        };
        let (opened, _) = exchange();
        let (data, opened) = secenv.bytes(opened);
        // SAFETY: P2, and it is not freed.
        assert_eq!(unsafe { core::slice::from_raw_parts(data, opened) }, message);
        let ours = || {
            let (opened, record) = exchange();
            // SAFETY: P2, freed once.
            unsafe {
                (secenv.free_bytes)(black_box(opened));
                (secenv.free_bytes)(record);
            }
        };
        let raw = |random: bool| {
            let (mut sealed, mut opened) = (vec![0; len + 16], vec![0; len]);
            let (mut nonce, message) = ([2; 24], &message);
            move || {
                let (m, len, key, ad) = (message.as_ptr(), len as u64, [1; 32].as_ptr(), AD.as_ptr());
                // SAFETY: the lengths describe the slices.
                let code = unsafe {
                    if random {
                        sodium::randombytes_buf(nonce.as_mut_ptr().cast(), nonce.len());
                    }
                    let (c, n) = (sealed.as_mut_ptr(), nonce.as_ptr());
                    sodium::crypto_aead_xchacha20poly1305_ietf_encrypt(c, null_mut(), m, len, ad, 16, null(), n, key)
                        | sodium::crypto_aead_xchacha20poly1305_ietf_decrypt(
                            opened.as_mut_ptr(),
                            null_mut(),
                            null_mut(),
                            c,
                            len + 16,
                            ad,
                            16,
                            n,
                            key,
                        )
                };
                assert_eq!(code, 0);
                black_box(&opened);
            }
        };
        let contenders: Vec<Contender<'_>> = vec![
            ("libsecenv", Box::new(ours)),
            ("libsodium's AEAD, a random nonce for each", Box::new(raw(true))),
            ("libsodium's AEAD, one nonce for all", Box::new(raw(false))),
        ];
        race(&format!("record/seal+open/{size}"), contenders);
    }
}
