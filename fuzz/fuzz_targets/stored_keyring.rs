//! An edited keyring is the same keyring or none.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::Error;
use secenv::keyring::Keyring;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, unlock};

secenv_fuzz::law!(|data| {
    let refused = |error| is_refusal(error) || error == Error::Damaged;
    assert!(Keyring::parse(data, &unlock()).err().is_some_and(refused));
    let bad = edited(&FILES.keyring, data);
    match Keyring::parse(&bad, &unlock()) {
        Ok(ring) => assert!(bad == FILES.keyring && ring.id() == FILES.ring.id()),
        Err(error) => assert!(refused(error)),
    }
});
