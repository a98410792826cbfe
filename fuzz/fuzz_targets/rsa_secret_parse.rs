//! A secret key that parses is written as a PEM that parses to the same PEM, and has a public half.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::rsa::{PublicKey, SecretKey};

secenv_fuzz::law!(|data| {
    let Ok(key) = SecretKey::parse(data) else { return };
    let pem = key.encode_secret().unwrap();
    let again = SecretKey::parse(pem.expose_secret()).unwrap().encode_secret().unwrap();
    assert_eq!(again.expose_secret(), pem.expose_secret());
    let public = key.public().unwrap().encode().unwrap();
    assert!(PublicKey::parse(public.expose_secret()).is_ok());
});
