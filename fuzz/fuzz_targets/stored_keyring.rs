//! An edited keyring is the same keyring or none.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::keyring::Keyring;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, unlock};

secenv_fuzz::law!(|data| {
    assert!(Keyring::parse(data, &unlock()).err().is_some_and(is_refusal));
    let bad = edited(&FILES.keyring, data);
    match Keyring::parse(&bad, &unlock()) {
        Ok(ring) => assert!(bad == FILES.keyring && ring.id() == FILES.ring.id()),
        Err(error) => assert!(is_refusal(error)),
    }
});
