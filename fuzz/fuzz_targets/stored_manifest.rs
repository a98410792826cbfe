//! What we did not sign is refused; a manifest that was signed again has ids that ascend, and is found by each of them.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::manifest::Manifest;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, pin, signed_again};

secenv_fuzz::law!(|data| {
    for file in [data.to_vec(), edited(&FILES.manifest, data)] {
        match Manifest::parse(file.clone()).and_then(|manifest| manifest.verify(&[pin(&FILES.signer)])) {
            Ok(()) => assert!(file == FILES.manifest),
            Err(error) => assert!(is_refusal(error)),
        }
    }
    match Manifest::parse(signed_again(&FILES.manifest, "secenv manifest 1", data)) {
        Ok(manifest) => {
            assert!(manifest.entries().is_sorted_by(|a, b| a.id < b.id));
            manifest.entries().iter().for_each(|entry| assert_eq!(manifest.find(&entry.id), Some(entry)));
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
