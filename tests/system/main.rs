//! A system that refuses randomness or memory is named as the cause, and the process lives on.
//!
//! Each test runs itself again, because what it does to its process cannot be undone.
#![cfg(target_os = "linux")]
#![expect(unsafe_code, reason = "asks Linux for limits and filters")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::process::Command;

use secenv_primitives::rsa::{Padding, PublicKey, SecretKey};
use secenv_primitives::sodium::password;
use secenv_primitives::{Error, pem};

const CHILD: &str = "SECENV_TEST_CHILD";
const PADDINGS: [Padding; 3] = [Padding::Pkcs1, Padding::OaepSha1, Padding::OaepSha256];

/// Runs `work` in a process of its own, in which the test called `name` runs alone.
fn alone(name: &str, work: impl FnOnce()) {
    if std::env::var_os(CHILD).is_some() {
        return work();
    }
    let this = std::env::current_exe().unwrap();
    let child = Command::new(this).args(["--exact", name]).env(CHILD, "1").output().unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{}\n{said}{}", child.status, String::from_utf8_lossy(&child.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

/// From now on `getrandom` fails with `errno` in this thread (seccomp(2)).
fn refuse_getrandom(errno: i32) {
    let statement = |code: u32, k: u32, jt, jf| libc::sock_filter { code: code as u16, jt, jf, k };
    let mut filter = [
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, libc::SYS_getrandom as u32, 0, 1),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | errno as u32, 0, 0),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ];
    let program = libc::sock_fprog { len: 4, filter: filter.as_mut_ptr() };
    // SAFETY: the program is as long as it says.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program), 0);
    }
}

fn key() -> SecretKey {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/server.pem");
    SecretKey::parse(&fs::read(file).unwrap()).unwrap()
}

fn everything_that_draws_is_unavailable(key: &SecretKey, public: &PublicKey, wrapped: &[Vec<u8>]) {
    assert_eq!(SecretKey::generate(2048).err(), Some(Error::Unavailable));
    assert_eq!(key.sign(b"message").err(), Some(Error::Unavailable));
    assert_eq!(key.private_encrypt(b"message").err(), Some(Error::Unavailable));
    for (padding, wrapped) in PADDINGS.into_iter().zip(wrapped) {
        assert_eq!(public.wrap(padding, b"secret").err(), Some(Error::Unavailable));
        assert_eq!(key.unwrap(padding, wrapped).err(), Some(Error::Unavailable));
        assert_eq!(key.unwrap_exact::<6>(padding, wrapped).err(), Some(Error::Unavailable));
    }
}

#[test]
fn randomness_that_is_refused_is_unavailable_and_ends_no_process() {
    alone("randomness_that_is_refused_is_unavailable_and_ends_no_process", || {
        refuse_getrandom(libc::EPERM);
        let key = key();
        let public = key.public().unwrap();
        everything_that_draws_is_unavailable(&key, &public, &[vec![0; 256], vec![0; 256], vec![0; 256]]);
        assert_eq!(public.verify(b"message", &[0; 256]), Err(Error::Rejected));
        assert_eq!(public.public_decrypt(&[0; 256]).err(), Some(Error::Rejected));
        assert!(pem::diagnose(&public.encode_der().unwrap()).contains("RSA public key"));
    });
}

#[test]
fn randomness_that_is_refused_later_is_unavailable() {
    alone("randomness_that_is_refused_later_is_unavailable", || {
        let key = key();
        let public = key.public().unwrap();
        let wrapped = PADDINGS.map(|padding| public.wrap(padding, b"secret").unwrap());
        let signature = key.sign(b"message").unwrap();
        refuse_getrandom(libc::EPERM);
        everything_that_draws_is_unavailable(&key, &public, &wrapped);
        assert_eq!(public.verify(b"message", &signature), Ok(()));
    });
}

#[test]
fn an_old_kernel_without_getrandom_will_do() {
    alone("an_old_kernel_without_getrandom_will_do", || {
        refuse_getrandom(libc::ENOSYS);
        let key = key();
        let wrapped = key.public().unwrap().wrap(Padding::OaepSha256, b"secret").unwrap();
        assert_eq!(key.unwrap(Padding::OaepSha256, &wrapped).unwrap().expose_secret(), b"secret");
        assert_eq!(key.public().unwrap().verify(b"message", &key.sign(b"message").unwrap()), Ok(()));
    });
}

#[test]
fn a_password_that_could_not_be_checked_for_want_of_memory_is_not_a_wrong_one() {
    // 64 MiB
    const HASH: &[u8] =
        b"$argon2id$v=19$m=65536,t=1,p=1$3gvDMpG431/hzTAlHYNjmQ$5QLOLueETiO8yCRWb5Tnm5adFoOcD3Ro5wyUfu9TEos";
    alone("a_password_that_could_not_be_checked_for_want_of_memory_is_not_a_wrong_one", || {
        assert_eq!(password::verify(HASH, b"pw"), Ok(()));
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let pages: u64 = fs::read_to_string("/proc/self/statm").unwrap().split(' ').next().unwrap().parse().unwrap();
        // SAFETY: Linux reads and writes one limit.
        unsafe {
            assert_eq!(libc::getrlimit(libc::RLIMIT_AS, &raw mut limit), 0);
            let low = libc::rlimit { rlim_cur: pages * 4096 + (16 << 20), rlim_max: limit.rlim_max };
            assert_eq!(libc::setrlimit(libc::RLIMIT_AS, &raw const low), 0);
        }
        let right = password::verify(HASH, b"pw");
        let wrong = password::verify(HASH, b"no");
        let malformed = password::verify(b"$argon2i$", b"pw");
        // SAFETY: Linux reads one limit.
        unsafe { assert_eq!(libc::setrlimit(libc::RLIMIT_AS, &raw const limit), 0) };
        assert_eq!((right, wrong), (Err(Error::Unavailable), Err(Error::Unavailable)));
        assert_eq!(malformed, Err(Error::Malformed));
        assert_eq!(password::verify(HASH, b"pw"), Ok(()));
        assert_eq!(password::verify(HASH, b"no"), Err(Error::Rejected));
    });
}
