//! A server answers what has the length of its suite and names its pin, with a reply that has its own length.
#![cfg_attr(feature = "libfuzzer", no_main)]
use std::sync::LazyLock;

use secenv::{identity::Identity, session::Server, session::Suite};
use secenv_fuzz::{NOW, STATE_KEY, groups, identity, is_refusal};

static SHOP: LazyLock<Identity> = LazyLock::new(|| identity(&groups("Hello")[0]["server"]));
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::new(&SHOP, &STATE_KEY, Suite::X25519).unwrap());

secenv_fuzz::law!(|data| {
    match SERVER.reply(data, NOW) {
        Ok(reply) => {
            assert!(data.starts_with(&[2, 1]) && data.ends_with(SHOP.public().pin().as_bytes()));
            assert_eq!((data.len(), reply.len()), if data[2] == 1 { (99, 439) } else { (1315, 1559) });
        }
        Err(error) => assert!(is_refusal(error)),
    }
});
