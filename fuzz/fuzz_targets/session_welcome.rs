//! A client that waits takes no welcome but its own.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::{LazyLock, Mutex};

use secenv::session::Client;
use secenv_fuzz::random::fixed;
use secenv_fuzz::session::{NOW, client, groups, server, servers};
use secenv_fuzz::{edited, is_refusal};

static WAITING: LazyLock<(Mutex<Client>, Vec<u8>)> = LazyLock::new(|| fixed(2, waiting));

fn waiting() -> (Mutex<Client>, Vec<u8>) {
    let group = &groups("Welcome")[0];
    let ((mut client, hello), server) = (client(group), server(&servers(group)));
    let finish = client.finish(&server.reply(&hello, NOW).unwrap(), NOW).unwrap();
    (Mutex::new(client), server.accept(&finish, NOW).unwrap().welcome)
}

secenv_fuzz::law!(|data| {
    let (client, truth) = &*WAITING;
    for welcome in [data.to_vec(), edited(truth, data)].iter().filter(|welcome| *welcome != truth) {
        assert!(is_refusal(client.lock().unwrap().session(welcome, NOW).err().unwrap()));
    }
});
