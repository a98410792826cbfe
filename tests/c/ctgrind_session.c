/* Protocol 2 decides nothing by a secret but what it has to: whether a tag holds, a proof's mac, and the pin. Valgrind
 * is told that each key is undefined memory (state keys, what BLAKE2b derives from them, what X25519 and X-Wing agree
 * on, an identity's seed) and the messages too, and counts the branches and addresses that depend on them.
 *
 * What libsodium and aws-lc do with a secret is theirs, and is let through at their door; what comes out of it is
 * secret again, unless it is sent in the clear. */
#include <valgrind/memcheck.h>

#include "parties.h"

enum { TAG = 16, STATE = 794, COOKIE = 121, PROOF = 2 + 44 + 2 + 64 + 32, MAC = 32 };

static int compared, followed, pins_are_secret;

/* Functions inside libsecenv: `Z` quotes `_`, `*` and `.`; aws-lc's have its version in front. */
#define SODIUM(name) I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, crypto##name)
#define AWS_LC(name) I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, awsZulcZuZaZu##name)

/* BLAKE2b. The transcripts have no key and 32 bytes; the id of a state key stands in the clear in cookie and state. */
static int hash_is_public;

int SODIUM(ZugenerichashZuinit)(void *, const uint8_t *, size_t, size_t);
int SODIUM(ZugenerichashZuinit)(void *state, const uint8_t *key, size_t key_len, size_t out_len) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWWW(done, original, state, key, key_len, out_len);
    hash_is_public = key_len == 0 && out_len == 32;
    return (int)done;
}

int SODIUM(ZugenerichashZuupdate)(void *, const uint8_t *, unsigned long long);
int SODIUM(ZugenerichashZuupdate)(void *state, const uint8_t *in, unsigned long long len) {
    static const char label[] = "secenv 2 key id";
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(done, original, state, in, len);
    hash_is_public |= len == strlen(label) && memcmp(in, label, len) == 0;
    return (int)done;
}

int SODIUM(ZugenerichashZufinal)(void *, uint8_t *, size_t);
int SODIUM(ZugenerichashZufinal)(void *state, uint8_t *out, size_t len) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(done, original, state, out, len);
    if (hash_is_public) {
        VALGRIND_MAKE_MEM_DEFINED(out, len);
    } else {
        VALGRIND_MAKE_MEM_UNDEFINED(out, len);
    }
    return (int)done;
}

/* X25519: that a point of low order is refused depends on the shared secret, and is told. */
#define SESSION_KEYS(name)                                                                         \
    int SODIUM(name)(uint8_t *, uint8_t *, const uint8_t *, const uint8_t *, const uint8_t *);      \
    int SODIUM(name)(uint8_t *rx, uint8_t *tx, const uint8_t *pk, const uint8_t *sk, const uint8_t *peer) { \
        OrigFn original;                                                                           \
        unsigned long done;                                                                        \
        VALGRIND_GET_ORIG_FN(original);                                                            \
        VALGRIND_MAKE_MEM_DEFINED(sk, 32);                                                         \
        CALL_FN_W_5W(done, original, rx, tx, pk, sk, peer);                                        \
        VALGRIND_MAKE_MEM_UNDEFINED(sk, 32);                                                       \
        VALGRIND_MAKE_MEM_UNDEFINED(rx, 32);                                                       \
        VALGRIND_MAKE_MEM_UNDEFINED(tx, 32);                                                       \
        return (int)done;                                                                          \
    }
SESSION_KEYS(ZukxZuclientZusessionZukeys)
SESSION_KEYS(ZukxZuserverZusessionZukeys)

/* Key pairs from a seed: the secret half is a secret, however long it is. */
#define SEED_KEYPAIR(name, len)                                  \
    int SODIUM(name)(uint8_t *, uint8_t *, const uint8_t *);     \
    int SODIUM(name)(uint8_t *pk, uint8_t *sk, const uint8_t *seed) { \
        OrigFn original;                                         \
        unsigned long done;                                      \
        VALGRIND_GET_ORIG_FN(original);                          \
        CALL_FN_W_WWW(done, original, pk, sk, seed);             \
        VALGRIND_MAKE_MEM_UNDEFINED(sk, len);                    \
        return (int)done;                                        \
    }
SEED_KEYPAIR(ZukxZuseedZukeypair, 32)
SEED_KEYPAIR(ZukemZuseedZukeypair, 32)
SEED_KEYPAIR(ZusignZuseedZukeypair, 32) /* the seed; behind it lies the public key */

/* X-Wing */
int SODIUM(ZukemZudec)(uint8_t *, const uint8_t *, const uint8_t *);
int SODIUM(ZukemZudec)(uint8_t *secret, const uint8_t *ciphertext, const uint8_t *sk) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    VALGRIND_MAKE_MEM_DEFINED(sk, 32);
    CALL_FN_W_WWW(done, original, secret, ciphertext, sk);
    VALGRIND_MAKE_MEM_UNDEFINED(sk, 32);
    VALGRIND_MAKE_MEM_UNDEFINED(secret, 32);
    return (int)done;
}

int SODIUM(ZukemZuxwingZuencZudeterministic)(uint8_t *, uint8_t *, const uint8_t *, const uint8_t *);
int SODIUM(ZukemZuxwingZuencZudeterministic)(uint8_t *ciphertext, uint8_t *secret, const uint8_t *pk,
                                             const uint8_t *seed) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWWW(done, original, ciphertext, secret, pk, seed);
    VALGRIND_MAKE_MEM_UNDEFINED(secret, 32);
    return (int)done;
}

/* Ed25519: a signature is shown, if only to the other side; that it fails is told. */
int SODIUM(ZusignZudetached)(uint8_t *, unsigned long long *, const uint8_t *, unsigned long long, const uint8_t *);
int SODIUM(ZusignZudetached)(uint8_t *signature, unsigned long long *signature_len, const uint8_t *message,
                             unsigned long long len, const uint8_t *sk) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_5W(done, original, signature, signature_len, message, len, sk);
    VALGRIND_MAKE_MEM_DEFINED(signature, 64);
    return (int)done;
}

int SODIUM(ZusignZuverifyZudetached)(const uint8_t *, const uint8_t *, unsigned long long, const uint8_t *);
int SODIUM(ZusignZuverifyZudetached)(const uint8_t *signature, const uint8_t *message, unsigned long long len,
                                     const uint8_t *pk) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    VALGRIND_MAKE_MEM_DEFINED(message, len); /* the pin in it, see below */
    CALL_FN_W_WWWW(done, original, signature, message, len, pk);
    return (int)done;
}

/* A pin is a hash of a public key, and where a client compares it, treated as a secret all the same. */
uint8_t *AWS_LC(SHA256)(const uint8_t *, size_t, uint8_t *);
uint8_t *AWS_LC(SHA256)(const uint8_t *in, size_t len, uint8_t *out) {
    OrigFn original;
    uint8_t *done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(done, original, in, len, out);
    if (pins_are_secret) {
        VALGRIND_MAKE_MEM_UNDEFINED(out, 32);
    }
    return done;
}

/* The tag: from here on the answer shows that it did not hold. */
int AWS_LC(CRYPTOZumemcmp)(const void *, const void *, size_t);
int AWS_LC(CRYPTOZumemcmp)(const void *a, const void *b, size_t len) {
    OrigFn original;
    unsigned long differ;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(differ, original, a, b, len);
    uint8_t undefined[2][TAG] = {{0}}, none[2][TAG] = {{0}};
    CHECK(len == TAG);
    (void)VALGRIND_GET_VBITS(a, undefined[0], TAG);
    (void)VALGRIND_GET_VBITS(b, undefined[1], TAG);
    followed += memcmp(undefined, none, sizeof none) != 0;
    VALGRIND_MAKE_MEM_DEFINED(&differ, sizeof differ);
    compared++;
    return (int)differ;
}

/* What was sealed and is no key may be looked at: times, numbers and windows of a state, suite and time of a cookie, a
 * proof's signer. Secret are `secrets` bytes at `from`. */
static const struct {
    size_t len, from, secrets;
} sealed[] = {
    {STATE, 57, 64},  /* both record keys */
    {COOKIE, 57, 64}, /* the secret */
    {PROOF, PROOF - MAC, MAC},
};

int AWS_LC(EVPZuAEADZuCTXZuopenZugather)(const void *, uint8_t *, const uint8_t *, size_t, const uint8_t *, size_t,
                                          const uint8_t *, size_t, const uint8_t *, size_t);
int AWS_LC(EVPZuAEADZuCTXZuopenZugather)(const void *context, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
                                          const uint8_t *in, size_t len, const uint8_t *tag, size_t tag_len,
                                          const uint8_t *ad, size_t ad_len) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_10W(done, original, context, out, nonce, nonce_len, in, len, tag, tag_len, ad, ad_len);
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
        if (len == sealed[i].len) {
            VALGRIND_MAKE_MEM_DEFINED(out, len);
            VALGRIND_MAKE_MEM_UNDEFINED(out + sealed[i].from, sealed[i].secrets);
        }
    }
    return (int)done;
}

/* Runs a call that has to decide by a secret just so many times; `tags` are those that it compared. */
#define DECIDES(times, tags, status, call)                       \
    do {                                                         \
        const unsigned before = VALGRIND_COUNT_ERRORS;           \
        compared = followed = 0;                                 \
        secenv_status got = (call);                              \
        const unsigned after = VALGRIND_COUNT_ERRORS;            \
        CHECK(got == (status));                                  \
        CHECK(after - before == (times));                        \
        CHECK(compared == (tags) && followed == (tags));         \
    } while (0)

/* What goes over the wire, or into a store, is everybody's. */
static void send_in_the_clear(const secenv_bytes *bytes) {
    VALGRIND_MAKE_MEM_DEFINED(secenv_bytes_data(bytes), secenv_bytes_len(bytes));
}

static secenv_identity *parsed_anew(secenv_identity *identity) {
    secenv_bytes *pem = NULL;
    CHECK(secenv_identity_encode_secret(identity, &pem) == SECENV_STATUS_OK);
    secenv_identity_free(identity);
    CHECK(secenv_identity_parse(BYTES(pem), &identity) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
    return identity;
}

/* A copy in which one bit is another. */
static const uint8_t *forged(const secenv_bytes *bytes, size_t at) {
    static uint8_t copy[16 << 10];
    CHECK(at < secenv_bytes_len(bytes) && secenv_bytes_len(bytes) <= sizeof copy);
    memcpy(copy, secenv_bytes_data(bytes), secenv_bytes_len(bytes));
    copy[at] ^= 1;
    return copy;
}

/* The handshake, a function for each step. */
static void start(const struct parties *p, struct shaken *s) {
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_client_start(p->alice, p->pin, p->suite, &s->client, &s->hello));
}

static void reply(const struct parties *p, struct shaken *s) {
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_reply(p->server, BYTES(s->hello), &s->reply));
    send_in_the_clear(s->reply);
}

static void finish(const struct parties *p, struct shaken *s) {
    const size_t len = secenv_bytes_len(s->reply), proof = p->suite == SECENV_SUITE_X25519 ? 100 : 1220;
    DECIDES(0, 1, SECENV_STATUS_REJECTED,
            secenv_client_finish(s->client, forged(s->reply, proof), len, &s->alice, &s->finish));
    pins_are_secret = 1; /* the pin, and the mac */
    DECIDES(2, 1, SECENV_STATUS_OK, secenv_client_finish(s->client, BYTES(s->reply), &s->alice, &s->finish));
    pins_are_secret = 0;
    send_in_the_clear(s->finish);
}

static void accept(const struct parties *p, struct shaken *s) {
    DECIDES(1, 2, SECENV_STATUS_OK, secenv_server_accept(p->server, BYTES(s->finish), &s->shop, &s->spki));
}

static struct shaken shakes_hands_without_a_decision_by_a_key(const struct parties *p) {
    struct shaken s = {0};
    start(p, &s);
    reply(p, &s);
    finish(p, &s);
    accept(p, &s);
    return s;
}

static void opens_and_seals_without_a_decision_by_a_key_or_a_message(struct shaken *s, const uint8_t state_key[32]) {
    uint8_t message[64] = {0};
    VALGRIND_MAKE_MEM_UNDEFINED(message, sizeof message);
    secenv_bytes *record = NULL, *out = NULL, *blob = NULL;
    uint64_t number = 0;

    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_export(s->shop, state_key, &blob));
    send_in_the_clear(blob);
    secenv_session_free(s->shop);
    DECIDES(0, 1, SECENV_STATUS_OK, secenv_session_import(BYTES(blob), state_key, &s->shop));
    secenv_bytes_free(blob);

    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_seal(s->alice, message, 7, message, sizeof message, &record));
    send_in_the_clear(record);
    DECIDES(0, 1, SECENV_STATUS_REJECTED,
            secenv_session_open(s->shop, message, 7, forged(record, 60), secenv_bytes_len(record), &out));
    DECIDES(0, 1, SECENV_STATUS_OK, secenv_session_open_message(s->shop, message, 7, BYTES(record), &out));
    secenv_bytes_free(record);
    CHECK(secenv_session_last_received(s->shop, &number) == SECENV_STATUS_OK);
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_reply(s->shop, number, message, 7, BYTES(out), &record));
    secenv_bytes_free(out);
    send_in_the_clear(record);
    /* The one is whether the reply names our record by its tag: that went over the wire, but was kept before it did. */
    DECIDES(1, 1, SECENV_STATUS_OK, secenv_session_open_reply(s->alice, number, message, 7, BYTES(record), &out));
    secenv_bytes_free(record);
    secenv_bytes_free(out);
}

int main(void) {
    if (!RUNNING_ON_VALGRIND) {
        fprintf(stderr, "usage: valgrind ctgrind_session\n");
        return 2;
    }
    uint8_t state_key[32] = {7};
    VALGRIND_MAKE_MEM_UNDEFINED(state_key, sizeof state_key);
    for (int32_t suite = SECENV_SUITE_X25519; suite <= SECENV_SUITE_X25519_XWING; suite++) {
        struct parties p = parties_new(suite);
        p.alice = parsed_anew(p.alice);
        p.shop = parsed_anew(p.shop);
        secenv_server_free(p.server);
        DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_new(p.shop, state_key, suite, &p.server));
        struct shaken s = shakes_hands_without_a_decision_by_a_key(&p);
        opens_and_seals_without_a_decision_by_a_key_or_a_message(&s, state_key);
        shaken_free(&s);
        parties_free(&p);
    }
    printf("ctgrind_session: %d checks\n", checks);
    return 0;
}
