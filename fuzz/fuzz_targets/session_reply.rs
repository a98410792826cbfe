//! A client that waits takes no reply but its own, whatever its cookie is.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::{LazyLock, Mutex};

use secenv::session::{Client, Server, Suite};
use secenv_fuzz::random::fixed;
use secenv_fuzz::{NOW, STATE_KEY, edited, groups, identity, is_refusal};

static WAITING: LazyLock<(Mutex<Client>, Vec<u8>)> = LazyLock::new(|| fixed(2, waiting));

fn waiting() -> (Mutex<Client>, Vec<u8>) {
    let [alice, shop] = ["client", "server"].map(|who| identity(&groups("Reply")[0][who]));
    let (client, hello) = Client::start(&alice, shop.public().pin(), Suite::X25519).unwrap();
    (Mutex::new(client), Server::new(&shop, &STATE_KEY, Suite::X25519).unwrap().reply(&hello, NOW).unwrap())
}

secenv_fuzz::law!(|data| {
    let (client, truth) = &*WAITING;
    let before_cookie = &truth[..truth.len() - 171];
    for reply in [data.to_vec(), edited(truth, data)].iter().filter(|reply| !reply.starts_with(before_cookie)) {
        assert!(is_refusal(client.lock().unwrap().finish(reply, NOW).err().unwrap()));
    }
});
