//! An edited manifest is refused; one that was signed again has ids that ascend, and is found by each of them.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::manifest::Manifest;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, pin, signed_again};

secenv_fuzz::law!(|data| {
    assert!(Manifest::parse(data.to_vec()).err().is_some_and(is_refusal));
    let bad = edited(&FILES.manifest, data);
    let verified = Manifest::parse(bad.clone()).and_then(|manifest| manifest.verify(&[pin(&FILES.signer)]));
    assert!(verified.is_err() || bad == FILES.manifest);
    match Manifest::parse(signed_again(&FILES.manifest, "secenv manifest 1", data)) {
        Ok(manifest) => {
            assert!(manifest.entries().is_sorted_by(|a, b| a.id < b.id));
            manifest.entries().iter().for_each(|entry| assert_eq!(manifest.find(&entry.id), Some(entry)));
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
