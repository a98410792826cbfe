/* Every pointer of every function of protocol 2: NULL, length 0, forged, closed; and a session from hello to state. */
#include "parties.h"

static const uint8_t HELLO[] = "hello";

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

static void null_pointers_are_refused_by_identities(const secenv_identity *me) {
    secenv_identity *i;
    secenv_bytes *b;
    uint8_t pin[32];
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(i, secenv_identity_parse(NULL, 5, &i));
    CHECK(secenv_identity_parse(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_identity_encode_secret(NULL, &b));
    CHECK(secenv_identity_encode_secret(me, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_identity_public(NULL, &b));
    CHECK(secenv_identity_public(me, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, pin, secenv_identity_pin(NULL, 5, pin));
    CHECK(secenv_identity_pin(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_identity_free(NULL);
}

static void null_pointers_are_refused_by_the_handshake(const struct parties *p, struct shaken *s) {
    secenv_client *c;
    secenv_server *v;
    secenv_session *n;
    secenv_bytes *b;
    const int32_t suite = SECENV_SUITE_X25519;

    REFUSES_NULL_BOTH(c, b, secenv_client_start(NULL, p->pin, suite, &c, &b));
    REFUSES_NULL_BOTH(c, b, secenv_client_start(p->alice, NULL, suite, &c, &b));
    REFUSES_NULL(b, secenv_client_start(p->alice, p->pin, suite, NULL, &b));
    REFUSES_NULL(c, secenv_client_start(p->alice, p->pin, suite, &c, NULL));
    CHECK(secenv_client_start(p->alice, p->pin, suite, NULL, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL_BOTH(n, b, secenv_client_finish(NULL, HELLO, 5, &n, &b));
    REFUSES_NULL_BOTH(n, b, secenv_client_finish(s->client, NULL, 5, &n, &b));
    REFUSES_NULL(b, secenv_client_finish(s->client, HELLO, 5, NULL, &b));
    REFUSES_NULL(n, secenv_client_finish(s->client, HELLO, 5, &n, NULL));

    REFUSES_NULL(v, secenv_server_new(NULL, STATE_KEY, suite, &v));
    REFUSES_NULL(v, secenv_server_new(p->shop, NULL, suite, &v));
    CHECK(secenv_server_new(p->shop, STATE_KEY, suite, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(v, secenv_server_rotate(NULL, STATE_KEY, &v));
    REFUSES_NULL(v, secenv_server_rotate(p->server, NULL, &v));
    CHECK(secenv_server_rotate(p->server, STATE_KEY, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_server_reply(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_server_reply(p->server, NULL, 5, &b));
    CHECK(secenv_server_reply(p->server, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL_BOTH(n, b, secenv_server_accept(NULL, HELLO, 5, &n, &b));
    REFUSES_NULL_BOTH(n, b, secenv_server_accept(p->server, NULL, 5, &n, &b));
    REFUSES_NULL(b, secenv_server_accept(p->server, HELLO, 5, NULL, &b));
    REFUSES_NULL(n, secenv_server_accept(p->server, HELLO, 5, &n, NULL));

    secenv_client_free(NULL);
    secenv_server_free(NULL);
}

static void null_pointers_are_refused_by_sessions(struct shaken *s) {
    secenv_session *n;
    secenv_bytes *b;
    uint64_t number;
    uint8_t id[16], pin[32];

    REFUSES_NULL(b, secenv_session_seal(NULL, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_seal(s->alice, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_seal(s->alice, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_session_seal(s->alice, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_session_open(NULL, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open(s->alice, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open(s->alice, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_session_open(s->alice, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_session_open_message(NULL, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open_message(s->alice, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open_message(s->alice, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_session_open_message(s->alice, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_session_open_reply(NULL, 0, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open_reply(s->alice, 0, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_open_reply(s->alice, 0, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_session_open_reply(s->alice, 0, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_session_reply(NULL, 0, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_reply(s->alice, 0, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_session_reply(s->alice, 0, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_session_reply(s->alice, 0, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    LEAVES(SECENV_STATUS_NULL_POINTER, number, secenv_session_last_received(NULL, &number));
    CHECK(secenv_session_last_received(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, number, secenv_session_last_sent(NULL, &number));
    CHECK(secenv_session_last_sent(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, id, secenv_session_id(NULL, id));
    CHECK(secenv_session_id(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, pin, secenv_session_peer(NULL, pin));
    CHECK(secenv_session_peer(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_session_export(NULL, STATE_KEY, &b));
    REFUSES_NULL(b, secenv_session_export(s->alice, NULL, &b));
    CHECK(secenv_session_export(s->alice, STATE_KEY, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(n, secenv_session_import(NULL, 5, STATE_KEY, &n));
    REFUSES_NULL(n, secenv_session_import(HELLO, 5, NULL, &n));
    CHECK(secenv_session_import(HELLO, 5, STATE_KEY, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_session_free(NULL);

    LEAVES(SECENV_STATUS_NULL_POINTER, id, secenv_record_session_id(NULL, 5, id));
    CHECK(secenv_record_session_id(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_record_encode_json(NULL, 5, &b));
    CHECK(secenv_record_encode_json(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_record_parse_json(NULL, 5, &b));
    CHECK(secenv_record_parse_json(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
}

static void two_results_in_one_place_are_misuse(const struct parties *p, struct shaken *s) {
    void *place = STALE;
    CHECK(secenv_client_start(p->alice, p->pin, p->suite, (secenv_client **)&place, (secenv_bytes **)&place) ==
          SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(secenv_server_accept(p->server, BYTES(s->finish), (secenv_session **)&place, (secenv_bytes **)&place) ==
          SECENV_STATUS_INVALID_ARGUMENT);
}

static void other_kinds_suites_and_lengths_are_refused(const struct parties *p, struct shaken *s) {
    static const int32_t numbers[] = {INT32_MIN, -1, 0, 3, 257, 258, INT32_MAX};
    secenv_identity *i;
    secenv_client *c;
    secenv_server *v;
    secenv_session *n;
    secenv_bytes *b;
    for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++) {
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, i, secenv_identity_generate(numbers[at], &i));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(p->shop, STATE_KEY, numbers[at], &v));
        FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, p->pin, numbers[at], &c, &b));
    }
    FAILS(SECENV_STATUS_INVALID_LENGTH, i, secenv_identity_parse(HELLO, SIZE_MAX, &i));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_server_reply(p->server, HELLO, SIZE_MAX, &b));
    FAILS_BOTH(SECENV_STATUS_INVALID_LENGTH, n, b, secenv_server_accept(p->server, HELLO, SIZE_MAX, &n, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_seal(s->alice, HELLO, SIZE_MAX, HELLO, 5, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_seal(s->alice, HELLO, 5, HELLO, SIZE_MAX, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_open(s->alice, HELLO, 5, HELLO, SIZE_MAX / 2 + 1, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, n, secenv_session_import(HELLO, SIZE_MAX, STATE_KEY, &n));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_record_parse_json(HELLO, SIZE_MAX, &b));
}

static void empty_inputs_are_malformed_but_for_messages(const struct parties *p, struct shaken *s) {
    secenv_identity *i;
    secenv_session *n;
    secenv_bytes *b = NULL, *out = NULL;
    uint8_t pin[32], id[16];
    FAILS(SECENV_STATUS_DAMAGED, i, secenv_identity_parse(NULL, 0, &i));
    LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_identity_pin(NULL, 0, pin));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_server_reply(p->server, NULL, 0, &b));
    FAILS_BOTH(SECENV_STATUS_MALFORMED, n, b, secenv_server_accept(p->server, NULL, 0, &n, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open(s->alice, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open_message(s->alice, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open_reply(s->alice, 0, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_session_import(NULL, 0, STATE_KEY, &n));
    LEAVES(SECENV_STATUS_MALFORMED, id, secenv_record_session_id(NULL, 0, id));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_record_parse_json(NULL, 0, &b));

    CHECK(secenv_session_seal(s->alice, NULL, 0, NULL, 0, &b) == SECENV_STATUS_OK);
    CHECK(secenv_session_open_message(s->shop, NULL, 0, BYTES(b), &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 0 && secenv_bytes_data(out) != NULL);
    secenv_bytes_free(out);
    secenv_bytes_free(b);
    CHECK(secenv_record_encode_json(NULL, 0, &b) == SECENV_STATUS_OK);
    CHECK(secenv_record_parse_json(BYTES(b), &out) == SECENV_STATUS_OK && secenv_bytes_len(out) == 0);
    secenv_bytes_free(out);
    secenv_bytes_free(b);
}

static void a_refused_reply_changes_nothing_and_a_taken_one_closes_the_client(const struct parties *p) {
    secenv_client *client = NULL;
    secenv_bytes *hello = NULL, *reply = NULL, *finish = NULL;
    secenv_session *session = NULL;
    CHECK(secenv_client_start(p->alice, p->pin, p->suite, &client, &hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply(p->server, BYTES(hello), &reply) == SECENV_STATUS_OK);
    static uint8_t forged[9000];
    size_t len = secenv_bytes_len(reply);
    memcpy(forged, secenv_bytes_data(reply), len);
    FAILS_BOTH(SECENV_STATUS_MALFORMED, session, finish,
               secenv_client_finish(client, forged, len - 1, &session, &finish));
    FAILS_BOTH(SECENV_STATUS_MALFORMED, session, finish, secenv_client_finish(client, NULL, 0, &session, &finish));
    FAILS_BOTH(SECENV_STATUS_TOO_LARGE, session, finish, secenv_client_finish(client, forged, 8193, &session, &finish));
    forged[40] ^= 1;
    FAILS_BOTH(SECENV_STATUS_REJECTED, session, finish, secenv_client_finish(client, forged, len, &session, &finish));
    CHECK(secenv_client_finish(client, BYTES(reply), &session, &finish) == SECENV_STATUS_OK);
    secenv_session *second;
    secenv_bytes *again;
    FAILS_BOTH(SECENV_STATUS_CLOSED, second, again, secenv_client_finish(client, BYTES(reply), &second, &again));
    FAILS_BOTH(SECENV_STATUS_CLOSED, second, again, secenv_client_finish(client, NULL, 0, &second, &again));
    secenv_client_free(client);
    secenv_session_free(session);
    secenv_bytes_free(finish);
    secenv_bytes_free(reply);
    secenv_bytes_free(hello);
}

static void forged_messages_are_refused_and_the_handles_still_work(const struct parties *p, struct shaken *s) {
    static uint8_t forged[9000];
    secenv_session *n;
    secenv_bytes *b, *out, *record = NULL, *blob = NULL;
    uint8_t id[16];
    uint64_t number;

    size_t len = secenv_bytes_len(s->finish);
    memcpy(forged, secenv_bytes_data(s->finish), len);
    forged[200] ^= 1;
    FAILS_BOTH(SECENV_STATUS_REJECTED, n, b, secenv_server_accept(p->server, forged, len, &n, &b));
    FAILS_BOTH(SECENV_STATUS_MALFORMED, n, b, secenv_server_accept(p->server, forged, len + 1, &n, &b));
    FAILS_BOTH(SECENV_STATUS_TOO_LARGE, n, b, secenv_server_accept(p->server, forged, 8193, &n, &b));
    len = secenv_bytes_len(s->hello);
    memcpy(forged, secenv_bytes_data(s->hello), len);
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_server_reply(p->server, forged, 8193, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_server_reply(p->server, forged, len - 1, &b));
    forged[len - 1] ^= 1;
    FAILS(SECENV_STATUS_REJECTED, b, secenv_server_reply(p->server, forged, len, &b));

    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, number, secenv_session_last_received(s->alice, &number));
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, number, secenv_session_last_sent(s->shop, &number));
    CHECK(secenv_session_seal(s->alice, HELLO, 5, HELLO, 5, &record) == SECENV_STATUS_OK);
    len = secenv_bytes_len(record);
    memcpy(forged, secenv_bytes_data(record), len);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(s->shop, NULL, 0, forged, len, &b));
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(s->alice, HELLO, 5, forged, len, &b));
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open_reply(s->shop, 0, HELLO, 5, forged, len, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open(s->shop, HELLO, 5, forged, 66, &b));
    LEAVES(SECENV_STATUS_MALFORMED, id, secenv_record_session_id(forged, 66, id));
    forged[len - 1] ^= 1;
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(s->shop, HELLO, 5, forged, len, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_reply(s->shop, 9, HELLO, 5, HELLO, 5, &b));

    CHECK(secenv_session_open_message(s->shop, HELLO, 5, BYTES(record), &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 5 && memcmp(secenv_bytes_data(out), HELLO, 5) == 0);
    secenv_bytes_free(out);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(s->shop, HELLO, 5, BYTES(record), &b));
    uint64_t sealed;
    CHECK(secenv_session_last_received(s->shop, &number) == 0 && secenv_session_last_sent(s->alice, &sealed) == 0);
    CHECK(number == sealed);
    uint8_t ids[2][16];
    CHECK(secenv_record_session_id(BYTES(record), ids[0]) == 0 && secenv_session_id(s->alice, ids[1]) == 0);
    CHECK(memcmp(ids[0], ids[1], 16) == 0);
    secenv_bytes_free(record);

    uint8_t pin[32], alices[32];
    pin_of(p->alice, alices);
    CHECK(secenv_session_peer(s->shop, pin) == 0 && memcmp(pin, alices, 32) == 0);
    CHECK(secenv_identity_pin(BYTES(s->spki), pin) == 0 && memcmp(pin, alices, 32) == 0);
    CHECK(secenv_session_peer(s->alice, pin) == 0 && memcmp(pin, p->pin, 32) == 0);

    CHECK(secenv_session_export(s->shop, STATE_KEY, &blob) == SECENV_STATUS_OK);
    len = secenv_bytes_len(blob);
    memcpy(forged, secenv_bytes_data(blob), len);
    FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import(forged, len, p->pin, &n));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_session_import(forged, len - 1, STATE_KEY, &n));
    forged[len - 1] ^= 1;
    FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import(forged, len, STATE_KEY, &n));
    CHECK(secenv_session_import(BYTES(blob), STATE_KEY, &n) == SECENV_STATUS_OK);
    secenv_bytes_free(blob);
    /* Another worker replies; the first one could as well. */
    CHECK(secenv_session_reply(n, number, HELLO, 5, HELLO, 5, &record) == SECENV_STATUS_OK);
    secenv_session_free(n);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open_message(s->alice, HELLO, 5, BYTES(record), &b));
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open_reply(s->alice, number + 1, HELLO, 5, BYTES(record), &b));
    CHECK(secenv_session_open_reply(s->alice, number, HELLO, 5, BYTES(record), &out) == SECENV_STATUS_OK);
    secenv_bytes_free(out);
    secenv_bytes_free(record);
}

static void lengths_over_a_limit_are_too_large(struct shaken *s) {
    const size_t message = (16u << 20) + 1, ad = (64u << 10) + 1, text = (22u << 20) + 1;
    uint8_t *big = calloc(text, 1);
    secenv_identity *i;
    secenv_bytes *b;
    CHECK(big != NULL);
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_session_seal(s->alice, NULL, 0, big, message, &b));
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_session_seal(s->alice, big, ad, NULL, 0, &b));
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_record_parse_json(big, text, &b));
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_record_encode_json(big, text, &b));
    FAILS(SECENV_STATUS_DAMAGED, i, secenv_identity_parse(big, (64u << 10) + 1, &i));
    big[0] = 2, big[1] = 4;
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_session_open(s->shop, NULL, 0, big, message + 67, &b));
    free(big);
}

/* A handle lives without those it came from, and an identity without its text. */
static void handles_outlive_those_that_they_came_from(void) {
    struct parties p = parties_new(SECENV_SUITE_X25519);
    secenv_bytes *pem = NULL, *record = NULL, *out = NULL;
    secenv_server *rotated = NULL;
    CHECK(secenv_identity_encode_secret(p.alice, &pem) == SECENV_STATUS_OK);
    secenv_identity_free(p.alice);
    CHECK(secenv_identity_parse(BYTES(pem), &p.alice) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
    secenv_identity_free(p.shop);
    p.shop = NULL;
    CHECK(secenv_server_rotate(p.server, p.pin, &rotated) == SECENV_STATUS_OK);
    struct shaken s = shake(&p);
    secenv_server_free(p.server);
    p.server = rotated;
    secenv_session *again = NULL;
    secenv_bytes *spki = NULL;
    CHECK(secenv_server_accept(p.server, BYTES(s.finish), &again, &spki) == SECENV_STATUS_OK);
    secenv_bytes_free(spki);
    parties_free(&p);
    CHECK(secenv_session_seal(s.alice, NULL, 0, HELLO, 5, &record) == SECENV_STATUS_OK);
    CHECK(secenv_session_open(again, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
    secenv_bytes_free(out);
    secenv_bytes_free(record);
    secenv_session_free(again);
    shaken_free(&s);
}

static const uint64_t NOW = 1000000, NEVER = 1ULL << 63;

static secenv_message saying(const uint8_t *in, size_t in_len, uint64_t number, uint64_t now) {
    return (secenv_message){sizeof(secenv_message), number, HELLO, 5, in, in_len, now};
}

/* A session at times of ours, which lie decades before the system's. */
static void time_is_what_the_caller_says(const struct parties *p) {
    const uint64_t day = 24 * 60 * 60;
    secenv_client *client;
    secenv_session *alice, *shop, *n;
    secenv_bytes *hello, *reply, *finish, *spki, *record, *out, *b;
    uint64_t number = 0;
    CHECK(secenv_client_start(p->alice, p->pin, p->suite, &client, &hello) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_server_reply_at(p->server, BYTES(hello), NEVER, &b));
    CHECK(secenv_server_reply_at(p->server, BYTES(hello), NOW, &reply) == SECENV_STATUS_OK);
    FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, n, b, secenv_client_finish_at(client, BYTES(reply), NEVER, &n, &b));
    CHECK(secenv_client_finish_at(client, BYTES(reply), NOW, &alice, &finish) == SECENV_STATUS_OK);
    FAILS_BOTH(SECENV_STATUS_REJECTED, n, b, secenv_server_accept(p->server, BYTES(finish), &n, &b));
    FAILS_BOTH(SECENV_STATUS_REJECTED, n, b, secenv_server_accept_at(p->server, BYTES(finish), NOW + 121, &n, &b));
    FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, n, b, secenv_server_accept_at(p->server, BYTES(finish), NEVER, &n, &b));
    CHECK(secenv_server_accept_at(p->server, BYTES(finish), NOW + 120, &shop, &spki) == SECENV_STATUS_OK);

    secenv_message message = saying(HELLO, 5, 0, NOW + day - 1);
    CHECK(secenv_session_seal_at(alice, &message, &record) == SECENV_STATUS_OK);
    message = saying(BYTES(record), 0, NOW + 2 * day);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_at(shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_message(shop, HELLO, 5, BYTES(record), &b));
    message.now = NEVER;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_open_at(shop, &message, &b));
    message.now = NOW + 1;
    CHECK(secenv_session_open_message_at(shop, &message, &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 5 && memcmp(secenv_bytes_data(out), HELLO, 5) == 0);
    secenv_bytes_free(out), secenv_bytes_free(record);
    CHECK(secenv_session_last_received(shop, &number) == SECENV_STATUS_OK);
    message = saying(HELLO, 4, number, NOW + 2);
    CHECK(secenv_session_reply_at(shop, &message, &record) == SECENV_STATUS_OK);
    message = saying(BYTES(record), number + 1, NOW + 2);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open_reply_at(alice, &message, &b));
    message.number = number;
    CHECK(secenv_session_open_reply_at(alice, &message, &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 4);
    secenv_bytes_free(out), secenv_bytes_free(record);
    message = saying(NULL, 0, 0, NOW + 3), message.ad = NULL, message.ad_len = 0;
    CHECK(secenv_session_seal_at(alice, &message, &record) == SECENV_STATUS_OK);
    message.in = secenv_bytes_data(record), message.in_len = secenv_bytes_len(record);
    CHECK(secenv_session_open_at(shop, &message, &out) == SECENV_STATUS_OK && secenv_bytes_len(out) == 0);
    secenv_bytes_free(out), secenv_bytes_free(record);
    secenv_session_free(alice), secenv_session_free(shop), secenv_client_free(client);
    secenv_bytes_free(spki), secenv_bytes_free(finish), secenv_bytes_free(reply), secenv_bytes_free(hello);
}

typedef secenv_status pass_at(secenv_session *, const secenv_message *, secenv_bytes **);

static void null_pointers_and_unknown_sizes_are_refused_at_a_time_too(const struct parties *p, struct shaken *s) {
    pass_at *const all[] = {secenv_session_seal_at, secenv_session_open_at, secenv_session_open_message_at,
                            secenv_session_open_reply_at, secenv_session_reply_at};
    const size_t sizes[] = {0, 1, sizeof(size_t), sizeof(secenv_message) - 1, sizeof(secenv_message) + 1, SIZE_MAX};
    secenv_session *n;
    secenv_bytes *b;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        secenv_message message = saying(HELLO, 5, 0, NOW);
        REFUSES_NULL(b, all[i](NULL, &message, &b));
        REFUSES_NULL(b, all[i](s->alice, NULL, &b));
        CHECK(all[i](s->alice, &message, NULL) == SECENV_STATUS_NULL_POINTER);
        message.in = NULL;
        REFUSES_NULL(b, all[i](s->alice, &message, &b));
        message = saying(HELLO, 5, 0, NOW), message.ad = NULL;
        REFUSES_NULL(b, all[i](s->alice, &message, &b));
        message = saying(HELLO, SIZE_MAX, 0, NOW);
        FAILS(SECENV_STATUS_INVALID_LENGTH, b, all[i](s->alice, &message, &b));
        message = saying(HELLO, 5, 0, NEVER);
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, all[i](s->alice, &message, &b));
        for (size_t at = 0; at < sizeof sizes / sizeof *sizes; at++) {
            message = saying(HELLO, 5, 0, NOW), message.size = sizes[at];
            FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, all[i](s->alice, &message, &b));
        }
    }
    REFUSES_NULL(b, secenv_server_reply_at(NULL, HELLO, 5, NOW, &b));
    REFUSES_NULL(b, secenv_server_reply_at(p->server, NULL, 5, NOW, &b));
    CHECK(secenv_server_reply_at(p->server, HELLO, 5, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL_BOTH(n, b, secenv_server_accept_at(NULL, HELLO, 5, NOW, &n, &b));
    REFUSES_NULL_BOTH(n, b, secenv_server_accept_at(p->server, NULL, 5, NOW, &n, &b));
    REFUSES_NULL(b, secenv_server_accept_at(p->server, HELLO, 5, NOW, NULL, &b));
    REFUSES_NULL(n, secenv_server_accept_at(p->server, HELLO, 5, NOW, &n, NULL));
    REFUSES_NULL_BOTH(n, b, secenv_client_finish_at(NULL, HELLO, 5, NOW, &n, &b));
    REFUSES_NULL_BOTH(n, b, secenv_client_finish_at(s->client, NULL, 5, NOW, &n, &b));
    REFUSES_NULL(b, secenv_client_finish_at(s->client, HELLO, 5, NOW, NULL, &b));
    REFUSES_NULL(n, secenv_client_finish_at(s->client, HELLO, 5, NOW, &n, NULL));
}

int main(void) {
    struct parties p = parties_new(SECENV_SUITE_X25519_XWING);
    struct shaken s = shake(&p);
    null_pointers_are_refused_by_identities(p.alice);
    null_pointers_are_refused_by_the_handshake(&p, &s);
    null_pointers_are_refused_by_sessions(&s);
    null_pointers_and_unknown_sizes_are_refused_at_a_time_too(&p, &s);
    two_results_in_one_place_are_misuse(&p, &s);
    other_kinds_suites_and_lengths_are_refused(&p, &s);
    forged_messages_are_refused_and_the_handles_still_work(&p, &s);
    empty_inputs_are_malformed_but_for_messages(&p, &s);
    lengths_over_a_limit_are_too_large(&s);
    a_refused_reply_changes_nothing_and_a_taken_one_closes_the_client(&p);
    time_is_what_the_caller_says(&p);
    handles_outlive_those_that_they_came_from();
    shaken_free(&s);
    parties_free(&p);
    printf("session: %d checks\n", checks);
    return 0;
}
