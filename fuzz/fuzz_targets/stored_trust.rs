//! What a threshold of roots did not sign is refused, as are a threshold less one and the same signature twice; a
//! statement that was signed again says what every statement may.
#![cfg_attr(feature = "libfuzzer", no_main)]
use secenv::Error;
use secenv::trust::{ROLE_PINS_MAX, ROOTS_MAX, Role, SIGNATURES_MAX, Trust, Trusted, issue, parse_chain, sign};
use secenv_fuzz::edited;
use secenv_fuzz::stored::{AT, FILES, is_refusal, trust_roots, two_of};

fn begun() -> Trusted {
    Trusted::from_roots(trust_roots(&FILES.roots)).unwrap()
}

/// The content of a statement, without its signatures.
fn body(file: &[u8]) -> Vec<u8> {
    let unsigned = issue(Trust::parse(file).unwrap().statement()).unwrap();
    unsigned[..unsigned.len() - 1].to_vec()
}

secenv_fuzz::law!(|data| {
    let ours = Trust::parse(&FILES.trust).unwrap();
    let content = body(&FILES.trust);
    // What we did not sign: whatever is taken says what we said, whoever else signed it.
    for file in [data.to_vec(), edited(&FILES.trust, data)] {
        let mut trusted = begun();
        match trusted.follow(&file, |_| {}) {
            Ok(count) => assert!(count == 1 && trusted.statement().unwrap().digest() == ours.digest()),
            Err(error) => assert!(is_refusal(error) || error == Error::OutOfOrder),
        }
        assert!(trusted.statement().is_none_or(|trust| trust.digest() == ours.digest()));
        if let Ok(chain) = parse_chain(&file) {
            assert_eq!(chain.iter().map(Trust::as_bytes).collect::<Vec<_>>().concat(), file);
        }
    }
    // Each root that signs an edited statement adds one; the second makes the threshold, the same again does not.
    let edit = edited(&content, data);
    let mut file = [edit.as_slice(), &[0]].concat();
    let Ok(read) = Trust::parse(&file) else { return };
    let statement = read.statement();
    assert!((1..=ROOTS_MAX).contains(&statement.roots.pins.len()) && statement.roots.pins.is_sorted_by(|a, b| a < b));
    for role in Role::ALL {
        let pins = statement.role(role);
        assert!((1..=ROLE_PINS_MAX).contains(&pins.len()));
        assert!(pins.iter().all(|one| !statement.roots.pins.contains(&one.pin)));
        let shared =
            role != Role::Sessions && pins.iter().any(|one| statement.sessions.iter().any(|of| of.pin == one.pin));
        assert!(!shared || statement.allow_shared);
    }
    let [one, other] = two_of(&FILES.roots);
    for (root, is_enough) in [(one, false), (one, false), (other, true), (other, true)] {
        file = sign(root, &file).unwrap();
        let trust = Trust::parse(&file).unwrap();
        assert!(trust.digest() == read.digest() && trust.signers().len() <= SIGNATURES_MAX);
        match begun().verify_next(&trust) {
            Ok(after) => {
                assert!(is_enough && statement.version == 1);
                if let Ok(pins) = after.pins(Role::Sessions, AT) {
                    assert!(!pins.is_empty() && !statement.is_over(AT));
                }
            }
            Err(error) => assert!(is_refusal(error) || error == Error::OutOfOrder),
        }
    }
    // Twice the same signature, as bytes.
    let twice = &sign(one, &[edit.as_slice(), &[0]].concat()).unwrap()[edit.len() + 1..];
    assert!(Trust::parse(&[edit.as_slice(), &[2], twice, twice].concat()).is_err());
});
