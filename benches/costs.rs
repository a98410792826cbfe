//! What things cost, with the raw primitive beside each: groups `<noun>/<verb>/<size>`. For watching a change while
//! working on it (`cargo bench --bench costs`); what is claimed comes from `benches/ratios`.
#![expect(unsafe_code, reason = "the raw primitive is C")]
#![allow(clippy::unwrap_used, missing_docs)]

use core::hint::black_box;
use core::ptr::{null, null_mut};
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use secenv::rsa::{Padding, SecretKey};
use secenv::{aead, encoding, envelope};

const SIZES: [(&str, usize); 3] = [("64B", 64), ("16KiB", 16 << 10), ("1MiB", 1 << 20)];
const PEM: &[u8] = include_bytes!("../tests/vectors/keys/server.pem");
const KEY: [u8; 32] = [1; 32];
const NONCE: [u8; 24] = [2; 24];

fn message(len: usize) -> Vec<u8> {
    (0..len).map(|at| at as u8).collect()
}

/// `seal` and `open` of `envelope`, beside what they are made of.
fn costs(criterion: &mut Criterion) {
    let secret = SecretKey::parse(PEM).unwrap();
    let public = secret.public().unwrap();
    let padding = Padding::OaepSha1;
    let wrapped = public.wrap(padding, &NONCE).unwrap();
    for (size, len) in SIZES {
        let plain = message(len);
        let sealed = aead::seal(&KEY, &NONCE, b"ad", &plain).unwrap();
        let json = envelope::seal(&KEY, &public, padding, b"ad", &plain).unwrap();
        let mut text = vec![0; encoding::base64_len(sealed.len()).unwrap()];
        let mut out = vec![0; sealed.len() + 3];

        let mut group = criterion.benchmark_group(format!("envelope/seal/{size}"));
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function("envelope", |b| b.iter(|| envelope::seal(&KEY, &public, padding, b"ad", &plain)));
        group.bench_function("aead", |b| b.iter(|| aead::seal(&KEY, &NONCE, b"ad", &plain)));
        group.bench_function("base64", |b| b.iter(|| encoding::base64_encode(black_box(&sealed), &mut text)));
        group.bench_function("rsa", |b| b.iter(|| public.wrap(padding, &NONCE)));
        group.bench_function("libsodium", |b| b.iter(|| libsodium_seal(&plain, &mut out)));
        group.finish();

        let mut group = criterion.benchmark_group(format!("envelope/open/{size}"));
        group.throughput(Throughput::Bytes(len as u64));
        group.bench_function("envelope", |b| b.iter(|| envelope::open(&KEY, &secret, padding, b"ad", &json)));
        group.bench_function("aead", |b| b.iter(|| aead::open(&KEY, &NONCE, b"ad", &sealed)));
        group.bench_function("base64", |b| b.iter(|| encoding::base64_decode(black_box(&text), &mut out)));
        group.bench_function("rsa", |b| b.iter(|| secret.unwrap(padding, &wrapped)));
        group.finish();
    }
}

fn libsodium_seal(plain: &[u8], out: &mut [u8]) {
    let len = u64::try_from(plain.len()).unwrap();
    assert!(out.len() >= plain.len() + 16);
    // SAFETY: the lengths describe the slices, and `out` holds the message and its tag.
    unsafe {
        libsodium_sys::sodium_init();
        libsodium_sys::crypto_aead_xchacha20poly1305_ietf_encrypt(
            out.as_mut_ptr(),
            null_mut(),
            plain.as_ptr(),
            len,
            b"ad".as_ptr(),
            2,
            null(),
            NONCE.as_ptr(),
            KEY.as_ptr(),
        )
    };
}

fn quick() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1))
}

criterion_group! { name = benches; config = quick(); targets = costs }
criterion_main!(benches);
