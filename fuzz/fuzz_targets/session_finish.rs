//! A server takes no finish but those that Alice made.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::session::{Server, Suite};
use secenv_fuzz::{NOW, STATE_KEY, edited, groups, identity, is_refusal, valid};

static SERVER: LazyLock<Server> =
    LazyLock::new(|| Server::new(&identity(&groups("Handshake")[0]["server"]), &STATE_KEY, Suite::X25519).unwrap());
static ALICES: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| groups("Finish").iter().flat_map(|group| valid(group, "finish")).collect());

secenv_fuzz::law!(|data| {
    for finish in [data.to_vec(), edited(&ALICES[0], data)] {
        match SERVER.accept(&finish, NOW) {
            Ok(_) => assert!(ALICES.contains(&finish)),
            Err(error) => assert!(is_refusal(error)),
        }
    }
});
