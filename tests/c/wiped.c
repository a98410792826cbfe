/* Nothing of a key stays on the stack of a thread that used it, and nothing of a plaintext in its registers. The thread
 * runs on memory of ours, which is searched when the thread has ended; the keys themselves lie elsewhere.
 *
 * And nothing of a client's ephemeral secrets stays anywhere in the process when its handshake is over. */
#include <pthread.h>
#include <sodium/crypto_core_hchacha20.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "parties.h"

enum { STACK = 1 << 20 };

static unsigned char *stack;
static secenv_session *session;
static secenv_session_place place;
static uint8_t *state_key, *derived, *aead_key, *subkey, *forged, *sealed, *plain, *given;
static const uint8_t nonce[24];
static uint8_t message[4096];
enum { SHORT = 112 };
static secenv_parcel *parcel;

/* What the call before left in registers, which the dynamic linker may save on the stack in the same way. */
static _Alignas(64) uint8_t registers[16384];

static void keep_registers(void) {
#ifdef __x86_64__
    __asm__ volatile("xsave64 (%0)" ::"r"(registers), "a"(-1), "d"(-1) : "memory");
#endif
}

static void *work(void *what) {
    unsigned long long len = 0;
    secenv_bytes *out = NULL;
    switch (*(const char *)what) {
    case 's':
        secenv_aead_xchacha20poly1305_ietf_encrypt(sealed, &len, message, sizeof message, NULL, 0, NULL, nonce,
                                                   aead_key);
        break;
    case 'o':
        CHECK(secenv_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, sealed, sizeof message + 16, NULL, 0, nonce,
                                                         aead_key) == 0);
        break;
    case 'f':
        CHECK(secenv_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, forged, sizeof message + 16, NULL, 0, nonce,
                                                         aead_key) != 0);
        break;
    case 'p':
        CHECK(secenv_parcel_read(parcel, 0, SHORT, &out) == SECENV_STATUS_OK);
        keep_registers();
        break;
    case 'e':
        CHECK(secenv_session_export(session, state_key, &place, &out) == SECENV_STATUS_OK);
        break;
    case 'x':
        CHECK(secenv_session_export_secret(session, message, 5, NULL, 0, given) == SECENV_STATUS_OK);
        break;
    case 'n':
        CHECK(secenv_server_next_key(state_key, 1, given) == SECENV_STATUS_OK);
        break;
    default: {
        secenv_session *again = NULL;
        CHECK(secenv_session_export(session, state_key, &place, &out) == SECENV_STATUS_OK);
        CHECK(secenv_session_import(BYTES(out), state_key, &place, &again) == SECENV_STATUS_OK);
        secenv_session_free(again);
    }
    }
    secenv_bytes_free(out);
    return NULL;
}

/* Whether any 16 bytes in a row of `key` are found where the thread ran. */
static int found(const uint8_t *key) {
    for (int at = 0; at <= 16; at += 8)
        if (memmem(stack, STACK, key + at, 16)) return 1;
    return 0;
}

/* Whether any 16 bytes in a row of the message are found in a vector register, or where the thread ran. */
static int message_found(void) {
    for (size_t at = 0; at + 16 <= SHORT; at++)
        if (memmem(registers, sizeof registers, message + at, 16) || memmem(stack, STACK, message + at, 16)) return 1;
    return 0;
}

static void leaves_nothing(const char *what, const uint8_t *key) {
    pthread_t thread;
    pthread_attr_t attributes;
    memset(stack, 0, STACK);
    CHECK(pthread_attr_init(&attributes) == 0);
    CHECK(pthread_attr_setstack(&attributes, stack, STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, work, (void *)what) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(pthread_attr_destroy(&attributes) == 0);
    if (found(key)) {
        fprintf(stderr, "wiped: a key stays on the stack after: %s\n", what);
        exit(1);
    }
}

static void seal_a_parcel(const secenv_identity *me, const uint8_t *pin) {
    char document[] = "/tmp/secenv-wiped-XXXXXX", sealed_document[sizeof document + 7];
    secenv_keyring *ring = NULL;
    secenv_randombytes_buf(message, SHORT);
    int file = mkstemp(document);
    CHECK(file >= 0 && write(file, message, SHORT) == SHORT && close(file) == 0);
    snprintf(sealed_document, sizeof sealed_document, "%s.parcel", document);
    const secenv_unlock_secret unlock = {sizeof unlock, SECENV_UNLOCK_RAW, aead_key, SECENV_UNLOCK_KEY_BYTES};
    CHECK(secenv_keyring_generate(&unlock, 1, &ring) == SECENV_STATUS_OK);
    const secenv_parcel_config config = {sizeof config, ring, me, "doc", 1, 1};
    CHECK(secenv_parcel_seal_file(&config, document, sealed_document, NULL) == SECENV_STATUS_OK);
    CHECK(secenv_parcel_open_file(sealed_document, pin, 1, ring, &parcel) == SECENV_STATUS_OK);
    CHECK(unlink(document) == 0 && unlink(sealed_document) == 0);
    secenv_keyring_free(ring);
}

/* What the library drew, 32 bytes at a time: seeds of keys, turned over so that they are not found here. */
static uint8_t drawn[64][32];
static size_t draws;

ssize_t getrandom(void *out, size_t len, unsigned flags) {
    const ssize_t got = syscall(SYS_getrandom, out, len, flags);
    if (got == 32) {
        for (size_t i = 0; i < 32; i++) drawn[draws % 64][i] = (uint8_t)~((const uint8_t *)out)[i];
        draws++;
    }
    return got;
}

/* Ephemeral secret keys, turned over. */
static uint8_t ephemeral[2][32];
static size_t ephemerals;

typedef int seed_keypair(uint8_t *, uint8_t *, const uint8_t *);

/* The secret key behind the public one, from the seed that is among what was drawn. */
static void learn(seed_keypair *make, const uint8_t *public_key, size_t len) {
    uint8_t made[SECENV_KEM_PUBLICKEYBYTES], secret[32], seed[32];
    for (size_t at = 0; at < 64; at++) {
        for (size_t i = 0; i < 32; i++) seed[i] = (uint8_t)~drawn[at][i];
        if (make(made, secret, seed) != 0 || memcmp(made, public_key, len) != 0) continue;
        for (size_t i = 0; i < 32; i++) ephemeral[ephemerals][i] = (uint8_t)~secret[i];
        ephemerals++;
        break;
    }
    secenv_memzero(secret, sizeof secret), secenv_memzero(seed, sizeof seed);
}

/* Whether 16 bytes in a row of an ephemeral secret are found in `len` bytes at `memory`. */
static int lies_in(const volatile uint8_t *memory, size_t len) {
    for (size_t at = 0; at + 16 <= len; at++) {
        for (size_t key = 0; key < ephemerals; key++) {
            for (size_t from = 0; from <= 16; from += 8) {
                size_t same = 0;
                while (same < 16 && (memory[at + same] ^ ephemeral[key][from + same]) == 0xFF) same++;
                if (same == 16) return 1;
            }
        }
    }
    return 0;
}

/* Whether an ephemeral secret is found in anything that this process can write to. */
static int ephemeral_found(void) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], rights[5];
    unsigned long from, to;
    int seen = 0;
    CHECK(maps != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 && memcmp(rights, "rw", 2) == 0 &&
            lies_in((const volatile uint8_t *)from, to - from)) {
            seen = 1;
        }
    }
    fclose(maps);
    return seen;
}

static struct shaken say_hello(const struct parties *p, uint64_t now) {
    struct shaken s = {0};
    secenv_client_config asked = asked_by(p);
    asked.now = now;
    ephemerals = 0;
    CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
    /* docs/protocol-2.md: version, type, suite, 32 random bytes, kx_c, kem_c */
    const uint8_t *hello = secenv_bytes_data(s.hello);
    learn(secenv_kx_seed_keypair, hello + 35, SECENV_KX_PUBLICKEYBYTES);
    if (p->suite == SECENV_SUITE_X25519_XWING) {
        learn(secenv_kem_seed_keypair, hello + 67, SECENV_KEM_PUBLICKEYBYTES);
    }
    CHECK(ephemerals == (p->suite == SECENV_SUITE_X25519_XWING ? 2 : 1));
    CHECK(ephemeral_found());
    return s;
}

static void nothing_ephemeral_is_left_with_a_session(const struct parties *p) {
    struct shaken s = say_hello(p, 0);
    CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
    CHECK(secenv_client_finish(s.client, BYTES(s.reply), &s.finish) == SECENV_STATUS_OK);
    CHECK(ephemeral_found());
    CHECK(secenv_server_accept(p->server, BYTES(s.finish), &s.shop, &s.welcome, &s.spki) == SECENV_STATUS_OK);
    CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
    CHECK(!ephemeral_found());
    shaken_free(&s);
}

static void nothing_ephemeral_is_left_of_a_client_that_gave_up(const struct parties *p) {
    for (int finished = 0; finished < 2; finished++) {
        struct shaken s = say_hello(p, 0);
        CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
        if (finished) CHECK(secenv_client_finish(s.client, BYTES(s.reply), &s.finish) == SECENV_STATUS_OK);
        secenv_client_free(s.client);
        s.client = NULL;
        CHECK(!ephemeral_found());
        shaken_free(&s);
    }
}

static void nothing_ephemeral_is_left_120_seconds_after_the_hello(const struct parties *p) {
    const uint64_t now = 1000000;
    for (int finished = 0; finished < 2; finished++) {
        struct shaken s = say_hello(p, now);
        CHECK(secenv_server_reply_at(p->server, BYTES(s.hello), now, &s.reply) == SECENV_STATUS_OK);
        if (finished) {
            CHECK(secenv_client_finish_at(s.client, BYTES(s.reply), now + 120, &s.finish) == SECENV_STATUS_OK);
            CHECK(ephemeral_found());
            FAILS(SECENV_STATUS_CLOSED, s.alice,
                  secenv_client_session_at(s.client, BYTES(s.finish), now + 121, &s.alice));
        } else {
            FAILS(SECENV_STATUS_CLOSED, s.finish,
                  secenv_client_finish_at(s.client, BYTES(s.reply), now + 121, &s.finish));
        }
        CHECK(!ephemeral_found());
        shaken_free(&s);
    }
}

static void nothing_ephemeral_of_a_server_is_left_by_its_steps(const struct parties *p) {
    const size_t reply_key = 2 + 32, welcome_key = 2;
    struct shaken s = begin(p);
    secenv_bytes_free(s.reply);
    for (int welcomed = 0; welcomed < 2; welcomed++) {
        ephemerals = 0;
        if (welcomed) {
            CHECK(secenv_server_accept(p->server, BYTES(s.finish), &s.shop, &s.welcome, &s.spki) == SECENV_STATUS_OK);
            learn(secenv_kx_seed_keypair, secenv_bytes_data(s.welcome) + welcome_key, SECENV_KX_PUBLICKEYBYTES);
        } else {
            CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
            learn(secenv_kx_seed_keypair, secenv_bytes_data(s.reply) + reply_key, SECENV_KX_PUBLICKEYBYTES);
        }
        CHECK(ephemerals == 1);
        CHECK(!ephemeral_found());
    }
    shaken_free(&s);
}

int main(void) {
    CHECK(secenv_init() >= 0);
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(stack != MAP_FAILED);
    uint8_t *keys = malloc(160);
    sealed = malloc(sizeof message + 16), forged = malloc(sizeof message + 16), plain = malloc(sizeof message);
    CHECK(keys && sealed && forged && plain);
    secenv_randombytes_buf(keys, 64);
    aead_key = keys, state_key = keys + 32, derived = keys + 64, subkey = keys + 96, given = keys + 128;
    /* docs/protocol-2.md: the key of a state is derive(state_key, "secenv 2 state", "") */
    static const uint8_t label[] = "\0\0\0\x0esecenv 2 state\0\0\0";
    CHECK(secenv_generichash(derived, 32, label, sizeof label, state_key, 32) == 0);

    /* XChaCha20 makes a key of its own from the key and the first 16 bytes of the nonce. */
    CHECK(crypto_core_hchacha20(subkey, nonce, aead_key, NULL) == 0);

    struct parties p = parties_new(SECENV_SUITE_X25519, SECENV_PADDING_NONE);
    struct shaken s = shake(&p);
    struct place memory;
    session = s.alice, place = place_of(session, SECENV_ROLE_CLIENT, &memory);

    leaves_nothing("sealing", aead_key);
    memcpy(forged, sealed, sizeof message + 16);
    forged[0] ^= 1;
    leaves_nothing("sealing: the subkey", subkey);
    leaves_nothing("opening", aead_key);
    leaves_nothing("opening: the subkey", subkey);
    leaves_nothing("forged: opening what does not open", aead_key);
    leaves_nothing("exporting: the state key", state_key);
    leaves_nothing("exporting: the key of states", derived);
    leaves_nothing("importing: the state key", state_key);
    leaves_nothing("importing: the key of states", derived);
    leaves_nothing("x: exporting a secret", given);
    leaves_nothing("n: the key before the next", state_key);
    leaves_nothing("n: the next key", given);

    seal_a_parcel(p.shop, p.pins[SHOP]);
    leaves_nothing("plaintext of a parcel: the key", aead_key);
    if (message_found()) {
        fprintf(stderr, "wiped: a plaintext stays in a register or on the stack\n");
        return 1;
    }
    secenv_parcel_free(parcel);

    shaken_free(&s);
    parties_free(&p);
    free(plain), free(forged), free(sealed), free(keys);
    CHECK(munmap(stack, STACK) == 0);

    for (int32_t suite = SECENV_SUITE_X25519; suite <= SECENV_SUITE_X25519_XWING; suite++) {
        p = parties_new(suite, SECENV_PADDING_NONE);
        nothing_ephemeral_is_left_with_a_session(&p);
        nothing_ephemeral_is_left_of_a_client_that_gave_up(&p);
        nothing_ephemeral_is_left_120_seconds_after_the_hello(&p);
        nothing_ephemeral_of_a_server_is_left_by_its_steps(&p);
        parties_free(&p);
    }
    printf("wiped: %d checks\n", checks);
    return 0;
}
