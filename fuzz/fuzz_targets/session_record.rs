//! A session opens the records that were sealed for it, each once, and leaves no trace of others.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::Error;
use secenv::session::{self, Place, Session};
use secenv_fuzz::random::fixed;
use secenv_fuzz::session::{NOW, STATE_KEY, bytes, groups, import, place, tests};
use secenv_fuzz::{AD, is_refusal};

static STATES: LazyLock<Vec<(Vec<u8>, Place)>> =
    LazyLock::new(|| groups("Open").iter().map(|group| (bytes(&group["state"]), place(group))).collect());
/// What one state refuses may be another's.
static SEALED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let groups = groups("Open");
    let before = groups.iter().flat_map(tests).filter_map(|test| test["before"].as_array()).flatten();
    groups.iter().flat_map(tests).map(|test| &test["record"]).chain(before).map(bytes).collect()
});

fn exported(session: &Session) -> Vec<u8> {
    fixed(1, || session.export(&STATE_KEY, session.place()).unwrap())
}

secenv_fuzz::law!(|data| {
    let Some((which, record)) = data.split_first() else { return };
    let mut session = import(&STATES[usize::from(*which) % STATES.len()]);
    let before = exported(&session);
    let answer = session.open(AD, record, NOW).err();
    assert_eq!(session::session_id(record).err(), answer.filter(|error| *error != Error::Rejected));
    assert!(answer.map_or_else(|| SEALED.contains(&record.to_vec()), is_refusal));
    assert_eq!(session.last_received().is_none(), answer.is_some());
    assert_eq!(exported(&session) == before, answer.is_some());
    assert!(session.open(AD, record, NOW).is_err());
    assert!(session.open(AD, record, NOW).is_err());
});
