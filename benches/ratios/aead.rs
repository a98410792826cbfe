//! The mirrored XChaCha20-Poly1305 against the libsodium inside libsecenv and the one that Debian ships.

use core::ffi::{CStr, c_char, c_int, c_uchar, c_ulonglong};
use core::ptr::{null, null_mut};
use std::cell::RefCell;

use libloading::Library;
use libsodium_sys as bundled;

use super::race::{Contender, race};

type Encrypt = unsafe extern "C" fn(
    *mut c_uchar,
    *mut c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    *const c_uchar,
    *const c_uchar,
) -> c_int;
type Decrypt = unsafe extern "C" fn(
    *mut c_uchar,
    *mut c_ulonglong,
    *mut c_uchar,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    c_ulonglong,
    *const c_uchar,
    *const c_uchar,
) -> c_int;

const SIZES: [(&str, usize); 4] = [("64B", 64), ("1KiB", 1 << 10), ("16KiB", 16 << 10), ("1MiB", 1 << 20)];
const AD: &[u8; 16] = b"associated data.";
const NONCE: [u8; 24] = [2; 24];
const KEY: [u8; 32] = [1; 32];

/// One library's pair of functions.
struct Peer {
    name: String,
    encrypt: Encrypt,
    decrypt: Decrypt,
}

pub fn race_against_both_libsodiums(secenv: &Library) {
    // SAFETY: Debian's libsodium; loading it runs nothing.
    let debian = unsafe { Library::new("libsodium.so.23") }.expect("Debian's libsodium23");
    // SAFETY: the functions have these types in each library, and both libsodiums are initialised.
    let peers = unsafe {
        debian.get::<unsafe extern "C" fn() -> c_int>("sodium_init").unwrap()();
        bundled::sodium_init();
        let version = debian.get::<unsafe extern "C" fn() -> *const c_char>("sodium_version_string").unwrap()();
        [
            Peer {
                name: "libsecenv".to_owned(),
                encrypt: *secenv.get::<Encrypt>("secenv_aead_xchacha20poly1305_ietf_encrypt").unwrap(),
                decrypt: *secenv.get::<Decrypt>("secenv_aead_xchacha20poly1305_ietf_decrypt").unwrap(),
            },
            Peer {
                name: named("bundled", bundled::sodium_version_string()),
                encrypt: bundled::crypto_aead_xchacha20poly1305_ietf_encrypt,
                decrypt: bundled::crypto_aead_xchacha20poly1305_ietf_decrypt,
            },
            Peer {
                name: named("Debian", version),
                encrypt: *debian.get::<Encrypt>("crypto_aead_xchacha20poly1305_ietf_encrypt").unwrap(),
                decrypt: *debian.get::<Decrypt>("crypto_aead_xchacha20poly1305_ietf_decrypt").unwrap(),
            },
        ]
    };
    for (size, len) in SIZES {
        let plain: Vec<u8> = (0..len).map(|at| at as u8).collect();
        let sealed = peers[0].seal(&plain);
        for peer in &peers {
            assert_eq!(peer.seal(&plain), sealed, "{}", peer.name);
            let mut opened = vec![0; len];
            peer.decrypt(&sealed, &mut opened);
            assert_eq!(opened, plain, "{}", peer.name);
        }
        // All write to the same memory: where a buffer lies must not decide.
        let out = RefCell::new(vec![0; len + 16]);
        let (plain, sealed, out) = (&plain, &sealed, &out);
        let seal = peers.iter().map(|peer| -> Contender<'_> {
            (&peer.name, Box::new(move || peer.encrypt(plain, &mut out.borrow_mut())))
        });
        race(&format!("aead/seal/{size}"), seal.collect());
        let open = peers.iter().map(|peer| -> Contender<'_> {
            (&peer.name, Box::new(move || peer.decrypt(sealed, &mut out.borrow_mut())))
        });
        race(&format!("aead/open/{size}"), open.collect());
    }
}

fn named(which: &str, version: *const c_char) -> String {
    // SAFETY: libsodium gives static text.
    format!("libsodium {} ({which})", unsafe { CStr::from_ptr(version) }.to_str().unwrap())
}

impl Peer {
    fn seal(&self, plain: &[u8]) -> Vec<u8> {
        let mut sealed = vec![0; plain.len() + 16];
        self.encrypt(plain, &mut sealed);
        sealed
    }

    fn encrypt(&self, plain: &[u8], out: &mut [u8]) {
        let (ad, key, nonce) = (AD.as_ptr(), KEY.as_ptr(), NONCE.as_ptr());
        let len = plain.len() as c_ulonglong;
        assert!(out.len() >= plain.len() + 16);
        // SAFETY: the lengths describe the slices, and `out` holds the message and its tag.
        let code =
            unsafe { (self.encrypt)(out.as_mut_ptr(), null_mut(), plain.as_ptr(), len, ad, 16, null(), nonce, key) };
        assert_eq!(code, 0);
    }

    fn decrypt(&self, sealed: &[u8], out: &mut [u8]) {
        let (ad, key, nonce) = (AD.as_ptr(), KEY.as_ptr(), NONCE.as_ptr());
        let len = sealed.len() as c_ulonglong;
        assert!(out.len() + 16 >= sealed.len());
        // SAFETY: the lengths describe the slices, and `out` holds the message.
        let code = unsafe {
            (self.decrypt)(out.as_mut_ptr(), null_mut(), null_mut(), sealed.as_ptr(), len, ad, 16, nonce, key)
        };
        assert_eq!(code, 0);
    }
}
