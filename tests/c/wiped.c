/* Nothing of a key stays on the stack of a thread that used it, and nothing of a plaintext in its registers. The thread
 * runs on memory of ours, which is searched when the thread has ended; the keys themselves lie elsewhere. */
#include <pthread.h>
#include <secenv.h>
#include <sodium/crypto_core_hchacha20.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"

enum { STACK = 1 << 20 };

static unsigned char *stack;
static secenv_session *session;
static uint8_t *state_key, *derived, *aead_key, *subkey, *forged, *sealed, *plain;
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
        CHECK(secenv_session_export(session, state_key, &out) == SECENV_STATUS_OK);
        break;
    default: {
        secenv_session *again = NULL;
        CHECK(secenv_session_export(session, state_key, &out) == SECENV_STATUS_OK);
        CHECK(secenv_session_import(secenv_bytes_data(out), secenv_bytes_len(out), state_key,
                                    &again) == SECENV_STATUS_OK);
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

int main(void) {
    CHECK(secenv_init() >= 0);
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(stack != MAP_FAILED);
    uint8_t *keys = malloc(128);
    sealed = malloc(sizeof message + 16), forged = malloc(sizeof message + 16), plain = malloc(sizeof message);
    CHECK(keys && sealed && forged && plain);
    secenv_randombytes_buf(keys, 64);
    aead_key = keys, state_key = keys + 32, derived = keys + 64, subkey = keys + 96;
    /* docs/protocol-2.md: the key of a state is derive(state_key, "secenv 2 state", "") */
    static const uint8_t label[] = "\0\0\0\x0esecenv 2 state\0\0\0";
    CHECK(secenv_generichash(derived, 32, label, sizeof label, state_key, 32) == 0);

    /* XChaCha20 makes a key of its own from the key and the first 16 bytes of the nonce. */
    CHECK(crypto_core_hchacha20(subkey, nonce, aead_key, NULL) == 0);

    secenv_identity *me = NULL;
    secenv_client *client = NULL;
    secenv_server *server = NULL;
    secenv_bytes *spki = NULL, *hello = NULL, *reply = NULL, *finish = NULL;
    uint8_t pin[32];
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &me) == SECENV_STATUS_OK);
    CHECK(secenv_identity_public(me, &spki) == SECENV_STATUS_OK);
    CHECK(secenv_identity_pin(secenv_bytes_data(spki), secenv_bytes_len(spki), pin) == SECENV_STATUS_OK);
    CHECK(secenv_server_new(me, state_key, SECENV_SUITE_X25519, &server) == SECENV_STATUS_OK);
    CHECK(secenv_client_start(me, pin, SECENV_SUITE_X25519, &client, &hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply(server, secenv_bytes_data(hello), secenv_bytes_len(hello), &reply) == SECENV_STATUS_OK);
    CHECK(secenv_client_finish(client, secenv_bytes_data(reply), secenv_bytes_len(reply), &session,
                               &finish) == SECENV_STATUS_OK);

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

    seal_a_parcel(me, pin);
    leaves_nothing("plaintext of a parcel: the key", aead_key);
    if (message_found()) {
        fprintf(stderr, "wiped: a plaintext stays in a register or on the stack\n");
        return 1;
    }
    secenv_parcel_free(parcel);

    secenv_bytes_free(finish), secenv_bytes_free(reply), secenv_bytes_free(hello), secenv_bytes_free(spki);
    secenv_session_free(session), secenv_server_free(server), secenv_client_free(client), secenv_identity_free(me);
    free(plain), free(forged), free(sealed), free(keys);
    CHECK(munmap(stack, STACK) == 0);
    return 0;
}
