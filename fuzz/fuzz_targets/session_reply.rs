//! A client that waits takes no reply but its own, whatever its cookie is.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::{LazyLock, Mutex};

use secenv::session::Client;
use secenv_fuzz::random::fixed;
use secenv_fuzz::session::{NOW, client, groups, server, servers};
use secenv_fuzz::{edited, is_refusal};

static WAITING: LazyLock<(Mutex<Client>, Vec<u8>)> = LazyLock::new(|| fixed(2, waiting));

fn waiting() -> (Mutex<Client>, Vec<u8>) {
    let group = &groups("Reply")[0];
    let (client, hello) = client(group);
    (Mutex::new(client), server(&servers(group)).reply(&hello, NOW).unwrap())
}

secenv_fuzz::law!(|data| {
    let (client, truth) = &*WAITING;
    let before_cookie = &truth[..truth.len() - 170];
    for reply in [data.to_vec(), edited(truth, data)].iter().filter(|reply| !reply.starts_with(before_cookie)) {
        assert!(is_refusal(client.lock().unwrap().finish(reply, NOW).err().unwrap()));
    }
});
