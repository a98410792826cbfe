//! A JSON encoding that is read is JSON to serde_json, with the same message, and written anew carries that message.
#![cfg_attr(feature = "libfuzzer", no_main)]
use base64::{Engine, prelude::BASE64_STANDARD};
use secenv::session::json::{encode, parse};
use secenv_fuzz::is_refusal;
use serde_json::Value;

secenv_fuzz::law!(|data| {
    let message = match parse(data) {
        Ok(message) => message,
        Err(error) => return assert!(is_refusal(error)),
    };
    assert_eq!(parse(&encode(&message).unwrap()).unwrap(), message);
    // It reads other members as well, and refuses some: `1e999`.
    let Ok(theirs) = serde_json::from_slice::<Value>(data) else { return };
    assert_eq!(theirs["v"], 2);
    assert_eq!(BASE64_STANDARD.decode(theirs["data"].as_str().unwrap()).unwrap(), message);
});
