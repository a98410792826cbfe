/* Two parties of protocol 2 and their handshake. */
#ifndef PARTIES_H
#define PARTIES_H

#include "check.h"

static const uint8_t STATE_KEY[SECENV_STATE_KEY_BYTES] = {0x5A, 1, 2, 3};
static const uint8_t COOKIE_KEY[SECENV_COOKIE_KEY_BYTES] = {0xC0, 1, 2, 3};
static const uint8_t STORE_ID[SECENV_STORE_ID_BYTES] = {0x1D, 1, 2, 3};
static const uint8_t PROLOGUE[] = "secenv's tests";

static const uint8_t HELLO[] = "hello";

/* The most pins of a hello and identities of a server; where in the list the shop's pin stands: after a backup's. */
enum { PINS = 4, SHOP = 1 };

struct parties {
    secenv_identity *alice, *shop;
    uint8_t pins[PINS][SECENV_PIN_BYTES];
    size_t pin_count;
    secenv_server *server;
    int32_t suite, padding;
};

static inline void pin_of(const secenv_identity *identity, uint8_t pin[SECENV_PIN_BYTES]) {
    secenv_bytes *pem = NULL;
    CHECK(secenv_identity_public(identity, &pem) == SECENV_STATUS_OK);
    CHECK(secenv_identity_pin(BYTES(pem), pin) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
}

/* What the client asks for. */
static inline secenv_client_config asked_by(const struct parties *p) {
    return (secenv_client_config){
        .size = sizeof(secenv_client_config),
        .pins = p->pins[0],
        .pin_count = p->pin_count,
        .suite = p->suite,
        .padding = p->padding,
        .prologue = PROLOGUE,
        .prologue_len = sizeof PROLOGUE,
    };
}

/* What the server's workers share. */
static inline secenv_server_config shared_by(const struct parties *p) {
    return (secenv_server_config){
        .size = sizeof(secenv_server_config),
        .cookie_key = COOKIE_KEY,
        .store_id = STORE_ID,
        .minimum_suite = p->suite,
        .padding = p->padding,
        .prologue = PROLOGUE,
        .prologue_len = sizeof PROLOGUE,
    };
}

static inline secenv_server *served_by(const secenv_identity *shop, const secenv_server_config *config) {
    secenv_server *server = NULL;
    CHECK(secenv_server_new(&shop, 1, config, &server) == SECENV_STATUS_OK);
    return server;
}

/* Alice knows two pins; the shop has one of them. */
static inline struct parties parties_new(int32_t suite, int32_t padding) {
    struct parties p = {.suite = suite, .padding = padding, .pin_count = 2, .pins = {{0xBA}}};
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &p.alice) == SECENV_STATUS_OK);
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &p.shop) == SECENV_STATUS_OK);
    pin_of(p.shop, p.pins[SHOP]);
    const secenv_server_config config = shared_by(&p);
    p.server = served_by(p.shop, &config);
    return p;
}

static inline void parties_free(struct parties *p) {
    secenv_server_free(p->server);
    secenv_identity_free(p->alice);
    secenv_identity_free(p->shop);
}

struct shaken {
    secenv_bytes *hello, *reply, *finish, *welcome, *spki;
    secenv_client *client;
    secenv_session *alice, *shop;
};

/* A handshake up to the finish. */
static inline struct shaken begin(const struct parties *p) {
    struct shaken s = {0};
    const secenv_client_config config = asked_by(p);
    CHECK(secenv_client_start(p->alice, &config, &s.client, &s.hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
    CHECK(secenv_client_finish(s.client, BYTES(s.reply), &s.finish) == SECENV_STATUS_OK);
    return s;
}

static inline struct shaken shake(const struct parties *p) {
    struct shaken s = begin(p);
    CHECK(secenv_server_accept(p->server, BYTES(s.finish), &s.shop, &s.welcome, &s.spki) == SECENV_STATUS_OK);
    CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
    return s;
}

/* A message of the client, after which the server may seal. */
static inline void confirm(struct shaken *s) {
    secenv_bytes *record = NULL, *out = NULL;
    CHECK(secenv_session_seal(s->alice, NULL, 0, NULL, 0, &record) == SECENV_STATUS_OK);
    CHECK(secenv_session_open_message(s->shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
    secenv_bytes_free(record);
    secenv_bytes_free(out);
}

static inline void shaken_free(struct shaken *s) {
    secenv_bytes_free(s->hello);
    secenv_bytes_free(s->reply);
    secenv_bytes_free(s->finish);
    secenv_bytes_free(s->welcome);
    secenv_bytes_free(s->spki);
    secenv_client_free(s->client);
    secenv_session_free(s->alice);
    secenv_session_free(s->shop);
}

/* Where a session is kept, and what that points to. */
struct place {
    uint8_t server_pin[SECENV_PIN_BYTES], session_id[SECENV_SESSION_ID_BYTES];
};

static inline secenv_session_place place_of(const secenv_session *session, int32_t role, struct place *place) {
    if (secenv_session_server_pin(session, place->server_pin) != SECENV_STATUS_OK ||
        secenv_session_id(session, place->session_id) != SECENV_STATUS_OK) {
        abort();
    }
    return (secenv_session_place){
        .size = sizeof(secenv_session_place),
        .server_pin = place->server_pin,
        .store_id = role == SECENV_ROLE_SERVER ? STORE_ID : NULL,
        .session_id = place->session_id,
        .role = role,
    };
}

/* As REFUSES_NULL, for two results that come together or not at all. */
#define REFUSES_NULL_BOTH(first, second, call)       \
    do {                                             \
        (first) = STALE, (second) = STALE;           \
        CHECK((call) == SECENV_STATUS_NULL_POINTER); \
        CHECK((first) == NULL && (second) == NULL);  \
    } while (0)

#define FAILS_BOTH(status, first, second, call)     \
    do {                                            \
        (first) = STALE, (second) = STALE;          \
        CHECK((call) == (status));                  \
        CHECK((first) == NULL && (second) == NULL); \
    } while (0)

/* As FAILS_BOTH, for three. */
#define FAILS_ALL(status, s, call)                                                          \
    do {                                                                                    \
        (s)->shop = STALE, (s)->welcome = STALE, (s)->spki = STALE;                         \
        CHECK((call) == (status));                                                          \
        CHECK((s)->shop == NULL && (s)->welcome == NULL && (s)->spki == NULL);              \
    } while (0)

/* The three results of an accept. */
#define RESULTS(s) &(s)->shop, &(s)->welcome, &(s)->spki

/* One more than a message of the handshake has at most. */
enum { LARGE = (16 << 10) + 1 };

static const uint64_t NOW = 1000000, NEVER = 1ULL << 63;
static const uint64_t DAY = 24 * 60 * 60;

static inline secenv_message saying(const uint8_t *in, size_t in_len, uint64_t number, uint64_t now) {
    return (secenv_message){sizeof(secenv_message), number, HELLO, 5, in, in_len, now};
}

/* A finish, as `secenv_server_accept_at` takes it. */
static inline secenv_message finishing(const secenv_bytes *finish, uint64_t now) {
    return (secenv_message){.size = sizeof(secenv_message), .in = secenv_bytes_data(finish),
                            .in_len = secenv_bytes_len(finish), .now = now};
}

/* The handshake at a time that is told, up to the finish. */
static inline struct shaken begin_at(const struct parties *p, uint64_t now) {
    struct shaken s = {0};
    secenv_client_config asked = asked_by(p);
    asked.now = now;
    CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply_at(p->server, BYTES(s.hello), now, &s.reply) == SECENV_STATUS_OK);
    CHECK(secenv_client_finish_at(s.client, BYTES(s.reply), now, &s.finish) == SECENV_STATUS_OK);
    return s;
}

static inline struct shaken shake_at(const struct parties *p, uint64_t now) {
    struct shaken s = begin_at(p, now);
    const secenv_message message = finishing(s.finish, now);
    CHECK(secenv_server_accept_at(p->server, &message, RESULTS(&s)) == SECENV_STATUS_OK);
    CHECK(secenv_client_session_at(s.client, BYTES(s.welcome), now, &s.alice) == SECENV_STATUS_OK);
    return s;
}

#endif
