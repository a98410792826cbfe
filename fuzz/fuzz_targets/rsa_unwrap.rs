//! A ciphertext always unwraps to the same answer, and PKCS#1 refuses none that is below the modulus.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::{Error, rsa::Padding};
use secenv_fuzz::SERVER;

secenv_fuzz::law!(|data| {
    let mut below = data.to_vec();
    below.resize(256, 0);
    below[0] = 0;
    for (wrapped, padding) in [data, &below].into_iter().flat_map(|w| [1, 4, 5].map(|p| (w, Padding::try_from(p)))) {
        let unwrap = || SERVER.unwrap(padding.unwrap(), wrapped).map(|secret| secret.expose_secret().to_vec());
        let answer = unwrap();
        assert_eq!(answer, unwrap());
        assert!(answer.is_ok() || answer == Err(Error::Rejected));
        assert!(answer.is_ok() || padding != Ok(Padding::Pkcs1) || wrapped != below);
    }
});
