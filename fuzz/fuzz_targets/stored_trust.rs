//! An edited trust statement is refused; one that was signed again has 1 to 16 pins that ascend.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::trust::Trust;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, pin, signed_again};

secenv_fuzz::law!(|data| {
    assert!(Trust::parse(data).err().is_some_and(is_refusal));
    let bad = edited(&FILES.trust, data);
    let verified = Trust::parse(&bad).and_then(|trust| trust.verify(&[pin(&FILES.signer)]));
    assert!(verified.is_err() || bad == FILES.trust);
    match Trust::parse(&signed_again(&FILES.trust, "secenv trust 1", data)) {
        Ok(trust) => assert!(trust.pins().is_sorted_by(|a, b| a < b) && (1..=16).contains(&trust.pins().len())),
        Err(error) => assert!(is_refusal(error)),
    }
});
