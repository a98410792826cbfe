//! What a key file looks like: told by labels, tags, lengths and object identifiers, none of which is secret.

use core::ffi::CStr;

use crate::{Error, pem};

/// What an input looks like. Whether it is whole is for the parsers to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    RsaSecret,
    RsaPublic,
    ShortRsaSecret,
    ShortRsaPublic,
    ManyPrimes,
    RsaPss,
    OtherSecret,
    OtherPublic,
    Encrypted,
    Certificate,
    CertificateRequest,
    Pkcs7,
    Pkcs12,
    OpenSsh,
    SshPublic,
    Putty,
    Pgp,
    Jwk,
    Xml,
    EscapedLineEnds,
    Utf16,
    Base64,
    Base64Url,
    FileName,
    CutPem,
    BadPem,
    WrongLabel,
    Empty,
    Unknown,
}

/// Which half of an RSA key a parser reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Secret,
    Public,
}

impl Half {
    /// The failure for what is no key at all: a secret key is one's own, a public key may be anybody's.
    pub(crate) const fn garbage(self) -> Error {
        match self {
            Half::Secret => Error::Damaged,
            Half::Public => Error::Malformed,
        }
    }
}

impl Look {
    /// Why a parser of `half` of an RSA key could not read what looks so.
    fn failure(self, half: Half) -> Error {
        match self {
            Look::Encrypted => Error::EncryptedKey,
            Look::ShortRsaSecret if half == Half::Secret => Error::WeakKey,
            Look::ShortRsaPublic if half == Half::Public => Error::WeakKey,
            Look::RsaSecret if half == Half::Secret => half.garbage(),
            Look::RsaPublic if half == Half::Public => half.garbage(),
            Look::RsaSecret
            | Look::RsaPublic
            | Look::ShortRsaSecret
            | Look::ShortRsaPublic
            | Look::ManyPrimes
            | Look::RsaPss
            | Look::OtherSecret
            | Look::OtherPublic
            | Look::Certificate
            | Look::CertificateRequest
            | Look::Pkcs7
            | Look::Pkcs12
            | Look::OpenSsh
            | Look::SshPublic
            | Look::Putty
            | Look::Pgp
            | Look::Jwk
            | Look::Xml => Error::WrongKind,
            Look::EscapedLineEnds
            | Look::Utf16
            | Look::Base64
            | Look::Base64Url
            | Look::FileName
            | Look::CutPem
            | Look::BadPem
            | Look::WrongLabel
            | Look::Empty
            | Look::Unknown => half.garbage(),
        }
    }

    const fn sentence(self) -> &'static CStr {
        match self {
            Look::RsaSecret => c"this looks like an RSA secret key; its public half: openssl pkey -in FILE -pubout",
            Look::RsaPublic => c"this looks like an RSA public key; a secret key cannot be made of it",
            Look::ShortRsaSecret => {
                c"this is an RSA secret key of fewer than 2,048 bits, which is too short; make a new one: \
                openssl genrsa 3072"
            }
            Look::ShortRsaPublic => {
                c"this is an RSA public key of fewer than 2,048 bits, which is too short; its owner has to make another"
            }
            Look::ManyPrimes => {
                c"this is an RSA secret key with more than two primes; make one with two: openssl genrsa 3072"
            }
            Look::RsaPss => c"this is an RSA key for PSS alone (RSASSA-PSS); make one for any use: openssl genrsa 3072",
            Look::OtherSecret => c"this is a secret key, but not RSA; openssl pkey -in FILE -noout -text shows it",
            Look::OtherPublic => {
                c"this is a public key, but not RSA; openssl pkey -pubin -in FILE -noout -text shows it"
            }
            Look::Encrypted => {
                c"this is a secret key that is encrypted under a passphrase; decrypt it: \
                openssl pkey -in FILE -out NEW (with -inform DER for a file that is not text)"
            }
            Look::Certificate => {
                c"this is a certificate; its public key: \
                openssl x509 -in FILE -noout -pubkey (with -inform DER for a file that is not text)"
            }
            Look::CertificateRequest => {
                c"this is a certificate request; its public key: openssl req -in FILE -noout -pubkey"
            }
            Look::Pkcs7 => c"this is a PKCS#7 bundle of certificates; print them: openssl pkcs7 -in FILE -print_certs",
            Look::Pkcs12 => c"this is a PKCS#12 file; its secret key: openssl pkcs12 -in FILE -nocerts -noenc -out NEW",
            Look::OpenSsh => c"this is a secret key as OpenSSH writes it; convert a copy: ssh-keygen -p -m PEM -f COPY",
            Look::SshPublic => c"this is a public key as OpenSSH writes it; convert it: ssh-keygen -e -m PKCS8 -f FILE",
            Look::Putty => {
                c"this is a key as PuTTY writes it; convert it: puttygen FILE -O private-openssh -o NEW, \
                then ssh-keygen -p -m PEM -f NEW"
            }
            Look::Pgp => c"this is an OpenPGP key, which is not read; make a new RSA key: openssl genrsa 3072",
            Look::Jwk => c"this is a JSON Web Key, which is not read; export the key as PEM where it was made",
            Look::Xml => {
                c"this is a key as .NET writes it in XML; export it there with ExportRSAPrivateKeyPem or \
                ExportRSAPublicKeyPem"
            }
            Look::EscapedLineEnds => {
                c"the line ends of this PEM are written as a backslash and an n; put them back: \
                sed 's/\\\\n/\\n/g' FILE"
            }
            Look::Utf16 => c"this text is UTF-16, as PowerShell writes it; convert it: iconv -f UTF-16 -t UTF-8 FILE",
            Look::Base64 => c"this is base64 without PEM's BEGIN and END lines; make DER of it: base64 -d FILE > NEW",
            Look::Base64Url => {
                c"this is base64url without PEM's BEGIN and END lines; make DER of it: basenc --base64url -d FILE > NEW"
            }
            Look::FileName => c"this is the name of a file, not what stands in it; read the file first",
            Look::CutPem => c"this PEM begins but does not end: it was cut short; copy it again, to its END line",
            Look::BadPem => {
                c"this PEM is damaged: its BEGIN and END differ, or what stands between is not base64; copy it again"
            }
            Look::WrongLabel => {
                c"what stands between BEGIN and END is another kind of key than these lines say; \
                openssl asn1parse -in FILE shows it"
            }
            Look::Empty => c"this is empty",
            Look::Unknown => c"this looks like no key, or like one that was cut short; get it once more",
        }
    }
}

/// Why a parser of `half` of an RSA key found none in `input`.
pub(crate) fn failure(input: &[u8], half: Half) -> Error {
    let failures: Vec<Error> = looks(input).into_iter().map(|look| look.failure(half)).collect();
    let found = |failure: &Error| failures.contains(failure).then_some(*failure);
    [Error::EncryptedKey, Error::WeakKey, half.garbage()].iter().find_map(found).unwrap_or(Error::WrongKind)
}

/// What `input` looks like, in one sentence, and the command that converts it. Nothing of the input is in it.
pub fn diagnose(input: &[u8]) -> &'static str {
    diagnose_c(input).to_str().unwrap_or("the sentences are ASCII")
}

/// [`diagnose`] for C.
pub fn diagnose_c(input: &[u8]) -> &'static CStr {
    let looks = looks(input);
    // A bundle is named for its key.
    let key = looks.iter().find(|look| !matches!(look, Look::Certificate | Look::Unknown));
    key.or(looks.first()).copied().unwrap_or(Look::Unknown).sentence()
}

/// What the blocks of a PEM file look like, or the whole input if it is none. Never empty.
fn looks(input: &[u8]) -> Vec<Look> {
    if let Some(look) = of_der(input).or_else(|| of_text(input)) {
        return vec![look];
    }
    let blocks: Vec<Look> = pem::blocks(input).map(|block| of_block(&block)).collect();
    if !blocks.is_empty() {
        return blocks;
    }
    vec![if contains(input, b"-----BEGIN ") { Look::CutPem } else { Look::Unknown }]
}

fn of_block(block: &pem::Block<'_>) -> Look {
    if block.is_encrypted() {
        return Look::Encrypted;
    }
    let Ok(der) = block.decode() else {
        // It has headers or a checksum between its lines.
        return if block.label.starts_with(b"PGP ") { Look::Pgp } else { Look::BadPem };
    };
    let fits = |labels: &[&[u8]], look| if labels.contains(&block.label) { look } else { Look::WrongLabel };
    match of_der(der.expose_secret()) {
        Some(look @ (Look::RsaSecret | Look::ShortRsaSecret)) => fits(&[b"PRIVATE KEY", b"RSA PRIVATE KEY"], look),
        Some(look @ (Look::RsaPublic | Look::ShortRsaPublic)) => fits(&[b"PUBLIC KEY", b"RSA PUBLIC KEY"], look),
        Some(look) => look,
        None => match block.label {
            b"OPENSSH PRIVATE KEY" => Look::OpenSsh,
            b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE" => Look::Certificate,
            b"CERTIFICATE REQUEST" | b"NEW CERTIFICATE REQUEST" => Look::CertificateRequest,
            b"PKCS7" | b"CMS" => Look::Pkcs7,
            b"EC PRIVATE KEY" | b"DSA PRIVATE KEY" => Look::OtherSecret,
            b"" => Look::BadPem,
            _ => Look::Unknown,
        },
    }
}

fn of_text(input: &[u8]) -> Option<Look> {
    const MARKS: [(&[u8], Look); 8] = [
        (b"ssh-", Look::SshPublic),
        (b"ecdsa-sha2-", Look::SshPublic),
        (b"---- BEGIN SSH2 PUBLIC KEY", Look::SshPublic),
        (b"PuTTY-User-Key-File", Look::Putty),
        (b"<RSAKeyValue>", Look::Xml),
        (b"file://", Look::FileName),
        (&[0xFF, 0xFE], Look::Utf16),
        (&[0xFE, 0xFF], Look::Utf16),
    ];
    let input = input.trim_ascii();
    if input.is_empty() {
        return Some(Look::Empty);
    }
    if let Some((_, look)) = MARKS.into_iter().find(|(mark, _)| input.starts_with(mark)) {
        return Some(look);
    }
    if contains(input, b"-\0-\0-\0") {
        return Some(Look::Utf16);
    }
    if contains(input, b"-----BEGIN ") {
        return contains(input, b"\\n").then_some(Look::EscapedLineEnds);
    }
    if input.starts_with(b"{") && contains(input, b"\"kty\"") {
        return Some(Look::Jwk);
    }
    // A SEQUENCE of up to 64 KiB in base64.
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/-_=".contains(byte);
    if input.starts_with(b"M") && input.len() >= 32 && input.iter().all(is_base64) {
        let is_url = input.iter().any(|byte| b"-_".contains(byte));
        return Some(if is_url { Look::Base64Url } else { Look::Base64 });
    }
    let ends = [&b".pem"[..], b".key", b".der", b".crt"];
    let is_name = input.len() < 256 && input.is_ascii() && ends.iter().any(|end| input.ends_with(end));
    is_name.then_some(Look::FileName)
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A];

/// What DER looks like that is whole; `None` for anything else.
fn of_der(der: &[u8]) -> Option<Look> {
    let (SEQUENCE, body, []) = element(der)? else { return None };
    let (first_tag, first, rest) = element(body)?;
    if first_tag == OBJECT {
        return Some(Look::Pkcs7);
    }
    let (second_tag, second, rest) = element(rest)?;
    match (first_tag, second_tag) {
        (INTEGER, INTEGER) if first.len() > 1 => rsa_public(body),
        (INTEGER, INTEGER) => rsa_secret(body),
        (INTEGER, OCTET_STRING) => Some(Look::OtherSecret), // EC (SEC 1)
        (INTEGER, SEQUENCE) if first == [3] => Some(Look::Pkcs12),
        (INTEGER, SEQUENCE) => {
            let (OCTET_STRING, key, _) = element(rest)? else { return None };
            match algorithm(second)? {
                RSA => rsa_secret(sequence(key)?),
                RSA_PSS => Some(Look::RsaPss),
                _ => Some(Look::OtherSecret),
            }
        }
        (SEQUENCE, BIT_STRING) if rest.is_empty() => match algorithm(first)? {
            RSA => rsa_public(sequence(second.strip_prefix(&[0])?)?),
            RSA_PSS => Some(Look::RsaPss),
            _ => Some(Look::OtherPublic),
        },
        (SEQUENCE, OCTET_STRING) => algorithm(first).map(|_| Look::Encrypted),
        (SEQUENCE, SEQUENCE) => match first.first()? {
            0xA0 => Some(Look::Certificate),
            _ => Some(Look::CertificateRequest),
        },
        _ => None,
    }
}

/// version, n, e, d ...
fn rsa_secret(body: &[u8]) -> Option<Look> {
    let (INTEGER, version, rest) = element(body)? else { return None };
    let (INTEGER, modulus, _) = element(rest)? else { return None };
    Some(match version {
        [1] => Look::ManyPrimes,
        _ if is_short(modulus) => Look::ShortRsaSecret,
        _ => Look::RsaSecret,
    })
}

/// n, e
fn rsa_public(body: &[u8]) -> Option<Look> {
    let (INTEGER, modulus, _) = element(body)? else { return None };
    Some(if is_short(modulus) { Look::ShortRsaPublic } else { Look::RsaPublic })
}

/// Whether a modulus has fewer than 2,048 bits. A number whose top bit is set has a zero in front.
fn is_short(modulus: &[u8]) -> bool {
    modulus.len() <= 2048 / 8
}

fn algorithm(sequence: &[u8]) -> Option<&[u8]> {
    let (tag, object, _) = element(sequence)?;
    (tag == OBJECT).then_some(object)
}

fn sequence(der: &[u8]) -> Option<&[u8]> {
    let (tag, content, _) = element(der)?;
    (tag == SEQUENCE).then_some(content)
}

/// The tag and the content of the first element of `der`, and what comes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, len], rest) = der.split_first_chunk()?;
    let (len, rest) = match len {
        0..=0x7F => (usize::from(len), rest),
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(len & 0x7F))?;
            let len = bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte));
            // DER has one way to write a length.
            if len < 0x80 || bytes.first() == Some(&0) {
                return None;
            }
            (len, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(len)?;
    Some((tag, content, rest))
}

fn contains(input: &[u8], mark: &[u8]) -> bool {
    input.windows(mark.len()).any(|window| window == mark)
}
