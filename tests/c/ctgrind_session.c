/* Protocol 2 decides nothing by a secret but what it has to: whether a tag holds, a proof's mac, and the pin. Valgrind
 * is told that each key is undefined memory (cookie and state keys, what BLAKE2b derives from them, what X25519 and
 * X-Wing agree on, an identity's seed) and the messages too, and counts the branches and addresses that depend on them.
 *
 * What libsodium and aws-lc do with a secret is theirs, and is let through at their door; what comes out of it is
 * secret again, unless it is sent in the clear. */
#include <malloc.h>
#include <valgrind/memcheck.h>

#include "parties.h"

enum { TAG = 16, COOKIE = 120, PROOF = 2 + 44 + 2 + 64 + 32, MAC = 32 };
/* docs/protocol-2.md: created, the client's pin and padding; the exporter; two numbers; two generations of two chains;
 * windows and memories. */
enum { EXPORTER = 8 + 32 + 1, CHAINS = EXPORTER + 32 + 8 + 8, STATE = CHAINS + 4 * 32 + 2 * 136 + 2 * 385 };

static int compared, followed, secret_pins;

/* Functions inside libsecenv: `Z` quotes `_`, `*` and `.`; aws-lc's have its version in front. */
#define SODIUM(name) I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, crypto##name)
#define AWS_LC(name) I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, awsZulcZuZaZu##name)

/* BLAKE2b. The transcripts have no key and 32 bytes; the id of a key stands in the clear in cookie and state. */
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

/* A pin is a hash of a public key, and where a client compares it, treated as a secret all the same: so many that come
 * next. */
uint8_t *AWS_LC(SHA256)(const uint8_t *, size_t, uint8_t *);
uint8_t *AWS_LC(SHA256)(const uint8_t *in, size_t len, uint8_t *out) {
    OrigFn original;
    uint8_t *done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(done, original, in, len, out);
    if (secret_pins > 0) {
        secret_pins--;
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

/* What was sealed and is no key may be looked at: times, numbers and windows of a state, a cookie's time, a proof's
 * signer. Secret are keys of 32 bytes, one after the other. There is no generation before the first: its zeros say what
 * the numbers say. */
static const struct {
    size_t len, from, keys;
} sealed[] = {
    {STATE, EXPORTER, 1},
    {STATE, CHAINS, 4},
    {COOKIE, 56, 2}, /* S */
    {PROOF, PROOF - MAC, 1},
};

static void hide_keys(uint8_t *plain, size_t len) {
    static const uint8_t none[32];
    if (len != STATE && len != COOKIE && len != PROOF) return;
    VALGRIND_MAKE_MEM_DEFINED(plain, len);
    for (size_t i = 0; i < sizeof sealed / sizeof *sealed; i++) {
        for (size_t key = 0; len == sealed[i].len && key < sealed[i].keys; key++) {
            uint8_t *const at = plain + sealed[i].from + 32 * key;
            if (memcmp(at, none, 32) != 0) VALGRIND_MAKE_MEM_UNDEFINED(at, 32);
        }
    }
}

int AWS_LC(EVPZuAEADZuCTXZuopenZugather)(const void *, uint8_t *, const uint8_t *, size_t, const uint8_t *, size_t,
                                          const uint8_t *, size_t, const uint8_t *, size_t);
int AWS_LC(EVPZuAEADZuCTXZuopenZugather)(const void *context, uint8_t *out, const uint8_t *nonce, size_t nonce_len,
                                          const uint8_t *in, size_t len, const uint8_t *tag, size_t tag_len,
                                          const uint8_t *ad, size_t ad_len) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_10W(done, original, context, out, nonce, nonce_len, in, len, tag, tag_len, ad, ad_len);
    hide_keys(out, len);
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
    const secenv_client_config asked = asked_by(p);
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_client_start(p->alice, &asked, &s->client, &s->hello));
}

static void reply(const struct parties *p, struct shaken *s) {
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_reply(p->server, BYTES(s->hello), &s->reply));
    send_in_the_clear(s->reply);
}

static void finish(const struct parties *p, struct shaken *s) {
    const size_t len = secenv_bytes_len(s->reply), head = p->suite == SECENV_SUITE_X25519 ? 82 : 1202;
    DECIDES(0, 1, SECENV_STATUS_REJECTED,
            secenv_client_finish(s->client, forged(s->reply, head + 2), len, &s->finish));
    secret_pins = 1; /* whether it is one of four, and the mac */
    DECIDES(2, 1, SECENV_STATUS_OK, secenv_client_finish(s->client, BYTES(s->reply), &s->finish));
    CHECK(secret_pins == 0);
    send_in_the_clear(s->finish);
}

static void accept(const struct parties *p, struct shaken *s) {
    const size_t len = secenv_bytes_len(s->finish);
    DECIDES(0, 2, SECENV_STATUS_REJECTED,
            secenv_server_accept(p->server, forged(s->finish, len - 1), len, &s->shop, &s->welcome, &s->spki));
    DECIDES(1, 2, SECENV_STATUS_OK,
            secenv_server_accept(p->server, BYTES(s->finish), &s->shop, &s->welcome, &s->spki));
    send_in_the_clear(s->welcome);
}

/* One decision each: whether the mac holds, under the keys that the welcome makes. */
static void welcome(struct shaken *s) {
    const size_t len = secenv_bytes_len(s->welcome), kx = 2, signature = len - MAC - 1, mac = len - 1;
    DECIDES(1, 0, SECENV_STATUS_REJECTED, secenv_client_session(s->client, forged(s->welcome, kx), len, &s->alice));
    DECIDES(1, 0, SECENV_STATUS_REJECTED,
            secenv_client_session(s->client, forged(s->welcome, signature), len, &s->alice));
    DECIDES(1, 0, SECENV_STATUS_REJECTED, secenv_client_session(s->client, forged(s->welcome, mac), len, &s->alice));
    DECIDES(1, 0, SECENV_STATUS_OK, secenv_client_session(s->client, BYTES(s->welcome), &s->alice));
}

static struct shaken shakes_hands_without_a_decision_by_a_key(const struct parties *p) {
    struct shaken s = {0};
    start(p, &s);
    reply(p, &s);
    finish(p, &s);
    accept(p, &s);
    welcome(&s);
    return s;
}

static void is_stored_without_a_decision_by_a_key(secenv_session **session, int32_t role, const uint8_t state_key[32]) {
    struct place memory;
    const secenv_session_place place = place_of(*session, role, &memory);
    secenv_bytes *blob = NULL;
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_export(*session, state_key, &place, &blob));
    send_in_the_clear(blob);
    secenv_session_free(*session);
    const size_t len = secenv_bytes_len(blob);
    DECIDES(0, 1, SECENV_STATUS_REJECTED,
            secenv_session_import(forged(blob, len - 1), len, state_key, &place, session));
    DECIDES(0, 1, SECENV_STATUS_OK, secenv_session_import(BYTES(blob), state_key, &place, session));
    secenv_bytes_free(blob);
}

/* The caller is told how long a message is that was padded, and the session counts it. What is secret in either lies
 * elsewhere on the heap. */
static void tell_the_length(secenv_session *session, secenv_bytes *message) {
    VALGRIND_MAKE_MEM_DEFINED(session, malloc_usable_size(session));
    VALGRIND_MAKE_MEM_DEFINED(message, malloc_usable_size(message));
}

/* `unpads`: how many decisions it takes to take the padding off. */
static void opens_and_seals_without_a_decision_by_a_key_or_a_message(struct shaken *s, unsigned unpads) {
    uint8_t message[64] = {0};
    VALGRIND_MAKE_MEM_UNDEFINED(message, sizeof message);
    secenv_bytes *record = NULL, *out = NULL;
    uint64_t number = 0;
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_seal(s->alice, message, 7, message, sizeof message, &record));
    send_in_the_clear(record);
    DECIDES(0, 1, SECENV_STATUS_REJECTED,
            secenv_session_open(s->shop, message, 7, forged(record, 60), secenv_bytes_len(record), &out));
    DECIDES(unpads, 1, SECENV_STATUS_OK, secenv_session_open_message(s->shop, message, 7, BYTES(record), &out));
    tell_the_length(s->shop, out);
    secenv_bytes_free(record);
    CHECK(secenv_session_last_received(s->shop, &number) == SECENV_STATUS_OK);
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_reply(s->shop, number, message, 7, BYTES(out), &record));
    secenv_bytes_free(out);
    send_in_the_clear(record);
    /* The one is whether the reply names our record by its tag: that went over the wire, but was kept before it did. */
    DECIDES(1 + unpads, 1, SECENV_STATUS_OK,
            secenv_session_open_reply(s->alice, number, message, 7, BYTES(record), &out));
    tell_the_length(s->alice, out);
    secenv_bytes_free(record);
    secenv_bytes_free(out);
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_seal(s->shop, message, 7, message, sizeof message, &record));
    send_in_the_clear(record);
    DECIDES(unpads, 1, SECENV_STATUS_OK, secenv_session_open(s->alice, message, 7, BYTES(record), &out));
    tell_the_length(s->alice, out);
    secenv_bytes_free(record);
    secenv_bytes_free(out);
}

static void does_nothing_unconfirmed_and_decides_nothing_for_it(struct shaken *s) {
    secenv_bytes *record = NULL;
    uint8_t secret[32];
    DECIDES(0, 0, SECENV_STATUS_UNCONFIRMED, secenv_session_seal(s->shop, NULL, 0, NULL, 0, &record));
    DECIDES(0, 0, SECENV_STATUS_UNCONFIRMED, secenv_session_export_secret(s->shop, NULL, 0, NULL, 0, secret));
}

static void exports_a_secret_without_a_decision_by_it(const struct shaken *s) {
    uint8_t ours[32], theirs[32];
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_export_secret(s->alice, STORE_ID, 9, STORE_ID, 3, ours));
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_session_export_secret(s->shop, STORE_ID, 9, STORE_ID, 3, theirs));
    VALGRIND_MAKE_MEM_DEFINED(ours, sizeof ours);
    VALGRIND_MAKE_MEM_DEFINED(theirs, sizeof theirs);
    CHECK(memcmp(ours, theirs, sizeof ours) == 0);
}

/* Up to the next number whose key is another generation's, and not with it. */
static void seal_up_to_a_step(struct shaken *s) {
    secenv_bytes *record = NULL;
    uint64_t number = 0;
    do {
        if (secenv_session_seal(s->alice, NULL, 0, NULL, 0, &record) != SECENV_STATUS_OK) abort();
        secenv_bytes_free(record);
        if (secenv_session_last_sent(s->alice, &number) != SECENV_STATUS_OK) abort();
    } while (number % 1024 != 1023);
}

int main(void) {
    if (!RUNNING_ON_VALGRIND) {
        fprintf(stderr, "usage: valgrind ctgrind_session\n");
        return 2;
    }
    uint8_t state_key[32] = {7}, cookie_key[32] = {8}, accepted[2][32] = {{9}, {10}}, next[32];
    VALGRIND_MAKE_MEM_UNDEFINED(state_key, sizeof state_key);
    VALGRIND_MAKE_MEM_UNDEFINED(cookie_key, sizeof cookie_key);
    VALGRIND_MAKE_MEM_UNDEFINED(accepted, sizeof accepted);
    DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_next_key(state_key, 1, next));
    for (int32_t suite = SECENV_SUITE_X25519; suite <= SECENV_SUITE_X25519_XWING; suite++) {
        const int32_t padding = suite == SECENV_SUITE_X25519 ? SECENV_PADDING_NONE : SECENV_PADDING_PADME;
        struct parties p = parties_new(suite, padding);
        p.alice = parsed_anew(p.alice);
        p.shop = parsed_anew(p.shop);
        p.pins[2][0] = 2, p.pins[3][0] = 3, p.pin_count = PINS;
        secenv_server_free(p.server);
        const secenv_identity *const shop = p.shop;
        secenv_server_config shared = shared_by(&p);
        shared.cookie_key = cookie_key;
        DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_new(&shop, 1, &shared, &p.server));
        secenv_server_free(p.server);
        shared.accepted_keys = accepted[0], shared.accepted_key_count = 2;
        DECIDES(0, 0, SECENV_STATUS_OK, secenv_server_new(&shop, 1, &shared, &p.server));

        struct shaken s = shakes_hands_without_a_decision_by_a_key(&p);
        /* That the padding is right; and then the length, which is the caller's to know: that it is no longer than the
           padded message, and within the limit. */
        const unsigned unpads = padding == SECENV_PADDING_PADME ? 3 : 0;
        does_nothing_unconfirmed_and_decides_nothing_for_it(&s);
        is_stored_without_a_decision_by_a_key(&s.shop, SECENV_ROLE_SERVER, state_key);
        opens_and_seals_without_a_decision_by_a_key_or_a_message(&s, unpads);
        exports_a_secret_without_a_decision_by_it(&s);
        seal_up_to_a_step(&s);
        opens_and_seals_without_a_decision_by_a_key_or_a_message(&s, unpads);
        is_stored_without_a_decision_by_a_key(&s.shop, SECENV_ROLE_SERVER, state_key);
        is_stored_without_a_decision_by_a_key(&s.alice, SECENV_ROLE_CLIENT, state_key);
        opens_and_seals_without_a_decision_by_a_key_or_a_message(&s, unpads);
        shaken_free(&s);
        parties_free(&p);
    }
    printf("ctgrind_session: %d checks\n", checks);
    return 0;
}
