//! Several identities of a server, several pins of a client, and who may answer whom.

use secenv::identity::Identity;
use secenv::session::{Client, ClientConfig, Server, ServerConfig, Suite};
use secenv::{Error, Pin};

use super::mallory::{AsClient, AsServer, CLIENT, SERVER, finish, finish_fields, make_welcome};
use crate::parties::{NOW, STORE, SUITES, client, cookie_key, ed25519, refused, server};

fn pins<const N: usize>(identities: [&Identity; N]) -> [Pin; N] {
    identities.map(|identity| *identity.public().pin())
}

/// A handshake with whoever has one of `pins`: which one it was.
fn meet(pins: &[Pin], at: &[&Identity]) -> Result<usize, Error> {
    let identities: Vec<_> = at.iter().map(|identity| (*identity).clone()).collect();
    let server = server(&identities, |_| {});
    let (mut client, hello) = client(&ed25519(), pins, |_| {});
    let finish = client.finish(&server.reply(&hello, NOW)?, NOW)?;
    let accepted = server.accept(&finish, NOW)?;
    assert_eq!(client.pin_index(), None, "the welcome has not held yet");
    let mut session = client.session(&accepted.welcome, NOW)?;
    let index = client.pin_index().unwrap();
    assert_eq!((*session.peer(), accepted.session.place().server_pin), (pins[index], pins[index]));
    let (record, mut shop) = (session.seal(b"", b"", NOW).unwrap(), accepted.session);
    shop.open(b"", &record, NOW).map(|_| index)
}

/// So an identity of the server can be replaced.
#[test]
fn a_server_answers_under_the_first_pin_of_the_hello_that_is_its_own() {
    let (old, new, backup, other) = (ed25519(), ed25519(), ed25519(), ed25519());
    let [old_pin, new_pin, backup_pin] = pins([&old, &new, &backup]);
    for (asked, there, met) in [
        (&[new_pin, old_pin][..], &[&old][..], Ok(1)),
        (&[new_pin, old_pin], &[&old, &new], Ok(0)),
        (&[new_pin, old_pin], &[&new, &old], Ok(0)),
        (&[old_pin, new_pin], &[&new, &old], Ok(0)),
        (&[new_pin], &[&old, &new], Ok(0)),
        (&[old_pin], &[&new, &other, &backup, &old], Ok(0)),
        (&[backup_pin, new_pin, old_pin], &[&new], Ok(1)),
        (&[backup_pin, new_pin, old_pin], &[&backup, &new], Ok(0)),
        (&[new_pin], &[&old], Err(Error::Rejected)),
        (&[backup_pin, new_pin, old_pin], &[&other], Err(Error::Rejected)),
    ] {
        assert_eq!(meet(asked, there), met);
    }
}

#[test]
fn pins_and_identities_are_1_to_4_and_none_of_them_twice() {
    let identities: Vec<_> = (0..5).map(|_| ed25519()).collect();
    let five: Vec<_> = identities.iter().map(|identity| *identity.public().pin()).collect();
    let start = |pins: &[Pin]| Client::start(&identities[0], &ClientConfig::new(pins), NOW).map(|_| ());
    let new = |identities: &[Identity]| Server::new(identities, &ServerConfig::new(&cookie_key(), STORE)).map(|_| ());
    let take = |at: &[usize]| -> (Vec<Pin>, Vec<Identity>) {
        (at.iter().map(|at| five[*at]).collect(), at.iter().map(|at| identities[*at].clone()).collect())
    };
    for (at, outcome) in [
        (&[][..], Err(Error::InvalidArgument)),
        (&[0], Ok(())),
        (&[0, 1, 2, 3], Ok(())),
        (&[0, 1, 2, 3, 4], Err(Error::InvalidArgument)),
        (&[0, 0], Err(Error::InvalidArgument)),
        (&[0, 1, 2, 0], Err(Error::InvalidArgument)),
    ] {
        let (pins, identities) = take(at);
        assert_eq!((start(&pins), new(&identities)), (outcome, outcome), "{at:?}");
    }
    // In a hello, too.
    for suite in SUITES {
        let server = server(&identities[..1], |config| config.minimum_suite = suite);
        for (at, good) in [
            (&[][..], false),
            (&[0], true),
            (&[1, 2, 3, 0], true),
            (&[1, 2, 3, 4, 0], false),
            (&[0, 0], false),
            (&[0, 1, 2, 1], false),
        ] {
            let pins: Vec<_> = at.iter().map(|at| &five[*at]).collect();
            let hello = AsClient::start(&pins, suite).hello;
            match server.reply(&hello, NOW) {
                Ok(_) => assert!(good, "{at:?}"),
                Err(error) => assert!(!good && error == Error::Malformed, "{at:?}: {error}"),
            }
        }
        // A count that is not the number of pins that follow.
        let hello = AsClient::start(&[&five[1], &five[0]], suite).hello;
        for count in [0, 1, 3, 4, 5, 255] {
            let mut forged = hello.clone();
            forged[hello.len() - 65] = count;
            refused(server.reply(&forged, NOW), Error::Malformed, "a hello has exactly its fields");
        }
    }
}

/// Silence forces nothing: there is no second attempt with an older pin to bring a client to.
#[test]
fn a_client_takes_a_proof_by_any_pin_of_this_hello_and_by_no_other() {
    for suite in SUITES {
        let (alice, stranger) = (ed25519(), ed25519());
        let trusted = [0; 4].map(|_| ed25519());
        let asked: Vec<_> = trusted.iter().map(|identity| *identity.public().pin()).collect();
        for (at, identity) in trusted.iter().enumerate() {
            let (mut client, hello) = client(&alice, &asked, |config| config.suite = suite);
            let proof = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &stranger, None));
            let why = "no pin of the hello is hers";
            refused(client.finish(&proof.reply(b""), NOW), Error::Rejected, why);
            // Whoever has the key of any of them is the server: an old one's answers a hello that names the newer.
            let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, identity, None));
            let finish = client.finish(&her.reply(b""), NOW).unwrap();
            let t4 = her.leg.with_cookie(b"").with_client_proof(finish_fields(&finish).2);
            let (forged, _) = make_welcome(&hello, suite, (&t4, &her.session_id()), |end| {
                identity.sign(&end.statement(identity.public().pin())).unwrap()
            });
            assert_eq!(client.session(&forged, NOW).unwrap().peer(), identity.public().pin());
            assert_eq!(client.pin_index(), Some(at));
        }
        // The pin that worked before is none of this hello, once it was dropped.
        let (mut client, hello) = client(&alice, &asked[..2], |config| config.suite = suite);
        let her = AsServer::answer(&hello, suite, |leg| leg.proof_of(&SERVER, &trusted[2], None));
        refused(client.finish(&her.reply(b""), NOW), Error::Rejected, "the pin was dropped for good");
    }
}

/// The pins of a hello, changed on the way.
fn with_pins(hello: &[u8], pins: &[&Pin], suite: Suite) -> Vec<u8> {
    let start = if suite == Suite::X25519 { 67 } else { 1283 };
    let list: Vec<u8> = pins.iter().flat_map(|pin| *pin.as_bytes()).collect();
    [&hello[..start], &[pins.len() as u8], &list].concat()
}

#[test]
fn changes_the_order_or_the_number_of_the_pins_on_the_way() {
    for suite in SUITES {
        let (alice, old, new, other) = (ed25519(), ed25519(), ed25519(), ed25519());
        let [old_pin, new_pin, other_pin] = pins([&old, &new, &other]);
        let server = server(&[new, old], |config| config.minimum_suite = suite);
        let (mut client, hello) = client(&alice, &[new_pin, old_pin], |config| config.suite = suite);
        let honest = server.reply(&hello, NOW).unwrap();
        let changed: [&[&Pin]; 5] = [
            &[&old_pin, &new_pin],
            &[&old_pin],
            &[&new_pin],
            &[&other_pin, &new_pin, &old_pin],
            &[&new_pin, &old_pin, &other_pin],
        ];
        for pins in changed {
            let reply = server.reply(&with_pins(&hello, pins, suite), NOW).unwrap();
            refused(client.finish(&reply, NOW), Error::Rejected, "a hello with other pins is another hello");
        }
        let true_finish = client.finish(&honest, NOW).unwrap();
        let (cookie, _, sealed) = finish_fields(&true_finish);
        for pins in changed {
            let forged = finish(cookie, &with_pins(&hello, pins, suite), sealed);
            refused(server.accept(&forged, NOW), Error::Rejected, "the cookie is bound to the hello");
        }
        assert!(client.session(&server.accept(&true_finish, NOW).unwrap().welcome, NOW).is_ok());
        assert_eq!(client.pin_index(), Some(0));
    }
}

#[test]
fn takes_a_finish_for_one_identity_of_a_server_to_another() {
    for suite in SUITES {
        let (mallory, old, new) = (ed25519(), ed25519(), ed25519());
        let [old_pin, new_pin] = pins([&old, &new]);
        let both = server(&[new.clone(), old.clone()], |config| config.minimum_suite = suite);
        let only_old = server(&[old], |config| config.minimum_suite = suite);
        let her = AsClient::start(&[&new_pin, &old_pin], suite);
        for (pin, at, elsewhere) in [(new_pin, &both, &only_old), (old_pin, &only_old, &both)] {
            let taken = her.take(&at.reply(&her.hello, NOW).unwrap());
            let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(&pin)));
            let finish = taken.finish(&sealed);
            let why = "the pin that was met is bound into the cookie and signed";
            refused(elsewhere.accept(&finish, NOW), Error::Rejected, why);
            assert_eq!(at.accept(&finish, NOW).unwrap().session.place().server_pin, pin);
            // For the other one she signs in vain.
            let other = if pin == new_pin { old_pin } else { new_pin };
            let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, Some(&other)));
            refused(at.accept(&taken.finish(&sealed), NOW), Error::Rejected, "the server's pin is signed");
            let sealed = taken.leg.seal(&CLIENT, &taken.leg.proof_of(&CLIENT, &mallory, None));
            refused(at.accept(&taken.finish(&sealed), NOW), Error::Rejected, "the server's pin is signed");
        }
    }
}
