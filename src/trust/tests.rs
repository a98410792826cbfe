use super::*;
use crate::identity::{Identity, Kind};
use crate::signed_file::tests::rejects_any_change;
use crate::types::{Pin, Timestamp};
use crate::{Error, encoding};

fn time(seconds: u64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn pin(identity: &Identity) -> Pin {
    *identity.public().pin()
}

fn identities<const N: usize>() -> [Identity; N] {
    std::array::from_fn(|_| Identity::generate(Kind::Ed25519).unwrap())
}

fn one(byte: u8, until: u64) -> RolePin {
    RolePin { pin: Pin::from_bytes([byte; 32]), until: (until > 0).then(|| time(until)) }
}

fn roots(of: &[&Identity], threshold: u8) -> Roots {
    Roots { pins: of.iter().map(|root| pin(root)).collect(), threshold }
}

fn statement(version: u64, roots: Roots) -> Statement {
    Statement {
        version,
        issued: time(10),
        expires: None,
        allow_shared: false,
        roots,
        sessions: vec![one(0xf1, 0)],
        grants: vec![one(0xf2, 0)],
        manifests: vec![one(0xf3, 0)],
    }
}

fn signed(statement: &Statement, by: &[&Identity]) -> Vec<u8> {
    by.iter().fold(issue(statement).unwrap(), |file, root| sign(root, &file).unwrap())
}

fn begun(roots: Roots) -> Trusted {
    Trusted::from_roots(roots).unwrap()
}

/// What follows from a chain: the version that is in force then, and what was said.
fn follow(trusted: &mut Trusted, chain: &[Vec<u8>]) -> (u64, Result<usize, Error>) {
    let said = trusted.follow(&chain.concat(), |_| {});
    (trusted.version(), said)
}

#[test]
fn a_statement_says_what_was_issued_and_any_flipped_bit_and_any_cut_is_rejected() {
    let [root, other] = identities();
    let roots = roots(&[&root, &other], 2);
    let said = Statement {
        expires: Some(time(99)),
        sessions: vec![one(9, 0), one(3, 50)],
        grants: vec![one(0xf2, 1), one(0xf3, 2), one(4, 3), one(5, 4)],
        ..statement(1, roots.clone())
    };
    let file = signed(&said, &[&root, &other]);
    rejects_any_change(&file, |file| begun(roots.clone()).verify_next(&Trust::parse(file)?));
    let read = Trust::parse(&file).unwrap();
    let mut ascending = roots.pins.clone();
    ascending.sort_unstable();
    assert_eq!(read.signers(), ascending);
    let sorted = Statement { roots: Roots { pins: ascending, threshold: 2 }, ..said };
    assert_eq!((read.statement(), read.as_bytes()), (&sorted, file.as_slice()));
    assert_eq!((Trust::peek(&file[..16]), Trust::peek(&file[..15])), (Some(Ok(1)), Some(Err(Error::Malformed))));
    assert_eq!(Trust::peek(b"secenvT\x01 of another version"), None);
}

#[test]
fn what_no_reader_would_take_is_not_issued() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let good = || statement(1, roots(&[&root], 1));
    assert!(issue(&good()).is_ok());
    let as_root = RolePin { pin: pin(&root), until: None };
    let many: Vec<_> = (1..=9).map(|byte| Pin::from_bytes([byte; 32])).collect();
    let five: Vec<_> = (1..=5).map(|byte| one(byte, 0)).collect();
    let with_roots = |pins: &[Pin], threshold| Statement { roots: Roots { pins: pins.to_vec(), threshold }, ..good() };
    for bad in [
        Statement { version: 0, ..good() },
        Statement { version: 1 << 63, ..good() },
        Statement { expires: Some(time(9)), ..good() },
        Statement { issued: time(0), expires: Some(time(0)), ..good() },
        with_roots(&[], 1),
        with_roots(&many[..2], 0),
        with_roots(&many[..2], 3),
        with_roots(&many, 1),
        with_roots(&[many[0], many[0]], 1),
        Statement { sessions: vec![], ..good() },
        Statement { sessions: five.clone(), ..good() },
        Statement { grants: vec![], ..good() },
        Statement { manifests: vec![one(1, 0), one(1, 7)], ..good() },
        Statement { manifests: vec![as_root], ..good() },
        Statement { allow_shared: true, sessions: vec![as_root], ..good() },
        Statement { grants: vec![RolePin { until: Some(time(0)), ..one(1, 0) }], ..good() },
    ] {
        assert_eq!(issue(&bad).err(), Some(Error::InvalidArgument), "{bad:?}");
    }
}

#[test]
fn a_pin_of_the_sessions_stands_in_another_role_only_if_the_statement_allows_it() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    for shared in [
        Statement { grants: vec![one(1, 0), one(0xf1, 0)], ..statement(1, roots(&[&root], 1)) },
        Statement { manifests: vec![one(0xf1, 0)], ..statement(1, roots(&[&root], 1)) },
    ] {
        assert_eq!(issue(&shared).err(), Some(Error::InvalidArgument));
        let allowed = Statement { allow_shared: true, ..shared };
        let mut file = issue(&allowed).unwrap();
        assert!(Trust::parse(&file).is_ok());
        let flags = 8 + 3 * 8;
        assert_eq!(file[flags], 1);
        for (other, expected) in [(0, Error::Malformed), (3, Error::Malformed), (0x81, Error::Malformed)] {
            file[flags] = other;
            assert_eq!(Trust::parse(&file).err(), Some(expected), "flags {other}");
        }
    }
    let both = Statement { manifests: vec![one(0xf2, 0)], ..statement(1, roots(&[&root], 1)) };
    assert!(issue(&both).is_ok(), "grants and manifests may share");
}

#[test]
fn a_statement_needs_a_threshold_of_the_roots_before_and_of_its_own() {
    let [old, old2, old3, new, new2, stranger] = identities();
    let before = roots(&[&old, &old2, &old3], 2);
    let next = statement(1, roots(&[&new, &new2], 2));
    let taken = |by: &[&Identity]| {
        begun(before.clone()).verify_next(&Trust::parse(&signed(&next, by)).unwrap()).map(|after| after.version())
    };
    assert_eq!(taken(&[&old, &old2, &new, &new2]), Ok(1));
    assert_eq!(taken(&[&old3, &old, &new2, &new, &stranger]), Ok(1));
    for (who, by) in [
        ("nobody", [].as_slice()),
        ("the new roots alone", &[&new, &new2]),
        ("the old roots alone", &[&old, &old2, &old3]),
        ("one old root too few", &[&old, &new, &new2]),
        ("one new root too few", &[&old, &old2, &old3, &new]),
        ("a stranger in the place of an old root", &[&old, &stranger, &new, &new2]),
        ("one old root twice", &[&old, &old, &new, &new2]),
        ("one new root twice", &[&old, &old2, &new, &new]),
    ] {
        assert_eq!(taken(by), Err(Error::Rejected), "{who}");
    }
}

/// The list of signatures of an unsigned statement, made by hand.
fn with_signatures(unsigned: &[u8], signatures: &[Vec<u8>]) -> Vec<u8> {
    [&unsigned[..unsigned.len() - 1], &[signatures.len() as u8], &signatures.concat()].concat()
}

/// What a root appends when it alone signs.
fn signature(unsigned: &[u8], by: &Identity) -> Vec<u8> {
    sign(by, unsigned).unwrap()[unsigned.len()..].to_vec()
}

#[test]
fn signatures_that_are_there_twice_or_out_of_order_do_not_parse() {
    let mut two = identities::<2>();
    two.sort_by_key(pin);
    let [first, second] = &two;
    let unsigned = issue(&statement(1, roots(&[first, second], 2))).unwrap();
    let (one, other) = (signature(&unsigned, first), signature(&unsigned, second));
    let read = |signatures: &[Vec<u8>]| Trust::parse(&with_signatures(&unsigned, signatures)).map(|_| ());
    assert_eq!(read(&[one.clone(), other.clone()]), Ok(()));
    assert_eq!(read(&[other.clone(), one.clone()]), Err(Error::Malformed));
    assert_eq!(read(&[one.clone(), one.clone()]), Err(Error::Malformed));
    assert_eq!(read(&[one.clone(), one.clone(), other]), Err(Error::Malformed));
    assert_eq!(read(&vec![one; 17]), Err(Error::TooLarge));
}

#[test]
fn a_signature_that_does_not_hold_does_not_count_and_does_no_harm() {
    let [root, other] = identities();
    let known = roots(&[&root, &other], 1);
    let unsigned = issue(&statement(1, known.clone())).unwrap();
    let elsewhere = issue(&statement(2, known.clone())).unwrap();
    let (good, bad) = (signature(&unsigned, &root), signature(&elsewhere, &other));
    let taken = |signatures: &mut Vec<(Pin, Vec<u8>)>| {
        signatures.sort();
        let list: Vec<_> = signatures.iter().map(|(_, signature)| signature.clone()).collect();
        begun(known.clone()).verify_next(&Trust::parse(&with_signatures(&unsigned, &list)).unwrap()).map(|_| ())
    };
    assert_eq!(taken(&mut vec![(pin(&root), good), (pin(&other), bad.clone())]), Ok(()));
    assert_eq!(taken(&mut vec![(pin(&other), bad)]), Err(Error::Rejected));
}

#[test]
fn a_root_that_signs_again_replaces_its_signature_and_leaves_the_others() {
    let [root, other] = identities();
    let rsa = Identity::generate(Kind::Rsa).unwrap();
    let said = statement(1, roots(&[&root, &other, &rsa], 3));
    let file = signed(&said, &[&rsa, &root, &rsa, &other, &root]);
    let trust = Trust::parse(&file).unwrap();
    assert_eq!((trust.signers().len(), trust.verify(&said.roots)), (3, Ok(())));
    // Who signed is no part of what is said.
    assert_eq!(trust.digest(), Trust::parse(&issue(&said).unwrap()).unwrap().digest());
    let full = (0..16).fold(issue(&said).unwrap(), |file, _| sign(&identities::<1>()[0], &file).unwrap());
    assert_eq!(sign(&root, &full).err(), Some(Error::TooLarge));
    assert_eq!(sign(&root, &file[..file.len() - 1]).err(), Some(Error::Malformed));
}

#[test]
fn a_signature_in_another_context_does_not_count() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let known = roots(&[&root], 1);
    let unsigned = issue(&statement(1, known.clone())).unwrap();
    let body = &unsigned[..unsigned.len() - 1];
    for (context, counts) in
        [("secenv trust 2", true), ("secenv trust 1", false), ("secenv grant 1", false), ("secenv 2 server", false)]
    {
        let end = crate::signed_file::sign(context, body, &root).unwrap();
        let trust = Trust::parse(&with_signatures(&unsigned, &[end])).unwrap();
        assert_eq!(begun(known.clone()).verify_next(&trust).is_ok(), counts, "{context}");
    }
}

#[test]
fn a_statement_that_skips_a_version_is_refused_and_so_is_one_that_goes_back() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let known = || roots(&[&root], 1);
    let all: Vec<_> = (1..=4).map(|version| signed(&statement(version, known()), &[&root])).collect();
    let mut trusted = begun(known());
    assert_eq!(follow(&mut trusted, &all[1..2]), (0, Err(Error::OutOfOrder)));
    assert_eq!(follow(&mut trusted, &all[..2]), (2, Ok(2)));
    assert_eq!(follow(&mut trusted, &all[3..]), (2, Err(Error::OutOfOrder)));
    assert_eq!(follow(&mut trusted, &all[..1]), (2, Err(Error::Stale)));
    assert_eq!(follow(&mut trusted, &all[1..2]), (2, Ok(0)));
    assert_eq!(follow(&mut trusted, &all), (4, Ok(2)));
    assert_eq!(follow(&mut trusted, &all[..3]), (4, Err(Error::Stale)));
    let twin = Statement { sessions: vec![one(7, 0)], ..statement(4, known()) };
    assert_eq!(follow(&mut trusted, &[signed(&twin, &[&root])]), (4, Err(Error::Rejected)));
    assert_eq!(trusted.statement().unwrap().as_bytes(), all[3]);
}

#[test]
fn roots_follow_one_another_and_those_that_were_dropped_say_nothing_any_more() {
    let [first, second, third] = identities();
    let mut trusted = begun(roots(&[&first], 1));
    let chain = [
        signed(&statement(1, roots(&[&first], 1)), &[&first]),
        signed(&statement(2, roots(&[&second], 1)), &[&first, &second]),
        signed(&statement(3, roots(&[&third], 1)), &[&second, &third]),
    ];
    assert_eq!(follow(&mut trusted, &chain), (3, Ok(3)));
    let late = signed(&statement(4, roots(&[&first], 1)), &[&first, &second]);
    assert_eq!(follow(&mut trusted, &[late]), (3, Err(Error::Rejected)));
    assert_eq!(trusted.roots().pins, [pin(&third)]);
}

#[test]
fn what_held_stays_taken_if_a_later_statement_is_refused() {
    let [root, thief] = identities();
    let known = roots(&[&root], 1);
    let mut trusted = begun(known.clone());
    let chain = [
        signed(&statement(1, known.clone()), &[&root]),
        signed(&statement(2, known.clone()), &[&root]),
        signed(&statement(3, known.clone()), &[&thief]),
    ];
    let mut heard = Vec::new();
    let said = trusted.follow(&chain.concat(), |trust| heard.push(trust.statement().version));
    assert_eq!((said, trusted.version(), heard), (Err(Error::Rejected), 2, vec![1, 2]));
}

#[test]
fn a_chain_is_read_before_any_of_it_is_taken_and_has_limits() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let known = roots(&[&root], 1);
    let good = signed(&statement(1, known.clone()), &[&root]);
    let mut trusted = begun(known);
    for (bad, expected) in [
        (vec![], Error::Malformed),
        ([good.as_slice(), b"\0"].concat(), Error::Malformed),
        ([good.as_slice(), &good[..good.len() - 1]].concat(), Error::Malformed),
        (good.repeat(65), Error::TooLarge),
        (vec![0; CHAIN_BYTES_MAX + 1], Error::TooLarge),
    ] {
        assert_eq!(trusted.follow(&bad, |_| {}), Err(expected));
        assert_eq!(trusted.version(), 0);
    }
    assert_eq!(parse_chain(&good.repeat(64)).unwrap().len(), 64);
    assert_eq!(trusted.follow(&good.repeat(64), |_| {}), Ok(1));
}

#[test]
fn a_longer_statement_than_any_is_too_large_alone_and_in_a_chain() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let unsigned = issue(&statement(1, roots(&[&root], 1))).unwrap();
    let entry = |at: u8| [vec![8, 0], vec![at; 2048], vec![4, 0], vec![at; 1024]].concat();
    let mut list: Vec<_> = (0..6).map(|at| (hash(&[at; 2048]), entry(at))).collect();
    list.sort();
    let list: Vec<_> = list.into_iter().map(|(_, entry)| entry).collect();
    let long = with_signatures(&unsigned, &list);
    assert!(long.len() > 16 << 10);
    assert_eq!(Trust::parse(&long).err(), Some(Error::TooLarge));
    assert_eq!(parse_chain(&long).err(), Some(Error::TooLarge));
    assert!(Trust::parse(&with_signatures(&unsigned, &list[..5])).is_ok());
}

fn hash(bytes: &[u8]) -> [u8; 32] {
    crate::sodium::hash::sha256(bytes)
}

#[test]
fn a_pin_beyond_its_end_is_not_given_and_the_order_is_kept() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let said = Statement {
        sessions: vec![one(9, 0), one(3, 50), one(7, 60)],
        grants: vec![one(0xf2, 50)],
        ..statement(1, roots(&[&root], 1))
    };
    let trusted = Trusted::from_statement(&signed(&said, &[&root])).unwrap();
    let pins = |role, now| trusted.pins(role, time(now)).map(|pins| pins.iter().map(|pin| pin.as_bytes()[0]).collect());
    assert_eq!(pins(Role::Sessions, 50), Ok(vec![9, 3, 7]));
    assert_eq!(pins(Role::Sessions, 51), Ok(vec![9, 7]));
    assert_eq!(pins(Role::Sessions, 61), Ok(vec![9]));
    assert_eq!((pins(Role::Grants, 50), pins(Role::Grants, 51)), (Ok(vec![0xf2]), Err(Error::Expired)));
    let check = |pin: u8, now| trusted.check(Role::Sessions, &Pin::from_bytes([pin; 32]), time(now));
    assert_eq!((check(3, 50), check(3, 51), check(0xf2, 1)), (Ok(()), Err(Error::Expired), Err(Error::Rejected)));
}

#[test]
fn a_statement_that_is_over_gives_no_pins_and_is_a_step_to_the_next_all_the_same() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let known = roots(&[&root], 1);
    let mut trusted = begun(known.clone());
    let now = time(1000);
    assert_eq!(trusted.pins(Role::Sessions, now), Err(Error::OutOfOrder));
    assert_eq!(trusted.check(Role::Grants, &one(0xf2, 0).pin, now), Err(Error::OutOfOrder));
    let over = Statement { expires: Some(time(999)), ..statement(1, known.clone()) };
    assert_eq!(follow(&mut trusted, &[signed(&over, &[&root])]), (1, Ok(1)));
    for role in Role::ALL {
        assert_eq!(trusted.pins(role, now), Err(Error::Expired));
        assert_eq!(trusted.pins(role, time(999)).map(|pins| pins.len()), Ok(1));
    }
    assert_eq!(trusted.check(Role::Grants, &one(0xf2, 0).pin, now), Err(Error::Expired));
    assert_eq!(follow(&mut trusted, &[signed(&statement(2, known), &[&root])]), (2, Ok(1)));
    assert!(trusted.pins(Role::Sessions, now).is_ok());
}

#[test]
fn a_program_begins_with_roots_or_with_a_statement_that_its_own_roots_signed() {
    let [root, other] = identities();
    let known = roots(&[&root, &other], 2);
    assert!(Trusted::from_roots(known.clone()).is_ok());
    for bad in [roots(&[], 1), roots(&[&root], 0), roots(&[&root], 2), roots(&[&root, &root], 1)] {
        assert_eq!(Trusted::from_roots(bad).err(), Some(Error::InvalidArgument));
    }
    let said = statement(7, known);
    let file = signed(&said, &[&root, &other]);
    assert_eq!(Trusted::from_statement(&file).map(|trusted| trusted.version()), Ok(7));
    assert_eq!(Trusted::from_statement(&signed(&said, &[&root])).err(), Some(Error::Rejected));
    assert_eq!(Trusted::from_statement(&[file.as_slice(), &file].concat()).err(), Some(Error::Malformed));
}

#[test]
fn an_extension_that_is_critical_is_refused_and_another_one_is_signed_like_the_rest() {
    let root = Identity::generate(Kind::Ed25519).unwrap();
    let known = roots(&[&root], 1);
    let unsigned = issue(&statement(1, known.clone())).unwrap();
    let body = &unsigned[..unsigned.len() - 3];
    let with = |extension: &str| [body, &encoding::hex_decode::<8>(extension).unwrap(), &[0]].concat();
    let known_to_nobody = with("00067fff00020102");
    let file = sign(&root, &known_to_nobody).unwrap();
    assert!(begun(known).verify_next(&Trust::parse(&file).unwrap()).is_ok());
    assert_eq!(Trust::parse(&with("0006800000020102")).err(), Some(Error::Malformed));
}
