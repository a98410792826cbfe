//! What was sealed opens, and does not once a byte is changed.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::{envelope, rsa::Padding};
use secenv_fuzz::{KEY, SERVER};

secenv_fuzz::law!(|data| {
    let Some((&[low, high, flip, ad], rest)) = data.split_first_chunk() else { return };
    let (ad, message) = rest.split_at(rest.len().min(ad.into()));
    let padding = [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256][usize::from(flip) % 3];
    let mut json = envelope::seal(&KEY, &SERVER.public().unwrap(), padding, ad, message).unwrap();
    let opened = envelope::open(&KEY, &SERVER, padding, ad, &json).unwrap();
    assert_eq!(opened.expose_secret(), message);
    let at = usize::from(u16::from_le_bytes([low, high])) % json.len();
    json[at] ^= flip.max(1);
    assert!(envelope::open(&KEY, &SERVER, padding, ad, &json).is_err());
});
