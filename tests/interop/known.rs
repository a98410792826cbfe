//! Answers that libsodium 1.0.18 and OpenSSL 3 gave once: they keep all participants from being wrong together.

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::party::{Party, from_hex};
use crate::work::{SERVER, SERVER_PUBLIC};

const CLIENT_PK: &str = "ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f";
const SERVER_PK: &str = "fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06";
const CLIENT_RX: &str = "e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed";
const CLIENT_TX: &str = "43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a";
/// One seed gives a kx pair and a box pair that differ.
const KX_PK: &str = "b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a";
const BOX_PK: &str = "90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800";
const SIGN_PK: &str = "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1";
const SIGNATURE: &str = "6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3\
                         c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802";
/// "hello" with the associated data "ad" under `CLIENT_TX`, the nonce 24 times 3.
const SEALED: &str = "c6938f63d7a50227f72a453626a5ead861927d49cb";

/// A participant computes every known answer.
pub fn check(party: &Party) -> Result<(), String> {
    let hex = |text: &str| from_hex(text).unwrap();
    for (verb, seed, more, answer) in [
        ("kx-public", 1, "", [CLIENT_PK].as_slice()),
        ("kx-public", 2, "", &[SERVER_PK]),
        ("kx-public", 6, "", &[KX_PK]),
        ("kx-client", 1, SERVER_PK, &[CLIENT_RX, CLIENT_TX]),
        ("kx-server", 2, CLIENT_PK, &[CLIENT_TX, CLIENT_RX]),
        ("box-public", 6, "", &[BOX_PK]),
        ("sign-public", 5, "", &[SIGN_PK]),
        ("sign-make", 5, "616263", &[SIGNATURE]),
    ] {
        let more = Some(more).filter(|more| !more.is_empty()).map(hex);
        let seed = [seed; 32];
        let fields: Vec<&[u8]> = [&seed[..]].into_iter().chain(more.as_deref()).collect();
        let answer: Vec<Vec<u8>> = answer.iter().map(|field| hex(field)).collect();
        party.gives(verb, &fields, &answer.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    }
    for padding in [1, 4, 5] {
        let wrapped = party.makes("rsa-wrap", &[SERVER_PUBLIC, &[padding], &[3; 24]])?;
        party.gives("rsa-unwrap", &[SERVER, &[padding], &wrapped], &[&[3; 24]])?;
        let (data, nonce) = (BASE64_STANDARD.encode(hex(SEALED)), BASE64_STANDARD.encode(wrapped));
        let plain = format!(r#"{{"data":"{data}","nonce":"{nonce}"}}"#);
        let escaped = plain.replace('/', r"\/");
        let spaced = format!("{{\r\n\t\"nonce\" : \"{nonce}\" ,\n \"data\": \"{data}\" }}\n");
        for json in [plain, escaped, spaced] {
            party.gives(
                "envelope-open",
                &[&hex(CLIENT_TX), SERVER, &[padding], b"ad", json.as_bytes()],
                &[b"hello"],
            )?;
        }
    }
    Ok(())
}
