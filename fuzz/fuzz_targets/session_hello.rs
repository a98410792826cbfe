//! A server answers what has the length of its suite and its pins and names one of its own, with a reply that has its own length.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::identity::Identity;
use secenv::session::Server;
use secenv_fuzz::is_refusal;
use secenv_fuzz::session::{NOW, groups, server, servers};

/// The second group is one of two identities.
static SHOPS: LazyLock<Vec<Identity>> = LazyLock::new(|| servers(&groups("Hello")[1]));
static SERVER: LazyLock<Server> = LazyLock::new(|| server(&SHOPS));

secenv_fuzz::law!(|data| {
    match SERVER.reply(data, NOW) {
        Ok(reply) => {
            let (at, len) = if data[2] == 1 { (67, 438) } else { (1283, 1558) };
            let pins = data[at + 1..].chunks(32).collect::<Vec<_>>();
            assert!(data.starts_with(&[2, 1]) && pins.len() == usize::from(data[at]) && pins.len() <= 4);
            assert!(SHOPS.iter().any(|shop| pins.contains(&shop.public().pin().as_bytes().as_slice())));
            assert_eq!((data.len(), reply.len()), (at + 1 + 32 * pins.len(), len));
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
