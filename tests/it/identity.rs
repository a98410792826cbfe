//! Identities beside OpenSSL: the keys that it makes, the pins that it computes, the signatures that it verifies.

use std::fs;

use secenv::Error;
use secenv::identity::{Identity, Kind, PublicIdentity, pin};

use crate::rsa_keys::{made, openssl};

#[test]
fn reads_each_form_that_openssl_writes() {
    let rsa = made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072");
    let ed25519 = made("genpkey -algorithm ed25519");
    for (kind, pem) in [(Kind::Rsa, &rsa), (Kind::Ed25519, &ed25519)] {
        let spki = openssl("pkey -pubout -outform DER", pem).unwrap();
        let mut forms = vec![pem.clone(), openssl("pkcs8 -topk8 -nocrypt -outform DER", pem).unwrap()];
        if kind == Kind::Rsa {
            for form in ["rsa -traditional", "rsa -traditional -outform DER"] {
                let pkcs1 = openssl(form, pem).unwrap();
                assert_eq!(Identity::parse(&pkcs1).err(), Some(Error::WrongKind), "the form of protocol 1's keys");
            }
        }
        forms.push([b"a certificate's text\n".as_slice(), pem, b"and more"].concat());
        for form in forms {
            let identity = Identity::parse(&form).unwrap();
            assert_eq!((identity.kind(), identity.public().spki()), (kind, spki.as_slice()));
            assert_eq!(
                openssl("pkey -outform DER", identity.encode_secret().unwrap().expose_secret()),
                openssl("pkey -outform DER", pem)
            );
            assert_eq!(
                openssl("pkey -pubin -outform DER", identity.public().encode().expose_secret()),
                Some(spki.clone())
            );
        }
    }
}

/// RFC 8410, 10.3: version 1, and version 2 with the public key behind the seed.
#[test]
fn reads_version_1_and_version_2_of_pkcs8() {
    let v1 = "-----BEGIN PRIVATE KEY-----\n\
              MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
              -----END PRIVATE KEY-----\n";
    let spki = "-----BEGIN PUBLIC KEY-----\n\
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                -----END PUBLIC KEY-----\n";
    let identity = Identity::parse(v1.as_bytes()).unwrap();
    assert_eq!(identity.public().encode().expose_secret(), spki.as_bytes());
    let der = openssl("pkey -outform DER", v1.as_bytes()).unwrap();
    let seed = &der[16..];
    let v2 = [
        &[0x30, 0x51, 2, 1, 1],
        &der[5..12],
        &[4, 0x22, 4, 0x20],
        seed,
        &[0x81, 0x21, 0],
        &identity.public().spki()[12..],
    ];
    assert_eq!(Identity::parse(&v2.concat()).unwrap().public().pin(), identity.public().pin());
    for broken in [[&der, [0].as_slice()].concat(), der[..47].to_vec(), v2.concat()[..82].to_vec()] {
        assert_eq!(Identity::parse(&broken).err(), Some(Error::Damaged));
    }
}

#[test]
fn the_pin_is_what_openssl_and_curl_compute() {
    for make in ["genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072", "genpkey -algorithm ed25519"] {
        let identity = Identity::parse(&made(make)).unwrap();
        let pem = identity.public().encode();
        let digest =
            openssl("dgst -sha256 -binary", &openssl("pkey -pubin -outform DER", pem.expose_secret()).unwrap());
        assert_eq!(digest.unwrap(), identity.public().pin().as_bytes());
        assert_eq!(pin(pem.expose_secret()).unwrap(), *identity.public().pin());
        assert_eq!(pin(identity.public().spki()).unwrap(), *identity.public().pin());
    }
}

#[test]
fn openssl_verifies_what_an_identity_signs_and_the_other_way_round() {
    let folder = std::env::temp_dir().join(format!("secenv-identity-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let message = b"meet at noon";
    fs::write(path("message"), message).unwrap();
    let pss = "-rawin -digest sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:32";
    for (make, options) in
        [("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072", pss), ("genpkey -algorithm ed25519", "-rawin")]
    {
        let pem = made(make);
        let identity = Identity::parse(&pem).unwrap();
        fs::write(path("secret"), &pem).unwrap();
        fs::write(path("public"), identity.public().encode().expose_secret()).unwrap();
        fs::write(path("signature"), identity.sign(message).unwrap()).unwrap();
        let verify = format!(
            "pkeyutl -verify -pubin -inkey {} -sigfile {} -in {} {options}",
            path("public"),
            path("signature"),
            path("message")
        );
        assert!(openssl(&verify, b"").is_some(), "{make}");
        let sign = format!("pkeyutl -sign -inkey {} -in {} {options}", path("secret"), path("message"));
        let signature = openssl(&sign, b"").unwrap();
        assert_eq!(identity.public().verify(message, &signature), Ok(()), "{make}");
        for bit in (0..signature.len() * 8).step_by(7) {
            let mut forged = signature.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(identity.public().verify(message, &forged), Err(Error::Rejected), "{make} {bit}");
        }
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_rsa_signature_with_another_salt_or_hash_is_rejected() {
    let folder = std::env::temp_dir().join(format!("secenv-pss-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let message = folder.join("message").to_str().unwrap().to_owned();
    fs::write(&message, b"meet at noon").unwrap();
    let key = Identity::parse(&fs::read("tests/vectors/keys/identity-server.pem").unwrap()).unwrap();
    let sign = |options: &str| {
        openssl(
            &format!("pkeyutl -sign -inkey tests/vectors/keys/identity-server.pem -in {message} -rawin {options}"),
            b"",
        )
        .unwrap()
    };
    let pss = |digest: &str, salt: &str| {
        format!("-digest {digest} -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:{salt}")
    };
    assert_eq!(key.public().verify(b"meet at noon", &sign(&pss("sha256", "32"))), Ok(()));
    for other in
        [pss("sha256", "31"), pss("sha256", "0"), pss("sha512", "32"), pss("sha1", "20"), "-digest sha256".into()]
    {
        assert_eq!(key.public().verify(b"meet at noon", &sign(&other)), Err(Error::Rejected), "{other}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// The same keys in encodings that a lenient reader takes: each would have a second pin.
#[test]
fn an_spki_that_is_not_canonical_has_no_pin() {
    let rsa = fs::read("tests/vectors/keys/identity-server.pem").unwrap();
    let rsa = openssl("pkey -pubout -outform DER", &rsa).unwrap();
    let ed25519 = Identity::generate(Kind::Ed25519).unwrap().public().spki().to_vec();
    let edit = |spki: &[u8], at: usize, remove: usize, insert: &[u8]| {
        let mut edited = spki.to_vec();
        edited.splice(at..at + remove, insert.iter().copied());
        edited
    };
    // 30 82 01a2 | 30 0d 06 09 (rsaEncryption) 05 00 | 03 82 018f 00 | 30 82 018a 02 82 0181 00 ... 02 03 010001
    assert_eq!((rsa.len(), &rsa[..4], &rsa[17..19]), (422, [0x30, 0x82, 1, 0xa2].as_slice(), [5, 0].as_slice()));
    for (what, spki) in [
        ("a byte behind", [rsa.as_slice(), &[0]].concat()),
        ("a byte behind", [ed25519.as_slice(), &[0]].concat()),
        ("a byte less", rsa[..421].to_vec()),
        ("a byte less", ed25519[..43].to_vec()),
        ("no NULL", edit(&edit(&edit(&rsa, 17, 2, &[]), 5, 1, &[0x0b]), 3, 1, &[0xa0])),
        ("a length in three bytes", edit(&rsa, 1, 3, &[0x83, 0, 1, 0xa2])),
        ("a length without end", [&edit(&rsa, 1, 3, &[0x80]), [0, 0].as_slice()].concat()),
        ("bits that are not used", edit(&rsa, 23, 1, &[1])),
        ("a NULL in Ed25519's algorithm", edit(&edit(&edit(&ed25519, 9, 0, &[5, 0]), 3, 1, &[7]), 1, 1, &[0x2c])),
        ("a long length in Ed25519", edit(&ed25519, 1, 1, &[0x81, 0x2a])),
        ("RSASSA-PSS", edit(&rsa, 16, 1, &[0x0a])),
        ("RSA's own form", openssl("rsa -pubin -inform DER -RSAPublicKey_out -outform DER", &rsa).unwrap()),
        ("X25519", openssl("pkey -pubout -outform DER", &made("genpkey -algorithm x25519")).unwrap()),
        (
            "P-256",
            openssl("pkey -pubout -outform DER", &made("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"))
                .unwrap(),
        ),
        (
            "RSA of 1,024 bits",
            openssl("pkey -pubout -outform DER", &made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024"))
                .unwrap(),
        ),
        ("RSA of 3,071 bits", {
            let pem = made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3071");
            openssl("pkey -pubout -outform DER", &pem).unwrap()
        }),
    ] {
        let failure = match what {
            "RSA of 1,024 bits" | "RSA of 3,071 bits" => Error::WeakKey,
            "a NULL in Ed25519's algorithm" | "RSASSA-PSS" | "X25519" | "P-256" => Error::WrongKind,
            _ => Error::Malformed,
        };
        assert_eq!(pin(&spki).err(), Some(failure), "{what}");
        assert_eq!(PublicIdentity::parse_der(&spki).err(), Some(Error::Malformed), "{what}");
    }
    assert!(pin(&rsa).is_ok() && pin(&ed25519).is_ok());
}

#[test]
fn refuses_keys_that_are_no_identity() {
    let encrypted = made("genpkey -algorithm ed25519 -aes256 -pass pass:x");
    assert_eq!(Identity::parse(&encrypted).err(), Some(Error::EncryptedKey));
    let too_large = fs::read("tests/vectors/secenv/rsa_8200.pem").unwrap();
    assert_eq!(Identity::parse(&too_large).err(), Some(Error::TooLarge));
    for other in ["x25519", "ed448", "EC -pkeyopt ec_paramgen_curve:P-256", "RSA-PSS -pkeyopt rsa_keygen_bits:2048"] {
        let pem = made(&format!("genpkey -algorithm {other}"));
        assert_eq!(Identity::parse(&pem).err(), Some(Error::WrongKind), "{other}");
    }
    let deployed = fs::read("tests/vectors/keys/server.pem").unwrap();
    assert_eq!(Identity::parse(&deployed).err(), Some(Error::WeakKey), "the deployed key decrypts");
    assert_eq!(Kind::try_from(0), Err(Error::InvalidArgument));
    assert_eq!(Kind::try_from(3), Err(Error::InvalidArgument));
}
