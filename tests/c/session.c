/* Every pointer of every function of protocol 2's sessions: NULL, length 0, forged, over; records and states. */
#include "parties.h"

static void null_pointers_are_refused_by_sessions(struct shaken *s) {
    secenv_session *n;
    secenv_bytes *b;
    uint64_t number;
    uint8_t id[16], pin[32], secret[32];
    bool confirmed;
    struct place memory;
    const secenv_session_place place = place_of(s->shop, SECENV_ROLE_SERVER, &memory);
    secenv_session_place other = place;

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

    LEAVES(SECENV_STATUS_NULL_POINTER, pin, secenv_session_server_pin(NULL, pin));
    CHECK(secenv_session_server_pin(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, confirmed, secenv_session_is_confirmed(NULL, &confirmed));
    CHECK(secenv_session_is_confirmed(s->alice, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, secret, secenv_session_export_secret(NULL, HELLO, 5, HELLO, 5, secret));
    LEAVES(SECENV_STATUS_NULL_POINTER, secret, secenv_session_export_secret(s->alice, NULL, 5, HELLO, 5, secret));
    LEAVES(SECENV_STATUS_NULL_POINTER, secret, secenv_session_export_secret(s->alice, HELLO, 5, NULL, 5, secret));
    CHECK(secenv_session_export_secret(s->alice, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_session_export(NULL, STATE_KEY, &place, &b));
    REFUSES_NULL(b, secenv_session_export(s->shop, NULL, &place, &b));
    REFUSES_NULL(b, secenv_session_export(s->shop, STATE_KEY, NULL, &b));
    CHECK(secenv_session_export(s->shop, STATE_KEY, &place, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(n, secenv_session_import(NULL, 5, STATE_KEY, &place, &n));
    REFUSES_NULL(n, secenv_session_import(HELLO, 5, NULL, &place, &n));
    REFUSES_NULL(n, secenv_session_import(HELLO, 5, STATE_KEY, NULL, &n));
    CHECK(secenv_session_import(HELLO, 5, STATE_KEY, &place, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(n, secenv_session_import_at(NULL, 5, STATE_KEY, &place, NOW, &n));
    REFUSES_NULL(n, secenv_session_import_at(HELLO, 5, NULL, &place, NOW, &n));
    REFUSES_NULL(n, secenv_session_import_at(HELLO, 5, STATE_KEY, NULL, NOW, &n));
    CHECK(secenv_session_import_at(HELLO, 5, STATE_KEY, &place, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    /* Nor is there a place without them; a server has a store. */
    for (int member = 0; member < 3; member++) {
        other = place;
        *(const uint8_t **[]){&other.server_pin, &other.session_id, &other.store_id}[member] = NULL;
        REFUSES_NULL(b, secenv_session_export(s->shop, STATE_KEY, &other, &b));
        REFUSES_NULL(n, secenv_session_import(HELLO, 5, STATE_KEY, &other, &n));
        REFUSES_NULL(n, secenv_session_import_at(HELLO, 5, STATE_KEY, &other, NOW, &n));
    }
    secenv_session_free(NULL);

    LEAVES(SECENV_STATUS_NULL_POINTER, id, secenv_record_session_id(NULL, 5, id));
    CHECK(secenv_record_session_id(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_record_encode_json(NULL, 5, &b));
    CHECK(secenv_record_encode_json(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_record_parse_json(NULL, 5, &b));
    CHECK(secenv_record_parse_json(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
}

static void empty_inputs_are_malformed_but_for_messages(const struct parties *p, struct shaken *s) {
    secenv_identity *i;
    secenv_session *n;
    secenv_bytes *b = NULL, *out = NULL;
    uint8_t pin[32], id[16];
    struct shaken none;
    struct place memory;
    const secenv_session_place place = place_of(s->shop, SECENV_ROLE_SERVER, &memory);
    FAILS(SECENV_STATUS_DAMAGED, i, secenv_identity_parse(NULL, 0, &i));
    LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_identity_pin(NULL, 0, pin));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_server_reply(p->server, NULL, 0, &b));
    FAILS_ALL(SECENV_STATUS_MALFORMED, &none, secenv_server_accept(p->server, NULL, 0, RESULTS(&none)));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open(s->alice, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open_message(s->alice, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_session_open_reply(s->alice, 0, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_session_import(NULL, 0, STATE_KEY, &place, &n));
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

static void a_server_does_nothing_before_the_first_record(const struct parties *p) {
    struct shaken s = shake(p);
    secenv_bytes *b, *record = NULL;
    uint8_t secret[32], ours[32], other[32];
    bool confirmed = true;
    CHECK(secenv_session_is_confirmed(s.shop, &confirmed) == SECENV_STATUS_OK && !confirmed);
    CHECK(secenv_session_is_confirmed(s.alice, &confirmed) == SECENV_STATUS_OK && confirmed);
    FAILS(SECENV_STATUS_UNCONFIRMED, b, secenv_session_seal(s.shop, HELLO, 5, HELLO, 5, &b));
    const secenv_message message = saying(HELLO, 5, 0, NOW);
    FAILS(SECENV_STATUS_UNCONFIRMED, b, secenv_session_seal_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_reply(s.shop, 0, HELLO, 5, HELLO, 5, &b));
    LEAVES(SECENV_STATUS_UNCONFIRMED, secret, secenv_session_export_secret(s.shop, HELLO, 5, NULL, 0, secret));

    CHECK(secenv_session_export_secret(s.alice, HELLO, 5, NULL, 0, ours) == SECENV_STATUS_OK);
    confirm(&s);
    CHECK(secenv_session_is_confirmed(s.shop, &confirmed) == SECENV_STATUS_OK && confirmed);
    CHECK(secenv_session_seal(s.shop, HELLO, 5, HELLO, 5, &record) == SECENV_STATUS_OK);
    CHECK(secenv_session_open(s.alice, HELLO, 5, BYTES(record), &b) == SECENV_STATUS_OK);
    secenv_bytes_free(b), secenv_bytes_free(record);
    CHECK(secenv_session_export_secret(s.shop, HELLO, 5, NULL, 0, secret) == SECENV_STATUS_OK);
    CHECK(memcmp(secret, ours, sizeof secret) == 0);
    /* Label and context are two fields. */
    CHECK(secenv_session_export_secret(s.shop, NULL, 0, HELLO, 5, other) == SECENV_STATUS_OK);
    CHECK(memcmp(secret, other, sizeof secret) != 0);
    CHECK(secenv_session_export_secret(s.shop, HELLO, 4, HELLO + 4, 1, other) == SECENV_STATUS_OK);
    CHECK(memcmp(secret, other, sizeof secret) != 0);
    static const uint8_t long_text[1025];
    CHECK(secenv_session_export_secret(s.alice, long_text, 1024, long_text, 1024, secret) == SECENV_STATUS_OK);
    LEAVES(SECENV_STATUS_TOO_LARGE, secret,
           secenv_session_export_secret(s.alice, long_text, 1025, NULL, 0, secret));
    LEAVES(SECENV_STATUS_TOO_LARGE, secret,
           secenv_session_export_secret(s.alice, NULL, 0, long_text, 1025, secret));
    LEAVES(SECENV_STATUS_INVALID_LENGTH, secret,
           secenv_session_export_secret(s.alice, HELLO, SIZE_MAX, NULL, 0, secret));
    shaken_free(&s);
}

static void a_state_opens_in_its_place_and_nowhere_else(const struct parties *p) {
    static const uint8_t other[32] = {9};
    struct shaken s = shake(p);
    struct place memory;
    secenv_bytes *b, *blob;
    secenv_session *n;
    uint64_t number;
    confirm(&s);
    for (int32_t role = SECENV_ROLE_CLIENT; role <= SECENV_ROLE_SERVER; role++) {
        secenv_session *const session = role == SECENV_ROLE_CLIENT ? s.alice : s.shop;
        const secenv_session_place place = place_of(session, role, &memory);
        CHECK(secenv_session_export(session, STATE_KEY, &place, &blob) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(blob) == 1309);
        for (int differs = 0; differs < 4; differs++) {
            secenv_session_place elsewhere = place;
            if (differs == 0) elsewhere.server_pin = other;
            if (differs == 1) elsewhere.session_id = other;
            if (differs == 2) elsewhere.store_id = other;
            if (differs == 3) elsewhere.role = 3 - role, elsewhere.store_id = STORE_ID;
            FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_export(session, STATE_KEY, &elsewhere, &b));
            FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import(BYTES(blob), STATE_KEY, &elsewhere, &n));
            FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import_at(BYTES(blob), STATE_KEY, &elsewhere, NOW, &n));
        }
        CHECK(secenv_session_import(BYTES(blob), STATE_KEY, &place, &n) == SECENV_STATUS_OK);
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, number, secenv_session_last_received(n, &number));
        secenv_session_free(n), secenv_bytes_free(blob);
    }
    shaken_free(&s);
}

static void forged_messages_are_refused_and_the_handles_still_work(const struct parties *p, struct shaken *s) {
    static uint8_t forged[LARGE];
    secenv_session *n;
    secenv_bytes *b, *out, *record = NULL, *blob = NULL;
    struct shaken none;
    struct place memory;
    const secenv_session_place place = place_of(s->shop, SECENV_ROLE_SERVER, &memory);
    uint8_t id[16];
    uint64_t number;

    size_t len = secenv_bytes_len(s->finish);
    memcpy(forged, secenv_bytes_data(s->finish), len);
    forged[200] ^= 1;
    FAILS_ALL(SECENV_STATUS_REJECTED, &none, secenv_server_accept(p->server, forged, len, RESULTS(&none)));
    FAILS_ALL(SECENV_STATUS_MALFORMED, &none, secenv_server_accept(p->server, forged, len + 1, RESULTS(&none)));
    FAILS_ALL(SECENV_STATUS_TOO_LARGE, &none, secenv_server_accept(p->server, forged, LARGE, RESULTS(&none)));
    len = secenv_bytes_len(s->hello);
    memcpy(forged, secenv_bytes_data(s->hello), len);
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_server_reply(p->server, forged, LARGE, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_server_reply(p->server, forged, len - 1, &b));
    forged[len - 1] ^= 1; /* the shop's pin, which is the last */
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
    CHECK(secenv_session_peer(s->alice, pin) == 0 && memcmp(pin, p->pins[SHOP], 32) == 0);

    CHECK(secenv_session_export(s->shop, STATE_KEY, &place, &blob) == SECENV_STATUS_OK);
    len = secenv_bytes_len(blob);
    memcpy(forged, secenv_bytes_data(blob), len);
    FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import(forged, len, COOKIE_KEY, &place, &n));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_session_import(forged, len - 1, STATE_KEY, &place, &n));
    forged[len - 1] ^= 1;
    FAILS(SECENV_STATUS_REJECTED, n, secenv_session_import(forged, len, STATE_KEY, &place, &n));
    CHECK(secenv_session_import(BYTES(blob), STATE_KEY, &place, &n) == SECENV_STATUS_OK);
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
    const size_t message = (16u << 20) + 1, ad = (64u << 10) + 1, text = (24u << 20) + 1;
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
    struct parties p = parties_new(SECENV_SUITE_X25519, SECENV_PADDING_NONE);
    secenv_bytes *pem = NULL, *record = NULL, *out = NULL;
    CHECK(secenv_identity_encode_secret(p.alice, &pem) == SECENV_STATUS_OK);
    secenv_identity_free(p.alice);
    CHECK(secenv_identity_parse(BYTES(pem), &p.alice) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
    /* The server copies what it was told. */
    uint8_t keys[2][SECENV_COOKIE_KEY_BYTES] = {{7}}, store[sizeof STORE_ID], prologue[sizeof PROLOGUE];
    memcpy(keys[1], COOKIE_KEY, sizeof COOKIE_KEY), memcpy(store, STORE_ID, sizeof store);
    memcpy(prologue, PROLOGUE, sizeof prologue);
    secenv_server_config shared = shared_by(&p);
    shared.cookie_key = keys[0], shared.store_id = store, shared.prologue = prologue;
    shared.accepted_keys = keys[1], shared.accepted_key_count = 1;
    secenv_server *other = served_by(p.shop, &shared);
    memset(keys, 0, sizeof keys), memset(store, 0, sizeof store), memset(prologue, 0, sizeof prologue);
    secenv_identity_free(p.shop);
    p.shop = NULL;
    struct shaken s = begin(&p);
    secenv_server_free(p.server);
    p.server = other;
    CHECK(secenv_server_accept(p.server, BYTES(s.finish), RESULTS(&s)) == SECENV_STATUS_OK);
    parties_free(&p);
    CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
    secenv_client_free(s.client);
    s.client = NULL;
    CHECK(secenv_session_seal(s.alice, NULL, 0, HELLO, 5, &record) == SECENV_STATUS_OK);
    CHECK(secenv_session_open(s.shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
    secenv_bytes_free(out);
    secenv_bytes_free(record);
    shaken_free(&s);
}

/* A session at times of ours, which lie decades before the system's. */
static void time_is_what_the_caller_says(const struct parties *p) {
    struct shaken s = {0};
    secenv_client_config asked = asked_by(p);
    secenv_client *c;
    secenv_session *n;
    secenv_bytes *record, *out, *b;
    uint64_t number = 0;
    asked.now = NEVER;
    FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
    asked.now = NOW;
    CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_server_reply_at(p->server, BYTES(s.hello), NEVER, &b));
    CHECK(secenv_server_reply_at(p->server, BYTES(s.hello), NOW, &s.reply) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_client_finish_at(s.client, BYTES(s.reply), NEVER, &b));
    CHECK(secenv_client_finish_at(s.client, BYTES(s.reply), NOW, &s.finish) == SECENV_STATUS_OK);
    FAILS_ALL(SECENV_STATUS_REJECTED, &s, secenv_server_accept(p->server, BYTES(s.finish), RESULTS(&s)));
    secenv_message message = finishing(s.finish, NOW + 121);
    FAILS_ALL(SECENV_STATUS_REJECTED, &s, secenv_server_accept_at(p->server, &message, RESULTS(&s)));
    message.now = NEVER;
    FAILS_ALL(SECENV_STATUS_INVALID_ARGUMENT, &s, secenv_server_accept_at(p->server, &message, RESULTS(&s)));
    message.now = NOW + 120;
    CHECK(secenv_server_accept_at(p->server, &message, RESULTS(&s)) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_client_session_at(s.client, BYTES(s.welcome), NEVER, &n));
    CHECK(secenv_client_session_at(s.client, BYTES(s.welcome), NOW + 120, &s.alice) == SECENV_STATUS_OK);

    message = saying(HELLO, 5, 0, NOW + DAY - 1);
    CHECK(secenv_session_seal_at(s.alice, &message, &record) == SECENV_STATUS_OK);
    message = saying(BYTES(record), 0, NOW + 2 * DAY);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_message(s.shop, HELLO, 5, BYTES(record), &b));
    message.now = NEVER;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_open_at(s.shop, &message, &b));
    message.now = NOW + 1;
    CHECK(secenv_session_open_message_at(s.shop, &message, &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 5 && memcmp(secenv_bytes_data(out), HELLO, 5) == 0);
    secenv_bytes_free(out), secenv_bytes_free(record);
    CHECK(secenv_session_last_received(s.shop, &number) == SECENV_STATUS_OK);
    message = saying(HELLO, 4, number, NOW + 2);
    CHECK(secenv_session_reply_at(s.shop, &message, &record) == SECENV_STATUS_OK);
    message = saying(BYTES(record), number + 1, NOW + 2);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open_reply_at(s.alice, &message, &b));
    message.number = number;
    CHECK(secenv_session_open_reply_at(s.alice, &message, &out) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(out) == 4);
    secenv_bytes_free(out), secenv_bytes_free(record);
    message = saying(NULL, 0, 0, NOW + 3), message.ad = NULL, message.ad_len = 0;
    CHECK(secenv_session_seal_at(s.alice, &message, &record) == SECENV_STATUS_OK);
    message.in = secenv_bytes_data(record), message.in_len = secenv_bytes_len(record);
    CHECK(secenv_session_open_at(s.shop, &message, &out) == SECENV_STATUS_OK && secenv_bytes_len(out) == 0);
    secenv_bytes_free(out), secenv_bytes_free(record);
    shaken_free(&s);
}

typedef secenv_status pass_at(secenv_session *, const secenv_message *, secenv_bytes **);

static void an_unconfirmed_session_is_ended_after_300_seconds(const struct parties *p) {
    struct shaken s = shake_at(p, NOW);
    secenv_bytes *b, *record, *blob;
    secenv_session *n;
    struct place memory;
    const secenv_session_place place = place_of(s.shop, SECENV_ROLE_SERVER, &memory);
    secenv_message message = saying(HELLO, 5, 0, NOW + 301);
    CHECK(secenv_session_seal_at(s.alice, &message, &record) == SECENV_STATUS_OK);
    CHECK(secenv_session_export(s.shop, STATE_KEY, &place, &blob) == SECENV_STATUS_OK);
    message = saying(BYTES(record), 0, NOW + 301);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, n, secenv_session_import_at(BYTES(blob), STATE_KEY, &place, NOW + 301, &n));
    FAILS(SECENV_STATUS_ENDED, n, secenv_session_import(BYTES(blob), STATE_KEY, &place, &n));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_session_import_at(BYTES(blob), STATE_KEY, &place, NEVER, &n));
    CHECK(secenv_session_import_at(BYTES(blob), STATE_KEY, &place, NOW + 300, &n) == SECENV_STATUS_OK);
    secenv_bytes_free(blob);
    message.now = NOW + 300;
    CHECK(secenv_session_open_at(n, &message, &b) == SECENV_STATUS_OK);
    secenv_bytes_free(b), secenv_bytes_free(record);
    /* From there on it has its day. */
    CHECK(secenv_session_export(n, STATE_KEY, &place, &blob) == SECENV_STATUS_OK);
    secenv_session_free(n);
    FAILS(SECENV_STATUS_ENDED, n, secenv_session_import_at(BYTES(blob), STATE_KEY, &place, NOW + DAY + 1, &n));
    CHECK(secenv_session_import_at(BYTES(blob), STATE_KEY, &place, NOW + DAY, &n) == SECENV_STATUS_OK);
    secenv_session_free(n), secenv_bytes_free(blob);
    shaken_free(&s);
}

static void a_session_is_ended_for_either_side_after_a_day(const struct parties *p) {
    const uint64_t last = NOW + DAY;
    struct shaken s = shake_at(p, NOW);
    secenv_bytes *b, *record, *reply, *out;
    uint64_t number = 0;
    secenv_message first = saying(HELLO, 5, 0, NOW);
    CHECK(secenv_session_seal_at(s.alice, &first, &record) == SECENV_STATUS_OK);
    first = saying(BYTES(record), 0, NOW);
    CHECK(secenv_session_open_at(s.shop, &first, &out) == SECENV_STATUS_OK);
    secenv_bytes_free(out), secenv_bytes_free(record);
    secenv_message message = saying(HELLO, 5, 0, last);
    CHECK(secenv_session_seal_at(s.alice, &message, &record) == SECENV_STATUS_OK);
    message.now = last + 1;
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_seal_at(s.alice, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_seal(s.alice, HELLO, 5, HELLO, 5, &b));

    message = saying(BYTES(record), 0, last + 1);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_message_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open(s.shop, HELLO, 5, BYTES(record), &b));
    message.now = last;
    CHECK(secenv_session_open_message_at(s.shop, &message, &out) == SECENV_STATUS_OK);
    CHECK(secenv_session_last_received(s.shop, &number) == SECENV_STATUS_OK);
    secenv_bytes_free(out), secenv_bytes_free(record);

    message = saying(HELLO, 5, number, last + 1);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_reply_at(s.shop, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_reply(s.shop, number, HELLO, 5, HELLO, 5, &b));
    message.now = last;
    CHECK(secenv_session_reply_at(s.shop, &message, &reply) == SECENV_STATUS_OK);
    message = saying(BYTES(reply), number, last + 1);
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_reply_at(s.alice, &message, &b));
    FAILS(SECENV_STATUS_ENDED, b, secenv_session_open_reply(s.alice, number, HELLO, 5, BYTES(reply), &b));
    message.now = last;
    CHECK(secenv_session_open_reply_at(s.alice, &message, &out) == SECENV_STATUS_OK);
    secenv_bytes_free(out), secenv_bytes_free(reply);
    shaken_free(&s);
}

static void null_pointers_and_unknown_sizes_are_refused_at_a_time_too(struct shaken *s) {
    pass_at *const all[] = {secenv_session_seal_at, secenv_session_open_at, secenv_session_open_message_at,
                            secenv_session_open_reply_at, secenv_session_reply_at};
    const size_t sizes[] = {0, 1, sizeof(size_t), sizeof(secenv_message) - 1, sizeof(secenv_message) + 1, SIZE_MAX};
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
}

static void records_hide_their_lengths_where_both_sides_say_so(const struct parties *p) {
    static uint8_t message[1 << 12];
    static const struct {
        size_t len, content;
    } lengths[] = {{0, 256}, {255, 256}, {256, 272}, {271, 272}, {272, 288}, {4095, 4096}, {4096, 4352}};
    struct shaken s = shake(p);
    secenv_bytes *record = NULL, *out = NULL;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const size_t expected = 67 + (p->padding == SECENV_PADDING_PADME ? lengths[i].content : lengths[i].len);
        CHECK(secenv_session_seal(s.alice, NULL, 0, message, lengths[i].len, &record) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(record) == expected);
        CHECK(secenv_session_open(s.shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(out) == lengths[i].len && memcmp(secenv_bytes_data(out), message, lengths[i].len) == 0);
        secenv_bytes_free(out), secenv_bytes_free(record);
    }
    shaken_free(&s);
}

static void both_sides_move_on_together(const struct parties *p) {
    struct shaken s = shake(p);
    secenv_bytes *record = NULL, *old = NULL, *out = NULL, *b;
    uint64_t number = 0;
    CHECK(secenv_session_seal(s.alice, NULL, 0, HELLO, 5, &old) == SECENV_STATUS_OK);
    for (uint64_t i = 1; i <= 2048; i++) {
        CHECK(secenv_session_seal(s.alice, NULL, 0, HELLO, 5, &record) == SECENV_STATUS_OK);
        CHECK(secenv_session_open_message(s.shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
        secenv_bytes_free(out), secenv_bytes_free(record);
        CHECK(secenv_session_last_received(s.shop, &number) == SECENV_STATUS_OK && number == i);
        CHECK(secenv_session_reply(s.shop, i, NULL, 0, HELLO, 5, &record) == SECENV_STATUS_OK);
        CHECK(secenv_session_open_reply(s.alice, i, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
        secenv_bytes_free(out), secenv_bytes_free(record);
    }
    /* What is two generations old is gone: message 0, and what a reply to it would be sealed under. */
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(s.shop, NULL, 0, BYTES(old), &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_reply(s.shop, 1023, NULL, 0, HELLO, 5, &b));
    secenv_bytes_free(old);
    shaken_free(&s);
}

int main(void) {
    struct parties p = parties_new(SECENV_SUITE_X25519_XWING, SECENV_PADDING_NONE);
    struct shaken s = shake(&p);
    null_pointers_are_refused_by_sessions(&s);
    null_pointers_and_unknown_sizes_are_refused_at_a_time_too(&s);
    forged_messages_are_refused_and_the_handles_still_work(&p, &s);
    empty_inputs_are_malformed_but_for_messages(&p, &s);
    lengths_over_a_limit_are_too_large(&s);
    a_server_does_nothing_before_the_first_record(&p);
    a_state_opens_in_its_place_and_nowhere_else(&p);
    time_is_what_the_caller_says(&p);
    an_unconfirmed_session_is_ended_after_300_seconds(&p);
    a_session_is_ended_for_either_side_after_a_day(&p);
    records_hide_their_lengths_where_both_sides_say_so(&p);
    both_sides_move_on_together(&p);
    handles_outlive_those_that_they_came_from();
    struct parties padded = parties_new(SECENV_SUITE_X25519_XWING, SECENV_PADDING_PADME);
    records_hide_their_lengths_where_both_sides_say_so(&padded);
    a_session_is_ended_for_either_side_after_a_day(&padded);
    parties_free(&padded);
    shaken_free(&s);
    parties_free(&p);
    printf("session: %d checks\n", checks);
    return 0;
}
