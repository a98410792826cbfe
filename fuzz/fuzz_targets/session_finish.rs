//! A server takes no finish but those that Alice made.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::session::Server;
use secenv_fuzz::session::{NOW, bytes, groups, server, servers, tests};
use secenv_fuzz::{edited, is_refusal};

static SERVER: LazyLock<Server> = LazyLock::new(|| server(&servers(&groups("Finish")[0])));
static ALICES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let groups = groups("Finish");
    let valid = groups.iter().flat_map(tests).filter(|test| test["result"] == "valid");
    valid.map(|test| bytes(&test["finish"])).collect()
});

secenv_fuzz::law!(|data| {
    for finish in [data.to_vec(), edited(&ALICES[0], data)] {
        match SERVER.accept(&finish, NOW) {
            Ok(accepted) => assert!(ALICES.contains(&finish) && !accepted.session.is_confirmed()),
            Err(error) => assert!(is_refusal(error)),
        }
    }
});
