//! Whatever is not the sealed message is refused, and nothing panics.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::{Error, envelope, rsa::Padding};
use secenv_fuzz::{AD, KEY, MESSAGE, SERVER};

secenv_fuzz::law!(|data| {
    for padding in [Padding::OaepSha1, Padding::Pkcs1] {
        match envelope::open(&KEY, &SERVER, padding, AD, data) {
            Ok(message) => assert_eq!(message.expose_secret(), MESSAGE),
            Err(error) => assert!(matches!(error, Error::Malformed | Error::Rejected | Error::TooLarge)),
        }
    }
});
