//! Reading RSA keys, with OpenSSL's command line as the maker and the judge.

use std::io::Write;
use std::process::{Command, Stdio};

use secenv::{Error, rsa};

use crate::c;

/// Runs `openssl` and gives what it wrote, or `None` if it refused.
pub fn openssl(arguments: &str, input: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("openssl")
        .args(arguments.split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It may refuse before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    output.status.success().then_some(output.stdout)
}

fn key() -> Vec<u8> {
    std::fs::read("tests/vectors/keys/server.pem").unwrap()
}

fn public_key() -> Vec<u8> {
    std::fs::read("tests/vectors/keys/server.pub.pem").unwrap()
}

/// What `openssl` makes of nothing.
pub fn made(arguments: &str) -> Vec<u8> {
    openssl(arguments, b"").unwrap_or_else(|| panic!("openssl {arguments}"))
}

#[test]
fn every_encoding_of_a_key_is_the_same_key() {
    let pkcs8 = key();
    let ours = rsa::SecretKey::parse(&pkcs8).unwrap();
    assert_eq!(ours.encode_secret().unwrap().expose_secret(), pkcs8);
    assert_eq!(ours.public().unwrap().encode().unwrap().expose_secret(), public_key());
    for form in [
        "rsa -traditional",
        "rsa -traditional -outform DER",
        "pkey -outform DER",
        "pkcs8 -topk8 -nocrypt",
        "pkcs8 -topk8 -nocrypt -outform DER",
    ] {
        let other = rsa::SecretKey::parse(&openssl(form, &pkcs8).unwrap()).unwrap();
        assert_eq!(other.encode_secret().unwrap().expose_secret(), pkcs8, "{form}");
    }
    for form in
        ["rsa -pubout", "rsa -pubout -outform DER", "rsa -RSAPublicKey_out", "rsa -RSAPublicKey_out -outform DER"]
    {
        let other = rsa::PublicKey::parse(&openssl(form, &pkcs8).unwrap()).unwrap();
        assert_eq!(other.encode().unwrap().expose_secret(), public_key(), "{form}");
    }
}

/// The same text in other forms, each read by OpenSSL too.
#[test]
fn pem_is_read_as_leniently_as_openssl_reads_it() {
    let pem = String::from_utf8(key()).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let wrapped = |width: usize, end: &str| {
        let lines: Vec<&str> = body.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN PRIVATE KEY-----{end}{}{end}-----END PRIVATE KEY-----{end}", lines.join(end))
    };
    let public = String::from_utf8(public_key()).unwrap();
    let texts = [
        pem.replace('\n', "\r\n"),
        pem.trim_end().to_owned(),
        format!("Bag Attributes\n    friendlyName: mine\n{pem}"),
        format!("{pem}\n\nand more text\n"),
        format!("{pem}\0"),
        format!("{public}{pem}"),
        wrapped(76, "\n"),
        wrapped(48, "\n"),
        wrapped(64, "\n\n"),
    ];
    for text in &texts {
        assert!(openssl("pkey -noout", text.as_bytes()).is_some() || text.contains("\n\nMII"), "{text}");
        let parsed = rsa::SecretKey::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(parsed.encode_secret().unwrap().expose_secret(), pem.as_bytes());
    }
}

#[test]
fn pem_that_openssl_refuses_is_refused() {
    let pem = String::from_utf8(key()).unwrap();
    let texts = [
        pem.replace("END PRIVATE", "END PUBLIC"),
        pem.replace("PRIVATE KEY", "CERTIFICATE"),
        pem.replace("PRIVATE KEY", "ANY PRIVATE KEY"),
        pem.replace("-----BEGIN", "----BEGIN"),
        pem.replace("MII", "M!I"),
        pem.replace("MII", "MI\u{e9}I"),
        pem.to_lowercase(),
        pem.replace('\n', "\n\u{b}"),
    ];
    for text in &texts {
        assert!(openssl("pkey -noout", text.as_bytes()).is_none(), "{text}");
        assert_eq!(c::secret(text.as_bytes()).err(), Some(Error::Damaged), "{text}");
    }
}

#[test]
fn keys_outside_the_limits_are_refused() {
    let too_large = std::fs::read("tests/vectors/secenv/rsa_8200.pem").unwrap();
    assert_eq!(c::secret(&too_large).err(), Some(Error::TooLarge));
    assert_eq!(c::public(&openssl("pkey -pubout", &too_large).unwrap()).err(), Some(Error::TooLarge));
    let three_primes = made("genrsa -primes 3 2048");
    assert_eq!(c::secret(&three_primes).err(), Some(Error::WrongKind));
    for (arguments, expected) in [
        ("genrsa 1024", Some(Error::WeakKey)),
        ("genrsa 2047", Some(Error::WeakKey)),
        ("genrsa -3 2048", None),
        ("genrsa 2056", None),
        ("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:4294967297", None),
        ("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", Some(Error::WrongKind)),
        ("genpkey -algorithm ED25519", Some(Error::WrongKind)),
        ("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", Some(Error::WrongKind)),
    ] {
        let secret = made(arguments);
        assert_eq!(c::secret(&secret).err(), expected, "{arguments}");
        let public = openssl("pkey -pubout", &secret).unwrap();
        assert_eq!(c::public(&public).err(), expected, "public half of: {arguments}");
    }
    let exponent = made("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:8589934593");
    assert_eq!(c::secret(&exponent).err(), Some(Error::Damaged));
    assert_eq!(c::public(&openssl("pkey -pubout", &exponent).unwrap()).err(), Some(Error::Malformed));
    assert_eq!(c::secret(&[b' '; 65_537]).err(), Some(Error::Damaged));
    assert_eq!(c::public(&[b' '; 65_537]).err(), Some(Error::TooLarge));
}

/// SPKI of numbers that nobody can have as a key: sizes and exponents at the edges.
#[test]
fn public_keys_outside_the_limits_are_refused() {
    let parsed = |bits: usize, exponent: &[u8]| rsa::PublicKey::parse(&spki(bits, exponent)).map(|key| key.size());
    assert_eq!(parsed(2048, &[3]), Ok(256));
    assert_eq!(parsed(8192, &[1, 0, 1]), Ok(1024));
    assert_eq!(parsed(8200, &[1, 0, 1]), Err(Error::TooLarge));
    assert_eq!(parsed(16384, &[1, 0, 1]), Err(Error::TooLarge));
    assert_eq!(parsed(2040, &[1, 0, 1]), Err(Error::WeakKey));
    assert_eq!(parsed(1024, &[1, 0, 1]), Err(Error::WeakKey));
    for exponent in [&[0][..], &[1], &[2], &[4], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0, 0, 0, 1]] {
        assert_eq!(parsed(2048, exponent), Err(Error::Malformed), "{exponent:?}");
    }
}

/// A SubjectPublicKeyInfo with the modulus 2^bits - 1, which is odd.
fn spki(bits: usize, exponent: &[u8]) -> Vec<u8> {
    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut len = content.len().to_be_bytes().to_vec();
        len.drain(..len.iter().take_while(|byte| **byte == 0).count());
        if content.len() >= 128 {
            len.insert(0, 0x80 | len.len() as u8);
        } else if content.is_empty() {
            len.push(0);
        }
        [&[tag][..], &len, content].concat()
    }
    let modulus = [&[0][..], &vec![0xFF; bits / 8]].concat();
    let key = tlv(0x30, &[tlv(2, &modulus), tlv(2, exponent)].concat());
    let rsa_encryption = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 1, 5, 0];
    tlv(0x30, &[&rsa_encryption[..], &tlv(3, &[&[0][..], &key].concat())].concat())
}

#[test]
fn an_encrypted_key_says_so() {
    for form in [
        "pkcs8 -topk8 -passout pass:swordfish",
        "pkcs8 -topk8 -passout pass:swordfish -outform DER",
        "rsa -traditional -aes128 -passout pass:swordfish",
    ] {
        let encrypted = openssl(form, &key()).unwrap();
        assert_eq!(c::secret(&encrypted).err(), Some(Error::EncryptedKey), "{form}");
    }
}

#[test]
fn a_key_cut_anywhere_or_with_more_behind_it_is_refused() {
    let secret_forms = ["pkey -outform DER", "rsa -traditional -outform DER", "rsa -traditional"];
    let public_forms = ["pkey -pubin -outform DER", "rsa -pubin -RSAPublicKey_out -outform DER"];
    let (pem, public_pem) = (key(), public_key());
    let (secret, public) = (|input: &[u8]| c::secret(input).err(), |input: &[u8]| c::public(input).err());
    let mut cuts = refuses_cuts(secret, &pem, Error::Damaged);
    cuts += refuses_cuts(public, &public_pem, Error::Malformed);
    for form in secret_forms {
        cuts += refuses_cuts(secret, &openssl(form, &pem).unwrap(), Error::Damaged);
    }
    for form in public_forms {
        cuts += refuses_cuts(public, &openssl(form, &public_pem).unwrap(), Error::Malformed);
    }
    assert!(cuts > 6000, "only {cuts}");
}

/// Cuts a key at every byte and gives the number of cuts.
fn refuses_cuts(parse: impl Fn(&[u8]) -> Option<Error>, whole: &[u8], failure: Error) -> usize {
    assert_eq!(parse(whole), None);
    // PEM is whole without its last line end, and may have more behind it.
    let end = whole.strip_suffix(b"-\n").map_or(whole.len(), |text| text.len() + 1);
    for len in 0..end {
        assert_eq!(parse(&whole[..len]), Some(failure), "{len} of {}", whole.len());
    }
    if end == whole.len() {
        assert_eq!(parse(&[whole, &[0]].concat()), Some(failure));
    }
    end
}

/// A secret key that was damaged at rest never decrypts with a wrong number in silence.
#[test]
fn a_secret_key_with_a_flipped_bit_is_refused_or_the_same() {
    let pem = key();
    let der = openssl("pkey -outform DER", &pem).unwrap();
    let mut same = 0;
    for at in 0..der.len() {
        let mut damaged = der.clone();
        damaged[at] ^= 1 << (at % 8);
        if let Ok(parsed) = rsa::SecretKey::parse(&damaged) {
            assert_eq!(parsed.encode_secret().unwrap().expose_secret(), pem, "byte {at}");
            same += 1;
        }
    }
    assert!(same < 4, "{same}");
}

#[test]
fn a_public_key_is_no_secret_key_and_the_other_way_round() {
    for form in
        ["pkey -pubout", "pkey -pubout -outform DER", "rsa -RSAPublicKey_out", "rsa -RSAPublicKey_out -outform DER"]
    {
        assert_eq!(c::secret(&openssl(form, &key()).unwrap()).err(), Some(Error::WrongKind), "{form}");
    }
    for form in ["pkey", "pkey -outform DER", "rsa -traditional", "rsa -traditional -outform DER"] {
        assert_eq!(c::public(&openssl(form, &key()).unwrap()).err(), Some(Error::WrongKind), "{form}");
    }
}

#[test]
fn pkcs8_under_an_rsa_label_is_read_as_openssl_reads_it() {
    let text = other("pkcs8-under-rsa-label.pem");
    let read = openssl("pkey", &text).unwrap();
    assert_eq!(rsa::SecretKey::parse(&text).unwrap().encode_secret().unwrap().expose_secret(), read);
}

fn other(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/vectors/keys/other/{name}")).unwrap()
}

/// What people hand over in place of a key in PEM: the failure that each is, and a word of the sentence about it.
#[test]
fn a_key_in_another_wrapping_is_named_with_the_command_that_converts_it() {
    let pem = String::from_utf8(key()).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let certificate = other("certificate.pem");
    let cut = |text: &[u8]| text[..text.len() / 2].to_vec();
    let (kind, damaged) = (Error::WrongKind, (Error::Damaged, Error::Malformed));
    let both = |error| (error, error);
    let cases = [
        (other("1024-secret.pem"), (Error::WeakKey, kind), "too short"),
        (other("1024-public.pem"), (kind, Error::WeakKey), "too short"),
        (certificate.clone(), both(kind), "openssl x509"),
        (openssl("x509 -outform DER", &certificate).unwrap(), both(kind), "openssl x509"),
        (other("encrypted.der"), both(Error::EncryptedKey), "passphrase"),
        (other("openssh.pem"), both(kind), "ssh-keygen -p -m PEM"),
        (b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ== me@here".to_vec(), both(kind), "ssh-keygen -e"),
        (b"PuTTY-User-Key-File-3: ssh-rsa".to_vec(), both(kind), "puttygen"),
        (b"{\"kty\":\"RSA\",\"e\":\"AQAB\"}".to_vec(), both(kind), "JSON Web Key"),
        (made("genpkey -algorithm ED25519"), both(kind), "not RSA"),
        (made("ecparam -name prime256v1 -genkey -noout"), both(kind), "not RSA"),
        (made("ecparam -name prime256v1 -genkey -noout -outform DER"), both(kind), "not RSA"),
        (openssl("pkey -pubout", &made("genpkey -algorithm X25519")).unwrap(), both(kind), "not RSA"),
        (made("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048"), both(kind), "PSS"),
        (made("genrsa -primes 3 2048"), both(kind), "primes"),
        (openssl("pkcs12 -export -nocerts -passout pass:x", &key()).unwrap(), both(kind), "openssl pkcs12"),
        (openssl("crl2pkcs7 -nocrl -certfile /dev/stdin", &certificate).unwrap(), both(kind), "PKCS#7"),
        (openssl("req -new -key /dev/stdin -subj /CN=me", &key()).unwrap(), both(kind), "certificate request"),
        (other("literal-backslash-n.pem"), damaged, "sed 's/"),
        (other("utf16.pem"), damaged, "iconv"),
        (pem.encode_utf16().flat_map(u16::to_le_bytes).collect(), damaged, "iconv"),
        (other("bare-base64.txt"), damaged, "base64 -d"),
        (body.replace('+', "-").replace('/', "_").into_bytes(), damaged, "base64url"),
        (b"file:///etc/key.pem".to_vec(), damaged, "name of a file"),
        (b"/etc/ssl/key.pem\n".to_vec(), damaged, "name of a file"),
        (cut(pem.as_bytes()), damaged, "cut short"),
        (pem.replace("MII", "M!I").into_bytes(), damaged, "not base64"),
        (pem.replace("PRIVATE", "PUBLIC").into_bytes(), damaged, "another kind of key"),
        (cut(&openssl("pkey -outform DER", &key()).unwrap()), damaged, "no key"),
        (b" \n".to_vec(), damaged, "empty"),
        (b"hello".to_vec(), damaged, "no key"),
    ];
    for (input, (secret, public), word) in &cases {
        let name = String::from_utf8_lossy(&input[..input.len().min(60)]);
        assert_eq!(c::secret(input).err(), Some(*secret), "{name}");
        assert_eq!(c::public(input).err(), Some(*public), "{name}");
        let said = c::diagnose(input);
        assert!(said.contains(word), "{said:?} does not say {word:?} of {name}");
    }
    for (input, word) in [(key(), "RSA secret key"), (public_key(), "RSA public key")] {
        assert!(c::diagnose(&input).contains(word));
        let bundle = [certificate.as_slice(), &input].concat();
        assert!(c::diagnose(&bundle).contains(word));
    }
}

/// What the sentence about UTF-16 and literal line ends says to do makes a key of it.
#[test]
fn the_commands_of_a_diagnosis_make_a_key_of_it() {
    for (name, command) in
        [("literal-backslash-n.pem", "sed 's/\\\\n/\\n/g' FILE"), ("utf16.pem", "iconv -f UTF-16 -t UTF-8 FILE")]
    {
        let said = c::diagnose(&other(name));
        assert!(said.ends_with(command), "{said}");
        let script = command.replace("FILE", &format!("tests/vectors/keys/other/{name}"));
        let output = Command::new("sh").args(["-c", &script]).output().unwrap().stdout;
        assert_eq!(c::secret(&output).err(), None, "{}", String::from_utf8_lossy(&output));
    }
}

#[test]
fn a_generated_key_has_the_size_that_was_asked_for() {
    let key = rsa::SecretKey::generate(2048).unwrap();
    assert_eq!(key.public().unwrap().size(), 256);
    let text = openssl("pkey -noout -text", key.encode_secret().unwrap().expose_secret()).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("2048 bit, 2 primes") && text.contains("publicExponent: 65537"), "openssl reads another key");
}
