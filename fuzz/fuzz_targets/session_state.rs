//! What is a state is the same state when it was imported and exported again.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::{aead, session::Session, sodium::hash};
use secenv_fuzz::{STATE_KEY, is_refusal};

secenv_fuzz::law!(|data| {
    assert!(Session::import(data, &STATE_KEY).err().is_some_and(is_refusal));
    let derived = |label: &[u8]| hash::fields::<32>(STATE_KEY.expose_secret(), &[label, b""]).unwrap();
    let (id, key) = (derived(b"secenv 2 key id"), derived(b"secenv 2 state"));
    let start = [&[2, 5], &id.expose_secret()[..8]].concat();
    let sealed = aead::seal(key.expose_secret(), &[7; 24], &start, data).unwrap();
    match Session::import(&[&start, [7; 24].as_slice(), &sealed].concat(), &STATE_KEY) {
        Ok(session) => {
            let again = session.export(&STATE_KEY).unwrap();
            let (nonce, sealed) = again[10..].split_first_chunk().unwrap();
            assert_eq!(aead::open(key.expose_secret(), nonce, &start, sealed).unwrap().expose_secret(), data);
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
