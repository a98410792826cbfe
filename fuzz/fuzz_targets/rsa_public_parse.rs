//! A public key that parses is written as a PEM that parses to the same PEM.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::rsa::PublicKey;

secenv_fuzz::law!(|data| {
    let Ok(key) = PublicKey::parse(data) else { return };
    assert!((256..=1024).contains(&key.size()));
    let pem = key.encode().unwrap();
    let again = PublicKey::parse(pem.expose_secret()).unwrap().encode().unwrap();
    assert_eq!(again.expose_secret(), pem.expose_secret());
});
