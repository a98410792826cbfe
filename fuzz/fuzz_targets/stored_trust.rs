//! What we did not sign is refused; a trust statement that was signed again has 1 to 16 pins that ascend.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::trust::Trust;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, pin, signed_again};

secenv_fuzz::law!(|data| {
    for file in [data.to_vec(), edited(&FILES.trust, data)] {
        match Trust::parse(file.clone()).and_then(|trust| trust.verify(&[pin(&FILES.signer)])) {
            Ok(()) => assert!(file == FILES.trust),
            Err(error) => assert!(is_refusal(error)),
        }
    }
    match Trust::parse(signed_again(&FILES.trust, "secenv trust 1", data)) {
        Ok(trust) => {
            let pins = &trust.statement().pins;
            assert!(pins.is_sorted_by(|a, b| a < b) && (1..=16).contains(&pins.len()));
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
