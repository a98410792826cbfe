//! Our reader takes only what serde_json takes and gives the same values; of two flat members it takes all.
#![cfg_attr(feature = "libfuzzer", no_main)]
use base64::{Engine, prelude::BASE64_STANDARD};
use secenv::{Error, SecretBytes, encoding, envelope::JSON_MAX};

#[path = "../../src/envelope/format.rs"]
#[allow(dead_code)]
mod format;

secenv_fuzz::law!(|data| {
    let ours = format::Envelope::parse(data).and_then(|envelope| Ok([envelope.data()?, envelope.nonce()?]));
    let theirs = serde_json::from_slice::<serde_json::Value>(data).ok();
    let member = |name| theirs.as_ref().and_then(|value| BASE64_STANDARD.decode(value.get(name)?.as_str()?).ok());
    let flat = data.iter().filter(|byte| b"{[:".contains(byte)).count() == 3;
    match ours {
        Ok(ours) => assert_eq!(ours.map(|value| Some(value.expose_secret().to_vec())), ["data", "nonce"].map(member)),
        Err(_) => assert!(!flat || member("data").is_none() || member("nonce").is_none()),
    }
});
