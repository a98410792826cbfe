/* libsecenv in a process that already holds the system's libsodium and libcrypto, with threads and with a fork. */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "check.h"

/* The system's libsodium; its header would clash with ours on purpose, so the few functions are declared here. */
int sodium_init(void);
const char *sodium_version_string(void);
int crypto_aead_xchacha20poly1305_ietf_encrypt(unsigned char *, unsigned long long *, const unsigned char *,
                                               unsigned long long, const unsigned char *, unsigned long long,
                                               const unsigned char *, const unsigned char *, const unsigned char *);
int crypto_kx_seed_keypair(unsigned char *, unsigned char *, const unsigned char *);

static void both_libsodiums_give_the_same_bytes(void) {
    unsigned char key[32], nonce[24], ours[1016], theirs[1016], plain[1000] = {1};
    unsigned char public_a[32], secret_a[32], public_b[32], secret_b[32];
    unsigned long long len;
    CHECK(strcmp(sodium_version_string(), "1.0.22") != 0);
    for (int round = 0; round < 200; round++) {
        secenv_randombytes_buf(key, sizeof key);
        secenv_randombytes_buf(nonce, sizeof nonce);
        size_t size = secenv_randombytes_uniform(1000);
        CHECK(secenv_aead_xchacha20poly1305_ietf_encrypt(ours, &len, plain, size, key, 9, NULL, nonce, key) == 0);
        CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(theirs, &len, plain, size, key, 9, NULL, nonce, key) == 0);
        CHECK(memcmp(ours, theirs, len) == 0);
        CHECK(secenv_kx_seed_keypair(public_a, secret_a, key) == 0);
        CHECK(crypto_kx_seed_keypair(public_b, secret_b, key) == 0);
        CHECK(memcmp(public_a, public_b, 32) == 0);
    }
}

static void openssl_unwraps_what_we_wrapped_and_we_verify_what_it_signed(const char *path, secenv_rsa_secret *secret) {
    FILE *file = fopen(path, "rb");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    fclose(file);
    CHECK(key != NULL);
    secenv_rsa_public *public_half = NULL;
    CHECK(secenv_rsa_secret_public(secret, &public_half) == SECENV_STATUS_OK);
    for (int round = 0; round < 20; round++) {
        secenv_bytes *wrapped = NULL, *again = NULL;
        unsigned char out[512];
        size_t len = sizeof out;
        CHECK(secenv_rsa_public_wrap(public_half, 4, (const uint8_t *)"hello", 5, &wrapped) == SECENV_STATUS_OK);
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
        CHECK(EVP_PKEY_decrypt_init(context) == 1);
        CHECK(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1);
        CHECK(EVP_PKEY_decrypt(context, out, &len, secenv_bytes_data(wrapped), secenv_bytes_len(wrapped)) == 1);
        CHECK(len == 5 && memcmp(out, "hello", 5) == 0);
        EVP_PKEY_CTX_free(context);
        secenv_bytes_free(wrapped);

        /* the same "private encryption": a signature without a digest */
        len = sizeof out;
        context = EVP_PKEY_CTX_new(key, NULL);
        CHECK(EVP_PKEY_sign_init(context) == 1);
        CHECK(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1);
        CHECK(EVP_PKEY_sign(context, out, &len, (const unsigned char *)"hello", 5) == 1);
        CHECK(secenv_rsa_secret_private_encrypt(secret, (const uint8_t *)"hello", 5, &again) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(again) == len && memcmp(secenv_bytes_data(again), out, len) == 0);
        EVP_PKEY_CTX_free(context);
        secenv_bytes_free(again);
    }
    secenv_rsa_public_free(public_half);
    EVP_PKEY_free(key);
}

struct shared {
    const secenv_rsa_secret *secret;
    const secenv_rsa_public *public_half;
};

static void *seal_and_open(void *argument) {
    const struct shared *keys = argument;
    const uint8_t key[32] = {9};
    for (uintptr_t round = 0; round < 25; round++) {
        secenv_bytes *json = NULL, *text = NULL;
        if (secenv_envelope_seal(key, keys->public_half, 4, NULL, 0, (const uint8_t *)"hello", 5, &json) != 0 ||
            secenv_envelope_open(key, keys->secret, 4, NULL, 0, secenv_bytes_data(json), secenv_bytes_len(json),
                                 &text) != 0 ||
            secenv_bytes_len(text) != 5) {
            return (void *)1;
        }
        secenv_bytes_free(text);
        secenv_bytes_free(json);
    }
    return NULL;
}

static void threads_share_a_key(const struct shared *keys) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, seal_and_open, (void *)keys) == 0);
    }
    for (int i = 0; i < 4; i++) {
        void *failed = NULL;
        CHECK(pthread_join(threads[i], &failed) == 0);
        CHECK(failed == NULL);
    }
}

/* Parent and child start from the same memory, and still never draw the same randomness: neither libsodium's (keys and
 * nonces) nor aws-lc's (the padding of a wrapped secret). So one message under one key is never the same twice. */
static void a_fork_shares_no_randomness(const struct shared *keys) {
    enum { RANDOM = 32, WRAPPED = 256, JSON = 9 + 28 }; /* {"data":" and the base64 of 5 + 16 bytes */
    uint8_t drawn[2][RANDOM + WRAPPED + JSON];
    int ends[2];
    CHECK(pipe(ends) == 0);
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    uint8_t *mine = drawn[child == 0];
    secenv_bytes *wrapped = NULL, *json = NULL;
    const uint8_t key[32] = {9};
    secenv_randombytes_buf(mine, RANDOM);
    CHECK(secenv_rsa_public_wrap(keys->public_half, 1, (const uint8_t *)"hello", 5, &wrapped) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(wrapped) == WRAPPED);
    memcpy(mine + RANDOM, secenv_bytes_data(wrapped), WRAPPED);
    secenv_bytes_free(wrapped);
    CHECK(secenv_envelope_seal(key, keys->public_half, 4, NULL, 0, (const uint8_t *)"hello", 5, &json) == 0);
    memcpy(mine + RANDOM + WRAPPED, secenv_bytes_data(json), JSON);
    secenv_bytes_free(json);
    if (child == 0) {
        _exit(write(ends[1], mine, sizeof drawn[0]) == (ssize_t)sizeof drawn[0] ? 0 : 1);
    }
    int status = 1;
    CHECK(read(ends[0], drawn[1], sizeof drawn[1]) == (ssize_t)sizeof drawn[1]);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(memcmp(drawn[0], drawn[1], RANDOM) != 0);
    CHECK(memcmp(drawn[0] + RANDOM, drawn[1] + RANDOM, WRAPPED) != 0);
    CHECK(memcmp(drawn[0] + RANDOM + WRAPPED, drawn[1] + RANDOM + WRAPPED, JSON) != 0);
    close(ends[0]);
    close(ends[1]);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: neighbours SECRET.pem\n");
        return 2;
    }
    CHECK(sodium_init() == 0); /* ours has not initialised theirs */
    CHECK(secenv_init() == 0);
    CHECK(secenv_init() == 1);
    secenv_rsa_secret *secret = read_secret(arguments[1]);
    secenv_rsa_public *public_half = NULL;
    CHECK(secenv_rsa_secret_public(secret, &public_half) == SECENV_STATUS_OK);
    const struct shared keys = {secret, public_half};

    both_libsodiums_give_the_same_bytes();
    openssl_unwraps_what_we_wrapped_and_we_verify_what_it_signed(arguments[1], secret);
    threads_share_a_key(&keys);
    a_fork_shares_no_randomness(&keys);

    secenv_rsa_public_free(public_half);
    secenv_rsa_secret_free(secret);
    printf("neighbours: %d checks\n", checks);
    return 0;
}
