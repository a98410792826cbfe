//! Sealing and opening with XChaCha20-Poly1305.
//!
//! The bytes are libsodium's, the work is done by the engine behind `secenv_primitives::aead`, which is faster. libsodium itself
//! still does what the engine does not: buffers that overlap, empty messages (where pointers may be NULL), checking
//! without an output, and lengths that are refused.

use core::ffi::{c_int, c_uchar, c_ulonglong};
use core::ptr;

use libsodium_sys as raw;

use secenv_core::Error;
use secenv_primitives::aead::{KEY_BYTES, MESSAGE_BYTES_MAX, NONCE_BYTES, TAG_BYTES, Under, open_raw, seal_raw};

use super::ready;

/// Writes the ciphertext of `m` and its tag: `mlen + SECENV_AEAD_XCHACHA20POLY1305_IETF_ABYTES` bytes. `clen_p` may be
/// NULL; `nsec` is not used. libsodium's `crypto_aead_xchacha20poly1305_ietf_encrypt`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_encrypt(
    c: *mut c_uchar,
    clen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    nsec: *const c_uchar,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let Ok(len @ ..=PLAIN_MAX) = usize::try_from(mlen) else {
        // SAFETY: no pointer is read: libsodium ends the process.
        return unsafe {
            raw::crypto_aead_xchacha20poly1305_ietf_encrypt(c, clen_p, m, mlen, ad, adlen, nsec, npub, k)
        };
    };
    let mac = c.wrapping_add(len);
    // SAFETY: libsodium's own contract, passed on (P1, P4); the tag stands behind the ciphertext.
    let code = unsafe {
        secenv_aead_xchacha20poly1305_ietf_encrypt_detached(c, mac, ptr::null_mut(), m, mlen, ad, adlen, nsec, npub, k)
    };
    if !clen_p.is_null() {
        // SAFETY: P4 (clen_p).
        unsafe { clen_p.write(if code == 0 { mlen + TAG_BYTES as c_ulonglong } else { 0 }) }
    }
    code
}

/// Opens what `secenv_aead_xchacha20poly1305_ietf_encrypt` wrote; -1 if it was changed or the key is another, and then
/// `m` is all zeros. `mlen_p` may be NULL; `nsec` is not used; `m` is NULL to check only. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_decrypt`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_decrypt(
    m: *mut c_uchar,
    mlen_p: *mut c_ulonglong,
    nsec: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let Some(mlen) = usize::try_from(clen).ok().and_then(|clen| clen.checked_sub(TAG_BYTES)) else {
        // SAFETY: libsodium's own contract, passed on (P1, P4); it refuses.
        return unsafe {
            raw::crypto_aead_xchacha20poly1305_ietf_decrypt(m, mlen_p, nsec, c, clen, ad, adlen, npub, k)
        };
    };
    let mac = c.wrapping_add(mlen);
    let mlen = mlen as c_ulonglong;
    // SAFETY: libsodium's own contract, passed on (P1, P4); the tag stands behind the ciphertext.
    let code =
        unsafe { secenv_aead_xchacha20poly1305_ietf_decrypt_detached(m, nsec, c, mlen, mac, ad, adlen, npub, k) };
    if !mlen_p.is_null() {
        // SAFETY: P4 (mlen_p).
        unsafe { mlen_p.write(if code == 0 { mlen } else { 0 }) }
    }
    code
}

/// As `secenv_aead_xchacha20poly1305_ietf_encrypt`, with the tag on its own. `maclen_p` may be NULL. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_encrypt_detached`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_encrypt_detached(
    c: *mut c_uchar,
    mac: *mut c_uchar,
    maclen_p: *mut c_ulonglong,
    m: *const c_uchar,
    mlen: c_ulonglong,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    nsec: *const c_uchar,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let writes = [(c.cast_const(), mlen), (mac.cast_const(), TAG_BYTES as c_ulonglong)];
    if let Some((len, ad_len)) = engine_takes((m, mlen), (ad, adlen), npub, k, &writes) {
        // SAFETY: S1 and S2 are libsodium's own contract, passed on (P1, P4); only `c` and `m` may be one.
        if unsafe { seal_raw(c, mac, (m, len), &Under { key: k, nonce: npub, ad: (ad, ad_len) }) }.is_ok() {
            if !maclen_p.is_null() {
                // SAFETY: P4 (maclen_p).
                unsafe { maclen_p.write(TAG_BYTES as c_ulonglong) }
            }
            return 0;
        }
    }
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe {
        raw::crypto_aead_xchacha20poly1305_ietf_encrypt_detached(c, mac, maclen_p, m, mlen, ad, adlen, nsec, npub, k)
    }
}

/// As `secenv_aead_xchacha20poly1305_ietf_decrypt`, with the tag on its own. libsodium's
/// `crypto_aead_xchacha20poly1305_ietf_decrypt_detached`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn secenv_aead_xchacha20poly1305_ietf_decrypt_detached(
    m: *mut c_uchar,
    nsec: *mut c_uchar,
    c: *const c_uchar,
    clen: c_ulonglong,
    mac: *const c_uchar,
    ad: *const c_uchar,
    adlen: c_ulonglong,
    npub: *const c_uchar,
    k: *const c_uchar,
) -> c_int {
    let writes = [(m.cast_const(), clen)];
    if let Some((len, ad_len)) = engine_takes((c, clen), (ad, adlen), npub, k, &writes)
        && apart((mac, TAG_BYTES as c_ulonglong), (m, clen))
        && !m.is_null()
    {
        // SAFETY: S1 and S2 are libsodium's own contract, passed on (P1, P4); only `m` and `c` may be one.
        match unsafe { open_raw(m, (c, len), mac, &Under { key: k, nonce: npub, ad: (ad, ad_len) }) } {
            Ok(()) => return 0,
            Err(Error::Rejected) => return -1,
            Err(_) => {}
        }
    }
    ready();
    // SAFETY: libsodium's own contract, passed on (P1, P4).
    unsafe { raw::crypto_aead_xchacha20poly1305_ietf_decrypt_detached(m, nsec, c, clen, mac, ad, adlen, npub, k) }
}

/// The longest message that leaves space for its tag in memory.
const PLAIN_MAX: usize = usize::MAX - TAG_BYTES;

/// Some memory: where it starts and how long it is.
type Span = (*const c_uchar, c_ulonglong);

/// The lengths of `input` and `ad`, if the engine can do the work of a call that reads the inputs and writes `writes`,
/// of which the first is as long as `input`: the message is not empty and not too long, and nothing that is written
/// overlaps anything else, but that the first output may be `input` itself.
fn engine_takes(
    (input, len): Span,
    (ad, ad_len): Span,
    npub: *const c_uchar,
    k: *const c_uchar,
    writes: &[Span],
) -> Option<(usize, usize)> {
    let reads = [(ad, ad_len), (npub, NONCE_BYTES as c_ulonglong), (k, KEY_BYTES as c_ulonglong)];
    let takes = (1..=MESSAGE_BYTES_MAX).contains(&len)
        && writes.iter().enumerate().all(|(at, &write)| {
            ((at == 0 && write.0 == input) || apart(write, (input, len)))
                && reads.iter().all(|&read| apart(write, read))
                && writes.iter().skip(at + 1).all(|&other| apart(write, other))
        });
    if takes { usize::try_from(len).ok().zip(usize::try_from(ad_len).ok()) } else { None }
}

/// Whether two spans have no byte in common.
fn apart(a: Span, b: Span) -> bool {
    let ends_before = |(start, len): Span, (other, _): Span| {
        usize::try_from(len).ok().and_then(|len| start.addr().checked_add(len)).is_some_and(|end| end <= other.addr())
    };
    a.1 == 0 || b.1 == 0 || ends_before(a, b) || ends_before(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A buffer in which everything lies that a call reads and writes, so that anything can overlap anything.
    type Arena = Vec<u8>;

    /// Where things lie in the arena.
    #[derive(Clone, Copy)]
    struct Places {
        out: usize,
        mac: usize,
        input: usize,
        len: usize,
        ad: usize,
        ad_len: usize,
        npub: usize,
        k: usize,
    }

    type Encrypt = unsafe extern "C" fn(
        *mut c_uchar,
        *mut c_uchar,
        *mut c_ulonglong,
        *const c_uchar,
        c_ulonglong,
        *const c_uchar,
        c_ulonglong,
        *const c_uchar,
        *const c_uchar,
        *const c_uchar,
    ) -> c_int;

    type Decrypt = unsafe extern "C" fn(
        *mut c_uchar,
        *mut c_uchar,
        *const c_uchar,
        c_ulonglong,
        *const c_uchar,
        *const c_uchar,
        c_ulonglong,
        *const c_uchar,
        *const c_uchar,
    ) -> c_int;

    const ENCRYPT: [Encrypt; 2] =
        [secenv_aead_xchacha20poly1305_ietf_encrypt_detached, raw::crypto_aead_xchacha20poly1305_ietf_encrypt_detached];
    const DECRYPT: [Decrypt; 2] =
        [secenv_aead_xchacha20poly1305_ietf_decrypt_detached, raw::crypto_aead_xchacha20poly1305_ietf_decrypt_detached];

    fn encrypt(function: Encrypt, arena: &mut Arena, at: Places) -> (c_int, c_ulonglong) {
        let (base, mut maclen) = (arena.as_mut_ptr(), 99);
        // SAFETY: P1 and P4: every place and its length lie in the arena.
        let code = unsafe {
            let (out, mac, m) = (base.add(at.out), base.add(at.mac), base.add(at.input));
            let (ad, npub, k) = (base.add(at.ad), base.add(at.npub), base.add(at.k));
            function(out, mac, &raw mut maclen, m, at.len as _, ad, at.ad_len as _, ptr::null(), npub, k)
        };
        (code, maclen)
    }

    fn decrypt(function: Decrypt, arena: &mut Arena, at: Places) -> c_int {
        let base = arena.as_mut_ptr();
        // SAFETY: P1 and P4: every place and its length lie in the arena.
        unsafe {
            let (out, mac, c) = (base.add(at.out), base.add(at.mac), base.add(at.input));
            let (ad, npub, k) = (base.add(at.ad), base.add(at.npub), base.add(at.k));
            function(out, ptr::null_mut(), c, at.len as _, mac, ad, at.ad_len as _, npub, k)
        }
    }

    /// Puts a ciphertext and its tag where `at` says, made from what then lies at the other places, as far as that
    /// goes.
    fn sealed(mut arena: Arena, at: Places) -> Arena {
        let mut apart = arena.clone();
        let end = apart.len();
        apart.resize(end + at.len + TAG_BYTES, 0);
        encrypt(ENCRYPT[1], &mut apart, Places { out: end, mac: end + at.len, ..at });
        arena[at.input..at.input + at.len].copy_from_slice(&apart[end..end + at.len]);
        arena[at.mac..at.mac + TAG_BYTES].copy_from_slice(&apart[end + at.len..]);
        arena
    }

    /// Runs a call on both libraries and compares the answers and every byte; says whether the message was opened.
    fn same(arena: &Arena, at: Places) -> bool {
        let [(mut ours, one), (mut theirs, other)] = ENCRYPT.map(|function| {
            let mut arena = arena.clone();
            let answer = encrypt(function, &mut arena, at);
            (arena, answer)
        });
        assert_eq!((&ours, one), (&theirs, other));
        let sealed = sealed(arena.clone(), at);
        (ours, theirs) = (sealed.clone(), sealed);
        let answers = (decrypt(DECRYPT[0], &mut ours, at), decrypt(DECRYPT[1], &mut theirs, at));
        assert_eq!((&ours, answers.0), (&theirs, answers.1));
        answers.0 == 0
    }

    /// Numbers that look random; the same in every run.
    fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 1_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        }
    }

    fn arena(len: usize) -> Arena {
        let mut number = numbers();
        (0..len).map(|_| number(256) as u8).collect()
    }

    #[test]
    fn equals_libsodium_at_every_length() {
        for len in (0..=600).chain([1023, 1024, 4096, 65_536, 70_001]) {
            let [ad, npub, k, mac, input, out] = [0, 40, 80, 120, 160, 160 + len];
            let at = Places { out, mac, input, len, ad, ad_len: len % 37, npub, k };
            assert!(same(&arena(160 + 2 * len), at), "{len}");
            assert!(same(&arena(160 + 2 * len), Places { out: input, ..at }), "{len} in place");
        }
    }

    #[test]
    fn equals_libsodium_where_message_and_ciphertext_overlap_by_any_offset() {
        let arena = arena(800);
        for len in [0, 1, 15, 16, 17, 40, 63, 64, 65, 128, 200, 300] {
            for offset in 0..=80 {
                let at = Places { out: 300, mac: 680, input: 260 + offset, len, ad: 0, ad_len: 11, npub: 40, k: 80 };
                assert!(same(&arena, at), "{len} {offset}");
                // The tag right behind the ciphertext, where it may lie on the message.
                same(&arena, Places { mac: 300 + len, ..at });
            }
        }
    }

    #[test]
    fn equals_libsodium_wherever_anything_lies() {
        let (arena, mut number, mut opened) = (arena(400), numbers(), 0);
        for _ in 0..40_000 {
            let (len, ad_len) = (number(70), number(20));
            let mut place = |len: usize| number(400 - len);
            let (input, ad, npub, k, mac) = (place(len), place(ad_len), place(24), place(32), place(16));
            let out = if place(1) % 4 == 0 { input } else { place(len) };
            opened += usize::from(same(&arena, Places { out, mac, input, len, ad, ad_len, npub, k }));
        }
        assert!((5_000..35_000).contains(&opened), "{opened}");
    }

    #[test]
    fn a_changed_message_is_refused_and_leaves_zeros_and_no_length() {
        for len in [1, 16, 64, 300] {
            let (key, plain, mut sealed) = (arena(64), arena(len), vec![0; len + TAG_BYTES]);
            let mut sealed_len = 0;
            // SAFETY: P1, P4.
            let code = unsafe {
                let (out, m, k) = (sealed.as_mut_ptr(), plain.as_ptr(), key.as_ptr());
                secenv_aead_xchacha20poly1305_ietf_encrypt(
                    out,
                    &raw mut sealed_len,
                    m,
                    len as _,
                    ptr::null(),
                    0,
                    ptr::null(),
                    k.add(32),
                    k,
                )
            };
            assert_eq!((code, sealed_len), (0, sealed.len() as c_ulonglong));
            for bit in 0..=sealed.len() * 8 {
                let mut forged = sealed.clone();
                if let Some(byte) = forged.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
                let (mut opened, mut opened_len) = (vec![9; len], 77);
                let run = |m: *mut u8, mlen_p| {
                    let (c, clen, k) = (forged.as_ptr(), forged.len() as c_ulonglong, key.as_ptr());
                    let (nsec, ad) = (ptr::null_mut(), ptr::null());
                    // SAFETY: P1, P4.
                    unsafe { secenv_aead_xchacha20poly1305_ietf_decrypt(m, mlen_p, nsec, c, clen, ad, 0, k.add(32), k) }
                };
                let code = run(opened.as_mut_ptr(), &raw mut opened_len);
                assert_eq!(run(ptr::null_mut(), ptr::null_mut()), code, "checking only");
                if bit == sealed.len() * 8 {
                    assert_eq!((code, opened_len, &opened), (0, len as _, &plain));
                } else {
                    assert_eq!((code, opened_len, opened), (-1, 0, vec![0; len]));
                }
            }
        }
    }

    #[test]
    fn what_is_shorter_than_a_tag_is_refused_and_nothing_is_written() {
        let (key, sealed) = (arena(64), arena(16));
        for clen in 0..16 {
            let (mut out, mut len) = ([9], 77);
            let (m, mlen_p, nsec, ad, k) = (out.as_mut_ptr(), &raw mut len, ptr::null_mut(), ptr::null(), key.as_ptr());
            let c = sealed.as_ptr();
            // SAFETY: P1, P4.
            let code =
                unsafe { secenv_aead_xchacha20poly1305_ietf_decrypt(m, mlen_p, nsec, c, clen, ad, 0, k.add(32), k) };
            assert_eq!((code, len, out), (-1, 0, [9]));
        }
    }
}
