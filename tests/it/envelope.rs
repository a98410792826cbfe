//! Envelopes through the C ABI: what they carry, and what is refused.

use proptest::prelude::*;
use secenv::Error;

use crate::c;

const PADDINGS: [i32; 3] = [1, 4, 5];
const KEY: [u8; 32] = [7; 32];

fn keys() -> (c::Secret, c::Public) {
    let secret = c::secret(&std::fs::read("tests/vectors/keys/server.pem").unwrap()).unwrap();
    let public = c::public_of(&secret);
    (secret, public)
}

#[test]
fn opens_what_it_sealed_at_every_size() {
    let (secret, public) = keys();
    for padding in PADDINGS {
        for len in (0..70).chain([1000, 12_287, 12_288, 12_289, 65_536, 1 << 20]) {
            let message: Vec<u8> = (0..len).map(|at| (at * 31 / 7) as u8).collect();
            let json = c::seal(&KEY, &public, padding, b"ad", &message).unwrap();
            assert_eq!(c::open(&KEY, &secret, padding, b"ad", &json), Ok(message), "{padding} {len}");
        }
    }
}

#[test]
fn a_nonce_is_never_used_twice() {
    let (_, public) = keys();
    let data = |json: Vec<u8>| String::from_utf8(json).unwrap().split('"').nth(3).unwrap().to_owned();
    let mut seen: Vec<String> = (0..500).map(|_| data(c::seal(&KEY, &public, 4, b"", b"same").unwrap())).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 500);
}

#[test]
fn rejects_another_key_context_padding_or_receiver_with_one_answer() {
    let (secret, public) = keys();
    let other = c::secret(&std::fs::read("tests/vectors/keys/client.pem").unwrap()).unwrap();
    let larger = c::secret(&larger_key()).unwrap();
    for padding in PADDINGS {
        let json = c::seal(&KEY, &public, padding, b"ad", b"meet at noon").unwrap();
        let rejected = Err(Error::Rejected);
        assert_eq!(c::open(&[8; 32], &secret, padding, b"ad", &json), rejected);
        assert_eq!(c::open(&KEY, &secret, padding, b"", &json), rejected);
        assert_eq!(c::open(&KEY, &other, padding, b"ad", &json), rejected);
        assert_eq!(c::open(&KEY, &larger, padding, b"ad", &json), rejected);
        for wrong in PADDINGS.into_iter().filter(|wrong| *wrong != padding) {
            assert_eq!(c::open(&KEY, &secret, wrong, b"ad", &json), rejected, "{padding} as {wrong}");
        }
    }
}

fn larger_key() -> Vec<u8> {
    secenv::rsa::SecretKey::generate(2176).unwrap().encode_secret().unwrap().expose_secret().to_vec()
}

#[test]
fn rejects_a_nonce_of_another_length() {
    let (secret, public) = keys();
    for padding in PADDINGS {
        let json = String::from_utf8(c::seal(&KEY, &public, padding, b"", b"").unwrap()).unwrap();
        for len in [0, 1, 23, 25, 32, 190] {
            let wrapped = c::wrap(&public, padding, &vec![5; len]).unwrap();
            let mut text = vec![0; secenv::encoding::base64_len(wrapped.len()).unwrap()];
            secenv::encoding::base64_encode(&wrapped, &mut text).unwrap();
            let forged = format!(
                "{}\"nonce\":\"{}\"}}",
                json.split("\"nonce\"").next().unwrap(),
                String::from_utf8(text).unwrap()
            );
            assert_eq!(c::open(&KEY, &secret, padding, b"", forged.as_bytes()), Err(Error::Rejected), "{len}");
        }
    }
}

/// No flip of a bit leaves an envelope that opens; cutting it anywhere leaves none at all.
#[test]
fn rejects_any_flipped_bit_and_any_cut() {
    let (secret, public) = keys();
    for padding in PADDINGS {
        let json = c::seal(&KEY, &public, padding, b"ad", b"meet at noon").unwrap();
        let mut answers = [0; 2];
        for bit in 0..json.len() * 8 {
            let mut forged = json.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            match c::open(&KEY, &secret, padding, b"ad", &forged) {
                Err(Error::Malformed) => answers[0] += 1,
                Err(Error::Rejected) => answers[1] += 1,
                other => panic!("bit {bit}: {other:?}"),
            }
        }
        assert!(answers[0] > 500 && answers[1] > 500, "{answers:?}");
        for len in 0..json.len() {
            assert_eq!(c::open(&KEY, &secret, padding, b"ad", &json[..len]), Err(Error::Malformed), "{len}");
        }
    }
}

#[test]
fn refuses_data_shorter_than_a_tag_and_a_nonce_that_no_key_makes() {
    let (secret, _) = keys();
    let json = |data: usize, nonce: usize| {
        let text = |len: usize| "A".repeat(len / 3 * 4);
        format!(r#"{{"data":"{}","nonce":"{}"}}"#, text(data), text(nonce)).into_bytes()
    };
    let answer = |data, nonce| c::open(&KEY, &secret, 4, b"", &json(data, nonce)).unwrap_err();
    assert_eq!(answer(15, 258), Error::Malformed);
    assert_eq!(answer(18, 255), Error::Malformed);
    assert_eq!(answer(18, 1026), Error::Malformed);
    assert_eq!(answer(18, 258), Error::Rejected);
    assert_eq!(answer(18, 1023), Error::Rejected);
}

#[test]
fn the_largest_message_fits_and_one_more_byte_does_not() {
    let (secret, public) = keys();
    let most = 50_331_356; // docs/protocol-1.md
    let message = vec![0; most + 1];
    let json = c::seal(&KEY, &public, 1, b"", &message[..most]).unwrap();
    assert!(json.len() <= 64 << 20 && json.len() > (64 << 20) - 8);
    assert_eq!(c::open(&KEY, &secret, 1, b"", &json).map(|opened| opened.len()), Ok(most));
    assert_eq!(c::seal(&KEY, &public, 1, b"", &message), Err(Error::TooLarge));
}

/// White space makes up the length: at the limit it is read, a byte beyond it is not.
#[test]
fn a_json_of_exactly_64_mib_is_read_and_one_more_byte_is_not() {
    let (secret, public) = keys();
    let mut json = c::seal(&KEY, &public, 1, b"", b"meet at noon").unwrap();
    json.resize(64 << 20, b' ');
    assert_eq!(c::open(&KEY, &secret, 1, b"", &json), Ok(b"meet at noon".to_vec()));
    json.push(b' ');
    assert_eq!(c::open(&KEY, &secret, 1, b"", &json), Err(Error::TooLarge));
}

/// U+1041 is no `A`, although its low byte is.
#[test]
fn an_escape_beyond_a_byte_is_no_character_of_base64() {
    let (secret, public) = keys();
    let json = String::from_utf8(c::seal(&KEY, &public, 1, b"", &[0; 300]).unwrap()).unwrap();
    for (escape, expected) in [("\\u0041", Ok(vec![0; 300])), ("\\u1041", Err(Error::Malformed))] {
        let dressed = json.replace('A', escape);
        assert!(dressed.contains(escape));
        assert_eq!(c::open(&KEY, &secret, 1, b"", dressed.as_bytes()), expected, "{escape}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn opens_whatever_it_sealed_however_the_json_is_dressed(
        message in proptest::collection::vec(any::<u8>(), 0..2000),
        ad in proptest::collection::vec(any::<u8>(), 0..100),
        tx in any::<[u8; 32]>(),
        padding in proptest::sample::select(PADDINGS.to_vec()),
        space in "[ \t\r\n]{0,3}",
        swapped in any::<bool>(),
        escaped in any::<bool>(),
    ) {
        let (secret, public) = keys();
        let json = String::from_utf8(c::seal(&tx, &public, padding, &ad, &message).unwrap()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let member = |name: &str| format!("{space}\"{name}\"{space}:{space}{}{space}", value[name]);
        let (first, second) = if swapped { ("nonce", "data") } else { ("data", "nonce") };
        let mut dressed = format!("{space}{{{},{}}}{space}", member(first), member(second));
        if escaped {
            dressed = dressed.replace('/', "\\/").replace('+', "\\u002b");
        }
        prop_assert_eq!(c::open(&tx, &secret, padding, &ad, dressed.as_bytes()), Ok(message));
    }
}
