//! A session opens the records that were sealed for it, each once, and leaves no trace of others.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::{Error, session};
use secenv_fuzz::{AD, NOW, STATE_KEY, all, bytes, groups, is_refusal};

static STATES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| groups("Open").iter().map(|group| bytes(&group["state"])).collect());
/// What one state refuses may be another's.
static SEALED: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| groups("Open").iter().flat_map(|group| all(group, "record")).collect());

secenv_fuzz::law!(|data| {
    let Some((which, record)) = data.split_first() else { return };
    let mut session = session::Session::import(&STATES[usize::from(*which) % STATES.len()], &STATE_KEY).unwrap();
    let answer = session.open(AD, record, NOW).err();
    assert_eq!(session::session_id(record).err(), answer.filter(|error| *error != Error::Rejected));
    assert!(answer.map_or_else(|| SEALED.contains(&record.to_vec()), is_refusal));
    assert_eq!(session.last_received().is_none(), answer.is_some());
    assert!(session.open(AD, record, NOW).is_err());
    assert!(session.open(AD, record, NOW).is_err());
});
