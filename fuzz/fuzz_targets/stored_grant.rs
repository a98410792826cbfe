//! What we did not sign is refused; a grant that was signed again says what it says, and gives the same keys or none.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::grant::Grant;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, keys, pin, signed_again};

secenv_fuzz::law!(|data| {
    let truth = Grant::parse(FILES.grant.clone()).unwrap();
    let again = signed_again(&FILES.grant, "secenv grant 1", data);
    for (bad, ours) in [(data.to_vec(), false), (edited(&FILES.grant, data), false), (again, true)] {
        let opened = Grant::parse(bad.clone()).and_then(|grant| {
            grant.verify(&[pin(&FILES.signer)])?;
            assert!(ours || bad == FILES.grant);
            keys(&grant)
        });
        match opened {
            Ok(found) => assert_eq!(found, keys(&truth).unwrap()),
            Err(error) => assert!(is_refusal(error)),
        }
    }
});
