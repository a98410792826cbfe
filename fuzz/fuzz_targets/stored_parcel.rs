//! What we did not sign is refused, whoever else signed it; an edited parcel gives its document or nothing.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::parcel::Parcel;
use secenv_fuzz::edited;
use secenv_fuzz::stored::{FILES, is_refusal, one_thread, pin};

secenv_fuzz::law!(|data| {
    match Parcel::open_untrusted(data) {
        Ok(parcel) => assert_ne!(parcel.info().signer, pin(&FILES.signer)),
        Err(error) => assert!(is_refusal(error)),
    }
    let bad = edited(&FILES.parcel, data);
    let opened = Parcel::open(bad.as_slice(), &[pin(&FILES.signer)]).and_then(|parcel| {
        let content = parcel.unlock(&FILES.ring.keys().iter().collect::<Vec<_>>())?;
        let mut plain = Vec::new();
        parcel.copy(&content, 0..u64::MAX, &mut plain, &one_thread())?;
        Ok(plain)
    });
    match opened {
        Ok(plain) => assert_eq!(plain, FILES.plain),
        Err(error) => assert!(is_refusal(error)),
    }
});
