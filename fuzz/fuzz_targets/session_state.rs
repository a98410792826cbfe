//! What is a state is the same state when it was imported and exported again, at its place and nowhere else; and it is one after
//! its next message, too.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::session::{Place, Role, Session};
use secenv::{Error, Pin, Timestamp, aead, sodium::hash};
use secenv_fuzz::is_refusal;
use secenv_fuzz::session::{NOW, STATE_KEY};

fn place(role: Role) -> Place {
    let (server_pin, session_id) = (Pin::from_bytes([1; 32]), [3; 16].into());
    Place { server_pin, store_id: [2; 16].into(), session_id, role }
}

/// What `ad` is behind the state's first bytes.
fn rest_of_ad(role: Role) -> Vec<u8> {
    let lp = |field: &[u8]| [&(field.len() as u32).to_be_bytes(), field].concat();
    [lp(&[1; 32]), lp(&[2; 16]), lp(&[3; 16]), vec![role as u8]].concat()
}

secenv_fuzz::law!(|data| {
    // The first byte says whose state it is, and when it is imported is when it was made.
    let Some((who, plain)) = data.split_first() else { return };
    let (role, other) = if who & 1 == 0 { (Role::Client, Role::Server) } else { (Role::Server, Role::Client) };
    let created = plain.first_chunk().map(|seconds| Timestamp::from_secs(u64::from_be_bytes(*seconds)));
    let now = created.and_then(Result::ok).unwrap_or(NOW);
    assert!(Session::import(data, &STATE_KEY, &place(role), now).err().is_some_and(is_refusal));

    let derived = |label: &[u8]| hash::fields::<32>(STATE_KEY.expose_secret(), &[label, b""]).unwrap();
    let (id, key) = (derived(b"secenv 2 key id"), derived(b"secenv 2 state"));
    let start = [&[2, 5], &id.expose_secret()[..8]].concat();
    let ad = [b"\0\0\0\x0Esecenv 2 state", start.as_slice(), &rest_of_ad(role)].concat();
    let sealed = aead::seal(key.expose_secret(), &[7; 24], &ad, plain).unwrap();
    let blob = [&start, [7; 24].as_slice(), &sealed].concat();
    let import = |blob: &[u8], role: Role| Session::import(blob, &STATE_KEY, &place(role), now);
    assert!(import(&blob, other).err().is_some_and(is_refusal));
    let mut session = match import(&blob, role) {
        Ok(session) => session,
        Err(error) => return assert!(is_refusal(error) || error == Error::Ended),
    };
    let again = session.export(&STATE_KEY, &place(role)).unwrap();
    let (nonce, sealed) = again[10..].split_first_chunk().unwrap();
    assert_eq!(aead::open(key.expose_secret(), nonce, &ad, sealed).unwrap().expose_secret(), plain);
    if session.seal(b"", b"", now).is_ok() {
        assert!(import(&session.export(&STATE_KEY, &place(role)).unwrap(), role).is_ok());
    }
});
